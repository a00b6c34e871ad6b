"""The tables of `smoke` are the same, bit for bit, from a workstation, from SLURM jobs, and from one allocation."""

import shutil

import pytest
from cluster import missing
from project import Project, assert_same

pytestmark = [pytest.mark.whole, pytest.mark.slurm, pytest.mark.end_to_end]
pytestmark.append(pytest.mark.skipif(bool(missing()), reason=missing()))  # before `smoke` runs in vain

SMOKE = ("--config", "scale=smoke")
SECONDS = 3600
"""No campaign of this scale takes longer, even where other work shares the cores."""


@pytest.fixture
def project(smoke, tmp_path) -> Project:
    """One in which nothing has run but that all kernels are compiled."""
    made = Project(tmp_path)
    shutil.copytree(smoke.folder / "results/.warm", tmp_path / "results/.warm")
    return made


def products(project: Project, pattern: str) -> int:
    return len(list((project.folder / "results").glob(pattern)))


def test_blocks_as_slurm_jobs(cluster, smoke, project):
    """Tables, quenches and tests of equilibrium as arrays where several are ready, all else job by job."""
    arrays = ("gather", "evidence", "quench")
    answer = project.snakemake(*cluster.profile, "--slurm-array-jobs", ",".join(arrays), *SMOKE, seconds=SECONDS)
    assert answer.returncode == 0, (answer.stdout + answer.stderr)[-5000:]
    assert_same(project.tables_of("smoke"), smoke.tables_of("smoke"))
    ran = cluster.jobs_of(project.folder, "COMPLETED")
    for stage in ("equilibrate", "step", "relax", "evidence", "quench", "measure", "observe", "gather", "results"):
        found = [number for number, rule in ran if rule.startswith(f"rule_{stage}")]
        assert len(found) == products(smoke, f".benchmarks/{stage}/**/*.tsv") > 0, (stage, found)
        tasks = sum("_" in number for number in found)
        assert not tasks or stage in arrays, (stage, found)
        assert tasks or stage != "gather", found


def test_one_allocation(cluster, smoke, project):
    said = cluster.allocate(project, *SMOKE, seconds=SECONDS)
    assert products(project, "smoke/report.html") == 1, said[-3000:]
    assert_same(project.tables_of("smoke"), smoke.tables_of("smoke"))
    assert "SLURM jobid" not in said
