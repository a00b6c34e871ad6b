"""States of molecular dynamics that go on from what a file keeps, or in another box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassworks.configurations import Box, Configuration, force_state
from glassworks.liquids.dynamics import DynamicsState
from glassworks.models.specification import Model


def revived(
    configuration: Configuration, velocities: np.ndarray, forces: np.ndarray, bath: np.ndarray
) -> DynamicsState:
    """A state to go on from, of arrays (N, d) and the thermostats' (2, links); neighbors are made at its positions."""
    points = configuration.positions
    return DynamicsState(points, velocities, forces, points, bath, configuration.diameters, configuration.box)


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
    velocities = np.sqrt(temperature) * rng.standard_normal(state.velocities.shape)
    return replace(state, velocities=velocities - velocities.mean(axis=0), bath=np.zeros_like(state.bath))


def compressed(model: Model, state: DynamicsState) -> DynamicsState:
    """The state in the box that the model's density asks for, every distance scaled alike; velocities are kept."""
    box = Box.of(model, len(state.positions))
    here = Configuration(state.positions * (box.length / state.box.length), state.diameters, box)
    return revived(here, state.velocities, force_state(model.interaction, here).forces, state.bath)
