"""The tables of a few blocks are the same from a workstation, SLURM jobs, arrays of them, and one allocation.

`test_smoke.py` compares those of a whole campaign.
"""

import pytest
from project import Toy

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


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Toy:
    toy = Toy(tmp_path_factory.mktemp("local"))
    toy.run()
    return toy


def test_blocks_as_slurm_jobs(cluster, tmp_path, undisturbed):
    toy = Toy(tmp_path)
    said = toy.run(*cluster.profile)
    assert toy.tables() == undisturbed.tables()
    assert "SLURM jobid" in said
    ran = [rule for _, rule in cluster.jobs_of(tmp_path, "COMPLETED")]
    for stage, jobs in (("equilibrate", 1), ("quench", 1), ("measure_moduli", 1), ("gather", 2)):
        assert sum(rule.startswith(f"rule_{stage}") for rule in ran) == jobs, ran


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
