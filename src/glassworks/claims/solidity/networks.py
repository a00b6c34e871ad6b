"""Measures of the force-bearing network."""

from __future__ import annotations

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables, measure


@measure
def percolation_threshold(
    tables: Tables, group: str, links: str = "contacts", criterion: str = "spans", quantity: str = "threshold"
) -> Measurement:
    """f_c or ν of the force-bearing network by finite-size scaling (table `thresholds`)."""
    rows = tables.rows("thresholds", group=group, links=links, criterion=criterion)
    if rows.empty or not np.isfinite(rows[quantity].iloc[0]):
        raise OutOfReach(
            f"fewer than two sizes of group {group} cross the percolation threshold in enough trajectories"
        )
    row = rows.iloc[0]
    others = tables.rows("thresholds", group=group)
    others = others[np.isfinite(others[quantity])]
    each = ", ".join(f"{one.links} {one.criterion} {getattr(one, quantity):.3f}" for one in others.itertuples())
    scope = f"{int(row['sizes'])} sizes, collapse {row['spread']:.2g}; by bonds and criterion: {each}"
    value, low, high = (float(row[name]) for name in (quantity, f"{quantity}_low", f"{quantity}_high"))
    return Measurement(value, low, high, int(row["samples"]), scope)
