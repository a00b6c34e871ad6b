"""Pair energies, a file each, and what kernels ask of whichever a model has.

A file of this folder is a kind, called as it is: `<kind>.py` holds

    Potential      what a model file may say of it: `kind: Literal["<kind>"]`, and a method `coefficients()` that gives
                   the cutoff x_c (in λ) and at most eight numbers for the formula
    terms          the formula, compiled: φ and its first four derivatives with respect to y, of (coefficients, y)
    UNIT           the area, in λ², that y = s/(UNIT λ²) is counted in; without it y = (r/λ)²
    NUMBER         how kernels call it; only of the first four, others follow them by their names

Molecular dynamics evaluates a formula for several pairs at once (y is then a register of numbers, see
:mod:`glassworks.lanes`), so it may add, multiply, divide and take `sqrt`, sums :func:`polynomial`, and decides between
two values of a pair by :func:`choose` instead of `if`.
"""

from collections.abc import Callable

from numba import njit

from glassworks.models.kinds import found_in, one_of
from glassworks.models.pairs import (
    Interaction,
    Mixing,
    choose,
    multiply_add,
    pair_energy,
    pair_length,
    polynomial,
)

__all__ = [
    "FILES",
    "NUMBERS",
    "Interaction",
    "Mixing",
    "Potential",
    "choose",
    "formula_terms",
    "interaction",
    "inverse_area",
    "multiply_add",
    "pair_energy",
    "pair_length",
    "pair_terms",
    "polynomial",
]

FILES = found_in(__name__, __path__)
NUMBERS = {
    kind: number
    for number, kind in enumerate(sorted(FILES, key=lambda kind: getattr(FILES[kind], "NUMBER", len(FILES))))
}
UNKNOWN = f"the interaction's kind is none of {', '.join(NUMBERS)}"

Potential = one_of(file.Potential for file in FILES.values())


def interaction(potential: "Potential", mixing: Mixing) -> Interaction:
    """What a kernel needs to know of a pair energy, its coefficients filled up with zeros."""
    cutoff, coefficients = potential.coefficients()
    padded = tuple(map(float, coefficients)) + (0.0,) * (8 - len(coefficients))
    return Interaction(NUMBERS[potential.kind], float(cutoff), *map(float, mixing), padded)


def _unit_of() -> Callable:
    """A compiled function of an interaction: the UNIT of its kind. One branch for each that has another than 1."""

    @njit(inline="always")
    def plain(interaction):
        return 1.0

    found = plain
    for kind, number in NUMBERS.items():
        if hasattr(FILES[kind], "UNIT"):
            found = _unit_or(number, float(FILES[kind].UNIT), found)
    return found


def _unit_or(number: int, unit: float, otherwise: Callable) -> Callable:
    @njit(inline="always")
    def chosen(interaction):
        return unit if interaction.kind == number else otherwise(interaction)

    return chosen


def _formula() -> Callable:
    """A compiled function of an interaction and y: the formula of its kind, behind a chain of one branch for each."""
    *others, last = NUMBERS.items()
    found = _terms_or_refusal(last[1], FILES[last[0]].terms)
    for kind, number in reversed(others):
        found = _terms_or(number, FILES[kind].terms, found)
    return found


def _terms_or(number: int, terms: Callable, otherwise: Callable) -> Callable:
    @njit(inline="always")
    def chosen(interaction, y):
        if interaction.kind == number:
            return terms(interaction.coefficients, y)
        return otherwise(interaction, y)

    return chosen


def _terms_or_refusal(number: int, terms: Callable) -> Callable:
    @njit(inline="always")
    def chosen(interaction, y):
        if interaction.kind == number:
            return terms(interaction.coefficients, y)
        raise ValueError(UNKNOWN)

    return chosen


unit_of = _unit_of()
formula_terms = _formula()
"""φ and its derivatives with respect to y = s · :func:`inverse_area`, of an interaction and y."""


@njit(inline="always")
def inverse_area(interaction, length):
    """What makes the variable of a potential's formula out of s: 1/(UNIT λ²)."""
    return 1.0 / (unit_of(interaction) * length * length)


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
