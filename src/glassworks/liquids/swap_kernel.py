"""Compiled part of swap Monte Carlo: neighbor rows with local refresh, energy changes, and sweeps.

A particle i has a row of every j whose pair could interact while neither has moved by half the skin from its origin
nor grown past its cap. When one particle does either, only its own row is made anew (and its entry in its neighbors'
rows), so the cost of a refresh does not grow with N. Coordinates are stored by component, (d, N + 1): entry N is a
ghost whose coordinates are not numbers, which interacts with nothing and fills rows up to whole vectors.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.configurations.box import reduced
from glassworks.lanes import EIGHT, added
from glassworks.liquids.xoshiro import below, uniform
from glassworks.models.potentials import pair_length

LANES = len(EIGHT)
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


@njit(inline="always")
def energy_between(interaction, squared, length, common):
    """U of a pair, zero beyond its cutoff (and for the ghost); `common` says that n = 10, and must be a constant."""
    half, c0, c2, c4, c6 = interaction.coefficients[:5]
    y = squared / (length * length)
    t = 1.0 / y
    t2 = t * t
    power = t2 * t2 * t if common else t**half
    u = interaction.energy * (power + c0 + y * (c2 + y * (c4 + y * c6)))
    return u if y < interaction.cutoff * interaction.cutoff else 0.0


@njit(inline="always")
def gather(places, sizes, row, width, dimension, buffer):
    """Copy the coordinates and sizes of a row's particles into the first d + 1 rows of `buffer`."""
    for slot in range(width):
        j = row[slot]
        for k in range(dimension):
            buffer[k, slot] = places[k, j]
        buffer[dimension, slot] = sizes[j]


@njit(inline="always")
def displacement_terms(places, i, size, trial, edges, interaction, width, buffer, common):
    """The change of each pair of a row, into the last row of `buffer`."""
    dimension = len(edges)
    for slot in range(width):
        before = 0.0
        after = 0.0
        for k in range(dimension):
            x = reduced(places[k, i] - buffer[k, slot], edges[k])
            before += x * x
            x = reduced(trial[k] - buffer[k, slot], edges[k])
            after += x * x
        length = pair_length(interaction.nonadditivity, size, buffer[dimension, slot])
        gain = energy_between(interaction, after, length, common)
        buffer[dimension + 1, slot] = gain - energy_between(interaction, before, length, common)


@njit(inline="always")
def size_terms(places, i, old, size, edges, interaction, width, buffer, common):
    """The change of each pair of a row, into the last row of `buffer`."""
    dimension = len(edges)
    for slot in range(width):
        squared = 0.0
        for k in range(dimension):
            x = reduced(places[k, i] - buffer[k, slot], edges[k])
            squared += x * x
        third = buffer[dimension, slot]
        gain = energy_between(interaction, squared, pair_length(interaction.nonadditivity, size, third), common)
        loss = energy_between(interaction, squared, pair_length(interaction.nonadditivity, old, third), common)
        buffer[dimension + 1, slot] = gain - loss


@njit(cache=True, error_model="numpy")
def displacement_change(places, sizes, row, count, i, trial, edges, interaction, buffer):
    """U(trial) − U(old) of particle i with the neighbors of its row.

    Strict arithmetic in three loops, of which the second becomes vector instructions: the same bits on every processor.
    """
    width = (count + LANES - 1) // LANES * LANES
    gather(places, sizes, row, width, len(edges), buffer)
    if interaction.coefficients[0] == 5.0:
        displacement_terms(places, i, sizes[i], trial, edges, interaction, width, buffer, True)
    else:
        displacement_terms(places, i, sizes[i], trial, edges, interaction, width, buffer, False)
    return added(buffer[len(edges) + 1], width)


@njit(cache=True, error_model="numpy")
def size_change(places, sizes, row, count, i, size, other, edges, interaction, buffer):
    """U(size) − U(old size) of particle i with the neighbors of its row except `other`, its partner."""
    width = (count + LANES - 1) // LANES * LANES
    gather(places, sizes, row, width, len(edges), buffer)
    if interaction.coefficients[0] == 5.0:
        size_terms(places, i, sizes[i], size, edges, interaction, width, buffer, True)
    else:
        size_terms(places, i, sizes[i], size, edges, interaction, width, buffer, False)
    for slot in range(count):
        if row[slot] == other:
            buffer[len(edges) + 1, slot] = 0.0
    return added(buffer[len(edges) + 1], width)


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
def refresh(neighbors, rows, i, places, size, marks, edges, interaction):
    """Make the row of i anew at its present place and for sizes up to `size` plus the growth; returns the rows."""
    for k in range(len(edges)):
        rows.origin[k, i] = places[k, i]
    rows.cap[i] = min(size + GROWTH, rows.largest)
    leave_cell(rows, i)
    enter_cell(rows, i, edges)
    drop_lost(neighbors, rows, i, marks, edges, interaction)
    return find_new(neighbors, rows, i, marks, edges, interaction)


@njit(cache=True, error_model="numpy")
def make_rows(neighbors, rows, places, sizes, marks, edges, interaction):
    """All rows from nothing; returns them."""
    n = rows.cap.shape[0]
    rows.head[:] = -1
    rows.count[:] = 0
    neighbors[:] = n
    for i in range(n):
        for k in range(len(edges)):
            rows.origin[k, i] = places[k, i]
        rows.cap[i] = min(sizes[i] + GROWTH, rows.largest)
        enter_cell(rows, i, edges)
    for i in range(n):
        for slot in range(rows.count[i]):
            marks[neighbors[i, slot]] = True
        neighbors = find_new(neighbors, rows, i, marks, edges, interaction)
    return neighbors


@njit(cache=True, error_model="numpy")
def as_wide(buffer, neighbors):
    """The buffer, or a new one where the rows have outgrown it."""
    if buffer.shape[1] < neighbors.shape[1]:
        return np.empty((buffer.shape[0], neighbors.shape[1]))
    return buffer


@njit(inline="always")
def strays(rows, i, trial, edges):
    """Whether a place is farther from the origin of i than half the skin."""
    squared = 0.0
    for k in range(len(edges)):
        x = abs(trial[k] - rows.origin[k, i])
        x = min(x, abs(edges[k] - x))
        squared += x * x
    return squared > 0.25 * rows.skin * rows.skin


@njit(cache=True, error_model="numpy")
def sweeps(
    places,
    sizes,
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
):
    """Metropolis moves: displacements of one particle, and exchanges of two sizes at most `span` ranks apart.

    Returns:
        (neighbors, change of U, displacements tried, accepted, exchanges tried, accepted, refreshes).
    """
    n = sizes.shape[0] - 1
    dimension = len(edges)
    trial = np.empty(dimension)
    move = np.empty(dimension)
    buffer = np.empty((dimension + 2, neighbors.shape[1]))
    energy = 0.0
    tried_moves = accepted_moves = tried_swaps = accepted_swaps = refreshes = 0
    for _ in range(moves):
        i = below(state, n)
        if uniform(state) < swap_fraction:
            tried_swaps += 1
            offset = below(state, 2 * span) - span
            other = rank[i] + (offset if offset < 0 else offset + 1)
            bound = -temperature * np.log(1.0 - uniform(state))
            if other < 0 or other >= n:
                continue
            j = order[other]
            if sizes[j] > sizes[i]:
                i, j = j, i
            high, low = sizes[i], sizes[j]
            # j grows to `high`: its row may lack pairs, whose energies are positive, so a rejection from it stands
            change = size_change(places, sizes, neighbors[i], rows.count[i], i, low, j, edges, interaction, buffer)
            grown = size_change(places, sizes, neighbors[j], rows.count[j], j, high, i, edges, interaction, buffer)
            if change + grown <= bound and high > rows.cap[j]:
                neighbors = refresh(neighbors, rows, j, places, high, marks, edges, interaction)
                buffer = as_wide(buffer, neighbors)
                refreshes += 1
                grown = size_change(places, sizes, neighbors[j], rows.count[j], j, high, i, edges, interaction, buffer)
            if change + grown <= bound:
                accepted_swaps += 1
                energy += change + grown
                sizes[i], sizes[j] = low, high
                rank[i], rank[j] = rank[j], rank[i]
                order[rank[i]], order[rank[j]] = i, j
        else:
            tried_moves += 1
            for k in range(dimension):
                move[k] = (2.0 * uniform(state) - 1.0) * step
                x = places[k, i] + move[k]
                if x < 0.0:
                    x += edges[k]
                if x >= edges[k]:
                    x -= edges[k]
                trial[k] = x
            bound = -temperature * np.log(1.0 - uniform(state))
            if strays(rows, i, trial, edges):
                neighbors = refresh(neighbors, rows, i, places, sizes[i], marks, edges, interaction)
                buffer = as_wide(buffer, neighbors)
                refreshes += 1
            change = displacement_change(
                places, sizes, neighbors[i], rows.count[i], i, trial, edges, interaction, buffer
            )
            if change <= bound:
                accepted_moves += 1
                energy += change
                for k in range(dimension):
                    places[k, i] = trial[k]
                    drift[k] += move[k] / n
    return neighbors, energy, tried_moves, accepted_moves, tried_swaps, accepted_swaps, refreshes
