"""A localized mode beside the longest wave (Fig. 1.12), and responses to pinches beside localized modes (Fig. 1.18)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.fields import place_of
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import median_draws, weights
from glassworks.statistics.tables import KEYS, good, seed
from glassworks.studies.thesis2.analysis.fields import SOFT, by_ensemble

SOFTEST, WAVE = 0, 1
"""Fields by their number in the raw tables."""
FEWEST = 3
"""Glasses that tell a median."""


def portrait(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The particles of one glass in its softest mode and in its longest wave: of that, among the largest, whose softest
    mode is the softest beside its wave."""
    rows = good(raw["mode_and_wave"])
    if rows.empty:
        return pd.DataFrame()
    rows = rows[rows["n"] == rows["n"].max()]
    each = rows.groupby(["ensemble", "sample", "field"])["frequency"].first().unstack("field")
    ensemble, sample = (each[SOFTEST] / each[WAVE]).idxmin()
    one = rows[(rows["ensemble"] == ensemble) & (rows["sample"] == sample)].drop_duplicates(["field", "particle"])
    both = each.loc[(ensemble, sample)]
    keep = ["sample", "field", "particle", "diameter", "x", "dx", "y", "dy", "frequency", "participation", "wave"]
    told = one[[*(key for key in KEYS if key in one), *keep]]
    return told.assign(over_wave=float(both[SOFTEST] / both[WAVE]))


def pinched(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each glass whose softest mode lies far below the first wave: how much the response to a pinch is like
    it, at the best and typically, and like as localized a field that is anywhere."""
    found = []
    for _, mine, _, wave in by_ensemble(raw, "pinched_modes"):
        soft = mine[mine["frequency"] < SOFT * wave].drop_duplicates("sample")
        keep = [*(key for key in KEYS if key in soft), "sample", "likeness", "typical", "shuffled"]
        found.append(soft[keep].assign(over_wave=soft["frequency"] / wave))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def likenesses(each: pd.DataFrame) -> pd.DataFrame:
    """A row for each ensemble of some such glasses: medians of these, and of what is over that of the field that is
    anywhere."""
    found = []
    for ensemble, mine in each.groupby("ensemble", sort=False) if len(each) else ():
        if len(mine) < FEWEST:
            continue
        weight = weights(len(mine), seed(str(ensemble)))
        row = place_of(mine.iloc[0]) | {"samples": len(mine)}
        for name in ("likeness", "typical", "shuffled"):
            row |= ends(name, median_draws(mine[name].to_numpy(float), weight))
        over = np.log(mine["likeness"].to_numpy(float) / mine["shuffled"].to_numpy(float))
        found.append(row | ends("over_shuffled", np.exp(median_draws(over, weight))))
    return pd.DataFrame(found)
