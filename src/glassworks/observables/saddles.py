"""The saddle over which a pulled glass could leave home: how much lower it is than the way of the pull, and where it
leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
NEEDS = FIELDS = ("selected_modes", "pulls")
UNIT_MASSES = True


class Parameters(Strict):
    """Of the destinations of a glass's pulls the `most` that the smallest amplitudes lead to."""

    most: Annotated[int, Field(ge=1)] = 20


COLUMNS = {
    "destination": Column("1", "number of the state among those that this glass's pulls end in; −1: none", whole=True),
    "mode": Column("1", "index of the selected mode whose pull leads there at the smallest amplitude", whole=True),
    "sign": Column("1", "side of that pull; 1 is that where the energy's third derivative is negative"),
    "amplitude": Column("λ", "its A_c", least=0.0),
    "barrier": Column("ε", "ΔΦ_barrier, the energy at its pulled point minus that at home", least=0.0),
    "saddle": Column(
        "ε", "energy of the saddle on the edge of home's basin, sought between home and there, minus that at home",
        least=0.0,
    ),
    "curvature": Column("ε/λ²", "the negative eigenvalue of the Hessian at the saddle", below=0.0),
    "negative": Column("1", "negative eigenvalues of the Hessian at the saddle", whole=True, least=1, below=2),
    "distance": Column("λ", "|Δr| = (Σ|Δr_i|²)^½ of the saddle from home, rattlers left out", least=0.0),
    "beyond": Column("λ", "the same of the inherent structure on its other side", least=0.0),
    "direct": Column("1", "1 where that is the destination, 0 where more saddles lie between", whole=True),
    "residual": Column("1", "max|F_i|/⟨f⟩ at the saddle", least=0.0, below=1e-10),
}  # fmt: skip
LAWS = {"": Law(scale=2.5, power=1.3, memory=60.0, rising=1.4)}
"""Of one destination."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    return "", parameters.most * system.neighbors / System(1, 3).neighbors


def rows(system: System, parameters: Parameters) -> float:
    return parameters.most


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.landscape.edge import saddles_of
    from glassworks.vibrations import Unstable

    modes, pulls = means.found["selected_modes"], means.found["pulls"]
    if "destinations" not in pulls:
        raise Unstable(str(pulls["status"][0]))
    return saddles_of(glass, modes, pulls, parameters.most, means.memory)
