"""Finite-size scaling: how well curves collapse, the parameters that collapse them best, and exponents of clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit


class Curve(NamedTuple):
    """Points of one curve, ascending in x, each array (points,)."""

    x: np.ndarray
    y: np.ndarray
    error: np.ndarray


class Collapse(NamedTuple):
    """How far curves lie from each other in units of their errors."""

    spread: float  # mean of squared deviations over squared errors: about 1 for curves that coincide
    points: int  # that lie where another curve is known


def collapse(curves: Sequence[Curve]) -> Collapse:
    """Quality of a collapse (Houdayer & Hartmann, Phys. Rev. B 70, 014418 (2004)).

    Each point is compared with a straight line through the nearest points to its left and right on the other curves,
    weighted by their errors; squared deviations are divided by the sum of both variances. Points beyond all other
    curves are left out. NaN when none is left.
    """
    total, count = 0.0, 0
    for number, curve in enumerate(curves):
        sums = np.zeros((5, len(curve.x)))  # Σ w, Σ wx, Σ wy, Σ wxx, Σ wxy of the bracketing points
        for other_number, other in enumerate(curves):
            if other_number == number or len(other.x) < 2:
                continue
            right = np.searchsorted(other.x, curve.x, side="right").clip(1, len(other.x) - 1)
            inside = (other.x[0] <= curve.x) & (curve.x <= other.x[-1])
            for side in (right - 1, right):
                # x is taken from the point itself, which keeps the line's value there well conditioned
                x, y, w = other.x[side] - curve.x, other.y[side], inside / other.error[side] ** 2
                sums += [w, w * x, w * y, w * x * x, w * x * y]
        w, wx, wy, wxx, wxy = sums
        determinant = w * wxx - wx * wx
        with np.errstate(invalid="ignore", divide="ignore"):
            line = (wxx * wy - wx * wxy) / determinant
            variance = wxx / determinant
            squared = (curve.y - line) ** 2 / (curve.error**2 + variance)
        known = (w > 0) & np.isfinite(squared)
        total += float(squared[known].sum())
        count += int(known.sum())
    return Collapse(total / count if count else np.nan, count)


def scaled(
    lengths: Sequence[float],
    curves: Sequence[Curve],
    threshold: float,
    nu: float,
    beta_over_nu: float = 0.0,
    window: float = np.inf,
) -> list[Curve]:
    """Curves of systems of edge L as functions of (f − f_c) L^{1/ν}, multiplied by L^{β/ν}.

    Args:
        window: points with a larger |(f − f_c) L^{1/ν}| are left out.
    """
    out = []
    for length, curve in zip(lengths, curves, strict=True):
        x = (curve.x - threshold) * length ** (1 / nu)
        kept = abs(x) <= window
        factor = length**beta_over_nu
        out.append(Curve(x[kept], factor * curve.y[kept], factor * curve.error[kept]))
    return out


class Crossing(NamedTuple):
    """Parameters of P = 1/(1 + exp(−b − a (f − f_c) L^{1/ν})), each draws; a value at the end of what is allowed means
    that the data do not bound it."""

    threshold: np.ndarray  # f_c
    nu: np.ndarray
    level: np.ndarray  # b: P at the threshold is 1/(1 + exp(−b))
    steepness: np.ndarray  # a


THRESHOLDS, LEVELS, EXPONENTS = (0.05, 0.95), (-3.0, 3.0), (0.5, 5.0)
"""Within which f_c, b and ν are sought: at any threshold some systems percolate and some do not."""


def fit_crossing(
    length: np.ndarray,
    fraction: np.ndarray,
    crossed: np.ndarray,
    weight: np.ndarray,
    threshold: float,
    nu: float | None = None,
) -> Crossing:
    """Finite-size scaling of a chance by maximum likelihood, of all draws at once.

    f must be what an ensemble has on average. The f of a single system is no substitute: at a given f the chance rises
    more steeply, by what f scatters between systems, and this correction to scaling, L^{2/ν − 2} = L^{−1/2}, fades so
    slowly that it raises ν by a tenth at a hundred particle diameters.

    Args:
        length: L of each ensemble, (ensembles,).
        fraction, crossed: its f, and the part of it that percolates, (draws, ensembles) or one for all draws.
        weight: systems in it, (draws, ensembles).
        threshold: to start from.
        nu: fixed at this value, or None: found too.
    """
    free = nu is None
    scale = np.log(length / np.exp(np.log(length).mean()))  # about the mean size: a and ν hardly mix
    fraction, crossed, weight = np.broadcast_arrays(fraction, crossed, weight)
    bounds = [THRESHOLDS, LEVELS, LOG_STEEPNESS, (1 / EXPONENTS[1], 1 / EXPONENTS[0])][: 3 + free]
    start = np.array([threshold, 0.0, np.log(4.0 / max(np.std(fraction[0]), 1e-3)), 0.75][: 3 + free])

    def model(p: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ln P/(1 − P) of each draw and ensemble, and its derivatives by the parameters."""
        slope = np.exp(p[:, 2:3] + scale * (p[:, 3:4] if free else 1.0 / nu))
        away = slope * (fraction[draws] - p[:, :1])
        each = [-slope, np.ones_like(slope), away] + [away * scale] * free
        return p[:, 1:2] + away, np.stack(each, axis=-1)

    found = _most_likely(model, crossed, weight, np.tile(start, (len(weight), 1)), np.array(bounds).T)
    center, level, log_steepness, *inverse = found.T
    exponent = 1 / inverse[0] if free else np.full(len(center), nu)
    size = np.exp(np.log(length).mean())
    return Crossing(center, exponent, level, np.exp(log_steepness) * size ** (-1 / exponent))


LOG_STEEPNESS = (-3.0, 8.0)
STEPS, CLOSE = 200, 1e-10
"""Most steps of a search, and the change of the mean of −ln(likelihood) below which it has ended."""


def _most_likely(
    model: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    crossed: np.ndarray,
    weight: np.ndarray,
    place: np.ndarray,
    bounds: np.ndarray,
) -> np.ndarray:
    """Parameters within bounds (2, parameters) under which all draws' chances are most likely, (draws, parameters), by
    Fisher's scoring with the damping of Levenberg and Marquardt."""

    def cost(p: np.ndarray, mine: np.ndarray) -> np.ndarray:
        z, _ = model(p, mine)
        return (weight[mine] * (np.logaddexp(0.0, z) - crossed[mine] * z)).sum(axis=1) / weight[mine].sum(axis=1)

    mine = np.arange(len(weight))
    best, damping = cost(place, mine), np.full(len(weight), 1e-3)
    for _ in range(STEPS):
        z, slopes = model(place[mine], mine)
        chance = expit(z)
        pull = np.einsum("de,dep->dp", weight[mine] * (crossed[mine] - chance), slopes)
        bend = np.einsum("de,dep,deq->dpq", weight[mine] * chance * (1.0 - chance), slopes, slopes)
        stuck = ((place[mine] <= bounds[0]) & (pull < 0)) | ((place[mine] >= bounds[1]) & (pull > 0))
        pull[stuck] = 0.0
        bend[stuck[:, :, None] | stuck[:, None, :]] = 0.0
        own = np.einsum("dpp->dp", bend)
        own += damping[mine, None] * own + np.where(stuck, 1.0, 1e-12 * own.max(axis=1, keepdims=True) + 1e-300)
        step = np.linalg.solve(bend, pull[:, :, None])[:, :, 0]
        tried = np.clip(place[mine] + step, *bounds)
        reached = cost(tried, mine)
        gain = best[mine] - reached
        better = gain >= 0.0
        place[mine[better]], best[mine[better]] = tried[better], reached[better]
        damping[mine] = np.clip(damping[mine] * np.where(better, 0.2, 5.0), 1e-12, 1e12)
        mine = mine[~(abs(gain) < CLOSE) & (damping[mine] < 1e12)]
        if not len(mine):
            break
    return place


def proportion(successes: np.ndarray, trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A fraction and its standard error, which stays above zero where all or none succeed: that of (s + 1)/(n + 2)."""
    smoothed = (successes + 1) / (trials + 2)
    return successes / trials, np.sqrt(smoothed * (1 - smoothed) / (trials + 3))


def proportion_draws(success: np.ndarray, weight: np.ndarray, seed: tuple[int, ...]) -> np.ndarray:
    """Draws of the part of systems that succeed, (draws,), which scatter where all or none do too.

    Weights that are those of the Bayesian bootstrap give the posterior of a chance under Haldane's prior, which knows
    no doubt of what it has not seen. Half a system more that succeeds, and half a one that fails, with random weights
    of their own, make it Jeffreys' (Brown, Cai & DasGupta, Stat. Sci. 16, 101 (2001)). Not for fits over many
    ensembles, most of which lie where all or none succeed: half a system more in each is a bias there.

    Args:
        success: 0 or 1 of each system, (systems,).
        weight: (draws, systems), of :func:`glassworks.statistics.resampling.weights`.
        seed: words of a `numpy.random.SeedSequence`.
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    hits, misses = (np.maximum(weight @ each, 0.0) for each in (success, 1.0 - success))
    extra = generator.standard_gamma(0.5, (2, len(weight)))
    extra[:, 0] = 0.0
    return (hits + extra[0]) / (hits + misses + extra.sum(axis=0))


STEEPEST = 20.0
"""|τ| of cluster sizes, beyond which no exponent is sought."""


def truncated_exponent(mean: np.ndarray | float, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Maximum-likelihood τ of n_s ∝ s^−τ on the integers low ≤ s ≤ high whose mean ln s is `mean`, and Var(ln s) there.

    By bisection, of all draws at once. NaN where the mean is not inside the window's, or |τ| above `STEEPEST`.
    """
    logs = np.log(np.arange(low, high + 1))
    mean = np.asarray(mean, dtype=float)

    def moments(exponent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chance = np.exp(-exponent[..., None] * (logs - logs[0]))
        chance /= chance.sum(axis=-1, keepdims=True)
        average = chance @ logs
        return average, chance @ logs**2 - average**2

    least, most = (np.full(mean.shape, end) for end in (-STEEPEST, STEEPEST))
    known = (moments(most)[0] < mean) & (mean < moments(least)[0])
    for _ in range(BISECTIONS):
        middle = 0.5 * (least + most)
        steeper = moments(middle)[0] > mean
        least, most = np.where(steeper, middle, least), np.where(steeper, most, middle)
    exponent = np.where(known, 0.5 * (least + most), np.nan)
    return exponent, np.where(known, moments(exponent)[1], np.nan)


BISECTIONS = 45  # of a range of 40, to 1e-12


def radius_exponent(count: np.ndarray, logs: np.ndarray, radii: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Draws of d_f of s ∝ R_g^d_f, (draws,), from clusters in octaves of their size.

    The mean of ln R_g in each octave is fitted as a line in the mean of ln s, weighted by the scatter of ln R_g: radii
    scatter at a given size, so that a line through sizes as a function of radii would be too flat.

    Args:
        count, logs, radii, squares: clusters, Σ ln s, Σ ln R_g and Σ ln² R_g of each octave, (draws, octaves).

    Returns:
        NaN with fewer than three octaves that hold more than two clusters.
    """
    kept = count[0] > 2
    if kept.sum() < 3:
        return np.full(len(count), np.nan)
    count, logs, radii, squares = (each[:, kept] for each in (count, logs, radii, squares))
    x, y = logs / count, radii / count
    weight = count[0] / np.maximum((squares / count - y**2)[0], 1e-6)
    x, y = (each - (each @ weight / weight.sum())[:, None] for each in (x, y))
    return (x**2 @ weight) / ((x * y) @ weight)
