"""Compiled part of molecular dynamics: forces from full neighbor rows, and steps of velocity Verlet with a thermostat.

Coordinates are stored by component, (d, N + 1), with a ghost that is not a number (see `swap_kernel`); strict
arithmetic, so that the same start gives the same bits on every processor.
"""

import numpy as np
from numba import njit

from glassworks.liquids.swap_kernel import LANES, gather, lane_sum, reduced
from glassworks.models.potentials import pair_length

FINE, MOVED, BROKEN = 0, 1, 2


@njit(cache=True, error_model="numpy")
def full_rows(start, partner, n):
    """Rows (n, width) of the neighbors of each particle, from a half list, filled up with the ghost; their lengths."""
    count = np.zeros(n, dtype=np.int64)
    for i in range(n):
        for slot in range(start[i], start[i + 1]):
            count[i] += 1
            count[partner[slot]] += 1
    width = max((count.max() + LANES - 1) // LANES * LANES, LANES)
    rows = np.full((n, width), n, dtype=np.uint32)
    count[:] = 0
    for i in range(n):
        for slot in range(start[i], start[i + 1]):
            j = partner[slot]
            rows[i, count[i]] = j
            rows[j, count[j]] = i
            count[i] += 1
            count[j] += 1
    return rows, count


@njit(cache=True, error_model="numpy")
def rows_by_distance(places, sizes, edges, interaction, skin, width):
    """The same rows from all pairs by vector instructions: the faster way up to a few thousand particles.

    Returns:
        rows (n, width), lengths (n,), or lengths beyond the width where it was too small.
    """
    n = sizes.shape[0] - 1
    dimension = len(edges)
    rows = np.full((n, width), n, dtype=np.uint32)
    count = np.zeros(n, dtype=np.int64)
    squared = np.empty(n)
    inside = np.empty(n, dtype=np.int64)
    found = np.empty(n + 1, dtype=np.int64)
    for i in range(n - 1):
        ahead = n - 1 - i
        for m in range(ahead):
            squared[m] = 0.0
        for k in range(dimension):
            own, edge = places[k, i], edges[k]
            line = places[k, i + 1 :]
            for m in range(ahead):
                x = reduced(own - line[m], edge)
                squared[m] += x * x
        others = sizes[i + 1 :]
        size = sizes[i]
        for m in range(ahead):
            reach = interaction.cutoff * pair_length(interaction.nonadditivity, size, others[m]) + skin
            inside[m] = 1 if squared[m] < reach * reach else 0
        hits = 0
        for m in range(ahead):
            found[hits] = i + 1 + m
            hits += inside[m]
        for m in range(hits):
            j = found[m]
            if count[i] < width:
                rows[i, count[i]] = j
            if count[j] < width:
                rows[j, count[j]] = i
            count[i] += 1
            count[j] += 1
    return rows, count


@njit(inline="always")
def pair_tensions(places, i, size, edges, interaction, width, buffer, results, common):
    """Force components, energy and virial of each pair of a row, into the d + 2 rows of `results`."""
    dimension = len(edges)
    half, c0, c2, c4, c6 = interaction.coefficients[:5]
    for slot in range(width):
        squared = 0.0
        for k in range(dimension):
            x = reduced(places[k, i] - buffer[k, slot], edges[k])
            squared += x * x
        length = pair_length(interaction.nonadditivity, size, buffer[dimension, slot])
        area = length * length
        y = squared / area
        t = 1.0 / y
        t2 = t * t
        power = t2 * t2 * t if common else t**half
        inside = y < interaction.cutoff * interaction.cutoff
        u = interaction.energy * (power + c0 + y * (c2 + y * (c4 + y * c6)))
        slope = interaction.energy * (c2 + y * (2.0 * c4 + y * 3.0 * c6) - half * power * t)
        tension = -2.0 * slope / area if inside else 0.0
        for k in range(dimension):
            x = tension * reduced(places[k, i] - buffer[k, slot], edges[k])
            results[k, slot] = x if inside else 0.0
        results[dimension, slot] = u if inside else 0.0
        results[dimension + 1, slot] = tension * squared if inside else 0.0


@njit(cache=True, error_model="numpy")
def row_forces(places, sizes, rows, count, edges, interaction, forces, buffer, results):
    """All forces, (d, N), from full rows; returns U and W = Σ_pairs r·f."""
    dimension = len(edges)
    energy = 0.0
    virial = 0.0
    for i in range(rows.shape[0]):
        width = (count[i] + LANES - 1) // LANES * LANES
        gather(places, sizes, rows[i], width, dimension, buffer)
        if interaction.coefficients[0] == 5.0:
            pair_tensions(places, i, sizes[i], edges, interaction, width, buffer, results, True)
        else:
            pair_tensions(places, i, sizes[i], edges, interaction, width, buffer, results, False)
        for k in range(dimension):
            forces[k, i] = lane_sum(results[k], width)
        energy += lane_sum(results[dimension], width)
        virial += lane_sum(results[dimension + 1], width)
    return 0.5 * energy, 0.5 * virial


@njit(cache=True, error_model="numpy")
def twice_kinetic(velocities):
    """Σ v², with unit masses."""
    total = 0.0
    for k in range(velocities.shape[0]):
        for i in range(velocities.shape[1]):
            total += velocities[k, i] * velocities[k, i]
    return total


@njit(cache=True, error_model="numpy")
def push_second(bath, inertia, temperature, period, time):
    """Accelerate the second thermostat, where there is one, by the kinetic energy of the first."""
    if bath.shape[1] > 1:
        bath[1, 1] += time * (inertia * bath[1, 0] ** 2 - temperature) / (temperature * period**2)


@njit(cache=True, error_model="numpy")
def thermostat_half_step(velocities, bath, freedoms, temperature, period, step):
    """Half a step of one Nosé-Hoover thermostat or a chain of two (Martyna et al., Mol. Phys. 87, 1117 (1996), Eq. 29).

    Args:
        velocities: (d, N), scaled in place.
        bath: (2, links): positions and velocities of one or two thermostats, changed in place.
        freedoms: number of degrees of freedom g; the inertias are Q_1 = g T τ² and Q_2 = T τ².
        period: τ.
    """
    inertia = freedoms * temperature * period**2
    twice = twice_kinetic(velocities)
    quarter = 0.25 * step
    push_second(bath, inertia, temperature, period, quarter)
    slow = np.exp(-0.5 * quarter * bath[1, 1]) if bath.shape[1] > 1 else 1.0
    bath[1, 0] = (bath[1, 0] * slow + quarter * (twice - freedoms * temperature) / inertia) * slow
    factor = np.exp(-0.5 * step * bath[1, 0])
    for k in range(velocities.shape[0]):
        for i in range(velocities.shape[1]):
            velocities[k, i] *= factor
    twice *= factor * factor
    for m in range(bath.shape[1]):
        bath[0, m] += 0.5 * step * bath[1, m]
    bath[1, 0] = (bath[1, 0] * slow + quarter * (twice - freedoms * temperature) / inertia) * slow
    push_second(bath, inertia, temperature, period, quarter)


@njit(cache=True, error_model="numpy")
def bath_energy(bath, freedoms, temperature, period):
    """What the thermostats add to the conserved quantity."""
    unit = temperature * period**2
    total = 0.5 * freedoms * unit * bath[1, 0] ** 2 + temperature * freedoms * bath[0, 0]
    if bath.shape[1] > 1:
        total += 0.5 * unit * bath[1, 1] ** 2 + temperature * bath[0, 1]
    return total


@njit(cache=True, error_model="numpy")
def farthest(places, origin):
    """The particle farthest from its origin and its squared distance; one that is not finite comes first."""
    worst = -1
    largest = -1.0
    for i in range(origin.shape[1]):
        squared = 0.0
        for k in range(origin.shape[0]):
            squared += (places[k, i] - origin[k, i]) ** 2
        if not squared <= largest:
            worst, largest = i, squared
            if not np.isfinite(squared):
                break
    return worst, largest


@njit(cache=True, error_model="numpy")
def steps(
    places,
    velocities,
    forces,
    origin,
    sizes,
    rows,
    count,
    bath,
    edges,
    interaction,
    reach,
    step,
    first,
    last,
    temperature,
    rate,
    period,
    every,
    trace,
):
    """Steps `first` … `last` − 1 of a run, until a particle has left its origin by more than `reach`.

    Args:
        places: (d, N + 1); velocities, forces, origin: (d, N); all but the origin change in place.
        temperature, rate: the thermostat's temperature is temperature + rate · step · (number of the step).
        period: the thermostat's τ; 0 for none.
        every: record after each so many steps, trace[row] = U, Σ v², W, energy of the thermostats.

    Returns:
        (steps done, status, particle): status MOVED wants a new list, BROKEN names a particle that is not finite or
        moved by more than `reach` in this one step.
    """
    n = origin.shape[1]
    dimension = len(edges)
    freedoms = dimension * (n - 1)
    buffer = np.empty((dimension + 1, rows.shape[1]))
    results = np.empty((dimension + 2, rows.shape[1]))
    for done in range(first, last):
        target = temperature + rate * step * done
        if period > 0.0:
            thermostat_half_step(velocities, bath, freedoms, target, period, step)
        fastest = 0.0
        for i in range(n):
            squared = 0.0
            for k in range(dimension):
                velocities[k, i] += 0.5 * step * forces[k, i]
                places[k, i] += step * velocities[k, i]
                squared += velocities[k, i] * velocities[k, i]
            if not squared <= fastest:
                fastest = squared
                if not squared * step * step <= reach * reach:
                    return done, BROKEN, i
        energy, virial = row_forces(places, sizes, rows, count, edges, interaction, forces, buffer, results)
        for k in range(dimension):
            for i in range(n):
                velocities[k, i] += 0.5 * step * forces[k, i]
        if period > 0.0:
            thermostat_half_step(velocities, bath, freedoms, target, period, step)
        if (done + 1) % every == 0:
            row = (done + 1) // every - 1
            trace[row, 0] = energy
            trace[row, 1] = twice_kinetic(velocities)
            trace[row, 2] = virial
            trace[row, 3] = bath_energy(bath, freedoms, target, period) if period > 0.0 else 0.0
        particle, squared = farthest(places, origin)
        if not squared < reach * reach:
            return done + 1, (MOVED if np.isfinite(squared) else BROKEN), particle
    return last, FINE, -1
