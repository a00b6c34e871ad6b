"""How far a glass can be pulled along a mode before it stops to come home, by what minimizes and how tightly.

Pulls are by FIRE to a residual force of 1e-10, and come home where a bound on the Hessian says so early. Beside these:
FIRE to a tenth and ten times of that, where home is a tenth and ten times as near; conjugate gradients, L-BFGS and the
steepest descent. All but the first go on to rest, and are home where the displacement on the backbone is then less than
a fiftieth of the pulled one and than 1e-4 λ. The steepest descent, which is a property of the landscape alone, takes
thousands of evaluations a pull: `steepest_modes` modes have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._amplitudes import Amplitudes

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
NEEDS = FIELDS = ("selected_modes",)
UNIT_MASSES = True
VARIANTS, STEEPEST = 5, 2.0
"""Ways beside the steepest descent, and what that takes beside all of these."""


class Parameters(Amplitudes):
    """Amplitudes A from `smallest` to `largest`, `per_decade` to a decade, the first that leads away refined to a
    relative `width`; other ways than FIRE's begin at a quarter of its A_c. The first `most` of the selected modes, the
    steepest descent for the first `steepest_modes` alone."""

    smallest: Annotated[float, Field(gt=0)] = 1e-5
    width: Annotated[float, Field(gt=0, lt=1)] = 0.03
    most: Annotated[int, Field(ge=1)] = 20
    steepest_modes: Annotated[int, Field(ge=0)] = 3


COLUMNS = {
    "mode": Column("1", "index of the mode among those selected, by ascending frequency", whole=True),
    "variant": Column(
        "",
        "how it goes downhill: fire (as pulls), fire ten times tighter, fire ten times looser, cg, lbfgs, steepest",
        words=True,
    ),
    "frequency": Column("(ε/m)^½/λ", "ω of the mode", least=0.0),
    "home": Column("λ", "largest amplitude below A_c from which it came home", least=0.0),
    "amplitude": Column(
        "λ", "A_c, the smallest amplitude found from which it did not, where τ is negative", least=0.0, known=False
    ),
    "distance": Column("λ", "|Δr| = (Σ|Δr_i|²)^½ of the transition at A_c, rattlers left out", known=False),
    "energy": Column("ε", "ΔΦ, the energy there minus that at home", known=False),
    "evaluations": Column("1", "evaluations of the forces that the pulls took", whole=True),
}
LAWS = {"": Law(scale=2.0, power=1.2, memory=30.0, rising=1.0)}
"""Of one mode by all ways but the steepest descent."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    modes = parameters.most + STEEPEST * min(parameters.steepest_modes, parameters.most)
    return "", modes * system.neighbors / System(1, 3).neighbors


def rows(system: System, parameters: Parameters) -> float:
    return VARIANTS * parameters.most + parameters.steepest_modes


def PIECES(system: System, parameters: Parameters) -> int:
    return parameters.most


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.landscape.variants import variants_of
    from glassworks.vibrations import Unstable

    modes = means.found["selected_modes"]
    if "vectors" not in modes:
        raise Unstable(str(modes["status"][0]))
    return variants_of(glass, modes, parameters, means.memory, means.portion.among(parameters.most))
