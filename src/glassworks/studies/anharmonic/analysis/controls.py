"""Perfect crystals pulled as glasses are: nothing rearranges (Sec. II C)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.tables import KEYS, ensembles, of
from glassworks.studies.anharmonic import CRYSTALS, MODELS
from glassworks.studies.anharmonic.analysis.modes import OVERLAP
from glassworks.studies.anharmonic.analysis.states import glasses_of


def controls(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row an ensemble of crystals: the largest A from which every pull came home, and pulls that led elsewhere.

    Beside it the largest A_c of glasses of the model and the nearest size.
    """
    rows = []
    pulls = raw["pulls"]
    crystals = pulls[pulls["group"].isin(CRYSTALS)] if len(pulls) else pulls
    for key in ensembles(crystals).to_dict("records") if len(crystals) else ():
        mine = of(crystals, key["group"], key["ensemble"])
        away = mine["status"] == "ok"
        row = {name: key.get(name) for name in KEYS} | {"pulls": len(mine), "away": int(away.sum())}
        row["overlapping"] = int((mine["status"] == OVERLAP).sum())
        row["home"] = float(mine["home"].min())
        row["amplitude"] = float(mine.loc[away, "amplitude"].min()) if away.any() else np.nan
        row["label"] = MODELS.get(key["model"], key["model"])
        glasses = glasses_of(pulls)
        glasses = glasses[(glasses["model"] == key["model"]) & (glasses["status"] == "ok")]
        near = glasses[glasses["n"] == _nearest(glasses["n"], key["n"])] if len(glasses) else glasses
        row["glasses"] = float(near["amplitude"].median()) if len(near) else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def _nearest(sizes: pd.Series, n: int) -> float:
    return sizes.iloc[(np.log(sizes / n)).abs().argmin()]
