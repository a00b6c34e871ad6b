"""Fixtures that several folders of tests share."""

import pytest
from cluster import Cluster, missing
from project import Project


def pytest_addoption(parser):
    parser.addoption("--table", metavar="FILE", help="write what the tests of faults saw into this file")
    parser.addoption("--kills", metavar="N", type=int, default=50, help="how often test_kills.py kills")
    parser.addoption("--mutants", metavar="N", type=int, default=40, help="damaged declarations of test_mutants.py")
    parser.addoption("--steps", metavar="N", type=int, default=5000, help="length of the runs of test_long_runs.py")
    parser.addoption("--damages", metavar="N", type=int, default=60, help="products damaged in test_campaign_verify.py")


@pytest.fixture
def project(tmp_path) -> Project:
    """The campaign in a folder of its own, without results."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Project:
    """A project in which the whole `smoke` scale has run, on this machine's own cores; not to be changed."""
    project = Project(tmp_path_factory.mktemp("smoke"))
    answer = project.snakemake("--cores", "2", "--config", "scale=smoke", seconds=3600)
    assert answer.returncode == 0, answer.stderr[-5000:]
    return project


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A SLURM of one node, to which all commands of a module's tests speak; skips where it cannot be had."""
    if reason := missing():
        pytest.skip(reason)
    made = Cluster(tmp_path_factory.mktemp("slurm"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        try:
            made.start()
            yield made
        finally:
            made.stop()
