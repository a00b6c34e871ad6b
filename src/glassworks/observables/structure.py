"""Pair correlation functions and structure factors of a glass, its rattlers included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.observables import GLASSES, Means
from glassworks.observables._structure import COLUMNS, LAWS, Parameters, rows, structure, work

if TYPE_CHECKING:
    from glassworks.glasses import Glass

__all__ = ["COLUMNS", "LAWS", "OF", "Parameters", "measure", "rows", "work"]

OF = GLASSES


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    return structure(glass.model, glass.original, parameters, means.rng)
