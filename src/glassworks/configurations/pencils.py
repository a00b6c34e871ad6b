"""Particles in pencils, and the rows of chunks from which molecular dynamics and minimizers sum their forces.

The box is cut into pencils, cells as long as it along its last axis, and particles are stored pencil by pencil, in each
by their last coordinate. Whatever lies within some distance of a particle is then a run of neighboring slots in each of
the pencils around it, and a run is read in chunks of as many slots as a register has lanes. A row of a particle lists
chunks, not neighbors: a slot too far away is switched off by the cutoff, and each pencil ends in slots that hold
nothing, far outside the box, so that a chunk never reaches into the next pencil. A chunk is one whole number: its first
slot, and which periodic copy of the pencil is meant. In a sheared box pencils lean with it: they are cut by where a
point would be were the box upright (x − tilt·y), which is the same for all copies.

Wide rows are made from the particles' places, seldom. Narrow rows are those of their chunks that hold a particle near
enough at a later moment; forces are summed over them. A chunk more or less that holds no particle within the cutoff
adds nothing, in every bit, so that only the wide rows belong to a state of the dynamics. In a quench few particles run
ahead of all others, and of a large system there is always one: then only the rows near those few are made anew.

Each pair stands once: the particle's own pencil counts from the next slot on, and of two pencils on opposite sides
only one. A copy of the own pencil counts in one direction alone.

A processor without registers of several numbers is served by a plain half list of the slots instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import ceil, prod
from typing import NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload

from glassworks.configurations.box import Box, straighten
from glassworks.configurations.neighbors import list_pairs, longest_reach
from glassworks.lanes import any_lane, difference, load, load_point, spread_point, squared, sum_of
from glassworks.models.potentials import Interaction, choose, pair_length

SLOT_BITS = 25
"""A chunk's first slot is in the lower bits; above them the copy, in digits of base 3 (0, 1, 2 for −1, 0, +1 edges)."""


FAR = 8.0
"""Where slots without a particle lie along each axis, in edges, of which the longest counts."""

WIDTH = {2: 2.5, 3: 1.7, 4: 1.7}
"""Of the pencils, in units of ρ^(−1/d); by dimension (measured at N = 4000, T near freezing, four lanes)."""


SPARE = 4
"""Room at the end of a narrow row, in chunks, for what comes to it when it is made anew alone."""

CALM, FEW = 0.5, 0.01
"""Rows are made anew near particles that have used so much of their half of the skin, if they are so few of all."""


class Layout(NamedTuple):
    """What does not change while particles move: the box, how it is cut, and how far rows reach.

    Attributes:
        interaction, edges, slant: the pair energy and the box, as kernels are told of it.
        slants: (d − 1,) :attr:`Box.slants` of what the pencils are cut across: of the box without its last axis.
        lean: by how much the last edge leans, the length of its other components over its last; of use where `slant`
            is a matrix.
        empty: where slots without a particle lie along each axis.
        across: pencils along each axis but the last.
        offsets: (m, d − 1) steps to the pencils that may hold a neighbor, itself first and one of each opposite two.
        shifts: (d, 3^d) the displacement of each periodic copy.
        species: (2,) the sizes of a mixture of two, whose scales need not be worked out for each pair; else two times
            the same number.
        reach: the longest of x_c λ_ij + wide_skin.
        wide_skin, skin: of the wide and the narrow rows, in λ; a plain list has the wide one and no other.
        slots: how many there are, a multiple of eight.
    """

    interaction: Interaction
    edges: tuple[float, ...]
    slant: float | np.ndarray
    slants: np.ndarray
    lean: float
    empty: float
    across: tuple[int, ...]
    offsets: np.ndarray
    shifts: np.ndarray
    species: np.ndarray
    reach: float
    wide_skin: float
    skin: float
    slots: int


def layout_of(
    interaction: Interaction, diameters: np.ndarray, box: Box, lanes: int, skin: float, wide_skin: float
) -> Layout:
    """How particles of the given sizes are laid out.

    Args:
        lanes: numbers in a register; 0 for a plain list.
        skin, wide_skin: shrink where the box leaves no room.

    Raises:
        ValueError: see :func:`glassworks.configurations.neighbors.longest_reach`; or too many particles.
    """
    n, d = len(diameters), box.dimension
    furthest, slants, h = longest_reach(interaction, diameters, box), box.slants, box.vectors
    wide_skin = min(wide_skin, min(edge / slant for edge, slant in zip(box.edges, slants, strict=True)) - furthest)
    reach, width = furthest + wide_skin, WIDTH[d] * (box.volume / n) ** (1 / d)
    across = tuple(max(1, int(edge / width)) for edge in box.edges[:-1])
    steps = [
        min(ceil(reach * slant * count / edge), count)
        for slant, count, edge in zip(slants, across, box.edges, strict=False)
    ]
    slots = -(-(n + prod(across) * max(lanes - 1, 0)) // 8) * 8
    if slots >= 1 << SLOT_BITS:
        raise ValueError(f"{n} particles are too many for one processor: {slots} slots of {1 << SLOT_BITS}")
    different = np.unique(diameters)
    return Layout(
        interaction=interaction,
        edges=box.edges,
        slant=box.slant,
        slants=np.array(box.edges[:-1]) * np.linalg.norm(np.linalg.inv(h[:-1, :-1]), axis=1),
        lean=float(np.linalg.norm(h[:-1, -1])) / box.edges[-1],
        empty=FAR * max(box.edges),
        across=across,
        offsets=half_of_offsets(steps),
        shifts=copy_shifts(box),
        species=different if len(different) == 2 else np.repeat(different[:1], 2),
        reach=reach,
        wide_skin=wide_skin,
        skin=min(skin, 0.5 * wide_skin) if lanes else 0.0,
        slots=slots,
    )


class Pencils(NamedTuple):
    """Where particles are stored, and the rows.

    Attributes:
        particle: (slots,) the number of the particle that a slot holds, −1 for none.
        begin, end: (pencils,) slots of each pencil's particles.
        wide_start: (slots + 1,) where each slot's wide row begins in `wide_chunks`.
        wide_chunks: first slot and copy of each chunk.
        start, stop, chunks: the same of the narrow rows; they end at `stop`, and have room to the next one's begin.
        seen: (d, slots) where the particles were taken to be when the narrow rows were made.
        stirred: (slots,) bits for those who renew the narrow rows.
    """

    particle: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    wide_start: np.ndarray
    wide_chunks: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    chunks: np.ndarray
    seen: np.ndarray
    stirred: np.ndarray


class HalfList(NamedTuple):
    """The plain neighbor list, of slots.

    Attributes:
        particle: (slots,) the number of the particle that a slot holds, −1 for none (behind all others).
        start, partner: the partners of slot i are partner[start[i]:start[i + 1]], each pair standing once.
        seen: (d, slots) where the particles were when the list was made.
    """

    particle: np.ndarray
    start: np.ndarray
    partner: np.ndarray
    seen: np.ndarray


def no_neighbors(layout: Layout, n: int, lanes: int) -> Pencils | HalfList:
    """Room for the rows of n particles, which :func:`arrange` fills; a plain list for no lanes."""
    slots, pencils = layout.slots, prod(layout.across)
    whole, few = np.full(slots, -1), np.empty(512 * n // lanes if lanes else 0, dtype=np.uint32)
    seen = np.empty((len(layout.edges), slots))
    if not lanes:
        return HalfList(whole, np.zeros(slots + 1, dtype=np.int64), few, seen)
    begin, end = np.empty((2, pencils), dtype=np.int64)
    wide_start, start, stop = np.zeros((3, slots + 1), dtype=np.int64)
    stirred = np.zeros(slots, dtype=np.uint8)
    return Pencils(whole, begin, end, wide_start, few, start, stop, np.empty_like(few), seen, stirred)


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
def fill_pencils(points, order, layout, lanes, particle, begin, end):
    """Give each particle a slot: by pencil, in it in the given order.

    Args:
        points: (N, d) inside the box.
        order: (N,) particles by their last coordinate.
    """
    edges, across = layout.edges, layout.across
    n, axes = points.shape[0], len(edges) - 1
    pencil, upright = np.empty(n, dtype=np.int64), np.empty(len(edges))
    end[:] = 0
    for i in range(n):
        for k in range(len(edges)):
            upright[k] = points[i, k]
        straighten(upright, edges, layout.slant)
        number = 0
        for k in range(axes):
            place = upright[k] / edges[k] * across[k]
            index = across[k] - 1 if place >= across[k] else (int(place) if place > 0.0 else 0)
            number = number * across[k] + index
        pencil[i] = number
        end[number] += 1
    used = 0
    for number in range(end.shape[0]):
        begin[number] = used
        used += end[number] + len(lanes) - 1
        end[number] = begin[number]
    particle[:] = -1
    for i in order:
        particle[end[pencil[i]]] = i
        end[pencil[i]] += 1


def room(gaps, slant, slants, lean, reach):
    """The square of how far apart in their last coordinate two points within reach may be, negative where none are.

    Args:
        gaps: (d − 1,) by how much the points at least differ in what pencils are cut by.
        slant, slants, lean, reach: of the :class:`Layout`.
    """
    raise NotImplementedError("only in compiled code")


@njit(inline="always")
def room_flat(gaps, tilt, reach):
    """:func:`room` in a box sheared in its x-y plane by `tilt`.

    Gaps in x and y are not at right angles there: the larger one counts, that in x as a distance of leaning lines. In
    2D leaning pencils run along y, so that nothing is said about a distance across them.
    """
    squares = 0.0
    for k in range(2 if tilt != 0.0 else 0, gaps.shape[0]):
        squares += gaps[k] * gaps[k]
    if tilt != 0.0 and gaps.shape[0] > 1:
        squares += max(gaps[0] * gaps[0] / (1.0 + tilt * tilt), gaps[1] * gaps[1])
    return reach * reach - squares


@njit(inline="always")
def room_leaning(gaps, slants, lean, reach):
    """:func:`room` in a box sheared in any plane.

    Let u be the part of the distance across the pencils that :func:`straighten` leaves, z the last coordinate's and e
    the last edge's direction over its last component, so that the distance is (u + e z, z). The largest gap, as a
    distance of leaning planes, bounds |u|; then (|u| − |e| |z|)² + z² ≤ reach² bounds |z|, from the least |u| that is
    at least |e| reach on, where |z| may be all of it.
    """
    across, upright = 0.0, 1.0 + lean * lean
    for k in range(gaps.shape[0]):
        across = max(across, gaps[k] / slants[k])
    left = reach * reach * upright - across * across
    if left <= 0.0:
        return -1.0
    height = (across * lean + np.sqrt(left)) / upright if across > lean * reach else reach
    return height * height


@overload(room)
def choose_room(gaps, slant, slants, lean, reach):
    if isinstance(slant, types.Array):
        return lambda gaps, slant, slants, lean, reach: room_leaning(gaps, slants, lean, reach)
    return lambda gaps, slant, slants, lean, reach: room_flat(gaps, slant, reach)


class Around(NamedTuple):
    """The pencils around one of them, of which as many count as are near enough and hold particles.

    Attributes:
        targets, copies: their numbers, and which periodic copies are meant, (most,).
        low: where they begin along each axis but the last, (most, d − 1).
        far: how far along the last axis what counts may lie, at most, (most,).
        first: of each of three copies along the last axis, the slot from which on what lies near is looked for: it
            only moves up, as the particles of a pencil do, (most, 3).
    """

    targets: np.ndarray
    copies: np.ndarray
    low: np.ndarray
    far: np.ndarray
    first: np.ndarray


@njit(cache=True, error_model="numpy")
def look_around(number, layout, begin, end, widths, around):
    """Find the pencils around pencil `number`; returns how many there are."""
    across, offsets = layout.across, layout.offsets
    axes = len(widths)
    home, gaps = np.empty(axes, dtype=np.int64), np.empty(axes)
    rest = number
    for k in range(axes):
        home[axes - 1 - k] = rest % across[axes - 1 - k]
        rest //= across[axes - 1 - k]
    used = 0
    for m in range(len(offsets)):
        target = copy = 0
        for k in range(axes):
            index = home[k] + offsets[m, k]
            around.low[used, k] = index * widths[k]
            gaps[k] = max(abs(offsets[m, k]) - 1, 0) * widths[k]
            digit = 1
            if index < 0:
                index, digit = index + across[k], 0
            elif index >= across[k]:
                index, digit = index - across[k], 2
            target = target * across[k] + index
            copy = copy * 3 + digit
        left = room(gaps, layout.slant, layout.slants, layout.lean, layout.reach)
        if left > -1e-9 and begin[target] < end[target]:
            around.targets[used], around.copies[used] = target, 3 * copy
            around.far[used] = np.sqrt(max(left, 0.0)) + 1e-9
            around.first[used] = begin[target]
            used += 1
    return used


@njit(cache=True, error_model="numpy")
def fill_rows(places, sizes, layout, begin, end, start, chunks, lanes):
    """Fill the wide rows with every chunk that holds a particle within x_c λ_ij + wide_skin.

    Args:
        places: (d, slots); sizes: (slots,).

    Returns:
        their number, or −1 where `chunks` is too short.
    """
    edges, reach, shifts = layout.edges, layout.reach, layout.shifts
    interaction, skin = layout.interaction, layout.wide_skin
    axes = len(edges) - 1
    height = edges[axes]
    line, upright = places[axes], np.empty(axes + 1)
    most = len(layout.offsets)
    gaps, widths = np.empty(axes), np.empty(axes)
    for k in range(axes):
        widths[k] = edges[k] / layout.across[k]
    targets, copies = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    low, far = np.empty((most, axes)), np.empty(most)
    first = np.empty((most, 3), dtype=np.int64)
    around = Around(targets, copies, low, far, first)
    middle = (3 ** (axes + 1) - 3) // 2  # no copy along any axis but the last
    filled = done = 0
    for number in range(begin.shape[0]):
        used = look_around(number, layout, begin, end, widths, around)
        for i in range(begin[number], end[number]):
            start[done : i + 1] = filled
            done = i + 1
            own = spread_point(places, i, edges, lanes)
            for k in range(axes + 1):
                upright[k] = places[k, i]
            straighten(upright, edges, layout.slant)
            z = line[i]
            below = 0 if z < reach else 1
            above = 3 if z > height - reach else 2
            for m in range(used):
                for k in range(axes):
                    x = upright[k] - low[m, k]
                    gaps[k] = max(max(-x, x - widths[k]), 1e-9) - 1e-9
                left = room(gaps, layout.slant, layout.slants, layout.lean, reach)
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


@njit(inline="always")
def narrow_row(i, first, last, sizes, pencils, layout, lanes):
    """Make the narrow row of slot i, from entry `first` on, as of where particles were seen.

    Returns:
        the entry behind its end, or −1 where that would come to lie behind `last`.
    """
    interaction, edges, skin, species, shifts = (
        layout.interaction,
        layout.edges,
        layout.skin,
        layout.species,
        layout.shifts,
    )
    binary, middle = species[0] < species[1], 0.5 * (species[0] + species[1])
    small = limit_of(interaction, species[0], species[0], skin)
    unlike = limit_of(interaction, species[0], species[1], skin)
    big = limit_of(interaction, species[1], species[1], skin)
    own = spread_point(pencils.seen, i, edges, lanes)
    to_small, to_large = (unlike, big) if sizes[i] > middle else (small, unlike)
    filled = first
    for entry in range(np.uint64(pencils.wide_start[i]), np.uint64(pencils.wide_start[i + 1])):
        if filled > last:
            return -1
        chunk = pencils.wide_chunks[entry]
        slot, copy = slot_and_copy(chunk)
        shift = spread_point(shifts, copy, edges, lanes)
        s = squared(difference(own, sum_of(load_point(pencils.seen, slot, edges, lanes), shift)))
        others = load(sizes, slot, lanes)
        if binary:
            limit = choose(others > middle, to_large, to_small)
        else:
            limit = limit_of(interaction, others, sizes[i], skin)
        pencils.chunks[filled] = chunk
        filled += 1 if any_lane(s < limit) else 0
    return filled if filled <= last else -1


@njit(cache=True, error_model="numpy")
def narrow_rows(places, sizes, pencils, layout, lanes):
    """Make the narrow rows: those chunks of the wide ones that now hold a particle within x_c λ_ij + skin."""
    pencils.seen[:] = places
    filled, most = 0, pencils.chunks.shape[0]
    for i in range(places.shape[1]):
        pencils.start[i] = filled
        if pencils.wide_start[i] < pencils.wide_start[i + 1]:
            filled = narrow_row(i, filled, most, sizes, pencils, layout, lanes)
            pencils.stop[i] = filled
            filled += SPARE
        else:
            pencils.stop[i] = filled
    pencils.start[places.shape[1]] = filled


@njit(cache=True, error_model="numpy")
def narrow_again(places, sizes, pencils, layout, distance, lanes):
    """Make those narrow rows anew that hold, or may now hold, a particle which has gone farther than a distance.

    Returns:
        whether every row had room for what came to it; if not, all are to be made anew.
    """
    edges, across, offsets, stirred = layout.edges, layout.across, layout.offsets, pencils.stirred
    stirred[:] = 0
    restless = np.zeros(pencils.begin.shape[0], dtype=np.bool_)
    for number in range(pencils.begin.shape[0]):
        for i in range(pencils.begin[number], pencils.end[number]):
            s = 0.0
            for k in range(len(edges)):
                s += (places[k, i] - pencils.seen[k, i]) ** 2
            if not s < distance * distance:
                for k in range(len(edges)):
                    pencils.seen[k, i] = places[k, i]
                for slot in range(max(i - len(lanes) + 1, 0), i + 1):
                    stirred[slot] |= 1
                stirred[i] |= 2
                restless[number] = True
    for number in range(pencils.begin.shape[0]):
        near = False
        for m in range(len(offsets)):
            target, rest, scale = 0, number, 1
            for k in range(offsets.shape[1] - 1, -1, -1):
                target += scale * ((rest % across[k] + offsets[m, k]) % across[k])
                rest //= across[k]
                scale *= across[k]
            near |= restless[target]
        if not near:
            continue
        for i in range(pencils.begin[number], pencils.end[number]):
            concerned = stirred[i] & 2
            for entry in range(np.uint64(pencils.wide_start[i]), np.uint64(pencils.wide_start[i + 1])):
                concerned |= stirred[slot_and_copy(pencils.wide_chunks[entry])[0]] & 1
            if concerned:
                stop = narrow_row(i, pencils.start[i], pencils.start[i + 1] - 1, sizes, pencils, layout, lanes)
                if stop < 0:
                    return False
                pencils.stop[i] = stop
    return True


def half_of_offsets(reach: Sequence[int]) -> np.ndarray:
    """Steps (m, axes) of at most `reach` along each axis: none at first, then one of each two that are opposite."""
    none = (0,) * len(reach)
    steps = [step for step in product(*(range(-most, most + 1) for most in reach)) if step > none]
    return np.array([none, *steps], dtype=np.int64).reshape(-1, len(reach))


def copy_shifts(box: Box) -> np.ndarray:
    """The displacement (d, 3^d) of each periodic copy."""
    copies, h = np.array(list(product((-1.0, 0.0, 1.0), repeat=box.dimension))), box.vectors
    shifts = copies * box.edges
    if box.flat:
        shifts[:, 0] += box.tilt * shifts[:, 1]
        return np.ascontiguousarray(shifts.T)
    return np.ascontiguousarray(h @ copies.T)


@njit(cache=True)
def to_slots(rows, particle, empty, slots):
    """Copy rows (N, d) of particles to slots (d, slots), `empty` to those without a particle."""
    for k in range(slots.shape[0]):
        for i in range(slots.shape[1]):
            slots[k, i] = rows[particle[i], k] if particle[i] >= 0 else empty


@njit(cache=True)
def from_slots(slots, particle, rows):
    """The reverse."""
    for i in range(slots.shape[1]):
        if particle[i] >= 0:
            for k in range(slots.shape[0]):
                rows[particle[i], k] = slots[k, i]


@njit(cache=True, error_model="numpy")
def strayed(places, origin, edges, distance):
    """How many particles are not within a distance of their origin (a coordinate that is not finite counts)."""
    count = 0
    for i in range(origin.shape[1]):
        s = 0.0
        for k in range(len(edges)):
            s += (places[k, i] - origin[k, i]) ** 2
        count += 0 if s < distance * distance else 1
    return count


@njit(cache=True, error_model="numpy")
def arrange_pencils(points, diameters, order, layout, pencils, places, sizes, lanes):
    """:func:`arrange` with rows of chunks."""
    fill_pencils(points, order, layout, lanes, pencils.particle, pencils.begin, pencils.end)
    to_slots(points, pencils.particle, layout.empty, places)
    to_slots(diameters.reshape(-1, 1), pencils.particle, layout.species[0], sizes.reshape(1, -1))
    wide, narrow = pencils.wide_chunks, pencils.chunks
    while fill_rows(places, sizes, layout, pencils.begin, pencils.end, pencils.wide_start, wide, lanes) < 0:
        wide = np.empty(2 * wide.shape[0], dtype=np.uint32)
    if narrow.shape[0] < pencils.wide_start[-1] + 1 + SPARE * layout.slots:
        narrow = np.empty(wide.shape[0] + 1 + SPARE * layout.slots, dtype=np.uint32)
    pencils.seen[:] = np.inf
    return Pencils(
        pencils.particle,
        pencils.begin,
        pencils.end,
        pencils.wide_start,
        wide,
        pencils.start,
        pencils.stop,
        narrow,
        pencils.seen,
        pencils.stirred,
    )


@njit(cache=True, error_model="numpy")
def arrange_list(points, diameters, order, layout, neighbors, places, sizes, lanes):
    """:func:`arrange` with a plain list."""
    pencils = 1
    for count in layout.across:
        pencils *= count
    begin, end = np.empty(pencils, dtype=np.int64), np.empty(pencils, dtype=np.int64)
    fill_pencils(points, order, layout, lanes, neighbors.particle, begin, end)
    to_slots(points, neighbors.particle, layout.empty, places)
    to_slots(diameters.reshape(-1, 1), neighbors.particle, layout.species[0], sizes.reshape(1, -1))
    n = points.shape[0]
    rows = np.empty_like(points)
    for i in range(n):
        for k in range(points.shape[1]):
            rows[i, k] = places[k, i]
    start, partner = list_pairs(rows, sizes[:n], layout.edges, layout.slant, layout.interaction, layout.wide_skin)
    neighbors.seen[:] = places
    return HalfList(neighbors.particle, start, partner, neighbors.seen)


def arrange(points, diameters, order, layout, neighbors, places, sizes, lanes):
    """Give slots to particles and make their neighbors from nothing; for compiled callers.

    Args:
        points: (N, d) inside the box.
        diameters: λ_i, (N,).
        order: (N,) particles by their last coordinate.
        neighbors: :class:`Pencils` or :class:`HalfList`, whose arrays are used again.
        places, sizes: (d, slots) and (slots,), overwritten.

    Returns:
        the neighbors, some of whose arrays may be new ones.
    """
    raise NotImplementedError("only in compiled code")


def in_pencils(neighbors) -> bool:
    """Whether a compiler's type is that of :class:`Pencils`."""
    return isinstance(neighbors, types.NamedTuple) and neighbors.instance_class is Pencils


@overload(arrange)
def choose_arrange(points, diameters, order, layout, neighbors, places, sizes, lanes):
    if in_pencils(neighbors):
        return lambda points, diameters, order, layout, neighbors, places, sizes, lanes: arrange_pencils(
            points, diameters, order, layout, neighbors, places, sizes, lanes
        )
    return lambda points, diameters, order, layout, neighbors, places, sizes, lanes: arrange_list(
        points, diameters, order, layout, neighbors, places, sizes, lanes
    )


@njit(cache=True, error_model="numpy")
def arranged(points, diameters, order, layout, neighbors, places, sizes, lanes):
    """:func:`arrange` for a caller that is not compiled."""
    return arrange(points, diameters, order, layout, neighbors, places, sizes, lanes)


def narrow(places, sizes, neighbors, layout, lanes):
    """Make narrow rows when some particle has moved half the skin since the last ones; a plain list has none."""
    raise NotImplementedError("only in compiled code")


@overload(narrow)
def choose_narrow(places, sizes, neighbors, layout, lanes):
    if in_pencils(neighbors):

        def narrow_pencils(places, sizes, neighbors, layout, lanes):
            if strayed(places, neighbors.seen, layout.edges, 0.5 * layout.skin):
                narrow_rows(places, sizes, neighbors, layout, lanes)

        return narrow_pencils
    return lambda places, sizes, neighbors, layout, lanes: None


def renew(places, sizes, neighbors, layout, lanes):
    """Make the narrow rows good for these places, where few have moved only the rows near them.

    Returns:
        how far any particle is at most from where it was seen.
    """
    raise NotImplementedError("only in compiled code")


@overload(renew)
def choose_renew(places, sizes, neighbors, layout, lanes):
    if in_pencils(neighbors):

        def renew_pencils(places, sizes, neighbors, layout, lanes):
            calm = CALM * 0.5 * layout.skin
            stirred = strayed(places, neighbors.seen, layout.edges, calm)
            if stirred < FEW * layout.slots and narrow_again(places, sizes, neighbors, layout, calm, lanes):
                return calm
            narrow_rows(places, sizes, neighbors, layout, lanes)
            return 0.0

        return renew_pencils
    return lambda places, sizes, neighbors, layout, lanes: 0.0
