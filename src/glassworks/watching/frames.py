"""What a few snapshots are like: energy, pressure, temperature, hexatic order, remaining forces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassworks.observables import Column, Law
from glassworks.watching._windows import Snapshots, snapshots

if TYPE_CHECKING:
    import numpy as np

    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run


class Parameters(Snapshots):
    """Which snapshots."""


COLUMNS = {
    "before": Column("λ(m/ε)^½", "time from the snapshot to the end of its step"),
    "length": Column("λ", "edge of the periodic box"),
    "energy": Column("ε", "potential energy a particle, U/N, of the snapshot"),
    "pressure": Column("ε/λ^d", "pressure of the snapshot with its kinetic part"),
    "kinetic_temperature": Column("ε/k_B", "Σv²/d(N−1)"),
    "hexatic": Column("1", "mean over particles of |ψ_6|, neighbors from the Delaunay triangulation", only=2),
    "remaining": Column("1", "mean over particles of F_re = |Σ_j f_ij|/⟨f⟩"),
}
LAWS = {"": Law(scale=0.03, power=1.0)}
TINY = {"apart": 0.1, "snapshots": 1}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return snapshots(parameters, run)


def rows(run: Run, parameters: Parameters) -> float:
    return parameters.snapshots


class Watch:
    """Looks at the snapshots."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        self.run = run
        self.table: list[dict] = []

    def take(self, look: Look) -> None:
        row = {
            "before": (self.run.steps - look.at) * self.run.step,
            "length": look.configuration.box.length,
            "energy": look.energy,
            "pressure": look.pressure,
            "kinetic_temperature": look.kinetic_temperature,
        }
        hexatic = {"hexatic": look.hexatic} if self.run.dimension == 2 else {}
        self.table.append({**row, **hexatic, "remaining": float(look.bond_forces.remaining.mean())})

    def rows(self) -> list[dict]:
        return self.table
