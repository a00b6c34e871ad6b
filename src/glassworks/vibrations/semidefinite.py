"""The lowest eigenvalues of any sparse symmetric positive semidefinite matrix, from products with it alone.

What :mod:`glassworks.vibrations.unfactored` does for the Hessian of a configuration, for matrices of which nothing is
known but their numbers: Laplacians of graphs and grids, stiffness matrices, Hessians of energies that are not ours.
Block Lanczos on a Chebyshev polynomial (Fang & Saad 2012), with the proof that nothing was overlooked; no null space is
taken for granted, so zero is an eigenvalue as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import coo_matrix, csr_matrix, issparse
from scipy.sparse.csgraph import reverse_cuthill_mckee

from glassworks.choices import SHARE
from glassworks.configurations import Box
from glassworks.configurations.neighbors import spatial_order
from glassworks.vibrations.factorization import Unstable
from glassworks.vibrations.filters import WIDTH, Blocks, LowPass, advance
from glassworks.vibrations.krylov import Subspace, search, wider_search
from glassworks.vibrations.modes import DENSE
from glassworks.vibrations.overlooked import PROVEN
from glassworks.vibrations.threads import as_large, single_threaded
from glassworks.vibrations.unfactored import (
    ABOVE,
    BOUNDING,
    DEBYE,
    GAIN,
    MARGIN,
    PILOT,
    SEEN,
    TOLERANCE,
    ZERO,
    modes_in,
)

SYMMETRIC = 1e-12
"""max |M − Mᵀ| / ‖M‖ up to which a matrix is symmetric but for rounding."""

NULL = 1e-8
"""‖M v‖ / (‖M‖ ‖v‖) up to which a vector may be declared to be of the null space."""

ROUNDS = 10
"""Guesses of the last eigenvalue wanted after which the last one is taken."""

WAVES = 3
"""Dimension whose waves guide the first guess of it where there are no positions."""


@dataclass(frozen=True)
class Lowest:
    """The lowest eigenvalues of a matrix M of n unknowns, ascending.

    Attributes:
        values: λ, (count,), in the matrix's unit (over that of mass where masses are given). A zero eigenvalue is one
            within `ZERO` ‖M‖ of 0, of either sign.
        vectors: normalized ψ, (count, n). With masses M is m_i^-½ M_ij m_j^-½, and ψ = m^½ u of displacements u.
        residuals: ‖Mψ − λψ‖ / ‖M‖ of each, (count,).
        norm: ‖M‖, the largest sum of magnitudes in a row, at least the largest eigenvalue.
        missed: the chance that a lower eigenvalue than the last of these was overlooked, as chance vectors tell
            (:mod:`glassworks.vibrations.overlooked`); 0 where the whole spectrum was computed.
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    norm: float
    missed: float = 0.0

    def __repr__(self) -> str:
        return (
            f"Lowest({len(self.values)} from {self.values[0]:.4g} to {self.values[-1]:.4g}, "
            f"residuals up to {self.residuals.max():.0e}, missed {self.missed:.0e})"
        )


@single_threaded
def lowest(
    matrix,
    count: int,
    *,
    positions: np.ndarray | None = None,
    masses: np.ndarray | None = None,
    null: np.ndarray | Literal["translations"] | None = None,
    dimension: int | None = None,
    seed: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> Lowest:
    """The `count` lowest eigenvalues of a sparse symmetric positive semidefinite matrix, without a factorization.

    Up to `DENSE` unknowns from the dense matrix; above by products alone, in memory proportional to the numbers stored
    and to n · count, and in products proportional to √(‖M‖/λ) at the last eigenvalue wanted. So it is for the low end
    of a spectrum that begins near zero: one that begins in the upper half of its range is refused. Eigenvalues are
    known to about `ZERO` ‖M‖ at best, and those that lie closer to each other are told apart no better.

    Masses on a ring of a hundred springs, whose lowest squared frequencies are 4 sin²(πk/100), k = 0, ±1, …:

    >>> from scipy.sparse import diags_array
    >>> ring = diags_array([2.0, -1, -1, -1, -1], offsets=[0, 1, -1, 99, -99], shape=(100, 100)).tocsr()
    >>> abs(lowest(ring, 3).values.round(6)).tolist()
    [0.0, 0.003947, 0.003947]

    Args:
        matrix: M, (n, n) sparse, symmetric with both triangles stored.
        count: at most an eighth of n where n > `DENSE`, else n less the null space.
        positions: (N, d) of the particles, nodes or cells to which the unknowns belong, n/N each and beside each other:
            they order the work in space. By default the order is that of reverse Cuthill & McKee (1969).
        masses: (n,) or (N,), positive: the eigenvalues are those of m_i^-½ M_ij m_j^-½.
        null: (k, n) vectors that M takes to zero, which are projected out, or "translations" of all particles at once;
            by default nothing is. (They are displacements: with masses their ψ is found here.)
        dimension: unknowns of a particle, by default n/N, or 1 without positions. Blocks so wide are stored whole.
        seed: of the chance vectors.
        say: is told how far the search is.

    Raises:
        ValueError: a matrix that is not sparse, square, real, finite, and symmetric to `SYMMETRIC`; a count out of the
            limits; positions, masses or null vectors that do not fit it; a spectrum that begins too high.
        Unstable: the matrix is indefinite: an eigenvalue lies below −`ZERO` ‖M‖.
    """
    matrix = checked(matrix)
    n = matrix.shape[0]
    positions = None if positions is None else np.asarray(positions, dtype=float)
    dimension = block_size(n, positions, dimension)
    roots = roots_of(masses, n)
    if roots is not None:
        matrix = matrix.multiply(1.0 / roots[:, None]).multiply(1.0 / roots).tocsr()
    norm = norm_of(matrix)
    nothing = null_basis(matrix, null, dimension, roots, norm)
    most = n // SHARE if n > DENSE else n - nothing.shape[1]
    if not 1 <= count <= most:
        raise ValueError(f"count must be between 1 and {most} for {n} unknowns, not {count}")
    if n <= DENSE or not norm:
        return whole(matrix, count, nothing, norm)
    return searched(Products(matrix, positions, dimension, nothing), count, norm, np.random.default_rng(seed), say)


def checked(matrix) -> csr_matrix:
    """A matrix in compressed rows, rows ascending, in double precision; refuses what :func:`lowest` does not take."""
    if not issparse(matrix):
        raise ValueError(f"the matrix must be a sparse one of SciPy, not {type(matrix).__name__}")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.shape[0]:
        raise ValueError(f"the matrix must be square, not {' × '.join(map(str, matrix.shape))}")
    if np.iscomplexobj(matrix):
        raise ValueError("the matrix must be real, not complex")
    found = csr_matrix(matrix, dtype=float, copy=True)
    found.sum_duplicates()
    if not np.isfinite(found.data).all():
        raise ValueError("the matrix holds numbers that are not finite")
    norm, skew = norm_of(found), abs(found - found.T).max()
    if skew > SYMMETRIC * norm:
        raise ValueError(
            f"the matrix must be symmetric: |M − Mᵀ| is at most {SYMMETRIC:.0e} of ‖M‖, not {skew / norm:.1e}"
        )
    return found


def norm_of(matrix: csr_matrix) -> float:
    """The largest sum of magnitudes in a row."""
    return float(abs(matrix).sum(axis=1).max())


def block_size(n: int, positions: np.ndarray | None, dimension: int | None) -> int:
    """Unknowns of a particle."""
    particles = n // (dimension or 1) if positions is None else len(positions)
    found = n // particles if particles else 0
    if found * particles != n or (dimension or found) != found:
        raise ValueError(f"{n} unknowns are not {dimension or 'equally many'} for each of {particles} particles")
    if positions is not None and (np.ndim(positions) != 2 or not np.isfinite(positions).all()):
        raise ValueError(f"positions must be finite and of shape (N, d), not {np.shape(positions)}")
    return found


def roots_of(masses: np.ndarray | None, n: int) -> np.ndarray | None:
    """m^½ of each unknown, (n,)."""
    if masses is None:
        return None
    masses = np.asarray(masses, dtype=float)
    if masses.ndim != 1 or not len(masses) or n % len(masses) or not ((masses > 0) & (masses < np.inf)).all():
        raise ValueError(f"masses must be positive, one for each of {n} unknowns or of their particles")
    return np.repeat(np.sqrt(masses), n // len(masses))


def null_basis(
    matrix: csr_matrix,
    null: np.ndarray | Literal["translations"] | None,
    dimension: int,
    roots: np.ndarray | None,
    norm: float,
) -> np.ndarray:
    """An orthonormal basis (n, k) of what is projected out."""
    n = matrix.shape[0]
    if null is None:
        return np.empty((n, 0))
    if isinstance(null, str):
        if null != "translations":
            raise ValueError(f"null must be an array (k, n), 'translations' or None, not {null!r}")
        null = np.tile(np.eye(dimension), n // dimension)
    vectors = np.atleast_2d(np.asarray(null, dtype=float))
    if vectors.ndim != 2 or vectors.shape[1] != n or len(vectors) > n or not np.isfinite(vectors).all():
        raise ValueError(f"null must be finite and of shape (k, {n}), not {np.shape(null)}")
    basis, triangle = np.linalg.qr((vectors if roots is None else vectors * roots).T)
    if len(vectors) and not abs(triangle.diagonal()).min() > 1e-10 * abs(triangle).max():
        raise ValueError("the vectors of null depend on each other")
    left = np.linalg.norm(matrix @ basis, axis=0).max(initial=0.0)
    if left > NULL * norm:
        raise ValueError(f"M must take null to zero, to {NULL:.0e} of ‖M‖, but leaves {left / norm:.1e}")
    return basis


def whole(matrix: csr_matrix, count: int, nothing: np.ndarray, norm: float) -> Lowest:
    """From the dense matrix, the null space lifted above all else."""
    with as_large(matrix.shape[0]):
        values, vectors = eigh(
            matrix.toarray() + 3.0 * max(norm, 1.0) * nothing @ nothing.T, subset_by_index=(0, count - 1)
        )
    refuse(float(values[0]), norm)
    residuals = np.linalg.norm(matrix @ vectors - values * vectors, axis=0) / (norm or 1.0)
    return Lowest(values, np.ascontiguousarray(vectors.T), residuals, norm)


def refuse(value: float, norm: float) -> None:
    """Raise Unstable for an eigenvalue below what rounding may make of zero."""
    if not value >= -ZERO * norm:
        raise Unstable(
            f"the matrix is indefinite: an eigenvalue is {value:.3g}, below −{ZERO:.0e} ‖M‖ = {-ZERO * norm:.3g}"
        )


class Products:
    """M applied to WIDTH vectors at a time, (n, WIDTH) in C order, as :class:`glassworks.vibrations.filters.Operator`.

    Attributes:
        order: (N,) the particle that stands at each place.
        dimension: unknowns of a particle.
        waves: dimension of the space that the particles are in, as far as is known.
        size: n.
        nothing: orthonormal basis (n, k) of what is projected out, particles in this order.
        products: how often M was applied to WIDTH vectors.
    """

    def __init__(self, matrix: csr_matrix, positions: np.ndarray | None, dimension: int, nothing: np.ndarray):
        self.dimension, self.size, self.products = dimension, matrix.shape[0], 0
        self.waves = positions.shape[1] if positions is not None else dimension if dimension > 1 else WAVES
        graph = with_diagonal(matrix).tobsr((dimension, dimension))
        links = csr_matrix((np.ones(len(graph.indices)), graph.indices, graph.indptr))
        self.order = order_of(links, positions)
        links.data = np.arange(len(graph.indices), dtype=float)
        links = links[self.order][:, self.order]
        links.sort_indices()
        values = graph.data[links.data.astype(np.int64)].transpose(1, 0, 2).reshape(dimension, -1)
        self.blocks = Blocks(
            links.indptr.astype(np.int64), links.indices.astype(np.int32), np.ascontiguousarray(values)
        )
        self.nothing = nothing.reshape(len(self.order), dimension, -1)[self.order].reshape(self.size, -1)

    def step(self, scale: float, center: float, damping: float, x: np.ndarray, out: np.ndarray) -> None:
        """out ← scale (M − center) x − damping · out."""
        self.products += 1
        advance(*self.blocks, scale, center, damping, x.ravel(), out.ravel(), (0,) * WIDTH, (0,) * self.dimension)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """M x."""
        out = np.zeros(x.shape)
        self.step(1.0, 0.0, 0.0, x, out)
        return out

    def projected(self, x: np.ndarray) -> np.ndarray:
        """x without its part in the null space."""
        return x - self.nothing @ (self.nothing.T @ x) if self.nothing.shape[1] else x

    def in_order(self, x: np.ndarray) -> np.ndarray:
        """Vectors (n, k) as rows (k, n), particles as they were given."""
        out = np.empty((x.shape[1], len(self.order), self.dimension))
        out[:, self.order] = x.T.reshape(x.shape[1], -1, self.dimension)
        return out.reshape(x.shape[1], -1)


def with_diagonal(matrix: csr_matrix) -> csr_matrix:
    """The same matrix with every number on the diagonal stored, zero or not."""
    n, entries = matrix.shape[0], matrix.tocoo()
    places = np.arange(n)
    rows, columns = np.append(entries.row, places), np.append(entries.col, places)
    return coo_matrix((np.append(entries.data, np.zeros(n)), (rows, columns)), shape=matrix.shape).tocsr()


def order_of(links: csr_matrix, positions: np.ndarray | None) -> np.ndarray:
    """A permutation that puts particles that are linked beside each other."""
    if positions is None:
        return reverse_cuthill_mckee(links, symmetric_mode=True).astype(np.int64)
    if positions.shape[1] < 2:
        return np.argsort(positions[:, 0], kind="stable")
    extent = np.ptp(positions, axis=0)
    edges = np.maximum(extent, 1e-6 * extent.max() or 1.0) * (1.0 + 1e-9)
    return spatial_order(positions - positions.min(axis=0), Box(tuple(edges), positions.shape[1]))


class Filter(LowPass):
    """The polynomial of any matrix, without its null space."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """p(M) x for x (n, WIDTH)."""
        before, now = x.copy(), np.zeros(x.shape)
        self.operator.step(-1.0 / self.half, self.center, 0.0, before, now)
        for _ in range(self.degree - 1):
            self.operator.step(-2.0 / self.half, self.center, 1.0, now, before)
            before, now = now, before
        return self.operator.projected(now)


def searched(
    operator: Products, count: int, norm: float, rng: np.random.Generator, say: Callable[[str], None]
) -> Lowest:
    """By products: as :func:`glassworks.vibrations.filtered_modes`, which see."""
    bound = min(upper_bound(operator, norm, rng), norm)
    cut = min(ABOVE * expected_last(operator, bound, count, rng), bound / 2)

    def told(spent: int, worst: float) -> None:
        say(f"{spent} vectors, {operator.products} products, {worst:.1e}")

    while True:
        low_pass = Filter(operator, cut, bound, GAIN)
        say(f"λ < {bound:.4g}; polynomial of degree {low_pass.degree} that grows below λ = {cut:.4g}")
        found = search(low_pass, WIDTH, count, TOLERANCE, rng, SEEN, told)
        if found is not None:
            space, missed = found
            values, residuals = modes_in(space, operator, count, norm)
            if values[-1] < cut:
                break
            if values[-1] >= bound / 2 and bound < norm:
                bound = min(1.1 * bound, norm)
                continue
        if cut >= bound / 2:
            raise ValueError(
                f"the lowest {count} eigenvalues must lie below half of the largest, about {bound:.4g}: of a spectrum "
                "that begins so high take away a multiple of the identity"
            )
        cut = min(2.0 * cut, bound / 2)
    if missed >= PROVEN:
        space, missed = wider_search(low_pass, WIDTH, count, TOLERANCE, rng, told)
        values, residuals = modes_in(space, operator, count, norm)
    refuse(float(values.min()), norm)
    return Lowest(values, operator.in_order(space.basis[:, :count]), residuals, norm, missed)


def upper_bound(operator: Products, norm: float, rng: np.random.Generator) -> float:
    """Nothing of the spectrum lies above (:func:`glassworks.vibrations.unfactored.upper_bound`).

    Raises:
        Unstable: a Ritz value is negative, and so is then an eigenvalue.
    """
    space = Subspace(operator, WIDTH, BOUNDING // 2 * WIDTH, rng)
    for _ in range(BOUNDING):
        if space.full:
            refuse(float(space.largest(space.size)[0][-1]), norm)
            space.shrink(2 * WIDTH)
        space.grow()
    values, _, missing = space.largest(1)
    return MARGIN * float(values[0] + missing[0])


def expected_last(operator: Products, bound: float, count: int, rng: np.random.Generator) -> float:
    """Eigenvalue `count`, to a few tenths (:func:`glassworks.vibrations.unfactored.expected_last`).

    How eigenvalues grow is not known as it is of waves: guesses go down too, until no more than four times as many
    eigenvalues as are wanted lie below one.
    """
    power = 2 / operator.waves
    guess = DEBYE * bound * (count / operator.size) ** power
    for _ in range(ROUNDS):
        low_pass = Filter(operator, ABOVE * guess, bound, GAIN)
        space = Subspace(low_pass, WIDTH, PILOT * WIDTH, rng)
        for _ in range(PILOT):
            space.grow()
        values, vectors, _ = space.largest(space.size)
        around = (vectors[:WIDTH] ** 2).sum(axis=0) * operator.size / WIDTH
        below = np.cumsum(around) - around / 2
        standing = np.array([low_pass.inverse(value) for value in values[values > SEEN]])
        counted = below[len(standing) - 1] if len(standing) else 0.0
        if counted > count:
            last = max(float(np.interp(count, below[: len(standing)], standing)), guess / 16)
            if last > guess / 16 or counted <= 4 * count + WIDTH:
                return last
            guess /= 16
        else:
            guess = min(guess * min((count / counted) ** power if counted else 4.0, 4.0), bound / 8)
    return guess
