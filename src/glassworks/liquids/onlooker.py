"""What a run of molecular dynamics may be looked at by, on its way."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any


class Onlooker:
    """Looks at nothing. :mod:`glassworks.watching` has one that feeds watchers.

    Who drives a run that may be watched says when it begins, with the state's `steps` at 0; from then on the run stops
    at each step that the onlooker wants to see. A look changes no bit of the run: a state holds all that the next step
    depends on, and the run goes on in the same arrays.

    Attributes:
        next: the step of the run that is to be looked at next; never, if infinite.
    """

    next: float = inf

    def begin(self, steps: int, step: float, first: float, last: float) -> None:
        """A run begins.

        Args:
            steps: its length.
            step: Δt, in λ (m/ε)^½.
            first, last: the thermostat's temperatures at its begin and end.
        """

    def take(self, state: Any, observed: Mapping[str, float] | None = None) -> None:
        """The :class:`glassworks.liquids.DynamicsState` at the step that was wanted; from then on `next` is a later
        one.

        Args:
            observed: energy, pressure and kinetic temperature, where the run has found them on its way.
        """


NOBODY = Onlooker()
