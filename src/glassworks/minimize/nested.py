"""Neighbor lists for quenches, in which avalanches carry some particles far while most hardly move.

A narrow half list, which the forces walk through, is cut from a wide one: a cut costs a few force evaluations, a fresh
list ten. Everything here is called from compiled code.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.configurations.box import reduced, slid
from glassworks.configurations.neighbors import largest_displacement, list_pairs
from glassworks.models.potentials import Interaction, pair_energy, pair_length

INTERNAL = njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Compiles what only compiled code calls: without a wrapper for Python, in half the time."""

BLOCK = 256
"""Pairs that are computed at a time: their vectors stay in the nearest cache."""


class Terrain(NamedTuple):
    """What does not change during a quench.

    Attributes:
        interaction, diameters, edges, tilt: the pair energy, λ_i (N,), and the box.
        skin, wide_skin: of the narrow and of the wide list, in λ.
    """

    interaction: Interaction
    diameters: np.ndarray
    edges: tuple[float, ...]
    tilt: float
    skin: float
    wide_skin: float


class Lists(NamedTuple):
    """The neighbor lists of a quench.

    Attributes:
        start, partner: the narrow half list in compressed rows, (N + 1,) and (pairs,).
        origin: where the particles were when it was cut, (N, d).
        wide_start, wide_partner, wide_origin: the same of the wide list.
        block: scratch for at least `BLOCK` pairs and the longest row, (d + 3, room); see :func:`read_block`.
        tally: force evaluations, wide lists and narrow lists so far.
    """

    start: np.ndarray
    partner: np.ndarray
    origin: np.ndarray
    wide_start: np.ndarray
    wide_partner: np.ndarray
    wide_origin: np.ndarray
    block: np.ndarray
    tally: np.ndarray


EVALUATIONS, BUILDS, CUTS = range(3)


@njit(inline="always")
def gather(terrain, start, partner, point, first, last, block):
    """The vectors r_i − r_j of the pairs of rows first … last − 1, below them the sizes of both particles."""
    edges, diameters = terrain.edges, terrain.diameters
    d = len(edges)
    s = np.uint64(0)
    for i in range(np.uint64(first), np.uint64(last)):
        own = diameters[i]
        for slot in range(np.uint64(start[i]), np.uint64(start[i + 1])):
            j = partner[slot]
            for k in range(d):
                block[k, s] = point[i, k] - point[j, k]
            block[d, s] = own
            block[d + 1, s] = diameters[j]
            s += np.uint64(1)


@njit(inline="always")
def shorten(edges, tilt, count, block, squared):
    """Make the first `count` vectors shortest periodic copies, and write their squared lengths; in vector loops."""
    if tilt != 0.0:
        for s in range(count):
            block[0, s] = slid(block[0, s], block[1, s], edges, tilt)
    for s in range(count):
        total = 0.0
        for k in range(len(edges)):
            x = reduced(block[k, s], edges[k])
            block[k, s] = x
            total += x * x
        squared[s] = total


@njit(inline="always")
def mix(interaction, count, sizes, others):
    """Put the lengths λ_ij and energies ε_ij of the first `count` pairs in the place of the sizes; a vector loop."""
    for s in range(count):
        own, other = sizes[s], others[s]
        sizes[s] = pair_length(interaction.nonadditivity, own, other)
        others[s] = pair_energy(interaction, own, other)


@njit(inline="always")
def read_block(terrain, start, partner, point, first, last, block):
    """What is needed of the pairs of rows first … last − 1: vectors, λ_ij, ε_ij and r², in the rows of `block`.

    Lengths and energies are worked out each time: to read them from a list would take longer where it does not fit
    into the caches.

    Returns:
        (number of pairs, λ_ij, ε_ij, r²).
    """
    d = len(terrain.edges)
    lengths, energies, squared = block[d], block[d + 1], block[d + 2]
    count = start[last] - start[first]
    gather(terrain, start, partner, point, first, last, block)
    shorten(terrain.edges, terrain.tilt, count, block, squared)
    mix(terrain.interaction, count, lengths, energies)
    return count, lengths, energies, squared


@INTERNAL
def block_end(start, first):
    """The row after the last whose pairs, from row `first` on, fill a block; at least one row."""
    last = first + 1
    while last + 1 < start.shape[0] and start[last + 1] - start[first] <= BLOCK:
        last += 1
    return last


@INTERNAL
def cut(terrain, wide_start, wide_partner, wide_origin, point, tally):
    """The narrow list of a point (N, d), from a wide one."""
    n, d = point.shape[0], len(terrain.edges)
    room = BLOCK
    for i in range(n):
        room = max(room, wide_start[i + 1] - wide_start[i])
    block, near = np.empty((d + 3, room)), np.empty(room, dtype=np.uint64)
    start, partner = np.zeros(n + 1, dtype=np.int64), np.empty(wide_partner.shape[0] + 1, dtype=np.uint32)
    filled = np.uint64(0)
    first = 0
    while first < n:
        last = block_end(wide_start, first)
        count, lengths, _, squared = read_block(terrain, wide_start, wide_partner, point, first, last, block)
        for s in range(count):
            reach = terrain.interaction.cutoff * lengths[s] + terrain.skin
            near[s] = 1 if squared[s] < reach * reach else 0
        s = np.uint64(0)
        for i in range(first, last):
            for slot in range(np.uint64(wide_start[i]), np.uint64(wide_start[i + 1])):
                partner[filled] = wide_partner[slot]
                filled += near[s]
                s += np.uint64(1)
            start[i + 1] = filled
        first = last
    tally[CUTS] += 1
    return Lists(start, partner, point.copy(), wide_start, wide_partner, wide_origin, block, tally)


@INTERNAL
def fresh_lists(terrain, point):
    """Both lists of a point (N, d), which need not lie inside the box."""
    start, partner = list_pairs(
        point, terrain.diameters, terrain.edges, terrain.tilt, terrain.interaction, terrain.wide_skin
    )
    tally = np.zeros(3, dtype=np.int64)
    tally[BUILDS] = 1
    return cut(terrain, start, partner, point.copy(), point, tally)


@INTERNAL
def following(terrain, lists, point):
    """The lists that hold at a point: the given ones while no particle has moved half a skin since they were made."""
    if largest_displacement(point, lists.origin) < (0.5 * terrain.skin) ** 2:
        return lists
    spare = 0.5 * (terrain.wide_skin - terrain.skin)
    if not largest_displacement(point, lists.wide_origin) < spare * spare:
        fresh = fresh_lists(terrain, point)
        fresh.tally[:] += lists.tally
        return fresh
    return cut(terrain, lists.wide_start, lists.wide_partner, lists.wide_origin, point, lists.tally)
