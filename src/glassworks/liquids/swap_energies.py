"""What a move of swap Monte Carlo changes of the energy, from the row of one particle, four neighbors at once.

A particle's size and coordinates stand together, as a bead: row i of an array (N + 2, 4 or 8). Inverse powers of two
places share one division; any other pair energy is found by its formula.
"""

import numpy as np
from numba import njit
from numba.extending import overload

from glassworks.lanes import FOUR, any_lane, load_beads, nearest_vector, spread, spread_bead, squared, total
from glassworks.models.pairs import choose, pair_energy, pair_length, polynomial
from glassworks.models.potentials import formula_terms, inverse_area
from glassworks.models.potentials.inverse_power import inverse_half_power

LANES = len(FOUR)
POWERS, FORMULA = (), (0,)
"""How energies are found: those of inverse power laws by a division that two places share, any other by its formula.
Told by a length, so that kernels are compiled apart."""


@njit(inline="always")
def energy_at(interaction, y, inverse_y, half):
    """U of pairs at y = (r/λ)², zero beyond their cutoff (and for the ghost)."""
    _, c0, c2, c4, c6 = interaction.coefficients[:5]
    u = interaction.energy * (inverse_half_power(inverse_y, half) + polynomial(y, (c0, c2, c4, c6)))
    return choose(y < interaction.cutoff * interaction.cutoff, u, 0.0)


@njit(inline="always")
def displacement_terms(beads, neighbors, count, i, trial, edges, interaction, half):
    """Σ_j U(trial) − U(old) over a row, in four parts; both powers of a pair share one division."""
    before, after = spread_bead(beads, i, edges), spread_bead(beads, trial, edges)
    furthest = interaction.cutoff * interaction.cutoff
    change = spread(0.0, FOUR)
    for slot in range(0, count, LANES):
        there = load_beads(beads, neighbors, i, slot, edges)
        near, far = squared(nearest_vector(before, there, edges)), squared(nearest_vector(after, there, edges))
        length = pair_length(interaction.nonadditivity, before[0], there[0])
        area = length * length
        if any_lane(choose(near < far, near, far) < furthest * area):
            both = near * far
            inverse = 1.0 / (both * area)
            scale, unit = inverse * area * area, both * inverse
            gain = energy_at(interaction, far * unit, near * scale, half)
            change = change + (gain - energy_at(interaction, near * unit, far * scale, half))
    return total(change)


@njit(inline="always")
def size_terms(beads, neighbors, count, i, size, edges, interaction, half):
    """Σ_j U(size) − U(old size) over a row, in the same manner."""
    own = spread_bead(beads, i, edges)
    new, furthest = spread(size, FOUR), interaction.cutoff * interaction.cutoff
    change = spread(0.0, FOUR)
    for slot in range(0, count, LANES):
        there = load_beads(beads, neighbors, i, slot, edges)
        distance = squared(nearest_vector(own, there, edges))
        after = pair_length(interaction.nonadditivity, new, there[0])
        before = pair_length(interaction.nonadditivity, own[0], there[0])
        after, before = after * after, before * before
        if any_lane(distance < furthest * choose(before < after, after, before)):
            both = after * before
            inverse = 1.0 / (distance * both)
            unit, scale = distance * distance * inverse, both * inverse
            gain = energy_at(interaction, unit * before, scale * after, half)
            change = change + (gain - energy_at(interaction, unit * after, scale * before, half))
    return total(change)


@njit(cache=True, error_model="numpy")
def formula_energy(interaction, distance, first, second):
    """U of pairs of two sizes at a squared distance, by the formula of whatever pair energy; zero beyond the cutoff."""
    y = distance * inverse_area(interaction, pair_length(interaction.nonadditivity, first, second))
    u = pair_energy(interaction, first, second) * formula_terms(interaction, y)[0]
    return choose(y < interaction.cutoff * interaction.cutoff * inverse_area(interaction, 1.0), u, 0.0)


@njit(inline="always")
def displacement_by_formula(beads, neighbors, count, i, trial, edges, interaction):
    """Σ_j U(trial) − U(old) over a row, in four parts."""
    before, after = spread_bead(beads, i, edges), spread_bead(beads, trial, edges)
    furthest = interaction.cutoff * interaction.cutoff
    change = spread(0.0, FOUR)
    for slot in range(0, count, LANES):
        there = load_beads(beads, neighbors, i, slot, edges)
        near, far = squared(nearest_vector(before, there, edges)), squared(nearest_vector(after, there, edges))
        length = pair_length(interaction.nonadditivity, before[0], there[0])
        if any_lane(choose(near < far, near, far) < furthest * length * length):
            gain = formula_energy(interaction, far, before[0], there[0])
            change = change + (gain - formula_energy(interaction, near, before[0], there[0]))
    return total(change)


@njit(inline="always")
def size_by_formula(beads, neighbors, count, i, size, edges, interaction):
    """Σ_j U(size) − U(old size) over a row, in the same manner."""
    own = spread_bead(beads, i, edges)
    new, furthest = spread(size, FOUR), interaction.cutoff * interaction.cutoff
    change = spread(0.0, FOUR)
    for slot in range(0, count, LANES):
        there = load_beads(beads, neighbors, i, slot, edges)
        distance = squared(nearest_vector(own, there, edges))
        after = pair_length(interaction.nonadditivity, new, there[0])
        before = pair_length(interaction.nonadditivity, own[0], there[0])
        if any_lane(distance < furthest * choose(before < after, after * after, before * before)):
            gain = formula_energy(interaction, distance, new, there[0])
            change = change + (gain - formula_energy(interaction, distance, own[0], there[0]))
    return total(change)


def displaced(beads, neighbors, count, i, trial, edges, interaction, law):
    """What either of them finds. For compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(displaced, inline="always")
def choose_displaced(beads, neighbors, count, i, trial, edges, interaction, law):
    if len(law):
        return lambda beads, neighbors, count, i, trial, edges, interaction, law: displacement_by_formula(
            beads, neighbors, count, i, trial, edges, interaction
        )
    return displaced_by_power


def displaced_by_power(beads, neighbors, count, i, trial, edges, interaction, law):
    if interaction.coefficients[0] == 5.0:
        return displacement_terms(beads, neighbors, count, i, trial, edges, interaction, 5.0)
    return displacement_terms(beads, neighbors, count, i, trial, edges, interaction, interaction.coefficients[0])


def resized(beads, neighbors, count, i, size, edges, interaction, law):
    """What either of them finds. For compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(resized, inline="always")
def choose_resized(beads, neighbors, count, i, size, edges, interaction, law):
    if len(law):
        return lambda beads, neighbors, count, i, size, edges, interaction, law: size_by_formula(
            beads, neighbors, count, i, size, edges, interaction
        )
    return resized_by_power


def resized_by_power(beads, neighbors, count, i, size, edges, interaction, law):
    if interaction.coefficients[0] == 5.0:
        return size_terms(beads, neighbors, count, i, size, edges, interaction, 5.0)
    return size_terms(beads, neighbors, count, i, size, edges, interaction, interaction.coefficients[0])


@njit(cache=True, error_model="numpy")
def displacement_change(beads, neighbors, count, i, trial, edges, interaction, law):
    """U with particle i at the place of row `trial`, minus U, from the neighbors of its row.

    Strict arithmetic on four neighbors at once: the same bits on every processor.
    """
    return displaced(beads, neighbors, count, i, trial, edges, interaction, law)


@njit(cache=True, error_model="numpy")
def size_change(beads, neighbors, count, i, size, other, edges, interaction, law):
    """U with another size of particle i, minus U, from the neighbors of its row except `other`, its partner.

    The partner is hidden meanwhile: a coordinate that is not a number makes it interact with nothing.
    """
    kept = beads[other, 1]
    beads[other, 1] = np.nan
    change = resized(beads, neighbors, count, i, size, edges, interaction, law)
    beads[other, 1] = kept
    return change
