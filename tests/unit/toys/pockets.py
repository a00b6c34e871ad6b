"""How localized the softest modes are, by what the observable `modes` found."""

from __future__ import annotations

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Array, Column, Law

OF = GLASSES


class Parameters(Strict):
    """Nothing to choose."""


COLUMNS = {
    "mode": Column("1", "index of the vibrational mode", whole=True),
    "participation": Column("1", "participation ratio of the mode", least=0.0, below=1.0 + 1e-12),
}
ARRAYS = {
    "squared": Array(
        "(modes, particles without rattlers)",
        "1",
        "|ψ_i|² of each mode",
        "float64",
        lambda system, parameters: 30 * system.n,
    )
}
NEEDS = ("modes",)
LAWS = {"": Law(scale=0.01, power=1.0)}


def rows(system, parameters):
    return 30


def measure(glass, parameters, means):
    vectors = means.found["modes"]["vectors"]
    squared = (vectors.astype(float) ** 2).sum(axis=-1)
    participation = squared.sum(axis=-1) ** 2 / (squared.shape[-1] * (squared**2).sum(axis=-1))
    modes = means.found["modes"]
    return {"mode": modes["mode"], "participation": participation, "status": modes["status"], "squared": squared}
