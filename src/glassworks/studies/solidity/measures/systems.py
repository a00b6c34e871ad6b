"""Measures of how general the transition is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.solidity.measures.registry import measure


def _ladders(tables: Tables, group: str, quantity: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ladder of a group with the most sizes beside it, and one of each other group of that size, the fastest."""
    rows = tables.rows("systems")
    rows = rows[np.isfinite(rows[quantity])].sort_values("rate", ascending=False) if len(rows) else rows
    mine = rows[rows["group"] == group] if len(rows) else rows
    others = rows[rows["group"] != group] if len(rows) else rows
    others = others[others["n"].isin(mine["n"])] if len(mine) else mine
    if others.empty:
        raise OutOfReach(f"no other system passes the transition in a size that group {group} has")
    n = others.groupby("n")["group"].nunique().idxmax()
    others = others[others["n"] == n].drop_duplicates("group")
    return mine[mine["n"] == n].iloc[0], others


@measure
def common_fraction(tables: Tables, group: str) -> Measurement:
    """f at P = 1/2 of the system that differs most from a group, less that of the group (table `systems`)."""
    mine, others = _ladders(tables, group, "half")
    ends = (float(mine[f"apart{end}"]) for end in ("", "_low", "_high"))
    each = ", ".join(f"{row.group} {row.half:.3f}" for row in others.itertuples())
    scope = f"N = {int(mine['n'])}; {group} {mine['half']:.3f}, {each}"
    samples = int(min(mine["samples"], others["samples"].min()))
    return Measurement(*ends, samples, scope)


@measure
def least_amplitude(tables: Tables, group: str) -> Measurement:
    """The smallest κ of C_σ = κ/r² at the solid end among all systems but a group (table `systems`)."""
    mine, others = _ladders(tables, group, "solid")
    row = others.loc[others["solid_low"].idxmin()]
    each = ", ".join(f"{row.group} {row.solid:.3g}" for row in others.itertuples())
    scope = f"N = {int(mine['n'])}; {each}; {group} {mine['solid']:.3g}"
    ends = (float(row[name]) for name in ("solid", "solid_low", "solid_high"))
    return Measurement(*ends, int(others["samples"].min()), scope)
