"""The potential energy as the minimizers see it: energy and forces at a point, each evaluation counted."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.configurations.box import separation
from glassworks.configurations.forces import accumulate_forces
from glassworks.minimize.nested import NestedList
from glassworks.models.potentials import Interaction, pair_energy, pair_length, pair_terms


@njit(cache=True)
def cells_along_a_snake(fractions, counts):
    """The number of each point's cell on a walk to and fro through the cells, on which near numbers are near in space.

    Args:
        fractions: coordinates in edges, in [0, 1), (N, d).
        counts: cells along each axis, (d,).
    """
    out = np.empty(fractions.shape[0], dtype=np.int64)
    for i in range(fractions.shape[0]):
        number = 0
        for k in range(fractions.shape[1]):
            index = min(int(fractions[i, k] * counts[k]), counts[k] - 1)
            number = number * counts[k] + (counts[k] - 1 - index if number % 2 else index)
        out[i] = number
    return out


def spatial_order(configuration: Configuration) -> np.ndarray:
    """A permutation (N,) that puts particles of neighboring places next to each other in memory."""
    box = configuration.box
    counts = np.full(box.dimension, max(int(0.5 * (len(configuration)) ** (1 / box.dimension)), 1))
    fractions = np.mod(configuration.positions / box.length, 1.0)
    return np.argsort(cells_along_a_snake(fractions, counts), kind="stable")


@njit(cache=True)
def largest_squared(vectors):
    """max_i |v_i|² over the rows of (N, d)."""
    largest = 0.0
    for i in range(vectors.shape[0]):
        squared = 0.0
        for k in range(vectors.shape[1]):
            squared += vectors[i, k] * vectors[i, k]
        if not squared <= largest:
            largest = squared
    return largest


@njit(cache=True)
def displaced(origin, direction, step, offset, out):
    """out = origin + step · direction + offset, all (N, d)."""
    for i in range(origin.shape[0]):
        for k in range(origin.shape[1]):
            out[i, k] = origin[i, k] + step * direction[i, k] + offset[i, k]


@njit(cache=True, error_model="numpy")
def stiffness_bound(positions, diameters, edges, tilt, interaction, start, partner):
    """An upper bound on the Hessian's largest eigenvalue: twice the largest sum of pair stiffnesses at a particle."""
    total = np.zeros(positions.shape[0])
    vector = np.empty(len(edges))
    for i in range(positions.shape[0]):
        for slot in range(start[i], start[i + 1]):
            j = partner[slot]
            squared = separation(positions, i, j, edges, tilt, vector)
            length = pair_length(interaction.nonadditivity, diameters[i], diameters[j])
            reach = interaction.cutoff * length
            if squared < reach * reach:
                scale = pair_energy(interaction, diameters[i], diameters[j])
                terms = pair_terms(interaction, squared, length, scale)
                across = 2.0 * terms[1]
                stiffness = max(abs(across), abs(across + 4.0 * terms[2] * squared))
                total[i] += stiffness
                total[j] += stiffness
    return 2.0 * total.max()


class Landscape:
    """U and its forces at points of one box, from a neighbor list that follows the motion.

    Points are (N, d) arrays in the landscape's own particle order and need not lie inside the box.

    Attributes:
        evaluations: force evaluations so far.
        energy, typical_force, pressure: of the point evaluated last (U, mean |f_ij|, virial pressure).
    """

    def __init__(
        self, interaction: Interaction, configuration: Configuration, skin: float = 0.2, wide_skin: float = 0.8
    ):
        self.interaction, self.configuration = interaction, configuration
        self.order = spatial_order(configuration)
        self.diameters = configuration.diameters[self.order]
        self.start = configuration.positions[self.order]
        self.neighbors = NestedList(interaction, self.diameters, configuration.box, skin, wide_skin)
        self.offset = np.zeros_like(self.start)
        self.point = np.empty_like(self.start)
        self.evaluations = 0
        self.energy = self.typical_force = self.pressure = inf

    def follow(self, origin: np.ndarray, direction: np.ndarray, step: float) -> None:
        """Put the current point at origin + step · direction, wrapped afresh whenever the neighbor list is."""
        displaced(origin, direction, step, self.offset, self.point)
        before = self.point.copy()
        if self.neighbors.update(self.point):
            self.offset += self.point - before

    def forces(self, origin: np.ndarray, direction: np.ndarray, step: float, out: np.ndarray) -> np.ndarray:
        """Forces (N, d) at origin + step · direction, written to `out`."""
        self.follow(origin, direction, step)
        box, neighbors = self.configuration.box, self.neighbors
        self.energy, virial, magnitude, pairs = accumulate_forces(
            self.point, self.diameters, box.edges, box.tilt, self.interaction, neighbors.start, neighbors.partner, out
        )
        self.pressure = virial / (box.dimension * box.volume)
        self.typical_force = magnitude / max(pairs, 1)
        self.evaluations += 1
        return out

    def residual(self, forces: np.ndarray) -> float:
        """max_i |F_i| / ⟨f⟩ of the point evaluated last; the bare maximum when no pair interacts."""
        largest = sqrt(largest_squared(forces))
        return largest / self.typical_force if self.typical_force > 0 else largest

    def stiffest(self) -> float:
        """An upper bound on the Hessian's largest eigenvalue at the point evaluated last."""
        box, neighbors = self.configuration.box, self.neighbors
        return stiffness_bound(
            self.point, self.diameters, box.edges, box.tilt, self.interaction, neighbors.start, neighbors.partner
        )

    def restored(self, point: np.ndarray) -> Configuration:
        """The configuration at a point, particles in the order in which they came."""
        positions = np.empty_like(point)
        positions[self.order] = point
        return self.configuration.moved(positions)
