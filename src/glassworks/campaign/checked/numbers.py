"""Whether what a whole product holds can be: its columns, samples and finite numbers, energies and forces."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from glassworks import observables, watching
from glassworks.campaign.checked.trust import Fault, among_tables, is_derived, observable_of, trusted
from glassworks.campaign.jobs.common import OK
from glassworks.campaign.jobs.evidence import NUMBERS
from glassworks.campaign.jobs.kept import read_arrays
from glassworks.campaign.jobs.prepare import EMPTY
from glassworks.campaign.jobs.quench import QUENCHED
from glassworks.campaign.jobs.watch import read_kept
from glassworks.campaign.planned.ensembles import Ensemble, Liquid
from glassworks.campaign.products.columns import KEYS, own_columns
from glassworks.campaign.products.places import ARCHIVE, CALIBRATED
from glassworks.campaign.products.tables import read_table
from glassworks.configurations import Configuration, force_state, read_frames
from glassworks.liquids.swap import TOLERANCE as RUNNING_ENERGY

ROUNDING = 1e-12
"""By how much an energy (relative) or a residual force (in mean pair forces) may differ when it is computed again."""
UNKNOWN = {
    "sweeps_before", "sweeps_between", "acceptance_move", "acceptance_swap", "replica", "exchange_rate", "round_trips",
    "relaxation_error", "relaxation_declared", "between_ratio", "drift", "drift_error", "drift_z",
    *KEYS,
}  # fmt: skip
"""Columns that some protocols leave without a number."""


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


def _told_of(made: Liquid | Ensemble | None, table: str, samples: set[int]) -> set[int]:
    """The samples that have rows in a table: what comes with a liquid beside its own table is told once a chain, with
    the first sample of it."""
    if not isinstance(made, Liquid) or table == "liquids" or table not in made.tables:
        return samples
    return {sample for sample in samples if sample % made.samples_per_chain == 0}


def check_table(path: Path, record: dict, made: Liquid | Ensemble | None) -> None:
    """Whether a table has its columns, samples and finite numbers, and its flags tell the truth."""
    rows = read_table(path)
    name = observable_of(path) or path.stem
    if path.stem == "claims" and not among_tables(path):
        _verdicts(path, rows)
    if is_derived(path) or path.name in ("claims.parquet", CALIBRATED):
        return
    gathered = among_tables(path) or path.parts[1] == ARCHIVE.name
    if not len(rows):
        raise Fault("has no rows")
    good = rows[rows["status"] == OK] if "status" in rows else rows[rows["passed"].astype(bool)]
    expected = columns(name) | (set(KEYS) if gathered else set())
    if len(good) and (lacking := sorted(expected - set(rows))):
        raise Fault(f"lacks the columns {', '.join(lacking)}")
    if not gathered and "sample" in rows and set(rows["sample"]) != _told_of(made, name, _samples(record)):
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
    if told and told.dimension and "dimension" in rows:
        return rows.loc[rows["dimension"] >= told.dimension, column]
    if column in AXES and "dimension" in rows:
        return rows.loc[rows["dimension"] > AXES.index(column), column]
    return rows[column]


def _verdicts(path: Path, rows: pd.DataFrame) -> None:
    """Whether the verdicts of all papers are those of each, whose table may have fewer columns: those of its time."""
    for name, claims in rows.groupby("paper"):
        judged = path.parent / f"tables/{name}/claims.parquet"
        if not judged.is_file() or not trusted(judged):
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
        numbers = _where_it_is(good, column, told).to_numpy(float)  # the archive's are of single precision
        if not (numbers >= told.least).all():
            raise Fault(f"{column}: less than {told.least:g} in a row whose status is ok")
        if not (numbers < told.below).all():
            raise Fault(f"{column}: a row whose status is ok exceeds {told.below:g}")


def check_arrays(path: Path, record: dict) -> None:
    """Whether a file has the arrays that its observable or watcher keeps, of all samples that its table calls ok, in
    numbers."""
    parameters = record["specification"]["parameters"]
    if record["stage"] == "watch":
        watcher = watching.load(observable_of(path))
        found, declared = read_kept(path, watcher), watcher.arrays(watcher.chosen(parameters))
    else:
        found, declared = read_arrays(path)[0], observables.load(observable_of(path)).kept(parameters)
    for sample, arrays in found.items():
        if set(arrays) != set(declared):
            raise Fault(f"sample {sample}: holds {', '.join(sorted(arrays))} instead of {', '.join(sorted(declared))}")
        for name, value in arrays.items():
            if value.dtype != declared[name].dtype or not np.isfinite(value).all():
                raise Fault(f"sample {sample}: {name}: holds other than numbers of type {declared[name].dtype}")
    if not set(found) <= _samples(record):
        raise Fault("does not hold the samples of its block")
    table = path.with_suffix(".parquet")
    if table.is_file() and trusted(table):
        rows = read_table(table)
        if lacking := sorted(set(rows[rows["status"] == OK]["sample"]) - set(found)):
            raise Fault(f"lacks the arrays of sample {lacking[0]}, which its table calls ok")


# ---- configurations


def check_configurations(path: Path, record: dict, made: Liquid | Ensemble | None) -> None:
    """Whether the frames are those of the block, and energies and residual forces are those that the table tells."""
    frames, samples, _ = read_frames(path)
    if list(samples) != sorted(_samples(record)):
        raise Fault("does not hold the samples of its block")
    table = path.with_name("liquids.parquet" if path.stem == "liquid" else "glasses.parquet")
    rows = read_table(table).set_index("sample") if table.is_file() and trusted(table) else None
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
        if not abs(energy - row["energy"]) <= RUNNING_ENERGY * (abs(energy) + (made.temperature or 0.0)):
            raise Fault(f"sample {sample}: energy a particle {energy:.12g}, but its table says {row['energy']:.12g}")
    elif not np.isfinite(energy):
        raise Fault(f"sample {sample}: its energy is not a number")
