"""How often modes are very soft, barriers very low and glasses near yielding: exponents of cumulative distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.studies.thesis3.analysis.trends import populations, weight_of

LOWEST = 0.1
"""Share of the glasses whose values count as the tail: each glass gives one mode, which has the distribution of all
modes where it is much softer than usual."""
FEWEST = 10
RATIO = "strain over cubic"
"""1 + θ over (1 + β)/3, which Eq. 3.40 has as one: frequencies fall as ω^β and strains as x^θ."""
QUANTITIES = ("omega2", "omega4", "omega3", "barrier", "strain")


def tails(each: pd.DataFrame) -> pd.DataFrame:
    """A row for each quantity and ensemble: the exponent b of the cumulative distribution ∝ x^b below the value that
    the lowest `LOWEST` of its glasses have, by maximum likelihood."""
    rows = []
    for told, mine in populations(each, False):
        weight, found = weight_of(mine), {}
        for quantity in QUANTITIES:
            values = mine[quantity].to_numpy(float)
            known = np.isfinite(values) & (values > 0)
            if known.sum() * LOWEST < FEWEST:
                continue
            top = np.quantile(values[known], LOWEST)
            inside = known & (values < top)
            logs = np.where(inside, np.log(top / np.where(inside, values, top)), 0.0)
            count = weight @ inside.astype(float)
            with np.errstate(invalid="ignore", divide="ignore"):
                draws = (count - 1.0) / (weight @ logs)
            row = told | {"quantity": quantity, "samples": int(inside.sum()), "top": top}
            rows.append(row | ends("exponent", draws))
            found[quantity] = row, draws
        if {"omega3", "strain"} <= found.keys():
            (row, cubic), (_, strain) = found["omega3"], found["strain"]
            rows.append(row | {"quantity": RATIO} | ends("exponent", 3.0 * strain / cubic))
    return pd.DataFrame(rows)
