"""Medians of what glasses have, and shares of those of which something holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.chances import share_between
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import CONFIDENCE, mean_draws, median_draws, quantile_draws
from glassworks.studies.thesis3.analysis.glasses import FAR_BELOW, ONE
from glassworks.studies.thesis3.analysis.trends import populations, weight_of

SOFTER, SOFTEST = 0.3, 0.2
"""Of the frequency of the first transverse wave: softer than those of the claims, so that fewer hybridize."""
NEAR_BAND = 0.8
"""Of the frequency of the first transverse wave, from where on a mode counts as near the band."""

MEDIANS = {
    "rise": lambda mine: mine["rise"],
    "rise_in_frequency": lambda mine: mine["omega3"] / mine["omega4"] - 1.0,
    "contraction": lambda mine: mine["contraction"],
    "squares": lambda mine: mine["squares3"] / mine["well3"],
    "chi_localized": lambda mine: mine["chi4"] * mine["localized4"],
    "band_share": lambda mine: mine["band_share"],
    "delta_over_band": lambda mine: mine["delta_stiffness"] / mine["band"] ** 2,
    "missing_over_gap": lambda mine: mine["missing"] / mine["gap"] ** 2,
    "spread_near_band": lambda mine: (mine["e2"] / mine["e4"]).where(mine["over_band"].between(NEAR_BAND, 1.0)),
    "spread_below": lambda mine: (mine["e2"] / mine["e4"]).where(mine["over_band"] < FAR_BELOW),
    "predicted": lambda mine: mine["predicted"],
    "predicted_stiffness": lambda mine: mine["predicted_stiffness"],
    "predicted_third": lambda mine: mine["predicted_third"],
    "predicted_rise": lambda mine: mine["predicted_stiffness"] * mine["omega3"] ** 2 / mine["omega2"] ** 2 - 1.0,
    "spot_overlap": lambda mine: mine["spot_overlap"],
    "spot_stiffness": lambda mine: mine["spot_stiffness"],
    "asymmetry": lambda mine: np.log10(mine["asymmetry"]),
    "hardening": lambda mine: np.log10(mine["hardening"]),
}
"""What medians and wide ranges are taken of, of all glasses and of those whose softest mode is a quasilocalized one."""
HOLDS = {
    "partner": (lambda mine: mine["overlap"] > ONE, lambda mine: mine["over_band"] < FAR_BELOW),
    "partner of the softer": (lambda mine: mine["overlap"] > ONE, lambda mine: mine["over_band"] < SOFTER),
    "partner of the softest": (lambda mine: mine["overlap"] > ONE, lambda mine: mine["over_band"] < SOFTEST),
    "localized more": (lambda mine: mine["e4"] < mine["e2"], lambda mine: mine["over_band"] < 1.0),
    "stiffer": (lambda mine: mine["omega3"] > mine["omega4"], lambda mine: np.isfinite(mine["omega3"])),
    "single well": (
        lambda mine: mine["squares3"] < 8.0 / 3.0 * mine["well3"], lambda mine: np.isfinite(mine["tau3"]),
    ),
    "double well": (lambda mine: mine["squares3"] > 3.0 * mine["well3"], lambda mine: np.isfinite(mine["tau3"])),
    "harmonic double well": (
        lambda mine: mine["tau2"] ** 2 > 3.0 * mine["omega2"] ** 2 * (mine["chi2"] - 3.0 * mine["coupling"]),
        lambda mine: np.isfinite(mine["coupling"]),
    ),
    "two hybridized": (
        lambda mine: (mine["second_same"] < 0.5) & (mine["second_overlap"] > 0.5), lambda mine: mine["overlap"] > 0,
    ),
    "the same spot": (lambda mine: mine["cubic_missing"] < 0.5, lambda mine: np.isfinite(mine["cubic_missing"])),
}  # fmt: skip
"""What shares are counted of: what must hold, and of which glasses."""
NARROW, WIDE = 0.005, 0.0005
"""Chances on each side of what 99 and 99.9 % of the glasses lie in."""


def medians(each: pd.DataFrame) -> pd.DataFrame:
    """A row for each quantity and ensemble: median, and the ends of what 99 and 99.9 % of the glasses lie in."""
    rows = []
    for apart in (False, True):
        for told, mine in populations(each, apart):
            weight = weight_of(mine)
            for quantity, value in MEDIANS.items():
                values = np.asarray(value(mine), dtype=float)
                known = np.isfinite(values)
                if not known.any():
                    continue
                row = told | {"quantity": quantity, "apart": apart, "samples": int(known.sum())}
                row |= ends("median", median_draws(values[known], weight[:, known]))
                low, high = (quantile_draws(values[known], weight[:, known], share) for share in (NARROW, 1.0 - NARROW))
                row |= ends("span", high - low)
                row["widest"] = float(np.quantile(values[known], 1.0 - WIDE) - np.quantile(values[known], WIDE))
                rows.append(row)
    return pd.DataFrame(rows)


def shares(each: pd.DataFrame) -> pd.DataFrame:
    """A row for each statement and ensemble: of how many glasses it holds; of independent ones the interval is that of
    as many trials, of chains that of their reweighting where it is wider."""
    rows = []
    for what, (holds, among) in HOLDS.items():
        for _, mine in each.groupby("ensemble", sort=False) if len(each) else ():
            mine = mine[np.asarray(among(mine), dtype=bool)]
            if mine.empty:
                continue
            first = mine.iloc[0]
            row = {name: first[name] for name in ("model", "dimension", "temperature", "protocol", "ensemble")}
            inside = np.asarray(holds(mine), dtype=bool)
            row |= {"n": int(first["n"]), "what": what, "samples": len(mine), "found": int(inside.sum())}
            row |= ends("share", mean_draws(inside.astype(float), weight_of(mine)))
            low, high = share_between(int(inside.sum()), len(mine), CONFIDENCE)
            row["share_low"] = min(low, np.nan_to_num(row["share_low"], nan=low))
            row["share_high"] = max(high, np.nan_to_num(row["share_high"], nan=high))
            rows.append(row)
    return pd.DataFrame(rows)
