"""How one quantity of a glass follows another: medians in bins, slopes of these, prefactors against the box."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import median_draws, weights
from glassworks.statistics.tables import seed

BINS, FEWEST = 8, 40
"""Bins of equally many glasses, and how many glasses make it worth while."""


class Trend(NamedTuple):
    """What follows what, and of which glasses: all of them, or those whose softest mode is a quasilocalized one."""

    y: str
    x: str
    apart: bool


TRENDS = (
    Trend("chi4", "localized4", False), Trend("gap", "omega4", True), Trend("missing", "omega4", True),
    Trend("delta", "omega4", True), Trend("rise", "omega4", False), Trend("tau3", "omega3", False),
    Trend("chi3", "omega3", False), Trend("chi4", "omega4", False), Trend("nu3", "omega3", False),
    Trend("contraction", "omega4", False), Trend("cubic_missing", "omega4", False), Trend("predicted", "omega4", True),
    Trend("predicted_length", "omega4", True), Trend("squares3", "well3", False), Trend("squares4", "well4", False),
    Trend("asymmetry", "cubic_missing", False), Trend("hardening", "cubic_missing", False),
)  # fmt: skip


def weight_of(mine: pd.DataFrame) -> np.ndarray:
    """Weights of the glasses, (1 + repeats, glasses), those of one chain alike."""
    names = "".join(dict.fromkeys(mine["ensemble"]))
    return weights(len(mine), seed(names), owners=mine["owner"].to_numpy())


def populations(each: pd.DataFrame, apart: bool) -> Iterator[tuple[dict, pd.DataFrame]]:
    """Each ensemble of enough glasses, and each model's ensembles of all sizes at one point together."""
    if each.empty:
        return
    chosen = each[each["apart"]] if apart else each
    for _, mine in chosen.groupby("ensemble", sort=False):
        if len(mine) >= FEWEST:
            first = mine.iloc[0]
            told = {name: first[name] for name in ("model", "dimension", "temperature", "protocol")}
            yield told | {"n": int(first["n"]), "ensemble": first["ensemble"]}, mine


def binned(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bins of x of equally many points: numbers of each point's bin, medians of x (bins,), draws of medians of y,
    (1 + repeats, bins)."""
    rank = np.argsort(np.argsort(x, kind="stable"), kind="stable")
    number = rank * BINS // len(x)
    middle = np.array([np.median(x[number == k]) for k in range(BINS)])
    draws = np.stack([median_draws(y[number == k], weight[:, number == k]) for k in range(BINS)], axis=1)
    return number, middle, draws


def line(x: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws of slope and level at x = 0 of the straight line through points (points,), all alike, and draws of theirs,
    (1 + repeats, points)."""
    away = x - x.mean()
    slope = draws @ away / (away @ away)
    return slope, draws.mean(axis=1) - slope * x.mean()


def _logarithms(mine: pd.DataFrame, trend: Trend) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = mine[trend.x].to_numpy(float)
    y = mine[trend.y].to_numpy(float)
    known = (x > 0) & (y > 0) & np.isfinite(x * y)
    return np.log(x[known]), np.log(y[known]), known


class Binned(NamedTuple):
    """A trend of one population in its bins, all in logarithms.

    Attributes:
        told: what population it is, and the trend.
        x, y: of its glasses, (glasses,).
        number: the bin of each, (glasses,).
        middle: medians of x, (bins,).
        draws: of medians of y, (1 + repeats, bins).
    """

    told: dict
    x: np.ndarray
    y: np.ndarray
    number: np.ndarray
    middle: np.ndarray
    draws: np.ndarray


def every_trend(each: pd.DataFrame) -> Iterator[Binned]:
    """Each of `TRENDS` of each ensemble of enough glasses."""
    for trend in TRENDS:
        for told, mine in populations(each, trend.apart):
            x, y, known = _logarithms(mine, trend)
            if len(x) >= FEWEST:
                same = told | {"y": trend.y, "x": trend.x, "apart": trend.apart}
                yield Binned(same, x, y, *binned(x, y, weight_of(mine)[:, known]))


def trends(found: list[Binned]) -> pd.DataFrame:
    """A row for each bin of each trend of each ensemble: medians of both, that of y with its interval."""
    rows = []
    for one in found:
        for k in range(BINS):
            row = one.told | {"bin": k, "samples": int((one.number == k).sum()), "place": np.exp(one.middle[k])}
            rows.append(row | ends("median", np.exp(one.draws[:, k])))
    return pd.DataFrame(rows)


def slopes(found: list[Binned]) -> pd.DataFrame:
    """A row for each trend of each ensemble: the slope of ln median against ln x over its bins, with the spread of the
    glasses about it."""
    rows = []
    for one in found:
        slope, level = line(one.middle, one.draws)
        rest = one.y - level[0] - slope[0] * one.x
        row = one.told | {"samples": len(one.x), "spread": float(np.std(rest))}
        row |= {"lowest": np.exp(one.x.min()), "highest": np.exp(one.x.max())}
        rows.append(row | ends("slope", slope))
    return pd.DataFrame(rows)


class Growth(NamedTuple):
    """What changes with the box, over ω_4 to some power, and of which glasses: see :class:`Trend`."""

    y: str
    power: float
    apart: bool


GROWTHS = (
    Growth("gap", 2.0, True), Growth("missing", 4.0, True), Growth("omega4", 0.0, False), Growth("strain", 0.0, False),
)  # fmt: skip
"""The first two are the prefactors of Eqs. 3.19 and 3.20."""


class Sizes(NamedTuple):
    """How something changes with the box: sizes of one model and preparation.

    Attributes:
        told: model, dimension, protocol, temperature, rate, and what changes.
        places: N of each size, ascending, (sizes,).
        samples: glasses of each, (sizes,).
        draws: of ln of the median of y/ω_4^power at each, (1 + repeats, sizes).
    """

    told: dict
    places: np.ndarray
    samples: np.ndarray
    draws: np.ndarray

    @property
    def edges(self) -> np.ndarray:
        """N^{1/d}, the edge of the box in a₀."""
        return self.places ** (1.0 / self.told["dimension"])


def every_growth(each: pd.DataFrame) -> Iterator[Sizes]:
    """Each of `GROWTHS` of each model and preparation of which some size has enough such glasses.

    Quasilocalized softest modes are those below half of each size's own first wave: too few of the smallest glasses are
    softer than the softest wave of the largest.
    """
    place = ["model", "dimension", "protocol", "temperature", "rate"]
    for growth in GROWTHS if len(each) else ():
        chosen = each[each["apart"]] if growth.apart else each
        for values, mine in chosen.groupby(place, dropna=False):
            parts = [part for _, part in mine.groupby("n") if len(part) >= FEWEST // 2]
            if not parts:
                continue
            draws = []
            for part in parts:
                logs = np.log(part[growth.y].to_numpy(float)) - growth.power * np.log(part["omega4"].to_numpy(float))
                known = np.isfinite(logs)
                draws.append(median_draws(logs[known], weight_of(part)[:, known]))
            told = dict(zip(place, values, strict=True)) | {"y": growth.y}
            places, samples = np.array([[int(part["n"].iloc[0]), len(part)] for part in parts]).T
            yield Sizes(told, places, samples, np.stack(draws, axis=1))


def prefactors(found: list[Sizes]) -> pd.DataFrame:
    """A row for each size: the median of y/ω_4^power."""
    rows = []
    for one in found:
        for k, n in enumerate(one.places):
            row = one.told | {"n": int(n), "edge": one.edges[k], "samples": int(one.samples[k])}
            rows.append(row | ends("prefactor", np.exp(one.draws[:, k])))
    return pd.DataFrame(rows)


def sizes(found: list[Sizes]) -> pd.DataFrame:
    """A row for each of several sizes together: the exponent in L of that median."""
    rows = []
    for one in found:
        if len(one.places) < 2:
            continue
        slope, _ = line(np.log(one.edges), one.draws)
        row = one.told | {"samples": int(one.samples.sum()), "smallest": one.places[0], "largest": one.places[-1]}
        rows.append(row | ends("exponent", slope))
    return pd.DataFrame(rows)


PAIRS = (
    ("rise", "omega4", False), ("asymmetry", "cubic_missing", True), ("hardening", "cubic_missing", True),
    ("contraction", "omega4", True), ("squares4", "well4", True), ("chi4", "omega4", True),
)  # fmt: skip
"""Of the two-dimensional histograms: y, x, and whether y is taken in logarithms; x always is."""
CELLS = 30


def pairs(each: pd.DataFrame) -> pd.DataFrame:
    """Two-dimensional histograms of the ensemble of most glasses: a row for each cell that holds one."""
    if each.empty:
        return pd.DataFrame()
    mine = each[each["ensemble"] == each["ensemble"].value_counts().index[0]]
    rows = []
    for y, x, logarithmic in PAIRS:
        known = mine[(mine[x] > 0) & np.isfinite(mine[y]) & ((mine[y] > 0) | (not logarithmic))]
        if len(known) < FEWEST:
            continue
        across = np.log10(known[x].to_numpy(float))
        up = np.log10(known[y].to_numpy(float)) if logarithmic else known[y].to_numpy(float)
        count, xs, ys = np.histogram2d(across, up, bins=CELLS)
        back = (lambda value: 10.0**value) if logarithmic else (lambda value: value)
        for i, j in np.argwhere(count > 0):
            row = {"y": y, "x": x, "ensemble": mine["ensemble"].iloc[0], "n": int(mine["n"].iloc[0])}
            row |= {"x_lower": 10.0 ** xs[i], "x_upper": 10.0 ** xs[i + 1]}
            rows.append(row | {"y_lower": back(ys[j]), "y_upper": back(ys[j + 1]), "count": int(count[i, j])})
    return pd.DataFrame(rows)
