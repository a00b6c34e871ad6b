"""Lines, broken lines and rank correlation of a few points that are known with an interval each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats


class Line(NamedTuple):
    """Weighted straight line through draws of y."""

    slope: np.ndarray  # draws
    intercept: np.ndarray  # draws
    chi_square: float
    p_value: float


def line(x: np.ndarray, y: np.ndarray, error: np.ndarray) -> Line:
    """Fit y = intercept + slope x by least squares weighted with 1/error^2.

    `x` and `error` have shape (points,), `y` (points, 1 + repeats) holds draws. The p value is that of the chi-square
    of the first draw with points - 2 degrees of freedom (1 for two points: nothing to test).
    """
    design = np.column_stack([np.ones_like(x), x])
    solution = _solve(design, y, error)
    freedom = len(x) - 2
    residual = (y[:, 0] - design @ solution[:, 0]) / error
    chi_square = float(residual @ residual)
    p_value = float(stats.chi2.sf(chi_square, freedom)) if freedom > 0 else 1.0
    return Line(solution[1], solution[0], chi_square, p_value)


def bend(x: np.ndarray, y: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Draws of the ratio of a parabola's slope at the largest x to its slope at the smallest x (1 for a line).

    Shapes as in `line`; needs at least three points.
    """
    center = x.mean()
    design = np.column_stack([np.ones_like(x), x - center, (x - center) ** 2])
    solution = _solve(design, y, error)
    slope = solution[1] + 2.0 * solution[2] * np.array([[x.max() - center], [x.min() - center]])
    with np.errstate(divide="ignore", invalid="ignore"):
        return slope[0] / slope[1]


def _solve(design: np.ndarray, y: np.ndarray, error: np.ndarray) -> np.ndarray:
    return np.linalg.pinv(design / error[:, None]) @ (y / error[:, None])


class Hinge(NamedTuple):
    """A constant on the far side of `position`, a straight line on the near side."""

    position: np.ndarray  # draws; NaN where the best position is an end of the searched range
    slope: np.ndarray  # draws, of the line before the position
    level: np.ndarray  # draws, of the constant


def hinge(
    x: np.ndarray, y: np.ndarray, error: np.ndarray | None = None, *, after: bool = False, grid: int = 241
) -> Hinge:
    """Fit y = level + slope * min(x - position, 0), or max(...) when `after`, by least squares.

    `x` (points,) ascending, `y` (points, draws). Positions between the second and the last but one point are searched
    on `grid` places (so that the constant and the line hold at least two points each); a best place at either end
    counts as not found. Needs at least five points.
    """
    count, draws = y.shape
    nothing = np.full(draws, np.nan)
    if count < 5:
        return Hinge(nothing, nothing, nothing)
    error = np.ones(count) if error is None else error
    places = np.linspace(x[1], x[-2], grid)
    best = np.full(draws, np.inf)
    position, slope, level = nothing.copy(), nothing.copy(), nothing.copy()
    for index, place in enumerate(places):
        bent = np.maximum(x - place, 0.0) if after else np.minimum(x - place, 0.0)
        design = np.column_stack([np.ones(count), bent])
        solution = _solve(design, y, error)
        cost = (((y - design @ solution) / error[:, None]) ** 2).sum(axis=0)
        better = cost < best
        best = np.where(better, cost, best)
        inside = 0 < index < grid - 1
        position = np.where(better, place if inside else np.nan, position)
        slope = np.where(better, solution[1], slope)
        level = np.where(better, solution[0], level)
    return Hinge(position, slope, level)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Draws of Spearman's rank correlation between two sets of draws, each (points, draws)."""
    if len(first) < 3:
        return np.full(first.shape[1], np.nan)
    a, b = stats.rankdata(first, axis=0), stats.rankdata(second, axis=0)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (a * b).sum(axis=0) / np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
