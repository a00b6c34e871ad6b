"""Piecewise sticky spheres: Lennard-Jones below its minimum, a smoother and shorter attraction beyond.

González-López et al. 2021. The variable of the formula is w = (r/r_min)², with r_min = 2^{1/6} λ.
"""

from fractions import Fraction
from math import prod, sqrt
from typing import Annotated, Literal

from numba import njit
from pydantic import Field

from glassworks.models.pairs import choose, multiply_add, polynomial
from glassworks.models.strict import Strict

NUMBER = 2
UNIT = 2.0 ** (1.0 / 3.0)
"""r_min², the squared distance of the Lennard-Jones minimum, in λ²."""


class Potential(Strict):
    """Piecewise sticky spheres.

    The terms of the outer part are up to 10⁵ times larger than their sum. Because it has a triple zero at w_c = r_c² it
    is evaluated as (w − w_c)³ Σ_k q_k w⁻ᵏ, k = 0 … 6, whose coefficients are computed exactly before they are rounded.

    Attributes:
        cutoff_over_minimum: r_c, in units of the distance 2^{1/6} λ of the minimum.
    """

    kind: Literal["sticky_spheres"]
    cutoff_over_minimum: Annotated[float, Field(gt=1.0)]

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c, and w_c, q_0, … q_6."""
        alpha, beta, *gammas = sticky_coefficients(self.cutoff_over_minimum)
        zero = Fraction(repr(float(self.cutoff_over_minimum))) ** 2
        quotient = [alpha, 0, 0, -beta, 0, 0, *gammas]  # φ w⁶, ascending powers of w
        for _ in range(3):  # divided by w − w_c
            remainder, divided = Fraction(0), []
            for coefficient in reversed(quotient):
                remainder = coefficient + zero * remainder
                divided.append(remainder)
            assert divided.pop() == 0
            quotient = divided[::-1]
        return self.cutoff_over_minimum * sqrt(UNIT), (zero, *reversed(quotient))

    def continuous_derivatives(self) -> int:
        """Force and stiffness: the third jumps at the minimum and at the cutoff."""
        return 2


def sticky_coefficients(cutoff: float) -> tuple[Fraction, ...]:
    """α, β, γ_0 … γ_3 of the sticky spheres' outer part φ = α w⁻⁶ − β w⁻³ + Σ γ_l w^l, w = (r/r_min)², exactly.

    They follow from φ = −1, φ' = 0, φ'' = 18 at w = 1, as the Lennard-Jones energy w⁻⁶ − 2w⁻³ has there, and φ = φ' =
    φ'' = 0 at w = r_c². In powers of r/λ (González-López et al. 2021) a = 4α, b = 2β and c_2l = γ_l 2^{−l/3}.

    Args:
        cutoff: r_c in units of r_min = 2^{1/6} λ, read as the decimal number that it prints as.
    """
    powers = (-6, -3, 0, 1, 2, 3)
    rows = []
    for w, values in ((Fraction(1), (-1, 0, 18)), (Fraction(repr(float(cutoff))) ** 2, (0, 0, 0))):
        for order, value in enumerate(values):
            rows.append([prod(p - m for m in range(order)) * w ** (p - order) for p in powers] + [Fraction(value)])
    for pivot in range(6):
        found = next(r for r in range(pivot, 6) if rows[r][pivot] != 0)
        rows[pivot], rows[found] = rows[found], rows[pivot]
        rows[pivot] = [x / rows[pivot][pivot] for x in rows[pivot]]
        for r in range(6):
            if r != pivot:
                rows[r] = [x - rows[r][pivot] * y for x, y in zip(rows[r], rows[pivot], strict=True)]
    alpha, minus_beta, *gammas = (row[6] for row in rows)
    return alpha, -minus_beta, *gammas


@njit(inline="always")
def eight_terms(x, a, b, c, d, e, f, g, h):
    """a + b x + … + h x⁷, of terms that do not wait for each other (Estrin's scheme)."""
    squared = x * x
    low = multiply_add(squared, multiply_add(x, d, c), multiply_add(x, b, a))
    high = multiply_add(squared, multiply_add(x, h, g), multiply_add(x, f, e))
    return multiply_add(squared * squared, high, low)


@njit(inline="always")
def terms(coefficients, w):
    """φ and its derivatives with respect to w = (r/r_min)²."""
    zero, q0, q1, q2, q3, q4, q5, q6 = coefficients
    t = 1.0 / w
    six = t * t * t
    z = w - zero
    g0 = polynomial(t, (q0, q1, q2, q3, q4, q5, q6))
    g1 = -t * t * polynomial(t, (q1, 2.0 * q2, 3.0 * q3, 4.0 * q4, 5.0 * q5, 6.0 * q6))
    g2 = six * polynomial(t, (2.0 * q1, 6.0 * q2, 12.0 * q3, 20.0 * q4, 30.0 * q5, 42.0 * q6))
    g3 = -six * t * polynomial(t, (6.0 * q1, 24.0 * q2, 60.0 * q3, 120.0 * q4, 210.0 * q5, 336.0 * q6))
    g4 = six * t * t * polynomial(t, (24.0 * q1, 120.0 * q2, 360.0 * q3, 840.0 * q4, 1680.0 * q5, 3024.0 * q6))
    near = w < 1.0
    f0 = choose(near, six * (six - 2.0), z * z * z * g0)
    h2, h3, h4 = q2 + zero * q1, 2.0 * zero * q2, 3.0 * zero * q3 - q4
    h5, h6, h7 = 4.0 * zero * q4 - 2.0 * q5, 5.0 * zero * q5 - 3.0 * q6, 6.0 * zero * q6
    h = eight_terms(t, 3.0 * q0, 2.0 * q1, h2, h3, h4, h5, h6, h7)  # 3 g0 + z g1
    f1 = choose(near, (6.0 * t) * six * (1.0 - six), z * z * h)
    f2 = choose(near, six * t * t * (42.0 * six - 24.0), z * (6.0 * g0 + z * (6.0 * g1 + z * g2)))
    f3 = choose(near, six * six * (120.0 - 336.0 * six), 6.0 * g0 + z * (18.0 * g1 + z * (9.0 * g2 + z * g3)))
    f4 = choose(near, six * six * t * (3024.0 * six - 720.0), 24.0 * g1 + z * (36.0 * g2 + z * (12.0 * g3 + z * g4)))
    return f0, f1, f2, f3, f4
