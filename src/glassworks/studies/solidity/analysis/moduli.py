"""Tables of the shear modulus from fluctuations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import mean_draws
from glassworks.studies.solidity.analysis.states import State, per_sample, rows_of, spread, told


def longest(rows: pd.DataFrame) -> pd.DataFrame:
    """The moduli over the longest time, a row a trajectory."""
    return rows.sort_values("window").drop_duplicates("sample", keep="last") if len(rows) else rows


def windows(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """G and δG of one ensemble against the time that stresses are given to fluctuate."""
    rows = rows_of(state, raw["fluctuations"])
    for (window, _), mine in rows.groupby(["window", "frames"]) if len(rows) else ():
        shear = per_sample(state, mine, "shear")
        yield {
            **state.head(),
            "window": float(window),
            "frames": int(mine["frames"].iloc[0]),
            "samples": int(np.isfinite(shear).sum()),
            **told("shear", mean_draws(shear, state.weight)),
            **told("shear_spread", spread(shear, state.weight)),
        }


def limits(states: list[State]) -> Iterator[dict]:
    """G of each ensemble that left inherent structures, over their athermal G: 1 where T → 0 is reached."""
    for state in states:
        if not {"shear", "athermal_shear"} <= set(state.draws):
            continue
        shear, athermal = state.draws["shear"], state.draws["athermal_shear"]
        yield {
            **state.head(),
            "samples": len(state.samples),
            **told("shear", shear),
            **told("athermal_shear", athermal),
            **told("shear_over_athermal", shear / athermal),
        }
