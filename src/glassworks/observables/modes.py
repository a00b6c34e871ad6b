"""The softest vibrational modes of a glass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.choices import factor_pays
from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Array, Column, Law, Means, System
from glassworks.observables._flags import flagged

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES

RESIDUAL = 1e-8
"""An eigenpair whose ‖Mψ − ω²ψ‖/‖M‖ exceeds this is flagged."""

MISSED = 1e-6
"""Modes beside which others were overlooked with a chance above this are flagged."""


class Parameters(Strict):
    """The `count` softest modes; their vectors too where `keep` is true."""

    count: Annotated[int, Field(ge=1)] = 30
    keep: bool = False


COLUMNS = {
    "mode": Column("1", "index of the vibrational mode, softest first, translations left out", whole=True),
    "frequency": Column("(ε/m)^½/λ", "ω of the mode", least=0.0),
    "participation": Column(
        "1", "participation ratio e = (Σ|ψ_i|²)²/(N Σ|ψ_i|⁴) of the mode", least=0.0, below=1.0 + 1e-12
    ),
    "residual": Column("1", "‖Mψ − ω²ψ‖/‖M‖", below=RESIDUAL),
    "missed": Column(
        "1",
        "chance that a softer mode than the glass's last one was overlooked, bounded by what chance vectors find; "
        "0 where the whole spectrum was computed",
        later=True,
    ),
}
ARRAYS = {
    "vectors": Array(
        "(modes, particles without rattlers, d)",
        "1",
        "normalized ψ of each mode, Σ|ψ_i|² = 1",
        "float32",
        lambda system, parameters: parameters.count * system.n * system.dimension,
    ),
    "particles": Array(
        "(particles without rattlers,)",
        "1",
        "index in the glass of each of these particles",
        "int32",
        lambda system, parameters: system.n,
    ),
}

LAWS = {
    "": Law(scale=0.306, power=1.6, memory=60.0, rising=1.5),
    "filtered": Law(scale=0.182, power=1.4, memory=15.5, rising=1.0),  # no factor; 7.6 GiB at N = 512,000
}


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    return "" if factor_pays(system.n, system.dimension, parameters.count) else "filtered", 1.0


def rows(system: System, parameters: Parameters) -> float:
    return parameters.count


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    count = min(parameters.count, glass.hessian.shape[0] - glass.configuration.box.dimension)
    found = glass.modes(count, int(means.rng.integers(2**31)))
    converged = flagged(found.residuals < RESIDUAL, "mode did not converge")
    return {
        "mode": np.arange(count),
        "frequency": found.frequencies,
        "participation": found.participation,
        "residual": found.residuals,
        "missed": np.full(count, found.missed),
        "status": np.where(found.missed < MISSED, converged, "softer modes may be missing"),
        "vectors": found.vectors,
        "particles": glass.held,
    }
