"""Re-reads every product and says what is wrong with it: its bytes, hash, provenance, columns, numbers and physics.

Products are configurations and tables of blocks, tables of papers, figures, verdicts, pages, and the archive. One
that is not as it was written is damaged; one that is whole, but was made by other code or from another specification
than today's, is stale: the next run makes it anew.
"""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks import observables, watching
from glassworks.campaign.columns import KEYS, own_columns
from glassworks.campaign.config import CALIBRATION, FROM_ARCHIVE, Campaign, load_campaign, stated
from glassworks.campaign.contents import read_hash, read_record
from glassworks.campaign.dag import job_code
from glassworks.campaign.ensembles import ENSEMBLES, LIQUIDS, Ensemble, Liquid
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.finding import parameters_of, watched_of
from glassworks.campaign.jobs.common import OK
from glassworks.campaign.jobs.evidence import NUMBERS
from glassworks.campaign.jobs.kept import read_arrays
from glassworks.campaign.jobs.prepare import EMPTY
from glassworks.campaign.jobs.quench import QUENCHED
from glassworks.campaign.jobs.watch import read_kept
from glassworks.campaign.marks import read_mark
from glassworks.campaign.products import ARCHIVE, CALIBRATED, PAGES, below_a_scale, made_of
from glassworks.campaign.seeds import digest
from glassworks.campaign.simulation import SIMULATION
from glassworks.campaign.stages import stage_digest
from glassworks.campaign.sums import LIST, DamagedList, read_list, sum_of
from glassworks.campaign.tables import read_table
from glassworks.configurations import Configuration, force_state, read_frames
from glassworks.liquids.swap import TOLERANCE as RUNNING_ENERGY
from glassworks.studies import derived_tables

CHANGED = "does not hold what was written: its content hash differs"
OTHER = f"is not the file that was written: its bytes are not those on {LIST}"
WHOLE, STALE, DAMAGED, UNREAD = "whole", "stale", "damaged", "unread"
ROUNDING = 1e-12
"""By how much an energy (relative) or a residual force (in mean pair forces) may differ when it is computed again."""
UNKNOWN = {
    "sweeps_before", "sweeps_between", "acceptance_move", "acceptance_swap", "replica", "exchange_rate", "round_trips",
    "relaxation_error", "relaxation_declared", "between_ratio", "drift", "drift_error", "drift_z",
    *KEYS,
}  # fmt: skip
"""Columns that some protocols leave without a number."""


class Fault(Exception):
    """What is wrong with a product."""


class Stale(Fault):
    """What tells that a whole product was not made from what is planned now."""


class Finding(NamedTuple):
    """What was found of a product.

    Attributes:
        state: whole, stale, damaged, or unread, where the system does not let us look.
        said: what is wrong, in a sentence; empty where nothing is.
        sum: SHA-256 of its bytes.
        listed: whether these are on the folder's list; None where the list does not know the product.
    """

    path: str
    state: str = WHOLE
    said: str = ""
    sum: str = ""
    listed: bool | None = None

    @property
    def foreign(self) -> bool:
        """Whether it is whole, but was put here from elsewhere: the workflow trusts its own records and keeps it."""
        return self.state == STALE and self.listed is False

    @property
    def archived(self) -> bool:
        """Whether no run makes it again."""
        return ARCHIVE in Path(self.path).parents


def findings(paths: list[str], workers: int) -> Iterator[Finding]:
    """What is found of each path, in order, as soon as it has been read."""
    done = 0
    try:
        with ProcessPoolExecutor(workers) as pool:
            for found in pool.map(finding, paths, chunksize=4):
                done += 1
                yield found
    except BrokenProcessPool:
        for path in paths[done:]:
            yield _apart(path)


def _apart(path: str) -> Finding:
    """What is found of a path, where one of many ends the process that reads it."""
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(finding, path).result()
        except BrokenProcessPool:
            return Finding(path, DAMAGED, "cannot be read: it ends the process that reads it")


def finding(path: str) -> Finding:
    """Reads one product."""
    try:
        one, listed = _bytes(Path(path))
        if listed is False:  # a job may have replaced it between the two
            one, listed = _bytes(Path(path))
    except OSError as error:  # a disk that has lost it is damage; rights, and disks that are not there, are none
        return Finding(path, DAMAGED if error.errno == errno.EIO else UNREAD, _unreadable(error))
    try:
        _check(Path(path))
        if listed is False:
            _as_archived(Path(path))
            raise Fault(OTHER)
    except Stale as found:
        return Finding(path, STALE, str(found), one, listed)
    except Fault as found:
        return Finding(path, DAMAGED, str(found), one, listed)
    except Exception as error:  # whatever a damaged file makes its reader raise
        return Finding(path, DAMAGED, _unreadable(error), one, listed)
    return Finding(path, WHOLE, "", one, listed)


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"


def unlisted(found: Iterable[Finding]) -> tuple[dict[Path, str], dict[Path, dict[str, str]]]:
    """The folders whose list is damaged, with what is wrong with it, or lost (empty); and of each folder the whole
    products that its list does not know, with the SHA-256 of their bytes."""
    wrong, missing = {}, {}
    own = [each for each in found if each.sum and _source(Path(each.path)) == Path(each.path)]
    for folder in dict.fromkeys(Path(each.path).parent for each in own):
        try:
            if not read_list(folder):
                wrong[folder] = ""
        except (DamagedList, OSError) as error:
            wrong[folder] = str(error)
    for path, each in ((Path(each.path), each) for each in own):
        if each.state == WHOLE and each.listed is None:
            missing.setdefault(path.parent, {})[path.name] = each.sum
    return wrong, missing


# ---- bytes


def _bytes(path: Path) -> tuple[str, bool | None]:
    """SHA-256 of a product's bytes, and whether they are those on its folder's list."""
    one = sum_of(path)
    return one, _listed(path, one)


def _listed(path: Path, one: str) -> bool | None:
    """Whether bytes with this SHA-256 are those on the list of a product's folder; None where it does not know it.

    A table that was restored is on the list of the archive.
    """
    source = _source(path)
    try:
        known = read_list(source.parent).get(source.name)
    except (DamagedList, OSError):
        return None
    return one in known if known else None


def _source(path: Path) -> Path:
    """The archive's table that a product was copied from; of all others the product itself."""
    archived = ARCHIVE / path.parent.name / path.name
    return archived if path.parts[1] == FROM_ARCHIVE and os.path.isfile(archived) else path


def _as_archived(path: Path) -> None:
    """Whether a table is the archive's, which may have been replaced since it was restored."""
    source = _source(path)
    if source != path and read_hash(source)[1] != read_hash(path)[1]:
        raise Stale(f"is not the table that is now in {ARCHIVE}")


def _trusted(table: Path) -> bool:
    """Whether a table is as it was written, so that what contradicts it is wrong itself."""
    try:
        _, listed = _bytes(table)
        kept, found = read_hash(table)
    except Exception:  # whatever a damaged file makes its reader raise; it is named as a product of its own
        return False
    return listed is not False and kept == found


def _check(path: Path) -> None:
    if os.path.getsize(path) == 0:
        raise Fault("is empty")
    if path.suffix in (".pdf", ".png", ".csv", ".html"):
        _page(path)
        return
    kept, found = read_hash(path)
    if kept and kept != found:
        raise Fault(CHANGED)
    record = read_record(path)
    if not record:
        raise Fault("carries no provenance")
    made = None
    if path.parts[1] in (Path(LIQUIDS).name, Path(ENSEMBLES).name):
        made = made_of(_campaign(record.get("seed")), path.parts[2])
    _provenance(path, record, made)
    if path.suffix == ".h5" and _observable(path):
        _arrays(path, record)
    elif path.suffix == ".h5":
        _configurations(path, record, made)
    else:
        _table(path, record, made)


def _page(path: Path) -> None:
    """Whether a figure, printed table or page is as it was written, and was made by today's stage."""
    said, whole = read_mark(path.read_bytes(), path.suffix)
    if not whole:
        raise Fault(CHANGED)
    if path.suffix == ".html":
        _version(said, stage_digest("page" if path.parent.name == PAGES else "report"))
    else:
        _version(said, stage_digest("draw", f"{path.parent.name} {path.stem.removeprefix('fig')}"))


@functools.cache
def _campaign(seed: int | None) -> Campaign:
    return load_campaign(stated(seed=seed), every=True)


# ---- provenance


def _provenance(path: Path, record: dict, made: Liquid | Ensemble | None) -> None:
    """Whether a product says what made it, and was made by today's stage from today's specification.

    A raw table from the archive may be older than today's stage: making it again would only copy it again. So may one
    of another seed, whose liquids and glasses were removed.
    """
    lacking = [key for key in ("stage", "stage_digest", "specification_hash", "seed", "packages") if key not in record]
    if lacking:
        raise Fault(f"its provenance lacks {', '.join(lacking)}")
    if digest(record.get("specification")) != record["specification_hash"]:
        raise Fault("its specification is not the one that its hash was taken of")
    observable = _observable(path)
    of_liquid = path.parts[1] == Path(LIQUIDS).name
    known = watching.every_name() if of_liquid else observables.every_name()
    if observable and observable not in known:
        raise Stale(f"is not planned any more: there is no {'watcher' if of_liquid else 'observable'} {observable}")
    stage = "watch" if of_liquid else observables.load(observable).stage if observable else ""
    stage = (stage if observable else "") or _stage(path, made) or record["stage"]
    if record["stage"] != stage:
        raise Fault(f"was made by stage {record['stage']}, not {stage}")
    archived = path.parts[1] in (FROM_ARCHIVE, ARCHIVE.name, CALIBRATION) and stage == "gather"
    block = path.parts[1] in (Path(LIQUIDS).name, Path(ENSEMBLES).name)
    if not archived and (made is not None or not block):
        paper = path.parent.name if stage in ("analyse", "judge") else None
        now = stage_digest(stage, paper) if made is None else job_code(stage, made, observable or "")
        _version(record, now)
    if made is not None:
        expected = _specification(path, made, stage, observable, record["seed"])
        if digest(expected) != record["specification_hash"]:
            raise Stale("was made from another specification than the one that is planned")


def _version(record: dict, now: str) -> None:
    if record["stage_digest"] != now:
        raise Stale(f"was made by an older version of its stage ({record['stage_digest']}, now {now})")


def _observable(path: Path) -> str | None:
    """The observable or watcher whose product of a block this is, by its name; None of any other."""
    of_block = path.parts[1] in (Path(ENSEMBLES).name, Path(LIQUIDS).name)
    return path.stem.rpartition("-")[0] if of_block and "-" in path.stem else None


def _stage(path: Path, made: Liquid | Ensemble | None) -> str:
    """The stage that makes a product, observables apart; empty where nothing tells."""
    if path.parts[1] == Path(ENSEMBLES).name:
        return "quench"
    if path.parts[1] == Path(LIQUIDS).name:
        return "evidence" if path.stem == "equilibrium" else made.stage if made else ""
    if path.name == CALIBRATED:
        return "calibrate"
    if path.stem == "claims":
        return "judge" if _among_tables(path) else "report"
    return "analyse" if _derived(path) else "gather"


def _among_tables(path: Path) -> bool:
    """Whether a product is one of the tables of a paper, of a scale or another seed."""
    return below_a_scale(path.parts[1:])[1] == "tables"


def _derived(path: Path) -> bool:
    """Whether a product is a derived table of its paper."""
    return _among_tables(path) and path.stem in derived_tables(path.parent.name)


def _specification(path: Path, made: Liquid | Ensemble, stage: str, observable: str | None, seed: int) -> dict:
    """What the campaign plans for a product's path."""
    if observable:
        try:
            made, _ = (watched_of if stage == "watch" else parameters_of)(_campaign(seed), made.id, path.stem)
        except ConfigurationError as error:
            raise Stale("is not planned any more: no group measures this with these parameters") from error
    block = int(path.parts[3]) if SIMULATION[stage].of_blocks else 0
    return SIMULATION[stage].specification(made, block, observable or "", seed)


# ---- tables


def columns(name: str) -> set[str]:
    """The columns that a block's table must have."""
    known = {
        "liquids": {"sample", "chain", *EMPTY},
        "glasses": {"sample", *QUENCHED},
        "equilibrium": {*NUMBERS, "passed"},
    }
    return known[name] if name in known else {"sample", *_own(name), "status"}


def _own(table: str) -> Mapping[str, observables.Column]:
    """The columns that a table of an observable or a protocol must have to be whole: not those that came later, nor
    coordinates of more dimensions."""
    return {
        name: each
        for name, each in own_columns(table).items()
        if not each.later and each.dimension <= 2 and not each.only
    }


def _table(path: Path, record: dict, made: Liquid | Ensemble | None) -> None:
    """Whether a table has its columns, samples and finite numbers, and its flags tell the truth."""
    rows = read_table(path)
    name = _observable(path) or path.stem
    if path.stem == "claims" and not _among_tables(path):
        _verdicts(path, rows)
    if _derived(path) or path.name in ("claims.parquet", CALIBRATED):
        return
    gathered = _among_tables(path) or path.parts[1] == ARCHIVE.name
    if not len(rows):
        raise Fault("has no rows")
    good = rows[rows["status"] == OK] if "status" in rows else rows[rows["passed"].astype(bool)]
    expected = columns(name) | (set(KEYS) if gathered else set())
    if len(good) and (lacking := sorted(expected - set(rows))):
        raise Fault(f"lacks the columns {', '.join(lacking)}")
    if not gathered and "sample" in rows and set(rows["sample"]) != _samples(record):
        raise Fault("does not hold the samples of its block")
    declared = own_columns(name)
    unknown = UNKNOWN | {column for column, told in declared.items() if not getattr(told, "known", True)}
    for column in good.select_dtypes("number").columns.difference(list(unknown)):
        if not np.isfinite(_where_it_is(good, column, declared.get(column))).all():
            raise Fault(f"{column}: not a finite number in a row whose status is ok")
    _flags(good, declared)


AXES = "xyzw"


def _where_it_is(rows: pd.DataFrame, column: str, told: observables.Column | None = None) -> pd.Series:
    """A column's values; of a coordinate, or of what is of one space alone, in tables that join dimensions, those of
    rows that have it."""
    if told and told.only and "dimension" in rows:
        return rows.loc[rows["dimension"] == told.only, column]
    if column in AXES and "dimension" in rows:
        return rows.loc[rows["dimension"] > AXES.index(column), column]
    return rows[column]


def _verdicts(path: Path, rows: pd.DataFrame) -> None:
    """Whether the verdicts of all papers are those of each, whose table may have fewer columns: those of its time."""
    for name, claims in rows.groupby("paper"):
        judged = path.parent / f"tables/{name}/claims.parquet"
        if not judged.is_file() or not _trusted(judged):
            continue
        own = read_table(judged)
        if not claims.reset_index(drop=True).reindex(columns=own.columns).equals(own):
            raise Fault(f"does not hold the verdicts of {judged}")


def _samples(record: dict) -> set[int]:
    specification = record["specification"]
    first = specification["block"] * specification["samples"]
    return set(range(first, first + specification["samples"]))


def _flags(good: pd.DataFrame, declared: Mapping[str, observables.Column]) -> None:
    """Whether what is called ok is within the bounds that the observable declares."""
    for column, told in declared.items():
        if column not in good or told.words or not told.known:
            continue
        numbers = _where_it_is(good, column, told)
        if not (numbers >= told.least).all():
            raise Fault(f"{column}: less than {told.least:g} in a row whose status is ok")
        if not (numbers < told.below).all():
            raise Fault(f"{column}: a row whose status is ok exceeds {told.below:g}")


def _arrays(path: Path, record: dict) -> None:
    """Whether a file has the arrays that its observable or watcher keeps, of all samples that its table calls ok, in
    numbers."""
    parameters = record["specification"]["parameters"]
    if record["stage"] == "watch":
        watcher = watching.load(_observable(path))
        found, declared = read_kept(path, watcher), watcher.arrays(watcher.chosen(parameters))
    else:
        found, declared = read_arrays(path)[0], observables.load(_observable(path)).kept(parameters)
    for sample, arrays in found.items():
        if set(arrays) != set(declared):
            raise Fault(f"sample {sample}: holds {', '.join(sorted(arrays))} instead of {', '.join(sorted(declared))}")
        for name, value in arrays.items():
            if value.dtype != declared[name].kind or not np.isfinite(value).all():
                raise Fault(f"sample {sample}: {name}: holds something else than numbers of kind {declared[name].kind}")
    if not set(found) <= _samples(record):
        raise Fault("does not hold the samples of its block")
    table = path.with_suffix(".parquet")
    if table.is_file() and _trusted(table):
        rows = read_table(table)
        if lacking := sorted(set(rows[rows["status"] == OK]["sample"]) - set(found)):
            raise Fault(f"lacks the arrays of sample {lacking[0]}, which its table calls ok")


# ---- configurations


def _configurations(path: Path, record: dict, made: Liquid | Ensemble | None) -> None:
    """Whether the frames are those of the block, and energies and residual forces are those that the table tells."""
    frames, samples, _ = read_frames(path)
    if list(samples) != sorted(_samples(record)):
        raise Fault("does not hold the samples of its block")
    table = path.with_name("liquids.parquet" if path.stem == "liquid" else "glasses.parquet")
    rows = read_table(table).set_index("sample") if table.is_file() and _trusted(table) else None
    for sample, frame in zip(map(int, samples), frames, strict=True):
        if not (np.isfinite(frame.positions).all() and (frame.diameters > 0).all()):
            raise Fault(f"sample {sample}: a position or diameter is not a number")
        if made is not None:
            if len(frame) != made.n:
                raise Fault(f"sample {sample}: {len(frame)} particles instead of {made.n}")
            if rows is not None and rows["status"][sample] == OK:
                _mechanics(path.stem, made, frame, sample, rows.loc[sample])


def _mechanics(kind: str, made: Liquid | Ensemble, frame: Configuration, sample: int, row: pd.Series) -> None:
    """Whether a sample's energy and residual force, computed again, are those of its row.

    A molecular-dynamics run reports mean energies, which its last configuration does not have.
    """
    state = force_state(made.model.interaction, frame)
    energy = state.energy / len(frame)
    if kind == "glass":
        if not abs(energy - row["energy"]) <= ROUNDING * max(abs(energy), 1.0):
            raise Fault(f"sample {sample}: energy a particle {energy:.12g}, but its table says {row['energy']:.12g}")
        if not state.residual <= row["residual"] + ROUNDING:
            raise Fault(
                f"sample {sample}: forces do not balance: residual {state.residual:.1e}, "
                f"but its table says {row['residual']:.1e}"
            )
    elif not made.protocol.dynamics:
        if not abs(energy - row["energy"]) <= RUNNING_ENERGY * (abs(energy) + made.temperature):
            raise Fault(f"sample {sample}: energy a particle {energy:.12g}, but its table says {row['energy']:.12g}")
    elif not np.isfinite(energy):
        raise Fault(f"sample {sample}: its energy is not a number")
