"""Compiles kernels once a machine, by doing a job's kind of work on a tiny system first.

The first job of a kind does this while others of its kind wait for it; then all find the kernels in numba's cache. It
is not a rule of the workflow: Snakemake does not look for changed parameters downstream of a job that is about to run,
so a rule that every simulation waits for would hide their staleness, and a lost file would remake everything.
"""

from __future__ import annotations

import compileall
import contextlib
import json
import platform
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

from glassworks import compiled, observables
from glassworks.campaign.config import Campaign, load_campaign
from glassworks.campaign.files import machine, write_json
from glassworks.campaign.locks import lock
from glassworks.campaign.progress import note
from glassworks.campaign.seeds import digest
from glassworks.campaign.simulation import SIMULATION
from glassworks.campaign.stages import PACKAGE
from glassworks.models import Model

FOLDER = Path("results/.warm")


def mark(model: Model, stage: str, what: str) -> Path:
    """The file that says that this machine has compiled the kernels of a stage, and in how many seconds.

    Args:
        what: protocol, minimizer or observable.
    """
    state = [compiled.sources(), version("numba"), platform.python_version(), machine()["processor"]]
    return FOLDER / f"{model.dimension}d-{stage}-{what}-{digest(state)[:8]}.json"


def ensure(model: Model, stage: str, what: str) -> None:
    """Compiles the kernels of a stage unless this machine has done so.

    What goes wrong on the tiny system is printed and otherwise ignored: the job itself will meet it if it matters.
    """
    done = mark(model, stage, what)
    if done.is_file():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    kernels = f"kernels of {f'quenching by {what}' if stage == 'quench' else what} in {model.dimension}D"
    note(f"waits for another job that compiles {kernels}")
    with done.with_suffix(".lock").open("w") as turn:
        lock(turn, wait=True)  # where the file system has no locks, several jobs compile the same
        if done.is_file():
            return
        note(f"compiling {kernels} (usually {usual(done):.0f} s)")
        started = time.monotonic()
        compileall.compile_dir(PACKAGE, quiet=2)  # once, even where Python is told to write no bytecode
        try:
            _tiny(model, stage, what)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            print(f"while compiling: {type(error).__name__}: {error}")
        write_json(done, {"seconds": round(time.monotonic() - started, 2)})
    note("")


def usual(done: Path) -> float:
    """Seconds that compiling takes: the median of what it took here before for this kind, else by the cost model."""
    from glassworks.campaign.costs import read_costs  # loads much that no job needs

    before = compile_seconds(FOLDER, f"{done.stem.rpartition('-')[0]}-????????")
    return median(before) if before else read_costs(Path()).file.compile


def compile_seconds(folder: Path, marks: str = "*") -> list[float]:
    """Seconds that compiling took, by the marks that a pattern tells.

    A mark that is there counts as one, whatever it holds; where nobody can read in it how long that took, it says
    nothing of that.
    """
    found = []
    for path in folder.glob(f"{marks}.json"):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            found.append(float(json.loads(path.read_text())["seconds"]))
    return found


def everything(campaign: Campaign | None = None) -> None:
    """Compiles what the campaign's papers use."""
    campaign = campaign or load_campaign()
    for paper in campaign.papers.values():
        for group in paper.groups.values():
            model = campaign.models[group.model]
            ensure(model, group.protocol.stage, group.protocol.prepared_by())
            if group.minimizer:
                ensure(model, "quench", group.minimizer)
            for watcher in group.watch:
                ensure(model, "watch", watcher)
            for observable in group.observables:
                ensure(model, observables.load(observable).stage, observable)


def _tiny(model: Model, stage: str, what: str) -> None:
    """A stage's work on the smallest system of a model."""
    SIMULATION[stage].tiny(model, what, np.random.default_rng(0))
