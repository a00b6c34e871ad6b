"""Glasses one by one: strained ones, how their modes fall off, and the modes of one of them in pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import median_draws, weights
from glassworks.statistics.tables import KEYS, good, seed
from glassworks.studies.thesis3.analysis.trends import line


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


APART = 0.5
"""Overlap below which two quartic modes of a glass are two."""
CORE, FEWEST_SHELLS = 2.5, 4
"""Where the far field begins, in a₀, and how many shells tell an exponent."""


def falls(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each field of each ensemble: the exponent of |z|² in r between its core and L/4, beyond which periodic
    images bend it, of shells in which all glasses have particles."""
    rows = good(raw["mode_fields"])
    if rows.empty or known.empty:
        return pd.DataFrame()
    density, spacing = (known.set_index("model")[name] for name in ("density", "spacing"))
    rows = rows[rows["model"].isin(spacing.index) & (rows["square"] > 0)]
    found = []
    for (ensemble, field), mine in rows.groupby(["ensemble", "field"], sort=False):
        first, a = mine.iloc[0], float(spacing[mine["model"].iloc[0]])
        length = (first["n"] / density[first["model"]]) ** (1.0 / first["dimension"])
        middle = 0.5 * (mine["inner"] + mine["outer"])
        mine = mine[(middle >= CORE * a) & (mine["outer"] <= 0.25 * length)]
        squares = mine.pivot_table(index="sample", columns="inner", values="square", aggfunc="first").dropna()
        if squares.shape[1] < FEWEST_SHELLS or len(squares) < 3:
            continue
        place = mine.groupby("inner")[["inner", "outer"]].mean().mean(axis=1)[squares.columns].to_numpy(float) / a
        weight = weights(len(squares), seed(str(ensemble)))
        logs = np.stack([np.log(median_draws(column, weight)) for column in squares.to_numpy(float).T], axis=1)
        slope, _ = line(np.log(place), logs)
        row = {key: first[key] for key in KEYS if key in mine} | {"field": int(field), "samples": len(squares)}
        found.append(row | {"nearest": place.min(), "farthest": place.max()} | ends("exponent", slope))
    return pd.DataFrame(found)


def pictures(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The particles that move most in the modes of two glasses of each model, of its largest ensemble: of that whose
    softest mode is the softest, and of that whose softest mode is most of all two quartic ones."""
    rows, modes = good(raw["mode_pictures"]), good(raw["nonlinear_modes"])
    if rows.empty or modes.empty:
        return pd.DataFrame()
    found = []
    for _, mine in rows.groupby("model", sort=False):
        there = modes.merge(mine[["ensemble", "sample"]].drop_duplicates(), on=["ensemble", "sample"])
        there = there[there["n"] == there["n"].max()].drop_duplicates(["ensemble", "sample"])
        two = there[(there["second_same"] < APART) & there["second_overlap"].notna()]
        for which, first in (
            ("softest", there.nsmallest(1, "frequency")), ("hybridized", two.nlargest(1, "second_overlap")),
        ):  # fmt: skip
            if first.empty:
                continue
            ensemble, sample = first[["ensemble", "sample"]].iloc[0]
            one = mine[(mine["ensemble"] == ensemble) & (mine["sample"] == sample)].drop_duplicates(["field", "rank"])
            keep = [*(key for key in KEYS if key in one), "sample", "field", "rank"]
            axes = [name for axis in "xyzw" for name in (axis, f"d{axis}") if name in one]
            found.append(one[keep + axes].assign(shown=which))
    if not found:
        return pd.DataFrame()
    whole = pd.concat(found, ignore_index=True)
    for name in ("z", "dz", "w", "dw"):
        if name not in whole:
            whole[name] = np.nan
    return whole
