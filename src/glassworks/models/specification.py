"""What a model file may say (`config/models/*.yaml`), and the model that it describes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import gamma, inf, isnan, nan, pi
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from glassworks.models import potentials
from glassworks.models.potentials import Interaction, Mixing, binary_mixing


class Strict(BaseModel):
    """A specification: unknown keys, other types, infinities and changes after reading are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class InversePowerPotential(Strict):
    """φ(x) = x⁻ⁿ + Σ_{l=0..q} c_2l x^{2l} below x_c (see :func:`glassworks.models.potentials.inverse_power`)."""

    kind: Literal["inverse_power"]
    exponent: Annotated[int, Field(gt=0, le=100, multiple_of=2)]
    smooth_derivatives: Annotated[int, Field(ge=0, le=3)]
    cutoff: Annotated[float, Field(gt=1.0)]

    def interaction(self, mixing: Mixing) -> Interaction:
        return potentials.inverse_power(self.exponent, self.smooth_derivatives, self.cutoff, mixing)


class Energies(Strict):
    """ε of the three kinds of pairs in a mixture of two sizes."""

    small_small: Annotated[float, Field(gt=0)]
    small_large: Annotated[float, Field(gt=0)]
    large_large: Annotated[float, Field(gt=0)]


class LennardJonesPotential(Strict):
    """Lennard-Jones cut off at x_c (see :func:`glassworks.models.potentials.lennard_jones`).

    Attributes:
        truncation: `shifted_force` for an energy and a force that are continuous at x_c, as whatever takes a Hessian
            needs; `shift` for a continuous energy alone, the plain truncation of simulation packages.
        energies: of a binary mixture; all 1 unless given.
    """

    kind: Literal["lennard_jones"]
    cutoff: Annotated[float, Field(gt=1.0)]
    truncation: Literal["shifted_force", "shift"] = "shifted_force"
    energies: Energies | None = None

    def interaction(self, mixing: Mixing) -> Interaction:
        return potentials.lennard_jones(self.cutoff, self.truncation == "shifted_force", mixing)


class StickySpheresPotential(Strict):
    """Piecewise sticky spheres (see :func:`glassworks.models.potentials.sticky_spheres`).

    Attributes:
        cutoff_over_minimum: r_c, in units of the distance 2^{1/6} λ of the minimum.
    """

    kind: Literal["sticky_spheres"]
    cutoff_over_minimum: Annotated[float, Field(gt=1.0)]

    def interaction(self, mixing: Mixing) -> Interaction:
        return potentials.sticky_spheres(self.cutoff_over_minimum, mixing)


class HarmonicPotential(Strict):
    """Harmonic contacts, φ(x) = ½ (1 − x)² for x < 1."""

    kind: Literal["harmonic"]

    def interaction(self, mixing: Mixing) -> Interaction:
        return potentials.harmonic(mixing)


SAME = 1e-6
"""Relative difference below which two diameters are one: what files in single precision leave of them."""


Potential = Annotated[
    InversePowerPotential | LennardJonesPotential | StickySpheresPotential | HarmonicPotential,
    Field(discriminator="kind"),
]


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
        if self.small_large > self.large_large:
            raise ValueError("small_large must not exceed large_large, the longest of the three lengths")
        return self

    def mixing(self, energies: Energies | None) -> Mixing:
        """The coefficients that give the three lengths, and the three energies (1 without any)."""
        sizes = self.small_small, self.small_large, self.large_large
        if energies is None:
            return binary_mixing(sizes)
        return binary_mixing(sizes, (energies.small_small, energies.small_large, energies.large_large))

    def moment(self, order: int) -> float:
        """⟨λ^order⟩ of a large sample."""
        part = self.large_fraction
        return (1.0 - part) * self.small_small**order + part * self.large_large**order

    @property
    def largest(self) -> float:
        return self.large_large

    def diameters(self, n: int) -> np.ndarray:
        large = round(n * self.large_fraction)
        return np.concatenate([np.full(n - large, self.small_small), np.full(large, self.large_large)])

    def unlike(self, diameters: np.ndarray) -> str:
        """What of diameters (N,) is not this mixture's: other sizes, or other proportions by more than 1 %; else ''."""
        small, large = (np.isclose(diameters, size, SAME, 0.0) for size in (self.small_small, self.large_large))
        n, expected = len(diameters), round(len(diameters) * self.large_fraction)
        if not (small | large).all():
            other = diameters[~(small | large)]
            sizes = f"{self.small_small:g} and {self.large_large:g}"
            return f"{len(other)} of its {n} diameters, as {other[0]:.6g}, are none of {sizes}"
        if abs(large.sum() - expected) > max(1.0, 0.01 * n):
            return f"{large.sum()} of its {n} particles are large, not {expected}"
        return ""


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
        if self.nonadditivity * (self.largest - self.smallest) >= 1.0:
            raise ValueError(
                f"nonadditivity: {self.nonadditivity:g}: the smallest and the largest particle would have no length; "
                f"allowed: below {1.0 / (self.largest - self.smallest):g}"
            )
        return self

    def diameters(self, n: int) -> np.ndarray:
        k = self.exponent - 1.0
        quantile = (np.arange(n) + 0.5) / n
        low, high = self.smallest**-k, self.largest**-k
        return (low - quantile * (low - high)) ** (-1.0 / k)

    def unlike(self, diameters: np.ndarray) -> str:
        """What of diameters (N,) is not this mixture's: those outside its range; else ''."""
        outside = (diameters < self.smallest * (1.0 - SAME)) | (diameters > self.largest * (1.0 + SAME))
        if not outside.any():
            return ""
        first, span = diameters[outside][0], f"{self.smallest:g} to {self.largest:g}"
        return f"{outside.sum()} of its {len(diameters)} diameters, as {first:.6g}, lie outside {span}"

    def mixing(self, energies: Energies | None) -> Mixing:
        """The coefficients of λ_ij.

        Raises:
            ValueError: energies, which only a binary mixture can have.
        """
        if energies is not None:
            raise ValueError("energies of three kinds of pairs need a binary mixture")
        return Mixing(self.nonadditivity)

    def moment(self, order: int) -> float:
        """⟨λ^order⟩ of a large sample."""
        edges = np.array([self.smallest, self.largest])
        powers = [order - self.exponent + 1.0, 1.0 - self.exponent]
        over, under = (np.log(edges[1] / edges[0]) if k == 0 else np.diff(edges**k)[0] / k for k in powers)
        return float(over / under)


Mixture = Annotated[BinaryMixture | PowerLawMixture, Field(discriminator="kind")]


class TimeStep(Strict):
    """Molecular-dynamics step: `hot` at and above `hot_above`, `cold` below it."""

    cold: Annotated[float, Field(gt=0)]
    hot: Annotated[float, Field(gt=0)]
    hot_above: Annotated[float, Field(gt=0)]


def ball_volume(dimension: int) -> float:
    """Volume of a ball of diameter 1."""
    return (0.25 * pi) ** (0.5 * dimension) / gamma(0.5 * dimension + 1.0)


def _in_range(key: str, computed: Callable[[], Any]) -> Any:
    """What is computed from a key's numbers; raises ValueError where it is no positive and finite number."""
    try:
        value = computed()
    except ArithmeticError:
        value = nan
    if isinstance(value, float) and not 0.0 < value < inf:
        raise ValueError(f"{key}: what follows from these numbers is too large or too small to be computed with")
    return value


class Model(Strict):
    """A pair potential with its composition and density, in two, three or four dimensions (units ε = λ = m = k_B = 1).

    Attributes:
        density: number density N/V in λ^-d.
        packing_fraction: what a file may give instead, the volume of balls of diameters λ_i over that of the box. It
            becomes the density and is None afterwards.
        sources: where each number comes from.
    """

    name: str
    description: str
    dimension: Annotated[int, Field(ge=2, le=4)]
    density: Annotated[float, Field(gt=0)] = nan
    packing_fraction: Annotated[float | None, Field(gt=0, exclude=True)] = None
    potential: Potential
    mixture: Mixture
    time_step: TimeStep
    sources: dict[str, str]

    @model_validator(mode="after")
    def dense(self) -> Model:
        """A density, where a packing fraction is given."""
        if self.packing_fraction is None:
            if isnan(self.density):
                raise ValueError("density: this key is missing, or packing_fraction in its place")
            return self
        if not isnan(self.density):
            raise ValueError("density and packing_fraction exclude each other")
        ball = _in_range("mixture", lambda: ball_volume(self.dimension) * self.mixture.moment(self.dimension))
        self.__dict__.update(density=self.packing_fraction / ball, packing_fraction=None)
        return self

    @model_validator(mode="after")
    def computable(self) -> Model:
        """Everything that is computed from the file's numbers is a positive and finite number."""
        interaction = _in_range("potential", self._interaction)
        _in_range("potential", lambda: max(map(abs, (*interaction[1:-1], *interaction.coefficients))) + 1.0)
        _in_range("mixture", lambda: float(self.diameters(2)[0]))
        length = _in_range("mixture", lambda: interaction.cutoff * self.mixture.largest)
        _in_range("density", lambda: self.density * (2.0 * length) ** self.dimension)
        return self

    def _interaction(self) -> Interaction:
        return self.potential.interaction(self.mixture.mixing(getattr(self.potential, "energies", None)))

    @cached_property
    def interaction(self) -> Interaction:
        return self._interaction()

    @property
    def range(self) -> float:
        """The longest interaction distance, x_c λ_max."""
        return self.interaction.cutoff * self.mixture.largest

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
