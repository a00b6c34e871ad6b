r"""Bond order: which directions a particle's neighbors lie in (Steinhardt, Nelson & Ronchetti, PRB 28, 784 (1983)).

    q_lm(i) = (1/n_i) Σ_j Y_lm(r̂_ij),   q_l(i) = [4π/(2l + 1) Σ_m |q_lm(i)|²]^½,

summed over the n_i neighbors j of particle i. Real harmonics do as well as complex ones and are taken here, scaled so
that Σ_m Y_lm(û) Y_lm(v̂) = P_l(û·v̂): then q_l is the length of the vector q_lm, and nothing depends on the axes. The
average over a particle and its neighbors, q̄_lm (Lechner & Dellago, JCP 129, 114707 (2008)), sees the second shell too.

Neighbors are those of the solid angle (van Meel, Filion, Valeriani & Frenkel, JCP 136, 234107 (2012)): the n nearest, n
the least number ≥ 3 for which their solid angles 2π (1 − r_ij/R) at the radius R = Σ_j r_ij/(n − 2) make up a whole
sphere, 4π, before the next one is reached. They have no parameter and no length, so that they serve mixtures of any
sizes and densities; a perfect fcc or hcp lattice gives 12, bcc 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, sqrt

import numpy as np
from numba import njit
from numpy.polynomial import legendre, polynomial

from glassworks.configurations import Configuration, pair_list
from glassworks.configurations.box import separation
from glassworks.models.potentials import Interaction

NEAR = 2.0
"""How far neighbors are searched for at first, in ρ^(−1/3): a liquid's solid angles are full at about 1.5."""


@dataclass(frozen=True)
class Neighbors:
    """The neighbors of each particle, which need not be mutual.

    Attributes:
        start: those of particle i are `partner[start[i]:start[i + 1]]`, nearest first, (N + 1,).
        partner: (bonds,).
        vectors: from the particle to its neighbor, (bonds, d).
    """

    start: np.ndarray
    partner: np.ndarray
    vectors: np.ndarray

    @property
    def owner(self) -> np.ndarray:
        """Whose neighbor each is, (bonds,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @property
    def numbers(self) -> np.ndarray:
        """n_i, (N,)."""
        return np.diff(self.start)

    def mean(self, values: np.ndarray, own: bool = False) -> np.ndarray:
        """Mean over each particle's bonds of what they carry, (bonds, k), or of what its neighbors and it itself
        carry, (N, k); zero without neighbors."""
        carried = values[self.partner] if own else values
        sums = np.stack([np.bincount(self.owner, column, len(self.numbers)) for column in carried.T], axis=1)
        if own:
            return (sums + values) / (self.numbers + 1.0)[:, None]
        return sums / np.maximum(self.numbers, 1)[:, None]


@njit(cache=True, error_model="numpy")
def gather_candidates(positions, edges, slant, start, partner, first, others, vectors, squares):
    """Full lists of pairs: the others of particle i, the vectors to them and r² at `first[i]:first[i + 1]`."""
    n, d = positions.shape
    filled = first[:-1].copy()
    vector = np.empty(d)
    for i in range(n):
        for slot in range(start[i], start[i + 1]):
            j = partner[slot]
            squared = separation(positions, i, j, edges, slant, vector)
            here, there = filled[i], filled[j]
            filled[i] += 1
            filled[j] += 1
            others[here], others[there] = j, i
            squares[here] = squares[there] = squared
            for k in range(d):
                vectors[here, k] = -vector[k]
                vectors[there, k] = vector[k]


@njit(cache=True, error_model="numpy")
def fill_solid_angles(first, squares, order, counts):
    """How many of a particle's candidates, nearest first in `order`, fill its solid angle: (N,), −1 for too few."""
    for i in range(counts.shape[0]):
        total, counts[i] = 0.0, -1
        for m in range(first[i + 1] - first[i]):
            distance = np.sqrt(squares[order[first[i] + m]])
            if m > 2 and total / (m - 2) <= distance:
                counts[i] = m
                break
            total += distance


def candidates(
    configuration: Configuration, reach: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All others within a distance of each particle: first (N + 1,), numbers, vectors, r², and their order by r²."""
    box, n = configuration.box, len(configuration)
    plain = Interaction(0, reach, 0.0, 1.0, 0.0, 0.0, (0.0,) * 8)
    start, partner = pair_list(configuration.positions, np.ones(n), box, plain)
    touching = np.bincount(partner, minlength=n) + np.diff(start)
    first = np.concatenate([[0], np.cumsum(touching)])
    others, squares = np.empty(first[-1], dtype=np.int64), np.empty(first[-1])
    vectors = np.empty((first[-1], box.dimension))
    gather_candidates(configuration.positions, box.edges, box.slant, start, partner, first, others, vectors, squares)
    order = np.lexsort((squares, np.repeat(np.arange(n), touching)))
    return first, others, vectors, squares, order


def solid_angle_neighbors(configuration: Configuration) -> Neighbors:
    """Neighbors of the solid angle, searched for at most to half of the box's shortest edge.

    Raises:
        ValueError: another dimension than three, or a particle whose solid angle is not full by then (says which).
    """
    box = configuration.box
    if box.dimension != 3:
        raise ValueError(f"neighbors of the solid angle are for three dimensions, not {box.dimension}")
    half = 0.5 * min(box.edges)
    reach = min(NEAR * configuration.density ** (-1 / 3), half)
    while True:
        first, others, vectors, squares, order = candidates(configuration, reach)
        counts = np.empty(len(configuration), dtype=np.int64)
        fill_solid_angles(first, squares, order, counts)
        if (counts >= 0).all():
            break
        if reach >= half:
            lacking = int((counts < 0).argmax())
            raise ValueError(f"particle {lacking}: too few others within half of the box's shortest edge, {half:.6g}")
        reach = min(1.5 * reach, half)
    kept = np.concatenate([order[a : a + count] for a, count in zip(first[:-1], counts, strict=True)])
    return Neighbors(np.concatenate([[0], np.cumsum(counts)]), others[kept], vectors[kept])


def harmonics(vectors: np.ndarray, order: int) -> np.ndarray:
    """Real spherical harmonics of directions (k, 3), (k, 2l + 1), scaled so that their products sum to P_l.

    They are N_m Q_m(z) Re and Im (x + iy)^m of the unit vector (x, y, z), where Q_m is the m-th derivative of P_l and
    N_m² = 2 (l − m)!/(l + m)!, or 1 for m = 0.
    """
    x, y, z = (vectors / np.linalg.norm(vectors, axis=1)[:, None]).T
    out, powers = np.empty((len(vectors), 2 * order + 1)), np.ones(len(vectors), dtype=complex)
    series = legendre.leg2poly([0.0] * order + [1.0])
    for m in range(order + 1):
        scale = sqrt((2.0 if m else 1.0) * factorial(order - m) / factorial(order + m))
        heights = scale * polynomial.polyval(z, series)
        out[:, 2 * m - 1 if m else 0] = heights * powers.real
        if m:
            out[:, 2 * m] = heights * powers.imag
        powers = powers * (x + 1j * y)
        series = polynomial.polyder(series)
    return out


def bond_order(neighbors: Neighbors, order: int) -> np.ndarray:
    """q_lm of each particle, (N, 2l + 1): its length is q_l."""
    return neighbors.mean(harmonics(neighbors.vectors, order))


def averaged_bond_order(neighbors: Neighbors, order: int) -> np.ndarray:
    """q̄_lm of each particle, (N, 2l + 1): the mean of q_lm over it and its neighbors."""
    return neighbors.mean(bond_order(neighbors, order), own=True)
