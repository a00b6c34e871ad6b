"""Measures of spectra, soft modes and pinches of sticky-sphere glasses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.sticky.measures.registry import measure

MANY = 10**6


def _only(frame: pd.DataFrame, missing: str) -> pd.Series:
    if frame.empty:
        raise OutOfReach(missing)
    return frame.iloc[0]


def _interval(row: pd.Series, name: str) -> tuple[float, float, float]:
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not np.isfinite(value + low + high):
        raise OutOfReach(f"no interval of {name.replace('_', ' ')}: too few soft modes", int(row["samples"]))
    return value, low, high


def _reached(row: pd.Series) -> tuple[float, float]:
    return float(row["coldest"]), float(row["hottest"])


def _modes(row: pd.Series) -> int:
    """Soft modes behind a row; those of a quantity that rests on none never lack."""
    return int(row["modes"]) or MANY


def _told(row: pd.Series) -> str:
    modes = f", {int(row['modes'])} soft modes" if int(row["modes"]) else ""
    return f"{int(row['samples'])} glasses or more each{modes}"


@measure
def soft_change(tables: Tables, group: str, quantity: str) -> Measurement:
    """A quantity at the coldest T_p over that at the hottest one of an r_c (table `soft_changes`)."""
    row = _only(
        tables.rows("soft_changes", group=group, quantity=quantity),
        f"no {quantity.replace('_', ' ')} of group {group} at two parent temperatures",
    )
    scope = f"T_p {row['coldest']:g} against {row['hottest']:g}, {_told(row)}"
    return Measurement(
        *_interval(row, "ratio"), int(row["samples"]), scope, _reached(row), int(row["temperatures"]), _modes(row)
    )


@measure
def pinch_distance(tables: Tables, group: str, form: str = "decades") -> Measurement:
    """How far p(ω_g^(ij)/ω_0) at the coldest T_p lies from that at the hottest one of an r_c, as the largest difference
    of the cumulative distributions (table `soft`). It grows evenly with the change, as `form` decades does.
    """
    rows = tables.rows("soft", group=group, included=True)
    rows = rows[np.isfinite(rows["distance"])].sort_values("temperature") if len(rows) else rows
    if len(rows) < 2:
        raise OutOfReach(f"no pinches of group {group} at two parent temperatures")
    cold, hot = rows.iloc[0], rows.iloc[-1]
    low, high = cold["tail_low"], cold["tail_high"]
    scope = (
        f"T_p {cold['temperature']:g} against {hot['temperature']:g}; of the softest pairs, {cold['tail']:.2g} "
        f"({low:.2g} to {high:.2g}) times as many; relative width {cold['width']:.3f} against {hot['width']:.3f}"
    )
    samples = int(min(cold["samples"], hot["samples"]))
    return Measurement(
        *_interval(cold, "distance"), samples, scope, (float(cold["temperature"]), float(hot["temperature"])), len(rows)
    )


@measure
def soft_order(tables: Tables, quantity: str, form: str = "decades") -> Measurement:
    """The smallest step, from an r_c to the next larger one, of how much a quantity varies with T_p, in decades (the
    only `form`); above 0 where all four are in order (table `soft_orders`)."""
    rows = tables.rows("soft_orders", quantity=quantity)
    row = _only(rows[rows["kind"] == "least"] if len(rows) else rows, f"{quantity} is not known of all four r_c")
    pairs = [
        f"{each.weaker:g} less {each.stickier:g}: {each.step:.2g} ({each.step_low:.2g} to {each.step_high:.2g})"
        for each in rows[rows["kind"] != "least"].itertuples()
    ]
    scope = f"{'; '.join(pairs)}; {_told(row)}"
    return Measurement(*_interval(row, "step"), int(row["samples"]), scope, _reached(row), modes=_modes(row))


@measure
def soft_ratio(tables: Tables, name: str) -> Measurement:
    """One of the ratios of the table `soft_ratios`."""
    row = _only(tables.rows("soft_ratios", which=name), f"no {name} of all four r_c")
    scope = f"T_p {row['coldest']:g} to {row['hottest']:g}, {_told(row)}"
    return Measurement(
        *_interval(row, "ratio"), int(row["samples"]), scope, _reached(row), int(row["temperatures"]), _modes(row)
    )


@measure
def quartic(tables: Tables) -> Measurement:
    """Exponent of the cumulative spectrum, one for all r_c and T_p (table `exponents`)."""
    rows = tables.rows("exponents")
    row = _only(rows[rows["group"] == "all"] if len(rows) else rows, "no soft modes at this scale")
    single = rows[rows["group"] != "all"]
    each = ", ".join(f"{one.group} {one.exponent:.1f} ({int(one.modes)} modes)" for one in single.itertuples())
    scope = f"{each}; {int(row['modes'])} modes in all, {int(row['samples'])} glasses or more each"
    ends = _interval(row, "exponent")
    return Measurement(*ends, int(row["samples"]), scope, None, int(row["temperatures"]), int(row["modes"]))


@measure
def core_plateau(tables: Tables) -> Measurement:
    """d ln e/d ln ω below the threshold, one for all r_c and T_p (table `core_thresholds`)."""
    rows = tables.rows("core_thresholds", chosen=True)
    row = _only(rows[rows["group"] == "all"] if len(rows) else rows, "no ensemble has five soft modes")
    single = rows[rows["group"] != "all"]
    each = ", ".join(f"{one.group} {one.core_slope:.2g} ({int(one.modes)} modes)" for one in single.itertuples())
    scope = f"{each}; {int(row['temperatures'])} ensembles"
    ends = _interval(row, "core_slope")
    return Measurement(*ends, int(row["samples"]), scope, None, int(row["temperatures"]), int(row["modes"]))


@measure
def slope(tables: Tables, quantity: str, points: str, method: str = "logarithms") -> Measurement:
    """Exponent of a quantity as a power of ω_g/ω_0, all T_p of some r_c (table `slopes`)."""
    row = _only(
        tables.rows("slopes", quantity=quantity, set=points, method=method),
        f"fewer than three ensembles of sticky spheres have a known {quantity.replace('_', ' ')}",
    )
    scope = (
        f"{int(row['points'])} points of {int(row['groups'])} r_c over a factor {np.exp(row['reach']):.2f} in "
        f"frequency, {_told(row)}; p of one power law {row['p_value']:.2g}"
    )
    ends = _interval(row, "slope")
    return Measurement(*ends, int(row["samples"]), scope, None, int(row["points"]), int(row["modes"]))


@measure
def two_routes(tables: Tables, definition: str) -> Measurement:
    """2π c_s/ξ over ω_g, the geometric mean of all r_c, each at its highest T_p with such a ξ (table `routes`)."""
    rows = tables.rows("routes", included=True, definition=definition)
    without = rows[~np.isfinite(rows["ratio"])] if len(rows) else rows
    rows = rows.drop(without.index)
    if rows.empty or rows["cutoff"].nunique() < 2:
        raise OutOfReach("no responses to pinches of two r_c in glasses large enough")
    hot = rows.sort_values("temperature").drop_duplicates("cutoff", keep="last")
    value = float(np.exp(np.log(hot["ratio"]).mean()))
    each = ", ".join(f"r_c {row.cutoff:g} {row.ratio:.2f} (N = {row.n})" for row in hot.itertuples())
    none = ", ".join(f"{cutoff:g}" for cutoff in sorted(set(without["cutoff"]) - set(hot["cutoff"])))
    each += f"; none found at r_c {none}" if none else ""
    errors = [np.log(hot[f"ratio_{end}"] / hot["ratio"]) for end in ("low", "high")]
    low, high = (
        value * np.exp(s * np.sqrt((error**2).sum()) / len(hot)) for s, error in zip((-1, 1), errors, strict=True)
    )
    return Measurement(value, float(low), float(high), int(hot["samples"].min()), each)
