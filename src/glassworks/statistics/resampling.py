"""Intervals by reweighting samples.

Modes, pairs and bins of one glass are not independent, nor are glasses whose parents are of one chain: every interval
here comes from giving the owners of samples (what these belong to: chains, trajectories) random weights. They are those
of the Bayesian bootstrap (Rubin, Ann. Stat. 9, 130 (1981)), the smooth counterpart of drawing owners with replacement,
made for few of them: a bootstrap's interval of the mean of n values is too short, by a third for six of them and by
nine tenths for two. Dirichlet weights of a concentration below one scatter more; it is chosen so that the mean has the
variance for which the interval is that of Student's t with n - 1 degrees of freedom. For a handful of rare events (the
few soft modes of a deeply annealed ensemble) intervals are close to the Poisson ones, and no draw is ever empty. A
quantity is carried as *draws*: an array of shape (1 + repeats,) whose first entry is the value from all samples as they
are and whose other entries come from the reweighted ensembles. Derived quantities are plain arithmetic on draws made
with the same weights, so that correlations between, say, the prefactor and the pinching frequency of one ensemble are
kept; whatever is chosen from the data (a window, a range, a threshold) is chosen again in each draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glassworks.statistics.chances import normal_quantile, student_quantile

REPEATS = 1000
CONFIDENCE = 0.95
NORMAL = 1.96
"""Standard errors on each side of a 95% interval."""


class Interval(NamedTuple):
    """A value with the ends of its confidence interval."""

    value: float
    low: float
    high: float


def weights(
    samples: int, seed: int | tuple[int, ...], repeats: int = REPEATS, owners: np.ndarray | None = None
) -> np.ndarray:
    """Weight of each sample, shape (1 + repeats, samples), mean 1 along samples; the first row is all ones.

    One owner alone tells nothing of its error: then all other rows are NaN.

    Args:
        seed: an integer or a tuple of integers (words of a `numpy.random.SeedSequence`).
        owners: (samples,) number of what a sample belongs to; samples of one owner share their weight.
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    owner = np.arange(samples) if owners is None else np.unique(owners, return_inverse=True)[1]
    count = int(owner.max(initial=-1)) + 1
    if count < 2:
        return np.vstack([np.ones((1, samples)), np.full((repeats, samples), np.nan)])
    shape, stretch = concentration(count)
    drawn = generator.standard_gamma(shape, (repeats, count))
    drawn = (1.0 + stretch * (drawn / drawn.mean(axis=1, keepdims=True) - 1.0))[:, owner]
    return np.vstack([np.ones((1, samples)), drawn / drawn.mean(axis=1, keepdims=True)])


LEAST_CONCENTRATION = 0.25
"""Of Dirichlet weights; at lower ones nearly all weight is on one owner. What is missing then stretches the weights,
of which some are below zero: with fewer than six owners."""


def concentration(count: int) -> tuple[float, float]:
    """Concentration k of the Dirichlet weights of `count` owners, and the factor by which they are stretched.

    The mean of n values has the variance s²/(nk + 1) under such weights, s² being the mean square about their mean; an
    interval as wide as Student's needs s²/(n - 1) (t/z)², where t and z are the 97.5 % points.
    """
    wide = (student_quantile(0.5 + 0.5 * CONFIDENCE, count - 1) / normal_quantile(0.5 + 0.5 * CONFIDENCE)) ** 2 / (
        count - 1
    )
    shape = max((1.0 / wide - 1.0) / count, LEAST_CONCENTRATION)
    return shape, float(np.sqrt(wide * (count * shape + 1.0)))


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


def quantile_draws(values: np.ndarray, weight: np.ndarray, share: float) -> np.ndarray:
    """Draws of the value below which a share of `values` (samples,) lies, interpolated between them."""
    values = np.asarray(values, dtype=float)
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(weight), np.nan)
    order = np.argsort(values[known])
    ranked, mine = values[known][order], weight[:, known][:, order]
    place = np.cumsum(mine, axis=1) - 0.5 * mine
    place /= mine.sum(axis=1, keepdims=True)
    return interpolated(share, place, ranked)


def interpolated(place: np.ndarray | float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values of curves at a place, (draws,): what `numpy.interp` gives draw by draw, to the bit, for all at once. An
    analysis asks for a million.

    Args:
        place: one, or (draws,).
        x: (points,), ascending, or (draws, points); NaN comes of a draw in which one is not finite. Where weights are
            below zero sums may fall: such draws are left to `numpy.interp`.
        y: (points,) or (draws, points); beyond the ends the values there.
    """
    place = np.asarray(place, dtype=float)
    draws, last = np.broadcast_shapes(place.shape, x.shape[:-1], y.shape[:-1]), x.shape[-1] - 1
    below = np.broadcast_to((x <= place[..., None]).sum(axis=-1) - 1, draws)

    def at(values: np.ndarray, points: np.ndarray) -> np.ndarray:
        return values[points] if values.ndim == 1 else np.take_along_axis(values, points[:, None], axis=1)[:, 0]

    held, first = np.clip(below, 0, last), np.clip(below, 0, max(last - 1, 0))
    second = np.minimum(first + 1, last)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (at(y, second) - at(y, first)) / (at(x, second) - at(x, first))
        between_points = slope * (place - at(x, first)) + at(y, first)
    on_point = (below < 0) | (below == last) | (at(x, held) == place)
    known = np.isfinite(x).all(axis=-1) & ~np.isnan(place)
    found = np.where(known, np.where(on_point, at(y, held), between_points), np.nan)
    for draw in np.flatnonzero(known & (np.diff(x, axis=-1) < 0.0).any(axis=-1)) if x.ndim > 1 else ():
        found[draw] = np.interp(place if place.ndim == 0 else place[draw], x[draw], y if y.ndim == 1 else y[draw])
    return found


def interval(draws: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """Value and percentile interval of draws; NaN ends when fewer than half of the draws are finite."""
    draws = np.asarray(draws, dtype=float)
    value, rest = float(draws[0]), draws[1:][np.isfinite(draws[1:])]
    if not np.isfinite(value) or len(rest) < 0.5 * (len(draws) - 1) or len(rest) < 2:
        return Interval(value, np.nan, np.nan)
    tail, ranked = 0.5 * (1.0 - confidence), np.sort(rest)
    return Interval(value, between(ranked, tail), between(ranked, 1.0 - tail))


def apart(ratios: Sequence[Interval]) -> Interval:
    """The root mean square of ln of some ratios, less what their intervals alone would give."""
    value, low, high = np.log(np.array(ratios, dtype=float)).T
    error = (high - low) / (2.0 * NORMAL)
    square = float((value**2 - error**2).mean())
    # of the mean of squares of values that have normal errors
    spread = float(np.sqrt((4.0 * value**2 * error**2 + 2.0 * error**4).sum())) / len(value)
    return Interval(*(float(np.sqrt(max(square + step * spread, 0.0))) for step in (0.0, -NORMAL, NORMAL)))


def between(ranked: np.ndarray, share: float) -> float:
    """The value below which a share of sorted numbers lies, as `numpy.quantile` interpolates it: that takes ten times
    as long, most of it before it begins, and an analysis asks for forty thousand."""
    place = (len(ranked) - 1) * share
    below = int(place)
    part, low, high = place - below, ranked[below], ranked[min(below + 1, len(ranked) - 1)]
    return float(low + (high - low) * part if part < 0.5 else high - (high - low) * (1.0 - part))


def deviation(draws: np.ndarray) -> float:
    """Standard error: the spread of the reweighted draws."""
    rest = np.asarray(draws, dtype=float)[1:]
    rest = rest[np.isfinite(rest)]
    return float(np.std(rest, ddof=1)) if len(rest) > 1 else float("nan")


def effective_number(values: np.ndarray, owners: np.ndarray) -> float:
    """As how many independent samples `values` (samples,) count, measured on them: n over the variance of their mean
    between owners (samples,), in units of what independent samples would have.

    At most n, because fewer owners than independent samples tell no more; NaN with fewer than five owners.
    """
    known = np.isfinite(values)
    owner = np.unique(np.asarray(owners)[known], return_inverse=True)[1]
    count, groups = int(known.sum()), int(owner.max(initial=-1)) + 1
    if groups < 5 or groups == count:
        return float(count) if groups >= 5 else float("nan")
    apart = values[known] - values[known].mean()
    total = np.bincount(owner, apart)
    between = (total**2).sum() / count**2 * groups / (groups - 1)
    alone = (apart**2).sum() / (count - 1) / count
    return float(count * min(1.0, alone / between)) if between > 0 else float(count)


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
