"""The potential energy as the minimizers see it: forces at a point, each evaluation counted.

Points are (N, d) arrays that need not lie inside the box. No energy is summed here: the minimizers judge by the force.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.minimize.nested import EVALUATIONS, INTERNAL, Terrain, block_end, following, read_block
from glassworks.models.potentials import (
    HARMONIC,
    INVERSE_POWER,
    LENNARD_JONES,
    MINIMUM_SQUARED,
    STICKY_SPHERES,
    UNKNOWN,
    Interaction,
    harmonic_terms,
    inverse_power_terms,
    lennard_jones_terms,
    pair_terms,
    sticky_terms,
)


@njit(cache=True)
def cells_along_a_snake(fractions, counts):
    """The number of each point's cell on a walk to and fro through the cells, on which near numbers are near in space.

    Args:
        fractions: coordinates in edges, in [0, 1), (N, d).
        counts: cells along each axis, (d,).
    """
    out = np.empty(fractions.shape[0], dtype=np.int64)
    for i in range(fractions.shape[0]):
        number = 0
        for k in range(fractions.shape[1]):
            index = min(int(fractions[i, k] * counts[k]), counts[k] - 1)
            number = number * counts[k] + (counts[k] - 1 - index if number % 2 else index)
        out[i] = number
    return out


def spatial_order(configuration: Configuration) -> np.ndarray:
    """A permutation (N,) that puts particles of neighboring places next to each other in memory."""
    box = configuration.box
    counts = np.full(box.dimension, max(int(0.5 * (len(configuration)) ** (1 / box.dimension)), 1))
    fractions = np.mod(configuration.positions / box.length, 1.0)
    return np.argsort(cells_along_a_snake(fractions, counts), kind="stable")


def terrain_of(
    interaction: Interaction, configuration: Configuration, order: np.ndarray, skin: float, wide_skin: float
) -> Terrain:
    """What a quench needs to know, particles in the given order; skins shrink where half the box leaves no room."""
    box, diameters = configuration.box, configuration.diameters[order]
    room = max(0.999 * (0.5 * box.length - interaction.cutoff * float(diameters.max())), 0.0)
    return Terrain(interaction, diameters, box.edges, float(box.tilt), min(skin, room), min(wide_skin, room))


@njit(inline="always")
def tensions(terms, coefficients, unit, cutoff, lengths, energies, count, values):
    """values[s]: from a squared distance to −2 ∂U/∂(r²) of that pair, 0 beyond the cutoff; a loop that vectorizes."""
    for s in range(count):
        inverse_area = 1.0 / (unit * lengths[s] * lengths[s])
        y = values[s] * inverse_area
        slope = energies[s] * inverse_area * terms(coefficients, y)[1]
        values[s] = -2.0 * slope if y * unit < cutoff * cutoff else 0.0


@njit(inline="always")
def contact_terms(coefficients, y):
    return harmonic_terms(y)


@INTERNAL
def tensions_of_any(interaction, lengths, energies, count, values):
    """:func:`tensions`, compiled once for each pair energy, so that no loop has to choose between them."""
    c, cutoff = interaction.coefficients, interaction.cutoff
    if interaction.kind == INVERSE_POWER:
        if c[0] == 5.0:
            tensions(inverse_power_terms, (5.0, c[1], c[2], c[3], c[4]), 1.0, cutoff, lengths, energies, count, values)
        elif c[0] == 6.0:
            tensions(inverse_power_terms, (6.0, c[1], c[2], c[3], c[4]), 1.0, cutoff, lengths, energies, count, values)
        else:
            tensions(inverse_power_terms, c, 1.0, cutoff, lengths, energies, count, values)
    elif interaction.kind == LENNARD_JONES:
        tensions(lennard_jones_terms, c, 1.0, cutoff, lengths, energies, count, values)
    elif interaction.kind == STICKY_SPHERES:
        tensions(sticky_terms, c, MINIMUM_SQUARED, cutoff, lengths, energies, count, values)
    elif interaction.kind == HARMONIC:
        tensions(contact_terms, c, 1.0, cutoff, lengths, energies, count, values)
    else:
        raise ValueError(UNKNOWN)


@njit(inline="always")
def scatter(vectors, factors, start, partner, edges, first, last, forces):
    """Add the force factors[s] · vectors[:, s] of each pair of rows first … last − 1 to both its particles.

    The sum over a row stays in registers, which is why its components have names.
    """
    d = len(edges)
    s = np.uint64(0)
    for i in range(np.uint64(first), np.uint64(last)):
        x = y = z = w = 0.0
        for slot in range(np.uint64(start[i]), np.uint64(start[i + 1])):
            j, factor = partner[slot], factors[s]
            force = factor * vectors[0, s]
            x += force
            forces[j, 0] -= force
            force = factor * vectors[1, s]
            y += force
            forces[j, 1] -= force
            if d > 2:
                force = factor * vectors[2, s]
                z += force
                forces[j, 2] -= force
            if d > 3:
                force = factor * vectors[3, s]
                w += force
                forces[j, 3] -= force
            s += np.uint64(1)
        forces[i, 0] += x
        forces[i, 1] += y
        if d > 2:
            forces[i, 2] += z
        if d > 3:
            forces[i, 3] += w


@INTERNAL
def evaluate(terrain, lists, point, forces):
    """Forces (N, d) at a point, written to `forces`.

    Blocks of pairs go through three loops: vectors are gathered, all arithmetic is done on whole blocks (which strict
    arithmetic allows the compiler to vectorize), and forces are scattered.

    Returns:
        the lists, made anew if the point is too far from where they were made.
    """
    lists = following(terrain, lists, point)
    start, partner, block = lists.start, lists.partner, lists.block
    forces[:] = 0.0
    first = 0
    while first < point.shape[0]:
        last = block_end(start, first)
        count, lengths, energies, factors = read_block(terrain, start, partner, point, first, last, block)
        tensions_of_any(terrain.interaction, lengths, energies, count, factors)
        scatter(block, factors, start, partner, terrain.edges, first, last, forces)
        first = last
    lists.tally[EVALUATIONS] += 1
    return lists


@njit(cache=True, error_model="numpy")
def largest_squared(vectors):
    """max_i |v_i|² over the rows of (N, d), not a number if one of them is."""
    largest = 0.0
    for i in range(vectors.shape[0]):
        squared = 0.0
        for k in range(vectors.shape[1]):
            squared += vectors[i, k] * vectors[i, k]
        if squared > largest or squared != squared:
            largest = squared
    return largest


@INTERNAL
def typical_force(terrain, lists, point):
    """⟨f⟩, the mean |f_ij| over interacting pairs (0 without any), at the point evaluated last."""
    start, block = lists.start, lists.block
    distances = np.empty(block.shape[1])
    total, pairs, first = 0.0, 0, 0
    while first < point.shape[0]:
        last = block_end(start, first)
        count, lengths, energies, factors = read_block(terrain, start, lists.partner, point, first, last, block)
        for s in range(count):
            distances[s] = sqrt(factors[s])
            reach = terrain.interaction.cutoff * lengths[s]
            pairs += 1 if factors[s] < reach * reach else 0
        tensions_of_any(terrain.interaction, lengths, energies, count, factors)
        for s in range(count):
            total += abs(factors[s]) * distances[s]
        first = last
    return total / max(pairs, 1)


@INTERNAL
def stiffness_bound(terrain, lists, point):
    """An upper bound on the Hessian's largest eigenvalue: twice the largest sum of pair stiffnesses at a particle."""
    start, block = lists.start, lists.block
    total = np.zeros(point.shape[0])
    first = 0
    while first < point.shape[0]:
        last = block_end(start, first)
        _, lengths, energies, squared = read_block(terrain, start, lists.partner, point, first, last, block)
        s = 0
        for i in range(first, last):
            for slot in range(start[i], start[i + 1]):
                reach = terrain.interaction.cutoff * lengths[s]
                if squared[s] < reach * reach:
                    terms = pair_terms(terrain.interaction, squared[s], lengths[s], energies[s])
                    across = 2.0 * terms[1]
                    stiffness = max(abs(across), abs(across + 4.0 * terms[2] * squared[s]))
                    total[i] += stiffness
                    total[lists.partner[slot]] += stiffness
                s += 1
        first = last
    return 2.0 * total.max()
