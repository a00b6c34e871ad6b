"""A sum of random numbers that can be cut off after each."""

from __future__ import annotations

import numpy as np

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law

OF = GLASSES
STEPS: list[int] = []
"""Those that were taken."""


class Parameters(Strict):
    """So many `steps`."""

    steps: int = 6


COLUMNS = {"total": Column("1", "sum of random numbers")}
LAWS = {"": Law(scale=0.01, power=1.0)}


def rows(system, parameters):
    return 1


def after(step: int) -> None:
    """A test puts something else here."""


def measure(glass, parameters, means):
    step, total, rng = means.memory.recall() or (0, 0.0, means.rng)
    while step < parameters.steps:
        total += rng.random()
        step += 1
        STEPS.append(step)
        after(step)
        means.memory.offer(lambda: (step, total, rng))  # noqa: B023
    return {"total": np.array([total]), "status": np.array(["ok"])}
