"""The Boltzmann law of the number of soft spots (pinching, Eq. 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import fits
from glassworks.statistics.measured import Measured, comparable, ends, group_names, ladder, logarithm
from glassworks.statistics.resampling import deviation
from glassworks.statistics.units import Units


def boltzmann(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Slopes of ln N against T_onset / T_p in every contiguous range of three or more temperatures with five or more
    soft modes each.

    `energy` is E_QLM in k_B T_onset. `p_value` is that of a line through the range; `bend` the ratio of a parabola's
    slope at the cold end to that at the hot end. `chosen` marks the longest range from the coldest temperature, none
    of it above the onset, through which a line passes (p >= 0.05), or the shortest from the cold end if none does.
    """
    rows = []
    for group in group_names(measured):
        steps = [one for one in ladder(measured, group) if comparable(one, "number")]
        unit = units.get(steps[0].key["model"]) if steps else None
        if unit is None or not np.isfinite(unit.onset):
            continue
        found = [
            _range(group, steps[i : j + 1], unit.onset) | {"from_cold": i == 0}
            for i in range(len(steps))
            for j in range(i + 2, len(steps))
        ]
        lines = [row for row in found if row["from_cold"] and row["hottest"] <= 1.0 + 1e-9 and row["p_value"] >= 0.05]
        cold = [row for row in found if row["from_cold"]]
        chosen = max(lines, key=lambda row: row["points"]) if lines else (cold[0] if cold else None)
        for row in found:
            row["chosen"] = row is chosen
        rows += found
    columns = (
        "group coldest hottest points samples modes energy energy_low energy_high intercept p_value bend "
        "bend_low bend_high from_cold chosen"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def _range(group: str, steps: list[Measured], onset_value: float) -> dict:
    x = np.array([onset_value / one.temperature for one in steps])
    y = np.array([logarithm(one.get("number")) for one in steps])
    error = np.array([max(deviation(row), 1e-6) for row in y])
    y = np.where(np.isfinite(y), y, y[:, :1])
    fitted = fits.line(x, y, error)
    return (
        {"group": group, "coldest": 1.0 / x.max(), "hottest": 1.0 / x.min(), "points": len(steps)}
        | {"samples": min(len(one.samples) for one in steps), "modes": min(one.counts.get("modes", 0) for one in steps)}
        | ends("energy", -fitted.slope)
        | {"intercept": float(fitted.intercept[0]), "p_value": fitted.p_value}
        | ends("bend", fits.bend(x, y, error))
    )
