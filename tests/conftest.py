"""Fixtures that several folders of tests share, and options of the tests."""

from pathlib import Path

import pytest
from cluster import Cluster, missing
from project import Project
from spreading import alone, longest_first, refuse_stray, scheduling


def pytest_addoption(parser, pluginmanager):
    parser.addoption("--table", metavar="FILE", help="write what the tests of faults saw into this file")
    parser.addoption("--kills", metavar="N", type=int, default=50, help="how often test_kills.py kills")
    parser.addoption("--mutants", metavar="N", type=int, default=40, help="damaged declarations of test_mutants.py")
    parser.addoption("--steps", metavar="N", type=int, default=5000, help="length of the runs of test_long_runs.py")
    parser.addoption("--damages", metavar="N", type=int, default=60, help="products damaged in test_campaign_verify.py")
    if not pluginmanager.hasplugin("xdist"):  # pyproject.toml gives these, which then say nothing
        for option in ("--numprocesses", "--maxprocesses", "--dist"):
            parser.addoption(option)
        parser.addoption("--no-loadscope-reorder", action="store_true")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config) -> int:
    """As many as this process may use cores; none where tests need the machine for themselves, or are of one file."""
    from glassworks.campaign.planned.plan import cores

    named = {Path(word.partition("::")[0]) for word in config.args}
    of_one_file = len(named) == 1 and all(path.is_file() for path in named)
    return 0 if of_one_file or alone(config) else cores()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_configure(config):
    if (mark := alone(config)) and config.getoption("numprocesses"):
        raise pytest.UsageError(f"-n: tests marked {mark} need the machine for themselves; allowed: 0")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    longest_first(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    refuse_stray(item)


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
