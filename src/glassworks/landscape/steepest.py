"""The steepest descent itself: the curve ∂r/∂t = −∂U/∂r, whose ends define basins of attraction.

Modes relax at rates that differ by orders of magnitude, so that steps along the force are either tiny or overshoot;
the curve is followed by backward differentiation formulas of variable order and step instead (scipy's BDF, with the
sparse Hessian as Jacobian), which need a few hundred steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.integrate import BDF

from glassworks.landscape.slopes import Slope, largest

NEAR = 1e-7
"""Forces, in λ ω_max², below which the curve counts as straight."""
FINER = 0.1
"""Part of the forces at which positions are followed as much more accurately."""
PARTS = 4
"""Chords by which the length of one step is measured."""


@dataclass(frozen=True)
class SteepestDescent:
    """How well the curve is followed.

    Attributes:
        accuracy: of positions, root mean square over coordinates and a step, in λ; while forces fall by orders of
            magnitude, so does what is allowed. With 1e-3, lengths of paths are known to a thousandth.
    """

    accuracy: float = 1e-3


def steepest_points(slope: Slope, start: np.ndarray, chosen: SteepestDescent) -> Iterator[tuple]:
    """Points of the curve, (point, length from the one before, energy), the start first; lengths are those of the
    configuration space. Ends near the minimum (:data:`NEAR`), or where the curve cannot be followed.
    """
    energy, forces = slope(start)
    yield start.copy(), 0.0, energy
    point, hardest = start, rms(forces)
    while largest(forces) >= (near := NEAR * slope.fastest(point) ** 2):
        fallen = rms(forces)
        solver = _solver(slope, point, chosen.accuracy * min(fallen / hardest, 1.0))
        while largest(forces) >= near and rms(forces) >= FINER * fallen:
            if solver.step() or solver.status != "running":
                return
            between = solver.dense_output()(np.linspace(solver.t_old, solver.t, PARTS + 1))
            length = sum(sqrt((move**2).sum()) for move in np.diff(between, axis=1).T)
            point = solver.y.reshape(start.shape).copy()
            energy, forces = slope(point)
            yield point, length, energy


def rms(vectors: np.ndarray) -> float:
    """√⟨v_i²⟩ over the rows of (N, d)."""
    return sqrt((vectors**2).sum() / len(vectors))


def _solver(slope: Slope, start: np.ndarray, accuracy: float) -> BDF:
    shape = start.shape
    return BDF(
        lambda _, y: slope(y.reshape(shape))[1].ravel(),
        0.0,
        start.ravel(),
        np.inf,
        rtol=1e-12,
        atol=accuracy,
        jac=lambda _, y: -slope.hessian(y.reshape(shape)),
    )
