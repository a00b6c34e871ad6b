r"""What all pair energies share: squared distances, mixed lengths and energies, and arithmetic for kernels.

With s = r² and y = s/λ² every energy here is U = ε φ(y), and a derivative with respect to s carries one factor λ⁻².
In these variables the Cartesian derivatives of a pair energy need no square root (r is the vector between the two):

    ∂U       = 2 U' r
    ∂²U      = 2 U' 1 + 4 U'' r r
    ∂³U:zz   = 4 U'' [2 (r·z) z + (z·z) r] + 8 U''' (r·z)² r
    ∂⁴U:zzz  = 12 U'' (z·z) z + 24 U''' [(r·z)² z + (r·z)(z·z) r] + 16 U'''' (r·z)³ r

Particles carry one size λ_i and nothing else. A continuous polydispersity mixes sizes by λ_ij = ½(λ_i + λ_j)(1 − n_a
|λ_i − λ_j|). A mixture of two sizes has three lengths and three energies: the same n_a and the two coefficients of
:func:`pair_energy` give these exactly, so that no kernel needs to know species or a table.
"""

from typing import Annotated, NamedTuple

from numba import njit, types
from numba.extending import overload
from pydantic import Field

from glassworks.models.strict import Strict

SAME = 1e-6
"""Relative difference below which two diameters are one: what files in single precision leave of them."""


class Interaction(NamedTuple):
    """What a compiled kernel needs to know of a model's pair energy.

    Attributes:
        kind: the potential's number.
        cutoff: x_c, the pair interacts while r < x_c λ_ij.
        nonadditivity: n_a in λ_ij = ½(λ_i + λ_j)(1 − n_a |λ_i − λ_j|), per length λ.
        energy, energy_sum, energy_gap: e_0, e_1 and e_2 in ε_ij = e_0 + e_1 (λ_i + λ_j) + e_2 |λ_i − λ_j|.
        coefficients: eight floats whose meaning the kind defines; of a table an array (n,) in their place, which is
            another type, so that kernels are compiled apart.
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


class Energies(Strict):
    """ε of the three kinds of pairs in a mixture of two sizes."""

    small_small: Annotated[float, Field(gt=0)]
    small_large: Annotated[float, Field(gt=0)]
    large_large: Annotated[float, Field(gt=0)]


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


def constant(value, y):
    """A value that does not depend on y, as y is: a number, or a vector full of it."""
    return value


@overload(constant)
def constant_number(value, y):
    if isinstance(y, types.Number):
        return lambda value, y: value


@njit(inline="always")
def polynomial(x, coefficients):
    """Σ_k coefficients[k] x^k of at least two coefficients, by Horner's rule."""
    last = len(coefficients) - 1
    value = multiply_add(x, coefficients[last], coefficients[last - 1])
    for k in range(2, last + 1):
        value = multiply_add(x, value, coefficients[last - k])
    return value
