"""Continuous polydispersity, p(λ) ∝ λ^-exponent."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glassworks.models.pairs import SAME, Energies, Mixing
from glassworks.models.strict import Strict


class Mixture(Strict):
    """Sizes with p(λ) ∝ λ^-exponent on [smallest, largest], at the quantiles of p: every sample has the same sizes."""

    kind: Literal["power_law"]
    exponent: Annotated[float, Field(gt=1)]
    smallest: Annotated[float, Field(gt=0)]
    largest: Annotated[float, Field(gt=0)]
    nonadditivity: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def ordered(self) -> Self:
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
