"""How much of a mode is plane waves (Mizuno, Shimada & Ikeda 2020, Eq. 3).

A mode of real vectors overlaps a wave q and its opposite alike, and an ideal standing wave has one half on each, so
both are summed. The two transverse polarizations of a wave may lie anywhere across q, and what exceeds the threshold
depends on where: here the first is the one across q and the axis that q is farthest from.
"""

from __future__ import annotations

import numpy as np

from glassworks.configurations import Configuration

CHUNK = 2048
"""Particles whose phases are held at a time."""


def half_of_waves(reach: int) -> np.ndarray:
    """Whole-number vectors n, one of each opposite two, with 0 < |n| ≤ reach, (waves, 3)."""
    line = np.arange(-reach, reach + 1)
    every = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)
    squares = (every**2).sum(axis=1)
    first = every[:, 0] * (2 * reach + 1) ** 2 + every[:, 1] * (2 * reach + 1) + every[:, 2]
    return every[(squares <= reach**2) & (first > 0)]


def polarizations(waves: np.ndarray) -> np.ndarray:
    """Unit vectors along q, and two across it, (waves, 3 polarizations, 3)."""
    along = waves / np.linalg.norm(waves, axis=1, keepdims=True)
    farthest = np.eye(3)[np.argmin(np.abs(along), axis=1)]
    first = np.cross(along, farthest)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    return np.stack([along, first, np.cross(along, first)], axis=1)


def wave_overlaps(configuration: Configuration, vectors: np.ndarray, waves: np.ndarray) -> np.ndarray:
    """O_k^{q,α} of each mode, wave and polarization (L, T1, T2), (modes, waves, 3), for one of each opposite two waves.

    Args:
        configuration: the particles of the modes, N of them, in a cubic box.
        vectors: normalized modes, (modes, N, 3).
    """
    n, modes = len(configuration), len(vectors)
    sums = np.zeros((len(waves), 3 * modes), dtype=complex)
    for first in range(0, n, CHUNK):
        part = slice(first, first + CHUNK)
        fractions = configuration.positions[part] / np.array(configuration.box.edges)
        phases = np.exp(2j * np.pi * (waves @ fractions.T))
        fields = vectors[:, part].astype(float).transpose(1, 2, 0).reshape(len(fractions), -1)
        sums += phases @ fields
    amplitudes = np.einsum("qac,qck->kqa", polarizations(waves), sums.reshape(len(waves), 3, modes))
    return np.abs(amplitudes) ** 2 / n


def phonon_order(overlaps: np.ndarray, n: int, threshold: float) -> np.ndarray:
    """O_k, the sum of what exceeds N_m/(3N − 3), both signs of q counted, (modes,).

    Args:
        overlaps: of :func:`wave_overlaps`.
        n: particles.
        threshold: N_m.
    """
    return 2.0 * np.where(overlaps >= threshold / (3 * n - 3), overlaps, 0.0).sum(axis=(1, 2))


NEARER = 0.75
"""Part of the largest wave number up to which waves are counted too, to show that those beyond add nothing."""


def orders(
    configuration: Configuration, vectors: np.ndarray, largest_wave: float, threshold: float
) -> dict[str, np.ndarray]:
    """O_k as it is defined, with transverse polarizations taken together, and of nearer waves alone, each (modes,).

    Args:
        largest_wave: the largest |q| in λ⁻¹; at least the three shortest waves along the axes are taken.
    """
    n, edge = len(configuration), float(configuration.box.edges[0])
    waves = half_of_waves(max(1, int(largest_wave * edge / (2.0 * np.pi))))
    found = wave_overlaps(configuration, vectors, waves)
    across = np.stack([found[:, :, 0], found[:, :, 1] + found[:, :, 2]], axis=2)
    near = np.linalg.norm(waves, axis=1) <= max(1.0, NEARER * np.linalg.norm(waves, axis=1).max())
    return {
        "order": phonon_order(found, n, threshold),
        "order_transverse": phonon_order(across, n, threshold),
        "order_nearer": phonon_order(found[:, near], n, threshold),
    }
