"""Finite-size scaling: how well curves collapse, the parameters that collapse them best, and exponents of clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.optimize import minimize as scipy_minimize


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


class Scaling(NamedTuple):
    """Parameters that collapse curves best, each an array of draws, and the spread that is left."""

    threshold: np.ndarray
    nu: np.ndarray
    beta_over_nu: np.ndarray
    spread: np.ndarray
    points: int


def fit_scaling(
    lengths: Sequence[float],
    curves: Sequence[Curve],
    threshold: float,
    nu: float = 4 / 3,
    beta_over_nu: float | None = 0.0,
    window: float = np.inf,
) -> Scaling:
    """Find f_c and ν, and β/ν where it is wanted, by the least spread of the scaled curves.

    Args:
        lengths: edge of each curve's systems.
        curves: one a size; y is (points,) or draws (points, 1 + repeats), each fitted on its own.
        threshold, nu: to start from.
        beta_over_nu: fixed at this value, or None: found too, from 0.1.
        window: of :func:`scaled`, at the start parameters: the same points count throughout.
    """
    near = [
        abs(curve.x - threshold) * length ** (1 / nu) <= window for length, curve in zip(lengths, curves, strict=True)
    ]
    curves = [Curve(*(each[kept] for each in curve)) for curve, kept in zip(curves, near, strict=True)]
    width, total = min(np.ptp(curve.x) for curve in curves), sum(len(curve.x) for curve in curves)
    free = beta_over_nu is None

    def spread(parameters: np.ndarray, drawn: list[Curve]) -> float:
        ratio = parameters[2] if free else beta_over_nu
        found = collapse(scaled(lengths, drawn, parameters[0], float(np.exp(parameters[1])), ratio))
        return found.spread if 2 * found.points > total else 1e9  # no collapse by moving curves apart

    def descend(start: np.ndarray, drawn: list[Curve], size: float) -> np.ndarray:
        steps = size * np.diag([0.2 * width, 0.2] + [0.05] * free)
        simplex = np.vstack([start, start + steps])
        options = {"initial_simplex": simplex, "xatol": 1e-5, "fatol": 1e-4}
        return scipy_minimize(spread, start, (drawn,), method="Nelder-Mead", options=options).x

    drawn = [[Curve(c.x, y, c.error) for c, y in zip(curves, each, strict=True)] for each in _draws(curves)]
    # the spread is a rough function: start from the best of a grid
    grid = [
        np.array([threshold + shift * width, np.log(nu) + stretch] + [0.1] * free)
        for shift in np.linspace(-0.4, 0.4, 9)
        for stretch in np.linspace(-0.6, 0.6, 7)
    ]
    first = descend(min(grid, key=lambda p: spread(p, drawn[0])), drawn[0], 0.5)
    best = [descend(first, each, 0.3) for each in drawn]
    found = [
        (p[0], np.exp(p[1]), p[2] if free else beta_over_nu, spread(p, each))
        for p, each in zip(best, drawn, strict=True)
    ]
    return Scaling(*np.array(found).T, collapse(scaled(lengths, drawn[0], *found[0][:3])).points)


def _draws(curves: Sequence[Curve]) -> list[list[np.ndarray]]:
    """The y of all curves, draw by draw."""
    columns = [curve.y if curve.y.ndim == 2 else curve.y[:, None] for curve in curves]
    return [[each[:, draw] for each in columns] for draw in range(columns[0].shape[1])]


def proportion(successes: np.ndarray, trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A fraction and its standard error, which stays above zero where all or none succeed: that of (s + 1)/(n + 2)."""
    smoothed = (successes + 1) / (trials + 2)
    return successes / trials, np.sqrt(smoothed * (1 - smoothed) / (trials + 3))


class PowerLaw(NamedTuple):
    """Exponent of n_s ∝ s^−τ with its standard error."""

    exponent: float
    error: float
    clusters: float  # in the window


def power_law(sizes: np.ndarray, counts: np.ndarray, low: int, high: int) -> PowerLaw:
    """Maximum-likelihood exponent of cluster sizes inside a window, low ≤ s ≤ high.

    The normalization runs over the integers of the window, so that neither small clusters nor the cutoff by the
    system's size or by the distance from the threshold bias it. The error takes clusters for independent.

    Args:
        sizes, counts: how many clusters (any positive weights) have each size.

    Raises:
        ValueError: a window without two different sizes in it.
    """
    inside = (sizes >= low) & (sizes <= high) & (counts > 0)
    weight = counts[inside].astype(float)
    if inside.sum() < 2:
        raise ValueError(f"fewer than two sizes between {low} and {high}")
    total = weight.sum()
    mean = float((weight * np.log(sizes[inside])).sum() / total)
    logs = np.log(np.arange(low, high + 1))

    def moments(exponent: float) -> tuple[float, float]:
        chance = np.exp(-exponent * (logs - logs[0]))
        chance /= chance.sum()
        average = (chance * logs).sum()
        return float(average), float((chance * (logs - average) ** 2).sum())

    exponent = brentq(lambda tau: moments(tau)[0] - mean, -20.0, 20.0)
    return PowerLaw(exponent, float(1.0 / np.sqrt(total * moments(exponent)[1])), float(total))


def fractal_dimension(sizes: np.ndarray, radii: np.ndarray, low: int, high: int, bins: int = 8) -> tuple[float, float]:
    """d_f of s ∝ R_g^d_f and its standard error, from clusters with low ≤ s ≤ high and a finite radius.

    The mean of ln R_g in bins of equal width in ln s is fitted as a line in the mean of ln s, weighted by the scatter:
    radii scatter at a given size, so that a line through sizes as a function of radii would be too flat.

    Raises:
        ValueError: fewer than three bins with two clusters that differ.
    """
    inside = (sizes >= low) & (sizes <= high) & np.isfinite(radii) & (radii > 0)
    size, radius = np.log(sizes[inside]), np.log(radii[inside])
    place = np.digitize(size, np.linspace(np.log(low), np.log(high), bins + 1)[1:-1])
    groups = [np.flatnonzero(place == k) for k in range(bins)]
    groups = [each for each in groups if len(each) > 1 and np.ptp(radius[each]) > 0]
    if len(groups) < 3:
        raise ValueError(f"too few clusters between {low} and {high}")
    x = np.array([size[each].mean() for each in groups])
    y = np.array([radius[each].mean() for each in groups])
    error = np.array([radius[each].std(ddof=1) / np.sqrt(len(each)) for each in groups])
    (slope, _), covariance = np.polyfit(x, y, 1, w=1 / error, cov="unscaled")
    return float(1 / slope), float(np.sqrt(covariance[0, 0]) / slope**2)
