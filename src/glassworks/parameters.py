"""What may be chosen: the parameters of each observable, and the minimizers.

Apart from what they choose between, so that reading a campaign's declarations loads no kernels.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

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


class FireParameters(Strict):
    """A descent by FIRE; see :class:`glassworks.landscape.fire.Fire`. Times in 1/ω_max, lengths in λ.

    In the `harmonic` landscape, potential energies are expanded to second order about the inherent structure to which
    the first method leads.
    """

    kind: Literal["fire"]
    landscape: Literal["real", "harmonic"] = "real"
    first: Annotated[float, Field(gt=0)] = 0.1
    longest: Annotated[float, Field(gt=0, le=2)] = 1.0
    mixing: Annotated[float, Field(ge=0, lt=1)] = 0.1
    fade: Annotated[float, Field(gt=0, le=1)] = 0.99
    faster: Annotated[float, Field(gt=1)] = 1.1
    slower: Annotated[float, Field(gt=0, lt=1)] = 0.5
    patience: Annotated[int, Field(ge=0)] = 5
    move: Annotated[float, Field(gt=0)] = 0.1


class SteepestParameters(Strict):
    """A steepest descent, followed to `accuracy` λ; see :class:`glassworks.landscape.steepest.SteepestDescent`."""

    kind: Literal["steepest_descent"]
    accuracy: Annotated[float, Field(gt=0, le=1e-2)] = 1e-3


class DownhillParameters(Strict):
    """Paths from a liquid's configuration down to its inherent structure, by each method until max|F| < `tolerance`
    ε/λ; kept at `per_decade` distances a decade, down to `nearest` λ. The first method goes through the real landscape.
    """

    methods: Annotated[
        dict[str, Annotated[FireParameters | SteepestParameters, Field(discriminator="kind")]], Field(min_length=1)
    ] = Field(default_factory=lambda: {"fire": FireParameters(kind="fire")})
    tolerance: Annotated[float, Field(gt=0)] = 1e-10
    nearest: Annotated[float, Field(gt=0)] = 1e-5
    per_decade: Annotated[int, Field(ge=4)] = 10

    @field_validator("methods")
    @classmethod
    def begins_really(cls, methods: dict) -> dict:
        name, first = next(iter(methods.items()), ("", None))
        if isinstance(first, FireParameters) and first.landscape == "harmonic":
            raise ValueError(
                f"{name}: a harmonic landscape is that of the inherent structure which another method finds"
            )
        return methods


OF_LIQUIDS = ("downhill",)
"""Observables that are measured on liquids as they are; all others are measured on glasses."""

PARAMETERS: dict[str, type[Strict]] = {
    "moduli": ModuliParameters,
    "modes": ModesParameters,
    "dipoles": DipolesParameters,
    "decay": DecayParameters,
    "softspots": SoftspotsParameters,
    "downhill": DownhillParameters,
}
