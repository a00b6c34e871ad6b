"""A picture: where each particle is at the end of a run, and its part in the force-bearing network of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassworks.observables import Column, Law
from glassworks.watching._windows import Window, frames
from glassworks.watching.network import DRAWN, percolated

if TYPE_CHECKING:
    import numpy as np

    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

DIMENSIONS = (2,)


class Parameters(Window):
    """The frames of a window."""


COLUMNS = {
    "x": Column("λ", "first coordinate of the particle at the end of the step"),
    "y": Column("λ", "its second coordinate"),
    "diameter": Column("λ", "diameter λ_i of the particle"),
    "part": Column(
        "1", "the particle's part in the force-bearing network: 0 none, 1 bears force, 2 in the largest cluster"
    ),
}
LAWS = {"": Law(scale=0.03, power=1.0)}
TINY = {"every": 0.05, "window": 0.1}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return frames(parameters, run)


def rows(run: Run, parameters: Parameters) -> float:
    return run.n


class Watch:
    """Finds who bears force."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        from glassworks.forces.networks import ForceWindow

        self.model, self.window = model, ForceWindow(model.interaction)

    def take(self, look: Look) -> None:
        self.window.add(look.configuration, look.pairs, look.bond_forces)

    def rows(self) -> list[dict]:
        from glassworks.stills import particle_rows

        network = percolated(self.model, self.window, DRAWN)
        return particle_rows(self.window.last, self.window.bearing, network)
