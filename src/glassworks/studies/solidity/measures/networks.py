"""Measures of the force-bearing network."""

from __future__ import annotations

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.solidity.measures.registry import measure


@measure
def percolation_threshold(
    tables: Tables,
    group: str,
    criterion: str = "spans",
    quantity: str = "threshold",
) -> Measurement:
    """f_c, ν or ψ at f_c (`critical_size`) of the force-bearing network by finite-size scaling (table `thresholds`)."""
    rows = tables.rows("thresholds", group=group, chosen=True, criterion=criterion)
    if rows.empty or not np.isfinite(rows[quantity].iloc[0]):
        raise OutOfReach(
            f"fewer than two sizes of group {group} cross the percolation threshold in enough trajectories"
        )
    row = rows.iloc[0]
    others = tables.rows("thresholds", group=group)
    others = others[np.isfinite(others[quantity])]
    each = ", ".join(
        f"{one.links}/{one.sampling} {one.criterion} {getattr(one, quantity):.3f}" for one in others.itertuples()
    )
    scope = f"{int(row['sizes'])} sizes up to N = {int(row['largest_n'])}; by bonds, frames and criterion: {each}"
    if quantity == "nu":
        scope += _profile(tables, group, criterion)
    value, low, high = (float(row[name]) for name in (quantity, f"{quantity}_low", f"{quantity}_high"))
    smallest = float(tables.rows("summary", group=group)["n"].min())
    return Measurement(value, low, high, int(row["samples"]), scope, (float(row["largest_n"]), smallest))


def _profile(tables: Tables, group: str, criterion: str) -> str:
    """How well other ν collapse the curves."""
    rows = tables.rows("profiles", group=group, criterion=criterion)
    rows = rows[np.isfinite(rows["spread"])] if len(rows) else rows
    each = ", ".join(f"{row.nu:.3g}: {row.spread:.2g}" for row in rows.itertuples())
    return f"; spread of the collapse by ν: {each}" if each else ""


@measure
def cluster_exponent(tables: Tables, group: str, quantity: str) -> Measurement:
    """τ of cluster sizes ('tau'), d_f of s ∝ R_g^d_f ('radius') or of s_1 ∝ L^d_f ('largest'), from the largest size
    that has enough clusters (table `cluster_exponents`)."""
    rows = tables.rows("cluster_exponents", group=group, quantity=quantity)
    rows = rows[np.isfinite(rows["cluster_exponent_low"])] if len(rows) else rows
    chosen = rows[rows["chosen"].astype(bool)] if len(rows) else rows
    if chosen.empty:
        raise OutOfReach(f"too few clusters of group {group} near the threshold for {quantity}")
    row = chosen.sort_values("n").iloc[-1]
    value, low, high = (float(row[f"cluster_exponent{end}"]) for end in ("", "_low", "_high"))
    reached = None
    if quantity == "largest":
        reached = (float(row["ends"]), float(row["smallest"]))
        scope = f"N = {int(row['smallest'])} to {int(row['ends'])} at the threshold"
    else:
        others = rows[(rows["n"] == row["n"]) & ~rows["chosen"].astype(bool)]
        each = ", ".join(f"{one.smallest} {one.cluster_exponent:.2f}" for one in others.itertuples())
        scope = (
            f"N = {int(row['n'])}, {row['clusters']:.0f} clusters of {int(row['smallest'])} to {int(row['ends']) - 1}"
        )
        scope += f"; by smallest size: {each}" if each else ""
    return Measurement(value, low, high, int(row["samples"]), scope, reached)
