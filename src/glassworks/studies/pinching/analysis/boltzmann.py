"""The Boltzmann law of the number of soft spots (pinching, Eq. 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import fits
from glassworks.statistics.chances import chi_square_above
from glassworks.statistics.measured import Measured, ends, group_names, ladder
from glassworks.studies.pinching.analysis.units import Units

JUDGED = "formation-energy"
"""The claim whose range is the one that is judged. The paper's own numbers ask for it: with E_QLM = 3.3 the slightly
less than two decades of N reach from the coldest parent temperature, 1/3, up to 0.57 T_onset; above, N is constant.
Every other range is told beside it."""
LEAST = 3
"""Temperatures that a range needs."""


def judged_up_to(paper: dict) -> float:
    """The hottest parent temperature, in reduced units, of the range that the claim `JUDGED` declares; zero without it,
    so that no range is the one that is judged."""
    ends = (claim["range"]["ends"] for claim in paper.get("claims", ()) if claim["id"] == JUDGED and claim.get("range"))
    return max((temperature for pair in ends for temperature in pair), default=0.0)


def boltzmann(measured: list[Measured], units: dict[str, Units], up_to: float) -> pd.DataFrame:
    """Slopes of ln N against T_onset / T_p in every contiguous range of three or more temperatures.

    The modes that are counted are Poisson distributed about N times what one expects for N = 1, so that temperatures
    with few modes, or with none, count as what they are. `energy` is E_QLM in k_B T_onset; `p_value` that of the law
    by its deviance; `bend` the ratio of a parabola's slope at the cold end to that at the hot end. `chosen` marks the
    range from the coldest temperature up to the hottest that is judged, `up_to`.
    """
    rows = []
    for group in group_names(measured):
        steps = [one for one in ladder(measured, group) if one.soft and np.isfinite(one.soft.exposure[0])]
        unit = units.get(steps[0].key["model"]) if steps else None
        if unit is None or not np.isfinite(unit.onset):
            continue
        below = sum(one.temperature <= up_to * (1.0 + 1e-9) for one in steps)
        rows += [
            _range(group, steps[i : j + 1], unit.onset) | {"from_cold": i == 0, "chosen": i == 0 and j + 1 == below}
            for i in range(len(steps))
            for j in range(i + LEAST - 1, len(steps))
        ]
    columns = (
        "group coldest hottest points samples modes energy energy_low energy_high intercept p_value bend "
        "bend_low bend_high from_cold chosen"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def _range(group: str, steps: list[Measured], onset_value: float) -> dict:
    x = np.array([onset_value / one.temperature for one in steps])
    count = np.array([one.soft.inside.count for one in steps])
    exposure = np.array([one.soft.exposure for one in steps])
    fitted = fits.poisson(x, count, exposure)
    return (
        {"group": group, "coldest": 1.0 / x.max(), "hottest": 1.0 / x.min(), "points": len(steps)}
        | {"samples": min(len(one.samples) for one in steps), "modes": min(one.counts.get("modes", 0) for one in steps)}
        | ends("energy", -fitted.coefficients[1])
        | {"intercept": float(fitted.coefficients[0, 0])}
        | {"p_value": chi_square_above(fitted.deviance[0], len(steps) - 2)}
        | ends("bend", _bend(x, count, exposure))
    )


def _bend(x: np.ndarray, count: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Draws of the ratio of a parabola's slope at the largest x to its slope at the smallest x (1 for a line)."""
    center = x.mean()
    _, first, second = fits.poisson(x - center, count, exposure, degree=2).coefficients
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (first + 2.0 * second * (x.max() - center)) / (first + 2.0 * second * (x.min() - center))
    return np.where(np.isfinite(ratio), ratio, np.nan)
