"""One look at a trajectory, with everything that several watchers need of it, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from glassworks.configurations import Configuration, force_state
from glassworks.dynamics.hexatic import hexatic_order
from glassworks.forces.networks import BondForces, bond_forces
from glassworks.forces.stress import ShellSums, shear_stresses
from glassworks.stills import inherent_structure
from glassworks.vibrations import Bonds, bonds

if TYPE_CHECKING:
    from glassworks.configurations import ForceState
    from glassworks.liquids import DynamicsState
    from glassworks.models import Model
    from glassworks.watching._run import Run


class Look:
    """A state of a run.

    Attributes:
        at: steps since the run began.
        state: what the next step depends on; positions are within a skin of the box.

    Args:
        observed: energy, pressure and kinetic temperature, where the run has found them on its way.
    """

    def __init__(self, model: Model, run: Run, state: DynamicsState, observed: Mapping[str, float] | None = None):
        self.model, self.run, self.state, self.at = model, run, state, state.steps
        self._observed = observed or {}
        self._inherent: tuple[dict, ShellSums | None] | None = None

    @property
    def time(self) -> float:
        """Since the run began, in λ (m/ε)^½."""
        return self.at * self.run.step

    @property
    def temperature(self) -> float:
        """The thermostat's."""
        return self.run.temperature(self.at)

    @property
    def configuration(self) -> Configuration:
        return self.state.configuration

    @property
    def kinetic_temperature(self) -> float:
        """Σ v² / d (N − 1)."""
        return self._observed.get("kinetic_temperature", self.state.kinetic_temperature)

    @cached_property
    def _forces(self) -> ForceState:
        return force_state(self.model.interaction, self.configuration)

    @property
    def energy(self) -> float:
        """Potential energy a particle, U/N."""
        if "energy" in self._observed:
            return self._observed["energy"]
        return self._forces.energy / len(self.configuration)

    @property
    def pressure(self) -> float:
        """With its kinetic part, (W/d + N Σ v²/g)/V."""
        if "pressure" in self._observed:
            return self._observed["pressure"]
        return self._forces.pressure + len(self.configuration) * self.kinetic_temperature / self.state.box.volume

    @cached_property
    def pairs(self) -> Bonds:
        """The interacting pairs."""
        return bonds(self.model.interaction, self.configuration)

    @cached_property
    def bond_forces(self) -> BondForces:
        """Net forces and strongest bonds of the particles."""
        return bond_forces(self.model.interaction, self.configuration, self.pairs)

    @cached_property
    def shear_stress(self) -> np.ndarray:
        """Of each particle, (N, 2); two dimensions."""
        return shear_stresses(self.model.interaction, self.configuration, self.pairs)

    @cached_property
    def hexatic(self) -> float:
        """Mean |ψ_6|; two dimensions."""
        return hexatic_order(self.configuration).local

    def inherent(self, width: float) -> tuple[dict, ShellSums | None]:
        """The inherent structure: see :func:`glassworks.stills.inherent_structure`; the first width holds."""
        if self._inherent is None:
            self._inherent = inherent_structure(self.model, self.configuration, width)
        return self._inherent
