"""Quartic and cubic modes of a glass beside its softest harmonic mode (Kapteijns, Richard & Lerner 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Array, Column, Law, Means, System
from glassworks.observables.modes import MISSED, RESIDUAL

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
UNIT_MASSES = True
SMOOTH = 3
"""Of χ the derivative jumps at a cutoff where no more are continuous, which is harmless: it is a sum over pairs."""


class Parameters(Strict):
    """Cubic modes are sought from the quartic one and, where `shear` is true, also from the nonaffine velocities of
    simple and pure shear in each plane, and the softest is kept; a search makes `steps` at most."""

    shear: bool = False
    steps: Annotated[int, Field(ge=1)] = 400
    keep: bool = False


STIFFNESS, THIRD, FOURTH = "ε/λ²", "ε/λ³", "ε/λ⁴"


def _share(of: str) -> Column:
    return Column("1", f"participation ratio e of the {of}", least=0.0, below=1.0 + 1e-12, known=False)


COLUMNS = {
    "frequency": Column("(ε/m)^½/λ", "ω_2 of the softest harmonic mode ψ", least=0.0),
    "participation": Column("1", "participation ratio e of ψ", least=0.0, below=1.0 + 1e-12),
    "third": Column(THIRD, "|τ| along ψ", least=0.0),
    "fourth": Column(FOURTH, "χ along ψ"),
    "quartic_stiffness": Column(STIFFNESS, "κ along the quartic mode π_4, ω_4²", least=0.0, known=False),
    "quartic_participation": _share("quartic mode"),
    "quartic_third": Column(THIRD, "|τ| along π_4", least=0.0, known=False),
    "quartic_fourth": Column(FOURTH, "χ along π_4", known=False),
    "quartic_overlap": Column("1", "|π_4·ψ|", least=0.0, below=1.0 + 1e-9, known=False),
    "quartic_contraction": Column("1", "|U₄:.π_4π_4π_4|/χ = |M·π_4|/κ, one at least", known=False),
    "difference": Column("1", "|Δ|², Δ = π_4 − ψ", least=0.0, known=False),
    "difference_stiffness": Column(STIFFNESS, "κ_Δ = M:ΔΔ/|Δ|²", known=False),
    "difference_identity": Column("1", "[ω_4² − ω_2² − |Δ|²(κ_Δ − ω_2²)]/ω_2², zero", known=False),
    "difference_predicted": Column("1", "cosine of Δ and what Eq. 3.17 says of it", known=False),
    "difference_length": Column("1", "length of what Eq. 3.17 says over |Δ|", known=False),
    "difference_band": Column("1", "part of |Δ|² in the lowest transverse plane waves", least=0.0, known=False),
    "second_stiffness": Column(STIFFNESS, "κ of the quartic mode that ψ − π_4 leads to", known=False),
    "second_overlap": Column("1", "|π·ψ| of that", least=0.0, known=False),
    "second_same": Column("1", "|π·π_4| of that", least=0.0, known=False),
    "cubic_from": Column(
        "1", "start of the kept cubic mode: 0 the quartic mode, from 1 on nonaffine velocities; −1: none", whole=True
    ),
    "cubic_stiffness": Column(STIFFNESS, "κ along the cubic mode π_3, ω_3²", known=False),
    "cubic_participation": _share("cubic mode"),
    "cubic_third": Column(THIRD, "τ along π_3, positive", known=False),
    "cubic_fourth": Column(FOURTH, "χ along π_3", known=False),
    "cubic_overlap": Column("1", "|π_3·ψ|", least=0.0, known=False),
    "cubic_quartic": Column("1", "|π_3·π_4|", least=0.0, known=False),
    "from_quartic": Column(STIFFNESS, "κ of the cubic mode that π_4 leads to", known=False),
    "other_stiffness": Column(STIFFNESS, "κ of the cubic mode on the other side of the well", known=False),
    "other_third": Column(THIRD, "τ of that", known=False),
    "other_overlap": Column("1", "its overlap with π_3", least=0.0, known=False),
    "shear_coupling": Column("ε/λ", "ν = ∂²U/∂γ∂x·π_3 of simple shear in the x-y plane", known=False),
    "shear_coupling_mean": Column("ε/λ", "root of the mean of ν² over all planes", known=False),
    "predicted_stiffness": Column(STIFFNESS, "κ of the softer cubic mode by one solution from ψ", known=False),
    "predicted_third": Column(THIRD, "τ of that", known=False),
    "predicted_overlap": Column("1", "its overlap with π_3", known=False),
    "coupling": Column(FOURTH, "S = U₃:ψψ·(M − ω_2²)⁺·U₃:ψψ", known=False),
    "spot_stiffness": Column(STIFFNESS, "κ of the pseudo-harmonic mode that π_4 leads to", known=False),
    "spot_overlap": Column("1", "|π·π_4| of that", least=0.0, known=False),
    "quartic_residual": Column("1", "relative gradient where the search for π_4 ended", known=False),
    "cubic_residual": Column("1", "relative gradient where the search for π_3 ended", known=False),
    "quartic_steps": Column("1", "steps of the search for π_4", whole=True),
    "cubic_steps": Column("1", "steps of the searches for cubic modes", whole=True),
    "residual": Column("1", "‖Mψ − ω²ψ‖/‖M‖", below=RESIDUAL),
    "missed": Column("1", "chance that a softer mode was overlooked"),
}
ARRAYS = {
    name: Array(
        "(1, particles without rattlers, d)", "1", words, "float32", lambda system, _: system.n * system.dimension
    )
    for name, words in (
        ("harmonic", "ψ, normalized"),
        ("quartic", "π_4, normalized, such that π_4·ψ > 0"),
        ("cubic", "π_3, normalized, such that π_3·ψ > 0"),
        ("second", "the quartic mode that ψ − π_4 leads to, normalized, such that π·ψ > 0; zeros where there is none"),
    )
} | {
    "particles": Array(
        "(particles without rattlers,)", "1", "index in the glass of each of these particles", "int32",
        lambda system, _: system.n,
    ),
}  # fmt: skip
LAWS = {"": Law(scale=0.9, power=1.0, memory=60.0, rising=1.5)}


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    planes = system.dimension * (system.dimension - 1) // 2
    return "", 1.0 + 0.1 * planes * parameters.shear


def rows(system: System, parameters: Parameters) -> float:
    return 1


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.chain import chain

    glass.needs_unit_masses("a quartic mode")
    modes = glass.modes(2, int(means.rng.integers(2**31)))
    found, fields = chain(glass, modes, parameters.shear, parameters.steps)
    trusted = modes.missed < MISSED and modes.residuals[0] < RESIDUAL
    status = found.pop("status") if trusted else "softer modes may be missing"
    row = {name: np.array([found[name]]) for name in COLUMNS if name in found}
    return row | {
        "residual": modes.residuals[:1], "missed": np.array([modes.missed]), "status": np.array([status], dtype=object),
        "particles": glass.held,
    } | {name: field[None] for name, field in fields.items()}  # fmt: skip
