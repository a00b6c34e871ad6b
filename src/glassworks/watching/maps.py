"""The stress correlation as a map, over a few snapshots (Tong et al. 2020, Fig. 1a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassworks.observables import Column, Law
from glassworks.watching._windows import Snapshots, snapshots

if TYPE_CHECKING:
    import numpy as np

    from glassworks.forces.stress import StressMap
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

DIMENSIONS = (2,)


class Parameters(Snapshots):
    """Which snapshots."""


COLUMNS = {
    "x": Column("λ", "first coordinate of the distance vector r between two points"),
    "y": Column("λ", "its second coordinate, from 0 on: r and −r are the same"),
    "product": Column("ε²", "⟨σ_xy(r) σ_xy(0)⟩, snapshots averaged, each particle a Gaussian of width ½ λ"),
    "square_fixed": Column("ε²", "⟨σ_xy²⟩ over particles and snapshots"),
}
LAWS = {"": Law(scale=0.03, power=1.0)}
TINY = {"apart": 0.1, "snapshots": 1}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return snapshots(parameters, run)


def rows(run: Run, parameters: Parameters) -> float:
    return min(2200.0, 2.0 * run.edge**2)


class Watch:
    """Maps each snapshot."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        self.maps: list[StressMap] = []

    def take(self, look: Look) -> None:
        from glassworks.forces.stress import stress_map
        from glassworks.stills import SMOOTHING, SPACING

        self.maps.append(stress_map(look.configuration, look.shear_stress[:, 0], SPACING, SMOOTHING))

    def rows(self) -> list[dict]:
        from glassworks.stills import map_rows

        return map_rows(self.maps)
