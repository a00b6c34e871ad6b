"""Mixtures of two sizes."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glassworks.models.pairs import SAME, Energies, Mixing
from glassworks.models.strict import Strict


class Mixture(Strict):
    """Two sizes, named by the three interaction lengths that a paper prints."""

    kind: Literal["binary"]
    small_small: Annotated[float, Field(gt=0)]
    small_large: Annotated[float, Field(gt=0)]
    large_large: Annotated[float, Field(gt=0)]
    large_fraction: Annotated[float, Field(ge=0, le=1)] = 0.5

    @model_validator(mode="after")
    def ordered(self) -> Self:
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

    @property
    def species(self) -> dict[str, float]:
        """λ of each species by its name."""
        return {"small": self.small_small, "large": self.large_large}

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


def binary_mixing(sizes: tuple[float, float, float], energies: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Mixing:
    """The mixing of two sizes with the given λ and ε of the pairs small-small, small-large and large-large."""
    small, unlike, large = sizes
    mean, gap = 0.5 * (small + large), large - small
    slope = 0.5 * (energies[2] - energies[0]) / gap
    return Mixing(
        nonadditivity=(1.0 - unlike / mean) / gap,
        energy=energies[0] - 2.0 * slope * small,
        energy_sum=slope,
        energy_gap=(energies[1] - 0.5 * (energies[0] + energies[2])) / gap,
    )
