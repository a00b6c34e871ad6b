r"""Partial structure factors on the wave vectors of the periodic box.

    S_αβ(q) = ⟨ρ_α(q) ρ_β(−q)⟩/N,   ρ_α(q) = Σ_{i of α} e^{i q·r_i}

(Hansen & McDonald, Theory of Simple Liquids, chapter 4), so that the total is Σ_αβ S_αβ, with both S_αβ and S_βα, and
S_αβ → (N_α/N) δ_αβ at large q. Only wave vectors q = 2π h⁻ᵀ n of whole n are those of the box h; bins of |q| average
over them. Because q and −q say the same, one of each two counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numba import njit

from glassworks.configurations import Box, Configuration


@dataclass(frozen=True)
class StructureFactors:
    """S of one configuration, in those bins of |q| that hold a wave vector of the box.

    Attributes:
        bins: their numbers: bin k holds width · k ≤ |q| < width · (k + 1), (bins,).
        wave_numbers: mean |q| of all wave vectors of a bin, averaged over or not, (bins,), in 1/λ.
        parts: S_αβ by the names of α and β, (bins,) each.
        counts: how many wave vectors were averaged over, of each two ±q one, (bins,).
    """

    bins: np.ndarray
    wave_numbers: np.ndarray
    parts: dict[str, np.ndarray]
    counts: np.ndarray


@njit(cache=True, error_model="numpy")
def visit_waves(reciprocal, most, width, counts, sums, chosen, first, vectors, seen):
    """All n ≠ 0 with |q| below the last bin's end, one of each ±n, in a fixed order.

    Args:
        reciprocal: 2π h⁻¹, (d, d): q = n @ reciprocal.
        most: largest |n_k|, (d,).
        counts, sums: of wave vectors and of their |q| in each bin, (bins,): added to.
        chosen: which of a bin's wave vectors, counted from 0, go to `vectors` (taken, d): ascending, those of bin k at
            `first[k]:first[k + 1]`; empty for none.
        seen: how many of them were taken before, (bins,).
    """
    d, bins = len(most), counts.shape[0]
    n = np.zeros(d, dtype=np.int64)
    wave = np.empty(d)
    n[:] = -most
    n[0] = 0
    while n[0] <= most[0]:
        leading = 0
        while leading < d and n[leading] == 0:
            leading += 1
        if leading < d and n[leading] > 0:
            squared = 0.0
            for k in range(d):
                wave[k] = 0.0
                for m in range(d):
                    wave[k] += n[m] * reciprocal[m, k]
                squared += wave[k] * wave[k]
            size = np.sqrt(squared)
            k = int(size / width)
            if k < bins:
                if chosen.shape[0] > 0:
                    slot = first[k] + seen[k]
                    if slot < first[k + 1] and chosen[slot] == counts[k]:
                        vectors[slot] = n
                        seen[k] += 1
                counts[k] += 1
                sums[k] += size
        k = d - 1
        n[k] += 1
        while k > 0 and n[k] > most[k]:
            n[k] = -most[k]
            k -= 1
            n[k] += 1


@njit(cache=True, error_model="numpy")
def sum_waves(fractions, species, vectors, most, densities):
    """ρ_α(q) of each wave vector n, added to `densities` (species, vectors) complex; fractions of the edges (N, d)."""
    d = fractions.shape[1]
    powers = np.empty((d, most.max() + 1), dtype=np.complex128)
    for i in range(fractions.shape[0]):
        for k in range(d):
            phase = 2.0 * pi * fractions[i, k]
            for m in range(most[k] + 1):
                powers[k, m] = complex(np.cos(m * phase), np.sin(m * phase))
        for v in range(vectors.shape[0]):
            value = complex(1.0, 0.0)
            for k in range(d):
                m = vectors[v, k]
                value *= powers[k, m] if m >= 0 else powers[k, -m].conjugate()
            densities[species[i], v] += value


def wave_vectors(
    box: Box, width: float, largest: float, most: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Whole numbers n of wave vectors of a box, of each bin of |q| at most so many, drawn with equal chances.

    Args:
        width, largest: bins of |q| from 0 to the last that `largest` holds whole, in 1/λ.
        most: wave vectors of a bin; where it has no more, it has all.

    Returns:
        n (vectors, d) int64, bin after bin; the bin of each (vectors,); and of all bins (bins,) how many wave vectors
        they have, and the mean of their |q|, NaN without any.
    """
    reciprocal = 2.0 * pi * np.linalg.inv(box.vectors)
    bins = int(largest / width * (1.0 + 1e-9))
    furthest = np.floor(bins * width * np.linalg.norm(box.vectors, axis=0) / (2.0 * pi)).astype(np.int64)
    counts, sums, nothing = np.zeros(bins, dtype=np.int64), np.zeros(bins), np.empty(0, dtype=np.int64)
    visit_waves(
        reciprocal, furthest, width, counts, sums, nothing, nothing, np.empty((0, box.dimension), np.int64), nothing
    )
    taken = [np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False)) for count in counts]
    sizes = np.array([len(each) for each in taken], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    vectors = np.empty((first[-1], box.dimension), dtype=np.int64)
    chosen = np.concatenate([nothing, *taken]).astype(np.int64)
    if len(chosen):
        visit_waves(
            reciprocal, furthest, width, np.zeros_like(counts), np.zeros_like(sums), chosen, first, vectors,
            np.zeros_like(counts),
        )  # fmt: skip
    with np.errstate(invalid="ignore"):
        return vectors, np.repeat(np.arange(bins), sizes), counts, sums / counts


def structure_factors(
    configuration: Configuration,
    species: dict[str, np.ndarray],
    width: float,
    largest: float,
    most: int,
    rng: np.random.Generator,
) -> StructureFactors:
    """Partial S_αβ(q) and their total; see :func:`wave_vectors` for the bins.

    Args:
        species: by name the numbers of a species' particles; without any the total is the only part.

    Raises:
        ValueError: no wave vector of the box is so short.
    """
    box, n = configuration.box, len(configuration)
    vectors, bin_of, _, means = wave_vectors(box, width, largest, most, rng)
    if not len(vectors):
        raise ValueError(f"the box has no wave vector below {largest:.6g}: its shortest edge is {min(box.edges):.6g}")
    fractions = configuration.positions @ np.linalg.inv(box.vectors).T
    kinds, names = np.zeros(n, dtype=np.int64), list(species)
    for number, members in enumerate(species.values()):
        kinds[members] = number
    densities = np.zeros((max(len(names), 1), len(vectors)), dtype=np.complex128)
    sum_waves(fractions, kinds, vectors, abs(vectors).max(axis=0), densities)
    counts = np.bincount(bin_of, minlength=len(means))
    filled = np.flatnonzero(counts)

    def average(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        products = (first * second.conj()).real / n
        return np.bincount(bin_of, products, len(means))[filled] / counts[filled]

    parts = {
        f"{first}-{second}": average(densities[a], densities[a + b])
        for a, first in enumerate(names)
        for b, second in enumerate(names[a:])
    }
    whole = densities.sum(axis=0)
    parts["total"] = average(whole, whole)
    return StructureFactors(filled, means[filled], parts, counts[filled])
