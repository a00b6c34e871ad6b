"""Vibrational modes: the softest ones of a large glass, or the whole spectrum of a small one."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

import numpy as np
from scipy.linalg import eigh, eigvalsh
from scipy.sparse import csc_matrix

from glassworks.vibrations.factorization import Factor, apply, without_translation

DENSE = 600
"""Hessians with no more unknowns than this are diagonalized whole."""

TOLERANCE = 1e-11
"""‖M⁻¹ψ − ψ/ω²‖ ω² asked of a mode, which bounds its ‖Mψ − ω²ψ‖ / ‖M‖."""

BLOCK = 16
"""Vectors that M⁻¹ is applied to at a time: a solution for sixteen costs little more than two for one."""


@dataclass(frozen=True)
class Modes:
    """Vibrational modes in order of frequency, translations left out.

    Attributes:
        frequencies: ω = √(ψ·M·ψ), (count,), in (ε/m)^½/λ.
        vectors: normalized ψ, (count, N, d).
        participation: e of each mode, (count,).
        residuals: ‖Mψ − ω²ψ‖ / ‖M‖ of each mode, (count,).
    """

    frequencies: np.ndarray
    vectors: np.ndarray
    participation: np.ndarray
    residuals: np.ndarray


def participation(vectors: np.ndarray) -> np.ndarray:
    """e = (Σ ψ_i·ψ_i)² / (N Σ (ψ_i·ψ_i)²) of displacement fields (…, N, d); González-López et al. 2021, Eq. 5.

    It is 1 for a translation and 1/N for a single moving particle.
    """
    squared = (vectors**2).sum(axis=-1)
    return squared.sum(axis=-1) ** 2 / (vectors.shape[-2] * (squared**2).sum(axis=-1))


def lowest_modes(factor: Factor, count: int, seed: int = 0) -> Modes:
    """The `count` softest modes, as the largest eigenvalues of the pseudo-inverse of M. Their residuals say how well.

    Args:
        factor: of the Hessian.
        count: modes, at most dN − d.
        seed: of the starting vector.

    Raises:
        ValueError: more modes than there are.
    """
    n, d = factor.matrix.shape[0], factor.dimension
    if not 1 <= count <= n - d:
        raise ValueError(f"count must be between 1 and {n - d}, not {count}")
    if n <= max(DENSE, 8 * count):
        vectors = eigh(factor.matrix.toarray(), subset_by_index=(d, d + count - 1))[1]
    else:
        vectors = softest(factor, count, seed)
    moved = apply(factor.matrix, vectors)
    squared = (vectors * moved).sum(axis=0)
    order = np.argsort(squared)
    vectors, moved, squared = vectors[:, order], moved[:, order], squared[order]
    residuals = np.linalg.norm(moved - squared * vectors, axis=0) / factor.norm
    shaped = np.ascontiguousarray(vectors.T).reshape(count, n // d, d)
    return Modes(np.sqrt(np.maximum(squared, 0.0)), shaped, participation(shaped), residuals)


def softest(factor: Factor, count: int, seed: int) -> np.ndarray:
    """The eigenvectors (dN, count) of the pseudo-inverse of M with the largest eigenvalues 1/ω².

    Block Lanczos without restarts, every block orthogonalized against all others (Golub & Underwood 1977). A search
    that has not converged after 40 · count vectors ends with what it has.
    """
    n, d = factor.matrix.shape[0], factor.dimension
    most = min(n - d, 40 * count + 10 * BLOCK) // BLOCK * BLOCK
    basis, projected = np.empty((n, most), order="F"), np.zeros((most, most))
    block = without_translation(np.random.default_rng(seed).normal(size=(n, BLOCK)), d)
    block, check = np.linalg.qr(block)[0], 3 * count
    for size in range(BLOCK, most + 1, BLOCK):
        last, recent = slice(size - BLOCK, size), slice(max(size - 2 * BLOCK, 0), size)
        basis[:, last] = block
        block = factor.solve(block)
        projected[recent, last] = basis[:, recent].T @ block
        block -= basis[:, recent] @ projected[recent, last]
        block -= basis[:, :size] @ (basis[:, :size].T @ block)
        block, coupling = np.linalg.qr(block)
        if size >= min(check, most):
            values, vectors = eigh(projected[:size, :size], lower=False, subset_by_index=(size - count, size - 1))
            missing = (np.linalg.norm(coupling @ vectors[last], axis=0) / values).max()
            if missing < TOLERANCE:
                break
            check = size + BLOCK * ceil(log10(missing / TOLERANCE))
    return basis[:, :size] @ vectors


def spectrum(matrix: csc_matrix) -> np.ndarray:
    """All dN frequencies, ascending, with translations; −√|ω²| stands for an unstable direction (dense: small N)."""
    squared = eigvalsh(matrix.toarray())
    return np.sign(squared) * np.sqrt(abs(squared))
