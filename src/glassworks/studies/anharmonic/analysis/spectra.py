"""Density of states from the numbers of selected modes, its peak over ω², and the bands of plane waves."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import mean_draws, weights
from glassworks.statistics.spectra import debye_frequency
from glassworks.statistics.tables import KEYS, ensembles, good, of, seed
from glassworks.studies.anharmonic.analysis.states import glasses_of, richest

BINS_A_DECADE = 10
FEWEST = 12
"""Modes that a bin must hold, all glasses together, to be looked at for the peak."""
WAVES = 6
"""Bands of each polarization that are told."""


def spectra(raw: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The density of states of each ensemble in bins of ω, and the boson peak ω_BP of each model.

    A selected mode says how many lie below it, so that the number N(ω) of modes is known at each of them; between, its
    logarithm is taken to be straight in ln ω.
    """
    every = good(richest(glasses_of(raw["selected_modes"])))
    rows, peaks = [], []
    for key in ensembles(every).to_dict("records"):
        mine = of(every, key["group"], key["ensemble"])
        if not (mine["spaced"] == 1).any():
            continue
        samples = np.sort(mine["sample"].unique())
        weight = weights(len(samples), seed(key["ensemble"]))
        edges = _edges(mine)
        counts = np.array([_counts(mine[mine["sample"] == sample], edges) for sample in samples])
        known = np.isfinite(counts).all(axis=0)
        edges_low, edges_high, counts = edges[:-1][known], edges[1:][known], counts[:, known]
        if not counts.size:
            continue
        density = mean_draws(counts, weight) / ((3 * key["n"] - 3) * (edges_high - edges_low))
        middle = np.sqrt(edges_low * edges_high)
        base = {name: key.get(name) for name in KEYS} | {"samples": len(samples)}
        for k in range(len(middle)):
            row = base | {"frequency": middle[k], "lower": edges_low[k], "upper": edges_high[k]}
            row |= {"modes": float(counts[:, k].sum())} | ends("density", density[:, k])
            rows.append(row | ends("reduced", density[:, k] / middle[k] ** 2))
        enough = counts.sum(axis=0) >= FEWEST
        if enough.sum() > 2:
            peak = _peak(middle[enough], density[:, enough])
            peaks.append(base | ends("frequency", peak) | {"first": float(middle[enough][0])})
    return pd.DataFrame(rows), _chosen(pd.DataFrame(peaks))


def _edges(mine: pd.DataFrame) -> np.ndarray:
    low, high = mine["frequency"].min(), mine.groupby("sample")["frequency"].max().min()
    first = np.floor(np.log10(low) * BINS_A_DECADE)
    last = np.floor(np.log10(high) * BINS_A_DECADE)
    return 10.0 ** (np.arange(first, last + 1) / BINS_A_DECADE)


def _counts(glass: pd.DataFrame, edges: np.ndarray) -> np.ndarray:
    """Modes of a glass between neighboring frequencies."""
    glass = glass.sort_values("frequency")
    below = np.exp(
        np.interp(np.log(edges), np.log(glass["frequency"]), np.log(glass["number"] + 0.5), left=-np.inf, right=np.nan)
    )
    return np.diff(below)


def _peak(frequency: np.ndarray, density: np.ndarray) -> np.ndarray:
    """Draws of the ω at which g/ω² is largest: the vertex of a parabola in ln ω through the largest bin and its
    neighbors."""
    values = np.log(np.where(density > 0.0, density, np.nan)) - 2.0 * np.log(frequency)
    x, found = np.log(frequency), np.full(len(density), np.nan)
    for draw, curve in enumerate(values):
        if not np.isfinite(curve).any():
            continue
        top = int(np.nanargmax(curve))
        found[draw] = x[top]
        if 0 < top < len(x) - 1 and np.isfinite(curve[top - 1 : top + 2]).all():
            a, b, _ = np.polyfit(x[top - 1 : top + 2] - x[top], curve[top - 1 : top + 2], 2)
            found[draw] += np.clip(-b / (2.0 * a), x[top - 1] - x[top], x[top + 1] - x[top]) if a < 0.0 else 0.0
    return np.exp(found)


def _chosen(peaks: pd.DataFrame) -> pd.DataFrame:
    """Of each model the ω_BP of the ensemble of most modes, which all its sizes are told against."""
    if peaks.empty:
        return peaks
    peaks["chosen"] = False
    for model in peaks["model"].unique():
        mine = peaks[peaks["model"] == model]
        peaks.loc[(mine["samples"] * mine["n"]).idxmax(), "chosen"] = True
    return peaks.sort_values("chosen", kind="stable").reset_index(drop=True)  # the chosen ones last


def bands(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Bands of transverse and longitudinal waves, ω = 2π c |n|/L, of each ensemble with moduli, and its Debye level."""
    rows = []
    for key in ensembles(glasses_of(raw["moduli"])).to_dict("records"):
        mine, glass = (good(of(raw[name], key["group"], key["ensemble"])) for name in ("moduli", "glasses"))
        if mine.empty or glass.empty:
            continue
        density, length = float(glass["density"].iloc[0]), float(glass["length"].iloc[0])
        shear, bulk = float(mine["shear"].mean()), float(mine["bulk"].mean())
        debye = debye_frequency(density, shear, bulk, 3)
        speeds = {"transverse": np.sqrt(shear / density), "longitudinal": np.sqrt((bulk + 4.0 * shear / 3.0) / density)}
        base = {name: key.get(name) for name in KEYS} | {"samples": len(mine), "debye": debye, "level": 3.0 / debye**3}
        for name, speed in speeds.items():
            for square, waves in _levels():
                row = {"polarization": name, "square": square, "speed": speed}
                row["waves"] = waves * (2 if name == "transverse" else 1)
                rows.append(base | row | {"frequency": 2.0 * np.pi * speed * np.sqrt(square) / length})
    return pd.DataFrame(rows).drop_duplicates(["ensemble", "polarization", "square"]) if rows else pd.DataFrame()


def _levels() -> list[tuple[int, int]]:
    """|n|² of the shortest whole-number vectors, and how many there are of each."""
    squares = [sum(k * k for k in vector) for vector in product(range(-3, 4), repeat=3)]
    return [(square, squares.count(square)) for square in sorted({s for s in squares if 0 < s <= 9})[:WAVES]]
