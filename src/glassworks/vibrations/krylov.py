"""The largest eigenvalues of a symmetric operator that is known by what it does to a block of vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import eigh

ROWS = 4096
"""Rows of a basis that are rotated at a time."""

NOTHING = 1e-10
"""A direction that the operator leads to less than this, beside the largest one, is taken for rounding."""


def rotate(basis: np.ndarray, rotation: np.ndarray) -> None:
    """Replace the first columns of a basis (n, …), in place: [:, :l] becomes [:, :k] @ rotation (k, l), l ≤ k."""
    k, wanted = rotation.shape
    for begin in range(0, len(basis), ROWS):
        part = basis[begin : begin + ROWS]
        part[:, :wanted] = part[:, :k] @ rotation


class Subspace:
    """A Krylov space that grows by blocks, every block made orthogonal to all others.

    What the operator is within the space is measured and not inferred from a recurrence. So the space may be cut back
    to its best directions and grown on (Wu & Simon 2000), and it may grow into any new direction.

    Attributes:
        basis: (n, most) in Fortran order; the first `size` columns are filled and orthonormal.
        projected: the operator in this basis, (most, most).
        block: (n, w) orthonormal, the directions into which the space grows next.
        coupling: (w, w) how strongly the operator leads into `block` from the block before.
        related: the first column to which the operator leads back from `block`, but for rounding.
    """

    def __init__(self, operator: Callable[[np.ndarray], np.ndarray], width: int, most: int, rng: np.random.Generator):
        """
        Args:
            operator: takes and gives (n, w) in C order, and says n in its attribute `size`.
            width: w.
            most: columns that the basis can hold.
            rng: of the first block, and of those for which the operator has no direction left.
        """
        self.operator, self.rng, self.size = operator, rng, 0
        self.basis, self.projected = np.empty((operator.size, most), order="F"), np.zeros((most, most))
        self.block, self.coupling = np.empty((operator.size, width)), np.zeros((width, width))
        self.wander(np.ones(width, dtype=bool))

    @property
    def full(self) -> bool:
        return self.size + self.block.shape[1] > self.basis.shape[1]

    def wander(self, which: np.ndarray) -> None:
        """Grow next into chance directions instead of some of the block's columns."""
        self.block[:, which] = self.rng.normal(size=(len(self.block), int(which.sum())))
        for _ in range(2):
            self.take_out(self.block, 0)
            self.block = np.linalg.qr(self.block)[0]
        self.related = 0

    def take_out(self, x: np.ndarray, first: int) -> np.ndarray:
        """Make x orthogonal to the basis from a column on, in place; returns its components (size, w)."""
        basis, inside = self.basis[:, first : self.size], np.zeros((self.size, x.shape[1]))
        inside[first:] = basis.T @ x
        x -= basis @ inside[first:]
        return inside

    def grow(self) -> None:
        """Add the block to the basis, and find the next one."""
        last = slice(self.size, self.size + self.block.shape[1])
        self.basis[:, last] = self.block
        image = self.operator(self.block)
        self.size = last.stop
        inside = self.take_out(image, self.related)
        inside += self.take_out(image, 0)
        self.related = last.start
        self.projected[: self.size, last] = inside
        self.projected[last, : self.size] = inside.T
        self.block, self.coupling = np.linalg.qr(image)
        spent = abs(np.diag(self.coupling)) < NOTHING * abs(inside).max()
        if spent.any():
            self.wander(spent)

    def largest(self, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ritz values in falling order, their vectors in the basis (size, count), and how far they are from closing."""
        size = self.size
        values, vectors = eigh(self.projected[:size, :size], subset_by_index=(size - count, size - 1))
        values, vectors = values[::-1], vectors[:, ::-1]
        return values, vectors, np.linalg.norm(self.coupling @ vectors[size - len(self.coupling) :], axis=0)

    def shrink(self, count: int) -> None:
        """Keep the `count` largest Ritz vectors alone."""
        values, vectors, _ = self.largest(count)
        rotate(self.basis[:, : self.size], vectors)
        self.projected[:] = 0.0
        self.projected[range(count), range(count)] = values
        self.size, self.related = count, 0
