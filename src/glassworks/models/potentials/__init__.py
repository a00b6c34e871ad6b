"""Pair energies, a file each, and what kernels ask of whichever a model has.

A file of this folder is a kind, called as it is: `<kind>.py` holds

    Potential      what a model file may say of it: `kind: Literal["<kind>"]`, and a method `coefficients()` that gives
                   the cutoff x_c (in λ) and at most eight numbers for the formula, or an array (n,) of any length (see
                   `table`); `continuous_derivatives()`, how many derivatives in r are continuous at all distances:
                   without it none is known to be, and what needs them refuses its models; where it may be declared
                   smoother, `smoother(least)` says how; `first_distance`, below which it is not known: a person's
                   configuration with nearer pairs is refused
    terms          the formula, compiled: φ and its first four derivatives with respect to y, of (coefficients, y)
    UNIT           the area, in λ², that y = s/(UNIT λ²) is counted in; without it y = (r/λ)²
    NUMBER         how kernels call it; only of the first four, others follow them by their names

Molecular dynamics evaluates a formula for several pairs at once (y is then a register of numbers, see
:mod:`glassworks.lanes`), so it may add, multiply, divide and take `sqrt`, sums :func:`polynomial`, and decides between
two values of a pair by :func:`choose` instead of `if`. A derivative that does not depend on y is :func:`constant`.

Kernels of models whose coefficients are an array are compiled apart from the others, of the same chain of all formulas.
Each `terms` must compile for both, as unpacking and slicing do.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numba import njit

from glassworks.models.kinds import found_in, one_of
from glassworks.models.pairs import (
    Interaction,
    Mixing,
    choose,
    constant,
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
    "constant",
    "formula_terms",
    "interaction",
    "inverse_area",
    "multiply_add",
    "pair_energy",
    "pair_length",
    "pair_terms",
    "polynomial",
    "smooth_derivatives",
]

FILES = found_in(__name__, __path__)
NUMBERS = {
    kind: number
    for number, kind in enumerate(sorted(FILES, key=lambda kind: getattr(FILES[kind], "NUMBER", len(FILES))))
}
UNKNOWN = f"the interaction's kind is none of {', '.join(NUMBERS)}"

Potential = one_of(file.Potential for file in FILES.values())


def smooth_derivatives(potential: "Potential") -> int:
    """How many derivatives of a pair energy are continuous where pairs touch, are cut off, and in between."""
    return getattr(potential, "continuous_derivatives", lambda: 0)()


def interaction(potential: "Potential", mixing: Mixing) -> Interaction:
    """What a kernel needs to know of a pair energy, its coefficients filled up with zeros or, of a table, an array."""
    cutoff, coefficients = potential.coefficients()
    if isinstance(coefficients, np.ndarray):
        padded = coefficients
    else:
        padded = tuple(map(float, coefficients)) + (0.0,) * (8 - len(coefficients))
    return Interaction(NUMBERS[potential.kind], float(cutoff), *map(float, mixing), padded)


def _by_kind(arguments: str, answers: Mapping[str, str], otherwise: str) -> Callable:
    """A compiled function of an interaction (and more): a branch for each kind, one after the other, as if written.

    Functions that choose and hand on to one another would make the same machine code, but numba, which inlines each
    into the one before it, would take a third longer to compile four kinds, and ever longer for more.

    Args:
        arguments: its names, separated by commas.
        answers: by kind, an expression in which `<kind>` stands for the formula.
        otherwise: the statement behind all branches.
    """
    branches = [
        f"    if interaction.kind == {number}:\n        return {answers[kind]}\n"
        for kind, number in NUMBERS.items()
        if kind in answers
    ]
    scope = {kind: file.terms for kind, file in FILES.items()} | {"UNKNOWN": UNKNOWN}
    source = f"def chosen({arguments}):\n{''.join(branches)}    {otherwise}\n"
    exec(compile(source, f"<{__name__}>", "exec"), scope)
    return njit(inline="always")(scope["chosen"])


UNITS = {kind: repr(float(file.UNIT)) for kind, file in FILES.items() if hasattr(file, "UNIT")}
unit_of = _by_kind("interaction", UNITS, "return 1.0")
"""The UNIT of an interaction's kind."""
formula_terms = _by_kind(
    "interaction, y", {kind: f"{kind}(interaction.coefficients, y)" for kind in FILES}, "raise ValueError(UNKNOWN)"
)
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
