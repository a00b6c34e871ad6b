"""What a model file may say (`config/models/*.yaml`), and the model that it describes."""

from __future__ import annotations

from functools import cached_property
from math import sqrt
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from glassworks.models.potentials import Interaction, inverse_power


class Strict(BaseModel):
    """A specification that refuses unknown keys and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InversePowerPotential(Strict):
    """φ(x) = x⁻ⁿ + Σ_{l=0..q} c_2l x^{2l} below x_c (see :func:`glassworks.models.potentials.inverse_power`)."""

    kind: Literal["inverse_power"]
    exponent: Annotated[int, Field(gt=0, multiple_of=2)]
    smooth_derivatives: Annotated[int, Field(ge=0, le=3)]
    cutoff: Annotated[float, Field(gt=1.0)]

    def interaction(self, nonadditivity: float) -> Interaction:
        return inverse_power(self.exponent, self.smooth_derivatives, self.cutoff, nonadditivity)


class BinaryMixture(Strict):
    """Two sizes, named by the three interaction lengths that a paper prints."""

    kind: Literal["binary"]
    small_small: Annotated[float, Field(gt=0)]
    small_large: Annotated[float, Field(gt=0)]
    large_large: Annotated[float, Field(gt=0)]
    large_fraction: Annotated[float, Field(ge=0, le=1)] = 0.5

    @model_validator(mode="after")
    def ordered(self) -> BinaryMixture:
        if self.large_large <= self.small_small:
            raise ValueError("large_large must exceed small_small")
        return self

    @property
    def nonadditivity(self) -> float:
        """n_a for which ½(λ_SS + λ_LL)(1 − n_a (λ_LL − λ_SS)) is the given λ_SL."""
        mean = 0.5 * (self.small_small + self.large_large)
        return (1.0 - self.small_large / mean) / (self.large_large - self.small_small)

    @property
    def largest(self) -> float:
        return self.large_large

    def diameters(self, n: int) -> np.ndarray:
        large = round(n * self.large_fraction)
        return np.concatenate([np.full(n - large, self.small_small), np.full(large, self.large_large)])


class PowerLawMixture(Strict):
    """Sizes with p(λ) ∝ λ^-exponent on [smallest, largest], at the quantiles of p: every sample has the same sizes."""

    kind: Literal["power_law"]
    exponent: Annotated[float, Field(gt=1)]
    smallest: Annotated[float, Field(gt=0)]
    largest: Annotated[float, Field(gt=0)]
    nonadditivity: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def ordered(self) -> PowerLawMixture:
        if self.largest <= self.smallest:
            raise ValueError("largest must exceed smallest")
        return self

    def diameters(self, n: int) -> np.ndarray:
        k = self.exponent - 1.0
        quantile = (np.arange(n) + 0.5) / n
        low, high = self.smallest**-k, self.largest**-k
        return (low - quantile * (low - high)) ** (-1.0 / k)


class TimeStep(Strict):
    """Molecular-dynamics step: `hot` at and above `hot_above`, `cold` below it."""

    cold: Annotated[float, Field(gt=0)]
    hot: Annotated[float, Field(gt=0)]
    hot_above: Annotated[float, Field(gt=0)]


class Model(Strict):
    """A pair potential with its composition and density, in two, three or four dimensions (units ε = λ = m = k_B = 1).

    Attributes:
        density: number density N/V in λ^-d.
        sources: where each number comes from.
    """

    name: str
    description: str
    dimension: Annotated[int, Field(ge=2, le=4)]
    density: Annotated[float, Field(gt=0)]
    potential: InversePowerPotential
    mixture: Annotated[BinaryMixture | PowerLawMixture, Field(discriminator="kind")]
    time_step: TimeStep
    sources: dict[str, str]

    @cached_property
    def interaction(self) -> Interaction:
        return self.potential.interaction(self.mixture.nonadditivity)

    @property
    def range(self) -> float:
        """The longest interaction distance, x_c λ_max."""
        return self.potential.cutoff * self.mixture.largest

    def diameters(self, n: int) -> np.ndarray:
        """Interaction lengths λ_i of n particles, shape (n,), smallest first."""
        return self.mixture.diameters(n)

    def box_length(self, n: int) -> float:
        """Edge L of the box that holds n particles at this model's density, in λ."""
        return (n / self.density) ** (1.0 / self.dimension)

    def smallest_system(self) -> int:
        """The fewest particles whose box is wider than twice the interaction range, so that no pair meets twice."""
        return int(np.floor(self.density * (2.0 * self.range) ** self.dimension)) + 1

    def step(self, temperature: float) -> float:
        """Molecular-dynamics step at a temperature, in units of λ (m/ε)^½."""
        return self.time_step.hot if temperature >= self.time_step.hot_above else self.time_step.cold

    def sound_speed(self, modulus: float) -> float:
        """√(G/ρ) with unit masses."""
        return sqrt(modulus / self.density)
