"""Where a glass that is pulled along a mode stops to come home, and what it becomes there (Mizuno et al. 2020)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.observables import GLASSES, Array, Column, Law, Means, System
from glassworks.observables._amplitudes import Amplitudes

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
NEEDS = FIELDS = ("selected_modes",)
UNIT_MASSES = True
SIGNS = (1, -1)


class Parameters(Amplitudes):
    """Amplitudes A from `smallest` to `largest`, `per_decade` to a decade, the first that leads away refined to a
    relative `width`; the first `most` of the selected modes."""

    width: Annotated[float, Field(gt=0, lt=1)] = 0.04
    most: Annotated[int, Field(ge=1)] = 40
    keep: bool = False


COLUMNS = {
    "mode": Column("1", "index of the mode among those selected, by ascending frequency", whole=True),
    "sign": Column("1", "side to which it was pulled; 1 is that where the energy's third derivative is negative"),
    "frequency": Column("(ε/m)^½/λ", "ω of the mode", least=0.0),
    "home": Column("λ", "largest amplitude below A_c from which it came home", least=0.0),
    "amplitude": Column("λ", "A_c, the smallest amplitude found from which it did not", least=0.0, known=False),
    "distance": Column("λ", "|Δr| = (Σ|Δr_i|²)^½ of the transition at A_c, rattlers left out", known=False),
    "energy": Column("ε", "ΔΦ, the energy there minus that at home", known=False),
    "barrier": Column("ε", "ΔΦ_barrier, the energy at the pulled point of A_c minus that at home", known=False),
    "rearranged": Column("1", "N_rearr = (Σ Δr_i²)²/Σ (Δr_i²)²", known=False),
    "overlap": Column("1", "I = |Σ Δr_i·e_i|/(Σ Δr_i²)^½", least=0.0, known=False),
    "overlap_others": Column(
        "1", "median of the same overlap with the other selected modes, to which I is to be compared", known=False
    ),
    "farthest": Column("λ", "largest |Δr_i|", known=False),
    "mover": Column("1", "index in the glass of the particle that moves farthest; −1: none", whole=True),
    "destination": Column(
        "1",
        "number of the state among those that this glass's pulls end in, as their fields tell; −1: none",
        whole=True,
    ),
    "contacts": Column("1", "pairs that interact at one end of the transition alone", whole=True),
    "rattlers": Column("1", "rattlers that moved by more than a hundredth of λ, left out of all else", whole=True),
    "loosened": Column("1", "particles of the home backbone that are rattlers at the destination", whole=True),
    "evaluations": Column("1", "evaluations of the forces that the pulls took", whole=True),
}
ARRAYS = {
    "destinations": Array(
        "(destinations, particles without rattlers, 3)",
        "λ",
        "Δr_i of each distinct transition",
        "float32",
        lambda system, parameters: parameters.most * system.n * 3,
    ),
}
LAWS = {"": Law(scale=0.4, power=1.55, memory=30.0, rising=1.0)}
"""Of one mode."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    return "", parameters.most * system.neighbors / System(1, 3).neighbors


def rows(system: System, parameters: Parameters) -> float:
    return len(SIGNS) * parameters.most


def PIECES(system: System, parameters: Parameters) -> int:
    return parameters.most


def problems(system: System, parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Pulls that begin where a particle is nearer to its own image than to where it was."""
    if parameters.smallest >= 0.5 * system.length:
        allowed = f"below {0.5 * system.length:.3g} where N = {system.n}"
        yield (
            "smallest",
            f"{parameters.smallest:g}: pulls begin beyond half the box; allowed: {allowed}",
        )


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.landscape.anharmonic import pulls_of
    from glassworks.vibrations import Unstable

    modes = means.found["selected_modes"]
    if "vectors" not in modes:
        raise Unstable(str(modes["status"][0]))
    return pulls_of(
        glass, modes["frequency"], modes["vectors"], parameters, means.memory, means.portion.among(parameters.most)
    )
