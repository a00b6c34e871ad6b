"""Distributions of the frequencies ω_g^(ij) of responses to pinches (Fig. 9): their densities, widths and tails.

A pair's frequency is told in its ensemble's ω_0; samples are reweighted, never pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics.measured import Measured, ends, key_of
from glassworks.statistics.tables import good, of
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.counted import ladders

PLACES, EVERY = 800, 101
BINS = 40
TAILS = {"tail": 0.05, "tail_fiftieth": 0.02, "tail_tenth": 0.1}
"""The softest part of the pairs of the hottest ensemble, below whose end that of others is compared: the one that
counts, and others to see what that does."""


class Pinches(NamedTuple):
    """Frequencies of an ensemble's pinches as a distribution.

    Attributes:
        place: frequencies (places,), reduced units.
        below: draws of the share of pairs below each, (1 + repeats, places).
        mean, width: draws of the mean and of the standard deviation over the mean.
    """

    place: np.ndarray
    below: np.ndarray
    mean: np.ndarray
    width: np.ndarray

    def quantile(self, share: float) -> np.ndarray:
        """Draws of the frequency below which a share of the pairs lies."""
        reached = np.maximum.accumulate(self.below, axis=1)
        after = np.clip((reached < share).sum(axis=1), 1, len(self.place) - 1)
        row = np.arange(len(reached))
        low, high = reached[row, after - 1], reached[row, after]
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.where(high > low, (share - low) / (high - low), 0.0)
        logs = np.log(self.place)
        found = np.exp(logs[after - 1] + np.clip(part, 0.0, 1.0) * (logs[after] - logs[after - 1]))
        return np.where(np.isfinite(reached).all(axis=1), found, np.nan)

    def share_below(self, frequency: np.ndarray) -> np.ndarray:
        """Draws of the share of pairs below a frequency, itself draws; linear in its logarithm between places."""
        first, last = np.log(self.place[[0, -1]])
        with np.errstate(invalid="ignore", divide="ignore"):
            along = (np.log(frequency) - first) / (last - first) * (len(self.place) - 1)
        along = np.clip(np.nan_to_num(along, nan=0.0, neginf=0.0), 0.0, len(self.place) - 1.0)
        before = np.minimum(along.astype(int), len(self.place) - 2)
        row, part = np.arange(len(self.below)), along - before
        found = (1.0 - part) * self.below[row, before] + part * self.below[row, before + 1]
        return np.where(np.isfinite(frequency), found, np.nan)


def distribution(frequency: np.ndarray, owner: np.ndarray, weight: np.ndarray) -> Pinches:
    """The distribution of pairs' frequencies.

    Args:
        frequency: (pairs,).
        owner: (pairs,) column of each pair's sample in `weight` (1 + repeats, samples).
    """
    samples = weight.shape[1]
    place = np.geomspace(frequency.min() * 0.999, frequency.max(), PLACES)
    table = np.zeros((samples, PLACES))
    np.add.at(table, (owner, np.searchsorted(place, frequency)), 1.0)
    count = weight @ np.bincount(owner, minlength=samples)
    first, second = (weight @ np.bincount(owner, frequency**power, samples) for power in (1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = first / count
        width = np.sqrt(np.maximum(second / count - mean**2, 0.0)) / mean
        below = (weight @ np.cumsum(table, axis=1)) / count[:, None]
    return Pinches(place, below, mean, width)


def add_pinches(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> dict[str, Pinches]:
    """Distributions by ensemble; adds the draws `width` and, along a ladder, `tail` and `distance`.

    `tail` is the share of pairs below the frequency, in ω_0, below which the softest of `TAILS` of the pairs of the
    ladder's hottest ensemble lie, over that part; the frequency is found again in each draw. `distance` is the
    largest difference of the cumulative distributions of ω_g^(ij)/ω_0 here and in the hottest ensemble (Kolmogorov and
    Smirnov), which noise makes larger.
    """
    found: dict[str, Pinches] = {}
    for one in measured:
        if one.key["group"] not in STICKY or not len(one.samples):
            continue
        rows = of(raw["dipoles"], one.key["group"], one.key["ensemble"])
        rows = good(rows) if len(rows) else rows
        rows = rows[rows["sample"].isin(one.samples)] if len(rows) else rows
        if rows.empty:
            continue
        owner = np.searchsorted(one.samples, rows["sample"].to_numpy())
        found[one.key["ensemble"]] = distribution(rows["frequency"].to_numpy(dtype=float), owner, one.weight)
        one.draws["width"] = found[one.key["ensemble"]].width
    for steps in ladders(measured).values():
        pinched = [one for one in steps if one.key["ensemble"] in found and np.isfinite(one.get("unit")[0])]
        for one in pinched:
            hot, mine = pinched[-1], found[one.key["ensemble"]]
            for name, part in TAILS.items():
                end = found[hot.key["ensemble"]].quantile(part) / hot.get("unit")
                one.draws[name] = mine.share_below(end * one.get("unit")) / part
            one.draws["distance"] = _distance(mine, one.get("unit"), found[hot.key["ensemble"]], hot.get("unit"))
    return found


def _distance(one: Pinches, unit: np.ndarray, other: Pinches, other_unit: np.ndarray) -> np.ndarray:
    """Draws of the largest difference of two cumulative distributions, each in its own unit."""
    places = np.interp(np.linspace(0.0, 1.0, EVERY), other.below[0], other.place)
    apart = [one.share_below(x * unit) - other.share_below(x * other_unit) for x in places / other_unit[0]]
    return np.max(np.abs(apart), axis=0)


def pinch_densities(measured: list[Measured], found: dict[str, Pinches]) -> pd.DataFrame:
    """p(ω_g^(ij)/ω_0), binned, an ensemble after the other; bins alike for the ensembles of a group."""
    rows = []
    for group in STICKY:
        mine = [one for one in measured if one.key["group"] == group and one.key["ensemble"] in found]
        mine = [one for one in mine if np.isfinite(one.get("unit")[0])]
        if not mine:
            continue
        spans = [found[one.key["ensemble"]].place[[0, -1]] / one.get("unit")[0] for one in mine]
        edges = np.linspace(0.0, max(high for _, high in spans), BINS + 1)
        for one in mine:
            pinches, unit = found[one.key["ensemble"]], one.get("unit")
            below = np.array([pinches.share_below(edge * unit) for edge in edges])
            values = np.diff(below, axis=0) / np.diff(edges)[:, None]
            for number in range(BINS):
                if values[number, 0] > 0:
                    place = {"lower": edges[number], "upper": edges[number + 1], "included": one.included}
                    rows.append(key_of(one) | place | ends("density", values[number]))
    return pd.DataFrame(rows)
