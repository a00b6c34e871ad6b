"""Modes in the middle of a spectrum, and how many lie below: what a factor of M − λ tells at a chosen λ = ω².

M − λ = L D Lᵀ by the same fronts as the Hessian's own factor, but symmetric and indefinite: pivots of one or two
unknowns are chosen within each front (Bunch & Kaufman 1977). D has as many negative eigenvalues as M has below λ
(Sylvester's law of inertia), so that the number of a mode in its spectrum is known without those before it; and
(M − λ)⁻¹ makes the mode nearest to λ the largest, which Lanczos' method finds in some tens of solutions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dsytrf, dsytri
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from glassworks.vibrations.factorization import Factor, apply
from glassworks.vibrations.modes import Modes, participation
from glassworks.vibrations.threads import as_large, single_threaded

PANEL = 128
"""Columns of a front that are eliminated together, among which pivots are chosen."""

APART = 0.9
"""Vectors of unit length whose product exceeds this are of one mode."""


COLUMNS = ("frequencies", "vectors", "participation", "residuals")
"""What :class:`glassworks.vibrations.Modes` knows of each mode."""


class Shifted(Factor):
    """M − λ = L D Lᵀ of a Hessian, λ no eigenvalue of it.

    Attributes:
        matrix: M − λ.
        below: how many eigenvalues of M lie below λ, translations included.
    """

    def __init__(self, matrix: csc_matrix, positions: np.ndarray, squared: float, leaf: int = 48):
        """Factorize; arguments of :class:`glassworks.vibrations.Factor`, and λ.

        Raises:
            ArithmeticError: λ is an eigenvalue, to rounding.
        """
        self.below = 0
        shifted = (matrix - squared * identity(matrix.shape[0], format="csc")).tocsc()
        shifted.sort_indices()
        super().__init__(shifted, positions, leaf)

    def front(self, head: np.ndarray, below: np.ndarray, rest: np.ndarray) -> None:
        self.below += divide_front(head, below, rest)

    @single_threaded
    def solve(self, b: np.ndarray) -> np.ndarray:
        """(M − λ)⁻¹ b for b of shape (dN,) or (dN, k)."""
        work = np.asarray(b, float).reshape(len(b), -1)[self.order]
        for inside, border, head, below in self.blocks:
            with as_large(sum(below.shape)):
                part = work[inside]
                for panel in panels(len(head)):
                    part[panel.stop :] -= head[panel.stop :, panel] @ part[panel]
                work[border] -= below @ part
        for inside, border, head, below in reversed(self.blocks):
            with as_large(sum(below.shape)):
                part, outside = work[inside], work[border]
                for panel in reversed(panels(len(head))):
                    later = head[panel.stop :, panel].T @ part[panel.stop :] + below[:, panel].T @ outside
                    part[panel] = head[panel, panel] @ part[panel] - later
        x = np.empty_like(work)
        x[self.order] = work
        return x.reshape(b.shape)


def panels(size: int) -> list[slice]:
    """Columns of a front that are eliminated together."""
    return [slice(begin, min(begin + PANEL, size)) for begin in range(0, size, PANEL)]


def divide_front(head: np.ndarray, below: np.ndarray, rest: np.ndarray) -> int:
    """Eliminate the members of a front, in place.

    Args:
        head: the front among the members (lower triangle), becomes L among them, with the inverse of D in the blocks on
            its diagonal; all three in Fortran order.
        below: between border and members, becomes L below the members.
        rest: overwritten by what the members add to the border's part of the front (lower triangle).

    Returns:
        how many eigenvalues of D are negative.

    Raises:
        ArithmeticError: a pivot is zero.
    """
    count = 0
    inner, outer = np.empty_like(head, order="F"), np.empty_like(below, order="F")  # L D
    for panel in panels(len(head)):
        p, q = panel.start, panel.stop
        before = head[panel, :p].T
        head[p:, panel] -= inner[p:, :p] @ before
        below[:, panel] -= outer[:, :p] @ before
        inverse, negative = inverse_and_inertia(np.tril(head[panel, panel]))
        head[panel, panel] = inverse
        count += negative
        for lower, plain in ((head[q:], inner[q:]), (below, outer)):
            plain[:, panel] = lower[:, panel]
            lower[:, panel] = plain[:, panel] @ inverse
    rest.fill(0.0)
    for panel in panels(len(below) if head.size else 0):
        rest[panel.start :, panel] = -(outer[panel.start :] @ below[panel].T)
    return count


def inverse_and_inertia(lower: np.ndarray) -> tuple[np.ndarray, int]:
    """The inverse of a symmetric matrix of which the lower triangle is given, and its number of negative eigenvalues.

    A pivot of two unknowns, which LAPACK marks so, has one of each sign.

    Raises:
        ArithmeticError: a pivot is zero.
    """
    blocks, pivots, info = dsytrf(lower, lower=1)
    if info:
        raise ArithmeticError("a mode lies where the spectrum was to be divided")
    alone = pivots > 0
    inverse, _ = dsytri(blocks, pivots, lower=1)
    return np.tril(inverse) + np.tril(inverse, -1).T, int((blocks.diagonal()[alone] < 0.0).sum() + (~alone).sum() // 2)


class Found(NamedTuple):
    """Modes of a spectrum, ascending.

    Attributes:
        numbers: of each mode in the spectrum, from 0, translations left out, (modes,).
        modes: :class:`glassworks.vibrations.Modes`.
    """

    numbers: np.ndarray
    modes: Modes


@single_threaded
def nearest_modes(matrix: csc_matrix, positions: np.ndarray, frequencies: np.ndarray, seed: int = 0) -> Found:
    """The mode nearest to each of some frequencies; fewer where two are nearest to one.

    Args:
        matrix: the Hessian, (dN, dN).
        positions: (N, d).
        frequencies: ω, ascending, each above the softest mode's.
        seed: of the vectors with which searches begin.

    Raises:
        ArithmeticError: a search did not converge.
    """
    n, d = positions.shape
    norm, rng = float(abs(matrix).sum(axis=0).max()), np.random.default_rng(seed)
    numbers: list[int] = []
    vectors: list[np.ndarray] = []
    for frequency in frequencies:
        number, vector = nearest(Shifted(matrix, positions, float(frequency) ** 2), matrix, rng)
        if all(abs(vector @ other) < APART for other in vectors[-1:]):
            numbers.append(number - d)
            vectors.append(vector)
    basis = np.array(vectors).reshape(len(vectors), n * d).T
    moved = apply(matrix, np.ascontiguousarray(basis))
    squared = (basis * moved).sum(axis=0)
    residuals = np.linalg.norm(moved - squared * basis, axis=0) / norm
    order = np.argsort(squared)
    shaped = np.ascontiguousarray(basis.T[order]).reshape(len(vectors), n, d)
    modes = Modes(np.sqrt(np.maximum(squared[order], 0.0)), shaped, participation(shaped), residuals[order])
    return Found(np.array(numbers, dtype=np.int64)[order], modes)


def nearest(shifted: Shifted, matrix: csc_matrix, rng: np.random.Generator) -> tuple[int, np.ndarray]:
    """The number in the spectrum, translations counted, of the mode nearest to where it was divided, and its vector."""
    size = matrix.shape[0]
    operator = LinearOperator((size, size), matvec=shifted.solve, dtype=float)
    try:
        value, vectors = eigsh(operator, k=1, which="LM", v0=rng.normal(size=size), tol=1e-12)
    except ArpackNoConvergence as failure:
        raise ArithmeticError("no mode was found where the spectrum was divided") from failure
    return shifted.below - (1 if value[0] < 0.0 else 0), vectors[:, 0]


def selected(
    matrix: csc_matrix,
    positions: np.ndarray,
    lowest: Modes,
    spaced: int,
    highest: float | None,
    rng: np.random.Generator,
) -> Found:
    """The lowest modes, and those nearest to `spaced` frequencies evenly spaced in ln ω from the last of them to a
    highest one; fewer where two are nearest to one, none where the lowest reach as far."""
    numbers, last = np.arange(len(lowest.frequencies)), float(lowest.frequencies[-1])
    if not spaced or highest is None or highest <= last:
        return Found(numbers, lowest)
    targets = np.geomspace(last, highest, spaced + 1)[1:]
    above = nearest_modes(matrix, positions, targets, int(rng.integers(2**31)))
    new = above.numbers >= len(numbers)
    parts = [(getattr(lowest, name), getattr(above.modes, name)[new]) for name in COLUMNS]
    return Found(np.append(numbers, above.numbers[new]), Modes(*map(np.concatenate, parts), missed=lowest.missed))
