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


class Decay(NamedTuple):
    """C_σ = κ r^−x between two distances."""

    power: np.ndarray  # x, draws; NaN where the best one is an end of the searched range or κ ≤ 0
    amplitude: np.ndarray  # κ with x = 2, draws
    low: float  # inner edge of the shells that count
    high: float  # outer edge


POWERS = np.linspace(0.2, 5.0, 241)
"""Exponents that are tried."""


def decay(edges: np.ndarray, draws: np.ndarray, low: float = LEAST, high: float = np.inf) -> Decay:
    """Least-squares power law of the far field, with the weights of :func:`far_field`.

    C_σ averaged over the directions of the axes follows 1/r² up to L/2 in a periodic box: the copies of the field of a
    balanced force have no part of its symmetry. Along fixed axes they have, and raise it by 8 % at L/3 and 71 % at L/2:
    by 15 Σ|R|²/R⁸ r⁶ − 21 Σ R⁻⁸ r⁸, sums over the copies' places R as complex numbers.

    Args:
        edges: of the shells, (shells + 1,), in λ.
        draws: C_σ averaged over the directions of the axes, (1 + repeats, shells).
        low, high: shells wholly between them count.

    Raises:
        ValueError: fewer than three shells count.
    """
    inside = (edges[:-1] >= low - 1e-9) & (edges[1:] <= high + 1e-9)
    if inside.sum() < 3:
        raise ValueError(f"fewer than three shells lie between {low} and {high}")
    area = np.diff(edges**2)[inside]
    r = np.sqrt(0.5 * (edges[1:] ** 2 + edges[:-1] ** 2))[inside]
    c = draws[:, inside]
    shapes = (r / r[0])[:, None] ** -POWERS
    product, norm = (c * area) @ shapes, area @ shapes**2
    gain = np.where(product > 0, product**2 / norm, -np.inf)  # what a shape takes from the sum of squares
    best = np.argmax(gain, axis=1)
    middle = np.clip(best, 1, len(POWERS) - 2)
    left, here, right = (np.take_along_axis(gain, (middle + k)[:, None], 1)[:, 0] for k in (-1, 0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.clip(0.5 * (left - right) / (left - 2 * here + right), -0.5, 0.5)
    power = np.where(best == middle, POWERS[middle] + shift * (POWERS[1] - POWERS[0]), np.nan)
    amplitude = (c * area / r**2).sum(axis=1) / (area / r**4).sum()
    return Decay(power, amplitude, float(edges[:-1][inside][0]), float(edges[1:][inside][-1]))
