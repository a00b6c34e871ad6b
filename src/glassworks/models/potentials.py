r"""Pair potentials as functions of the squared distance, and their first four derivatives.

With s = r² and y = s/λ² every energy here is U = ε φ(y), and a derivative with respect to s carries one factor λ⁻².
In these variables the Cartesian derivatives of a pair energy need no square root (r is the vector between the two):

    ∂U       = 2 U' r
    ∂²U      = 2 U' 1 + 4 U'' r r
    ∂³U:zz   = 4 U'' [2 (r·z) z + (z·z) r] + 8 U''' (r·z)² r
    ∂⁴U:zzz  = 12 U'' (z·z) z + 24 U''' [(r·z)² z + (r·z)(z·z) r] + 16 U'''' (r·z)³ r

A new potential is one more `kind`: a coefficient builder and a branch in :func:`pair_terms`.
"""

from math import prod
from typing import NamedTuple

from numba import njit

INVERSE_POWER = 0


class Interaction(NamedTuple):
    """What a compiled kernel needs to know of a model's pair energy.

    Attributes:
        kind: the potential's number (`INVERSE_POWER`).
        cutoff: x_c, the pair interacts while r < x_c λ_ij.
        nonadditivity: n_a in λ_ij = ½(λ_i + λ_j)(1 − n_a |λ_i − λ_j|), per length λ.
        energy: the scale ε.
        coefficients: eight floats whose meaning the kind defines.
    """

    kind: int
    cutoff: float
    nonadditivity: float
    energy: float
    coefficients: tuple[float, float, float, float, float, float, float, float]


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


def inverse_power(exponent: int, smooth_derivatives: int, cutoff: float, nonadditivity: float) -> Interaction:
    """The smoothed inverse power law φ(x) = x⁻ⁿ + Σ c_2l x^{2l} for x < x_c.

    Raises:
        ValueError: an odd or non-positive exponent, more than three smooth derivatives, or no positive cutoff.
    """
    if exponent <= 0 or exponent % 2:
        raise ValueError(f"exponent must be even and positive, not {exponent}")
    if not 0 <= smooth_derivatives <= 3:
        raise ValueError(f"smooth_derivatives must be 0, 1, 2 or 3, not {smooth_derivatives}")
    if cutoff <= 0:
        raise ValueError(f"cutoff must be positive, not {cutoff}")
    smoothing = smoothing_coefficients(exponent, smooth_derivatives, cutoff)
    padded = (exponent / 2, *smoothing) + (0.0,) * (7 - len(smoothing))
    return Interaction(INVERSE_POWER, float(cutoff), float(nonadditivity), 1.0, padded)


@njit(inline="always")
def pair_length(nonadditivity, diameter_i, diameter_j):
    """λ_ij = ½(λ_i + λ_j)(1 − n_a |λ_i − λ_j|)."""
    return 0.5 * (diameter_i + diameter_j) * (1.0 - nonadditivity * abs(diameter_i - diameter_j))


@njit(inline="always")
def inverse_half_power(inverse_y, half):
    """y⁻ᵐ from 1/y and m = `half`; the common n = 10 and 12 by multiplication."""
    squared = inverse_y * inverse_y
    if half == 5.0:
        return squared * squared * inverse_y
    if half == 6.0:
        return squared * squared * squared
    return inverse_y**half


@njit(error_model="numpy")
def pair_terms(interaction, s, length):
    """U and its first four derivatives with respect to s = r², at a distance inside the cutoff.

    Args:
        interaction: an :class:`Interaction`.
        s: squared distance r².
        length: λ_ij of the pair.

    Returns:
        (U, U', U'', U''', U''''), units ε λ⁻²ᵏ for the k-th.
    """
    half, c0, c2, c4, c6 = interaction.coefficients[:5]
    inverse_area = 1.0 / (length * length)
    y = s * inverse_area
    t = 1.0 / y
    scale = interaction.energy
    power = inverse_half_power(t, half)
    u = scale * (power + c0 + y * (c2 + y * (c4 + y * c6)))
    scale *= inverse_area
    power *= -half * t
    u1 = scale * (power + c2 + y * (2.0 * c4 + y * 3.0 * c6))
    scale *= inverse_area
    power *= -(half + 1.0) * t
    u2 = scale * (power + 2.0 * c4 + 6.0 * y * c6)
    scale *= inverse_area
    power *= -(half + 2.0) * t
    u3 = scale * (power + 6.0 * c6)
    scale *= inverse_area
    power *= -(half + 3.0) * t
    u4 = scale * power
    return u, u1, u2, u3, u4
