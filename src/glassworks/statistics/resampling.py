"""Intervals by reweighting samples.

Modes, pairs and bins of one glass are not independent, glasses of an ensemble are: every interval here comes from
giving whole samples random weights. Glasses whose parents follow each other closely on one chain share a weight
(`clusters`). The weights are those of the Bayesian bootstrap (Rubin, Ann. Stat. 9, 130 (1981)):
independent exponential variables over their mean, the smooth counterpart of drawing samples with replacement. For a
handful of rare events (the few soft modes of a deeply annealed ensemble) its intervals are close to the Poisson ones,
and no draw is ever empty. A quantity is carried as *draws*: an array of shape (1 + repeats,) whose first entry is the
value from all samples as they are and whose other entries come from the reweighted ensembles. Derived quantities are
plain arithmetic on draws made with the same weights, so that correlations between, say, the prefactor and the pinching
frequency of one ensemble are kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

REPEATS = 1000
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A value with the ends of its confidence interval."""

    value: float
    low: float
    high: float


def weights(
    samples: int, seed: int | tuple[int, ...], repeats: int = REPEATS, clusters: np.ndarray | None = None
) -> np.ndarray:
    """Weight of each sample, shape (1 + repeats, samples), mean 1 along samples; the first row is all ones.

    Args:
        seed: an integer or a tuple of integers (words of a `numpy.random.SeedSequence`).
        clusters: (samples,) number of the cluster that a sample belongs to; samples of one cluster share their weight.
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    owner = np.arange(samples) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    drawn = generator.standard_exponential((repeats, int(owner.max(initial=-1)) + 1))[:, owner]
    return np.vstack([np.ones((1, samples)), drawn / drawn.mean(axis=1, keepdims=True)])


def mean_draws(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the mean of `values` (samples,) or (samples, k); NaN entries are samples without a value."""
    values = np.asarray(values, dtype=float)
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weight @ np.where(known, values, 0.0)) / (weight @ known.astype(float))


def ratio_draws(numerator: np.ndarray, denominator: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of sum(numerator) / sum(denominator) over samples."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weight @ numerator) / (weight @ denominator)


def median_draws(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the median of `values` (samples,), the midpoint of the two middle ones for an even count."""
    values = np.asarray(values, dtype=float)
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(weight), np.nan)
    order = np.argsort(values[known])
    ranked = values[known][order]
    total = np.cumsum(weight[:, known][:, order], axis=1)
    half = total[:, -1:] / 2.0
    last = len(ranked) - 1
    below = np.minimum((total < half).sum(axis=1), last)
    above = np.minimum((total <= half).sum(axis=1), last)
    return np.where(total[:, -1] > 0, 0.5 * (ranked[below] + ranked[above]), np.nan)


def interval(draws: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """Value and percentile interval of draws; NaN ends when fewer than half of the draws are finite."""
    draws = np.asarray(draws, dtype=float)
    value, rest = float(draws[0]), draws[1:][np.isfinite(draws[1:])]
    if not np.isfinite(value) or len(rest) < 0.5 * (len(draws) - 1) or len(rest) < 2:
        return Interval(value, np.nan, np.nan)
    tail = 0.5 * (1.0 - confidence)
    low, high = np.quantile(rest, [tail, 1.0 - tail])
    return Interval(value, float(low), float(high))


def deviation(draws: np.ndarray) -> float:
    """Standard error: the spread of the reweighted draws."""
    rest = np.asarray(draws, dtype=float)[1:]
    rest = rest[np.isfinite(rest)]
    return float(np.std(rest, ddof=1)) if len(rest) > 1 else float("nan")


class Components(NamedTuple):
    """Where the error of a mean over pairs, then samples, comes from."""

    between: float  # standard deviation of samples' true means
    within: float  # standard deviation of one pair about its sample's mean
    pairs_needed: float  # pairs a sample that make the error of a sample's mean equal to `between`


def components(means: np.ndarray, variances: np.ndarray, counts: np.ndarray) -> Components:
    """Between- and within-sample spread from per-sample means, variances (ddof=1) and numbers of pairs, each
    (samples,).
    """
    usable = np.isfinite(means) & np.isfinite(variances) & (counts > 1)
    if usable.sum() < 2:
        return Components(np.nan, np.nan, np.nan)
    within = float(np.mean(variances[usable]))
    between = float(np.var(means[usable], ddof=1) - np.mean(variances[usable] / counts[usable]))
    needed = within / between if between > 0 else float("inf")
    return Components(float(np.sqrt(max(between, 0.0))), float(np.sqrt(within)), needed)
