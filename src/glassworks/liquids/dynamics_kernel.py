"""Compiled part of molecular dynamics: forces, and steps of velocity Verlet with a thermostat.

Arrays are stored by component and slot, (d, slots) (see :mod:`glassworks.liquids.columns`); slots that hold no particle
lie far away and never move. Forces come from chunks by vector instructions where the processor has them
(:func:`chunk_forces`), else from a plain half list (:func:`list_forces`); both evaluate the same `pair_terms`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload

from glassworks.configurations.box import reduced
from glassworks.lanes import (
    PART,
    add_to_point,
    add_total,
    difference,
    inner,
    load,
    load_point,
    scaled_sum,
    spread,
    spread_point,
    squared,
    sum_of,
    total,
)
from glassworks.liquids.columns import Columns, narrow_rows, slot_and_copy
from glassworks.models.potentials import choose, formula_terms, inverse_area, pair_energy, pair_length, pair_terms

FINE, MOVED, BROKEN = 0, 1, 2

RECORDED, UNRECORDED = (0,), ()
"""Whether U and W are wanted: by its length, so that kernels are compiled apart and no step pays for what it leaves."""


class HalfList(NamedTuple):
    """The plain neighbor list, of slots.

    Attributes:
        particle: (slots,) the number of the particle that a slot holds, −1 for none (behind all others).
        start, partner: the partners of slot i are partner[start[i]:start[i + 1]], each pair standing once.
    """

    particle: np.ndarray
    start: np.ndarray
    partner: np.ndarray


@njit(cache=True, error_model="numpy")
def list_forces(places, sizes, neighbors, edges, interaction, forces):
    """Forces (d, slots) from a half list; returns U and W = Σ_pairs r·f."""
    dimension = len(edges)
    vector = np.empty(dimension)
    forces[:] = 0.0
    energy = 0.0
    virial = 0.0
    for i in range(neighbors.start.shape[0] - 1):
        for entry in range(neighbors.start[i], neighbors.start[i + 1]):
            j = neighbors.partner[entry]
            s = 0.0
            for k in range(dimension):
                vector[k] = reduced(places[k, i] - places[k, j], edges[k])
                s += vector[k] * vector[k]
            length = pair_length(interaction.nonadditivity, sizes[i], sizes[j])
            reach = interaction.cutoff * length
            if s < reach * reach:
                terms = pair_terms(interaction, s, length, pair_energy(interaction, sizes[i], sizes[j]))
                tension = -2.0 * terms[1]
                energy += terms[0]
                virial += tension * s
                for k in range(dimension):
                    forces[k, i] += tension * vector[k]
                    forces[k, j] -= tension * vector[k]
    return energy, virial


@njit(inline="always")
def scales_of(interaction, first, second):
    """:func:`inverse_area` of a pair, its ε, and −2 times their product."""
    area = inverse_area(interaction, pair_length(interaction.nonadditivity, first, second))
    energy = pair_energy(interaction, first, second)
    return area, energy, -2.0 * energy * area


@njit(cache=True, error_model="numpy")
def chunk_forces(places, sizes, species, columns, edges, interaction, forces, sums, lanes):
    """The same from the rows of chunks, by vector instructions.

    Args:
        species: (2,) the sizes of a mixture of two, whose scales need not be worked out for each pair; else two times
            the same number.
        sums: :data:`RECORDED` or :data:`UNRECORDED`.
    """
    forces[:] = 0.0
    binary = species[0] < species[1]
    middle = 0.5 * (species[0] + species[1])
    furthest = interaction.cutoff * interaction.cutoff * inverse_area(interaction, 1.0)
    small, unlike, big = (
        scales_of(interaction, species[0], species[0]),
        scales_of(interaction, species[0], species[1]),
        scales_of(interaction, species[1], species[1]),
    )
    energies, virials = spread(0.0, lanes), spread(0.0, lanes)
    for i in range(places.shape[1]):
        if columns.start[i] == columns.start[i + 1]:
            continue
        own = spread_point(places, i, edges, lanes)
        pull = difference(own, own)
        area_s, energy_s, strength_s = unlike if sizes[i] > middle else small
        area_l, energy_l, strength_l = big if sizes[i] > middle else unlike
        for entry in range(np.uint64(columns.start[i]), np.uint64(columns.start[i + 1])):
            slot, copy = slot_and_copy(columns.chunks[entry])
            there = sum_of(load_point(places, slot, edges, lanes), spread_point(columns.shifts, copy, edges, lanes))
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
            if len(sums):
                energies = energies + choose(inside, energy * terms[0], 0.0)
                virials = virials + tension * s
        add_total(forces, i, pull)
    return total(energies), total(virials)


def all_forces(places, sizes, species, neighbors, edges, interaction, forces, sums, lanes):
    """Forces from neighbors of either kind; U and W where they are wanted."""
    raise NotImplementedError("only in compiled code")


@overload(all_forces)
def choose_forces(places, sizes, species, neighbors, edges, interaction, forces, sums, lanes):
    if isinstance(neighbors, types.NamedTuple) and neighbors.instance_class is Columns:
        return lambda places, sizes, species, neighbors, edges, interaction, forces, sums, lanes: chunk_forces(
            places, sizes, species, neighbors, edges, interaction, forces, sums, lanes
        )
    return lambda places, sizes, species, neighbors, edges, interaction, forces, sums, lanes: list_forces(
        places, sizes, neighbors, edges, interaction, forces
    )


def narrow(places, sizes, species, neighbors, edges, interaction, skin, lanes):
    """Make narrow rows when some particle has moved half the skin since the last ones; a plain list has none."""
    raise NotImplementedError("only in compiled code")


@overload(narrow)
def choose_narrow(places, sizes, species, neighbors, edges, interaction, skin, lanes):
    if isinstance(neighbors, types.NamedTuple) and neighbors.instance_class is Columns:

        def narrow_columns(places, sizes, species, neighbors, edges, interaction, skin, lanes):
            if strayed(places, neighbors.seen, edges, 0.5 * skin):
                narrow_rows(places, sizes, species, neighbors, edges, interaction, skin, lanes)

        return narrow_columns
    return lambda places, sizes, species, neighbors, edges, interaction, skin, lanes: None


@njit(cache=True, error_model="numpy")
def forces_once(places, sizes, species, neighbors, edges, interaction, skin, forces, lanes):
    """:func:`all_forces` for a caller that is not compiled."""
    narrow(places, sizes, species, neighbors, edges, interaction, skin, lanes)
    return all_forces(places, sizes, species, neighbors, edges, interaction, forces, RECORDED, lanes)


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
def twice_kinetic(velocities):
    """Σ v², with unit masses; (d, slots), a multiple of eight slots."""
    squares = 0.0
    for k in range(velocities.shape[0]):
        squares += inner(velocities[k], velocities[k])
    return squares


@njit(cache=True, error_model="numpy")
def push_second(bath, inertia, temperature, period, time):
    """Accelerate the second thermostat, where there is one, by the kinetic energy of the first."""
    if bath.shape[1] > 1:
        bath[1, 1] += time * (inertia * bath[1, 0] ** 2 - temperature) / (temperature * period**2)


@njit(cache=True, error_model="numpy")
def kick(velocities, time, forces):
    """velocities += time · forces, (d, slots); returns Σ v² then, summed while a part of them is at hand."""
    squares = 0.0
    for k in range(velocities.shape[0]):
        for first in range(0, velocities.shape[1], PART):
            moving, pulls = velocities[k, first : first + PART], forces[k, first : first + PART]
            for i in range(moving.shape[0]):
                moving[i] += time * pulls[i]
            squares += inner(moving, moving)
    return squares


@njit(cache=True, error_model="numpy")
def thermostat_half_step(twice, bath, freedoms, temperature, period, step):
    """Half a step of one Nosé-Hoover thermostat or a chain of two (Martyna et al., Mol. Phys. 87, 1117 (1996), Eq. 29).

    Args:
        twice: Σ v².
        bath: (2, links): positions and velocities of one or two thermostats, changed in place.
        freedoms: number of degrees of freedom g; the inertias are Q_1 = g T τ² and Q_2 = T τ².
        period: τ.

    Returns:
        the factor by which all velocities are to be multiplied.
    """
    inertia = freedoms * temperature * period**2
    quarter = 0.25 * step
    push_second(bath, inertia, temperature, period, quarter)
    slow = np.exp(-0.5 * quarter * bath[1, 1]) if bath.shape[1] > 1 else 1.0
    bath[1, 0] = (bath[1, 0] * slow + quarter * (twice - freedoms * temperature) / inertia) * slow
    factor = np.exp(-0.5 * step * bath[1, 0])
    twice *= factor * factor
    for m in range(bath.shape[1]):
        bath[0, m] += 0.5 * step * bath[1, m]
    bath[1, 0] = (bath[1, 0] * slow + quarter * (twice - freedoms * temperature) / inertia) * slow
    push_second(bath, inertia, temperature, period, quarter)
    return factor


@njit(cache=True, error_model="numpy")
def bath_energy(bath, freedoms, temperature, period):
    """What the thermostats add to the conserved quantity."""
    unit = temperature * period**2
    total = 0.5 * freedoms * unit * bath[1, 0] ** 2 + temperature * freedoms * bath[0, 0]
    if bath.shape[1] > 1:
        total += 0.5 * unit * bath[1, 1] ** 2 + temperature * bath[0, 1]
    return total


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
def lost(velocities, step, distance):
    """The first particle that moves farther than a distance in one step, or whose velocity is not finite; else −1."""
    for i in range(velocities.shape[1]):
        s = 0.0
        for k in range(velocities.shape[0]):
            s += velocities[k, i] * velocities[k, i]
        if not s * step * step <= distance * distance:
            return i
    return -1


@njit(cache=True, error_model="numpy")
def steps(
    places,
    velocities,
    forces,
    origin,
    sizes,
    species,
    neighbors,
    bath,
    edges,
    interaction,
    reach,
    skin,
    step,
    first,
    moved,
    last,
    particles,
    temperature,
    rate,
    period,
    every,
    trace,
    lanes,
):
    """Steps `first` … `last` − 1 of a run, until a particle has left its origin by `reach`.

    Neighbors are complete before every evaluation of forces: when a particle has gone too far they are renewed first.

    Args:
        places, velocities, forces, origin: (d, slots); all but the origin change in place.
        moved: whether the particles have already made the first step's way, so that its forces come next.
        skin: of the narrow rows.
        particles: N.
        temperature, rate: the thermostat's temperature is temperature + rate · step · (number of the step).
        period: the thermostat's τ; 0 for none.
        every: record after each so many steps, trace[row] = U, Σ v², W, energy of the thermostats.

    Returns:
        (step, status, slot): FINE at the end; MOVED wants new neighbors before this step's forces; BROKEN names a slot
        whose particle is not finite or moved by more than `reach` in this one step.
    """
    dimension = len(edges)
    freedoms = dimension * (particles - 1)
    half = 0.5 * step
    for done in range(first, last):
        target = temperature + rate * step * done
        if not moved:
            factor = 1.0
            if period > 0.0:
                factor = thermostat_half_step(twice_kinetic(velocities), bath, freedoms, target, period, step)
            for k in range(dimension):
                for i in range(velocities.shape[1]):
                    velocities[k, i] = factor * velocities[k, i] + half * forces[k, i]
                    places[k, i] += step * velocities[k, i]
            if strayed(places, origin, edges, reach):
                slot = lost(velocities, step, reach)
                return done, (MOVED if slot < 0 else BROKEN), slot
        moved = False
        narrow(places, sizes, species, neighbors, edges, interaction, skin, lanes)
        recorded = (done + 1) % every == 0
        energy = virial = 0.0
        if recorded:
            energy, virial = all_forces(places, sizes, species, neighbors, edges, interaction, forces, RECORDED, lanes)
        else:
            all_forces(places, sizes, species, neighbors, edges, interaction, forces, UNRECORDED, lanes)
        twice = kick(velocities, half, forces)
        if period > 0.0:
            factor = thermostat_half_step(twice, bath, freedoms, target, period, step)
            for k in range(dimension):
                for i in range(velocities.shape[1]):
                    velocities[k, i] *= factor
        if recorded:
            row = (done + 1) // every - 1
            trace[row, 0] = energy
            trace[row, 1] = twice_kinetic(velocities)
            trace[row, 2] = virial
            trace[row, 3] = bath_energy(bath, freedoms, target, period) if period > 0.0 else 0.0
    return last, FINE, -1
