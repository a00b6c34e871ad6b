"""Products that Snakemake has no record of, judged by the provenance that they carry.

Snakemake records a job's parameters when its driver sees the job end. What was finished after the driver's death, or
came from another folder, has no such record, or is marked as incomplete; yet products are whole or absent, and each
says what it was made from. One that was made from what is planned, and of the very files that lie there, is kept; one
that was not is set aside, because Snakemake would trust it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.dag import Plan, job_code
from glassworks.campaign.planned.plan import job_benchmark, job_products
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.campaign.products.contents import INPUTS, carried_hash, read_record

INCOMPLETE, RECORDS = Path(".snakemake/incomplete"), Path(".snakemake/metadata")
QUARANTINE = Path("results/.quarantine")
SKEW = 60.0
"""Seconds by which the clocks of a cluster may differ."""
TRIES, PAUSE = 3, 1.0
"""How often a file is read that the system does not let us read, and seconds between two times."""


def adopt(plan: Plan) -> tuple[list[str], list[str]]:
    """Keeps or sets aside the planned products that Snakemake does not know, and says so; returns both lists."""
    kept, others = judge(plan)
    for path in kept:
        _record(INCOMPLETE, path).unlink(missing_ok=True)
        _record(RECORDS, path).unlink(missing_ok=True)  # of what was there before
    for path, date in later(plan, kept).items():
        os.utime(path, (date, date))
    aside = [path for path in others if set_aside(path)]
    if kept:
        print(f"kept {len(kept)} products that were finished without a driver", file=sys.stderr)
    if aside:
        print(f"{_first(aside)}: not made from what is planned; set aside to {QUARANTINE}", file=sys.stderr)
    return kept, aside


def foresee(plan: Plan) -> tuple[list[str], list[str]]:
    """What :func:`adopt` would keep and set aside, for a dry run, which moves nothing; says so, and returns both."""
    kept, others = judge(plan)
    if kept:
        print(f"{_first(kept)}: finished without a driver; a run keeps them", file=sys.stderr)
    if others:
        print(f"{_first(others)}: not made from what is planned; a run sets them aside", file=sys.stderr)
    if ahead := from_the_future(plan, time.time()):
        print(f"{_first(ahead)}: newer than the clock; a run dates them now", file=sys.stderr)
    return kept, others


def judge(plan: Plan) -> tuple[list[str], list[str]]:
    """The planned products that Snakemake does not know: those that were made from what is planned, and the others.

    Raises:
        ConfigurationError: the system does not let us read one of them.
    """
    kept, others = [], []
    for stage, made, block, observable in plan.jobs():
        paths = [path for path in job_products(stage, made, block, observable) if os.path.exists(path)]
        unknown = [path for path in paths if incomplete(path) or not _record(RECORDS, path).exists()]
        if unknown:
            good = made_as_planned(plan, (stage, made, block, observable), paths)
            (kept if good else others).extend(unknown)
    return kept, others


def made_as_planned(plan: Plan, job: tuple, paths: Iterable[str]) -> bool:
    """Whether the products of a job, as :meth:`Plan.jobs` gives it, were made from what is planned, by the code of
    today and of the very files that lie there; also where these are gone.

    Raises:
        ConfigurationError: the system does not let us read one of them.
    """
    stage, made, block, observable = job
    expected = plan.expected(stage, made, block, observable), job_code(stage, made, observable)
    inputs = SIMULATION[stage].inputs(made, block)
    records = (_read(read_record, path) or {} for path in paths)
    return all(_made_from(record) == expected and _made_of(record, inputs) is not False for record in records)


def incomplete(path: str) -> bool:
    """Whether Snakemake began to make a product and did not see the end."""
    return _record(INCOMPLETE, path).exists()


def _first(paths: list[str]) -> str:
    """The first of some products, and how many there are."""
    return f"{paths[0]} and {len(paths) - 1} more" if len(paths) > 1 else paths[0]


def later(plan: Plan, kept: Iterable[str]) -> dict[str, float]:
    """When products that were kept, and the benchmarks of their jobs, must seem to have been written, where that is
    later than they were: Snakemake makes again what is older than what it was made of.

    A copy may have any date; only what says that it was made of the very files that lie there gets a new one, theirs. A
    benchmark counts as a product, and is written by the driver: where that died, it is of an earlier run of the job.
    """
    known, found = set(kept), {}
    for job in plan.jobs():  # what others are made of comes first
        if paths := known.intersection(job_products(*job)):
            inputs, benchmark = SIMULATION[job[0]].inputs(*job[1:3]), job_benchmark(*job)
            newest = max((found.get(path, _date(path)) for path in inputs), default=0.0)
            found |= {path: newest for path in paths if _date(path) < newest and _proven(path, inputs)}
            oldest = min(found.get(path, _date(path)) for path in paths)
            if os.path.exists(benchmark) and _date(benchmark) < oldest:
                found[benchmark] = oldest
    return found


def settle_clock(plan: Plan) -> list[str]:
    """Gives the present time to products from the future, and says so; returns their paths.

    After a clock has jumped back, whatever is made of them would be older than they are, which Snakemake takes for an
    error, again and again. They all get the same time, so that none becomes newer than another.
    """
    now = time.time()
    ahead = from_the_future(plan, now)
    for path in ahead:
        os.utime(path, (now, now))
    if ahead:
        print(f"{len(ahead)} products were newer than the clock, which was put back: dated now", file=sys.stderr)
    return ahead


def from_the_future(plan: Plan, now: float) -> list[str]:
    """The products that are newer than the clock, by more than clocks differ."""
    paths = [path for job in plan.jobs() for path in job_products(*job)]
    paths += (path for made in plan.results.values() for path in (*made.every_path, *made.captions))
    return [path for path in paths if _date(path) > now + SKEW]


def _date(path: str) -> float:
    """When a product was written; long ago where it is not there, or was taken away a moment before."""
    with contextlib.suppress(OSError):
        return os.path.getmtime(path)
    return 0.0


def lost(plan: Plan, papers: Iterable[str], missed: Iterable[str] = ()) -> list[str]:
    """What was set aside and is planned for these papers: Snakemake does not miss an intermediate file by itself.

    Args:
        missed: what counts as set aside beside what is.
    """
    found = (path for path in QUARANTINE.rglob("*") if path.is_file())
    aside = {str(Path("results") / path.relative_to(QUARANTINE)) for path in found} | set(missed)
    if not aside:
        return []
    planned = {path for job in plan.jobs(papers) for path in job_products(*job)}
    return sorted(aside & (planned | {path for paper in papers for path in plan.results[paper].every_path}))


def set_aside(path: str | Path) -> Path:
    """Moves a product to `results/.quarantine`, under its own path there.

    Where that is on another disk, because a folder of products is a link, the copy is whole before the product goes. A
    product that is itself a link leaves a link to the same file.
    """
    target = QUARANTINE / Path(path).relative_to("results")
    target.parent.mkdir(parents=True, exist_ok=True)
    moved = target.with_name(f".{target.name}.part")
    if os.path.islink(path):
        moved.unlink(missing_ok=True)
        moved.symlink_to(os.path.realpath(path))
        os.replace(moved, target)
        os.unlink(path)
        return target
    try:
        os.replace(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        try:
            shutil.copy2(path, moved)
            os.replace(moved, target)
        finally:
            moved.unlink(missing_ok=True)
        os.unlink(path)
    return target


def _made_from(record: dict) -> tuple[str, str]:
    """The specification and the stage digest that a product was made from, by its provenance."""
    return record.get("specification_hash", "")[:12], record.get("stage_digest", "")


def _made_of(record: dict, inputs: Iterable[str]) -> bool | None:
    """Whether a product was made of the configurations that lie there, by its provenance; None where nobody can tell:
    it is older than such records, or they do not lie there.
    """
    frames = [each for each in inputs if each.endswith(".h5") and os.path.exists(each)]
    told = [record.get(INPUTS, {}).get(each) for each in frames]
    if not frames or None in told:
        return None
    return told == [_read(carried_hash, each) for each in frames]


def _proven(path: str, inputs: Iterable[str]) -> bool:
    """Whether a product says that it was made of the configurations that lie there."""
    return bool(_made_of(_read(read_record, path) or {}, inputs))


def _read(reader: Callable[[Path], Any], path: str) -> Any:
    """What a reader finds in a product; None where it is damaged.

    Raises:
        ConfigurationError: it may be whole, but the system does not let us read it: a stale handle, a disk that fails.
    """
    for _ in range(TRIES):
        try:
            return reader(Path(path))
        except (ValueError, KeyError):
            return None
        except OSError as error:
            if error.errno is None:  # what readers raise of damaged files
                return None
            reason = os.strerror(error.errno)
        time.sleep(PAUSE)
    raise ConfigurationError(
        f"{path}: cannot be read ({reason}), and may be whole; type the same command again when it can, or "
        "`glassworks verify --repair`, which sets aside what a disk has lost"
    )


def _record(folder: Path, path: str) -> Path:
    """Where Snakemake keeps its record of a file: the path in base64, in pieces that fit a file name."""
    code = urlsafe_b64encode(path.encode()).decode()
    pieces = [code[start : start + 254] for start in range(0, len(code), 254)]
    return folder.joinpath(*("@" + piece for piece in pieces[:-1]), pieces[-1])
