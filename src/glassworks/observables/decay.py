"""How the response of a glass to a pinch falls off with distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._flags import BACKWARD_ERROR

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES


class Parameters(Strict):
    """Pinches on `pairs` random interacting pairs, the response in shells `width` a₀ wide."""

    pairs: Annotated[int, Field(ge=1)] = 200
    width: Annotated[float, Field(gt=0)] = 1 / 3


COLUMNS = {
    "distance": Column("λ", "center of the radial bin from the pinch"),
    "inner": Column("λ", "lower end of the bin of distances"),
    "outer": Column("λ", "upper end of the bin"),
    "response": Column(
        "λ²",
        "median over the bin's particles of |u|², the squared displacement response to a dipole with |d| = 1, "
        "averaged over pinches",
    ),
    "count": Column("1", "particles behind the row, summed over pinches", whole=True),
}

LAWS = {"": Law(scale=0.167, power=1.6, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return 40


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations import pinch_decay

    found = pinch_decay(glass.configuration, glass.bonds, glass.factor, parameters.pairs, means.rng, parameters.width)
    status = "ok" if found.backward_error < BACKWARD_ERROR else "inaccurate solution"
    return {
        "distance": found.distance,
        "inner": found.inner,
        "outer": found.outer,
        "response": found.response,
        "count": found.count,
        "status": np.where(found.count > 0, status, "empty shell"),
    }
