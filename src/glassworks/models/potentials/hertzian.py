"""Hertzian contacts, φ(x) = ⅖ (1 − x)^{5/2} for x < 1: the energy of two elastic balls pressed together.

At contact φ'' vanishes like (1 − x)^½, so that φ, the force and the stiffness are continuous there; φ''' grows without
bound like (1 − x)^{−½} and φ'''' like (1 − x)^{−3/2}. A glass has contacts as faint as chance makes them: what is
built on third derivatives (soft spots) is governed by the faintest one, and what needs a fourth has no mean. Beyond
contact all are zero, and none is ever infinite: for the faintest overlap of floating-point numbers, 1 − x = 10⁻¹⁶,
the fourth is 10²⁴.
"""

from math import sqrt
from typing import Literal

from numba import njit

from glassworks.models.pairs import choose
from glassworks.models.strict import Strict


class Potential(Strict):
    """Hertzian contacts."""

    kind: Literal["hertzian"]

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c = 1, and nothing else."""
        return 1.0, ()

    def continuous_derivatives(self) -> int:
        """Force and stiffness: the third grows without bound where spheres touch."""
        return 2


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y = (r/λ)²; all zero for y ≥ 1, where 1 − x has no root.

    With t = 1/x and z = 1 − x they are ⅖ z^{5/2}, −½ t z^{3/2}, ⅛ t³ (2 + x) z^{½}, −(3/32) t⁵ (4 − 2x − x²) z^{−½} and
    (3/128) t⁷ (40 − 60x + 12x² + 7x³) z^{−3/2}.
    """
    x = sqrt(y)
    t = 1.0 / x
    touching = x < 1.0
    z = choose(touching, 1.0 - x, 0.0)
    root = sqrt(z)
    inverse = choose(touching, 1.0 / sqrt(choose(touching, z, 1.0)), 0.0)  # z^{−½}, and no division by zero elsewhere
    cubed = t * t * t
    fifth = cubed * t * t
    f0 = 0.4 * z * z * root
    f1 = -0.5 * t * z * root
    f2 = 0.125 * cubed * (2.0 + x) * root
    f3 = (-3.0 / 32.0) * fifth * (4.0 - x * (2.0 + x)) * inverse
    f4 = (3.0 / 128.0) * fifth * t * t * (40.0 + x * (-60.0 + x * (12.0 + 7.0 * x))) * (inverse * inverse * inverse)
    return f0, f1, f2, f3, f4
