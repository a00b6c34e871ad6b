"""One look at a trajectory, with everything that several watchers need of it, computed once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from glassworks.configurations import Configuration, force_state
from glassworks.vibrations import Contacts, contacts

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
    """

    def __init__(self, model: Model, run: Run, state: DynamicsState):
        self.model, self.run, self.state, self.at = model, run, state, state.steps

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
        return self.state.kinetic_temperature

    @cached_property
    def _forces(self) -> ForceState:
        return force_state(self.model.interaction, self.configuration)

    @property
    def energy(self) -> float:
        """Potential energy a particle, U/N."""
        return self._forces.energy / len(self.configuration)

    @property
    def pressure(self) -> float:
        """With its kinetic part, (W/d + N Σ v²/g)/V."""
        return self._forces.pressure + len(self.configuration) * self.kinetic_temperature / self.state.box.volume

    @cached_property
    def pairs(self) -> Contacts:
        """The interacting pairs."""
        return contacts(self.model.interaction, self.configuration)
