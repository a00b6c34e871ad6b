"""Neighbor lists: every pair that may interact before some particle has moved half the skin.

The list is a half list in compressed rows: the partners of particle i are `partner[start[i]:start[i + 1]]`, each pair
standing once. It is found through cells, in a time proportional to N, whatever the dimension, the tilt and the number
of cells: a small box has few cells, in the extreme a single one.
"""

import numpy as np
from numba import njit, types
from numba.extending import overload

from glassworks.configurations.box import (
    Box,
    leans,
    reduced,
    shortest_edge,
    slants_of,
    slid,
    straighten,
    to_nearest,
)
from glassworks.models.potentials import Interaction, pair_length


@njit(cache=True, error_model="numpy")
def cell_grid(n, edges, slant, reach):
    """Cells along each edge of the sheared box, no narrower than the longest distance that matters, but at least 1.

    There are no more of them than particles, but for rounding, however unequal the edges.
    """
    counts, slants = np.empty(len(edges), dtype=np.int64), np.empty(len(edges))
    slants_of(edges, slant, slants)
    along, longer, mean = n ** (1.0 / len(edges)), False, 1.0
    for k in range(len(edges)):
        longer |= edges[k] != edges[0]
        mean *= edges[k] ** (1.0 / len(edges))
    for k in range(len(edges)):
        most = max(int(along * (edges[k] / mean) if longer else along), 1)
        slanted = reach * slants[k] * (1.0 + 1e-9)
        counts[k] = max(min(int(edges[k] / slanted), most), 1)
    return counts


@njit(cache=True, error_model="numpy")
def cell_of(positions, i, edges, slant, counts, upright):
    """The number of the cell that holds particle i, in the box's sheared coordinates, written to `upright` (d,)."""
    for k in range(len(edges)):
        upright[k] = positions[i, k]
    straighten(upright, edges, slant)
    cell = 0
    for k in range(len(edges)):
        fraction = upright[k] / edges[k]
        fraction -= np.floor(fraction)
        place = fraction * counts[k]
        cell = cell * counts[k] + (int(place) if 0.0 <= place < counts[k] else 0)
    return cell


@njit(cache=True, error_model="numpy")
def sorted_by_cell(positions, diameters, edges, slant, counts):
    """Particles by cell: their numbers (N,), coordinates and λ (N, d + 1), and where each cell begins (cells + 1,)."""
    n, d = positions.shape[0], len(edges)
    first = np.zeros(counts.prod() + 1, dtype=np.int64)
    cells, upright = np.empty(n, dtype=np.int64), np.empty(d)
    for i in range(n):
        cells[i] = cell_of(positions, i, edges, slant, counts, upright)
        first[cells[i] + 1] += 1
    for cell in range(first.shape[0] - 1):
        first[cell + 1] += first[cell]
    filled = first.copy()
    order, places = np.empty(n, dtype=np.uint32), np.empty((n, d + 1))
    for i in range(n):
        slot = filled[cells[i]]
        filled[cells[i]] += 1
        order[slot] = i
        for k in range(d):
            places[slot, k] = positions[i, k]
        places[slot, d] = diameters[i]
    return order, places, first


@njit(inline="always")
def cells_around(cell, counts, place, out):
    """The numbers of a cell and of those that touch it, each once, written to `out`; returns how many."""
    d = counts.shape[0]
    for m in range(1, d + 1):
        place[d - m] = cell % counts[d - m]
        cell //= counts[d - m]
    out[0] = 0
    found = 1
    for k in range(d):
        choices = min(3, counts[k])
        lowest = place[k] - 1 if place[k] > 0 else counts[k] - 1
        for m in range(found - 1, -1, -1):
            base, index = out[m] * counts[k], lowest
            for choice in range(choices):
                out[m * choices + choice] = base + index
                index = index + 1 if index + 1 < counts[k] else 0
        found *= choices
    return found


def mark_near(points, a, count, edges, slant, interaction, skin, excess, near):
    """near[b] = whether candidates a and a + 1 + b, b < count, are within x_c λ_ij + skin; for compiled callers.

    Args:
        points: coordinates of the candidates and, in the last row, their λ, (d + 1, > a + count).
        excess: scratch of at least `count` numbers, and no fewer than d.
    """
    raise NotImplementedError("only in compiled code")


def mark_near_flat(points, a, count, edges, slant, interaction, skin, excess, near):
    """:func:`mark_near` in a box sheared in its x-y plane by `slant`, in loops that vectorize."""
    d = len(edges)
    size, sizes = points[d, a], points[d, a + 1 :]
    for b in range(count):
        reach = interaction.cutoff * pair_length(interaction.nonadditivity, size, sizes[b]) + skin
        excess[b] = -reach * reach
    if slant != 0.0:
        here, low, line, lower = points[0, a], points[1, a], points[0, a + 1 :], points[1, a + 1 :]
        for b in range(count):
            x = reduced(slid(line[b] - here, lower[b] - low, edges, slant), edges[0])
            excess[b] += x * x
    for k in range(1 if slant != 0.0 else 0, d):
        here, edge, line = points[k, a], edges[k], points[k, a + 1 :]
        for b in range(count):
            x = reduced(line[b] - here, edge)
            excess[b] += x * x
    for b in range(count):
        near[b] = 1 if excess[b] < 0.0 else 0


def mark_near_leaning(points, a, count, edges, slant, interaction, skin, excess, near):
    """:func:`mark_near` in a box of vectors `slant`, one candidate after the other."""
    d = len(edges)
    vector = excess[:d]
    for b in range(count):
        reach = interaction.cutoff * pair_length(interaction.nonadditivity, points[d, a], points[d, a + 1 + b]) + skin
        for k in range(d):
            vector[k] = points[k, a + 1 + b] - points[k, a]
        to_nearest(vector, edges, slant)
        squared = 0.0
        for k in range(d):
            squared += vector[k] * vector[k]
        near[b] = 1 if squared < reach * reach else 0


@overload(mark_near, inline="always")
def choose_mark_near(points, a, count, edges, slant, interaction, skin, excess, near):
    return mark_near_leaning if isinstance(slant, types.Array) else mark_near_flat


@njit(cache=True, error_model="numpy")
def list_pairs(positions, diameters, edges, slant, interaction, skin):
    """The half list of :func:`pair_list`, for compiled callers; positions (N, d) need not lie inside the box."""
    n, d = positions.shape[0], len(edges)
    if leans(slant) and 2.0 * (interaction.cutoff * diameters.max() + skin) > shortest_edge(edges):
        skin = np.inf  # so far apart, the copy that is shortest in y, then in x, is not always the shortest
    counts = cell_grid(n, edges, slant, interaction.cutoff * diameters.max() + skin)
    order, places, first = sorted_by_cell(positions, diameters, edges, slant, counts)
    fullest = 0
    for home in range(first.shape[0] - 1):
        fullest = max(fullest, first[home + 1] - first[home])
    most = min(3**d * fullest, n)
    points, numbers = np.empty((d + 1, most)), np.empty(most, dtype=np.uint32)
    excess, near = np.empty(max(most, d)), np.empty(most, dtype=np.uint64)
    around, place = np.empty(3**d, dtype=np.int64), np.empty(d, dtype=np.int64)
    start, partner = np.zeros(n + 1, dtype=np.int64), np.empty(16 * n, dtype=np.uint32)
    begin = np.empty(n, dtype=np.int64)
    filled = np.uint64(0)
    for home in range(first.shape[0] - 1):
        members = first[home + 1] - first[home]
        if members == 0:
            continue
        found = 0
        for m in range(-1, cells_around(home, counts, place, around)):
            cell = home if m < 0 else around[m]
            if m >= 0 and cell <= home:
                continue
            for slot in range(first[cell], first[cell + 1]):
                for k in range(d + 1):
                    points[k, found] = places[slot, k]
                numbers[found] = order[slot]
                found += 1
        while filled + members * found > partner.shape[0]:
            longer = np.empty(2 * partner.shape[0], dtype=np.uint32)
            longer[:filled] = partner[:filled]
            partner = longer
        for a in range(members):
            mark_near(points, a, found - a - 1, edges, slant, interaction, skin, excess, near)
            begin[numbers[a]] = filled
            before, others = filled, numbers[a + 1 :]
            for b in range(found - a - 1):
                partner[filled] = others[b]
                filled += near[b]
            start[numbers[a] + 1] = filled - before
    compressed = np.empty(filled, dtype=np.uint32)
    for i in range(n):
        start[i + 1] += start[i]
        for slot in range(start[i + 1] - start[i]):
            compressed[start[i] + slot] = partner[begin[i] + slot]
    return start, compressed


def longest_reach(interaction: Interaction, diameters: np.ndarray, box: Box) -> float:
    """x_c λ_max, the longest distance at which a pair may interact: where pairs are made, the box is asked here.

    A skin is not counted: it lists pairs that do not interact yet, whose shortest copies are the same.

    Raises:
        ValueError: a diameter that is not a positive number (says whose), or a box with an edge of
            less than twice the distance (:meth:`Box.check_range`).
    """
    wrong = ~((diameters > 0.0) & (diameters < np.inf))
    if wrong.any():
        first = wrong.argmax()
        raise ValueError(f"particle {first}: its diameter {diameters[first]} is not a positive number")
    reach = interaction.cutoff * float(diameters.max(initial=0.0))
    box.check_range(reach)
    return reach


def pair_list(
    positions: np.ndarray, diameters: np.ndarray, box: Box, interaction: Interaction, skin: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """All pairs with r < x_c λ_ij + skin, r being the distance between the nearest copies.

    A sheared box, an edge of which is less than twice x_c λ_max + skin, gives all pairs, however far apart.

    Args:
        positions: (N, d).
        diameters: interaction lengths λ_i, (N,).
        box: the periodic box.
        interaction: gives x_c and the mixing rule.
        skin: extra distance, in λ.

    Returns:
        start (N + 1,) int64 and partner (pairs,) uint32: unsigned, so that kernels need not look for negative indices.

    Raises:
        ValueError: see :func:`longest_reach`.
    """
    longest_reach(interaction, diameters, box)
    return list_pairs(positions, diameters, box.edges, box.slant, interaction, float(skin))


@njit(cache=True)
def cells_along_a_snake(fractions, counts):
    """The number of each point's cell on a walk to and fro through the cells, on which near numbers are near in space.

    Args:
        fractions: coordinates in edges, in [0, 1), (N, d).
        counts: cells along each axis, (d,).
    """
    out = np.empty(fractions.shape[0], dtype=np.int64)
    for i in range(fractions.shape[0]):
        number = 0
        for k in range(fractions.shape[1]):
            index = min(int(fractions[i, k] * counts[k]), counts[k] - 1)
            number = number * counts[k] + (counts[k] - 1 - index if number % 2 else index)
        out[i] = number
    return out


def spatial_order(positions: np.ndarray, box: Box) -> np.ndarray:
    """A permutation (N,) that puts particles of neighboring places next to each other in memory; positions (N, d)."""
    spacing, edges = (box.volume / len(positions)) ** (1 / box.dimension), np.array(box.edges)
    counts = np.maximum((0.5 * edges / spacing).astype(np.int64), 1)
    if box.equal:
        counts[:] = max(int(0.5 * len(positions) ** (1 / box.dimension)), 1)
    fractions = np.mod(positions / edges, 1.0)
    return np.argsort(cells_along_a_snake(fractions, counts), kind="stable")
