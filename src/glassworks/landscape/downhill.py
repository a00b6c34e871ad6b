"""The path from a configuration down to its inherent structure (Tong, Sengupta & Tanaka 2020, Fig. 2b, c).

Distances to the inherent structure are wanted at every step, before it is known. A descent by FIRE is therefore made
twice: its arithmetic is the same bit by bit, and no positions need to be kept. :mod:`glassworks.minimize` only wants
the end, and gets there by compiled methods that keep no path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from math import sqrt

import numpy as np

from glassworks.configurations import Configuration
from glassworks.landscape.fire import Fire, fire_steps, last_of
from glassworks.landscape.slopes import FollowedForces, HarmonicSlope, Slope, largest
from glassworks.landscape.steepest import NEAR, SteepestDescent, steepest_points
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Unstable, backbone

Method = Fire | SteepestDescent

FINISH = 200_000
"""Steps of FIRE at most where it finds the end of a steepest descent."""


@dataclass(frozen=True)
class Path:
    """Points of a descent, in order, the last one being the inherent structure or near it.

    Attributes:
        contour: Δs = Σ_l ΔR_l/√N from the point to the inherent structure along the path, (points,), in λ.
        distance: Δr = √(Σ_i |r_i − r_i^IS|²/N), (points,), in λ.
        energy: ΔE = (U − U_IS)/N, (points,), in ε; differences below 10⁻¹⁵ U are rounding.
        floor: U_IS/N, in ε.
        end: the inherent structure's positions, (N, d), not wrapped.
        residual: max_i |F_i| there, in ε/λ.
        converged: whether it is below the tolerance, and a steepest descent was followed to where it is straight.
    """

    contour: np.ndarray
    distance: np.ndarray
    energy: np.ndarray
    floor: float
    end: np.ndarray
    residual: float
    converged: bool

    @property
    def steps(self) -> int:
        """Steps that the descent took."""
        return len(self.distance) - 1


def downhill(
    landscape: Callable[[], Slope],
    start: np.ndarray,
    method: Method | None = None,
    tolerance: float = 1e-10,
    budget: int = 200_000,
) -> Path:
    """Go down from a point, and record contour, distance and energy at every step.

    Args:
        landscape: makes energy and forces afresh; each must give the same bits at the same points in the same order.
        start: (N, d).
        method: :class:`Fire` (the default) or :class:`SteepestDescent`, whose last stretch FIRE finds and which counts
            as straight.
        tolerance: of max_i |F_i|, in ε/λ.
        budget: steps after which a descent gives up.
    """
    method = Fire() if method is None else method
    if isinstance(method, SteepestDescent):
        return _steepest(landscape(), start, method, tolerance, budget)
    count, end, floor, residual = last_of(fire_steps(landscape(), start, method), tolerance, budget)
    moves, distance, energy = np.empty(count + 1), np.empty(count + 1), np.empty(count + 1)
    before = start.copy()
    steps = fire_steps(landscape(), start, method)
    for index, (point, height, _) in enumerate(islice(steps, count + 1)):
        moves[index] = sqrt(((point - before) ** 2).sum())
        distance[index] = sqrt(((point - end) ** 2).sum())
        energy[index] = height
        before[:] = point
    return _path(moves, distance, energy, floor, end, residual, residual < tolerance)


def _steepest(slope: Slope, start: np.ndarray, method: SteepestDescent, tolerance: float, budget: int) -> Path:
    points, moves, heights = zip(*islice(steepest_points(slope, start, method), budget + 1), strict=True)
    near = largest(slope(points[-1])[1]) < NEAR * slope.fastest(points[-1]) ** 2
    _, end, floor, residual = last_of(fire_steps(slope, points[-1], Fire()), tolerance, FINISH)
    distance = np.array([sqrt(((point - end) ** 2).sum()) for point in points])
    return _path(np.array(moves), distance, np.array(heights), floor, end, residual, near and residual < tolerance)


def _path(
    moves: np.ndarray,
    distance: np.ndarray,
    energy: np.ndarray,
    floor: float,
    end: np.ndarray,
    residual: float,
    converged: bool,
) -> Path:
    """A path from the length of the step that leads to each point (points,), and what is known at the points."""
    n = len(end)
    contour = np.append(np.cumsum(moves[:0:-1])[::-1], 0.0) + distance[-1]
    return Path(contour / sqrt(n), distance / sqrt(n), (energy - floor) / n, floor / n, end, residual, converged)


def downhill_path(
    interaction: Interaction,
    configuration: Configuration,
    method: Method | None = None,
    tolerance: float = 1e-10,
    budget: int = 200_000,
) -> Path:
    """The path from a configuration to its inherent structure; see :func:`downhill`."""
    return downhill(
        lambda: FollowedForces(interaction, configuration),
        configuration.positions,
        method,
        tolerance,
        budget,
    )


def harmonic_path(
    interaction: Interaction,
    configuration: Configuration,
    end: np.ndarray,
    method: Method | None = None,
    tolerance: float = 1e-10,
    budget: int = 200_000,
) -> Path:
    """The path that a configuration would take if its landscape were harmonic about an inherent structure.

    Energies count from that of the inherent structure.

    Args:
        end: the inherent structure's positions, (N, d), near those of the configuration (:attr:`Path.end`).
    """
    slope = FollowedForces(interaction, configuration)
    bowl = HarmonicSlope(end, slope.hessian(end), slope.fastest(end))
    return downhill(lambda: bowl, configuration.positions, method, tolerance, budget)


def distance_between(interaction: Interaction, configuration: Configuration, ends: list[np.ndarray]) -> np.ndarray:
    """√⟨|r_i − r_i'|²⟩ between each inherent structure and the first, over particles that are no rattlers of the first
    and without the mean displacement, (ends,), in λ.
    """
    first = configuration.moved(configuration.box.wrap(ends[0]))
    try:
        kept = backbone(interaction, first)[1]
    except Unstable:
        kept = np.arange(len(first))
    moves = np.array([end[kept] - ends[0][kept] for end in ends])
    moves -= moves.mean(axis=1, keepdims=True)
    return np.sqrt((moves**2).sum(axis=2).mean(axis=1))


def thinned(path: Path, per_decade: int = 20, digits: float = 1e-13) -> np.ndarray:
    """Rows (Δr, Δs, ΔE) at places evenly spaced in the logarithm of Δr, by interpolation of logarithms; (rows, 3).

    Where the path comes back to a distance, its first passage counts. ΔE that has lost its digits, less than `digits`
    times the largest ΔE, is NaN.
    """
    nearest = np.minimum.accumulate(path.distance)
    new = np.flatnonzero(np.append(True, nearest[1:] < nearest[:-1]) & (path.distance > 0.0))
    if not len(new):
        return np.empty((0, 3))
    x = np.log10(path.distance[new])[::-1]
    places = np.arange(np.ceil(x[0] * per_decade), np.floor(x[-1] * per_decade) + 1) / per_decade
    with np.errstate(invalid="ignore", divide="ignore"):
        height = np.where(path.energy > digits * path.energy.max(), np.log10(path.energy), np.nan)
        columns = [np.interp(places, x, each[new][::-1]) for each in (np.log10(path.contour), height)]
    return 10.0 ** np.column_stack([places, *columns])
