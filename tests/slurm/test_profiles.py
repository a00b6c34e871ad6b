"""The tables of a few blocks are the same from a workstation, SLURM jobs, arrays of them, and one allocation.

Each kind of stage goes through SLURM once; `test_smoke.py`, which runs on demand, compares all of a whole campaign.
"""

import re
import shutil

import pandas as pd
import pytest
import yaml
from project import Project, Toy, add_scale, assert_same

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.planned.results import RESULT_JOBS
from glassworks.campaign.planned.simulation import SIMULATION

pytestmark = [pytest.mark.slurm, pytest.mark.end_to_end]

FOUR = """\
scale: toy
purpose: four blocks of two glasses
papers:
  pinching:
    reference-3d:
      - {n: 400, samples: 8}
"""

SLOW = """\
import os, time
if os.environ.get("SLURM_ARRAY_TASK_ID") == "1":
    time.sleep(12)
"""


EACH = """\
scale: toy
purpose: each stage once
papers:
  pinching:
    parents-small:
      - {n: 400, temperatures: [1.3], samples: 6}
  solidity:
    quenched-small:
      - {n: 256, temperatures: [1.0e-4], samples: 4}
    equilibrium:
      - {n: 256, temperatures: [4.0e-3], samples: 2}
    descents-lj:
      - {n: 128, samples: 2}
"""


def each_stage(folder) -> Project:
    """A campaign that has each kind of stage, and of `pinching` one figure and two observables; pinches are divided
    over jobs, liquids of Lennard-Jones particles are watched."""
    folder.mkdir(parents=True)
    project = Project(folder)
    add_scale(folder, EACH)
    path = folder / "config/papers/pinching.yaml"
    paper = yaml.safe_load(path.read_text())
    paper["figures"] = {"S4": paper["figures"]["S4"]}
    for claim in paper["claims"]:
        claim.pop("varied", None)  # names other figures
    paper["groups"]["parents-small"]["observables"] = {"moduli": {}, "dipoles": {"pairs": 300, "jobs": 2}}
    path.write_text(yaml.safe_dump(paper, sort_keys=False))
    path = folder / "config/papers/solidity.yaml"
    [protocol] = re.findall("  descents-lj:\n(?:    .*\n)*?(    protocol: .*\n)", path.read_text())
    path.write_text(path.read_text().replace(protocol, f"{protocol}    watch: {{trajectory: {{every: 100}}}}\n"))
    return project


def last_of_each_stage(project: Project, paper: str) -> list[str]:
    """The tables that the last job of each stage makes of a paper's blocks; what it starts from is made too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.folder)
        last = {job[0]: job for job in Plan({"scale": "toy"}).jobs([paper])}
        return [path for job in last.values() for path in job_products(*job) if path.endswith(".parquet")]


def run(project: Project, *options: str) -> tuple[dict[str, pd.DataFrame], str]:
    """Makes of one paper all that a reader gets, of the other what its stages make, and returns the tables and what
    Snakemake says."""
    said, blocks = "", last_of_each_stage(project, "solidity")
    for asked in (["pinching"], blocks):
        answer = project.snakemake(*options, "--config", "scale=toy", "--", *asked, seconds=1800)
        said += answer.stdout + answer.stderr
        assert answer.returncode == 0, said[-5000:]
    return project.tables_of("toy") | {path: pd.read_parquet(project.folder / path) for path in blocks}, said


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Toy:
    toy = Toy(tmp_path_factory.mktemp("local"))
    toy.run()
    return toy


def test_each_kind_of_stage_as_slurm_jobs(cluster, tmp_path):
    local = each_stage(tmp_path / "local")
    expected, _ = run(local, "--cores", "2")
    project = each_stage(tmp_path / "cluster")
    shutil.copytree(local.folder / "results/.warm", project.folder / "results/.warm")
    found, said = run(project, *cluster.profile)
    assert "SLURM jobid" in said
    assert_same(found, expected)
    ran = cluster.jobs_of(project.folder, "COMPLETED")
    assert ran == cluster.jobs_of(project.folder, "all"), "none was tried twice"
    for stage in (*SIMULATION, *RESULT_JOBS):
        jobs = sum(rule.startswith(f"rule_{stage}") for _, rule in ran)
        assert jobs == len(list((project.folder / f"results/.benchmarks/{stage}").glob("**/*.tsv"))) > 0, (stage, ran)


def test_one_allocation(cluster, tmp_path, undisturbed):
    toy = Toy(tmp_path)
    said = cluster.allocate(toy, *toy.wanted)
    assert toy.tables() == undisturbed.tables(), said[-3000:]
    assert "SLURM jobid" not in said


def test_an_array_waits_for_nobody_and_keeps_nobody_waiting(cluster, tmp_path):
    """Its first task is slow, and there is no room for all jobs at once: the plugin's own arrays would throw products
    away, and hang.
    """
    local = Toy(tmp_path / "local", ("glasses",), FOUR)
    local.run()
    folders = sorted(path.relative_to(local.folder) for path in local.folder.glob("results/ensembles/*/[0-9]*"))
    toy = local.copy(tmp_path / "toy", "results/ensembles", "results/toy")
    toy.paths = [f"{folder}/glasses.parquet" for folder in folders]
    assert len(toy.paths) == 4
    script = toy.folder / "scripts/quench.py"
    script.write_text(SLOW + script.read_text())
    toy.run(*cluster.profile, "--latency-wait", "2", "--jobs", "3", "--slurm-array-jobs", "all")
    assert toy.tables() == local.tables(toy.paths)
    assert toy.began() == {"quench": 4}
    every = cluster.jobs_of(toy.folder, "all")
    assert every == cluster.jobs_of(toy.folder, "COMPLETED") and len(every) == 4
    assert sum("_" in number for number, _ in every) == 3
