"""Compiled part of swap Monte Carlo: neighbor rows with local refresh, and sweeps.

A particle i has a row of every j whose pair could interact while neither has moved by half the skin from its origin
nor grown past its cap. When one particle does either, only its own row is made anew (and its entry in its neighbors'
rows), so the cost of a refresh does not grow with N. A particle's size and coordinates stand together, as a bead: row
i of an array (N + 2, 4 or 8). Row N is a ghost, whose coordinates are not numbers, so that it interacts with nothing:
it fills neighbor rows up to whole vectors. Row N + 1 holds what is tried.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.configurations.box import reduced
from glassworks.liquids.swap_energies import LANES, displacement_change, size_change
from glassworks.liquids.xoshiro import below, uniform
from glassworks.models.pairs import pair_length

GROWTH = 0.1  # how far a cap lies above the size at which a row was made, in λ


class Rows(NamedTuple):
    """Neighbor rows and what they were made with (all arrays are changed in place).

    Attributes:
        origin: (d, N) where each particle was when its row was made.
        cap: (N,) the size up to which its row is complete.
        count: (N,) neighbors of each particle.
        place: (d, N) the coordinates of the cell that holds its origin.
        cell: (N,) that cell's number.
        head, following: linked lists of the particles of a cell.
        cells: cells along each edge.
        offsets: (cells within reach, d) steps from a cell to those that may hold a neighbor, nearest first.
        nearest: (cells within reach,) the squared distance below which a step cannot reach.
        skin: twice the distance that a particle may move.
        mixing: the nonadditivity that bounds λ_ij from above (0 where λ_ij would not grow with both sizes).
        largest: the largest size.
        candidates: (N + 1,) room for the particles of the cells within reach.
        excess: (d + 2, N) room for what is computed of them.
    """

    origin: np.ndarray
    cap: np.ndarray
    count: np.ndarray
    place: np.ndarray
    cell: np.ndarray
    head: np.ndarray
    following: np.ndarray
    cells: int
    offsets: np.ndarray
    nearest: np.ndarray
    skin: float
    mixing: float
    largest: float
    candidates: np.ndarray
    excess: np.ndarray


@njit(cache=True, error_model="numpy")
def enter_cell(rows, i, edges):
    """Put particle i into the cell of its origin."""
    cell = 0
    for k in range(len(edges)):
        fraction = rows.origin[k, i] / edges[k]
        rows.place[k, i] = min(int((fraction - np.floor(fraction)) * rows.cells), rows.cells - 1)
        cell = cell * rows.cells + rows.place[k, i]
    rows.cell[i] = cell
    rows.following[i] = rows.head[cell]
    rows.head[cell] = i


@njit(cache=True, error_model="numpy")
def leave_cell(rows, i):
    """Take particle i out of its cell."""
    j = rows.head[rows.cell[i]]
    if j == i:
        rows.head[rows.cell[i]] = rows.following[i]
        return
    while rows.following[j] != i:
        j = rows.following[j]
    rows.following[j] = rows.following[i]


@njit(cache=True, error_model="numpy")
def may_interact(rows, i, j, edges, interaction):
    """Whether the pair belongs into each other's rows."""
    squared = 0.0
    for k in range(len(edges)):
        x = rows.origin[k, i] - rows.origin[k, j]
        x = min(abs(x), abs(edges[k] - abs(x)))
        squared += x * x
    reach = interaction.cutoff * pair_length(rows.mixing, rows.cap[i], rows.cap[j]) + rows.skin
    return squared < reach * reach


@njit(cache=True, error_model="numpy")
def widened(neighbors):
    """The same rows, one vector wider, filled up with the ghost."""
    n = neighbors.shape[0]
    wide = np.full((n, neighbors.shape[1] + LANES), n, dtype=np.uint32)
    wide[:, : neighbors.shape[1]] = neighbors
    return wide


@njit(cache=True, error_model="numpy")
def append(neighbors, rows, i, j):
    """Add j to the row of i; returns the rows, which may be new ones."""
    if rows.count[i] == neighbors.shape[1]:
        neighbors = widened(neighbors)
    neighbors[i, rows.count[i]] = j
    rows.count[i] += 1
    return neighbors


@njit(cache=True, error_model="numpy")
def remove_at(neighbors, rows, i, slot):
    """Take the entry at `slot` out of the row of i."""
    last = rows.count[i] - 1
    neighbors[i, slot] = neighbors[i, last]
    neighbors[i, last] = neighbors.shape[0]
    rows.count[i] = last


@njit(cache=True, error_model="numpy")
def remove(neighbors, rows, i, j):
    """Take j out of the row of i."""
    for slot in range(rows.count[i]):
        if neighbors[i, slot] == j:
            remove_at(neighbors, rows, i, slot)
            return


@njit(cache=True, error_model="numpy")
def drop_lost(neighbors, rows, i, marks, edges, interaction):
    """Remove from the row of i those that left its reach, and mark those that stay."""
    slot = 0
    while slot < rows.count[i]:
        j = neighbors[i, slot]
        if may_interact(rows, i, j, edges, interaction):
            marks[j] = True
            slot += 1
        else:
            remove_at(neighbors, rows, i, slot)
            remove(neighbors, rows, j, i)


@njit(cache=True, error_model="numpy")
def unmarked_within(rows, i, farthest, marks):
    """Put the unmarked particles of all cells that a distance from the cell of i may reach into `candidates`; returns
    how many.

    Arrays get names of their own first: a loop that asks a tuple for them counts references at every turn.
    """
    place, offsets, nearest, head = rows.place, rows.offsets, rows.nearest, rows.head
    following, candidates, cells = rows.following, rows.candidates, rows.cells
    count = 0
    for step in range(nearest.shape[0]):
        if nearest[step] > farthest * farthest:
            break
        cell = 0
        for k in range(place.shape[0]):
            x = place[k, i] + offsets[step, k]
            if x < 0:
                x += cells
            elif x >= cells:
                x -= cells
            cell = cell * cells + x
        j = head[cell]
        while j >= 0:
            candidates[count] = j
            count += not marks[j]
            j = following[j]
    return count


@njit(cache=True, error_model="numpy")
def within_reach(candidates, count, origin, cap, i, edges, cutoff, mixing, skin, excess):
    """Keep those of the first candidates that belong into the row of i; returns how many.

    As in :func:`displacement_change`, one loop copies, and the next becomes vector instructions.
    """
    dimension = len(edges)
    for slot in range(count):
        j = candidates[slot]
        for k in range(dimension):
            excess[k, slot] = origin[k, j]
        excess[dimension, slot] = cap[j]
    own = cap[i]
    for slot in range(count):
        squared = 0.0
        for k in range(dimension):
            x = reduced(origin[k, i] - excess[k, slot], edges[k])
            squared += x * x
        reach = cutoff * pair_length(mixing, own, excess[dimension, slot]) + skin
        excess[dimension + 1, slot] = squared - reach * reach
    kept = 0
    for slot in range(count):
        candidates[kept] = candidates[slot]
        kept += excess[dimension + 1, slot] < 0.0
    return kept


@njit(cache=True, error_model="numpy")
def find_new(neighbors, rows, i, marks, edges, interaction):
    """Append to the row of i, and to theirs, all within reach that are not marked."""
    marks[i] = True
    farthest = interaction.cutoff * pair_length(rows.mixing, rows.cap[i], rows.largest) + rows.skin
    candidates = rows.candidates
    count = unmarked_within(rows, i, farthest, marks)
    count = within_reach(
        candidates, count, rows.origin, rows.cap, i, edges, interaction.cutoff, rows.mixing, rows.skin, rows.excess
    )
    for slot in range(count):
        neighbors = append(append(neighbors, rows, i, candidates[slot]), rows, candidates[slot], i)
    marks[i] = False
    for slot in range(rows.count[i]):
        marks[neighbors[i, slot]] = False
    return neighbors


@njit(cache=True, error_model="numpy")
def sort_row(row, count, beads, i, edges, keys):
    """Put near neighbors first, so that those beyond their cutoff fill whole vectors, which are then passed over."""
    for slot in range(count):
        j = row[slot]
        squared = 0.0
        for k in range(len(edges)):
            x = reduced(beads[i, 1 + k] - beads[j, 1 + k], edges[k])
            squared += x * x
        key = squared / (beads[i, 0] + beads[j, 0]) ** 2
        hole = slot
        while hole > 0 and keys[hole - 1] > key:
            keys[hole], row[hole] = keys[hole - 1], row[hole - 1]
            hole -= 1
        keys[hole], row[hole] = key, j


@njit(cache=True, error_model="numpy")
def refresh(neighbors, rows, i, beads, size, marks, edges, interaction):
    """Make the row of i anew at its present place and for sizes up to `size` plus the growth; returns the rows."""
    for k in range(len(edges)):
        rows.origin[k, i] = beads[i, 1 + k]
    rows.cap[i] = min(size + GROWTH, rows.largest)
    leave_cell(rows, i)
    enter_cell(rows, i, edges)
    drop_lost(neighbors, rows, i, marks, edges, interaction)
    neighbors = find_new(neighbors, rows, i, marks, edges, interaction)
    sort_row(neighbors[i], rows.count[i], beads, i, edges, rows.excess[0])
    return neighbors


@njit(cache=True, error_model="numpy")
def make_rows(neighbors, rows, beads, marks, edges, interaction):
    """All rows from nothing; returns them."""
    n = rows.cap.shape[0]
    rows.head[:] = -1
    rows.count[:] = 0
    neighbors[:] = n
    for i in range(n):
        for k in range(len(edges)):
            rows.origin[k, i] = beads[i, 1 + k]
        rows.cap[i] = min(beads[i, 0] + GROWTH, rows.largest)
        enter_cell(rows, i, edges)
    for i in range(n):
        for slot in range(rows.count[i]):
            marks[neighbors[i, slot]] = True
        neighbors = find_new(neighbors, rows, i, marks, edges, interaction)
    return neighbors


@njit(inline="always")
def strays(origin, i, beads, trial, edges, skin):
    """Whether the place of row `trial` is farther from the origin of i than half the skin."""
    squared = 0.0
    for k in range(len(edges)):
        x = abs(beads[trial, 1 + k] - origin[k, i])
        x = min(x, abs(edges[k] - x))
        squared += x * x
    return squared > 0.25 * skin * skin


@njit(inline="always")
def accepts(change, temperature, chance):
    """Metropolis, with a number in (0, 1]: whether it is at most exp(−change/T).

    The logarithm is taken only where it may matter: the number is a multiple of 2⁻⁵³, which exceeds exp(−37).
    """
    return change <= 0.0 or (change < 37.0 * temperature and change <= -temperature * np.log(chance))


@njit(cache=True, error_model="numpy")
def sweeps(
    beads,
    order,
    rank,
    neighbors,
    rows,
    drift,
    state,
    marks,
    edges,
    interaction,
    moves,
    temperature,
    step,
    swap_fraction,
    span,
    law,
):
    """Metropolis moves: displacements of one particle, and exchanges of two sizes at most `span` ranks apart.

    Returns:
        (neighbors, change of U, displacements tried, accepted, exchanges tried, accepted, refreshes).
    """
    n, dimension = rank.shape[0], len(edges)
    trial = n + 1
    origin, cap, count, skin = rows.origin, rows.cap, rows.count, rows.skin  # see :func:`unmarked_within`
    move = np.empty(dimension)
    energy = 0.0
    tried_moves = accepted_moves = tried_swaps = accepted_swaps = refreshes = 0
    for _ in range(moves):
        i = below(state, n)
        if uniform(state) < swap_fraction:
            tried_swaps += 1
            offset = below(state, 2 * span) - span
            other = rank[i] + (offset if offset < 0 else offset + 1)
            chance = 1.0 - uniform(state)
            if other < 0 or other >= n:
                continue
            j = order[other]
            if beads[j, 0] > beads[i, 0]:
                i, j = j, i
            high, low = beads[i, 0], beads[j, 0]
            # j grows to `high`: its row may lack pairs; where their energies are positive, a rejection from it stands
            change = size_change(beads, neighbors, count[i], i, low, j, edges, interaction, law)
            grown = size_change(beads, neighbors, count[j], j, high, i, edges, interaction, law)
            if high > cap[j] and (len(law) > 0 or accepts(change + grown, temperature, chance)):
                neighbors = refresh(neighbors, rows, j, beads, high, marks, edges, interaction)
                refreshes += 1
                grown = size_change(beads, neighbors, count[j], j, high, i, edges, interaction, law)
            change += grown
            if accepts(change, temperature, chance):
                accepted_swaps += 1
                energy += change
                beads[i, 0], beads[j, 0] = low, high
                rank[i], rank[j] = rank[j], rank[i]
                order[rank[i]], order[rank[j]] = i, j
        else:
            tried_moves += 1
            for k in range(dimension):
                move[k] = (2.0 * uniform(state) - 1.0) * step
                x = beads[i, 1 + k] + move[k]
                if x < 0.0:
                    x += edges[k]
                if x >= edges[k]:
                    x -= edges[k]
                beads[trial, 1 + k] = x
            chance = 1.0 - uniform(state)
            if strays(origin, i, beads, trial, edges, skin):
                neighbors = refresh(neighbors, rows, i, beads, beads[i, 0], marks, edges, interaction)
                refreshes += 1
            change = displacement_change(beads, neighbors, count[i], i, trial, edges, interaction, law)
            if accepts(change, temperature, chance):
                accepted_moves += 1
                energy += change
                for k in range(dimension):
                    beads[i, 1 + k] = beads[trial, 1 + k]
                    drift[k] += move[k] / n
    return neighbors, energy, tried_moves, accepted_moves, tried_swaps, accepted_swaps, refreshes
