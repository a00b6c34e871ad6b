"""Neighbor lists: every pair that may interact before some particle has moved half the skin.

The list is a half list in compressed rows: the partners of particle i are `partner[start[i]:start[i + 1]]`, each pair
standing once. It is found through cells, in a time proportional to N.
"""

import numpy as np
from numba import njit

from glassworks.configurations.box import Box, separation
from glassworks.models.potentials import Interaction, pair_length


@njit(cache=True)
def cell_of(positions, i, edges, tilt, counts):
    """The number of the cell that holds particle i, in the box's sheared coordinates."""
    cell = 0
    for k in range(len(edges)):
        x = positions[i, k]
        if k == 0:
            x -= tilt * positions[i, 1]
        fraction = x / edges[k]
        fraction -= np.floor(fraction)
        cell = cell * counts[k] + min(int(fraction * counts[k]), counts[k] - 1)
    return cell


@njit(cache=True)
def fill_cells(positions, edges, tilt, counts, head, following):
    """Linked lists of the particles in each cell (highest number first)."""
    head[:] = -1
    for i in range(positions.shape[0]):
        cell = cell_of(positions, i, edges, tilt, counts)
        following[i] = head[cell]
        head[cell] = i


@njit(cache=True)
def neighbor_cell(cell, offset, edges, counts):
    """The cell that lies `offset` (a number in base 3, digits −1, 0, 1) away from `cell`."""
    result = 0
    factor = 1
    for m in range(len(edges)):
        k = len(edges) - 1 - m
        index = (cell % counts[k] + offset % 3 - 1) % counts[k]
        result += index * factor
        factor *= counts[k]
        cell //= counts[k]
        offset //= 3
    return result


@njit(cache=True)
def within(interaction, diameters, i, j, squared, skin):
    reach = interaction.cutoff * pair_length(interaction.nonadditivity, diameters[i], diameters[j]) + skin
    return squared < reach * reach


@njit(cache=True)
def collect_by_cells(positions, diameters, edges, tilt, interaction, skin, counts, head, following, start, partner):
    """Fill the rows from 3^d neighboring cells; returns the number of pairs, or −1 when `partner` is too short."""
    vector = np.empty(len(edges))
    filled = 0
    offsets = 3 ** len(edges)
    for i in range(positions.shape[0]):
        start[i] = filled
        home = cell_of(positions, i, edges, tilt, counts)
        for offset in range(offsets):
            j = head[neighbor_cell(home, offset, edges, counts)]
            while j > i:
                squared = separation(positions, i, j, edges, tilt, vector)
                if within(interaction, diameters, i, j, squared, skin):
                    if filled == partner.shape[0]:
                        return -1
                    partner[filled] = j
                    filled += 1
                j = following[j]
    start[positions.shape[0]] = filled
    return filled


@njit(cache=True)
def collect_all_pairs(positions, diameters, edges, tilt, interaction, skin, start, partner):
    """The same from all pairs: for boxes of fewer than three cells an edge, whose N is bounded by that."""
    vector = np.empty(len(edges))
    filled = 0
    n = positions.shape[0]
    for i in range(n):
        start[i] = filled
        for j in range(i + 1, n):
            squared = separation(positions, i, j, edges, tilt, vector)
            if within(interaction, diameters, i, j, squared, skin):
                if filled == partner.shape[0]:
                    return -1
                partner[filled] = j
                filled += 1
    start[n] = filled
    return filled


def pair_list(
    positions: np.ndarray, diameters: np.ndarray, box: Box, interaction: Interaction, skin: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """All pairs with r < x_c λ_ij + skin.

    Args:
        positions: (N, d).
        diameters: interaction lengths λ_i, (N,).
        box: the periodic box.
        interaction: gives x_c and the mixing rule.
        skin: extra distance, in λ.

    Returns:
        start (N + 1,) and partner (pairs,), both int32.
    """
    n, edges = len(positions), box.edges
    reach = interaction.cutoff * diameters.max() + skin
    across = np.full(box.dimension, int(box.length / reach), dtype=np.int64)
    across[0] = int(box.length / (reach * np.sqrt(1.0 + box.tilt**2)))
    across = np.minimum(across, max(int(n ** (1.0 / box.dimension)), 1))
    start = np.empty(n + 1, dtype=np.int32)
    capacity = 32 * n
    while True:
        partner = np.empty(capacity, dtype=np.int32)
        if across.min() < 3:
            filled = collect_all_pairs(positions, diameters, edges, box.tilt, interaction, skin, start, partner)
        else:
            head = np.empty(across.prod(), dtype=np.int32)
            following = np.empty(n, dtype=np.int32)
            fill_cells(positions, edges, box.tilt, across, head, following)
            filled = collect_by_cells(
                positions, diameters, edges, box.tilt, interaction, skin, across, head, following, start, partner
            )
        if filled >= 0:
            return start, partner[:filled].copy()
        capacity *= 2


@njit(cache=True)
def largest_displacement(positions, origin):
    """The largest |r_i − r_i⁰|² over particles that have not been wrapped in between."""
    largest = 0.0
    for i in range(positions.shape[0]):
        squared = 0.0
        for k in range(positions.shape[1]):
            squared += (positions[i, k] - origin[i, k]) ** 2
        largest = max(largest, squared)
    return largest
