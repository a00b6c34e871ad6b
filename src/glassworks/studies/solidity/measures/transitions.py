"""Measures of where quantities rise along a ladder, and of curves that collapse."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.solidity.measures.registry import measure


def _rates(rows: pd.DataFrame) -> str:
    return ", ".join(f"{rate:g}" for rate in sorted(rows["reduced_rate"].unique()))


@measure
def slower_over_faster(tables: Tables, group: str, quantity: str = "percolation") -> Measurement:
    """A transition temperature at the slowest over that at the fastest rate, of the size that has most rates and is
    largest among them (table `transitions`).
    """
    rows = tables.rows("transitions", group=group)
    rows = rows[np.isfinite(rows[quantity])] if len(rows) else rows
    count = rows.groupby("n")["rate"].nunique() if len(rows) else pd.Series(dtype=int)
    if not len(count) or count.max() < 2:
        raise OutOfReach(f"no size of group {group} has a transition at two cooling rates")
    n = max(size for size in count.index if count[size] == count.max())
    mine = rows[rows["n"] == n].sort_values("rate")
    slow, fast = mine.iloc[0], mine.iloc[-1]
    ends = (float(slow[f"{quantity}_over_fastest{end}"]) for end in ("", "_low", "_high"))
    scope = f"N = {int(n)}, rates {_rates(mine)} in the paper's unit, {int(mine['samples'].min())} trajectories or more"
    reached = (float(slow["rate"]), float(fast["rate"]))
    return Measurement(*ends, int(mine["samples"].min()), scope, reached)


@measure
def transition_ratio(tables: Tables, group: str, quantity: str) -> Measurement:
    """A temperature ('peak' of δG, 'rise' of G to half, 'correlated': onset of C_int) over T_g, where P = ½, of the
    slowest rate and its largest size (table `transitions`)."""
    name = f"{quantity}_over_percolation"
    rows = tables.rows("transitions", group=group)
    rows = rows[np.isfinite(rows[f"{name}_low"])] if len(rows) else rows
    if rows.empty:
        raise OutOfReach(f"no size of group {group} has both temperatures between the ends of its ladder")
    rows = rows.sort_values(["rate", "n"], ascending=[True, False])
    row = rows.iloc[0]
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    scope = f"N = {int(row['n'])}, rate {row['reduced_rate']:g}, {int(row['temperatures'])} temperatures"
    others = ", ".join(
        f"N = {one.n} rate {one.reduced_rate:g}: {getattr(one, name):.2f}" for one in rows.iloc[1:].itertuples()
    )
    scope += f"; others: {others}" if others else ""
    return Measurement(value, low, high, int(row["samples"]), scope, temperatures=int(row["temperatures"]))


@measure
def collapse_gap(tables: Tables, group: str, x: str, y: str) -> Measurement:
    """Distance between the curves of all cooling rates against `x`, over their range, of the largest size (table
    `collapses`)."""
    rows = tables.rows("collapses", group=group, y=y)
    rows = rows[np.isfinite(rows["gap"])] if len(rows) else rows
    mine = rows[rows["x"] == x].sort_values("n") if len(rows) else rows
    if mine.empty:
        raise OutOfReach(f"no size of group {group} has this curve at two cooling rates")
    row = mine.iloc[-1]
    scope = f"N = {int(row['n'])}, {int(row['rates'])} rates from {row['slowest']:g} to {row['fastest']:g}, "
    scope += f"{int(row['points'])} points, squared distance over squared error {row['spread']:.2g}"
    plain = rows[(rows["x"] == "temperature") & (rows["n"] == row["n"])]
    if len(plain):
        one = plain.iloc[0]
        scope += f"; against temperature {one['gap']:.2g} ({one['gap_low']:.2g} to {one['gap_high']:.2g})"
        scope += f" and {one['spread']:.2g}"
    rates = tables.rows("transitions", group=group, n=row["n"])["rate"]
    gap, low, high = (float(row[name]) for name in ("gap", "gap_low", "gap_high"))
    return Measurement(gap, low, high, int(row["samples"]), scope, (float(rates.min()), float(rates.max())))


@measure
def athermal_limit(tables: Tables, coldest: float) -> Measurement:
    """G from fluctuations over the athermal G of the inherent structures, at the lowest temperature of all groups; it
    must not exceed `coldest`, in the paper's unit (table `limits`)."""
    rows = tables.rows("limits")
    rows = rows[np.isfinite(rows["shear_over_athermal_low"])] if len(rows) else rows
    if rows.empty:
        raise OutOfReach("no inherent structures beside a modulus from fluctuations")
    row = rows.sort_values(["temperature", "n"], ascending=[True, False]).iloc[0]
    if row["reduced_temperature"] > coldest:
        known = f"{row['shear_over_athermal']:.2f} at T = {row['reduced_temperature']:g}"
        raise OutOfReach(f"needs T = {coldest:g} or below; {known}", int(row["samples"]))
    value, low, high = (float(row[f"shear_over_athermal{end}"]) for end in ("", "_low", "_high"))
    same = rows[(rows["group"] == row["group"]) & (rows["n"] == row["n"]) & (rows["rate"] == row["rate"])]
    each = ", ".join(
        f"{warmer.shear_over_athermal:.2f} at {warmer.reduced_temperature:g}"
        for warmer in same.sort_values("temperature").iloc[1:].itertuples()
    )
    scope = f"group {row['group']}, N = {int(row['n'])}, T = {row['reduced_temperature']:g}; {each}"
    return Measurement(value, low, high, int(row["samples"]), scope)
