"""The softest modes and some above them: what kind of vibration each is, and the energy along it to third order
(Mizuno et al. 2020)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, model_validator

from glassworks.choices import factor_pays
from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Array, Column, Law, Means, System
from glassworks.observables._flags import flagged
from glassworks.observables.modes import MISSED, RESIDUAL

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
UNIT_MASSES = True
LARGEST = 40_000
"""Particles up to which modes above the softest are found: their spectrum is divided by factors."""


class Parameters(Strict):
    """The `count` softest modes, and those nearest to `spaced` frequencies that are evenly spaced in ln ω from there up
    to `highest`; of plane waves those count whose share of a mode is `threshold` times that of chance, up to a wave
    number `largest_wave`."""

    count: Annotated[int, Field(ge=1)] = 20
    spaced: Annotated[int, Field(ge=0)] = 0
    highest: Annotated[float | None, Field(gt=0)] = None
    threshold: Annotated[float, Field(gt=0)] = 100.0
    largest_wave: Annotated[float, Field(gt=0)] = 2.0
    keep: bool = False

    @model_validator(mode="after")
    def bounded(self) -> Parameters:
        if bool(self.spaced) != (self.highest is not None):
            raise ValueError("spaced, highest: one without the other; allowed: both, or none")
        return self


COLUMNS = {
    "mode": Column("1", "index of the mode among those selected, by ascending frequency", whole=True),
    "number": Column("1", "how many modes of the glass are softer, translations left out", whole=True),
    "spaced": Column(
        "1", "1 for a mode nearest to one of the evenly spaced frequencies, 0 for the softest", whole=True
    ),
    "frequency": Column("(ε/m)^½/λ", "ω of the mode", least=0.0),
    "participation": Column(
        "1", "participation ratio P_k = (Σ|e_i|²)²/(N Σ|e_i|⁴) of the mode", least=0.0, below=1.0 + 1e-12
    ),
    "order": Column(
        "1", "phonon order O_k, the share of plane waves q, α that alone exceed the threshold", least=0.0, below=1.001
    ),
    "order_transverse": Column(
        "1", "the same with both transverse polarizations of a wave counted as one", least=0.0, below=1.001
    ),
    "order_nearer": Column("1", "O_k of waves up to three quarters of the largest", least=0.0, below=1.001),
    "third": Column("ε/λ³", "τ_k, third derivative of the energy along the mode on the side where it is negative"),
    "expected": Column("λ", "A_c = 2ω²/(|τ|√N), where the energy to third order has its saddle", known=False),
    "residual": Column("1", "‖Mψ − ω²ψ‖/‖M‖", below=RESIDUAL),
    "missed": Column("1", "chance that a mode softer than the last of the softest was overlooked"),
}
ARRAYS = {
    "vectors": Array(
        "(modes, particles without rattlers, 3)",
        "1",
        "normalized e of each mode, Σ|e_i|² = 1, its sign such that τ is negative",
        "float32",
        lambda system, parameters: (parameters.count + parameters.spaced) * system.n * 3,
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
    "": Law(scale=0.31, power=1.6, memory=60.0, rising=1.5),
    "filtered": Law(scale=0.25, power=1.4, memory=15.5, rising=1.0),
    "spaced": Law(scale=2.0, power=1.75, memory=60.0, rising=1.4),
}
SPACED = 20
"""Modes above the softest that the law counts."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    times = (system.neighbors / System(1, 3).neighbors) ** 0.5
    if parameters.spaced:
        return "spaced", times * parameters.spaced / SPACED
    return "" if factor_pays(system.n, system.dimension, parameters.count) else "filtered", times


def rows(system: System, parameters: Parameters) -> float:
    return parameters.count + parameters.spaced


def problems(system: System, parameters: Parameters) -> Iterator[tuple[str, str]]:
    """More modes than there are, or such as are found by factors that would not fit."""
    asked, there = parameters.count + parameters.spaced, 3 * system.n - 3
    if asked > there:
        yield "count", f"{parameters.count}: {asked} modes are asked for; allowed: up to {there} where N = {system.n}"
    if parameters.spaced and system.n > LARGEST:
        yield "spaced", f"{parameters.spaced}: N = {system.n}: no factor fits; allowed: 0 where N is above {LARGEST}"


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.phonons import orders
    from glassworks.vibrations.expansion import third_derivatives, third_order_amplitude
    from glassworks.vibrations.interior import selected

    glass.needs_unit_masses("the amplitude of a mode")
    count = min(parameters.count, glass.hessian.shape[0] - 3)
    lowest = glass.modes(count, int(means.rng.integers(2**31)))
    numbers, modes = selected(
        glass.hessian, glass.configuration.positions, lowest, parameters.spaced, parameters.highest, means.rng
    )
    third = third_derivatives(glass.bonds, modes.vectors)
    vectors = modes.vectors * np.where(third > 0.0, -1.0, 1.0)[:, None, None]
    n = len(glass.configuration)
    converged = flagged(modes.residuals < RESIDUAL, "mode did not converge")
    return {
        "mode": np.arange(len(numbers)),
        "number": numbers,
        "spaced": (np.arange(len(numbers)) >= count).astype(int),
        "frequency": modes.frequencies,
        "participation": modes.participation,
        **orders(glass.configuration, vectors, parameters.largest_wave, parameters.threshold),
        "third": -abs(third),
        "expected": third_order_amplitude(modes.frequencies, third, n),
        "residual": modes.residuals,
        "missed": np.full(len(numbers), lowest.missed),
        "status": np.where(lowest.missed < MISSED, converged, "softer modes may be missing"),
        "vectors": vectors,
        "particles": glass.held,
    }
