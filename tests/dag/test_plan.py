"""The graph of jobs: how many, which depend on which, what scales share, what makes a file stale."""

import re
from collections import Counter
from pathlib import Path

import pytest
from toy import ensembles, write_toy

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.compiling import mark
from glassworks.campaign.planned.dag import Plan, block_pattern
from glassworks.campaign.planned.finding import find, parameters_of
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.plan import cost_lines, costliest, products
from glassworks.campaign.planned.results import RESULT_JOBS
from glassworks.campaign.planned.simulation import stage_of

ROOT = Path(__file__).resolve().parents[2]
SCALES = ["smoke", "desk", "evening", "overnight", "paper"]


@pytest.fixture(scope="module")
def plans():
    return {scale: Plan({"scale": scale}) for scale in SCALES}


@pytest.fixture
def toy_root(tmp_path):
    write_toy(tmp_path)
    return tmp_path


@pytest.fixture
def toy(toy_root, monkeypatch):
    monkeypatch.chdir(toy_root)
    return Plan({"scale": "desk"})


def edit(root, file: str, old: str, new: str) -> None:
    """Replaces the first `old` in a file; it must be there."""
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))


def files(plan: Plan) -> set[str]:
    return {products(*job) for job in plan.jobs()}


@pytest.mark.parametrize("scale", SCALES)
def test_at_most_five_thousand_jobs(plans, scale):
    for paper in plans[scale].campaign.papers:
        assert 10 < sum(line.jobs for line in cost_lines(plans[scale], [paper])) <= 5000, paper


EVERY = sorted(path.stem for path in (ROOT / "config/papers").glob("*.yaml"))
DAY = 86400
CHAINS = ("equilibrate", "step", "evidence")
"""Stages that keep checkpoints and queue themselves again when their time is up."""


@pytest.fixture(scope="module")
def published() -> Plan:
    """Every paper that has a file, at its published size."""
    return Plan({"scale": "paper", "papers": ",".join(EVERY)})


@pytest.mark.parametrize("paper", EVERY)
def test_jobs_of_the_published_ensembles(published, paper):
    assert sum(line.jobs for line in cost_lines(published, [paper])) <= 5000


def test_only_single_chains_take_longer_than_a_day(published):
    """What can be cut into shorter jobs is; a chain cannot, and goes on from its checkpoint."""
    too_long = {
        f"{stage} {made.id}: {published.costs.seconds(stage, made, observable) / DAY:.1f} days"
        for stage, made, _, observable in published.jobs()
        if published.costs.seconds(stage, made, observable) > DAY
        and not (stage in CHAINS and (stage == "evidence" or made.chains_per_block == 1))
    }
    assert too_long == set()


def test_each_scale_is_part_of_the_next(plans):
    assert files(plans["desk"]) < files(plans["evening"]) < files(plans["overnight"])


def test_the_published_ensembles_hold_what_a_night_has(plans):
    """At `paper` an ensemble as published stands in place of a smaller one of the same model, size and point."""

    def samples(plan) -> dict[tuple, int]:
        found: dict[tuple, int] = {}
        for ensemble in [each for paper in plan.of_paper.values() for each in paper]:
            liquid = ensemble.liquid
            place = ensemble.paper, liquid.model.name, liquid.n, liquid.protocol.tag, liquid.rung.point
            found[place] = max(found.get(place, 0), ensemble.samples)
        return found

    night, published = samples(plans["overnight"]), samples(plans["paper"])
    assert {place: count for place, count in night.items() if published.get(place, 0) < count} == {}


def test_blocks_of_a_scale_are_whole(plans):
    for plan in plans.values():
        for ensemble in plan.of_paper["pinching"]:
            assert len(ensemble.blocks) * ensemble.block_samples == ensemble.samples


def test_every_rung_above_a_parent_is_prepared(toy):
    """The ladder's rungs that the scale does not list are there, but only as liquids."""
    listed = {ensemble.liquid.id for ensemble in toy.of_paper["pinching"]}
    prepared = {made.id for stage, made, *_ in toy.jobs() if stage == "equilibrate"}
    assert sorted(name.split("_")[3] for name in prepared - listed) == ["T0.900", "T1.500"]
    assert {made.liquid.id for stage, made, *_ in toy.jobs() if stage == "quench"} == listed


def test_jobs_of_the_toy_campaign(toy):
    """Counted by hand: 200 samples in blocks of 100 down to 0.9 and of 50 below."""
    found = Counter((stage, made.n, observable) for stage, made, _, observable in toy.jobs())
    assert found == {
        ("equilibrate", 1000, ""): 3 * 2 + 2 * 4 + 2 + 2,
        ("evidence", 1000, ""): 3,
        ("quench", 1000, ""): 2 + 4 + 4 + 2 + 2,
        ("measure", 1000, "modes"): 10 + 2,
        ("measure", 1000, "moduli"): 10 + 2,
        ("measure", 1000, "dipoles"): 10,
    }


def test_each_kind_of_job_compiles_once(toy, toy_root):
    """Three ways to a liquid (evidence of equilibrium goes one of them), two minimizers, three observables."""
    each = toy.costs.file.compile
    [line] = [line for line in cost_lines(toy, ["pinching"]) if line.stage == "compile"]
    assert (line.jobs, line.files, line.seconds, line.seconds_left) == (0, 0, 8 * each, 8 * each)
    done = mark(toy.of_paper["pinching"][0].model, "quench", "cg")
    done.parent.mkdir(parents=True)
    done.write_text("{}")
    [line] = [line for line in cost_lines(toy, ["pinching"]) if line.stage == "compile"]
    assert (line.seconds, line.seconds_left) == (8 * each, 7 * each)


def test_tempering_waits_for_its_replicas(toy):
    """The tempered rung starts from two rungs above, each in the block that holds its chains."""
    cold = next(liquid for liquid in toy.liquids.values() if liquid.temperature == 0.4)
    assert "tempering" in cold.told
    paths = toy.inputs("equilibrate", cold.id, "00003")
    assert [path.split("_")[3] + "/" + path.split("/")[-2] for path in paths] == ["T0.900/00001", "T0.500/00003"]


def test_blocks_of_a_ladder_hold_the_chains_below(plans):
    """Wherever blocks shrink down the ladder, the block above contains each chain."""
    for ensemble in plans["paper"].of_paper["pinching"]:
        for block in (0, ensemble.blocks[-1]):
            for liquid, index in ensemble.liquid.ladder(block):
                assert set(ensemble.liquid.chains(block)) <= set(liquid.chains(index))


def test_names_lead_back_to_ensembles(plans):
    for plan in plans.values():
        for ensemble in plan.of_paper["pinching"]:
            assert find(plan.campaign, ensemble.id).specification == ensemble.specification
            assert find(plan.campaign, ensemble.liquid.id).digest == ensemble.liquid.digest
            for observable in ensemble.observables:
                found, name = parameters_of(plan.campaign, ensemble.id, ensemble.measured(observable))
                assert (found.id, name) == (ensemble.id, observable)


def test_ids_are_unique_and_mean_one_thing(plans):
    for plan in plans.values():
        seen = {}
        for ensemble in plan.of_paper["pinching"]:
            assert seen.setdefault(ensemble.id, ensemble.specification) == ensemble.specification


def test_liquid_does_not_depend_on_its_minimizer(toy_root):
    before = ensembles(toy_root)
    edit(toy_root, "config/papers/pinching.yaml", "minimizer: cg", "minimizer: lbfgs")
    after = ensembles(toy_root)
    group = before[0].group
    old, new = ([e for e in plan if e.group == group] for plan in (before, after))
    assert [e.liquid.id for e in old] == [e.liquid.id for e in new]
    assert not {e.id for e in old} & {e.id for e in new}


def test_a_rung_does_not_depend_on_those_below(toy_root):
    before = {e.liquid.temperature: e.liquid.id for e in ensembles(toy_root) if e.group == "parents"}
    edit(toy_root, "config/papers/pinching.yaml", "0.5: 450", "0.5: 451")
    after = {e.liquid.temperature: e.liquid.id for e in ensembles(toy_root) if e.group == "parents"}
    changed = {t for t in before if before[t] != after[t]}
    assert changed == {t for t in before if t <= 0.5}


def test_a_spacing_for_each_rung_names_what_one_for_all_does(toy_root):
    before = {e.id for e in ensembles(toy_root)}
    edit(toy_root, "config/papers/pinching.yaml", "between: 2.0", "between: {1.5: 2, 1.3: 2, 0.9: 2, 0.5: 2, 0.4: 1}")
    changed = before ^ {e.id for e in ensembles(toy_root)}
    assert changed and all("T0.400" in name for name in changed)


def test_chains_of_a_ladder_may_leave_more_where_it_is_cold(toy_root):
    by_rung = "samples_per_chain: {1.5: 10, 1.3: 10, 0.9: 10, 0.5: 25, 0.4: 25}"
    edit(toy_root, "config/papers/pinching.yaml", "samples_per_chain: 10", by_rung)
    edit(toy_root, "config/papers/pinching.yaml", "2000: 500", "2000: {1.5: 500, 0.5: 250}")
    cold = next(e.liquid for e in ensembles(toy_root) if e.group == "parents" and e.liquid.temperature == 0.5)
    assert (cold.samples_per_chain, cold.chains_per_block, cold.above.chains_per_block) == (25, 2, 10)
    assert [cold.block_above(block) for block in (0, 4, 5, 9)] == [0, 0, 1, 1]
    assert list(cold.chains(5)) == [10, 11]  # two of those that the warmer block 1 holds, 10 to 19


def test_prose_does_not_change_an_ensemble(toy_root):
    before = [e.id for e in ensembles(toy_root)]
    edit(toy_root, "config/models/poly-3d.yaml", "description: ", "description: once more, ")
    assert [e.id for e in ensembles(toy_root)] == before


def test_new_density_changes_the_ensembles_of_its_model_alone(toy_root):
    before = {e.id for e in ensembles(toy_root)}
    edit(toy_root, "config/models/poly-3d.yaml", "density: 0.58", "density: 0.6")
    gone = before - {e.id for e in ensembles(toy_root)}
    assert gone == {name for name in before if name.startswith("poly-3d")}


def test_seed_and_parameters_are_planned():
    plans = [Plan({"scale": "smoke", "seed": seed}) for seed in (1, 2)]
    ensemble = plans[0].of_paper["pinching"][0].id
    assert plans[0].planned("quench", ensemble, "0") != plans[1].planned("quench", ensemble, "0")


def add_twin(root) -> None:
    """A second paper with the same groups."""
    config = root / "config"
    paper = (config / "papers/pinching.yaml").read_text()
    (config / "papers/twin.yaml").write_text(paper.replace("paper: pinching", "paper: twin", 1))
    edit(root, "config/config.yaml", "[pinching]", "[pinching, twin]")
    scale = (config / "scales/desk.yaml").read_text()
    (config / "scales/desk.yaml").write_text(scale + scale[scale.index("  pinching:") :].replace("pinching", "twin"))


def test_two_sharers_must_agree_on_blocks(toy_root):
    add_twin(toy_root)
    edit(toy_root, "config/papers/twin.yaml", "1000: {1.5: 100, 0.5: 50}", "1000: 50")
    with pytest.raises(ConfigurationError, match="cuts the same liquid into blocks of 100; allowed: 100"):
        load_campaign({"scale": "desk"}, toy_root)


def test_two_papers_share_their_simulations(toy_root, monkeypatch):
    add_twin(toy_root)
    monkeypatch.chdir(toy_root)
    both = Plan({"scale": "desk"}, check=False)
    assert Counter(job[0] for job in both.jobs()) == Counter(job[0] for job in both.jobs(["pinching"]))
    assert both.requested(["twin"]) == ["twin"] and both.requested([]) == ["pinching", "twin"]


def test_papers_are_done_when_their_verdicts_and_pages_are_there(toy_root, monkeypatch):
    """What a job of a cluster knows, in place of the command line, of the papers that its index is made of."""
    add_twin(toy_root)
    monkeypatch.chdir(toy_root)
    both = Plan({"scale": "desk"}, check=False)
    assert both.done() == ["pinching", "twin"]
    first, *others = (toy_root / path for path in both.results["twin"].index_paths)
    for path in (first, *others):
        assert both.done() == ["pinching", "twin"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert both.done() == ["twin"]


def test_root_is_this_project():
    assert load_campaign({}, ROOT).root == ROOT


def test_the_most_expensive_ensembles_are_parts_of_the_whole(plans):
    plan = plans["paper"]
    papers = list(plan.campaign.papers)
    few, every = costliest(plan, papers), costliest(plan, papers, 10**6)
    assert [line.seconds for line in few] == sorted((line.seconds for line in every), reverse=True)[:10]
    stages = [line for line in cost_lines(plan, papers) if line.stage not in RESULT_JOBS]
    assert sum(line.jobs for line in every) == sum(line.jobs for line in stages)
    assert sum(line.files for line in every) == sum(line.files for line in stages)


def test_modes_of_large_glasses_cost_no_factor(published):
    """In 3D and 4D their time grows less than that of a factor; of small glasses and in 2D a factor is taken."""
    laws = {
        (made.model.dimension == 2, made.n > 1000): published.costs.key(stage, made, observable)
        for stage, made, _, observable in published.jobs()
        if observable == "modes"
    }
    assert laws[False, True] == "modes_filtered" and laws[False, False] == laws.get((True, True), "modes") == "modes"
    seconds = published.costs.laws
    assert seconds["modes_filtered"](8000) < 0.5 * seconds["modes"](8000)


@pytest.mark.parametrize("scale", SCALES)
def test_one_rule_prepares_each_liquid(plans, scale):
    prepared = [liquid for *_, liquids in plans[scale].preparing_rules() for liquid in liquids]
    assert sorted(prepared) == sorted(plans[scale].liquids)


@pytest.mark.parametrize("scale", SCALES)
def test_each_rules_pattern_is_short_and_matches_its_own_names_alone(plans, scale):
    """Snakemake reads it for every path of every job: at most ten letters a name, where whole names have forty."""
    plan = plans[scale]
    planned = {*plan.liquids, *plan.ensembles}
    rules = [*(liquids for *_, liquids in plan.preparing_rules()), *(each.made for each in plan.measuring_rules())]
    assert rules
    for names in rules:
        pattern = plan.pattern(names)
        assert {name for name in planned if re.fullmatch(pattern, name)} == set(names)
        assert len(pattern) < 10 * len(names) + 40
        assert not re.fullmatch(pattern, "elsewhere") and not re.fullmatch(pattern, f"a/{names[0]}")


@pytest.mark.parametrize("scale", SCALES)
def test_each_block_is_measured_as_its_groups_ask(plans, scale):
    """By one rule, for what at least one group measures on so many samples, and for nothing else."""
    plan = plans[scale]
    asked: dict[tuple[str, int], set[str]] = {}
    for paper in plan.campaign.papers:
        for ensemble in plan.of_paper[paper]:
            here = {ensemble.measured(name) for name in ensemble.observables if stage_of(name) == "measure"}
            for block in ensemble.blocks:
                asked.setdefault((ensemble.id, block), set()).update(here)
    found: dict[str, list] = {}
    for each in plan.measuring_rules():
        for identity in each.made:
            found.setdefault(identity, []).append(each)
    for (identity, block), wanted in asked.items():
        makers = [each for each in found.get(identity, []) if re.fullmatch(each.blocks, f"{block:05d}")]
        assert [set(each.names) for each in makers] == ([wanted] if wanted else []), (identity, block)


@pytest.mark.parametrize(("begin", "end"), [(0, None), (0, 3), (3, 7), (7, None)])
def test_patterns_of_blocks(begin, end):
    found = [block for block in range(200) if re.fullmatch(block_pattern(begin, end), f"{block:05d}")]
    assert found == list(range(begin, 200 if end is None else end))
