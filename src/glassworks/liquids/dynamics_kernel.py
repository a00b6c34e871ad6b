"""Compiled part of molecular dynamics: steps of velocity Verlet with a thermostat.

Arrays are stored by component and slot, (d, slots) (see :mod:`glassworks.configurations.pencils`); slots that hold no
particle lie far away and never move.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.configurations.pair_sums import UNRECORDED, pair_sums, recorded_in
from glassworks.configurations.pencils import HalfList, Layout, Pencils, narrow, strayed
from glassworks.lanes import EIGHT, PART, inner, load, spread, total_of_neighbors

FINE, MOVED, BROKEN = 0, 1, 2


@njit(inline="always")
def weighed(masses, velocities):
    """Σ m v² of two contiguous arrays (n,), a multiple of eight numbers."""
    sums = spread(0.0, EIGHT)
    for i in range(0, len(masses), 8):
        v = load(velocities, i, EIGHT)
        sums = sums + load(masses, i, EIGHT) * (v * v)
    return total_of_neighbors(sums)


@njit(cache=True, error_model="numpy")
def twice_kinetic(velocities, masses):
    """Σ m v²; (d, slots), a multiple of eight slots. Masses (slots,), or None for unit masses."""
    squares = 0.0
    if masses is None:
        for k in range(velocities.shape[0]):
            squares += inner(velocities[k], velocities[k])
    else:
        for k in range(velocities.shape[0]):
            squares += weighed(masses, velocities[k])
    return squares


@njit(cache=True, error_model="numpy")
def push_second(bath, inertia, temperature, period, time):
    """Accelerate the second thermostat, where there is one, by the kinetic energy of the first."""
    if bath.shape[1] > 1:
        bath[1, 1] += time * (inertia * bath[1, 0] ** 2 - temperature) / (temperature * period**2)


@njit(cache=True, error_model="numpy")
def kick(velocities, time, forces, masses):
    """velocities += time · forces / masses, (d, slots); returns Σ m v² then, summed while a part of it is at hand.

    Args:
        masses: (slots,), or None for unit masses.
    """
    squares = 0.0
    for k in range(velocities.shape[0]):
        for first in range(0, velocities.shape[1], PART):
            moving, pulls = velocities[k, first : first + PART], forces[k, first : first + PART]
            if masses is None:
                for i in range(moving.shape[0]):
                    moving[i] += time * pulls[i]
                squares += inner(moving, moving)
            else:
                heavy = masses[first : first + PART]
                for i in range(moving.shape[0]):
                    moving[i] += time * pulls[i] / heavy[i]
                squares += weighed(heavy, moving)
    return squares


@njit(cache=True, error_model="numpy")
def drift(places, velocities, forces, masses, factor, half, step):
    """velocities ← factor · velocities + half · forces / masses, places += step · velocities, each (d, slots)."""
    for k in range(velocities.shape[0]):
        if masses is None:
            for i in range(velocities.shape[1]):
                velocities[k, i] = factor * velocities[k, i] + half * forces[k, i]
                places[k, i] += step * velocities[k, i]
        else:
            for i in range(velocities.shape[1]):
                velocities[k, i] = factor * velocities[k, i] + half * forces[k, i] / masses[i]
                places[k, i] += step * velocities[k, i]


@njit(cache=True, error_model="numpy")
def thermostat_half_step(twice, bath, freedoms, temperature, period, step):
    """Half a step of one Nosé-Hoover thermostat or a chain of two (Martyna et al., Mol. Phys. 87, 1117 (1996), Eq. 29).

    Args:
        twice: Σ m v².
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
def lost(velocities, step, distance):
    """The first particle that moves farther than a distance in one step, or whose velocity is not finite; else −1."""
    for i in range(velocities.shape[1]):
        s = 0.0
        for k in range(velocities.shape[0]):
            s += velocities[k, i] * velocities[k, i]
        if not s * step * step <= distance * distance:
            return i
    return -1


class Motion(NamedTuple):
    """What moves, by component and slot.

    Attributes:
        places, velocities, forces: (d, slots).
        masses: (slots,), 1 where there is no particle; None for unit masses.
        bath: positions and velocities of the thermostats, (2, links).
    """

    places: np.ndarray
    velocities: np.ndarray
    forces: np.ndarray
    masses: np.ndarray | None
    bath: np.ndarray


class Surroundings(NamedTuple):
    """Between what forces act.

    Attributes:
        layout: the box and the pair energy.
        neighbors: the rows.
        sizes: λ by slot, (slots,).
        origin: where the particles were when neighbors were made, (d, slots).
        reach: how far a particle may go before they are made anew.
    """

    layout: Layout
    neighbors: Pencils | HalfList
    sizes: np.ndarray
    origin: np.ndarray
    reach: float


class Course(NamedTuple):
    """What stays the same along a run.

    Attributes:
        step: Δt.
        particles: N.
        temperature, rate: the thermostat's temperature is temperature + rate · step · (number of the step).
        period: the thermostat's τ; 0 for none.
        every: a record after each so many steps.
    """

    step: float
    particles: int
    temperature: float
    rate: float
    period: float
    every: int


class Record(NamedTuple):
    """What is recorded of a run.

    Attributes:
        trace: a row a record: U, Σ m v², W, energy of the thermostats; (records, 4).
        stresses: zeros, (records, d(d + 1)/2), for Σ f_k r_l over pairs, k ≤ l; or an empty tuple, and none are summed.
    """

    trace: np.ndarray
    stresses: np.ndarray | tuple


@njit(cache=True, error_model="numpy")
def steps(motion, around, course, first, moved, last, record, lanes):
    """Steps `first` … `last` − 1 of a run, until a particle has left its origin by `reach`.

    Neighbors are complete before every evaluation of forces: when a particle has gone too far they are renewed first.

    Args:
        motion: changes in place.
        moved: whether the particles have already made the first step's way, so that its forces come next.
        record: gets a row a record.

    Returns:
        (step, status, slot): FINE at the end; MOVED wants new neighbors before this step's forces; BROKEN names a slot
        whose particle is not finite or moved by more than `reach` in this one step.
    """
    places, velocities, forces, masses, bath = motion
    layout, neighbors, sizes, origin, reach = around
    step, period, every = course.step, course.period, course.every
    edges = layout.edges
    dimension = len(edges)
    freedoms = dimension * (course.particles - 1)
    half = 0.5 * step
    for done in range(first, last):
        target = course.temperature + course.rate * step * done
        if not moved:
            factor = 1.0
            if period > 0.0:
                factor = thermostat_half_step(twice_kinetic(velocities, masses), bath, freedoms, target, period, step)
            drift(places, velocities, forces, masses, factor, half, step)
            if strayed(places, origin, edges, reach):
                slot = lost(velocities, step, reach)
                return done, (MOVED if slot < 0 else BROKEN), slot
        moved = False
        narrow(places, sizes, neighbors, layout, lanes)
        recorded = (done + 1) % every == 0
        energy = virial = 0.0
        if recorded:
            wanted = recorded_in(record.stresses, (done + 1) // every - 1)
            energy, virial = pair_sums(places, sizes, neighbors, layout, forces, wanted, lanes)
        else:
            pair_sums(places, sizes, neighbors, layout, forces, UNRECORDED, lanes)
        twice = kick(velocities, half, forces, masses)
        if period > 0.0:
            factor = thermostat_half_step(twice, bath, freedoms, target, period, step)
            for k in range(dimension):
                for i in range(velocities.shape[1]):
                    velocities[k, i] *= factor
        if recorded:
            row, trace = (done + 1) // every - 1, record.trace
            trace[row, 0] = energy
            trace[row, 1] = twice_kinetic(velocities, masses)
            trace[row, 2] = virial
            trace[row, 3] = bath_energy(bath, freedoms, target, period) if period > 0.0 else 0.0
    return last, FINE, -1
