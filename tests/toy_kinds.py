"""A pair energy and a mixture that are added to a copy of the library as a file each, and a model of them."""

from pathlib import Path

POTENTIAL = '''\
"""A soft contact of fourth order, φ(y) = ¼ k (1 − y)⁴ for y = (r/(1.1 λ))² < 1."""

from typing import Annotated, Literal

from numba import njit
from pydantic import Field

from glassworks.models.pairs import constant
from glassworks.models.strict import Strict

UNIT = 1.1**2


class Potential(Strict):
    """A soft contact with a strength k."""

    kind: Literal["fourth"]
    strength: Annotated[float, Field(gt=0)]

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c, and k."""
        return 1.1, (self.strength,)


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y."""
    k, gap = coefficients[0], 1.0 - y
    square = k * gap * gap
    return 0.25 * square * gap * gap, -square * gap, 3.0 * square, -6.0 * k * gap, constant(6.0 * k, y)
'''
MIXTURE = '''\
"""Sizes at equal distances."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from glassworks.models.pairs import Energies, Mixing
from glassworks.models.strict import Strict


class Mixture(Strict):
    """Sizes from 1 to a largest."""

    kind: Literal["steps"]
    largest: Annotated[float, Field(gt=1)]

    def diameters(self, n: int) -> np.ndarray:
        return np.linspace(1.0, self.largest, n)

    def moment(self, order: int) -> float:
        """⟨λ^order⟩ of a large sample."""
        return (self.largest ** (order + 1) - 1.0) / (order + 1) / (self.largest - 1.0)

    def mixing(self, energies: Energies | None) -> Mixing:
        return Mixing(0.05)

    def unlike(self, diameters: np.ndarray) -> str:
        return ""
'''
MODEL = """\
description: Soft contacts of fourth order
dimension: 2
density: 0.9
potential: {kind: fourth, strength: 3.0}
mixture: {kind: steps, largest: 1.3}
time_step: {cold: 0.01, hot: 0.01, hot_above: 1.0}
sources: {}
"""


def add_potential(package: Path) -> None:
    (package / "models/potentials/fourth.py").write_text(POTENTIAL)


def add_mixture(package: Path) -> None:
    (package / "models/mixtures/steps.py").write_text(MIXTURE)
