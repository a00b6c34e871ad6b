"""Harmonic contacts, φ(x) = ½ (1 − x)² for x < 1."""

from math import sqrt
from typing import Literal

from numba import njit

from glassworks.models.strict import Strict

NUMBER = 3


class Potential(Strict):
    """Harmonic contacts."""

    kind: Literal["harmonic"]

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c = 1, and nothing else."""
        return 1.0, ()

    def continuous_derivatives(self) -> int:
        """The force: stiffness jumps where spheres touch."""
        return 1


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y = (r/λ)²."""
    x = sqrt(y)
    t = 1.0 / x
    f0 = 0.5 * (1.0 - x) * (1.0 - x)
    f1 = 0.5 * (1.0 - t)
    f2 = 0.25 * t * t * t
    f3 = -1.5 * f2 * (t * t)
    f4 = -2.5 * f3 * (t * t)
    return f0, f1, f2, f3, f4
