"""Cholesky factorization of a Hessian, and solutions of M x = b for many right-hand sides at a time.

Multifrontal (Duff & Reid 1983) on the tree of :mod:`glassworks.vibrations.dissection`: every step is a dense LAPACK or
BLAS-3 operation, so that a thousand responses cost little more than their arithmetic.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.linalg.blas import dsyrk, dtrsm
from scipy.linalg.lapack import dpotrf
from scipy.sparse import csc_matrix

from glassworks.vibrations.dissection import Node, dissect
from glassworks.vibrations.threads import as_large, single_threaded


class Unstable(ArithmeticError):
    """The Hessian has a direction, other than a translation, that costs no energy: the configuration is no minimum."""


@njit(cache=True)
def gather_front(d, members, place, begin, end, border, pointers, rows, values, head, below):
    """Add the Hessian's columns of `members` to a front: rows of the members (lower triangle) and of the border."""
    for a in range(members.shape[0]):
        i = members[a]
        for k in range(d):
            column = a * d + k
            for slot in range(pointers[i * d + k], pointers[i * d + k + 1]):
                j, m = rows[slot] // d, rows[slot] % d
                p = place[j]
                if p >= end:
                    below[np.searchsorted(border, p) * d + m, column] += values[slot]
                elif p >= begin and (p - begin) * d + m >= column:
                    head[(p - begin) * d + m, column] += values[slot]


@njit(cache=True)
def add_above(where, update, head, below):
    """Add a child's update (lower triangle), whose unknown `a` is its parent's unknown `where[a]`, to the members."""
    size = head.shape[0]
    inside = np.searchsorted(where, size)
    for b in range(inside):
        for a in range(b, inside):
            head[where[a], where[b]] += update[a, b]
        for a in range(inside, where.shape[0]):
            below[where[a] - size, where[b]] += update[a, b]


@njit(cache=True)
def add_rest(where, update, size, rest):
    """Add what :func:`add_above` leaves to the parent's border; the parent has `size` unknowns inside."""
    for b in range(np.searchsorted(where, size), where.shape[0]):
        for a in range(b, where.shape[0]):
            rest[where[a] - size, where[b] - size] += update[a, b]


@njit(cache=True, error_model="numpy")
def multiply(pointers, rows, values, x, out):
    """out = M x for symmetric M in compressed columns and many columns x, (n, k) in C order."""
    for i in range(x.shape[0]):
        out[i] = 0.0
        for slot in range(pointers[i], pointers[i + 1]):
            j, value = rows[slot], values[slot]
            for c in range(x.shape[1]):
                out[i, c] += value * x[j, c]


def apply(matrix: csc_matrix, x: np.ndarray) -> np.ndarray:
    """M x for a symmetric sparse matrix and x of shape (n,) or (n, k)."""
    if x.ndim == 1:
        return matrix @ x
    out = np.empty(x.shape)
    multiply(matrix.indptr, matrix.indices, matrix.data, np.ascontiguousarray(x), out)
    return out


def without_translation(x: np.ndarray, dimension: int, roots: np.ndarray | None = None) -> np.ndarray:
    """x of shape (dN,) or (dN, k) minus the mean displacement of each column.

    Args:
        roots: m_i^½, (N,), where x is weighted by them: a translation is then proportional to them.
    """
    moves = x.reshape(len(x) // dimension, dimension, -1)
    if roots is None:
        return (moves - moves.mean(axis=0)).reshape(x.shape)
    mean = np.tensordot(roots, moves, axes=1) / (roots @ roots)
    return (moves - roots[:, None, None] * mean).reshape(x.shape)


def ground(head: np.ndarray, dimension: int) -> None:
    """Hold the last particle fixed: its rows become those of the identity (lower triangle, in place)."""
    if not len(head):
        raise Unstable("the contacts fall apart into pieces that can move freely")
    head[-dimension:, :] = 0.0
    head[-dimension:, -dimension:] = np.eye(dimension)


def divide(work: np.ndarray, inside: slice, lower: np.ndarray, transposed: bool) -> None:
    """L⁻¹ or L⁻ᵀ times some rows of `work` (C order), in place."""
    if len(lower):
        dtrsm(1.0, lower, work[inside].T, side=1, lower=1, trans_a=not transposed, overwrite_b=1)


class Factor:
    """M = L Lᵀ of a grounded Hessian: one particle is held fixed, which removes the d translations.

    A solution for a right-hand side without net force is exact but for a translation, which is projected out: `solve`
    applies the pseudo-inverse of M. Right-hand sides are projected too.

    Attributes:
        matrix: the Hessian.
        dimension: d.
        roots: m_i^½, (N,), where the Hessian is weighted by masses; else None.
        entries: numbers stored in the factor.
    """

    def __init__(self, matrix: csc_matrix, positions: np.ndarray, leaf: int = 48, masses: np.ndarray | None = None):
        """Factorize.

        Args:
            matrix: symmetric (dN, dN) with sorted rows, as :func:`glassworks.vibrations.hessian.hessian` makes it.
            positions: (N, d), from which the elimination order is taken.
            leaf: particles in the smallest pieces of the dissection.
            masses: m_i, (N,), by which the matrix is weighted (:func:`glassworks.vibrations.weighted`), or None.

        Raises:
            Unstable: the Hessian is not positive definite, or has zero modes beside the translations.
        """
        self.matrix, self.dimension = matrix, positions.shape[1]
        self.roots = None if masses is None else np.sqrt(masses)
        self.norm = float(abs(matrix).sum(axis=0).max())
        self.nodes = dissect(np.asarray(positions), *block_graph(matrix, self.dimension), leaf)
        members = np.concatenate([node.members for node in self.nodes])
        self.order = dofs(members, self.dimension)
        place = np.empty(len(members), dtype=np.int64)
        place[members] = np.arange(len(members))
        self.blocks: list[tuple[slice, np.ndarray, np.ndarray, np.ndarray]] = []
        self.eliminate(place)

    @property
    def entries(self) -> int:
        return sum(head.size + below.size for _, _, head, below in self.blocks)

    @single_threaded
    def eliminate(self, place: np.ndarray) -> None:
        """Factorize node by node; a block is (rows of the members, rows of the border, L among and below the members).

        The blocks lie in one array, and in another the updates that wait for their parents: touching fresh memory would
        cost more than the arithmetic of small fronts.
        """
        d, matrix = self.dimension, self.matrix
        inside = d * np.array([len(node.members) for node in self.nodes])
        outside = d * np.array([len(node.border) for node in self.nodes])
        store, used = np.empty((inside * (inside + outside)).sum()), 0
        sizes = np.zeros(1 + max(node.slot for node in self.nodes), dtype=np.int64)
        np.maximum.at(sizes, [node.slot for node in self.nodes], outside**2)
        waiting = np.split(np.empty(sizes.sum()), np.cumsum(sizes)[:-1])
        for node, s, b in zip(self.nodes, inside, outside, strict=True):
            head, below = columns(store[used:], s, s), columns(store[used + s * s :], b, s)
            head.fill(0.0)
            below.fill(0.0)
            gather_front(
                d, node.members, place, node.begin, node.end, node.border,
                matrix.indptr, matrix.indices, matrix.data, head, below,
            )  # fmt: skip
            wheres = [dofs(place_in_front(child, node), d) for child in node.children]
            updates = [columns(waiting[c.slot], len(w), len(w)) for c, w in zip(node.children, wheres, strict=True)]
            for where, update in zip(wheres, updates, strict=True):
                add_above(where, update, head, below)
            rest = columns(waiting[node.slot], b, b)
            with as_large(s + b):
                self.front(head, below, rest)
            for where, update in zip(wheres, updates, strict=True):
                add_rest(where, update, s, rest)
            begin = node.begin * d
            self.blocks.append((slice(begin, begin + s), dofs(node.border, d), head, below))
            used += s * (s + b)

    def front(self, head: np.ndarray, below: np.ndarray, rest: np.ndarray) -> None:
        """Eliminate the members of the next front; see :func:`reduce_front`."""
        if len(self.blocks) == len(self.nodes) - 1:
            ground(head, self.dimension)
        reduce_front(head, below, rest, self.norm)

    @single_threaded
    def solve(self, b: np.ndarray) -> np.ndarray:
        """The pseudo-inverse of M applied to b.

        Args:
            b: (dN,) or (dN, k) in ε/λ; a net force is taken out.

        Returns:
            displacements of the same shape, without translation, in λ.
        """
        work = without_translation(b.reshape(len(b), -1), self.dimension, self.roots)[self.order]
        for inside, border, head, below in self.blocks:
            with as_large(len(head) + len(border)):
                divide(work, inside, head, False)
                if len(border):
                    work[border] -= below @ work[inside]
        work[-self.dimension :] = 0.0
        for inside, border, head, below in reversed(self.blocks):
            with as_large(len(head) + len(border)):
                if len(border):
                    work[inside] -= below.T @ work[border]
                divide(work, inside, head, True)
        x = np.empty_like(work)
        x[self.order] = work
        return without_translation(x, self.dimension, self.roots).reshape(b.shape)

    def backward_error(self, x: np.ndarray, b: np.ndarray) -> float:
        """The largest ‖M x − b‖ / (‖M‖ ‖x‖ + ‖b‖) over the columns (maximum norms; b without its net force)."""
        x, b = x.reshape(len(x), -1), without_translation(b.reshape(len(b), -1), self.dimension, self.roots)
        missing = abs(apply(self.matrix, x) - b).max(axis=0)
        scale = self.norm * abs(x).max(axis=0) + abs(b).max(axis=0)
        return float((missing / np.where(scale > 0, scale, 1.0)).max())


def dofs(particles: np.ndarray, dimension: int) -> np.ndarray:
    """The numbers of the unknowns of some particles."""
    return (particles[:, None] * dimension + np.arange(dimension)).ravel()


def block_graph(matrix: csc_matrix, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """The contact graph in compressed rows, from a Hessian whose blocks are full."""
    counts = np.diff(matrix.indptr)[::dimension] // dimension
    start = np.concatenate([[0], np.cumsum(counts)])
    first_columns = np.repeat(np.arange(matrix.shape[0]) % dimension == 0, np.diff(matrix.indptr))
    return start, matrix.indices[first_columns][::dimension] // dimension


def columns(numbers: np.ndarray, rows: int, count: int) -> np.ndarray:
    """The first numbers of a flat array as a matrix in Fortran order."""
    return numbers[: rows * count].reshape((rows, count), order="F")


def place_in_front(child: Node, node: Node) -> np.ndarray:
    """Where the border of a node's child stands among the node's members and border."""
    later = len(node.members) + np.searchsorted(node.border, child.border)
    return np.where(child.border < node.end, child.border - node.begin, later)


def reduce_front(head: np.ndarray, below: np.ndarray, rest: np.ndarray, norm: float) -> None:
    """Eliminate the members of a front, in place.

    Args:
        head: the front among the members (lower triangle), becomes L among them; all three in Fortran order.
        below: between border and members, becomes L below the members.
        rest: overwritten by what the members add to the border's part of the front (lower triangle).
        norm: ‖M‖, against which a pivot counts as zero.

    Raises:
        Unstable: a pivot is not positive.
    """
    if not head.size:
        rest.fill(0.0)
        return
    _, info = dpotrf(head, lower=1, overwrite_a=1, clean=1)
    if info or head.diagonal().min() ** 2 < 1e-14 * norm:
        raise Unstable("the Hessian is not positive definite")
    if below.size:
        dtrsm(1.0, head, below, side=1, lower=1, trans_a=1, overwrite_b=1)
        dsyrk(-1.0, below, c=rest, lower=1, overwrite_c=1)
