"""The inherent structure of a run's end, with its athermal moduli (T = 0 of Tong et al. 2020, Fig. 1b)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.models.strict import Strict
from glassworks.observables import Column, Law
from glassworks.watching.stress import SHELL

if TYPE_CHECKING:
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run


class Parameters(Strict):
    """Nothing to choose."""


COLUMNS = {
    "energy": Column("ε", "potential energy a particle, U/N, of the inherent structure"),
    "pressure": Column("ε/λ^d", "pressure, its virial part"),
    "residual": Column("1", "max|F|/⟨f⟩, largest force on a particle over the mean pair force"),
    "iterations": Column("1", "evaluations of energy and forces in the minimization"),
    "shear": Column("ε/λ^d", "athermal shear modulus G, averaged over shear planes"),
    "shear_born": Column("ε/λ^d", "its affine (Born) part"),
    "shear_nonaffine": Column("ε/λ^d", "its relaxation part, G = born − nonaffine"),
    "rattlers": Column("1", "particles with fewer than d + 1 contacts, left out of the moduli"),
}
LAWS = {"": Law(scale=3.0, power=1.3)}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return np.array([run.steps])


def rows(run: Run, parameters: Parameters) -> float:
    return 1


class Watch:
    """Quenches the end."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        self.row: dict = {}

    def take(self, look: Look) -> None:
        self.row = look.inherent(SHELL)[0]

    def rows(self) -> list[dict]:
        return [self.row]
