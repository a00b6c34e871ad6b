"""Tables of the shear modulus from fluctuations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import mean_draws
from glassworks.studies.solidity.analysis.ensembles import Ensemble, per_sample, rows_of, spread, told


def longest(rows: pd.DataFrame) -> pd.DataFrame:
    """The moduli over the longest time, a row a trajectory."""
    return rows.sort_values("window").drop_duplicates("sample", keep="last") if len(rows) else rows


def windows(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """G and δG of one ensemble against the time that stresses are given to fluctuate."""
    rows = rows_of(ensemble, raw["fluctuations"])
    for (window, _), mine in rows.groupby(["window", "frames"]) if len(rows) else ():
        shear = per_sample(ensemble, mine, "shear")
        yield {
            **ensemble.head(),
            "window": float(window),
            "frames": int(mine["frames"].iloc[0]),
            "samples": int(np.isfinite(shear).sum()),
            **told("shear", mean_draws(shear, ensemble.weight)),
            **told("shear_spread", spread(shear, ensemble.weight)),
        }


def limits(ensembles: list[Ensemble]) -> Iterator[dict]:
    """G of each ensemble that left inherent structures, over their athermal G: 1 where T → 0 is reached."""
    for ensemble in ensembles:
        if not {"shear", "athermal_shear"} <= set(ensemble.draws):
            continue
        shear, athermal = ensemble.draws["shear"], ensemble.draws["athermal_shear"]
        yield {
            **ensemble.head(),
            "samples": len(ensemble.samples),
            **told("shear", shear),
            **told("athermal_shear", athermal),
            **told("shear_over_athermal", shear / athermal),
        }
