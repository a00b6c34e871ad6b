"""What claims of the chapter are measured by: rows of its derived tables, of the ensemble that tells most."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from glassworks.claims.measures import Measurement, Measures, OutOfReach, Tables
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import median_draws, weights
from glassworks.statistics.tables import seed
from glassworks.studies.thesis3 import NAMES

MEASURES = Measures()
measure = MEASURES.register


def _one(rows: pd.DataFrame, missing: str, temperature: float | None, n: int) -> pd.Series:
    """The row of most glasses, at a parent temperature and of a size where these are asked for."""
    if len(rows) and temperature is not None:
        rows = rows[abs(rows["temperature"] - temperature) < 1e-9]
    if len(rows) and n:
        rows = rows[rows["n"] == n]
    if rows.empty:
        raise OutOfReach(missing)
    return rows.loc[rows["samples"].idxmax()]


def _told(row: pd.Series, name: str, scope: str = "") -> Measurement:
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not math.isfinite(value + low + high):
        raise OutOfReach("too few glasses", int(row["samples"]))
    size = f"N = {int(row['n'])}, " if "n" in row else ""
    return Measurement(value, low, high, int(row["samples"]), f"{size}{int(row['samples'])} glasses{scope}")


@measure
def slope(
    tables: Tables, model: str, y: str, x: str, apart: bool = False, temperature: float | None = None, n: int = 0
) -> Measurement:
    """Slope of ln median against ln x (`slopes`); `apart` of quasilocalized softest modes alone."""
    rows = tables.rows("slopes", model=model, y=y, x=x, apart=apart)
    row = _one(rows, f"too few glasses of {NAMES[model]}", temperature, n)
    return _told(row, "slope", f", {x} from {row['lowest']:.2g} to {row['highest']:.2g}")


@measure
def prefactor_exponent(tables: Tables, model: str, y: str) -> Measurement:
    """Exponent in L of a prefactor (`sizes`)."""
    rows = tables.rows("sizes", model=model, y=y)
    row = _one(rows, f"no two sizes of {NAMES[model]} with enough quasilocalized softest modes", None, 0)
    found = _told(row, "exponent", f", N = {int(row['smallest'])} to {int(row['largest'])}")
    return replace(found, reached=(float(row["largest"]), float(row["smallest"])))


@measure
def level(
    tables: Tables,
    model: str,
    quantity: str,
    apart: bool = False,
    what: str = "median",
    temperature: float | None = None,
    n: int = 0,
) -> Measurement:
    """Median of a quantity, or the width of what 99 % of the glasses have (`span`) (`medians`)."""
    rows = tables.rows("medians", model=model, quantity=quantity, apart=apart)
    return _told(_one(rows, f"too few glasses of {NAMES[model]}", temperature, n), what)


@measure
def share(tables: Tables, model: str, statement: str, temperature: float | None = None, n: int = 0) -> Measurement:
    """Share of the glasses of which something holds (`shares`)."""
    rows = tables.rows("shares", model=model, what=statement)
    row = _one(rows, f"no such glasses of {NAMES[model]}", temperature, n)
    return _told(row, "share", f", {int(row['found'])} of them")


@measure
def share_difference(tables: Tables, model: str, statement: str, warm: float, cold: float) -> Measurement:
    """By how much a share is larger at one parent temperature than at a lower one (`shares`); ends by Newcombe's
    rule."""
    ends = []
    for temperature in (warm, cold):
        rows = tables.rows("shares", model=model, what=statement)
        ends.append(_one(rows, f"no glasses of {NAMES[model]} at T_p = {temperature:g}", temperature, 0))
    one, other = ends
    value = float(one["share"] - other["share"])
    low = value - math.hypot(one["share"] - one["share_low"], other["share_high"] - other["share"])
    high = value + math.hypot(one["share_high"] - one["share"], other["share"] - other["share_low"])
    samples = int(min(one["samples"], other["samples"]))
    return Measurement(value, low, high, samples, f"{one['share']:.3g} and {other['share']:.3g}")


@measure
def tail(tables: Tables, model: str, quantity: str, temperature: float | None = None, n: int = 0) -> Measurement:
    """Exponent of the cumulative distribution of the lowest tenth (`tails`)."""
    rows = tables.rows("tails", model=model, quantity=quantity)
    return _told(_one(rows, f"too few glasses of {NAMES[model]}", temperature, n), "exponent")


@measure
def spread_ratio(tables: Tables, model: str) -> Measurement:
    """ln of the spread of ln τ² about its line in ln κχ, of quartic modes over cubic ones (`slopes`); the interval is
    that of standard deviations of so many glasses."""
    quartic, cubic = (
        _one(tables.rows("slopes", model=model, y=f"squares{k}", x=f"well{k}", apart=False), "too few glasses", None, 0)
        for k in (4, 3)
    )
    value = math.log(float(quartic["spread"]) / float(cubic["spread"]))
    error = 1.96 * math.sqrt(0.5 / quartic["samples"] + 0.5 / cubic["samples"])
    samples = int(cubic["samples"])
    return Measurement(value, value - error, value + error, samples, f"{samples} glasses")


@measure
def under_strain(tables: Tables, model: str) -> Measurement:
    """Median of dκ/dγ over −τν/κ of the softer half of the strained glasses (`strained`)."""
    rows = tables.rows("strained", model=model)
    if len(rows) < 4:
        raise OutOfReach("too few strained glasses")
    softer = rows.nsmallest(len(rows) // 2, "omega3")
    draws = median_draws(softer["ratio"].to_numpy(float), weights(len(softer), seed(model)))
    row = pd.Series(ends("ratio", draws) | {"samples": len(softer)})
    return _told(row, "ratio", f", ω_3 up to {softer['omega3'].max():.2g} ω_0")
