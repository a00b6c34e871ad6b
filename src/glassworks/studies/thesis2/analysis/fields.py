"""Modes in space: how they fall off, how few particles bear them, one of each model as a picture; and g(r)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics import fields
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import mean_draws, median_draws, weights
from glassworks.statistics.tables import good, of, seed

HARMONIC, QUARTIC = 0, 1
"""Fields by their number in the raw tables."""
SOFT = 0.6
"""Of the frequency of the first wave: the modes shown have 'roughly half' of it or less."""
FEWEST_BINS = 4
"""Of g(r), in which a peak is sought."""


def by_ensemble(raw: dict[str, pd.DataFrame], name: str) -> Iterator[tuple[pd.Series, pd.DataFrame, float, float]]:
    """Good rows of a raw table by ensemble, with its density and the first wave's frequency, NaN without moduli."""
    rows = good(raw[name])
    if rows.empty:
        return
    for (group, ensemble), mine in rows.groupby(["group", "ensemble"], sort=False):
        density = float(of(raw["glasses"], group, ensemble)["density"].iloc[0])
        first, moduli = mine.iloc[0], good(of(raw["moduli"], group, ensemble))
        shear = float(moduli["shear"].mean()) if len(moduli) else np.nan
        length = (first["n"] / density) ** (1.0 / first["dimension"])
        yield first, mine, density, 2.0 * np.pi * np.sqrt(shear / density) / length


def _fields(raw: dict[str, pd.DataFrame]) -> Iterator[tuple[pd.Series, int, pd.DataFrame, float]]:
    """Shells around harmonic modes of glasses whose softest one lies far below the first wave, and around all quartic
    modes, with the density."""
    for first, mine, density, wave in by_ensemble(raw, "mode_fields"):
        for field, chosen in ((HARMONIC, mine["frequency"] < SOFT * wave), (QUARTIC, mine["frequency"] > 0.0)):
            rows = mine[(mine["field"] == field) & chosen]
            if len(rows):
                yield first, field, rows, density


def decays(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each field and shell of each ensemble: the median over glasses of the shell's median |z_i|², with its
    place in a₀ (Fig. 2.1d)."""
    found = [row | {"field": field} for _, field, rows, density in _fields(raw) for row in fields.decay(rows, density)]
    return pd.DataFrame(found)


def falls(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each field of each ensemble: the exponent of |z|² in r between its core and L/4."""
    told = [(field, fields.fall(rows, density)) for _, field, rows, density in _fields(raw)]
    return pd.DataFrame([row | {"field": field} for field, row in told if row])


def shares(raw: dict[str, pd.DataFrame], paper: dict) -> pd.DataFrame:
    """A row for each field of each ensemble: medians of the share of weight that the largest part of all components
    bears, and of all particles (caption of Fig. 2.1)."""
    found = []
    for first, field, rows, _ in _fields(raw):
        mine = rows.drop_duplicates("sample")
        if len(mine) < fields.FEWEST_GLASSES:
            continue
        asked = paper["groups"].get(first["group"], {}).get("observables", {}).get("mode_fields") or {}
        weight = weights(len(mine), seed(str(first["ensemble"])))
        row = fields.place_of(first) | {"field": field, "samples": len(mine), "part": float(asked.get("part", np.nan))}
        for name in ("components", "particles"):
            row |= ends(name, median_draws(mine[name].to_numpy(float), weight))
        found.append(row)
    return pd.DataFrame(found)


def shown(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The particles that move most in the softest harmonic mode of one glass of each model: that of its largest
    ensemble whose mode is the softest (Fig. 2.1a–c)."""
    rows, modes = good(raw["mode_pictures"]), good(raw["nonlinear_modes"])
    if rows.empty or modes.empty:
        return pd.DataFrame()
    rows = rows[rows["field"] == HARMONIC]
    waves = {first["ensemble"]: wave for first, _, _, wave in by_ensemble(raw, "mode_pictures")}
    found = []
    for _, mine in rows.groupby("model", sort=False):
        there = modes.merge(mine[["group", "ensemble", "sample"]].drop_duplicates(), on=["group", "ensemble", "sample"])
        there = there[there["n"] == there["n"].max()].nsmallest(1, "frequency")
        if there.empty:
            continue
        told = there.iloc[0]
        one = fields.picture(mine, told["ensemble"], told["sample"]).drop(columns="field")
        over = float(told["frequency"]) / waves.get(told["ensemble"], np.nan)
        found.append(one.assign(frequency=float(told["frequency"]), over_wave=over))
    return fields.stacked(found)


def _correlated(raw: dict[str, pd.DataFrame]) -> Iterator[tuple[dict, np.ndarray, np.ndarray]]:
    """Ensembles and parts of g(r) with the middle of each bin (bins,) and draws of g (draws, bins)."""
    rows = good(raw["structure"])
    if rows.empty:
        return
    rows = rows[(rows["kind"] == "g") & (rows["part"] != "scaled")]
    for (_, ensemble, part), mine in rows.groupby(["group", "ensemble", "part"], sort=False):
        table = mine.pivot_table(index="sample", columns="bin", values="value", aggfunc="first").dropna(axis=1)
        place = mine.groupby("bin")["at"].mean()[table.columns].to_numpy(float)
        draws = mean_draws(table.to_numpy(float), weights(len(table), seed(str(ensemble))))
        yield fields.place_of(mine.iloc[0]) | {"part": part, "samples": len(table)}, place, draws


def correlations(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each bin of g(r) of each part of each ensemble: its mean over glasses."""
    frames = []
    for told, place, draws in _correlated(raw):
        each = pd.DataFrame([ends("pair_correlation", draws[:, column]) for column in range(len(place))])
        frames.append(each.assign(**told, distance=place))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def highest(place: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws of place and height of the highest point of curves (draws, points), by a parabola through it and its two
    neighbors, which are as far apart as all; NaN where it is at an end."""
    best = draws.argmax(axis=1)
    inner = (best > 0) & (best < len(place) - 1)
    middle = np.clip(best, 1, max(len(place) - 2, 1))
    left, here, right = (np.take_along_axis(draws, (middle + step)[:, None], axis=1)[:, 0] for step in (-1, 0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.nan_to_num(0.5 * (left - right) / (left - 2.0 * here + right))
    at = place[middle] + shift * (place[1] - place[0])
    return np.where(inner, at, np.nan), np.where(inner, here - 0.25 * (left - right) * shift, np.nan)


def peaks(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each part of g(r) of each ensemble: place and height of its highest peak, which is the first."""
    found = []
    for told, place, draws in _correlated(raw):
        if len(place) < FEWEST_BINS:
            continue
        position, height = highest(place, draws)
        found.append(told | ends("position", position) | ends("height", height))
    return pd.DataFrame(found)
