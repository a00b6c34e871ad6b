"""Polynomials of a Hessian that single out its low end, applied to several vectors at a time.

What a factor does by solving, a polynomial does by products alone. It needs no memory beside the matrix, so it reaches
glasses whose factor would not fit.
"""

from __future__ import annotations

from math import acosh, ceil, cosh, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.sparse import csc_matrix

from glassworks.configurations import Configuration
from glassworks.configurations.neighbors import spatial_order
from glassworks.lanes import difference, load, scaled_sum, spread_point, store
from glassworks.vibrations.factorization import block_graph, without_translation

WIDTH = 8
"""Vectors that share one pass over the matrix; a row of them fills one register of the widest kind."""


class Blocks(NamedTuple):
    """A Hessian as blocks of d × d, one row of blocks a particle.

    Attributes:
        start, partner: the blocks of particle i belong to the particles partner[start[i]:start[i + 1]].
        values: (d, d · blocks); [m, d · slot + k] is component m, k of the block in a slot.
    """

    start: np.ndarray
    partner: np.ndarray
    values: np.ndarray


@njit(cache=True)
def fill_blocks(start, partner, data, order, place, dimension, new_start, new_partner, values):
    """Blocks with the particles in another order, from the columns of a symmetric matrix whose blocks are full."""
    filled = 0
    for a in range(order.shape[0]):
        i = order[a]
        count = start[i + 1] - start[i]
        for slot in range(count):
            new_partner[filled] = place[partner[start[i] + slot]]
            for m in range(dimension):
                column = (start[i] * dimension + m * count) * dimension
                for k in range(dimension):
                    values[m, filled * dimension + k] = data[column + slot * dimension + k]
            filled += 1
        new_start[a + 1] = filled


def blocks_of(matrix: csc_matrix, order: np.ndarray, dimension: int) -> Blocks:
    """The blocks of a Hessian, particles in the given order."""
    start, partner = block_graph(matrix, dimension)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    values = np.empty((dimension, dimension * len(partner)))
    found = Blocks(np.zeros_like(start), np.empty(len(partner), np.int32), values)
    fill_blocks(start, partner, matrix.data, order, place, dimension, *found)
    return found


@njit(cache=True, error_model="numpy")
def advance(start, partner, values, scale, center, damping, x, out, lanes, edges):
    """out ← scale (M − center) x − damping · out, a row of registers a particle's component.

    Args:
        x, out: (dN · WIDTH,).
        lanes, edges: tuples of length WIDTH and d.
    """
    width, d = len(lanes), len(edges)
    for i in range(start.shape[0] - 1):
        first = spread_point(values, start[i] * d, edges, lanes)
        row = difference(first, first)
        for slot in range(start[i], start[i + 1]):
            for k in range(d):
                other = load(x, (np.int64(partner[slot]) * d + k) * width, lanes)
                row = scaled_sum(row, other, spread_point(values, slot * d + k, edges, lanes))
        for m in range(d):
            at = (i * d + m) * width
            store(out, at, scale * (row[m] - center * load(x, at, lanes)) - damping * load(out, at, lanes))


class Operator:
    """M applied to WIDTH vectors at a time, (n, WIDTH) in C order, with neighboring particles beside each other.

    Attributes:
        order: (N,) the particle that stands at each place.
        dimension: d.
        size: n = dN.
        roots: m_i^½ of the particle at each place, (N,), where M is weighted by masses; else None.
        products: how often M was applied to WIDTH vectors.
    """

    def __init__(self, matrix: csc_matrix, configuration: Configuration, masses: np.ndarray | None = None):
        box = configuration.box
        self.order, self.dimension = spatial_order(configuration.positions, box), box.dimension
        self.size, self.products = matrix.shape[0], 0
        self.roots = None if masses is None else np.sqrt(masses[self.order])
        self.blocks = blocks_of(matrix, self.order, self.dimension)

    def step(self, scale: float, center: float, damping: float, x: np.ndarray, out: np.ndarray) -> None:
        """out ← scale (M − center) x − damping · out."""
        self.products += 1
        advance(*self.blocks, scale, center, damping, x.ravel(), out.ravel(), (0,) * WIDTH, (0,) * self.dimension)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """M x."""
        out = np.zeros(x.shape)
        self.step(1.0, 0.0, 0.0, x, out)
        return out


class LowPass:
    """p(M) = T_m((c − M)/h), Chebyshev's polynomial: within ±1 on [cut, bound] = [c − h, c + h], falling to it below.

    Attributes:
        degree: m, such that p(0) = cosh(2 · gain) where cut ≪ bound.
    """

    def __init__(self, operator: Operator, cut: float, bound: float, gain: float):
        self.operator, self.size, self.cut = operator, operator.size, cut
        self.degree = max(2, ceil(gain * sqrt(bound / cut)))
        self.center, self.half = (bound + cut) / 2, (bound - cut) / 2

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """p(M) x without translation, for x (n, WIDTH)."""
        before, now = x.copy(), np.zeros(x.shape)
        self.operator.step(-1.0 / self.half, self.center, 0.0, before, now)
        for _ in range(self.degree - 1):
            self.operator.step(-2.0 / self.half, self.center, 1.0, now, before)
            before, now = now, before
        return without_translation(now, self.operator.dimension, self.operator.roots)

    def inverse(self, value: float) -> float:
        """The λ at or below the cut where p(λ) is some value, at least 1."""
        return self.center - self.half * cosh(acosh(max(value, 1.0)) / self.degree)
