"""What may be chosen: the parameters of each observable, and the minimizers.

Apart from what they choose between, so that reading a campaign's declarations loads no kernels.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from glassworks.models.specification import Strict

MINIMIZERS = ("cg", "lbfgs", "fire")


class ModuliParameters(Strict):
    """Nothing to choose."""


class ModesParameters(Strict):
    """The `count` softest modes."""

    count: Annotated[int, Field(ge=1)] = 30


class DipolesParameters(Strict):
    """Pinches on `pairs` random interacting pairs."""

    pairs: Annotated[int, Field(ge=1)] = 1000


class DecayParameters(Strict):
    """Pinches on `pairs` random interacting pairs, the response in shells `width` a₀ wide."""

    pairs: Annotated[int, Field(ge=1)] = 200
    width: Annotated[float, Field(gt=0)] = 1 / 3


class SoftspotsParameters(Strict):
    """Searches from `starts` pinches and the `modes` softest modes; fields that overlap by `overlap` are one spot."""

    starts: Annotated[int, Field(ge=1)] = 400
    modes: Annotated[int, Field(ge=0)] = 30
    steps: Annotated[int, Field(ge=1)] = 200
    overlap: Annotated[float, Field(gt=0, lt=1)] = 0.9


PARAMETERS: dict[str, type[Strict]] = {
    "moduli": ModuliParameters,
    "modes": ModesParameters,
    "dipoles": DipolesParameters,
    "decay": DecayParameters,
    "softspots": SoftspotsParameters,
}
