"""Measures of the stress correlation."""

from __future__ import annotations

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables, measure


@measure
def far_amplitude(tables: Tables, group: str) -> Measurement:
    """κ of C_σ = κ/r² at the coldest temperature of the largest size, slowest rate (table `summary`)."""
    rows = tables.rows("summary", group=group, included=True)
    rows = rows[np.isfinite(rows["rate"])] if len(rows) else rows
    if rows.empty:
        raise OutOfReach(f"no cooled ensemble of group {group}")
    row = rows.sort_values(["n", "temperature", "rate"], ascending=[False, True, True]).iloc[0]
    scope = f"N = {int(row['n'])}, T = {row['reduced_temperature']:g}, rate {row['reduced_rate']:g} in the paper's unit"
    value, low, high = (float(row[name]) for name in ("amplitude", "amplitude_low", "amplitude_high"))
    return Measurement(value, low, high, int(row["samples"]), scope, temperatures=len(rows))
