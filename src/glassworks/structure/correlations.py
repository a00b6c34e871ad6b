r"""Partial pair correlation functions.

With N_α particles of species α in a volume V

    g_αβ(r) = (pairs of one α and one β with r_ij in the bin) / (pairs there would be, were their distances those of an
              ideal gas),

where that is P_αβ v(r)/V, v(r) the volume of the bin's shell and P_αβ the number of pairs, N_α N_β or ½ N_α (N_α − 1).
So g is one in an ideal gas of any number of particles; the usual N_α²/2 would give 1 − 1/N_α (Hansen & McDonald, Theory
of Simple Liquids, chapter 2). The correlation in scaled distance x = r/λ_ij counts pairs by x and divides by
Σ_pairs λ_ij^d v(x)/V.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.configurations.box import separation
from glassworks.models.potentials import Interaction, pair_length
from glassworks.models.specification import ball_volume

ENDS = 1e-9
"""By how much more than half the shortest edge, relative to it, the longest distance may be."""


@dataclass(frozen=True)
class PairCorrelations:
    """g of one configuration.

    Attributes:
        edges: of the bins, (bins + 1,), in λ; of scaled distances in λ_ij.
        parts: g_αβ in each bin by the names of α and β, (bins,) each.
        counts: the number of pairs behind each, (bins,) int64 each.
        scaled_edges, scaled, scaled_counts: g, in r/λ_ij, of all pairs; None where not asked for.
    """

    edges: np.ndarray
    parts: dict[str, np.ndarray]
    counts: dict[str, np.ndarray]
    scaled_edges: np.ndarray | None = None
    scaled: np.ndarray | None = None
    scaled_counts: np.ndarray | None = None

    @property
    def centers(self) -> np.ndarray:
        """The middle of each bin, (bins,), in λ."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])


@njit(cache=True, error_model="numpy")
def count_distances(positions, species, edges, slant, width, counts):
    """Count pairs by distance, the two species in ascending order; `counts` (species, species, bins) is added to."""
    bins = counts.shape[2]
    furthest = (bins * width) ** 2
    vector = np.empty(len(edges))
    for i in range(positions.shape[0]):
        for j in range(i + 1, positions.shape[0]):
            squared = separation(positions, i, j, edges, slant, vector)
            if squared < furthest:
                first, second = min(species[i], species[j]), max(species[i], species[j])
                counts[first, second, min(int(np.sqrt(squared) / width), bins - 1)] += 1


@njit(cache=True, error_model="numpy")
def count_scaled(positions, diameters, nonadditivity, edges, slant, width, counts):
    """Count pairs by r/λ_ij, added to `counts` (bins,); returns Σ λ_ij^d over all pairs, however far apart."""
    bins = counts.shape[0]
    vector = np.empty(len(edges))
    total = 0.0
    for i in range(positions.shape[0]):
        for j in range(i + 1, positions.shape[0]):
            length = pair_length(nonadditivity, diameters[i], diameters[j])
            total += length ** len(edges)
            squared = separation(positions, i, j, edges, slant, vector)
            reach = bins * width * length
            if squared < reach * reach:
                counts[min(int(np.sqrt(squared) / (width * length)), bins - 1)] += 1
    return total


def bins_of(width: float, largest: float) -> int:
    """How many whole bins of a width there are up to a distance, that of rounding granted."""
    return int(largest / width * (1.0 + ENDS))


def shell_volumes(edges: np.ndarray, dimension: int) -> np.ndarray:
    """Volumes between balls of radii edges[k] and edges[k + 1], (bins,)."""
    return np.diff((2.0 * edges) ** dimension) * ball_volume(dimension)


def pair_correlations(
    interaction: Interaction,
    configuration: Configuration,
    species: dict[str, np.ndarray],
    width: float,
    largest: float | None = None,
    scaled: bool = False,
) -> PairCorrelations:
    """Partial g_αβ(r), their total, and on demand g(r/λ_ij), in bins of a width from r = 0.

    Args:
        interaction: gives λ_ij, which scaled distances are measured in; those end at `largest`/max λ_ij.
        species: by name the numbers of a species' particles; without any the total is the only part.
        width: of the bins, in λ, or in λ_ij.
        largest: where they end, in λ; half the shortest edge of the box unless given.

    Raises:
        ValueError: distances beyond half of the box's shortest edge, or less than one bin.
    """
    box, n = configuration.box, len(configuration)
    half = 0.5 * min(box.edges)
    largest = half if largest is None else largest
    if largest > half * (1.0 + ENDS):
        raise ValueError(f"distances up to {largest:.6g}, but half of the box's shortest edge is {half:.6g}")
    count = bins_of(width, largest)
    if count < 1:
        raise ValueError(f"no bin of width {width:.6g} fits into distances up to {largest:.6g}")
    edges = width * np.arange(count + 1)
    kinds, names = np.zeros(n, dtype=np.int64), list(species)
    for number, members in enumerate(species.values()):
        kinds[members] = number
    found = np.zeros((max(len(names), 1),) * 2 + (count,), dtype=np.int64)
    count_distances(configuration.positions, kinds, box.edges, box.slant, width, found)
    ideal = shell_volumes(edges, box.dimension) / box.volume
    sizes = np.bincount(kinds, minlength=len(names))
    parts, counts = {}, {}
    for a, first in enumerate(names):
        for b, second in enumerate(names[a:], start=a):
            pairs = sizes[a] * (sizes[a] - 1) / 2 if a == b else sizes[a] * sizes[b]
            counts[f"{first}-{second}"] = found[a, b]
            parts[f"{first}-{second}"] = found[a, b] / (max(pairs, 1) * ideal)
    counts["total"] = found.sum(axis=(0, 1))
    parts["total"] = counts["total"] / (max(n * (n - 1) / 2, 1) * ideal)
    if not scaled:
        return PairCorrelations(edges, parts, counts)
    longest = pair_length(interaction.nonadditivity, *np.repeat(configuration.diameters.max(), 2))
    inside = np.zeros(max(bins_of(width, largest / longest), 1), dtype=np.int64)
    total = count_scaled(
        configuration.positions, configuration.diameters, interaction.nonadditivity, box.edges, box.slant, width, inside
    )
    reached = width * np.arange(len(inside) + 1)
    shells = shell_volumes(reached, box.dimension) / box.volume
    return PairCorrelations(edges, parts, counts, reached, inside / (max(total, 1e-300) * shells), inside)
