"""Cholesky factorization of a Hessian, and solutions of M x = b for many right-hand sides at a time.

Multifrontal (Duff & Reid 1983) on the tree of :mod:`glassworks.vibrations.dissection`: every step is a dense LAPACK or
BLAS-3 operation, so that a thousand responses cost little more than their arithmetic.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.linalg.blas import dsyrk, dtrmm, dtrsm
from scipy.linalg.lapack import dpotrf, dtrtri
from scipy.sparse import csc_matrix

from glassworks.vibrations.dissection import Node, dissect


class Unstable(ArithmeticError):
    """The Hessian has a direction, other than a translation, that costs no energy: the configuration is no minimum."""


@njit(cache=True)
def gather_front(d, members, place, begin, end, border, pointers, rows, values, front):
    """Add the Hessian's columns of `members` to a front: rows of the members (lower triangle) and of the border."""
    size = end - begin
    for a in range(members.shape[0]):
        i = members[a]
        for k in range(d):
            column = a * d + k
            for slot in range(pointers[i * d + k], pointers[i * d + k + 1]):
                j, m = rows[slot] // d, rows[slot] % d
                p = place[j]
                if p < begin or (p < end and (p - begin) * d + m < column):
                    continue
                row = p - begin if p < end else size + np.searchsorted(border, p)
                front[row * d + m, column] += values[slot]


@njit(cache=True)
def add_update(where, update, front):
    """Add a child's lower-triangular update to its parent's front, where its unknown `a` is unknown `where[a]`."""
    for b in range(where.shape[0]):
        column = where[b]
        for a in range(b, where.shape[0]):
            front[where[a], column] += update[a, b]


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


def without_translation(x: np.ndarray, dimension: int) -> np.ndarray:
    """x of shape (dN,) or (dN, k) minus the mean displacement of each column."""
    moves = x.reshape(len(x) // dimension, dimension, -1)
    return (moves - moves.mean(axis=0)).reshape(x.shape)


def ground(front: np.ndarray, dimension: int) -> None:
    """Hold the front's last particle fixed: its rows become those of the identity (lower triangle, in place)."""
    front[-dimension:, :] = 0.0
    front[-dimension:, -dimension:] = np.eye(dimension)


class Factor:
    """M = L Lᵀ of a grounded Hessian: one particle is held fixed, which removes the d translations.

    A solution for a right-hand side without net force is exact but for a translation, which is projected out: `solve`
    applies the pseudo-inverse of M. Right-hand sides are projected too.

    Attributes:
        matrix: the Hessian.
        dimension: d.
        entries: numbers stored in the factor.
    """

    def __init__(self, matrix: csc_matrix, positions: np.ndarray, leaf: int = 48):
        """Factorize.

        Args:
            matrix: symmetric (dN, dN) with sorted rows, as :func:`glassworks.vibrations.hessian.hessian` makes it.
            positions: (N, d), from which the elimination order is taken.
            leaf: particles in the smallest pieces of the dissection.

        Raises:
            Unstable: the Hessian is not positive definite, or has zero modes beside the translations.
        """
        self.matrix, self.dimension = matrix, positions.shape[1]
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

    def eliminate(self, place: np.ndarray) -> None:
        """Factorize node by node; a block is (rows of the members, rows of the border, L⁻¹ of the head, L below it)."""
        updates: dict[int, np.ndarray] = {}
        for node in self.nodes:
            front = self.front(node, place, updates)
            inside = len(node.members) * self.dimension
            head, below, updates[id(node)] = reduce_front(front, inside, self.ground_size(node), self.norm)
            begin = node.begin * self.dimension
            self.blocks.append((slice(begin, begin + inside), dofs(node.border, self.dimension), head, below))

    def ground_size(self, node: Node) -> int:
        """How many of a node's last unknowns are held fixed: d in the root."""
        if node is not self.nodes[-1]:
            return 0
        if not len(node.members):
            raise Unstable("the contacts fall apart into pieces that can move freely")
        return self.dimension

    def front(self, node: Node, place: np.ndarray, updates: dict[int, np.ndarray]) -> np.ndarray:
        """A node's dense front (lower triangle), with the updates of its children added."""
        d, size, matrix = self.dimension, len(node.members), self.matrix
        front = np.zeros(((size + len(node.border)) * d,) * 2, order="F")
        gather_front(
            d, node.members, place, node.begin, node.end, node.border, matrix.indptr, matrix.indices, matrix.data, front
        )
        for child in node.children:
            inside = child.border < node.end
            where = np.where(inside, child.border - node.begin, size + np.searchsorted(node.border, child.border))
            add_update(dofs(where, d), updates.pop(id(child)), front)
        return front

    def solve(self, b: np.ndarray) -> np.ndarray:
        """The pseudo-inverse of M applied to b.

        Args:
            b: (dN,) or (dN, k) in ε/λ; a net force is taken out.

        Returns:
            displacements of the same shape, without translation, in λ.
        """
        work = without_translation(b.reshape(len(b), -1), self.dimension)[self.order]
        for inside, border, head, below in self.blocks:
            part = self.times(head, work[inside], False)
            if len(border):
                work[border] -= below @ part
        for inside, border, head, below in reversed(self.blocks):
            if len(border):
                work[inside] -= below.T @ work[border]
            self.times(head, work[inside], True)
        x = np.empty_like(work)
        x[self.order] = work
        return without_translation(x, self.dimension).reshape(b.shape)

    @staticmethod
    def times(head: np.ndarray, part: np.ndarray, transposed: bool) -> np.ndarray:
        """L⁻¹ or L⁻ᵀ times a block of rows, in place."""
        if not part.size:
            return part
        if part.shape[1] == 1:
            part[:, 0] = (head.T if transposed else head) @ part[:, 0]
            return part
        product = dtrmm(1.0, head, part.T, side=1, lower=1, trans_a=not transposed, overwrite_b=1).T
        if not np.shares_memory(product, part):
            part[:] = product
        return part

    def backward_error(self, x: np.ndarray, b: np.ndarray) -> float:
        """The largest ‖M x − b‖ / (‖M‖ ‖x‖ + ‖b‖) over the columns (maximum norms; b without its net force)."""
        x, b = x.reshape(len(x), -1), without_translation(b.reshape(len(b), -1), self.dimension)
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


def reduce_front(
    front: np.ndarray, inside: int, grounded: int, norm: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eliminate the first `inside` unknowns of a front (lower triangle).

    Args:
        front: square, overwritten.
        grounded: how many of the last of those unknowns are held fixed.
        norm: ‖M‖, against which a pivot counts as zero.

    Returns:
        L⁻¹ of the eliminated part (zero for what is held fixed), L below it, and the update (lower
        triangle) of what is left.

    Raises:
        Unstable: a pivot is not positive.
    """
    if not inside:
        return np.empty((0, 0)), np.empty((len(front), 0)), front
    head = np.asfortranarray(front[:inside, :inside])
    if grounded:
        ground(head, grounded)
    lower, info = dpotrf(head, lower=1, overwrite_a=1, clean=1)
    if info or lower.diagonal().min() ** 2 < 1e-14 * norm:
        raise Unstable("the Hessian is not positive definite")
    below, rest = np.asfortranarray(front[inside:, :inside]), np.asfortranarray(front[inside:, inside:])
    if len(rest):
        below = dtrsm(1.0, lower, below, side=1, lower=1, trans_a=1, overwrite_b=1)
        rest = dsyrk(-1.0, below, beta=1.0, c=rest, lower=1, overwrite_c=1)
    inverse = dtrtri(lower, lower=1, overwrite_c=1)[0]
    if grounded:
        inverse[-grounded:] = 0.0
    return inverse, below, rest
