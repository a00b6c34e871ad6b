"""Fixtures that several folders of tests share."""

import pytest
from cluster import Cluster, missing
from project import Project


def pytest_addoption(parser):
    parser.addoption("--table", metavar="FILE", help="write what the tests of faults saw into this file")


@pytest.fixture
def project(tmp_path) -> Project:
    """The campaign in a folder of its own, without results."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A SLURM of one node, to which all commands of the session speak; skips where it cannot be had."""
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
