"""How large the forces are that do not balance: a histogram of F_re over a few snapshots (Tong et al. 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.observables import Column, Law
from glassworks.watching._windows import Snapshots, snapshots

if TYPE_CHECKING:
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

REMAINING = np.concatenate([[0.0], np.logspace(-3, 2, 61)])
"""Edges of the bins of F_re, twelve a decade; beyond them it is not counted."""


class Parameters(Snapshots):
    """Which snapshots."""


COLUMNS = {
    "inner": Column("1", "lower end of the bin of F_re = |Σ_j f_ij|/⟨f⟩"),
    "outer": Column("1", "upper end of the bin"),
    "count": Column("1", "particles whose F_re lies in the bin, summed over snapshots"),
}
LAWS = {"": Law(scale=0.03, power=1.0)}
TINY = {"apart": 0.1, "snapshots": 1}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return snapshots(parameters, run)


def rows(run: Run, parameters: Parameters) -> float:
    return len(REMAINING) - 1


class Watch:
    """Counts."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        self.count = np.zeros(len(REMAINING) - 1, dtype=np.int64)

    def take(self, look: Look) -> None:
        self.count += np.histogram(look.bond_forces.remaining, REMAINING)[0]

    def rows(self) -> list[dict]:
        return [
            {"inner": low, "outer": high, "count": count}
            for low, high, count in zip(REMAINING[:-1], REMAINING[1:], self.count, strict=True)
        ]
