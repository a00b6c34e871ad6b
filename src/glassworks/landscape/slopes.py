"""Energy, forces and curvature of the pair interaction at points that wander far from where they began."""

from __future__ import annotations

from math import sqrt
from typing import Protocol

import numpy as np
from scipy.sparse import csc_matrix

from glassworks.configurations import Configuration, pair_list
from glassworks.configurations.forces import accumulate_forces
from glassworks.configurations.pencils import strayed
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, assemble, bonds

SKIN = 0.3
"""Of the neighbor list, in λ."""


class Slope(Protocol):
    """What a descent asks of a landscape. Points are (N, d)."""

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Energy and forces (N, d)."""

    def hessian(self, point: np.ndarray) -> csc_matrix:
        """Second derivatives of the energy, (dN, dN)."""

    def fastest(self, point: np.ndarray) -> float:
        """ω_max, a bound on the largest frequency of vibration, in (ε/m)^½/λ."""


class FollowedForces:
    """The slope of a configuration's potential energy, from a neighbor list that is renewed when needed."""

    def __init__(self, interaction: Interaction, configuration: Configuration):
        self.interaction, self.configuration = interaction, configuration
        self.origin: np.ndarray | None = None

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        box, diameters = self.configuration.box, self.configuration.diameters
        if self.origin is None or strayed(point.T, self.origin.T, box.edges, 0.5 * SKIN):
            self.origin = point.copy()
            home = box.wrap(point)
            self.offset = home - point
            self.rows = pair_list(home, diameters, box, self.interaction, SKIN)
        forces = np.empty_like(point)
        energy = accumulate_forces(
            point + self.offset, diameters, box.edges, box.slant, self.interaction, *self.rows, forces
        )[0]
        return energy, forces

    def hessian(self, point: np.ndarray) -> csc_matrix:
        return assemble(self._pairs(point), len(point))

    def fastest(self, point: np.ndarray) -> float:
        """√ of twice the largest sum of pair stiffnesses |U_rr|, |U_r/r| at a particle."""
        pairs = self._pairs(point)
        across = 2.0 * pairs.derivatives[:, 1]
        along = across + 4.0 * pairs.derivatives[:, 2] * (pairs.vectors**2).sum(axis=1)
        each, n = np.maximum(abs(across), abs(along)), len(point)
        return sqrt(2.0 * (np.bincount(pairs.first, each, n) + np.bincount(pairs.second, each, n)).max())

    def _pairs(self, point: np.ndarray) -> Bonds:
        return bonds(self.interaction, self.configuration.moved(self.configuration.box.wrap(point)))


class HarmonicSlope:
    """The slope of ½ u·M·u about a minimum, u the displacement from it: what the landscape would be without
    anharmonicity.
    """

    def __init__(self, minimum: np.ndarray, hessian: csc_matrix, fastest: float):
        self.minimum, self.matrix, self.bound = minimum, hessian, fastest

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        moves = (point - self.minimum).ravel()
        change = self.matrix @ moves
        return 0.5 * float(moves @ change), -change.reshape(point.shape)

    def hessian(self, point: np.ndarray) -> csc_matrix:
        return self.matrix

    def fastest(self, point: np.ndarray) -> float:
        return self.bound


def largest(vectors: np.ndarray) -> float:
    """max_i |v_i| over the rows of (N, d)."""
    return sqrt((vectors**2).sum(axis=1).max())
