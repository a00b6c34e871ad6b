"""Inverse power laws that are cut off smoothly, φ(x) = x⁻ⁿ + Σ_{l=0..q} c_2l x^{2l} for x < x_c."""

from math import prod
from typing import Annotated, Literal

from numba import njit
from pydantic import Field

from glassworks.models.pairs import polynomial
from glassworks.models.strict import Strict

NUMBER = 0


class Potential(Strict):
    """The smoothed inverse power law: n, q and x_c."""

    kind: Literal["inverse_power"]
    exponent: Annotated[int, Field(gt=0, le=100, multiple_of=2)]
    smooth_derivatives: Annotated[int, Field(ge=0, le=3)]
    cutoff: Annotated[float, Field(gt=1.0)]

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c, and n/2, c_0, c_2, … c_2q."""
        smoothing = smoothing_coefficients(self.exponent, self.smooth_derivatives, self.cutoff)
        return self.cutoff, (self.exponent / 2, *smoothing)

    def continuous_derivatives(self) -> int:
        """As many as it is declared with: they vanish at the cutoff."""
        return self.smooth_derivatives


def double_factorial(n: int) -> int:
    """n!! with (−1)!! = 0!! = 1."""
    return prod(range(n, 0, -2)) if n > 0 else 1


def smoothing_coefficients(exponent: int, smooth_derivatives: int, cutoff: float) -> tuple[float, ...]:
    """Coefficients c_0, c_2, … c_2q that cut x⁻ⁿ off smoothly at x_c.

    Args:
        exponent: n, even and positive.
        smooth_derivatives: q, the number of derivatives that vanish at the cutoff together with the energy.
        cutoff: x_c in units of λ.

    Returns:
        q + 1 coefficients of (r/λ)^{2l}, l = 0 … q (Lerner 2019, J. Non-Cryst. Solids 522, 119570).
    """
    n, q = exponent, smooth_derivatives
    return tuple(
        (-1) ** (half + 1)
        / (double_factorial(2 * q - 2 * half) * double_factorial(2 * half))
        * double_factorial(n + 2 * q)
        / (double_factorial(n - 2) * (n + 2 * half))
        * cutoff ** -(n + 2 * half)
        for half in range(q + 1)
    )


@njit(inline="always")
def inverse_half_power(inverse_y, half):
    """y⁻ᵐ from 1/y and m = `half`, by multiplication."""
    squared = inverse_y * inverse_y
    if half == 5.0:
        return squared * squared * inverse_y
    if half == 6.0:
        return squared * squared * squared
    power = inverse_y
    for _ in range(1, int(half)):
        power = power * inverse_y
    return power


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y = (r/λ)²."""
    half, c0, c2, c4, c6 = coefficients[:5]
    t = 1.0 / y
    power = inverse_half_power(t, half)
    f0 = power + polynomial(y, (c0, c2, c4, c6))
    power = power * (-half * t)
    f1 = power + polynomial(y, (c2, 2.0 * c4, 3.0 * c6))
    power = power * (-(half + 1.0) * t)
    f2 = power + 2.0 * c4 + 6.0 * y * c6
    power = power * (-(half + 2.0) * t)
    f3 = power + 6.0 * c6
    f4 = power * (-(half + 3.0) * t)
    return f0, f1, f2, f3, f4
