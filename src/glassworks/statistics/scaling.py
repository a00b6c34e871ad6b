"""Finite-size scaling: how well curves collapse, the parameters that collapse them best, and exponents of clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.optimize import minimize as scipy_minimize
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
    """Finite-size scaling of a chance by maximum likelihood, from single systems instead of curves in bins.

    Args:
        length, fraction, crossed: L, f, and whether it percolates, of each system, (systems,).
        weight: of each, (draws, systems).
        threshold: to start from.
        nu: fixed at this value, or None: found too.
    """
    free = nu is None
    scale = np.log(length / np.exp(np.log(length).mean()))  # about the mean size: a and ν hardly mix
    sign = np.where(crossed, 1.0, -1.0)

    def cost(p: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
        center, level, log_steepness = p[:3]
        inverse = p[3] if free else 1.0 / nu
        slope = np.exp(log_steepness + scale * inverse)
        z = sign * (level + slope * (fraction - center))
        pull = -w * sign * expit(-z)
        gradient = [-(pull * slope).sum(), pull.sum(), (pull * slope * (fraction - center)).sum()]
        gradient += [(pull * slope * (fraction - center) * scale).sum()] * free
        return float((w * np.logaddexp(0.0, -z)).sum()), np.array(gradient)

    bounds = [THRESHOLDS, LEVELS, (-3.0, 8.0), (1 / EXPONENTS[1], 1 / EXPONENTS[0])][: 3 + free]
    first = np.array([threshold, 0.0, np.log(4.0 / max(np.std(fraction), 1e-3)), 0.75][: 3 + free])
    found, start = [], first
    for drawn, w in enumerate(weight):
        start = scipy_minimize(cost, start, (w / w.sum(),), "L-BFGS-B", True, bounds=bounds, options=TIGHT).x
        found.append(start)
        start = found[0] if drawn else start
    center, level, log_steepness, *inverse = np.array(found).T
    exponent = 1 / inverse[0] if free else np.full(len(center), nu)
    size = np.exp(np.log(length).mean())
    return Crossing(center, exponent, level, np.exp(log_steepness) * size ** (-1 / exponent))


TIGHT = {"ftol": 1e-13, "gtol": 1e-9, "maxiter": 500}


def proportion(successes: np.ndarray, trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A fraction and its standard error, which stays above zero where all or none succeed: that of (s + 1)/(n + 2)."""
    smoothed = (successes + 1) / (trials + 2)
    return successes / trials, np.sqrt(smoothed * (1 - smoothed) / (trials + 3))


def truncated_exponent(mean: float, low: int, high: int) -> tuple[float, float]:
    """Maximum-likelihood τ of n_s ∝ s^−τ on the integers low ≤ s ≤ high whose mean ln s is `mean`, and Var(ln s) there.

    NaN where the mean is not inside the window's, or the exponent beyond ± 20.
    """
    logs = np.log(np.arange(low, high + 1))

    def moments(exponent: float) -> tuple[float, float]:
        chance = np.exp(-exponent * (logs - logs[0]))
        chance /= chance.sum()
        average = (chance * logs).sum()
        return float(average), float((chance * (logs - average) ** 2).sum())

    if not moments(20.0)[0] < mean < moments(-20.0)[0]:
        return np.nan, np.nan
    exponent = brentq(lambda tau: moments(tau)[0] - mean, -20.0, 20.0)
    return exponent, moments(exponent)[1]


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
