"""The path from a configuration down to its inherent structure (Tong, Sengupta & Tanaka 2020, Fig. 2b, c).

Distances to the inherent structure are wanted at every step, before it is known. The descent is therefore made twice:
its arithmetic is the same bit by bit, and no positions need to be kept. :mod:`glassworks.minimize` only wants the end,
and gets there by compiled methods that keep no path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from glassworks.configurations import Configuration, pair_list
from glassworks.configurations.forces import accumulate_forces
from glassworks.configurations.neighbors import largest_displacement
from glassworks.models.potentials import Interaction
from glassworks.vibrations import contacts

SKIN = 0.3
"""Of the neighbor list, in λ."""

FINISH = 200_000
"""Steps of FIRE at most where it finds the end of another descent."""

Slope = Callable[[np.ndarray], tuple[float, np.ndarray]]
"""Energy and forces (N, d) at a point (N, d)."""


@dataclass(frozen=True)
class Fire:
    """Parameters of FIRE (Bitzek, Koskinen, Gähler, Moseler & Gumbsch 2006), times in units of the fastest vibration.

    Attributes:
        first, longest: time step at the start and its bound, in 1/ω_max, ω_max a bound from the stiffest particle.
        mixing, fade: α at the start and the factor that it loses at each step downhill.
        faster, slower: factors of the time step.
        patience: steps downhill before the time step grows.
        move: no particle moves further in one step, in λ.
    """

    first: float = 0.1
    longest: float = 1.0
    mixing: float = 0.1
    fade: float = 0.99
    faster: float = 1.1
    slower: float = 0.5
    patience: int = 5
    move: float = 0.1


@dataclass(frozen=True)
class SteepestDescent:
    """Steps along the force.

    Attributes:
        step: in 1/ω_max², below 2 for a descent without overshoot in a harmonic landscape.
        move: no particle moves further in one step, in λ.
    """

    step: float = 0.5
    move: float = 0.1


@dataclass(frozen=True)
class Path:
    """Points of a descent, in order, the last one being the inherent structure or near it.

    Attributes:
        contour: Δs = Σ_l ΔR_l/√N from the point to the inherent structure along the path, (points,), in λ.
        distance: Δr = √(Σ_i |r_i − r_i^IS|²/N), (points,), in λ.
        energy: ΔE = (U − U_IS)/N, (points,), in ε; differences below 10⁻¹⁵ U are rounding.
        end: the inherent structure's positions, (N, d), not wrapped.
        residual: max_i |F_i| there, in ε/λ.
        converged: whether it is below the tolerance.
    """

    contour: np.ndarray
    distance: np.ndarray
    energy: np.ndarray
    end: np.ndarray
    residual: float
    converged: bool


def largest(vectors: np.ndarray) -> float:
    """max_i |v_i| over the rows of (N, d)."""
    return sqrt((vectors**2).sum(axis=1).max())


def fire_steps(slope: Slope, start: np.ndarray, fastest: float, chosen: Fire) -> Iterator[tuple]:
    """Points of a FIRE descent: (point, energy, forces), the start first; the array of points is reused."""
    point, velocity = start.copy(), np.zeros_like(start)
    energy, forces = slope(point)
    step, mixing, downhill_steps = chosen.first / fastest, chosen.mixing, 0
    while True:
        yield point, energy, forces
        if (forces * velocity).sum() < 0.0:
            velocity[:] = 0.0
            step, mixing, downhill_steps = step * chosen.slower, chosen.mixing, 0
        else:
            downhill_steps += 1
            if downhill_steps > chosen.patience:
                step, mixing = min(step * chosen.faster, chosen.longest / fastest), mixing * chosen.fade
        velocity += step * forces
        force = sqrt((forces**2).sum())
        if force > 0.0:
            velocity += mixing * (forces * (sqrt((velocity**2).sum()) / force) - velocity)
        speed = largest(velocity)
        point += velocity * (min(step, chosen.move / speed) if speed > 0.0 else step)
        energy, forces = slope(point)


def descent_steps(slope: Slope, start: np.ndarray, fastest: float, chosen: SteepestDescent) -> Iterator[tuple]:
    """Points of steepest descent: (point, energy, forces), the start first; the array of points is reused."""
    point = start.copy()
    energy, forces = slope(point)
    while True:
        yield point, energy, forces
        force = largest(forces)
        point += forces * (min(chosen.step / fastest**2, chosen.move / force) if force > 0.0 else 0.0)
        energy, forces = slope(point)


def _last(steps: Iterator[tuple], tolerance: float, budget: int) -> tuple[int, np.ndarray, float, float]:
    """Steps made, point, energy and residual where a descent ends."""
    for count, (point, energy, forces) in enumerate(steps):
        residual = largest(forces)
        if not residual >= tolerance or count == budget:
            return count, point.copy(), energy, residual
    raise AssertionError("descents do not end by themselves")


def downhill(
    landscape: Callable[[], Slope],
    start: np.ndarray,
    fastest: float,
    method: Fire | SteepestDescent | None = None,
    tolerance: float = 1e-10,
    budget: int = 200_000,
) -> Path:
    """Go down from a point, twice, and record contour, distance and energy at every step.

    Args:
        landscape: makes energy and forces afresh; each must give the same bits at the same points in the same order.
        start: (N, d).
        fastest: ω_max, a bound on the largest frequency of vibration, in (ε/m)^½/λ.
        method: :class:`Fire` (the default) or :class:`SteepestDescent`.
        tolerance: of max_i |F_i|, in ε/λ.
        budget: steps after which the descent gives up. Steepest descent, which ends slowly, then leaves it to FIRE to
            find the end, and the way there from its last point counts as straight.
    """
    method = Fire() if method is None else method
    steps = fire_steps if isinstance(method, Fire) else descent_steps
    count, end, floor, residual = _last(steps(landscape(), start, fastest, method), tolerance, budget)
    if not residual < tolerance and isinstance(method, SteepestDescent):
        _, end, floor, residual = _last(fire_steps(landscape(), end, fastest, Fire()), tolerance, FINISH)
    moves, distance, energy = np.empty(count + 1), np.empty(count + 1), np.empty(count + 1)
    before = start.copy()
    for index, (point, height, _) in zip(range(count + 1), steps(landscape(), start, fastest, method), strict=False):
        moves[index] = sqrt(((point - before) ** 2).sum())
        distance[index] = sqrt(((point - end) ** 2).sum())
        energy[index] = height - floor
        before[:] = point
    n = len(start)
    contour = np.append(np.cumsum(moves[:0:-1])[::-1], 0.0) + distance[-1]
    return Path(contour / sqrt(n), distance / sqrt(n), energy / n, end, residual, residual < tolerance)


class FollowedForces:
    """Energy and forces of the pair interaction at points that wander, from a neighbor list renewed when needed."""

    def __init__(self, interaction: Interaction, configuration: Configuration):
        self.interaction, self.configuration = interaction, configuration
        self.origin: np.ndarray | None = None

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        box, diameters = self.configuration.box, self.configuration.diameters
        if self.origin is None or not largest_displacement(point, self.origin) < (0.5 * SKIN) ** 2:
            self.origin = point.copy()
            home = box.wrap(point)
            self.offset = home - point
            self.rows = pair_list(home, diameters, box, self.interaction, SKIN)
        forces = np.empty_like(point)
        energy = accumulate_forces(
            point + self.offset, diameters, box.edges, box.tilt, self.interaction, *self.rows, forces
        )[0]
        return energy, forces


def stiffest(interaction: Interaction, configuration: Configuration) -> float:
    """A bound on ω_max: √ of twice the largest sum of pair stiffnesses |U_rr|, |U_r/r| at a particle."""
    pairs = contacts(interaction, configuration)
    across = 2.0 * pairs.derivatives[:, 1]
    along = across + 4.0 * pairs.derivatives[:, 2] * (pairs.vectors**2).sum(axis=1)
    each, n = np.maximum(abs(across), abs(along)), len(configuration)
    return sqrt(2.0 * (np.bincount(pairs.first, each, n) + np.bincount(pairs.second, each, n)).max())


def downhill_path(
    interaction: Interaction,
    configuration: Configuration,
    method: Fire | SteepestDescent | None = None,
    tolerance: float = 1e-10,
    budget: int = 200_000,
) -> Path:
    """The path from a configuration to its inherent structure; see :func:`downhill`."""
    return downhill(
        lambda: FollowedForces(interaction, configuration),
        configuration.positions,
        stiffest(interaction, configuration),
        method,
        tolerance,
        budget,
    )


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
