"""Lennard-Jones, cut off, φ(x) = φ₀(x) − φ₀(x_c) [− (x − x_c) φ₀'(x_c)] with φ₀ = 4 (x⁻¹² − x⁻⁶)."""

from math import sqrt
from typing import Annotated, Literal

from numba import njit
from pydantic import Field

from glassworks.models.pairs import Energies
from glassworks.models.strict import Strict

NUMBER = 1


class Potential(Strict):
    """Lennard-Jones cut off at x_c.

    Attributes:
        truncation: `shifted_force` for an energy and a force that are continuous at x_c, as whatever takes a Hessian
            needs (the bracket above); `shift` for a continuous energy alone, the plain truncation of simulation
            packages.
        energies: of a binary mixture; all 1 unless given.
    """

    kind: Literal["lennard_jones"]
    cutoff: Annotated[float, Field(gt=1.0)]
    truncation: Literal["shifted_force", "shift"] = "shifted_force"
    energies: Energies | None = None

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c, and what is added to φ₀: a constant and a factor of x."""
        cutoff, shifted_force = self.cutoff, self.truncation == "shifted_force"
        value = 4.0 * (cutoff**-12 - cutoff**-6)
        slope = 4.0 * (6.0 * cutoff**-7 - 12.0 * cutoff**-13) if shifted_force else 0.0
        return cutoff, (slope * cutoff - value, -slope)

    def continuous_derivatives(self) -> int:
        """The force where it is shifted, or nothing but the energy."""
        return int(self.truncation == "shifted_force")


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y = (r/λ)²."""
    constant, linear = coefficients[:2]
    t = 1.0 / y
    six = t * t * t
    f0 = 4.0 * six * (six - 1.0) + constant
    f1 = (4.0 * t) * six * (3.0 - 6.0 * six)
    f2 = 4.0 * six * t * t * (42.0 * six - 12.0)
    f3 = 4.0 * six * six * (60.0 - 336.0 * six)
    f4 = 4.0 * six * six * t * (3024.0 * six - 360.0)
    if linear != 0.0:
        root = linear * sqrt(y)
        f0 = f0 + root
        f1 = f1 + 0.5 * t * root
        f2 = f2 - 0.25 * t * t * root
        f3 = f3 + 0.375 * six * root
        f4 = f4 - 0.9375 * six * t * root
    return f0, f1, f2, f3, f4
