"""Chances and quantiles of the distributions that estimates are judged by.

From `scipy.special`, of which `scipy.stats` makes the same numbers: that takes more than a second to load, at the start
of each job that makes a figure.
"""

from __future__ import annotations

from math import nan

import numpy as np
from scipy.special import betaincinv, chdtr, chdtrc, gammaincinv, ndtri, stdtrit


def normal_quantile(share: float) -> np.float64:
    """Below which a share of a standard normal distribution lies."""
    return ndtri(share)


def student_quantile(share: float, freedom: int) -> np.float64:
    """Below which a share of Student's distribution lies; NaN without degrees of freedom."""
    return stdtrit(freedom, share) if freedom > 0 else np.float64(nan)


def chi_square_below(value: float, freedom: int) -> float:
    """Chance of a χ² up to a value; NaN without degrees of freedom."""
    return float(chdtr(freedom, value)) if freedom > 0 else nan


def chi_square_above(value: float, freedom: int) -> float:
    """Chance of a χ² above a value; NaN without degrees of freedom."""
    return float(chdtrc(freedom, value)) if freedom > 0 else nan


def chi_square_median(freedom: int) -> float:
    """Below which half of the distribution of χ² lies; NaN without degrees of freedom."""
    return float(2.0 * gammaincinv(0.5 * freedom, 0.5)) if freedom > 0 else nan


def share_between(found: int, tested: int, confidence: float) -> tuple[float, float]:
    """The ends of the interval of a share, `found` of `tested` (Clopper and Pearson)."""
    tail, rest = 0.5 * (1.0 - confidence), tested - found
    low = float(betaincinv(found, rest + 1, tail)) if found else 0.0
    return low, float(betaincinv(found + 1, rest, 1.0 - tail)) if rest else 1.0


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, from 1, along the first axis of an array (points, draws); equal values share the mean of theirs. A draw
    that holds a NaN has none: all of its ranks are NaN."""
    found = np.empty(np.shape(values))
    for draw, column in enumerate(np.transpose(values)):
        _, place, count = np.unique(column, return_inverse=True, return_counts=True)
        found[:, draw] = (np.cumsum(count) - 0.5 * (count - 1))[place]
    found[:, np.isnan(values).any(axis=0)] = nan
    return found
