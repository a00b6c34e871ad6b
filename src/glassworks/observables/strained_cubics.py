"""How a cubic mode's stiffness changes under shear, beside what its asymmetry says (Kapteijns 2021, Eq. 3.29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
UNIT_MASSES = True
SMOOTH = 3
NEEDS = FIELDS = ("nonlinear_modes",)


class Parameters(Strict):
    """Simple shear in the x-y plane by plus and minus `strain`, the glass let come to rest after each."""

    strain: Annotated[float, Field(gt=0, le=1e-2)] = 1e-5


COLUMNS = {
    "stiffness": Column("ε/λ²", "κ along the cubic mode π_3", least=0.0),
    "third": Column("ε/λ³", "τ along it"),
    "shear_coupling": Column("ε/λ", "ν = ∂²U/∂γ∂x·π_3"),
    "slope": Column("ε/λ²", "dκ/dγ of the mode followed, by central differences", known=False),
    "predicted": Column("ε/λ²", "−τν/κ"),
    "ratio": Column("1", "of the two", known=False),
    "followed": Column("1", "overlap of the modes at both strains", least=0.0, known=False),
}
LAWS = {"": Law(scale=0.5, power=1.35, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return 1


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.straining import strained_cubic
    from glassworks.vibrations import Unstable

    before = means.found["nonlinear_modes"]
    if "cubic" not in before:
        raise Unstable(str(before["status"][0]))
    found = strained_cubic(glass, before["cubic"][0].astype(float), parameters.strain)
    return {name: np.array([value]) for name, value in found.items()}
