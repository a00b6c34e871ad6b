"""How tests are spread over the workers of pytest-xdist, each a process.

What is expensive is made once: all tests of a file have one worker, and so have those of a folder that share a
campaign, or SLURM, of which a machine bears one, and files that compile the same kernels. (The plugin's own groups by
marks do nothing with pytest 9.2.)
"""

from pathlib import PurePath

import pytest

SHARING = {"smoke": "smoke", "cluster": "slurm"}
"""The folder that the tests which ask for a fixture must be in."""
COMPILING = {
    f"test_{name}.py"
    for name in (
        "boxes", "dynamics_annealing", "liquids_dynamics", "liquids_lammps", "long_runs", "masses", "minimize_methods",
        "models_potentials",
    )
}  # fmt: skip
"""Files that compile kernels which no campaign here needs, as for processors without registers: side by side they would
compile them twice."""
FIRST = ("smoke", "dag", "slurm", "compiling")
"""What takes longest, folders and that group, in the order in which it begins. Beside the first campaign stands what
only plans: a second one would compile the same kernels at the same time."""
ALONE = ("faults", "whole")
"""Marks of tests that break, time or fill a machine, which nothing else should use then."""


def group(nodeid: str) -> str:
    """The file of a test, or what the tests of several files share: the folder, or `compiling`."""
    path = PurePath(nodeid.partition("::")[0])
    if path.name in COMPILING:
        return "compiling"
    return str(path.parent) if path.parent.name in SHARING.values() else str(path)


def longest_first(items: list[pytest.Item]) -> None:
    """What takes longest comes first, then other whole campaigns, so that the workers end together."""

    def turn(item: pytest.Item) -> tuple[int, bool]:
        of = "compiling" if item.path.name in COMPILING else item.path.parent.name
        place = FIRST.index(of) if of in FIRST else len(FIRST)
        return place, item.get_closest_marker("end_to_end") is None

    items.sort(key=turn)


def refuse_stray(item: pytest.Item) -> None:
    """Fails a test that would make anew, on a worker of its own, what others share."""
    for fixture, folder in SHARING.items():
        astray = fixture in item.fixturenames and item.path.parent.name not in SHARING.values()
        if astray and not item.get_closest_marker("faults"):
            pytest.fail(f"uses {fixture} apart from others; allowed: a file in tests/{folder}", pytrace=False)


def alone(config: pytest.Config) -> str:
    """The mark of tests that are asked for and need the machine for themselves; empty where there is none."""
    asked = config.getoption("markexpr") or ""
    return next((mark for mark in ALONE if mark in asked and f"not {mark}" not in asked), "")


def scheduling(config: pytest.Config, log):
    """Gives workers one group of tests after the other, in the order in which these were collected."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return Groups(config, log)
