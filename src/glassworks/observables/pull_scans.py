"""What becomes of a glass at each amplitude of a pull along some of its modes, each let go to the end
(Mizuno et al. 2020, Fig. 2)."""

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


class Parameters(Amplitudes):
    """The first `most` selected modes, pulled to the side where τ is negative by amplitudes from `smallest` to
    `largest`, `per_decade` to a decade."""

    smallest: Annotated[float, Field(gt=0)] = 1e-4
    largest: Annotated[float, Field(gt=0)] = 0.1
    per_decade: Annotated[int, Field(ge=1)] = 10
    most: Annotated[int, Field(ge=1)] = 5


COLUMNS = {
    "mode": Column("1", "index of the mode among those selected, by ascending frequency", whole=True),
    "frequency": Column("(ε/m)^½/λ", "ω of the mode", least=0.0),
    "amplitude": Column("λ", "A of the pull", least=0.0),
    "pulled": Column("ε", "energy at the pulled point minus that at home", known=False),
    "distance": Column("λ", "|Δr| from home where it came to rest, rattlers left out", known=False),
    "energy": Column("ε", "ΔΦ, the energy there minus that at home", known=False),
}
LAWS = {"": Law(scale=0.8, power=1.33, memory=30.0, rising=1.0)}
"""Of thirty amplitudes of one mode."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    return "", parameters.most * len(parameters.amplitudes) / 30 * system.neighbors / System(1, 3).neighbors


def rows(system: System, parameters: Parameters) -> float:
    return parameters.most * len(parameters.amplitudes)


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.landscape.anharmonic import scanned
    from glassworks.vibrations import Unstable

    modes = means.found["selected_modes"]
    if "vectors" not in modes:
        raise Unstable(str(modes["status"][0]))
    return scanned(glass, modes["frequency"], modes["vectors"], parameters.amplitudes, parameters.most, means.memory)
