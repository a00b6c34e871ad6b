r"""Pair potentials as functions of the squared distance, and their first four derivatives.

With s = r² and y = s/λ² every energy here is U = ε φ(y), and a derivative with respect to s carries one factor λ⁻².
In these variables the Cartesian derivatives of a pair energy need no square root (r is the vector between the two):

    ∂U       = 2 U' r
    ∂²U      = 2 U' 1 + 4 U'' r r
    ∂³U:zz   = 4 U'' [2 (r·z) z + (z·z) r] + 8 U''' (r·z)² r
    ∂⁴U:zzz  = 12 U'' (z·z) z + 24 U''' [(r·z)² z + (r·z)(z·z) r] + 16 U'''' (r·z)³ r

A new potential is one more `kind`: a coefficient builder and a branch in :func:`pair_terms`. Molecular dynamics
evaluates the same branch for several pairs at once (s, length and energy are then vectors), so a formula may add,
multiply, divide and take `sqrt`, sums :func:`polynomial`, and decides between two values of a pair by :func:`choose`
instead of `if`.

Particles carry one size λ_i and nothing else. A continuous polydispersity mixes sizes by λ_ij = ½(λ_i + λ_j)(1 − n_a
|λ_i − λ_j|). A mixture of two sizes has three lengths and three energies: the same n_a and the two coefficients of
:func:`pair_energy` give these exactly, so that no kernel needs to know species or a table.
"""

from fractions import Fraction
from math import prod, sqrt
from typing import NamedTuple

from numba import njit, types
from numba.extending import overload

INVERSE_POWER, LENNARD_JONES, STICKY_SPHERES, HARMONIC = range(4)
UNKNOWN = "the interaction's kind is none of INVERSE_POWER, LENNARD_JONES, STICKY_SPHERES and HARMONIC"

MINIMUM_SQUARED = 2.0 ** (1.0 / 3.0)
"""The squared distance of the Lennard-Jones minimum, in σ²."""


class Interaction(NamedTuple):
    """What a compiled kernel needs to know of a model's pair energy.

    Attributes:
        kind: the potential's number (`INVERSE_POWER`, …).
        cutoff: x_c, the pair interacts while r < x_c λ_ij.
        nonadditivity: n_a in λ_ij = ½(λ_i + λ_j)(1 − n_a |λ_i − λ_j|), per length λ.
        energy, energy_sum, energy_gap: e_0, e_1 and e_2 in ε_ij = e_0 + e_1 (λ_i + λ_j) + e_2 |λ_i − λ_j|.
        coefficients: eight floats whose meaning the kind defines.
    """

    kind: int
    cutoff: float
    nonadditivity: float
    energy: float
    energy_sum: float
    energy_gap: float
    coefficients: tuple[float, float, float, float, float, float, float, float]


class Mixing(NamedTuple):
    """The coefficients of λ_ij and ε_ij in an :class:`Interaction`."""

    nonadditivity: float = 0.0
    energy: float = 1.0
    energy_sum: float = 0.0
    energy_gap: float = 0.0


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


def interaction(kind: int, cutoff: float, mixing: Mixing, coefficients: tuple[float, ...]) -> Interaction:
    """An :class:`Interaction` whose coefficients are filled up with zeros."""
    padded = tuple(map(float, coefficients)) + (0.0,) * (8 - len(coefficients))
    return Interaction(kind, float(cutoff), *map(float, mixing), padded)


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


def inverse_power(exponent: int, smooth_derivatives: int, cutoff: float, mixing: Mixing) -> Interaction:
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
    return interaction(INVERSE_POWER, cutoff, mixing, (exponent / 2, *smoothing))


def lennard_jones(cutoff: float, shifted_force: bool, mixing: Mixing) -> Interaction:
    """φ(x) = φ₀(x) − φ₀(x_c) [− (x − x_c) φ₀'(x_c)] with φ₀ = 4 (x⁻¹² − x⁻⁶), the bracket where the force is shifted.

    Raises:
        ValueError: no positive cutoff.
    """
    if cutoff <= 0:
        raise ValueError(f"cutoff must be positive, not {cutoff}")
    value = 4.0 * (cutoff**-12 - cutoff**-6)
    slope = 4.0 * (6.0 * cutoff**-7 - 12.0 * cutoff**-13) if shifted_force else 0.0
    return interaction(LENNARD_JONES, cutoff, mixing, (slope * cutoff - value, -slope))


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


def sticky_spheres(cutoff: float, mixing: Mixing) -> Interaction:
    """Piecewise sticky spheres: Lennard-Jones below its minimum, a smoother and shorter attraction beyond.

    The terms of the outer part are up to 10⁵ times larger than their sum. Because it has a triple zero at w_c = r_c² it
    is evaluated as (w − w_c)³ Σ_k q_k w⁻ᵏ, k = 0 … 6, whose coefficients are computed exactly before they are rounded.

    Args:
        cutoff: r_c in units of r_min = 2^{1/6} λ.

    Raises:
        ValueError: a cutoff that does not exceed 1.
    """
    if not cutoff > 1.0:
        raise ValueError(f"cutoff must lie beyond the minimum, not at {cutoff} of it")
    alpha, beta, *gammas = sticky_coefficients(cutoff)
    zero = Fraction(repr(float(cutoff))) ** 2
    quotient = [alpha, 0, 0, -beta, 0, 0, *gammas]  # φ w⁶, ascending powers of w
    for _ in range(3):  # divided by w − w_c
        remainder, divided = Fraction(0), []
        for coefficient in reversed(quotient):
            remainder = coefficient + zero * remainder
            divided.append(remainder)
        assert divided.pop() == 0
        quotient = divided[::-1]
    return interaction(STICKY_SPHERES, cutoff * sqrt(MINIMUM_SQUARED), mixing, (zero, *reversed(quotient)))


def harmonic(mixing: Mixing) -> Interaction:
    """φ(x) = ½ (1 − x)² for x < 1."""
    return interaction(HARMONIC, 1.0, mixing, ())


@njit(inline="always")
def pair_length(nonadditivity, diameter_i, diameter_j):
    """λ_ij = ½(λ_i + λ_j)(1 − n_a |λ_i − λ_j|)."""
    return 0.5 * (diameter_i + diameter_j) * (1.0 - nonadditivity * abs(diameter_i - diameter_j))


@njit(inline="always")
def pair_energy(interaction, diameter_i, diameter_j):
    """ε_ij = e_0 + e_1 (λ_i + λ_j) + e_2 |λ_i − λ_j|."""
    linear = interaction.energy_sum * (diameter_i + diameter_j)
    return interaction.energy + linear + interaction.energy_gap * abs(diameter_i - diameter_j)


def choose(condition, yes, no):
    """`yes` where the condition holds, else `no`: in compiled code, for numbers and for vectors of numbers."""
    return yes if condition else no


@overload(choose)
def choose_number(condition, yes, no):
    if isinstance(condition, types.Boolean):
        return lambda condition, yes, no: yes if condition else no


def multiply_add(a, b, c):
    """a·b + c: of numbers in two roundings, of vectors of numbers in one."""
    return a * b + c


@overload(multiply_add)
def multiply_add_numbers(a, b, c):
    if isinstance(a, types.Number):
        return lambda a, b, c: a * b + c


@njit(inline="always")
def polynomial(x, coefficients):
    """Σ_k coefficients[k] x^k of at least two coefficients, by Horner's rule."""
    last = len(coefficients) - 1
    value = multiply_add(x, coefficients[last], coefficients[last - 1])
    for k in range(2, last + 1):
        value = multiply_add(x, value, coefficients[last - k])
    return value


@njit(inline="always")
def eight_terms(x, a, b, c, d, e, f, g, h):
    """a + b x + … + h x⁷, of terms that do not wait for each other (Estrin's scheme)."""
    squared = x * x
    low = multiply_add(squared, multiply_add(x, d, c), multiply_add(x, b, a))
    high = multiply_add(squared, multiply_add(x, h, g), multiply_add(x, f, e))
    return multiply_add(squared * squared, high, low)


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
def inverse_power_terms(coefficients, y):
    """φ and its derivatives with respect to y = (r/λ)², of the smoothed inverse power law."""
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


@njit(inline="always")
def lennard_jones_terms(coefficients, y):
    """The same of Lennard-Jones plus a constant and a term linear in the distance."""
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


@njit(inline="always")
def sticky_terms(coefficients, w):
    """The same of the sticky spheres, with respect to w = (r/r_min)²."""
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


@njit(inline="always")
def harmonic_terms(y):
    """The same of the harmonic contact."""
    x = sqrt(y)
    t = 1.0 / x
    f0 = 0.5 * (1.0 - x) * (1.0 - x)
    f1 = 0.5 * (1.0 - t)
    f2 = 0.25 * t * t * t
    f3 = -1.5 * f2 * (t * t)
    f4 = -2.5 * f3 * (t * t)
    return f0, f1, f2, f3, f4


@njit(inline="always")
def inverse_area(interaction, length):
    """What makes the variable of a potential's formula out of s: λ⁻², or r_min⁻² of sticky spheres."""
    unit = MINIMUM_SQUARED if interaction.kind == STICKY_SPHERES else 1.0
    return 1.0 / (unit * length * length)


@njit(inline="always")
def formula_terms(interaction, y):
    """φ and its derivatives with respect to y = s · :func:`inverse_area`."""
    if interaction.kind == INVERSE_POWER:
        return inverse_power_terms(interaction.coefficients, y)
    if interaction.kind == LENNARD_JONES:
        return lennard_jones_terms(interaction.coefficients, y)
    if interaction.kind == STICKY_SPHERES:
        return sticky_terms(interaction.coefficients, y)
    if interaction.kind == HARMONIC:
        return harmonic_terms(y)
    raise ValueError(UNKNOWN)


@njit(inline="always")
def pair_terms(interaction, s, length, energy):
    """U and its first four derivatives with respect to s = r², at a distance inside the cutoff.

    Args:
        interaction: an :class:`Interaction`.
        s: squared distance r².
        length: λ_ij of the pair.
        energy: ε_ij of the pair.

    Returns:
        (U, U', U'', U''', U''''), units ε λ⁻²ᵏ for the k-th.

    Raises:
        ValueError: a kind without a formula.
    """
    area = inverse_area(interaction, length)
    f0, f1, f2, f3, f4 = formula_terms(interaction, s * area)
    first = energy * area
    second = first * area
    third = second * area
    return energy * f0, first * f1, second * f2, third * f3, third * area * f4
