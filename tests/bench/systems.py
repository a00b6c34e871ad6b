"""Liquids and glasses that rows start from: made by short melts, the same for the same seed."""

from __future__ import annotations

import numpy as np

from glassworks.configurations import Configuration
from glassworks.liquids import DynamicsState, initial_configuration, run_dynamics, start_dynamics
from glassworks.minimize import minimize
from glassworks.models import Model

MELT = 1500
"""Steps of molecular dynamics after which pair distances are those of the liquid; rows do not need its slow modes."""


def liquid(model: Model, n: int, temperature: float, steps: int = MELT, seed: int = 1) -> DynamicsState:
    """A liquid at a temperature, with its velocities."""
    rng = np.random.default_rng(seed)
    state = start_dynamics(model, initial_configuration(model, n, rng), temperature, rng)
    state, _ = run_dynamics(model, state, steps, temperature)
    return start_dynamics(model, state.configuration, temperature, rng)


def glass(model: Model, n: int, temperature: float = 1.0, steps: int = 300, seed: int = 1) -> Configuration:
    """An inherent structure of a liquid."""
    found = minimize(model.interaction, liquid(model, n, temperature, steps, seed).configuration, "lbfgs")
    assert found.converged, f"the quench stopped at a residual force of {found.residual}"
    return found.configuration
