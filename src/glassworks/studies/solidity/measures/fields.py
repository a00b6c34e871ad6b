"""Measures of the stress correlation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.solidity.measures.registry import measure


def _slowest(tables: Tables, name: str, group: str, **equal) -> pd.DataFrame:
    """The rows of the largest size at its slowest rate, coldest first."""
    rows = tables.rows(name, group=group, **equal)
    rows = rows[np.isfinite(rows["rate"])] if len(rows) else rows
    if rows.empty:
        raise OutOfReach(f"no cooled ensemble of group {group}")
    rows = rows[rows["n"] == rows["n"].max()]
    return rows[rows["rate"] == rows["rate"].min()].sort_values("temperature")


def _where(row: pd.Series) -> str:
    return f"N = {int(row['n'])}, T = {row['reduced_temperature']:g}, rate {row['reduced_rate']:g} in the paper's unit"


@measure
def far_amplitude(tables: Tables, group: str) -> Measurement:
    """κ of C_σ = κ/r² at the coldest temperature of the largest size, slowest rate (table `summary`)."""
    rows = _slowest(tables, "summary", group, included=True)
    row = rows.iloc[0]
    value, low, high = (float(row[name]) for name in ("amplitude", "amplitude_low", "amplitude_high"))
    return Measurement(value, low, high, int(row["samples"]), _where(row), temperatures=len(rows))


@measure
def liquid_amplitude(tables: Tables, group: str, warmest: float) -> Measurement:
    """Mean κ of C_σ = κ/r² at temperatures above one (in the paper's unit) over κ at the coldest (table
    `liquid_amplitudes`).
    """
    row, rows = (_slowest(tables, name, group) for name in ("summary", "liquid_amplitudes"))
    row, hot = row.iloc[0], rows[rows["reduced_temperature"] >= warmest * 0.999]
    if hot.empty or not row["amplitude_low"] > 0:
        raise OutOfReach(f"no temperature above {warmest:g}, or no correlation at the coldest", int(row["samples"]))
    hot = hot.iloc[0]
    value, low, high = (float(hot[f"amplitude_over_coldest{end}"]) for end in ("", "_low", "_high"))
    scope = f"{int(hot['warmer'])} temperatures from {warmest:g} upward over {_where(row)}"
    return Measurement(value, low, high, int(hot["samples"]), scope, temperatures=int(hot["temperatures"]))


@measure
def decay_power(tables: Tables, group: str, state: str = "thermal", near: float | None = None) -> Measurement:
    """x of C_σ ∝ r^−x of the largest size at its slowest rate (table `powers`).

    Args:
        state: thermal, or inherent: that of the coldest liquid's inherent structures.
        near: at the temperature next to this one, in the paper's unit; without it, at the highest below T_g.
    """
    rows = _slowest(tables, "powers", group, state=state)
    if state == "thermal" and near is not None:
        row = rows.iloc[int((rows["reduced_temperature"] - near).abs().argmin())]
    elif state == "thermal":
        below = tables.rows("powers", group=group, state="below", n=rows["n"].iloc[0], rate=rows["rate"].iloc[0])
        if below.empty:
            raise OutOfReach(f"N = {int(rows['n'].iloc[0])} does not percolate between the ends of its temperatures")
        row = below.iloc[0]
    else:
        row = rows.iloc[0]
    if not np.isfinite(row["decay_power_low"]):
        raise OutOfReach(f"no power law is found at {_where(row)}", int(row["samples"]))
    value, low, high = (float(row[f"decay_power{end}"]) for end in ("", "_low", "_high"))
    scope = f"{_where(row)}, r = {row['inner']:g} to {row['outer']:g}, averaged over the directions of the axes"
    return Measurement(value, low, high, int(row["samples"]), scope, temperatures=len(rows))
