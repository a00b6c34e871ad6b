"""Moduli of a glass of whose forces a share δ is taken away, and what its softest mode takes of them (Kapteijns 2021,
Sects. 5.2 and 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, field_validator

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._flags import BACKWARD_ERROR, flagged

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
UNIT_MASSES = True
STRESS = "ε/λ^d"
Relief = Annotated[float, Field(ge=0.0, le=1.0)]


class Parameters(Strict):
    """Shares of the forces that are taken away, `reliefs`: 0 is the glass as it is."""

    reliefs: Annotated[list[Relief], Field(min_length=1, max_length=20, default_factory=lambda: [0.0])]

    @field_validator("reliefs")
    @classmethod
    def once(cls, reliefs: list[float]) -> list[float]:
        if sorted(set(reliefs)) != reliefs:
            raise ValueError(f"{reliefs}: allowed: each share once, ascending")
        return reliefs


COLUMNS = {
    "relief": Column("1", "share δ of all forces that is taken away", least=0.0, below=1.0 + 1e-12),
    "simple": Column(STRESS, "modulus µ of simple shear in the plane x-y"),
    "simple_born": Column(STRESS, "its affine (Born) part"),
    "diagonal": Column(STRESS, "modulus of simple shear along the diagonals of that plane"),
    "diagonal_born": Column(STRESS, "its affine (Born) part"),
    "coupling": Column(STRESS, "modulus that couples both strains without their rotations, zero in an isotropic body"),
    "bulk": Column(STRESS, "bulk modulus K"),
    "bulk_born": Column(STRESS, "its affine (Born) part"),
    "pressure": Column(STRESS, "pressure"),
    "softest": Column("(ε/m)^½/λ", "frequency ω of the softest mode ψ", least=0.0),
    "localized": Column("1", "its participation ratio e", least=0.0, below=1.0 + 1e-12),
    "shear_coupling": Column("ε/λ", "|ψ·Ξ| of it with Ξ = ∂²U/∂γ∂x of simple shear", least=0.0),
    "share": Column("1", "of Ξ·M⁻¹·Ξ that it carries, (ψ·Ξ)²/ω²", least=0.0, below=1.0 + 1e-9),
    "backward_error": Column(
        "1", "‖M x − b‖/(‖M‖‖x‖ + ‖b‖) of the linear solution, the worst of the row", below=BACKWARD_ERROR
    ),
}
LAWS = {"": Law(scale=0.03, power=1.4, memory=60.0, rising=1.5)}


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    return "", len(parameters.reliefs)


def rows(system: System, parameters: Parameters) -> float:
    return len(parameters.reliefs)


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    """A network that is unstable without some of its forces has a row that says so."""
    from glassworks.elasticity.shears import shears
    from glassworks.vibrations import Factor, Unstable, assemble, lowest_modes
    from glassworks.vibrations.prestress import relieved

    glass.needs_unit_masses("what a mode takes of a modulus")
    configuration, n = glass.configuration, len(glass.configuration)
    found = {name: np.full(len(parameters.reliefs), column.nothing) for name, column in COLUMNS.items()}
    found["relief"][:] = parameters.reliefs
    status = np.full(len(parameters.reliefs), "ok", dtype=object)
    for k, relief in enumerate(parameters.reliefs):
        pairs = relieved(glass.bonds, relief)
        try:
            factor = glass.factor if relief == 0.0 else Factor(assemble(pairs, n), configuration.positions)
        except Unstable as failure:
            status[k] = str(failure)
            continue
        one = shears(pairs, factor, n, configuration.box.volume)
        [frequency], [vector] = (modes := lowest_modes(factor, 1, 0)).frequencies, modes.vectors
        coupling = abs(float(vector.ravel() @ one.mixed))
        carried = -float(one.mixed @ one.response)
        told = {
            "softest": frequency, "localized": modes.participation[0], "shear_coupling": coupling,
            "share": (coupling / frequency) ** 2 / carried,
        }  # fmt: skip
        for name in COLUMNS:
            if name != "relief":
                found[name][k] = told[name] if name in told else getattr(one, name)
        status[k] = flagged(np.array(one.backward_error < BACKWARD_ERROR), "inaccurate solution").item()
    return {**found, "status": status.astype(str)}
