"""Stress correlations of an ensemble: C_σ(r), C_int and the amplitude of 1/r², with errors from trajectories.

Tables hold one row a trajectory: C_σ in shells of equal width, a mean over the trajectory's frames.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LEAST = 4.0
"""L_min in λ: C_int counts shells beyond it (Tong et al. 2020)."""


class FarField(NamedTuple):
    """Measures of C_σ(r) between L_min and L/2, each draws (1 + repeats,)."""

    integral: np.ndarray  # C_int = ∫ 2πr |C_σ| dr, biased upward by noise
    floor: np.ndarray  # what noise alone would give for C_int
    signed: np.ndarray  # ∫ 2πr C_σ dr, unbiased
    amplitude: np.ndarray  # κ of C_σ = κ/r², unbiased


def correlation_draws(numerators: np.ndarray, pairs: np.ndarray, squares: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of C_σ(r): the weighted sum over trajectories of sums over pairs, over pairs and over ⟨σ²⟩.

    Args:
        numerators, pairs: sums over pairs and their number, (trajectories, shells).
        squares: ⟨σ²⟩, (trajectories,).
        weight: (1 + repeats, trajectories), of :func:`glassworks.statistics.resampling.weights`.

    Returns:
        (1 + repeats, shells); NaN in shells without pairs.
    """
    mean_square = (weight @ squares) / weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weight @ numerators) / (weight @ pairs) / mean_square[:, None]


def far_field(edges: np.ndarray, draws: np.ndarray, low: float = LEAST, high: float = np.inf) -> FarField:
    """Integrals and amplitude of the far field.

    The amplitude is the least-squares one with weights proportional to the pairs in a shell, ∝ r: for independent
    stresses that is the inverse of the noise's variance, and as the weights do not come from the data no bias does
    either. The floor is √(2/π) times the spread of the draws, integrated like |C_σ|.

    Args:
        edges: of the shells, (shells + 1,), in λ.
        draws: C_σ, (1 + repeats, shells).
        low, high: shells wholly between them count.

    Raises:
        ValueError: no shell counts.
    """
    inside = (edges[:-1] >= low - 1e-9) & (edges[1:] <= high + 1e-9)
    if not inside.any():
        raise ValueError(f"no shell lies between {low} and {high}")
    area = np.pi * np.diff(edges**2)[inside]
    r = np.sqrt(0.5 * (edges[1:] ** 2 + edges[:-1] ** 2))[inside]
    c = draws[:, inside]
    noise = c[1:].std(axis=0, ddof=1) if len(c) > 2 else np.full(len(r), np.nan)
    floor = np.full(len(c), np.sqrt(2 / np.pi) * (area * noise).sum())
    amplitude = (c * area / r**2).sum(axis=1) / (area / r**4).sum()
    return FarField((area * abs(c)).sum(axis=1), floor, (area * c).sum(axis=1), amplitude)
