"""How much the response to a pinch resembles the softest mode of a glass (Kapteijns 2021, Fig. 1.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables.modes import MISSED, RESIDUAL

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
UNIT_MASSES = True


class Parameters(Strict):
    """Pinches on `pairs` random interacting pairs."""

    pairs: Annotated[int, Field(ge=1)] = 200


COLUMNS = {
    "frequency": Column("(ε/m)^½/λ", "ω of the softest mode ψ", least=0.0),
    "participation": Column("1", "participation ratio e of ψ", least=0.0, below=1.0 + 1e-12),
    "likeness": Column("1", "largest |u·ψ|/|u| of the responses u", least=0.0, below=1.0 + 1e-9),
    "typical": Column("1", "median of |u·ψ|/|u|", least=0.0, below=1.0 + 1e-9),
    "shuffled": Column(
        "1", "the largest with the vectors of ψ dealt to particles anew, as localized and anywhere", least=0.0,
        below=1.0 + 1e-9,
    ),
    "residual": Column("1", "‖Mψ − ω²ψ‖/‖M‖", below=RESIDUAL),
    "missed": Column("1", "chance that a softer mode was overlooked"),
}  # fmt: skip
LAWS = {"": Law(scale=0.35, power=1.6, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return 1


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.dipoles import likeness
    from glassworks.vibrations.factorization import without_translation

    glass.needs_unit_masses("the frequency of a pinch's response")
    modes = glass.modes(2, int(means.rng.integers(2**31)))
    psi = modes.vectors[0].astype(float)
    dealt = without_translation(means.rng.permutation(psi).ravel(), psi.shape[1])
    fields = np.stack([psi.ravel(), dealt / np.linalg.norm(dealt)])
    found = likeness(glass.bonds, glass.factor, fields, parameters.pairs, means.rng)
    trusted = modes.missed < MISSED and modes.residuals[0] < RESIDUAL
    row = {
        "frequency": modes.frequencies[0], "participation": modes.participation[0], "likeness": found[0].max(),
        "typical": np.median(found[0]), "shuffled": found[1].max(), "residual": modes.residuals[0],
        "missed": modes.missed,
    }  # fmt: skip
    status = np.array(["ok" if trusted else "softer modes may be missing"], dtype=object)
    return {name: np.array([value]) for name, value in row.items()} | {"status": status}
