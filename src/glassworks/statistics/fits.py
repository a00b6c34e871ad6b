"""Lines, broken lines and rank correlation of a few points that are known with an interval each, and laws of counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from glassworks.statistics.chances import chi_square_above, ranks


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
    p_value = chi_square_above(chi_square, freedom) if freedom > 0 else 1.0
    return Line(solution[1], solution[0], chi_square, p_value)


class Counted(NamedTuple):
    """Poisson regression: ln of the mean count over its exposure is a polynomial."""

    coefficients: np.ndarray  # (degree + 1, draws), of 1, x, x^2, ...; NaN where too few points have counts
    deviance: np.ndarray  # draws


def poisson(x: np.ndarray, count: np.ndarray, exposure: np.ndarray, degree: int = 1, steps: int = 60) -> Counted:
    """Fit counts ~ Poisson(exposure exp(polynomial of x)) by maximum likelihood, draw by draw.

    Args:
        x: (points,).
        count, exposure: (points, draws); counts below zero (of stretched weights) count as none.
    """
    with np.errstate(invalid="ignore"):
        known = np.isfinite(count).all(axis=0) & (exposure > 0).all(axis=0) & ((count > 0).sum(axis=0) > degree)
    y, offset = np.maximum(count[:, known], 0.0), np.log(exposure[:, known])
    design = np.vander(x, degree + 1, increasing=True)
    beta = _solve(design, np.log(y + 0.5) - offset, np.ones(len(x)))
    for _ in range(steps):
        mean = np.exp(np.clip(design @ beta + offset, -60.0, 60.0))
        slope = design.T @ (y - mean)
        curvature = np.einsum("pi,pd,pj->dij", design, mean, design)
        # where one point expects all the counts they fix no slope, and rounding may leave nothing to divide by
        least = 1e-12 * (1.0 + np.trace(curvature, axis1=1, axis2=2))
        curvature += least[:, None, None] * np.eye(degree + 1)
        move = np.linalg.solve(curvature, slope.T[..., None])[..., 0].T
        beta = beta + move / np.maximum(1.0, abs(design @ move).max(axis=0))  # Newton overshoots where counts are few
        if abs(design @ move).max(initial=0.0) < 1e-10:
            break
    mean = np.exp(np.clip(design @ beta + offset, -60.0, 60.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(y > 0, y * np.log(y / mean), 0.0) - (y - mean)
    coefficients = np.full((degree + 1, count.shape[1]), np.nan)
    deviance = np.full(count.shape[1], np.nan)
    coefficients[:, known], deviance[known] = beta, 2.0 * parts.sum(axis=0)
    return Counted(coefficients, deviance)


def _solve(design: np.ndarray, y: np.ndarray, error: np.ndarray) -> np.ndarray:
    return np.linalg.pinv(design / error[:, None]) @ (y / error[:, None])


class Scan(NamedTuple):
    """The best of several linear fits, each with another value of a nonlinear parameter."""

    place: np.ndarray  # draws; NaN where the best value is an end of the searched range
    solution: np.ndarray  # (parameters, draws), of the linear fit there
    cost: np.ndarray  # draws, the chi-square there


def scan(places: np.ndarray, design: Callable[[float], np.ndarray], y: np.ndarray, error: np.ndarray) -> Scan:
    """Least squares in which one parameter is searched on a grid and the others are linear.

    Args:
        places: values to try, ascending.
        design: the matrix (points, parameters) at a value.
        y: (points, draws).
        error: (points,).
    """
    matrices = np.array([design(place) for place in places]) / error[:, None]
    scaled = y / error[:, None]
    left, sizes, _ = np.linalg.svd(matrices, full_matrices=False)
    left *= (sizes > 1e-15 * sizes[:, :1])[:, None, :]
    explained = (np.matmul(left.transpose(0, 2, 1), scaled) ** 2).sum(axis=1)  # of the sum of squares, by each place
    best = explained.argmax(axis=0)
    lost = np.isnan(scaled).any(axis=0)
    solution = np.empty((matrices.shape[2], y.shape[1]))
    taken = np.unique(best)
    for place, inverse in zip(taken, np.linalg.pinv(matrices[taken]), strict=True):
        mine = best == place
        solution[:, mine] = inverse @ scaled[:, mine]
    cost = ((scaled - np.einsum("dnp,pd->nd", matrices[best], solution)) ** 2).sum(axis=0)
    inside = (best > 0) & (best < len(places) - 1) & ~lost
    return Scan(np.where(inside, places[best], np.nan), solution, np.where(lost, np.inf, cost))


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
    if count < 5:
        nothing = np.full(draws, np.nan)
        return Hinge(nothing, nothing, nothing)
    bound = np.maximum if after else np.minimum
    found = scan(
        np.linspace(x[1], x[-2], grid),
        lambda place: np.column_stack([np.ones(count), bound(x - place, 0.0)]),
        y,
        np.ones(count) if error is None else error,
    )
    return Hinge(found.place, found.solution[1], found.solution[0])


class Elbow(NamedTuple):
    """Two straight lines that meet at `position`."""

    position: np.ndarray  # draws; NaN where the best position is an end of the searched range
    before: np.ndarray  # draws, slope of the line before the position
    after: np.ndarray  # draws, slope of the line after it
    level: np.ndarray  # (curves, draws), value where they meet


def elbow(
    x: np.ndarray,
    y: np.ndarray,
    error: np.ndarray | None = None,
    *,
    before: float | None = None,
    owner: np.ndarray | None = None,
    grid: int = 241,
) -> Elbow:
    """Fit two straight lines that meet, by least squares; several curves bend at one place by the same slopes.

    In logarithms: power laws with a continuous crossover, as Δs ∼ Δr below and Δs ∼ Δr^d_PEL above it (Tong, Sengupta &
    Tanaka 2020, Fig. 2b), each curve with a prefactor of its own. Shapes and search as in `hinge`, but x may come in
    any order; needs at least six points.

    Args:
        before: slope of the first line, where it is known.
        owner: the curve of each point, (points,), counted from 0; a single one by default.
    """
    count, draws = y.shape
    curve = np.zeros(count, dtype=int) if owner is None else owner
    each = (curve[:, None] == np.arange(curve.max(initial=0) + 1)).astype(float)
    if count < 6:
        nothing = np.full(draws, np.nan)
        return Elbow(nothing, nothing, nothing, np.full((each.shape[1], draws), np.nan))
    given = 0.0 if before is None else before

    def design(place: float) -> np.ndarray:
        sides = [np.maximum(x - place, 0.0), np.minimum(x - place, 0.0)]
        return np.column_stack([each, *(sides if before is None else sides[:1])])

    places, error = np.unique(x), np.ones(count) if error is None else error
    found = scan(np.linspace(places[1], places[-2], grid), design, y - given * x[:, None], error)
    curves = each.shape[1]
    after = found.solution[curves] + given
    first = found.solution[curves + 1] if before is None else np.full(draws, given)
    return Elbow(found.place, first, after, found.solution[:curves] + given * found.place)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Draws of Spearman's rank correlation between two sets of draws, each (points, draws)."""
    if len(first) < 3:
        return np.full(first.shape[1], np.nan)
    a, b = ranks(first), ranks(second)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (a * b).sum(axis=0) / np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))


def errors_in_both(x: np.ndarray, y: np.ndarray, steps: int = 40) -> Line:
    """Fit y = intercept + slope x to points whose x and y both fluctuate, each (points, 1 + repeats): draws.

    Least squares of (y − intercept − slope x)² over its own variance, that of y − slope x over the draws, which keeps
    what errors of a point's x and y have in common (York et al., Am. J. Phys. 72, 367 (2004)). Ordinary least squares
    would take noise of x for a flatter slope. The slope is found in every draw, by weights made of itself, of the
    points that are known in it; NaN where these are fewer than three, or the point's errors are not known.
    """
    known = np.isfinite(x) & np.isfinite(y)
    var_x, var_y, both = _covariances(x, y)
    known &= np.isfinite(var_x + var_y + both)[:, None]
    enough = known.sum(axis=0) >= 3
    nothing = np.full(x.shape[1], np.nan)
    if not enough[0]:
        return Line(nothing, nothing, np.nan, np.nan)
    var_x, var_y, both = (np.nan_to_num(each) for each in (var_x, var_y, both))
    here, there = (np.where(known, each, 0.0)[:, enough] for each in (x, y))
    known = known[:, enough]
    b = _principal(here, there, known)
    for _ in range(steps):
        spread = np.maximum(var_y[:, None] - 2.0 * b * both[:, None] + b**2 * var_x[:, None], 1e-300)
        weight = np.where(known, 1.0 / spread, 0.0)
        total = weight.sum(axis=0)
        u, v = here - (weight * here).sum(axis=0) / total, there - (weight * there).sum(axis=0) / total
        # the point on the line that each belongs to, as far along x as its errors say (York's beta)
        along = weight * (u * var_y[:, None] + b * v * var_x[:, None] - (b * u + v) * both[:, None])
        new = (weight * along * v).sum(axis=0) / (weight * along * u).sum(axis=0)
        settled = np.nanmax(abs(new - b)) < 1e-10
        b = new
        if settled:
            break
    slope, intercept = nothing.copy(), nothing.copy()
    slope[enough], intercept[enough] = b, ((weight * there).sum(axis=0) - b * (weight * here).sum(axis=0)) / total
    chi_square = float((weight[:, 0] * (v[:, 0] - b[0] * u[:, 0]) ** 2).sum())
    freedom = int(known[:, 0].sum()) - 2
    return Line(slope, intercept, chi_square, chi_square_above(chi_square, freedom))


def _covariances(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variances and the covariance of each point over its draws, the value itself apart; NaN of fewer than half."""
    a, b = x[:, 1:], y[:, 1:]
    usable = np.isfinite(a) & np.isfinite(b)
    count = np.where(usable.sum(axis=1) >= 0.5 * a.shape[1], usable.sum(axis=1), np.nan)[:, None]
    a, b = (np.where(usable, each, 0.0) for each in (a, b))
    a, b = (np.where(usable, each - each.sum(axis=1, keepdims=True) / count, 0.0) for each in (a, b))
    return tuple((first * second).sum(axis=1) / count[:, 0] for first, second in ((a, a), (b, b), (a, b)))


def _principal(x: np.ndarray, y: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Slope of the longest axis of the points that are known, both coordinates in units of their spread."""
    u, v = (np.where(known, each - each.sum(axis=0) / known.sum(axis=0), 0.0) for each in (x, y))
    sign = np.sign((u * v).sum(axis=0))
    return np.where(sign == 0, 1.0, sign) * np.sqrt((v * v).sum(axis=0) / (u * u).sum(axis=0))
