"""The potential energy as the minimizers see it: forces at a point, each evaluation counted.

Points are arrays (d, slots) (see :mod:`glassworks.configurations.pencils`) and need not lie inside the box. No energy
is summed here: the minimizers judge by the force.

All arrays of a minimization are rows of one stack. When particles have gone so far that they are to be sorted into
pencils anew, everything in the stack goes with them, so that the minimizers need not know. One evaluation, in order:

    evaluate ─► following: how far has any particle gone?
                    less than half of the narrow rows' skin ────────────────────────────┐
                    less than half of what the wide rows have beside ─► renew (narrow) ─┤
                    farther ─► sorted_anew (pencils, wide rows, the stack) ─► renew ────┤
                                                                             pair_sums ◄┘

`terrain_of` tells what stays the same in a quench, `begin` where it starts.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload

from glassworks.configurations.configuration import Configuration
from glassworks.configurations.pair_sums import STRENGTHS, UNRECORDED, pair_sums, stiffnesses
from glassworks.configurations.pencils import (
    HalfList,
    Layout,
    Pencils,
    arrange,
    from_slots,
    layout_of,
    no_neighbors,
    renew,
    to_slots,
)
from glassworks.lanes import FOUR, difference, load_point, processor_lanes, spread, squared, store, total
from glassworks.models.potentials import Interaction, choose

INTERNAL = njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Compiles what only compiled code calls: without a wrapper for Python, in half the time."""

SKIN, WIDE_SKIN, PLAIN_SKIN = 0.14, 1.4, 0.4
"""Of the narrow rows, of the wide ones, and of a plain list, in λ."""

ROWS, POINTS, SCRATCH = 6, 2, -1
"""Of the stack: all, those at its begin that are places of particles, and the one that belongs to the evaluations."""


class Terrain(NamedTuple):
    """What does not change during a quench.

    Attributes:
        layout: how particles are put into pencils.
        diameters: λ_i, (N,).
        lanes: as long as a register.
        blank: neighbors to begin with.
        stack: (ROWS, d, slots) all arrays of a minimization.
        history: (rows, d · slots) what else belongs to particles, in single precision.
    """

    layout: Layout
    diameters: np.ndarray
    lanes: tuple[int, ...]
    blank: Pencils | HalfList
    stack: np.ndarray
    history: np.ndarray


class Lists(NamedTuple):
    """The neighbors of a quench.

    Attributes:
        neighbors: the rows.
        sizes: λ by slot, (slots,).
        origin: where the particles were sorted into pencils, (d, slots).
        way: how far a particle may have gone since its displacement was last measured, and how far it may then, (2,).
        tally: force evaluations, wide and narrow rows so far.
    """

    neighbors: Pencils | HalfList
    sizes: np.ndarray
    origin: np.ndarray
    way: np.ndarray
    tally: np.ndarray


EVALUATIONS, BUILDS, CUTS = range(3)


def terrain_of(
    interaction: Interaction, configuration: Configuration, remembered: int = 0, lanes: int | None = None
) -> Terrain:
    """What a quench needs to know.

    Args:
        remembered: rows of the history.
        lanes: numbers in a register; 0 for a plain list, None for what suits this processor.

    Raises:
        ValueError: see :func:`glassworks.configurations.pencils.layout_of`.
    """
    diameters, lanes = configuration.diameters, processor_lanes() if lanes is None else lanes
    skins = (SKIN, WIDE_SKIN) if lanes else (0.0, PLAIN_SKIN)
    layout = layout_of(interaction, diameters, configuration.box, lanes, *skins)
    stack = np.zeros((ROWS, configuration.box.dimension, layout.slots))
    history = np.zeros((remembered, stack[0].size), dtype=np.float32)
    return Terrain(layout, diameters, (0,) * max(lanes, 1), no_neighbors(layout, len(diameters), lanes), stack, history)


def wrapped(points, edges, slant):
    """The same points (N, d) moved by box vectors into the box, a sheared one along its slanted edges."""
    raise NotImplementedError("only in compiled code")


@INTERNAL
def wrapped_flat(points, edges, tilt):
    """:func:`wrapped` in a box sheared in its x-y plane by `tilt`."""
    out = points.copy()
    for i in range(points.shape[0]):
        rows = np.floor(points[i, 1] / edges[1])
        out[i, 0] -= rows * tilt * edges[1]
        for k in range(points.shape[1] - 1, -1, -1):
            low = tilt * out[i, 1] if k == 0 else 0.0
            out[i, k] -= edges[k] * np.floor((out[i, k] - low) / edges[k])
    return out


@INTERNAL
def wrapped_leaning(points, edges, h):
    """:func:`wrapped` in a box of vectors h."""
    out, d = points.copy(), points.shape[1]
    fractions = np.empty(d)
    for i in range(points.shape[0]):
        for m in range(d):
            k = d - 1 - m
            low = 0.0
            for later in range(k + 1, d):
                low += h[k, later] * fractions[later]
            rows = np.floor((out[i, k] - low) / edges[k])
            for j in range(k + 1):
                out[i, j] -= rows * h[j, k]
            fractions[k] = (out[i, k] - low) / edges[k]
    return out


@overload(wrapped)
def choose_wrapped(points, edges, slant):
    if isinstance(slant, types.Array):
        return lambda points, edges, slant: wrapped_leaning(points, edges, slant)
    return lambda points, edges, slant: wrapped_flat(points, edges, slant)


@INTERNAL
def follow_particles(rows, before, now, empty):
    """Take each particle's entries in rows (m, slots) from its slot before to its slot now."""
    slot_of, old = np.empty(before.shape[0], dtype=np.int64), np.empty(before.shape[0])
    for slot in range(before.shape[0]):
        if before[slot] >= 0:
            slot_of[before[slot]] = slot
    for m in range(rows.shape[0]):
        old[:] = rows[m]
        for slot in range(now.shape[0]):
            rows[m, slot] = old[slot_of[now[slot]]] if now[slot] >= 0 else empty


@INTERNAL
def sorted_anew(terrain, lists, point):
    """Wrap the particles, sort them into pencils and make their neighbors; moves all that belongs to them.

    Args:
        point: where they are: a row of the stack.
    """
    layout, stack, before = terrain.layout, terrain.stack, lists.neighbors.particle.copy()
    points = np.empty((terrain.diameters.shape[0], len(layout.edges)))
    from_slots(point, before, points)
    inside = wrapped(points, layout.edges, layout.slant)
    order = np.argsort(inside[:, -1].copy(), kind="mergesort")
    neighbors = arrange(
        inside, terrain.diameters, order, layout, lists.neighbors, lists.origin, lists.sizes, terrain.lanes
    )
    now = neighbors.particle
    for m in range(stack.shape[0]):
        follow_particles(stack[m], before, now, 0.0)
    follow_particles(terrain.history.reshape(-1, before.shape[0]), before, now, 0.0)
    shift = np.empty_like(lists.origin)
    to_slots(inside - points, now, 0.0, shift)
    for m in range(POINTS):
        stack[m] += shift
        for slot in range(now.shape[0]):
            if now[slot] < 0:
                stack[m, :, slot] = layout.empty
    lists.tally[BUILDS] += 1
    return Lists(neighbors, lists.sizes, lists.origin, lists.way, lists.tally)


@INTERNAL
def begin(terrain, start):
    """Neighbors at the start (N, d) of a minimization, which is written to the points of the stack."""
    stack = terrain.stack
    d, slots = stack.shape[1:]
    for slot in range(slots):
        terrain.blank.particle[slot] = slot if slot < start.shape[0] else -1
    to_slots(start, terrain.blank.particle, 0.0, stack[0])
    for m in range(1, POINTS):
        stack[m] = stack[0]
    tally = np.zeros(3, dtype=np.int64)
    lists = Lists(terrain.blank, np.empty(slots), np.empty((d, slots)), np.zeros(2), tally)
    return sorted_anew(terrain, lists, stack[0])


@njit(inline="always")
def root_of_largest(greatest, sums):
    """The root of the largest number of a register, or what is not finite in their sums."""
    kept = np.empty(4)
    store(kept, 0, greatest)
    everything = total(sums)
    return sqrt(kept.max()) if everything < inf else everything


@INTERNAL
def longest(vectors, edges):
    """max_i |v_i| of (d, slots), not finite if one of them is not."""
    greatest, sums = spread(0.0, FOUR), spread(0.0, FOUR)
    for i in range(0, vectors.shape[1], 4):
        s = squared(load_point(vectors, i, edges, FOUR))
        greatest, sums = choose(s > greatest, s, greatest), sums + s
    return root_of_largest(greatest, sums)


@INTERNAL
def farthest(places, origin, edges):
    """max_i |r_i − r_i⁰| of particles that have not been wrapped meanwhile, not finite if one of them is not."""
    greatest, sums = spread(0.0, FOUR), spread(0.0, FOUR)
    for i in range(0, places.shape[1], 4):
        s = squared(difference(load_point(places, i, edges, FOUR), load_point(origin, i, edges, FOUR)))
        greatest, sums = choose(s > greatest, s, greatest), sums + s
    return root_of_largest(greatest, sums)


@INTERNAL
def following(terrain, lists, point, moved):
    """The neighbors that hold at a point of the stack.

    Displacements are measured only when a particle may have gone too far since they last were.

    Args:
        moved: a bound on how far any particle has gone since the last call.
    """
    lists.way[0] += moved
    if lists.way[0] < lists.way[1]:
        return lists
    layout = terrain.layout
    nested = layout.skin > 0.0
    margin = 0.5 * (layout.skin if nested else layout.wide_skin)
    gone = farthest(point, lists.neighbors.seen, layout.edges)
    if not gone < margin:
        spare = 0.5 * (layout.wide_skin - layout.skin)
        if not (nested and farthest(point, lists.origin, layout.edges) < spare):
            lists = sorted_anew(terrain, lists, point)
        gone = renew(point, lists.sizes, lists.neighbors, layout, terrain.lanes)
        lists.tally[CUTS] += 1
    lists.way[0], lists.way[1] = 0.0, margin - gone
    return lists


@INTERNAL
def evaluate(terrain, lists, point, forces, moved):
    """Forces (d, slots) at a point, written to `forces`; both are rows of the stack.

    Args:
        moved: a bound on how far any particle has gone since the last evaluation.

    Returns:
        the lists, made anew if the point is too far from where they were made.
    """
    lists = following(terrain, lists, point, moved)
    pair_sums(point, lists.sizes, lists.neighbors, terrain.layout, forces, UNRECORDED, terrain.lanes)
    lists.tally[EVALUATIONS] += 1
    return lists


@INTERNAL
def typical_force(terrain, lists, point):
    """⟨f⟩, the mean |f_ij| over interacting pairs (0 without any), near the point evaluated last."""
    scratch = terrain.stack[SCRATCH]
    strength, pairs = pair_sums(point, lists.sizes, lists.neighbors, terrain.layout, scratch, STRENGTHS, terrain.lanes)
    return strength / max(pairs, 1.0)


@INTERNAL
def stiffness_bound(terrain, lists, point):
    """An upper bound on the Hessian's largest eigenvalue: twice the largest sum of pair stiffnesses at a particle."""
    sums = terrain.stack[SCRATCH, 0].reshape(1, -1)
    stiffnesses(point, lists.sizes, lists.neighbors, terrain.layout, sums, terrain.lanes)
    return 2.0 * sums.max()
