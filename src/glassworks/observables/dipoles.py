"""Responses of a glass to pinches: force dipoles on pairs that interact."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.choices import PINCHES
from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._flags import BACKWARD_ERROR, flagged

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
UNIT_MASSES = True
FREQUENCY = "(ε/m)^½/λ"


class Parameters(Strict):
    """Pinches on `pairs` random interacting pairs."""

    pairs: Annotated[int, Field(ge=1)] = 1000


COLUMNS = {
    "pair": Column("1", "index of the pinched pair in its sample", whole=True),
    "frequency": Column(FREQUENCY, "ω_g^(ij) of the response to a pinch", least=0.0),
    "frequency_check": Column(FREQUENCY, "ω_g^(ij) by the second form of its definition"),
    "stiffness": Column("ε/λ²", "1/(d·M⁻¹·d) for unit forces ±n on the pair"),
    "distance": Column("λ", "distance of the pinched pair"),
    "participation": Column(
        "1",
        "participation ratio e = (Σ|ψ_i|²)²/(N Σ|ψ_i|⁴) of the response",
        least=0.0,
        below=1.0 + 1e-12,
        later=True,
    ),
    "backward_error": Column(
        "1", "‖M x − b‖/(‖M‖‖x‖ + ‖b‖) of the linear solution, the worst of the row", below=BACKWARD_ERROR
    ),
}

LAWS = {"": Law(scale=0.181, power=1.6, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return parameters.pairs


def PIECES(system: System, parameters: Parameters) -> int:
    """Batches of pinches."""
    return ceil(parameters.pairs / PINCHES)


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations import dipole_responses

    glass.needs_unit_masses("the frequency of a pinch's response")
    batches = means.portion.among(ceil(parameters.pairs / PINCHES))
    first, behind = batches.start * PINCHES, batches.stop * PINCHES
    found = dipole_responses(glass.bonds, glass.factor, parameters.pairs, means.rng, slice(first, behind))
    return {
        "pair": first + np.arange(len(found.pairs)),
        "frequency": found.frequency,
        "frequency_check": found.frequency_check,
        "stiffness": found.stiffness,
        "distance": found.distance,
        "participation": found.participation,
        "backward_error": found.backward_error,
        "status": flagged(found.backward_error < BACKWARD_ERROR, "inaccurate solution"),
    }
