"""Measures of where quantities rise along a ladder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables, measure


def _rates(rows: pd.DataFrame) -> str:
    return ", ".join(f"{rate:g}" for rate in sorted(rows["reduced_rate"].unique()))


@measure
def slower_over_faster(tables: Tables, group: str, quantity: str = "percolation") -> Measurement:
    """A transition temperature at the slowest over that at the fastest rate, of the size that has most rates and is
    largest among them (table `transitions`). The intervals of both rates are taken for independent.
    """
    rows = tables.rows("transitions", group=group)
    rows = rows[np.isfinite(rows[quantity])] if len(rows) else rows
    count = rows.groupby("n")["rate"].nunique() if len(rows) else pd.Series(dtype=int)
    if not len(count) or count.max() < 2:
        raise OutOfReach(f"no size of group {group} has a transition at two cooling rates")
    n = max(size for size in count.index if count[size] == count.max())
    mine = rows[rows["n"] == n].sort_values("rate")
    slow, fast = mine.iloc[0], mine.iloc[-1]
    ratio = float(slow[quantity] / fast[quantity])
    errors = [(row[f"{quantity}_high"] - row[f"{quantity}_low"]) / 2 / row[quantity] for row in (slow, fast)]
    width = float(np.hypot(*errors))
    scope = f"N = {int(n)}, rates {_rates(mine)} in the paper's unit, {int(mine['samples'].min())} trajectories or more"
    return Measurement(ratio, ratio * (1 - width), ratio * (1 + width), int(mine["samples"].min()), scope)


@measure
def spread_peak(tables: Tables, group: str) -> Measurement:
    """Temperature of the largest δG over T_g, of the slowest rate and its largest size (table `transitions`)."""
    rows = tables.rows("transitions", group=group)
    rows = rows[np.isfinite(rows["peak_over_percolation"])] if len(rows) else rows
    if rows.empty:
        raise OutOfReach(f"no size of group {group} percolates between the ends of its temperatures")
    row = rows.sort_values(["rate", "n"], ascending=[True, False]).iloc[0]
    scope = f"N = {int(row['n'])}, rate {row['reduced_rate']:g}, {int(row['temperatures'])} temperatures"
    name = "peak_over_percolation"
    value, low, high = (float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return Measurement(value, low, high, int(row["samples"]), scope, temperatures=int(row["temperatures"]))
