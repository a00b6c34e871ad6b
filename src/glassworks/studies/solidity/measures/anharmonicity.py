"""Measures of the remaining forces and of the paths downhill."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.solidity.measures.registry import measure

FEWEST = 8
"""Trajectories, at least, of the size that is judged, where any has as many: intervals of fewer are too short."""
EXPONENTS = ("exponent", "difference", "crossover", "drop_at_bend")
"""Quantities that only paths tell which begin far enough from their inherent structures."""


@measure
def remaining_force(tables: Tables, group: str, quantity: str = "remaining") -> Measurement:
    """F_re at the coldest temperature of the largest size's slowest cooling (table `remaining`): its mean, or another
    column.
    """
    rows = tables.rows("remaining", group=group)
    rows = rows[np.isfinite(rows["rate"])] if len(rows) else rows
    if rows.empty:
        raise OutOfReach(f"no cooled ensemble of group {group}")
    row = rows.sort_values(["n", "rate", "temperature"], ascending=[False, True, True]).iloc[0]
    scope = (
        f"{_where(row)}, T = {row['reduced_temperature']:g}; mean {row['remaining']:.2f}, median "
        f"{row['remaining_median']:.2f}, 95 % below {row['remaining_upper']:.2f}, {row['unbalanced']:.0%} above 1"
    )
    return _measured(row, quantity, scope)


@measure
def downhill(
    tables: Tables, group: str, quantity: str = "exponent", method: str = "fire", candidate: str | None = None
) -> Measurement:
    """A quantity of the paths from all temperatures together, of the largest size with enough trajectories and its
    slowest cooling (table `dimensions`), read off the chosen way or by another candidate.
    """
    mine, row = _row(tables, group, method, candidate)
    if quantity in EXPONENTS and not row["told"]:
        raise OutOfReach(f"paths of group {group} begin at Δr = {row['farthest']:.2g}, too near for an exponent")
    together = mine[mine["temperatures"] == row["temperatures"]]
    scope = f"{_where(row)}, {_temperatures(mine)}"
    if quantity in EXPONENTS:
        each = ", ".join(f"{one.candidate} {getattr(one, quantity):.2g}" for one in together.itertuples())
        scope += f"; by candidate: {each}"
    if quantity == "exponent":
        single = mine[(mine["temperatures"] == 1) & mine["told"] & (mine["candidate"] == row["candidate"])]
        each = ", ".join(f"{one.hottest:g}: {one.exponent:.2f}" for one in single.itertuples())
        scope += f"; from one T alone, {each}" if each and row["temperatures"] > 1 else ""
        scope += _elsewhere(tables, group, method, row)
    if quantity == "difference":
        scope += f"; {row['same']:.0%} of the starts lead to the same inherent structure"
    return _measured(row, quantity, scope, int(row["temperatures"]))


@measure
def downhill_invariance(tables: Tables, group: str, method: str = "fire", candidate: str | None = None) -> Measurement:
    """d_PEL from the coldest minus that from the hottest temperature whose paths tell it (table `dimensions`)."""
    mine, row = _row(tables, group, method, candidate)
    single = mine[(mine["temperatures"] == 1) & mine["told"] & (mine["candidate"] == row["candidate"])]
    if len(single) < 2:
        raise OutOfReach(
            f"paths of group {group} begin far from their inherent structures at {len(single)} temperature"
        )
    each = ", ".join(f"{one.hottest:g}: {one.exponent:.2f}" for one in single.itertuples())
    coldest = single.sort_values("hottest").iloc[0]
    return _measured(coldest, "from_hottest", f"{_where(row)}; by T, {each}", len(single))


def _row(tables: Tables, group: str, method: str, candidate: str | None) -> tuple[pd.DataFrame, pd.Series]:
    """The rows of one size and cooling, and that of all its temperatures together."""
    rows = tables.rows("dimensions", group=group, method=method)
    if rows.empty:
        raise OutOfReach(f"no paths downhill of group {group} by {method}")
    wholes = _wholes(rows[rows["chosen"] if candidate is None else rows["candidate"] == candidate])
    enough = wholes[wholes["samples"] >= min(FEWEST, wholes["samples"].max())]
    row = enough.sort_values(["n", "rate"], ascending=[False, True]).iloc[0]
    return rows[(rows["n"] == row["n"]) & rows["rate"].isin([row["rate"]])], row


def _wholes(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each size and cooling, the row of all temperatures together."""
    return rows.sort_values("temperatures").drop_duplicates(["n", "rate"], keep="last")


def _elsewhere(tables: Tables, group: str, method: str, row: pd.Series) -> str:
    """The same exponent of other sizes and coolings."""
    rows = _wholes(tables.rows("dimensions", group=group, method=method, candidate=row["candidate"]))
    others = rows[rows["told"] & ((rows["n"] != row["n"]) | ~rows["rate"].isin([row["rate"]]))]
    each = [f"{_where(one)}, {one['samples']:g} trajectories: {one['exponent']:.2f}" for _, one in others.iterrows()]
    return f"; elsewhere, {'; '.join(each)}" if each else ""


def _where(row: pd.Series) -> str:
    """Size and rate of a row."""
    rate = f", rate {row['reduced_rate']:g} in the paper's unit" if np.isfinite(row["reduced_rate"]) else ""
    return f"{row['model']}, N = {int(row['n'])}{rate}"


def _temperatures(rows: pd.DataFrame) -> str:
    cold, hot = rows["coldest"].min(), rows["hottest"].max()
    return f"T = {cold:g}" if cold == hot else f"{int(rows['temperatures'].max())} temperatures, {cold:g} to {hot:g}"


def _measured(row: pd.Series, name: str, scope: str, temperatures: int = 1) -> Measurement:
    value, low, high = (float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return Measurement(value, low, high, int(row["samples"]), scope, temperatures=temperatures)
