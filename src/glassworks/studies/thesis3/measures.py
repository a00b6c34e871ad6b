"""What claims of the chapter are measured by: rows of its derived tables, of the ensemble that tells most."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from glassworks.claims.measures import Measurement, Measures, OutOfReach, Tables
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import weights
from glassworks.statistics.tables import seed
from glassworks.studies.thesis3 import NAMES

MEASURES = Measures()
measure = MEASURES.register
FEWEST_STRAINED = 8
"""Glasses that tell a line."""


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
def growth(tables: Tables, model: str, y: str, in_particles: bool = False) -> Measurement:
    """Exponent in L, or in N, of what changes with the box (`sizes`)."""
    rows = tables.rows("sizes", model=model, y=y)
    row = _one(rows, f"no two sizes of {NAMES[model]} with enough such glasses", None, 0).copy()
    if in_particles:
        for end in ("", "_low", "_high"):
            row[f"exponent{end}"] /= row["dimension"]
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
def levels_ratio(
    tables: Tables,
    model: str,
    quantity: str,
    other: str = "",
    apart: bool = False,
    temperature: float | None = None,
    than_temperature: float | None = None,
    n: int = 0,
    than_n: int = 0,
) -> Measurement:
    """Median of a quantity over that of another one, of another parent temperature or of another size (`medians`); of
    different glasses, so the relative errors add in squares."""
    rows, missing = tables.rows("medians", model=model, apart=apart), f"too few glasses of {NAMES[model]}"
    one, two = (
        _one(rows[rows["quantity"] == name] if len(rows) else rows, missing, point, size)
        for name, point, size in ((quantity, temperature, n), (other or quantity, than_temperature, than_n))
    )
    for row in (one, two):
        _told(row, "median")
    value = float(one["median"] / two["median"])
    low, high = (
        value * math.exp(sign * math.hypot(*(math.log(row[f"median_{end}"] / row["median"]) for row, end in pair)))
        for sign, pair in ((-1.0, ((one, "low"), (two, "high"))), (1.0, ((one, "high"), (two, "low"))))
    )
    samples = int(min(one["samples"], two["samples"]))
    return Measurement(value, low, high, samples, f"{one['median']:.3g} and {two['median']:.3g}")


@measure
def by_annealing(tables: Tables, quantity: str, form: str = "ratio") -> Measurement:
    """A quantity at the coldest parent temperature over that at the hottest (`changes`); `form`: 'ratio', or
    'decades_fall', minus its decimal logarithm."""
    rows = tables.rows("changes", quantity=quantity)
    if rows.empty:
        raise OutOfReach("no two parent temperatures that tell it")
    row, (name, sign) = rows.iloc[0], {"ratio": ("ratio", 1.0), "decades_fall": ("decades", -1.0)}[form]
    low, high = sorted(sign * float(row[f"{name}_{end}"]) for end in ("low", "high"))
    if not math.isfinite(low + high):
        raise OutOfReach("too few glasses", int(row["samples"]))
    scope = f"T_p = {row['coldest']:g} and {row['hottest']:g}, {int(row['samples'])} glasses or more each"
    modes = 10**6
    if quantity != "shear_speed":
        modes, scope = int(row["modes"]), f"{scope}, {int(row['modes'])} soft modes or more"
    reached = float(row["coldest"]), float(row["hottest"])
    value, points = sign * float(row[name]), int(row["points"])
    return Measurement(value, low, high, int(row["samples"]), scope, reached, points, modes)


@measure
def shear_modulus(tables: Tables, model: str) -> Measurement:
    """G of glasses quenched from the model's hottest liquid (`references`)."""
    rows = tables.rows("references", model=model)
    return _told(_one(rows, f"no glasses of a hot liquid of {NAMES[model]}", None, 0), "shear")


@measure
def decay(tables: Tables, model: str, field: int) -> Measurement:
    """Exponent in r of |z|² around the core of a field, at the largest size (`falls`)."""
    rows = tables.rows("falls", model=model, field=field)
    if len(rows):
        rows = rows[rows["n"] == rows["n"].max()]
    row = _one(rows, f"no glasses of {NAMES[model]} with shells between core and L/4", None, 0)
    return _told(row, "exponent", f", r from {row['nearest']:.2g} to {row['farthest']:.2g} a₀")


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
    """dκ/dγ over −τν/κ in the limit κ → 0: a of dκ/dγ = (a + b κ)(−τν/κ), by least squares over the strained glasses
    (`strained`)."""
    rows = tables.rows("strained", model=model)
    rows = rows[rows["turned"].notna()] if len(rows) else rows
    if len(rows) < FEWEST_STRAINED:
        raise OutOfReach("too few strained glasses")
    weight = weights(len(rows), seed(model))
    kappa, told, turned = rows["omega3"] ** 2, rows["told"], rows["turned"]
    squares, mixed, fourths = (weight @ (told**2 * kappa**k).to_numpy(float) for k in range(3))
    first, second = (weight @ (told * turned * kappa**k).to_numpy(float) for k in range(2))
    limit = (first * fourths - second * mixed) / (squares * fourths - mixed**2)
    row = pd.Series(ends("ratio", limit) | {"samples": len(rows)})
    return _told(row, "ratio", f", ω_3 from {rows['omega3'].min():.2g} to {rows['omega3'].max():.2g} ω_0")
