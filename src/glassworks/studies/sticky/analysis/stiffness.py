"""How many pairs have a strongly negative stiffness φ'': the companion paper (Ref. 39) tells that sticky glasses lack
them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import Measured, ends, key_of
from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.tables import aligned, good, of
from glassworks.studies.sticky import STICKY

SHARES = ("negative", "strongly_negative", "softening")


def add_stiffness(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> None:
    """Add the draws of `SHARES` where pairs' stiffness was measured."""
    forces = raw["pair_forces"]
    for one in measured:
        rows = of(forces, one.key["group"], one.key["ensemble"])
        if one.key["group"] not in STICKY or rows.empty or not len(one.samples):
            continue
        table = good(rows).set_index("sample")
        for name in SHARES:
            if name in table:
                one.draws[name] = mean_draws(aligned(table[name], one.samples), one.weight)


def stiffness(measured: list[Measured]) -> pd.DataFrame:
    """Shares of pairs of negative stiffness, one row an ensemble of sticky spheres; none where none was measured."""
    rows = []
    for one in measured:
        if one.key["group"] in STICKY and np.isfinite(one.get(SHARES[0])[0]):
            row = key_of(one) | {"cutoff": STICKY[one.key["group"]], "included": one.included}
            row["samples"] = len(one.samples)
            for name in SHARES:
                row |= ends(name, one.get(name))
            rows.append(row)
    return pd.DataFrame(rows)
