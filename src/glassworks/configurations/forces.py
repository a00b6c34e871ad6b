"""Energy, forces and stress of a configuration, from a half neighbor list."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from glassworks.configurations.box import separation
from glassworks.configurations.configuration import Configuration
from glassworks.configurations.neighbors import pair_list
from glassworks.models.potentials import Interaction, pair_energy, pair_length, pair_terms

IDLE = 1e-11
"""⟨f⟩, in ε/λ, at or below which pairs count as bearing no force: particles that were only just pushed apart, as in a
packing below jamming, touch by as little as their coordinates are known (1e-14 λ in a box of 100 λ). A packing that
bears forces so small would lie within 1e-11 of jamming, where no tolerance on max_i |F_i| / ⟨f⟩ can be met."""


@njit(cache=True, error_model="numpy")
def accumulate_forces(positions, diameters, edges, slant, interaction, start, partner, forces):
    """Energy and virial Σ r·f of all pairs; `forces` (N, d) is overwritten.

    Returns:
        (U, W, F, M): energy; W = Σ_pairs r f_ij with f_ij > 0 for repulsion; Σ_pairs |f_ij|; interacting pairs.
    """
    dimension = len(edges)
    vector = np.empty(dimension)
    own = np.empty(dimension)
    forces[:] = 0.0
    energy = 0.0
    virial = 0.0
    magnitude = 0.0
    pairs = 0
    for i in range(positions.shape[0]):
        for k in range(dimension):
            own[k] = 0.0
        for slot in range(start[i], start[i + 1]):
            j = partner[slot]
            squared = separation(positions, i, j, edges, slant, vector)
            length = pair_length(interaction.nonadditivity, diameters[i], diameters[j])
            reach = interaction.cutoff * length
            if squared < reach * reach:
                scale = pair_energy(interaction, diameters[i], diameters[j])
                terms = pair_terms(interaction, squared, length, scale)
                energy += terms[0]
                tension = -2.0 * terms[1]
                virial += tension * squared
                magnitude += abs(tension) * np.sqrt(squared)
                pairs += 1
                for k in range(dimension):
                    own[k] += tension * vector[k]
                    forces[j, k] -= tension * vector[k]
        for k in range(dimension):
            forces[i, k] += own[k]
    return energy, virial, magnitude, pairs


@dataclass(frozen=True)
class ForceState:
    """Energy and forces of one configuration.

    Attributes:
        energy: U, in ε.
        forces: (N, d), in ε/λ.
        pressure: virial pressure W/(d V), in ε/λ^d (no kinetic part).
        typical_force: ⟨f⟩, the mean |f_ij| over interacting pairs (0 without any), in ε/λ.
    """

    energy: float
    forces: np.ndarray
    pressure: float
    typical_force: float

    @property
    def residual(self) -> float:
        """max_i |F_i| / ⟨f⟩, the measure of mechanical equilibrium; max_i |F_i| λ/ε where ⟨f⟩ is :data:`IDLE`."""
        largest = float(np.sqrt((self.forces**2).sum(axis=1).max()))
        return largest / self.typical_force if self.typical_force > IDLE else largest


def force_state(interaction: Interaction, configuration: Configuration) -> ForceState:
    """Energy, forces and pressure of a configuration, from a fresh neighbor list.

    Raises:
        ValueError: see :func:`glassworks.configurations.neighbors.longest_reach`.
    """
    box = configuration.box
    start, partner = pair_list(configuration.positions, configuration.diameters, box, interaction)
    forces = np.empty_like(configuration.positions)
    energy, virial, magnitude, pairs = accumulate_forces(
        configuration.positions, configuration.diameters, box.edges, box.slant, interaction, start, partner, forces
    )
    return ForceState(energy, forces, virial / (box.dimension * box.volume), magnitude / max(pairs, 1))
