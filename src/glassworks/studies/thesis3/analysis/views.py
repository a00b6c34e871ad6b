"""Glasses one by one: strained ones, how their modes fall off, and the modes of one of them in pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import median_draws, weights
from glassworks.statistics.tables import KEYS, good, seed


def strained(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each glass whose cubic mode was followed under strain, κ in the chapter's unit."""
    rows = good(raw["strained_cubics"])
    if rows.empty or known.empty:
        return pd.DataFrame()
    unit = known.set_index("model")["unit_frequency"]
    rows = rows[rows["model"].isin(unit.index)]
    keep = rows[[*(key for key in KEYS if key in rows), "sample", "ratio"]]
    return keep.assign(omega3=np.sqrt(rows["stiffness"]) / rows["model"].map(unit))


def decays(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each field and shell of each ensemble: the median over glasses of the shell's median |z_i|²."""
    rows = good(raw["mode_fields"])
    if rows.empty or known.empty:
        return pd.DataFrame()
    spacing = known.set_index("model")["spacing"]
    rows = rows[rows["model"].isin(spacing.index)]
    found = []
    for (ensemble, field, inner), mine in rows.groupby(["ensemble", "field", "inner"], sort=False):
        first, a = mine.iloc[0], float(spacing[mine["model"].iloc[0]])
        row = {key: first[key] for key in KEYS if key in mine} | {"field": int(field), "samples": len(mine)}
        row["distance"] = 0.5 * (inner + float(mine["outer"].median())) / a
        draws = median_draws(mine["square"].to_numpy(float), weights(len(mine), seed(str(ensemble))))
        found.append(row | ends("square", draws))
    return pd.DataFrame(found)


def pictures(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The particles that move most in the modes of the glass of each model whose softest mode is the softest."""
    rows, modes = good(raw["mode_pictures"]), good(raw["nonlinear_modes"])
    if rows.empty or modes.empty:
        return pd.DataFrame()
    found = []
    for _, mine in rows.groupby("model", sort=False):
        there = modes.merge(mine[["ensemble", "sample"]].drop_duplicates(), on=["ensemble", "sample"])
        if there.empty:
            continue
        first = there.sort_values(["n", "frequency"], ascending=[False, True]).iloc[0]
        one = mine[(mine["ensemble"] == first["ensemble"]) & (mine["sample"] == first["sample"])]
        one = one.drop_duplicates(["field", "rank"])
        keep = [*(key for key in KEYS if key in one), "sample", "field", "rank"]
        axes = [name for axis in "xyzw" for name in (axis, f"d{axis}") if name in one]
        found.append(one[keep + axes])
    whole = pd.concat(found, ignore_index=True)
    for name in ("z", "dz", "w", "dw"):
        if name not in whole:
            whole[name] = np.nan
    return whole
