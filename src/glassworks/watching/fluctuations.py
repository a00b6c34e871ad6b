"""Shear moduli from fluctuations of the stress: in a window at the end of a run, and over parts of the whole run.

A modulus from fluctuations depends on the time that they are given, so the whole run is sampled too, more sparsely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.observables import Column, Law
from glassworks.watching._schedules import steps_of
from glassworks.watching._windows import Window, frames

if TYPE_CHECKING:
    from glassworks.elasticity.fluctuations import StressFluctuations
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

WHOLE_FRAMES = 200
"""About how many frames sample the stresses of a whole run."""
PARTS = (8, 4, 2, 1)
"""Parts of a whole run whose stresses give a modulus."""


class Parameters(Window):
    """The frames of a window."""


COLUMNS = {
    "window": Column("λ(m/ε)^½", "time over which stresses fluctuate"),
    "frames": Column("1", "frames in that time"),
    "shear": Column("ε/λ^d", "shear modulus G from stress fluctuations, averaged over shear planes"),
    "shear_born": Column("ε/λ^d", "its affine (Born) part"),
    "shear_kinetic": Column("ε/λ^d", "its kinetic term 2ρT"),
    "shear_fluctuation": Column("ε/λ^d", "its stress-fluctuation term with its kinetic part, subtracted"),
    "shear_initial": Column("ε/λ^d", "pressure with its kinetic part, the term of the initial stress, subtracted"),
}
LAWS = {"": Law(scale=0.02, power=1.0)}
TINY = {"every": 0.05, "window": 0.1}


def stride(parameters: Parameters, run: Run) -> int:
    """Steps between the frames that sample the whole run."""
    every = steps_of("every", parameters.every, run.step)
    return max(1, run.steps // (WHOLE_FRAMES * every)) * every


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return np.union1d(frames(parameters, run), np.arange(run.steps, 0, -stride(parameters, run)))


def rows(run: Run, parameters: Parameters) -> float:
    return 1 + len(PARTS)


class Watch:
    """Collects stresses."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        from glassworks.elasticity.fluctuations import StressFluctuations

        self.run, self.steps, self.stride = run, frames(parameters, run), stride(parameters, run)
        self.every = steps_of("every", parameters.every, run.step)
        self.window, self.whole = StressFluctuations(model.interaction), StressFluctuations(model.interaction)

    def take(self, look: Look) -> None:
        if (self.run.steps - look.at) % self.stride == 0:
            self.whole.add(look.configuration, look.pairs)
        if look.at in self.steps:
            self.window.add(look.configuration, look.pairs)

    def rows(self) -> list[dict]:
        """From the window, and from parts of the whole run, where it is longer than the window."""
        found = [self._modulus(self.window, self.every)]
        if len(self.steps) * self.every < self.run.steps:
            frames = len(self.whole.frames)
            parts = [frames // part for part in PARTS if frames // part > 1]
            found += [self._modulus(self.whole, self.stride, count) for count in parts]
        return found

    def _modulus(self, stresses: StressFluctuations, between: int, count: int | None = None) -> dict:
        count = len(stresses.frames) if count is None else count
        found = stresses.modulus(self.run.last, count)
        return {
            "window": count * between * self.run.step,
            "frames": count,
            "shear": found.shear,
            "shear_born": found.born,
            "shear_kinetic": found.kinetic,
            "shear_fluctuation": found.fluctuation,
            "shear_initial": found.pressure,
        }
