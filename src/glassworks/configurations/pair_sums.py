"""Forces, and other sums over pairs, of particles in slots: from rows of chunks or from a plain half list.

Arrays are stored by component and slot, (d, slots) (see :mod:`glassworks.configurations.pencils`). Chunks are worked
on by vector instructions (:func:`chunk_sums`); the plain list (:func:`list_sums`) serves processors without them, and
tests the others. Both evaluate the same formulas, of which `models.potentials` has the only copy.
"""

from math import sqrt

import numpy as np
from numba import njit, types
from numba.extending import overload

from glassworks.configurations.box import to_nearest
from glassworks.configurations.pencils import in_pencils, narrow, slot_and_copy
from glassworks.lanes import (
    add_products,
    add_to_point,
    add_total,
    difference,
    load,
    load_point,
    no_products,
    scaled_sum,
    spread,
    spread_point,
    squared,
    store_products,
    sum_of,
    total,
)
from glassworks.models.potentials import choose, formula_terms, inverse_area, pair_energy, pair_length, pair_terms

UNRECORDED, RECORDED, STRENGTHS = (), (0,), (0, 0)
"""What is wanted beside the forces: nothing; U and the virial W = Σ r·f; or Σ |f_ij| and the number of interacting
pairs. Told by a length, so that kernels are compiled apart and no evaluation pays for what it leaves. With a third
entry, an array, U, W and there the sums Σ f_k r_l of all k ≤ l (:func:`recorded_in`)."""


def recorded_in(stresses, record):
    """What is wanted of an evaluation that is recorded: U and W, and where `stresses` is an array (records,
    d(d + 1)/2), not an empty tuple, Σ f_k r_l in its row. For compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(recorded_in)
def choose_recorded(stresses, record):
    if isinstance(stresses, types.Array):
        return lambda stresses, record: (0, 0, stresses[record])
    return lambda stresses, record: RECORDED


def _has_stress(wanted) -> bool:
    return isinstance(wanted, types.BaseTuple) and len(wanted) == 3


def no_stress(wanted, vector):
    """Where the sums Σ f_k r_l begin, for registers; nothing where they are not wanted."""
    raise NotImplementedError("only in compiled code")


@overload(no_stress)
def choose_no_stress(wanted, vector):
    return (lambda wanted, vector: no_products(vector)) if _has_stress(wanted) else (lambda wanted, vector: ())


def with_stress(sums, tension, vector):
    """These sums with a pair more."""
    raise NotImplementedError("only in compiled code")


@overload(with_stress)
def choose_with_stress(sums, tension, vector):
    if len(sums):
        return lambda sums, tension, vector: add_products(sums, tension, vector)
    return lambda sums, tension, vector: sums


def keep_stress(wanted, sums):
    """Write them where they are wanted."""
    raise NotImplementedError("only in compiled code")


@overload(keep_stress)
def choose_keep_stress(wanted, sums):
    return (lambda wanted, sums: store_products(wanted[2], sums)) if len(sums) else (lambda wanted, sums: None)


def add_stress(wanted, tension, vector):
    """Add a pair's to the sums where they are wanted, for a plain list."""
    raise NotImplementedError("only in compiled code")


@overload(add_stress)
def choose_add_stress(wanted, tension, vector):
    if not _has_stress(wanted):
        return lambda wanted, tension, vector: None

    def add(wanted, tension, vector):
        m = 0
        for k in range(len(vector)):
            for other in range(k, len(vector)):
                wanted[2][m] += tension * vector[k] * vector[other]
                m += 1

    return add


@njit(cache=True, error_model="numpy")
def list_sums(places, sizes, neighbors, layout, forces, wanted):
    """Forces (d, slots) from a half list; returns the two sums that are wanted."""
    edges, interaction = layout.edges, layout.interaction
    dimension = len(edges)
    vector = np.empty(dimension)
    forces[:] = 0.0
    first = second = 0.0
    for i in range(neighbors.start.shape[0] - 1):
        for entry in range(neighbors.start[i], neighbors.start[i + 1]):
            j = neighbors.partner[entry]
            s = 0.0
            for k in range(dimension):
                vector[k] = places[k, i] - places[k, j]
            to_nearest(vector, edges, layout.slant)
            for k in range(dimension):
                s += vector[k] * vector[k]
            length = pair_length(interaction.nonadditivity, sizes[i], sizes[j])
            reach = interaction.cutoff * length
            if s < reach * reach:
                terms = pair_terms(interaction, s, length, pair_energy(interaction, sizes[i], sizes[j]))
                tension = -2.0 * terms[1]
                if len(wanted) % 2 == 1:
                    first += terms[0]
                    second += tension * s
                    add_stress(wanted, tension, vector)
                elif len(wanted) == 2:
                    first += abs(tension) * sqrt(s)
                    second += 1.0
                for k in range(dimension):
                    forces[k, i] += tension * vector[k]
                    forces[k, j] -= tension * vector[k]
    return first, second


@njit(inline="always")
def scales_of(interaction, first, second):
    """:func:`inverse_area` of a pair, its ε, and −2 times their product."""
    area = inverse_area(interaction, pair_length(interaction.nonadditivity, first, second))
    energy = pair_energy(interaction, first, second)
    return area, energy, -2.0 * energy * area


@njit(cache=True, error_model="numpy")
def chunk_sums(places, sizes, pencils, layout, forces, wanted, lanes):
    """The same from the rows of chunks, by vector instructions."""
    edges, interaction, species, shifts = layout.edges, layout.interaction, layout.species, layout.shifts
    forces[:] = 0.0
    binary = species[0] < species[1]
    middle = 0.5 * (species[0] + species[1])
    furthest = interaction.cutoff * interaction.cutoff * inverse_area(interaction, 1.0)
    small, unlike, big = (
        scales_of(interaction, species[0], species[0]),
        scales_of(interaction, species[0], species[1]),
        scales_of(interaction, species[1], species[1]),
    )
    first, second = spread(0.0, lanes), spread(0.0, lanes)
    stress = no_stress(wanted, spread_point(places, 0, edges, lanes))
    for i in range(places.shape[1]):
        if pencils.start[i] == pencils.stop[i]:
            continue
        own = spread_point(places, i, edges, lanes)
        pull = difference(own, own)
        area_s, energy_s, strength_s = unlike if sizes[i] > middle else small
        area_l, energy_l, strength_l = big if sizes[i] > middle else unlike
        for entry in range(np.uint64(pencils.start[i]), np.uint64(pencils.stop[i])):
            slot, copy = slot_and_copy(pencils.chunks[entry])
            there = sum_of(load_point(places, slot, edges, lanes), spread_point(shifts, copy, edges, lanes))
            vector = difference(own, there)
            s = squared(vector)
            others = load(sizes, slot, lanes)
            if binary:
                large = others > middle
                area = choose(large, area_l, area_s)
                energy = choose(large, energy_l, energy_s)
                strength = choose(large, strength_l, strength_s)
            else:
                area, energy, strength = scales_of(interaction, others, sizes[i])
            y = s * area
            terms = formula_terms(interaction, y)
            inside = y < furthest
            tension = choose(inside, strength * terms[1], 0.0)
            pull = scaled_sum(pull, tension, vector)
            add_to_point(forces, slot, -tension, vector)
            if len(wanted) % 2 == 1:
                first = first + choose(inside, energy * terms[0], 0.0)
                second = second + tension * s
                stress = with_stress(stress, tension, vector)
            elif len(wanted) == 2:
                first = first + abs(tension) * sqrt(s)
                second = second + choose(inside, 1.0, 0.0)
        add_total(forces, i, pull)
    keep_stress(wanted, stress)
    return total(first), total(second)


def pair_sums(places, sizes, neighbors, layout, forces, wanted, lanes):
    """Forces from neighbors of either kind; returns the two sums that are wanted. For compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(pair_sums)
def choose_sums(places, sizes, neighbors, layout, forces, wanted, lanes):
    if in_pencils(neighbors):
        return lambda places, sizes, neighbors, layout, forces, wanted, lanes: chunk_sums(
            places, sizes, neighbors, layout, forces, wanted, lanes
        )
    return lambda places, sizes, neighbors, layout, forces, wanted, lanes: list_sums(
        places, sizes, neighbors, layout, forces, wanted
    )


@njit(cache=True, error_model="numpy")
def forces_once(places, sizes, neighbors, layout, forces, lanes):
    """Forces, U and W for a caller that is not compiled."""
    narrow(places, sizes, neighbors, layout, lanes)
    return pair_sums(places, sizes, neighbors, layout, forces, RECORDED, lanes)


@njit(inline="always")
def stiffness_of(interaction, s, area, energy):
    """The larger of the two stiffnesses of a pair, |2 U'| across and |2 U' + 4 U'' s| along it."""
    y = s * area
    terms = formula_terms(interaction, y)
    across = 2.0 * energy * area * terms[1]
    along = across + 4.0 * energy * area * y * terms[2]
    return choose(abs(across) > abs(along), abs(across), abs(along))


@njit(cache=True, error_model="numpy")
def list_stiffness(places, sizes, neighbors, layout, sums):
    """The sum (1, slots) of the stiffnesses of each particle's pairs, from a half list."""
    edges, interaction = layout.edges, layout.interaction
    furthest = interaction.cutoff * interaction.cutoff * inverse_area(interaction, 1.0)
    vector = np.empty(len(edges))
    sums[:] = 0.0
    for i in range(neighbors.start.shape[0] - 1):
        for entry in range(neighbors.start[i], neighbors.start[i + 1]):
            j = neighbors.partner[entry]
            s = 0.0
            for k in range(len(edges)):
                vector[k] = places[k, i] - places[k, j]
            to_nearest(vector, edges, layout.slant)
            for k in range(len(edges)):
                s += vector[k] * vector[k]
            area, energy, _ = scales_of(interaction, sizes[i], sizes[j])
            if s * area < furthest:
                stiffness = stiffness_of(interaction, s, area, energy)
                sums[0, i] += stiffness
                sums[0, j] += stiffness


@njit(cache=True, error_model="numpy")
def chunk_stiffness(places, sizes, pencils, layout, sums, lanes):
    """The same from the rows of chunks."""
    edges, interaction, shifts = layout.edges, layout.interaction, layout.shifts
    furthest = interaction.cutoff * interaction.cutoff * inverse_area(interaction, 1.0)
    one = (spread(1.0, lanes),)
    sums[:] = 0.0
    for i in range(places.shape[1]):
        own, own_sum = spread_point(places, i, edges, lanes), (spread(0.0, lanes),)
        for entry in range(np.uint64(pencils.start[i]), np.uint64(pencils.stop[i])):
            slot, copy = slot_and_copy(pencils.chunks[entry])
            there = sum_of(load_point(places, slot, edges, lanes), spread_point(shifts, copy, edges, lanes))
            s = squared(difference(own, there))
            area, energy, _ = scales_of(interaction, load(sizes, slot, lanes), sizes[i])
            stiffness = choose(s * area < furthest, stiffness_of(interaction, s, area, energy), 0.0)
            own_sum = scaled_sum(own_sum, stiffness, one)
            add_to_point(sums, slot, stiffness, one)
        add_total(sums, i, own_sum)


def stiffnesses(places, sizes, neighbors, layout, sums, lanes):
    """The sum (1, slots) of the stiffnesses of each particle's pairs; for compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(stiffnesses)
def choose_stiffnesses(places, sizes, neighbors, layout, sums, lanes):
    if in_pencils(neighbors):
        return lambda places, sizes, neighbors, layout, sums, lanes: chunk_stiffness(
            places, sizes, neighbors, layout, sums, lanes
        )
    return lambda places, sizes, neighbors, layout, sums, lanes: list_stiffness(places, sizes, neighbors, layout, sums)
