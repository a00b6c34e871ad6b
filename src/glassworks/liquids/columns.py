"""Particles in columns, and the rows of chunks from which molecular dynamics sums its forces.

The box is cut into columns along its last axis, and particles are stored column by column, in each by their last
coordinate. Whatever lies within some distance of a particle is then a run of neighboring slots in each of the columns
around it, and a run is read in chunks of as many slots as a register has lanes. A row of a particle lists chunks, not
neighbors: a slot too far away is switched off by the cutoff, and each column ends in slots that hold nothing, far
outside the box, so that a chunk never reaches into the next column. A chunk is one whole number: its first slot, and
which periodic copy of the column is meant.

Wide rows are made from the particles' places, seldom. Narrow rows are those of their chunks that hold a particle near
enough at a later moment; forces are summed over them. A chunk more or less that holds no particle within the cutoff
adds nothing, in every bit, so that only the wide rows belong to a state of the dynamics.

Each pair stands once: the particle's own column counts from the next slot on, and of two columns on opposite sides
only one. A copy of the own column counts in one direction alone.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.lanes import any_lane, difference, load, load_point, spread_point, squared, sum_of
from glassworks.models.potentials import choose, pair_length

SLOT_BITS = 25
"""A chunk's first slot is in the lower bits; above them the copy, in digits of base 3 (0, 1, 2 for −1, 0, +1 edges)."""


class Columns(NamedTuple):
    """Where particles are stored, and the rows.

    Attributes:
        particle: (slots,) the number of the particle that a slot holds, −1 for none.
        begin, end: (columns,) slots of each column's particles.
        wide_start: (slots + 1,) where each slot's wide row begins in `wide_chunks`.
        wide_chunks: first slot and copy of each chunk.
        start, chunks: the same of the narrow rows.
        seen: (d, slots) where the particles were when the narrow rows were made.
        shifts: (d, 3^d) the displacement of each copy.
    """

    particle: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    wide_start: np.ndarray
    wide_chunks: np.ndarray
    start: np.ndarray
    chunks: np.ndarray
    seen: np.ndarray
    shifts: np.ndarray


@njit(inline="always")
def slot_and_copy(chunk):
    """A chunk's first slot and its copy."""
    whole = np.int64(chunk)
    return whole & ((1 << SLOT_BITS) - 1), whole >> SLOT_BITS


@njit(inline="always")
def limit_of(interaction, first, second, skin):
    """(x_c λ_ij + skin)²."""
    within = interaction.cutoff * pair_length(interaction.nonadditivity, first, second) + skin
    return within * within


@njit(cache=True)
def fill_columns(points, order, across, edges, lanes, particle, begin, end):
    """Give each particle a slot: by column, in it in the given order; returns the slots used, a multiple of eight.

    Args:
        points: (N, d) inside the box.
        order: (N,) particles by their last coordinate.
        across: columns along each axis but the last.
    """
    n, axes = points.shape[0], len(edges) - 1
    column = np.empty(n, dtype=np.int64)
    end[:] = 0
    for i in range(n):
        number = 0
        for k in range(axes):
            number = number * across + min(int(points[i, k] / edges[k] * across), across - 1)
        column[i] = number
        end[number] += 1
    used = 0
    for number in range(end.shape[0]):
        begin[number] = used
        used += end[number] + len(lanes) - 1
        end[number] = begin[number]
    used = (used + 7) // 8 * 8
    if used > particle.shape[0]:
        return used
    particle[:] = -1
    for i in order:
        particle[end[column[i]]] = i
        end[column[i]] += 1
    return used


@njit(cache=True, error_model="numpy")
def fill_rows(
    places, sizes, across, offsets, reach, skin, edges, interaction, begin, end, start, chunks, shifts, lanes
):
    """Fill the wide rows with every chunk that holds a particle within x_c λ_ij + skin; returns their number, or −1.

    Args:
        places: (d, slots); sizes: (slots,).
        offsets: (m, d − 1) steps to the columns that may hold a neighbor, itself first and one of each opposite two.
        reach: the longest of x_c λ_ij + skin.
        shifts: (d, 3^d) see :class:`Columns`.
        chunks: is too short where −1 is returned.
    """
    axes = len(edges) - 1
    height = edges[axes]
    line, width = places[axes], edges[0] / across
    most = len(offsets)
    home = np.empty(axes, dtype=np.int64)
    targets, copies = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    low, far = np.empty((most, axes)), np.empty(most)
    first = np.empty((most, 3), dtype=np.int64)
    middle = (3 ** (axes + 1) - 3) // 2  # no copy along any axis but the last
    filled = done = 0
    for number in range(begin.shape[0]):
        rest = number
        for k in range(axes):
            home[axes - 1 - k] = rest % across
            rest //= across
        used = 0
        for m in range(most):
            target = copy = 0
            left = reach * reach
            for k in range(axes):
                index = home[k] + offsets[m, k]
                low[used, k] = index * width
                left -= (max(abs(offsets[m, k]) - 1, 0) * width) ** 2
                digit = 1
                if index < 0:
                    index, digit = index + across, 0
                elif index >= across:
                    index, digit = index - across, 2
                target = target * across + index
                copy = copy * 3 + digit
            if left > -1e-9 and begin[target] < end[target]:
                targets[used], copies[used], far[used] = target, 3 * copy, np.sqrt(max(left, 0.0)) + 1e-9
                first[used] = begin[target]
                used += 1
        for i in range(begin[number], end[number]):
            start[done : i + 1] = filled
            done = i + 1
            own = spread_point(places, i, edges, lanes)
            z = line[i]
            below = 0 if z < reach else 1
            above = 3 if z > height - reach else 2
            for m in range(used):
                left = reach * reach
                for k in range(axes):
                    x = places[k, i] - low[m, k]
                    gap = max(max(-x, x - width), 1e-9) - 1e-9
                    left -= gap * gap
                if left <= 0.0:
                    continue
                same, last = targets[m] == number and copies[m] == middle, end[targets[m]]
                left = np.sqrt(left)
                for digit in range(1 if same else below, above):
                    shift = (digit - 1) * height
                    slot = first[m, digit]
                    while slot < last and line[slot] < z - shift - far[m]:
                        slot += 1
                    first[m, digit] = slot
                    if same and digit == 1:
                        slot = i + 1
                    highest = z - shift + left
                    lowest = z - shift - left
                    while slot < last and line[slot] < lowest:
                        slot += 1
                    if filled + (last - slot) // len(lanes) >= chunks.shape[0]:
                        return -1
                    copy = copies[m] + digit
                    shift = spread_point(shifts, copy, edges, lanes)
                    while slot < last and line[slot] <= highest:
                        s = squared(difference(own, sum_of(load_point(places, slot, edges, lanes), shift)))
                        limit = limit_of(interaction, load(sizes, slot, lanes), sizes[i], skin)
                        chunks[filled] = (copy << SLOT_BITS) | slot
                        filled += 1 if any_lane(s < limit) else 0
                        slot += len(lanes)
    start[done:] = filled
    return filled


@njit(cache=True, error_model="numpy")
def narrow_rows(places, sizes, species, columns, edges, interaction, skin, lanes):
    """Make the narrow rows: those chunks of the wide ones that now hold a particle within x_c λ_ij + skin.

    Args:
        species: see :func:`glassworks.liquids.dynamics_kernel.chunk_forces`.
    """
    binary, middle = species[0] < species[1], 0.5 * (species[0] + species[1])
    small = limit_of(interaction, species[0], species[0], skin)
    unlike = limit_of(interaction, species[0], species[1], skin)
    big = limit_of(interaction, species[1], species[1], skin)
    filled = 0
    for i in range(places.shape[1]):
        columns.start[i] = filled
        if columns.wide_start[i] < columns.wide_start[i + 1]:
            own = spread_point(places, i, edges, lanes)
            to_small, to_large = (unlike, big) if sizes[i] > middle else (small, unlike)
            for entry in range(np.uint64(columns.wide_start[i]), np.uint64(columns.wide_start[i + 1])):
                chunk = columns.wide_chunks[entry]
                slot, copy = slot_and_copy(chunk)
                shift = spread_point(columns.shifts, copy, edges, lanes)
                s = squared(difference(own, sum_of(load_point(places, slot, edges, lanes), shift)))
                others = load(sizes, slot, lanes)
                if binary:
                    limit = choose(others > middle, to_large, to_small)
                else:
                    limit = limit_of(interaction, others, sizes[i], skin)
                columns.chunks[filled] = chunk
                filled += 1 if any_lane(s < limit) else 0
    columns.start[places.shape[1]] = filled
    columns.seen[:] = places


def half_of_offsets(axes: int, reach: int) -> np.ndarray:
    """Steps (m, axes) of at most `reach` along each axis: none at first, then one of each two that are opposite."""
    steps = [step for step in product(range(-reach, reach + 1), repeat=axes) if step > (0,) * axes]
    return np.array([(0,) * axes, *steps], dtype=np.int64).reshape(-1, axes)


def copy_shifts(edges: tuple[float, ...]) -> np.ndarray:
    """The displacement (d, 3^d) of each periodic copy."""
    digits = np.array(list(product((-1.0, 0.0, 1.0), repeat=len(edges))))
    return np.ascontiguousarray((digits * edges).T)
