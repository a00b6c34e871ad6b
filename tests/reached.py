"""Whether what runs is what the search for a job's definitions reaches: a second look at
`campaign/planned/definitions.py`.

    python tests/reached.py [stage ...]

does the work of each kind of job (of these stages) on a tiny system, notes every function of the library that runs or
is compiled, and prints those that the search had missed; of measuring also what its glass was made by counts as
reached. It takes minutes, nearly all of them the compiler's, and sees compiled functions only where they are compiled
anew (`NUMBA_CACHE_DIR=$(mktemp -d)`).
"""

from __future__ import annotations

import cProfile
import functools
import sys
import time
from pathlib import Path

from numba.core import event

import glassworks.dynamics.relaxation
import glassworks.elasticity
import glassworks.excitations
import glassworks.minimize
import glassworks.preparing._chains
import glassworks.structure
import glassworks.trajectories  # noqa: F401  class bodies run where they are imported
from glassworks import observables, watching
from glassworks.campaign.jobs.warm import _tiny
from glassworks.campaign.planned.definitions import PACKAGE, Library, Place
from glassworks.campaign.planned.stages import kinds, reached
from glassworks.models import load_model

AROUND = (
    "campaign.", "compiled", "models.declarations", "models.library", "observables:", "observables._alone", "watching:",
    "__init__:", "liquids.start:initial_configuration", "vibrations.threads:",
)  # fmt: skip
"""What finds and carries, and what makes the tiny system."""
KINDS = [
    ("equilibrate", "swap", "poly-3d"), ("equilibrate", "molecular_dynamics", "ipl-3d"),
    ("equilibrate", "cooling", "ipl-4d"), ("equilibrate", "annealing", "pss-3d"),
    ("equilibrate", "random", "harmonic-mono-3d"), ("equilibrate", "crystal", "lj-mono-3d"),
    ("step", "stepwise", "harmonic-2d"),
    ("relax", "relaxation", "harmonic-2d"),
    *(("watch", what, "harmonic-2d") for what in watching.every_name()),
    ("quench", "cg", "ipl-3d"), ("quench", "fire", "lj-2d"), ("observe", "downhill", "harmonic-2d"),
    ("observe", "liquid_structure", "harmonic-2d"),
    *(("measure", what, "ipl-3d") for what in observables.names(observables.GLASSES)),
]  # fmt: skip


class Seen(event.Listener):
    """Functions of the library that run, or are compiled, while it listens, as `module:name`.

    What runs is what Python's profiler has seen. It is compiled, which matters: the compiler, in which functions of the
    library run too (overloads, intrinsics), makes millions of calls, and a hook in Python hears each twice.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.profiler = cProfile.Profile(subcalls=False, builtins=False)

    def __enter__(self):
        event.register("numba:compile", self)
        self.profiler.enable()
        return self

    def __exit__(self, *_):
        self.profiler.disable()
        event.unregister("numba:compile", self)
        for entry in self.profiler.getstats():
            if not isinstance(entry.code, str):  # a function that is built in
                self.add(entry.code)

    def on_start(self, told) -> None:
        self.add(told.data["dispatcher"].py_func.__code__)

    def on_end(self, told) -> None:
        pass

    def add(self, code) -> None:
        path = Path(code.co_filename)
        if PACKAGE in path.parents and not code.co_qualname.startswith("<"):
            module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
            name = code.co_qualname.partition(".<locals>")[0]
            self.names.add(f"{module}:{name}")


def missed(stage: str, what: str, model: str) -> set[str]:
    """The functions that a kind of job runs and the search had missed."""
    made = load_model(model)
    with Seen() as seen:
        _tiny(made, stage, what)
    found = reached(stage, what if what in kinds(stage) else None, made)
    found |= {"models.specification:Model.smallest_system", "models.specification:Model.range"}  # the tiny system's own
    if stage in ("measure", "observe"):
        found |= reached("quench", None, made)
    if stage in ("watch", "quench"):  # that of a liquid from random points
        found |= reached("step" if stage == "watch" else "equilibrate", None, made)
    return {
        name
        for name in seen.names
        if not name.startswith(AROUND)
        and not name.endswith(":tiny")
        and name not in found
        and not with_class(name, found)
    }


def with_class(name: str, found: set[str]) -> bool:
    """Whether a method counts with its class, which was reached."""
    owner, _, method = name.rpartition(".")
    if owner not in found:
        return False
    module, _, kind = owner.partition(":")
    return method not in library().definition(Place(f"glassworks.{module}", kind)).methods


@functools.cache
def library() -> Library:
    return Library(PACKAGE)


if __name__ == "__main__":
    failed, stages = 0, sys.argv[1:] or dict.fromkeys(stage for stage, *_ in KINDS)
    for each in [kind for kind in KINDS if kind[0] in stages]:
        started = time.monotonic()
        lacking = missed(*each)
        failed += bool(lacking)
        print(*each, sorted(lacking) or "nothing missed", f"{time.monotonic() - started:.0f} s", flush=True)
    sys.exit(failed)
