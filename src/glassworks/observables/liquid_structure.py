"""Pair correlation functions and structure factors of a liquid as it is."""

from __future__ import annotations

import numpy as np

from glassworks.observables import LIQUIDS, Means, Snapshot
from glassworks.observables._structure import COLUMNS, LAWS, Parameters, rows, structure, work

__all__ = ["COLUMNS", "LAWS", "OF", "Parameters", "measure", "rows", "work"]

OF = LIQUIDS


def measure(liquid: Snapshot, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    return structure(liquid.model, liquid.configuration, parameters, means.rng)
