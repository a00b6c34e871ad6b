"""Particles of one size."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from glassworks.models.pairs import SAME, Energies, Mixing
from glassworks.models.strict import Strict


class Mixture(Strict):
    """One size λ."""

    kind: Literal["monodisperse"]
    size: Annotated[float, Field(gt=0)] = 1.0

    @property
    def largest(self) -> float:
        return self.size

    def diameters(self, n: int) -> np.ndarray:
        return np.full(n, self.size)

    def moment(self, order: int) -> float:
        """⟨λ^order⟩."""
        return self.size**order

    def mixing(self, energies: Energies | None) -> Mixing:
        """The coefficients of λ_ij.

        Raises:
            ValueError: energies, which only a binary mixture can have.
        """
        if energies is not None:
            raise ValueError("energies of three kinds of pairs need a binary mixture")
        return Mixing()

    def unlike(self, diameters: np.ndarray) -> str:
        """What of diameters (N,) is not this mixture's: any of another size; else ''."""
        other = ~np.isclose(diameters, self.size, SAME, 0.0)
        if not other.any():
            return ""
        return f"{other.sum()} of its {len(diameters)} diameters, as {diameters[other][0]:.6g}, are not {self.size:g}"
