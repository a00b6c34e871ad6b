"""A trajectory of molecular dynamics, as those see it who plan to watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from glassworks.models import Model


class Run(NamedTuple):
    """A trajectory as those see it who watch it.

    Attributes:
        n, dimension: N particles in d dimensions.
        edge: of the box, in λ.
        steps: its length.
        step: Δt, in λ (m/ε)^½.
        first, last: the thermostat's temperatures at its begin and end, between which it changes steadily.
    """

    n: int
    dimension: int
    edge: float
    steps: int
    step: float
    first: float
    last: float

    @classmethod
    def of(cls, model: Model, n: int, steps: int, step: float, first: float, last: float) -> Run:
        """A run of n particles of a model."""
        return cls(n, model.dimension, model.box_length(n), steps, step, first, last)

    @property
    def duration(self) -> float:
        """In λ (m/ε)^½."""
        return self.steps * self.step

    def temperature(self, at: int) -> float:
        """The thermostat's temperature at a step."""
        return self.first + (self.last - self.first) * at / max(self.steps, 1)
