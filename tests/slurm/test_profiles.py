"""The same tables come out of a workstation, of blocks as SLURM jobs, and of one allocation, bit for bit."""

import pytest
from project import Toy, wait_for

pytestmark = [pytest.mark.slurm, pytest.mark.end_to_end]

QUICK = ("--profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "2", "--latency-wait", "10")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict:
    toy = Toy(tmp_path_factory.mktemp("local"))
    toy.run()
    return toy.tables()


def test_blocks_as_slurm_jobs(cluster, tmp_path, undisturbed):
    toy = Toy(tmp_path)
    said = toy.run(*QUICK)
    assert toy.tables() == undisturbed
    assert "SLURM jobid" in said
    ran = [line for line in cluster.jobs("COMPLETED", "%k %Z") if line.endswith(f" {tmp_path}")]
    for stage, jobs in (("equilibrate", 1), ("quench", 1), ("measure_moduli", 1), ("gather", 2)):
        assert sum(line.startswith(f"rule_{stage}_") for line in ran) == jobs, ran


def test_one_allocation(cluster, tmp_path, undisturbed):
    toy = Toy(tmp_path)
    script = str(tmp_path / "profiles/slurm-node/run.sh")
    limits = ("--cpus-per-task=2", "--mem=4G", "--time=60")
    job = cluster.say("sbatch", "--parsable", f"--chdir={tmp_path}", *limits, script, *toy.wanted).strip()
    out = tmp_path / f"slurm-{job}.out"
    wait_for(lambda: not cluster.jobs(), 900, "end of the allocation", lambda: out.read_text()[-3000:])
    assert toy.tables() == undisturbed, out.read_text()[-3000:]
    assert "SLURM jobid" not in out.read_text()
