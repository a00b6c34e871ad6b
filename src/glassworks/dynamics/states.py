"""States of molecular dynamics that go on from what a file keeps, or in another box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassworks.configurations import Box, Configuration, force_state
from glassworks.liquids.dynamics import DynamicsState, drawn_velocities
from glassworks.models.specification import Model


def revived(
    configuration: Configuration,
    velocities: np.ndarray,
    forces: np.ndarray,
    bath: np.ndarray,
    masses: np.ndarray | None = None,
) -> DynamicsState:
    """A state to go on from, of arrays (N, d) and the thermostats' (2, links); neighbors are made at its positions.

    Args:
        masses: m_i, (N,) (:meth:`glassworks.models.Model.masses_of`); None for unit masses.
    """
    points, diameters = configuration.positions, configuration.diameters
    return DynamicsState(points, velocities, forces, points, bath, diameters, configuration.box, masses=masses)


def brought_to(state: DynamicsState, temperature: float) -> DynamicsState:
    """The state at another temperature at once: velocities scaled alike to exactly that, thermostats at rest.

    A chain of thermostats would take tens of time units over a great leap, and swing on the way.
    """
    factor = (temperature / state.kinetic_temperature) ** 0.5
    return replace(state, velocities=factor * state.velocities, bath=np.zeros_like(state.bath))


def redrawn(state: DynamicsState, temperature: float, rng: np.random.Generator) -> DynamicsState:
    """The state with velocities drawn anew from Maxwell's distribution, without momentum, and thermostats at rest.

    Near an inherent structure vibrations hardly exchange energy, so each keeps what it began with, and what a chain of
    thermostats averages over time is not the canonical ensemble. Collisions with a bath make it so (Andersen, J. Chem.
    Phys. 72, 2384, 1980).
    """
    velocities = drawn_velocities(state.velocities.shape, state.masses, temperature, rng)
    return replace(state, velocities=velocities, bath=np.zeros_like(state.bath))


def compressed(model: Model, state: DynamicsState) -> DynamicsState:
    """The state in the box that the model's density asks for, every distance scaled alike; velocities are kept."""
    box = Box.of(model, len(state.positions))
    here = Configuration(state.positions * (box.length / state.box.length), state.diameters, box)
    forces = force_state(model.interaction, here).forces
    return revived(here, state.velocities, forces, state.bath, model.masses_of(state.diameters))
