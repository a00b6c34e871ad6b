"""Papers finish in the order of the list; of a paper's jobs those start first that others wait for longest."""

import re
from collections import defaultdict

import pytest
from test_plan import add_twin
from toy import write_toy

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import job_products, results
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.campaign.planned.urgency import PAPER


def priorities(plan: Plan) -> dict[str, dict[tuple, float]]:
    """Priorities of all simulation jobs, by the first paper that each is made for."""
    found, seen = defaultdict(dict), set()
    for paper in plan.campaign.papers:
        for job in plan.jobs([paper]):
            stage, made, _, observable = job
            products = tuple(job_products(*job))
            if products not in seen:
                seen.add(products)
                found[paper][products] = plan.priorities.of_job(stage, made, observable)
    return found


@pytest.mark.parametrize("scale", ["smoke", "desk", "paper"])
@pytest.mark.parametrize("order", [("pinching", "solidity"), ("solidity", "pinching")])
def test_an_earlier_papers_jobs_come_before_all_of_a_later_one(scale, order):
    plan = Plan({"scale": scale, "papers": ",".join(order)}, check=False)
    found = priorities(plan)
    assert tuple(found) == order and all(len(jobs) > 10 for jobs in found.values())
    for paper, stage in ((paper, stage) for paper in order for stage in ("gather", "results")):
        found[paper][stage] = plan.results_urgency(stage, paper)
    first, second = (found[paper].values() for paper in order)
    assert min(first) > max(second) > 0


@pytest.fixture
def twins(tmp_path, monkeypatch) -> Plan:
    """Two papers with the same groups, of which the second lists the glasses of one rung more."""
    write_toy(tmp_path)
    add_twin(tmp_path)
    scale = tmp_path / "config/scales/desk.yaml"
    head, twin = scale.read_text().split("  twin:")
    scale.write_text(head + "  twin:" + twin.replace("[1.3, 0.5, 0.4]", "[1.3, 0.9, 0.5, 0.4]", 1))
    monkeypatch.chdir(tmp_path)
    return Plan({}, check=False)


def test_what_papers_share_counts_for_the_first(twins):
    found = priorities(twins)
    assert len(found["pinching"]) > 20 > len(found["twin"]) > 0
    assert all(2 * PAPER < each < 3 * PAPER for each in found["pinching"].values())
    assert all(PAPER < each < 2 * PAPER for each in found["twin"].values())


def test_among_a_papers_jobs_the_longest_chain_comes_first(twins):
    """A job's priority is its own seconds and the highest priority among those of its paper that wait for a block of
    its kind."""
    made = {path: job for job in twins.jobs(["pinching"]) for path in job_products(*job)}
    after = defaultdict(set)
    for job in twins.jobs(["pinching"]):
        for stage, before, *_ in (made[path] for path in SIMULATION[job[0]].inputs(*job[1:3])):
            after[stage, before.id].add(twins.priorities.of_job(job[0], job[1], job[3]))
    for stage, each, _, observable in twins.jobs(["pinching"]):
        longest = max({*after[stage, each.id], twins.results_urgency("gather", "pinching")})
        took = twins.priorities.seconds(stage, each, observable)
        assert twins.priorities.of_job(stage, each, observable) == pytest.approx(took + longest, abs=1e-3)
    assert sum(map(bool, after.values())) > 10


def test_results_of_a_paper_wait_for_one_another(twins):
    stages = list(dict.fromkeys(stage for stage, *_ in results(twins, "pinching")))
    found = [twins.results_urgency(stage, "pinching") for stage in stages if stage != "report"]
    assert stages == ["gather", "results", "report"]
    assert found[0] > found[1] > 2 * PAPER


def products(plan: Plan, paper: str) -> list[str]:
    """All that is made for a paper."""
    made = [path for job in plan.jobs([paper]) for path in job_products(*job)]
    return [*made, *plan.results[paper].every_path]


def test_snakemake_is_told(project):
    """As a dry run prints it, of both papers; what has no priority is the index."""
    answer = project.snakemake("-n", "--config", "scale=smoke")
    jobs = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", answer.stdout + answer.stderr, re.MULTILINE)
    plan = Plan({"scale": "smoke"}, check=False)
    owners = {path: paper for paper in reversed(plan.campaign.papers) for path in products(plan, paper)}
    found = defaultdict(list)
    for rule, said in jobs:
        priority = re.search(r"^    priority: (.*)", said, re.MULTILINE)
        outputs = re.search(r"^    output: (.*)", said, re.MULTILINE)
        if priority is None:
            assert rule in ("report", "all")
        else:
            found[owners[outputs[1].split(", ")[0].removesuffix(" (update)")]].append(float(priority[1]))
    assert set(found) == set(plan.campaign.papers) and all(len(each) > 5 for each in found.values())
    assert min(found["pinching"]) > max(found["solidity"]) and min(found["solidity"]) > max(found["sticky"])


def test_a_block_of_which_less_is_made_comes_later(twins):
    """By the seconds of what is made of others alone."""
    measured = (job[1] for job in twins.jobs(["pinching"]) if job[0] == "measure")
    made = next(each for each in measured if "modes" in each.observables and len(each.observables) > 1)
    every = [name for (identity, name) in twins.measured if identity == made.id]
    assert len(every) > 1
    whole = twins.priorities.of_job("measure", made)
    assert twins.priorities.of_job("measure", made, names=every) == whole
    left = twins.priorities.of_job("measure", made, names=[made.measured("modes")])
    others = [name for name in made.observables if name != "modes"]
    expected = sum(twins.costs.seconds("measure", made, name) for name in others)
    assert whole - left == pytest.approx(expected, abs=1e-3) and expected > 0.0
