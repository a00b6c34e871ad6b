"""Compiles kernels once a machine, by doing a job's kind of work on a tiny system first.

The first job of a kind does this while others of its kind wait for it; then all find the kernels in numba's cache. It
is not a rule of the workflow: Snakemake does not look for changed parameters downstream of a job that is about to run,
so a rule that every simulation waits for would hide their staleness, and a lost file would remake everything.
"""

from __future__ import annotations

import compileall
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

from glassworks import observables
from glassworks.campaign.declared.campaign import Campaign
from glassworks.campaign.jobs.progress import note
from glassworks.campaign.planned.compiling import FOLDER, compile_seconds, mark
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.campaign.planned.stages import PACKAGE
from glassworks.campaign.products.files import write_json
from glassworks.campaign.products.locks import lock
from glassworks.models import Model


def ensure(model: Model, stage: str, what: str) -> None:
    """Compiles the kernels of a stage unless this machine has done so.

    Where another job compiles them, it compiles meanwhile what jobs of the same model will need next. What goes wrong
    on the tiny system is printed and otherwise ignored: the job itself will meet it if it matters.
    """
    done = mark(model, stage, what)
    if done.is_file():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    with done.with_suffix(".lock").open("w") as turn:
        while lock(turn) is False:  # where the file system has no locks, several jobs compile the same
            if not _meanwhile(model):
                note(f"waits for another job that compiles {kernels(model, stage, what)}")
                lock(turn, wait=True)
                break
        if not done.is_file():
            _compile(model, stage, what, done)
    note("")


def _meanwhile(model: Model) -> bool:
    """Compiles one of the kinds of work that the campaign does on a model and that no job has compiled or compiles;
    whether there was one."""
    for other, stage, what in kinds(load_campaign()):
        done = mark(other, stage, what)
        if other.name != model.name or done.is_file():
            continue
        with done.with_suffix(".lock").open("w") as turn:
            if lock(turn) and not done.is_file():
                _compile(other, stage, what, done)
                return True
    return False


def _compile(model: Model, stage: str, what: str, done: Path) -> None:
    note(f"compiling {kernels(model, stage, what)} (usually {usual(done):.0f} s)")
    started = time.monotonic()
    compileall.compile_dir(PACKAGE, quiet=2)  # once, even where Python is told to write no bytecode
    try:
        _tiny(model, stage, what)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        print(f"while compiling: {type(error).__name__}: {error}")
    write_json(done, {"seconds": round(time.monotonic() - started, 2)})


def kernels(model: Model, stage: str, what: str) -> str:
    """What is compiled, in words."""
    return f"kernels of {f'quenching by {what}' if stage == 'quench' else what} in {model.dimension}D"


def usual(done: Path) -> float:
    """Seconds that compiling takes: the median of what it took here before for this kind, else by the cost model."""
    from glassworks.campaign.planned.costs import read_costs  # loads much that no job needs

    before = compile_seconds(FOLDER, f"{done.stem.rpartition('-')[0]}-????????")
    return median(before) if before else read_costs(Path()).file.compile


def everything(campaign: Campaign | None = None) -> None:
    """Compiles what the campaign's papers use."""
    for kind in kinds(campaign or load_campaign()):
        ensure(*kind)


def kinds(campaign: Campaign) -> Iterator[tuple[Model, str, str]]:
    """Model, stage, and protocol, minimizer, watcher or observable of all that the campaign's papers do, in the order
    of a group's jobs."""
    for paper in campaign.papers.values():
        for group in paper.groups.values():
            model = campaign.models[group.model]
            yield model, group.protocol.stage, group.protocol.prepared_by()
            if group.minimizer:
                yield model, "quench", group.minimizer
            for watcher in group.watch:
                yield model, "watch", watcher
            for observable in group.observables:
                yield model, observables.load(observable).stage, observable


def _tiny(model: Model, stage: str, what: str) -> None:
    """A stage's work on the smallest system of a model."""
    SIMULATION[stage].tiny(model, what, np.random.default_rng(0))
