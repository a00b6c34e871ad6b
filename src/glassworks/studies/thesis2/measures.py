"""What claims of the chapter are measured by: rows of its derived tables, of the slowest rate that tells anything."""

from __future__ import annotations

import math

import pandas as pd

from glassworks.claims.measures import Measurement, Measures, OutOfReach, Tables
from glassworks.statistics.resampling import NORMAL
from glassworks.studies.thesis2 import NAMES
from glassworks.studies.thesis2.analysis.fields import HARMONIC

MEASURES = Measures()
measure = MEASURES.register
COMMON, TOTAL = "common", "total"
"""The window of all sizes, and g(r) of all particles."""


def _known(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows whose value has an interval."""
    if rows.empty:
        return rows
    return rows[rows[[f"{name}{end}" for end in ("", "_low", "_high")]].notna().all(axis=1)]


def _slowest(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the slowest rate among them, which is nearest to the published one."""
    return rows[rows["rate"] == rows["rate"].min()] if len(rows) else rows


def _told(row: pd.Series, name: str, scope: str) -> Measurement:
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    modes = int(row["modes"]) if "modes" in row else 10**6
    return Measurement(value, low, high, int(row["samples"]), scope, modes=modes)


def _of_size(tables: Tables, table: str, name: str, model: str, least: int = 0, **equal) -> pd.DataFrame:
    rows = _known(tables.rows(table, model=model, **equal), name)
    rows = rows[rows["n"] >= least] if len(rows) else rows
    if rows.empty:
        raise OutOfReach(f"no glasses of {NAMES[model]}{f' of N = {least:,} or more' if least else ''} that tell it")
    return _slowest(rows)


def _said(row: pd.Series) -> str:
    return f"N = {int(row['n'])}, rate {row['rate']:g}, {int(row['samples'])} glasses"


FEW = 20
"""Modes in the windows of all sizes, below which a rate tells no exponent."""


@measure
def exponent(tables: Tables, model: str, least: int = 0) -> Measurement:
    """Exponent of C(ω) in the windows of all sizes from `least` on, each as often as it has modes (`windows`). Sizes
    are independent, so their errors add in squares."""
    rows = _known(tables.rows("windows", model=model, chosen=True), "exponent")
    rows = rows[rows["n"] >= least] if len(rows) else rows
    if len(rows):
        rows = rows[rows.groupby("rate")["modes"].transform("sum") >= FEW]
    if rows.empty:
        raise OutOfReach(f"too few modes of {NAMES[model]}{f' of N = {least:,} or more' if least else ''}")
    rows = _slowest(rows)
    part = rows["modes"] / rows["modes"].sum()
    value = float((part * rows["exponent"]).sum())
    below, above = (
        math.sqrt(float((part**2 * (rows[f"exponent_{end}"] - rows["exponent"]) ** 2).sum())) for end in ("low", "high")
    )
    modes, samples, sizes = int(rows["modes"].sum()), int(rows["samples"].min()), ", ".join(map(str, rows["n"]))
    scope = f"N = {sizes}, rate {rows['rate'].iloc[0]:g}, {modes} modes"
    return Measurement(value, value - below, value + above, samples, scope, modes=modes)


def _difference(one: Measurement, other: Measurement) -> Measurement:
    """Of independent measurements, whose errors add in squares."""
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    scope = f"{one.value:.3g} ({one.scope}) and {other.value:.3g} ({other.scope})"
    samples, modes = min(one.samples, other.samples), min(one.modes, other.modes)
    return Measurement(value, value - below, value + above, samples, scope, modes=modes)


@measure
def exponent_difference(tables: Tables, model: str, than: str, least: int = 0, than_least: int = 0) -> Measurement:
    """By how much the exponent of one model is larger than that of another."""
    return _difference(exponent(tables, model, least), exponent(tables, than, than_least))


@measure
def law(tables: Tables, model: str, quantity: str, law: str, least: int = 0, whose: str = COMMON) -> Measurement:
    """How a quantity changes with N (`laws`), of the sizes from `least` on, the most of them; what is made of modes in
    the window of all sizes, or in each size's own."""
    rows = _known(tables.rows("laws", model=model, quantity=quantity, law=law), "value")
    if len(rows):
        rows = rows[rows["whose"].isin([whose, "none"]) & (rows["smallest"] >= least)]
    if rows.empty:
        of = f" of {least:,} or more" if least else ""
        raise OutOfReach(f"no two sizes N{of} of {NAMES[model]} that tell it")
    rows = _slowest(rows)
    row = rows.loc[rows["sizes"].idxmax()]
    scope = f"N = {int(row['smallest'])} to {int(row['largest'])}, {int(row['sizes'])} sizes, rate {row['rate']:g}"
    return _told(row, "value", scope)


@measure
def law_difference(
    tables: Tables, model: str, than: str, quantity: str, law: str, least: int = 0, than_least: int = 0
) -> Measurement:
    """By how much the number of a law is larger in one model than in another."""
    one, other = (_law(tables, each, quantity, law, n) for each, n in ((model, least), (than, than_least)))
    return _difference(one, other)


_law = law


@measure
def peak(tables: Tables, model: str) -> Measurement:
    """First peak of the mean participation ratio over the first wave, at the largest N (`bands`)."""
    rows = _of_size(tables, "bands", "peak_over_wave", model, band=0)
    row = rows.loc[rows["n"].idxmax()]
    return _told(row, "peak_over_wave", _said(row))


@measure
def cutoff(
    tables: Tables, model: str, quantity: str, n: int = 0, which: str = "largest", least: int = 0
) -> Measurement:
    """ω_c, over ω_D or the first wave, or the deficit of modes below the band (`cutoffs`), at one N, or at the largest
    or smallest."""
    rows = _of_size(tables, "cutoffs", quantity, model, least, **({"n": n} if n else {}))
    row = rows.loc[rows["n"].idxmin() if which == "smallest" else rows["n"].idxmax()]
    return _told(row, quantity, _said(row))


@measure
def level(tables: Tables, model: str, quantity: str, least: int = 0, fastest: float = math.inf) -> Measurement:
    """A quantity of the largest N that has it (`summary`), of glasses cooled no faster than at some rate."""
    rows = _of_size(tables, "summary", quantity, model, least)
    if rows["rate"].min() > fastest * (1.0 + 1e-9):
        raise OutOfReach(
            f"{NAMES[model]} glasses were cooled at {rows['rate'].min():g} at the slowest, not {fastest:g}"
        )
    row = rows.loc[rows["n"].idxmax()]
    return _told(row.drop("modes"), quantity, _said(row))


@measure
def slower(tables: Tables, model: str) -> Measurement:
    """A_g of the fastest over that of the slowest cooling, at the N that has most modes (`rates`)."""
    rows = _known(tables.rows("rates", model=model), "ratio")
    if rows.empty:
        raise OutOfReach(f"no two rates of one N of {NAMES[model]}")
    row = rows.loc[rows["modes"].idxmax()]
    scope = f"N = {int(row['n'])}, rates {row['fast']:g} and {row['slow']:g}, {int(row['modes'])} modes"
    return _told(row, "ratio", scope)


@measure
def decay(tables: Tables, model: str, field: int = HARMONIC) -> Measurement:
    """Exponent in r of |z|² around the core of a field, of the largest N (`falls`)."""
    rows = _known(tables.rows("falls", model=model, field=field), "exponent")
    if rows.empty:
        raise OutOfReach(f"no {NAMES[model]} glasses with such modes and shells between core and L/4")
    row = rows.loc[rows["n"].idxmax()]
    return _told(row, "exponent", f"{_said(row)}, r from {row['nearest']:.2g} to {row['farthest']:.2g} a₀")


@measure
def weight(tables: Tables, model: str, name: str = "components") -> Measurement:
    """Share of the weight of harmonic modes in the largest part of all components, or particles, of the largest N
    (`weights`)."""
    rows = _known(tables.rows("weights", model=model, field=HARMONIC), name)
    if rows.empty:
        raise OutOfReach(f"no soft modes of {NAMES[model]} in space")
    row = rows.loc[rows["n"].idxmax()]
    return _told(row, name, f"{_said(row)}, the largest {row['part']:.2%}")


@measure
def likeness(tables: Tables, model: str, name: str = "likeness") -> Measurement:
    """How much the response to the best of some pinches is like a softest mode far below the first wave, or that over
    what it has in common with as localized a field elsewhere (`likenesses`), of the ensemble of most such glasses."""
    rows = _known(tables.rows("likenesses", model=model), name)
    if rows.empty:
        raise OutOfReach(f"no pinched glasses of {NAMES[model]} with such modes")
    row = rows.loc[rows["samples"].idxmax()]
    return _told(row, name, _said(row))


@measure
def aligned(tables: Tables, model: str, than: str, part: str = TOTAL) -> Measurement:
    """Position of the first peak of g(r) over that of another model (`peaks`); of different glasses, so the relative
    errors add in squares."""
    ends = []
    for each in (model, than):
        rows = _known(tables.rows("peaks", model=each, part=part), "position")
        if rows.empty:
            raise OutOfReach(f"no g(r) of {NAMES[each]}")
        ends.append(rows.loc[rows["samples"].idxmax()])
    value = float(ends[0]["position"] / ends[1]["position"])
    widths = [(row["position_high"] - row["position_low"]) / (2.0 * NORMAL * row["position"]) for row in ends]
    error = NORMAL * value * math.hypot(*widths)
    samples = int(min(row["samples"] for row in ends))
    scope = " and ".join(f"{row['position']:.3g} λ ({_said(row)})" for row in ends)
    return Measurement(value, value - error, value + error, samples, scope)
