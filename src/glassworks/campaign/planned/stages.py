"""The stages of the campaign, and a digest of each kind of its jobs that changes when the code does that it runs.

A digest is the stage's integer version and a hash of the definitions that its entry points reach by name, wherever they
stand (:mod:`glassworks.campaign.planned.definitions`). Rules pass it on as a parameter, so an edited kernel reruns what
reaches it, and nothing else does. Raise a stage's version where its products change for another reason.

A job of a model also depends on the files of the model's pair energy and mixture, which no name leads to: its digest is
one of three, of the stage's code and of these two parts. So a new kind of either makes nothing stale.

Where an edit is proven to leave all bits as they are, a line of `same_bits.csv` lets the new digest of a kind of job,
or of a part, stand for the old. A part that stands for `NOTHING` adds nothing: products that are older than the
division into parts have the digest of the stage alone.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from glassworks import observables, protocols, studies, watching
from glassworks.campaign.declared.sections import TABLE
from glassworks.campaign.planned.definitions import PACKAGE, Library, Place
from glassworks.campaign.products.files import atomic
from glassworks.models import Model

LEDGER = Path(__file__).with_name("same_bits.csv")
OPEN = tuple(
    f"glassworks.campaign.{name}"
    for name in (
        "planned.seeds", "calibrating", "jobs.prepare", "jobs.evidence",
        "jobs.quench", "jobs.watch", "jobs.measure", "jobs.observe", "jobs.measuring", "jobs.portion", "jobs.gather",
        "jobs.results", "jobs.pages",
    )
)  # fmt: skip
"""What of the campaign belongs to the work of its jobs; all else carries numbers to and fro."""


class Stage(NamedTuple):
    """A kind of job.

    Attributes:
        version: raised by hand.
        does: in words.
        roots: the entry points of all its jobs, as `module:name`, `module:TABLE[key]` or `room:*`.
        kinds: further ones of each kind (a protocol, an observable, a paper, a figure of one).
        passes: dispatchers on their way, which would lead to all kinds.
        files: what is read beside code.
        of_model: whether each of its jobs is of one model.
        asked: methods that others ask of what is reached: what prepares liquids, of those who watch.
    """

    version: int
    does: str
    roots: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]] | Callable[[], Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    passes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    of_model: bool = False
    asked: tuple[str, ...] = ()


class Part(NamedTuple):
    """What a model is made of.

    Attributes:
        root: the file of a kind, all of which counts.
        asked: the methods that jobs ask of what it declares.
    """

    root: str
    asked: tuple[str, ...]


PARTS = {
    "potential": Part("models.potentials.{}:*", ("coefficients",)),
    "mixture": Part("models.mixtures.{}:*", ("diameters", "largest", "mixing", "moment", "species")),
}
NOTHING = "nothing"

JOBS = "campaign.jobs"


def _of_studies(*roots: str) -> Callable[[], dict[str, tuple[str, ...]]]:
    """The entry points that each study has in its own room, of those that are there."""

    def found() -> dict[str, tuple[str, ...]]:
        every = {paper: [f"studies.{paper}{root}" for root in roots] for paper in studies.names()}
        return {paper: tuple(root for root in each if _library().has(root)) for paper, each in every.items()}

    return found


def _drawn() -> dict[str, tuple[str, ...]]:
    """Each figure and table that a study draws, as `<paper> <number>` and `<paper> table<number>`."""
    found = {}
    for paper, roots in _of_studies(".figures:FIGURES", ".printed:PRINTED")().items():
        for root in roots:
            table = root.endswith("PRINTED")
            work = f"{JOBS}.results:{'print_table' if table else 'draw_figure'}"
            for key in _library().keys(root):
                found[f"{paper} {TABLE if table else ''}{key}"] = (work, f"{root}[{key}]")
    return found


def _observables(of: str) -> dict[str, tuple[str, ...]]:
    """Each observable of glasses or of liquids, with the functions that it and those that it builds on are made by."""
    return {
        name: tuple(f"observables.{each}:measure" for each in (name, *observables.needed(name)))
        for name in observables.names(of)
    }


def _prepared(stage: str, work: str = "prepare", *more: str) -> Callable[[], dict[str, tuple[str, ...]]]:
    """What prepares the liquids of a stage, or tests them."""

    def found() -> dict[str, tuple[str, ...]]:
        each = [kind for kind in protocols.KINDS.values() if kind.stage == stage]
        chosen = [kind for kind in each if work != "tested" or not kind.untested]
        return {
            kind.prepared_by(): (
                *(f"preparing.{kind.prepared_by()}:{name}" for name in (work, *more)),
                *(root for table in kind.tables for root in _watched().get(table, ())),
            )
            for kind in chosen
        }

    return found


def _watched() -> dict[str, tuple[str, ...]]:
    """Each watcher, with what it is made by. What prepares the liquid is not among it: where that changes, the liquid
    is stale, and what was seen on the way to it is made anew with it."""
    every = {
        name: [f"watching.{name}:{part}" for part in ("Watch", "schedule", "arrays", "write")]
        for name in watching.every_name()
    }
    return {name: tuple(root for root in roots if _library().has(root)) for name, roots in every.items()}


def _goes_on(stage: str) -> bool:
    """Whether liquids of a stage leave states from which others go on."""
    return any(each.goes_on for each in protocols.KINDS.values() if each.stage == stage)


def _templates(*names: str) -> tuple[str, ...]:
    """The templates of some pages, with what all have in common."""
    return tuple(f"report/{name}.html.j2" for name in ("base", "parts", *names))


STAGES: dict[str, Stage] = {
    **{
        stage: Stage(
            1,
            "prepare liquids",
            (f"{JOBS}.prepare:prepare",),
            _prepared(stage, "prepare", "COLUMNS"),
            () if _goes_on(stage) else (f"{JOBS}.prepare:read_states",),
            of_model=True,
        )
        for stage in protocols.STAGES
    },
    "watch": Stage(
        1,
        "watch trajectories run",
        (f"{JOBS}.watch:watch", "watching._audience:Audience"),
        _watched,
        of_model=True,
        asked=("begin", "take", "next", "found"),
    ),
    "evidence": Stage(
        1, "test their equilibrium", (f"{JOBS}.evidence:evidence",), _prepared("equilibrate", "tested"), of_model=True
    ),
    "quench": Stage(1, "minimize to glasses", (f"{JOBS}.quench:quench",), of_model=True),
    "portion": Stage(
        1,
        "measure portions of observables",
        (f"{JOBS}.portion:portion",),
        lambda: _observables(observables.GLASSES),
        of_model=True,
    ),
    "measure": Stage(
        1,
        "measure observables",
        (f"{JOBS}.measure:measure",),
        lambda: _observables(observables.GLASSES),
        of_model=True,
    ),
    "observe": Stage(
        1,
        "measure liquids as they are",
        (f"{JOBS}.observe:observe",),
        lambda: _observables(observables.LIQUIDS),
        of_model=True,
    ),
    "gather": Stage(1, "join blocks into tables", (f"{JOBS}.gather:gather_table",)),
    "analyse": Stage(
        1,
        "fits, lengths, intervals",
        (f"{JOBS}.results:analyse_paper",),
        _of_studies(".analysis:derive", ":RAW", ".columns:COLUMNS"),
    ),
    "draw": Stage(2, "figures and printed tables", (), _drawn),
    "judge": Stage(1, "verdicts", (f"{JOBS}.results:judge_paper", "claims:*"), _of_studies(".measures:*")),
    "page": Stage(
        1,
        "a paper's pages",
        (f"{JOBS}.pages:write_page", "report.paper:write", "report.columns:write"),
        files=_templates("paper", "tables"),
    ),
    "report": Stage(
        3,
        "the index, and what was not reproduced",
        (f"{JOBS}.pages:write_report", "report.index:write", "report.unreproduced:write"),
        files=_templates("index", "unreproduced"),
    ),
    "calibrate": Stage(
        1,
        "whether intervals hold",
        ("campaign.calibrating:*", "statistics:*", "claims:*"),
        _of_studies(".analysis:derive", ":RAW", ".measures:*"),
    ),
}


def stage_digest(stage: str, kind: str | None = None, model: Model | None = None) -> str:
    """`<version>-<12 hexadecimal digits>` for a stage, or for one kind of its jobs (a protocol, an observable, a paper,
    a figure), on a model where they are of one; that of which `same_bits.csv` says that it made the same.

    Raises:
        LookupError: jobs of the stage are of a model, and none is given.
    """
    known = settled()
    own = known.get(_job(stage, kind)) or known[stage]
    if not STAGES[stage].of_model:
        return own
    if model is None:
        raise LookupError(f"a job of stage {stage} is of a model")
    return joined(own, [known[part] for part in parts(model)])


def stands_for(job: str, found: str) -> str:
    """The older digest whose products `same_bits.csv` says to be the same, or the digest itself."""
    return _ledger().get((job, found), found)


def joined(own: str, others: Iterable[str]) -> str:
    """The digest of a kind of job and of the parts of its model."""
    more = [digest for digest in others if digest != NOTHING]
    if not more:
        return own
    return f"{own.partition('-')[0]}-{hashlib.sha256(' '.join([own, *more]).encode()).hexdigest()[:12]}"


def parts(model: Model) -> list[str]:
    """What a model is made of, as `same_bits.csv` calls it: `potential <kind>` and `mixture <kind>`."""
    return [f"{part} {getattr(model, part).kind}" for part in PARTS]


def every_part(library: Library | None = None) -> list[str]:
    """All kinds of parts, one for each file of their folders."""
    folder = (library or _library()).folder
    files = {part: folder.joinpath(*declared.root.split(".{}")[0].split(".")) for part, declared in PARTS.items()}
    return [f"{part} {path.stem}" for part in PARTS for path in sorted(files[part].glob("[!_]*.py"))]


def part_digest(part: str, library: Library | None = None) -> str:
    """Twelve digits of the code of a part of models as it is, whatever `same_bits.csv` says."""
    name, _, kind = part.partition(" ")
    return (library or _library()).digest([PARTS[name].root.format(kind)], asked=PARTS[name].asked)[:12]


def code_digest(stage: str, kind: str | None = None, library: Library | None = None) -> str:
    """The digest of the code as it is, whatever `same_bits.csv` says; of all kinds of a stage without one, and without
    the parts of a model."""
    entry, library = STAGES[stage], library or _library()
    total = hashlib.sha256(library.digest(roots(stage, kind), entry.passes, entry.asked).encode())
    for name in entry.files:
        total.update((library.folder / name).read_bytes())
    return f"{entry.version}-{total.hexdigest()[:12]}"


def roots(stage: str, kind: str | None = None) -> tuple[str, ...]:
    """The entry points of a kind of job, or of all kinds of a stage."""
    known = kinds(stage)
    chosen = [known[kind]] if kind in known else known.values()
    return (*STAGES[stage].roots, *(root for each in chosen for root in each))


def kinds(stage: str) -> Mapping[str, tuple[str, ...]]:
    """The kinds of a stage's jobs, with the entry points of each."""
    declared = STAGES[stage].kinds
    return declared() if callable(declared) else declared


def reached(stage: str, kind: str | None = None, model: Model | None = None) -> set[str]:
    """The definitions of the library that a kind of job reaches, with those of its model's parts, as `module:name`."""
    found = set(_library().reached(roots(stage, kind), STAGES[stage].passes, STAGES[stage].asked))
    for part in parts(model) if model else ():
        name, _, declared = part.partition(" ")
        found |= set(_library().reached([PARTS[name].root.format(declared)], asked=PARTS[name].asked))
    return {f"{place.module.partition('.')[2]}:{place.name}" for place in found if isinstance(place, Place)}


def every_kind() -> list[tuple[str, str | None]]:
    """Each stage and kind of job that has a digest."""
    return [(stage, kind) for stage in STAGES for kind in (None, *kinds(stage))]


def closed(module: str) -> bool:
    """Whether a module of the library changes nothing of what jobs make: declarations of what is measured do not, but
    the functions that measure it do."""
    return module in ("glassworks.observables", "glassworks.watching") or (
        module.startswith("glassworks.campaign") and module not in OPEN
    )


def _job(stage: str, kind: str | None) -> str:
    """How `same_bits.csv` calls a kind of job."""
    return f"{stage} {kind}" if kind else stage


@functools.cache
def _library() -> Library:
    return Library(PACKAGE, closed)


@functools.cache
def _ledger() -> dict[tuple[str, str], str]:
    """The digest that stands for another, by kind of job and that one."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        return {(row["job"], row["digest"]): row["stands_for"] for row in csv.DictReader(file)}


@functools.cache
def settled() -> dict[str, str]:
    """The digest of each kind of job and each part of models, or that for which it stands by `same_bits.csv`."""
    return {job: stands_for(job, found) for job, found in _digests().items()}


@functools.cache
def _digests() -> dict[str, str]:
    """All digests of the code as it is; they are kept beside the compiled modules, because finding them takes a second,
    and every job asks."""
    kept = Path(__file__).parent / f"__pycache__/digests-{_state()}.json"
    with suppress(OSError, ValueError):
        return json.loads(kept.read_text())
    found = {_job(*each): code_digest(*each) for each in every_kind()}
    found |= {part: part_digest(part) for part in every_part()}
    with suppress(OSError):
        for path in kept.parent.glob("digests-*.json"):
            path.unlink()
        with atomic(kept) as path:
            path.write_text(json.dumps(found))
    return found


def _state() -> str:
    """Sixteen digits that change when a file of the library does."""
    found = hashlib.sha256()
    waiting = [PACKAGE]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith((".py", ".j2")):
                    told = entry.stat()
                    found.update(f"{entry.path} {told.st_size} {told.st_mtime_ns}\n".encode())
    return found.hexdigest()[:16]
