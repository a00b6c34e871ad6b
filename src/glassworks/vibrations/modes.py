"""Vibrational modes: the softest ones of a large glass, or the whole spectrum of a small one."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

import numpy as np
from scipy.linalg import eigh, eigvalsh
from scipy.sparse import csc_matrix

from glassworks.vibrations.factorization import Factor, apply, without_translation
from glassworks.vibrations.krylov import CLOSED, NOTHING, wider_search
from glassworks.vibrations.overlooked import PROVEN, floor, overlooked
from glassworks.vibrations.threads import as_large, single_threaded

DENSE = 600
"""Hessians with no more unknowns than this are diagonalized whole."""

CERTAIN = 3000
"""The same where a search may have overlooked a mode: seconds, as a wider search would take."""

TOLERANCE = 1e-11
"""‖M⁻¹ψ − ψ/ω²‖ ω² asked of a mode, which bounds its ‖Mψ − ω²ψ‖ / ‖M‖."""

BLOCK = 16
"""Vectors that M⁻¹ is applied to at a time: a solution for sixteen costs little more than two for one."""


@dataclass(frozen=True)
class Modes:
    """Vibrational modes in order of frequency, translations left out.

    Attributes:
        frequencies: ω = √(ψ·M·ψ), (count,), in (ε/m)^½/λ.
        vectors: normalized ψ, (count, N, d). Where masses are not one, M is the weighted Hessian m_i^-½ M_ij m_j^-½ and
            ψ_i = m_i^½ u_i of displacements u: |ψ_i|² is the particle's share of the mode's kinetic energy.
        participation: e of each ψ, (count,).
        residuals: ‖Mψ − ω²ψ‖ / ‖M‖ of each mode, (count,).
        missed: the chance that a softer mode than the last of these was overlooked, as chance vectors tell
            (:mod:`glassworks.vibrations.overlooked`); 0 where the whole spectrum was computed.
    """

    frequencies: np.ndarray
    vectors: np.ndarray
    participation: np.ndarray
    residuals: np.ndarray
    missed: float = 0.0

    def displacements(self, masses: np.ndarray | None) -> np.ndarray:
        """u_i = m_i^-½ ψ_i, (count, N, d), of masses (N,), or None for unit masses: Σ m_i u_i·u_i = 1."""
        return self.vectors if masses is None else self.vectors / np.sqrt(masses)[:, None]

    def __repr__(self) -> str:
        return (
            f"Modes({len(self.frequencies)} from ω = {self.frequencies[0]:.4g} to {self.frequencies[-1]:.4g}, "
            f"residuals up to {self.residuals.max():.0e}, missed {self.missed:.0e})"
        )


def participation(vectors: np.ndarray) -> np.ndarray:
    """e = (Σ ψ_i·ψ_i)² / (N Σ (ψ_i·ψ_i)²) of displacement fields (…, N, d); González-López et al. 2021, Eq. 5.

    It is 1 for a translation and 1/N for a single moving particle.
    """
    squared = (vectors**2).sum(axis=-1)
    return squared.sum(axis=-1) ** 2 / (vectors.shape[-2] * (squared**2).sum(axis=-1))


@single_threaded
def lowest_modes(factor: Factor, count: int, seed: int = 0) -> Modes:
    """The `count` softest modes, as the largest eigenvalues of the pseudo-inverse of M. Their residuals say how well.

    Args:
        factor: of the Hessian, weighted by masses where they are not one.
        count: modes, at most dN − d.
        seed: of the starting vector.

    Raises:
        ValueError: more modes than there are.
    """
    n, d = factor.matrix.shape[0], factor.dimension
    if not 1 <= count <= n - d:
        raise ValueError(f"count must be between 1 and {n - d}, not {count}")
    if n <= max(DENSE, 8 * count):
        vectors, missed = whole(factor, count)[0], 0.0
    else:
        vectors, missed = softest(factor, count, seed)
    moved = apply(factor.matrix, vectors)
    squared = (vectors * moved).sum(axis=0)
    order = np.argsort(squared)
    vectors, moved, squared = vectors[:, order], moved[:, order], squared[order]
    residuals = np.linalg.norm(moved - squared * vectors, axis=0) / factor.norm
    shaped = np.ascontiguousarray(vectors.T).reshape(count, n // d, d)
    return Modes(np.sqrt(np.maximum(squared, 0.0)), shaped, participation(shaped), residuals, missed)


class Inverse:
    """The pseudo-inverse of M as an operator of :mod:`glassworks.vibrations.krylov`."""

    def __init__(self, factor: Factor):
        self.factor, self.size = factor, factor.matrix.shape[0]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.factor.solve(x)


def softest(factor: Factor, count: int, seed: int) -> tuple[np.ndarray, float]:
    """The eigenvectors (dN, count) of the pseudo-inverse of M with the largest eigenvalues, and the chance of a miss.

    What a first search finds is kept if no mode was overlooked, or one that is as soft, or if nothing is proven. Else
    the whole matrix tells, or if it is large a second search, which goes on until that is proven: equal modes of a
    crystal may be more than a block can hold.
    """
    first = first_search(factor, count, seed)
    if first is not None and first[2] < PROVEN:
        return first[0], first[2]
    if factor.matrix.shape[0] <= CERTAIN:
        (vectors, values), missed = whole(factor, count), 0.0
    else:
        space, missed = wider_search(Inverse(factor), BLOCK, count, TOLERANCE, np.random.default_rng([seed, 2]))
        vectors, values = space.basis[:, :count].copy(), space.projected.diagonal()[:count]
    if first is not None and (missed >= PROVEN or np.allclose(first[1], values, rtol=1e-9, atol=0)):
        if np.allclose(first[0].T @ first[0], np.eye(count), atol=1e-8):
            vectors = first[0]
    return vectors, missed


def whole(factor: Factor, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The softest modes' vectors (dN, count) and 1/ω² in falling order, from the dense matrix."""
    d = factor.dimension
    with as_large(factor.matrix.shape[0]):
        squared, vectors = eigh(factor.matrix.toarray(), subset_by_index=(d, d + count - 1))
    return vectors, 1.0 / squared


def first_search(factor: Factor, count: int, seed: int) -> tuple[np.ndarray, np.ndarray, float] | None:
    """The softest modes' vectors (dN, count), 1/ω² in falling order, and the chance that one was overlooked.

    Block Lanczos without restarts, every block orthogonalized against all others (Golub & Underwood 1977). A search
    that has not converged after 40 · count vectors ends with what it has. None where the operator leads nowhere new
    from a block, as in a crystal of few levels: what is left of it are rounding errors.
    """
    n, d = factor.matrix.shape[0], factor.dimension
    most = min(n - d, 40 * count + 10 * BLOCK) // BLOCK * BLOCK
    basis, projected = np.empty((n, most), order="F"), np.zeros((most, most))
    block = without_translation(np.random.default_rng(seed).normal(size=(n, BLOCK)), d, factor.roots)
    block, check = np.linalg.qr(block)[0], 3 * count
    for size in range(BLOCK, most + 1, BLOCK):
        last, recent = slice(size - BLOCK, size), slice(max(size - 2 * BLOCK, 0), size)
        basis[:, last] = block
        block = factor.solve(block)
        projected[recent, last] = basis[:, recent].T @ block
        block -= basis[:, recent] @ projected[recent, last]
        block -= basis[:, :size] @ (basis[:, :size].T @ block)
        block, coupling = np.linalg.qr(block)
        if abs(coupling.diagonal()).min() < NOTHING * projected[0, 0]:
            return None
        if size >= min(check, most):
            values, vectors = eigh(projected[:size, :size], lower=False, subset_by_index=(size - count, size - 1))
            missing = (np.linalg.norm(coupling @ vectors[last], axis=0) / values).max()
            if missing < TOLERANCE:
                break
            check = size + BLOCK * ceil(log10(missing / TOLERANCE))
    found, space = basis[:, :size] @ vectors, basis[:, :size]
    following = next_open(projected[:size, :size], coupling, count)
    least = floor(values[0], following, np.linalg.norm(coupling, 2))
    return found, values[::-1], overlooked(factor.solve, space, least, BLOCK, np.random.default_rng([seed, 1]))


def next_open(projected: np.ndarray, coupling: np.ndarray, count: int) -> float:
    """The largest Ritz value after the first `count` whose vector is no eigenvector yet."""
    size = len(projected)
    more = min(2 * BLOCK, size - count)
    values, vectors = eigh(projected, lower=False, subset_by_index=(size - count - more, size - count - 1))
    open_ = np.linalg.norm(coupling @ vectors[-len(coupling) :], axis=0) > CLOSED * values
    return float(values[open_].max() if open_.any() else values[0])


@single_threaded
def spectrum(matrix: csc_matrix) -> np.ndarray:
    """All dN frequencies, ascending, with translations; −√|ω²| stands for an unstable direction (dense: small N)."""
    with as_large(matrix.shape[0]):
        squared = eigvalsh(matrix.toarray())
    return np.sign(squared) * np.sqrt(abs(squared))
