r"""What pairs contribute to the pressure and to the stiffness of a configuration.

A pair's force is f_ij = −φ'(r_ij), positive where it pushes, and (González-López et al. 2021, Eq. A7)

    p = p₊ − p₋,   p₊ = 1/(V d) Σ_{f_ij > 0} f_ij r_ij,   p₋ = 1/(V d) Σ_{f_ij < 0} (−f_ij) r_ij,   p₀ = p₊ + p₋.

Along itself a pair has the stiffness φ''(r_ij). Beyond the inflection of an attraction it is negative: such a pair
softens what it is part of. In units of each pair's own ε_ij/λ_ij², a Lennard-Jones pair at its minimum has 72 ·
2^{−1/3} = 57.1, and so have sticky spheres of any cutoff; the least φ'' of these is −425, −97, −39 and −12 for r_c =
1.1, 1.2, 1.3 and 1.5, and of a Kob-Andersen pair −6.
"""

from __future__ import annotations

from dataclasses import dataclass

from numba import njit

from glassworks.configurations import Configuration
from glassworks.models.potentials import Interaction, pair_energy
from glassworks.vibrations import Bonds, bonds

STRONG = 5.7
"""A stiffness below minus this, in ε_ij/λ_ij², counts as strongly negative: a tenth of that at the minimum of
Lennard-Jones and sticky pairs. Weaker ones are the tails of long attractions: of Kob-Andersen pairs four in five have
φ'' < 0, and one in a hundred less than −5.7."""

NOISE = 1e-12
"""Forces and stiffnesses, in a pair's own units, that do not count as negative: what rounding leaves at the cutoff."""


@dataclass(frozen=True)
class PairForces:
    """Sums over the interacting pairs of N particles.

    Attributes:
        repulsive_pressure, attractive_pressure: p₊ and p₋, neither negative, in ε/λ^d.
        pairs: how many interact.
        attractive, negative, strongly_negative: how many of them have f < 0, φ'' < 0 and φ'' < −threshold.
        softening: Σ min(φ'', 0) over all pairs, in ε_ij/λ_ij².
    """

    repulsive_pressure: float
    attractive_pressure: float
    pairs: int
    attractive: int
    negative: int
    strongly_negative: int
    softening: float

    @property
    def pressure(self) -> float:
        """p = p₊ − p₋."""
        return self.repulsive_pressure - self.attractive_pressure


@njit(cache=True, error_model="numpy")
def sum_pairs(first, second, vectors, lengths, terms, diameters, interaction, strong):
    """Σ f r over f > 0 and over f < 0; numbers of pairs with f < 0, φ'' < 0, φ'' < −strong; Σ min(φ'', 0)."""
    pushing = pulling = softening = 0.0
    attractive = negative = strongly = 0
    for p in range(first.shape[0]):
        squared = 0.0
        for k in range(vectors.shape[1]):
            squared += vectors[p, k] * vectors[p, k]
        energy = pair_energy(interaction, diameters[first[p]], diameters[second[p]])
        moment = -2.0 * terms[p, 1] * squared  # f r
        stiffness = 2.0 * terms[p, 1] + 4.0 * terms[p, 2] * squared
        if moment > 0.0:
            pushing += moment
        else:
            pulling -= moment
        if moment < -NOISE * energy:
            attractive += 1
        reduced = stiffness * lengths[p] * lengths[p] / energy
        if reduced < -NOISE:
            negative += 1
            softening += reduced
        if reduced < -strong:
            strongly += 1
    return pushing, pulling, attractive, negative, strongly, softening


def pair_forces(
    interaction: Interaction, configuration: Configuration, pairs: Bonds | None = None, strong: float = STRONG
) -> PairForces:
    """Parts of the pressure, and how many pairs attract or are of negative stiffness.

    Args:
        pairs: of the configuration, when already at hand.
        strong: minus the stiffness, in ε_ij/λ_ij², below which it is strongly negative.

    Raises:
        ValueError: see :func:`glassworks.configurations.neighbors.longest_reach`.
    """
    pairs, box = bonds(interaction, configuration) if pairs is None else pairs, configuration.box
    pushing, pulling, attractive, negative, strongly, softening = sum_pairs(
        pairs.first, pairs.second, pairs.vectors, pairs.lengths, pairs.derivatives, configuration.diameters,
        interaction, float(strong),
    )  # fmt: skip
    space = box.dimension * box.volume
    return PairForces(pushing / space, pulling / space, len(pairs), attractive, negative, strongly, softening)
