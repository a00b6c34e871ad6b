"""Measures of how moduli and their like vary with annealing and with r_c."""

from __future__ import annotations

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.sticky.measures.common import ends, only, span
from glassworks.studies.sticky.measures.registry import measure


@measure
def variation(tables: Tables, group: str, quantity: str, form: str = "ratio") -> Measurement:
    """A quantity at the coldest T_p of a group over its hot plateau, 'ratio', or what it falls by, 'shrinkage' (table
    `variations`).
    """
    row = only(
        tables.rows("variations", group=group, quantity=quantity, at="coldest", chosen=True),
        f"no {quantity} of {group} with a plateau",
    )
    told = "fall" if form == "shrinkage" else "ratio"
    value, low, high = ends(row, told, f"no interval of {quantity} of {group}")
    scope = (
        f"{group} at T_p = {row['temperature']:g} over {int(row['plateau_points'])} T_p from {row['plateau_from']:g}, "
        f"T_co: {row['source']}"
    )
    reached = (float(row["temperature"]), float(row["hottest"]))
    return Measurement(value, low, high, int(row["samples"]), scope, reached, int(row["temperatures"]))


@measure
def largest(tables: Tables, quantity: str, groups: list[str]) -> Measurement:
    """The largest ratio of a quantity at the coldest T_p to its plateau among groups; below 1 where it falls in all
    (table `variations`).
    """
    rows = tables.rows("variations", quantity=quantity, at="coldest", chosen=True)
    rows = rows[rows["group"].isin(groups) & np.isfinite(rows["ratio_low"])] if len(rows) else rows
    if len(rows) < len(groups):
        raise OutOfReach(f"{quantity} over its plateau of {len(rows)} of {len(groups)} r_c alone")
    row = rows.loc[rows["ratio_high"].idxmax()]
    each = ", ".join(f"{one.group} {one.ratio:.4f} at {one.temperature:g}" for one in rows.itertuples())
    return Measurement(*(float(row[f"ratio{end}"]) for end in ("", "_low", "_high")), int(rows["samples"].min()), each)


@measure
def contrast(tables: Tables, quantity: str, of: str, groups: int = 2, down_to: float | None = None) -> Measurement:
    """How models differ in a quantity's plateau, or in its variation (table `contrasts`).

    `down_to`: the T_p that the glasses of r_c = 1.5 must reach, because a part of the range tells nothing of the rest.
    """
    row = only(tables.rows("contrasts", quantity=quantity, of=of), f"no {of} of {quantity} of two r_c")
    if row["count"] < groups:
        raise OutOfReach(f"{of} of {quantity} of {row['groups']} alone", int(row["samples"]))
    value, low, high = ends(row, "ratio", f"no interval of the {of} of {quantity}")
    reached = span(row["softest_at"], row["softest_hottest"])
    if down_to is not None and not row["softest_at"] <= down_to:
        told = f"{value:.3g} where r_c = 1.5 reaches T_p = {row['softest_at']:.3g}"
        raise OutOfReach(f"{of} of {quantity}: {told}; {down_to:g} is needed", int(row["samples"]))
    scope = f"{of} of {quantity}, {row['groups']}"
    if reached:
        scope += f"; r_c = 1.5 at T_p = {row['softest_at']:.3g}"
    return Measurement(value, low, high, int(row["samples"]), scope, reached)
