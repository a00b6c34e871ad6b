r"""A harmonic mode beside the quartic and cubic modes that it leads to (Kapteijns 2021, Sects 3.4 to 3.6).

With ψ the softest harmonic mode, M·ψ = ω²ψ, and (M − ω²)⁺ what inverts M − ω² across ψ and translations,

    Δ = π₄ − ψ,  ω_π² − ω_ψ² = |Δ|² (κ_Δ − ω_ψ²)  exactly, κ_Δ = M:ΔΔ/|Δ|²  (Eq. 3.23, where |Δ|³ is a misprint)
    Δ ≈ ω_π² (M − ω_ψ²)⁺ (U₄:.πππ/χ − π)                                       (Eq. 3.17)

and a cubic mode follows from one solution: with g = U₃:ψψ and S = g·(M − ω²)⁺·g,

    y = [−τ ± (τ² + 8 S ω²)^½]/(4S),  κ₃ = ω² + y² S,  τ₃ = τ + 3 y S,  π₃ ∝ ψ + y (M − ω²)⁺ g,

to first order in π₃ − ψ. Of the two signs, which are the two sides of the well, that of the smaller |y| is the softer:
κ₃/ω² − 1 is one half at most, where τ = 0.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg

from glassworks.configurations import Configuration
from glassworks.excitations.nonlinear import Mode
from glassworks.vibrations import Bonds, Factor
from glassworks.vibrations.expansion import contractions
from glassworks.vibrations.factorization import without_translation
from glassworks.vibrations.single import solve_one

ACCURACY = 1e-10
"""Relative residual of solutions across the harmonic mode."""


class Across:
    """(M − ω²)⁺ across the softest mode ψ: conjugate gradients that M⁺ preconditions.

    Args:
        factor: of the Hessian M.
        mode: ψ, normalized, (N, d).
        squared: ω².
    """

    def __init__(self, factor: Factor, mode: np.ndarray, squared: float):
        self.factor, self.psi, self.squared = factor, mode.ravel(), squared

    def __call__(self, field: np.ndarray) -> np.ndarray:
        """Applied to a field (N, d).

        Raises:
            ArithmeticError: it did not converge: ψ is not the softest mode, or another one is as soft.
        """
        size = self.psi.size
        b = self._across(field.ravel())
        operator = LinearOperator((size, size), lambda x: self._across(self.factor.matrix @ x - self.squared * x))
        easier = LinearOperator((size, size), lambda x: self._across(solve_one(self.factor, x.ravel())))
        found, status = cg(operator, b, rtol=ACCURACY, maxiter=1000, M=easier)
        if status:
            raise ArithmeticError("no solution across the harmonic mode")
        return found.reshape(field.shape)

    def _across(self, x: np.ndarray) -> np.ndarray:
        x = without_translation(x.ravel(), self.factor.dimension)
        return x - (self.psi @ x) * self.psi


class Difference(NamedTuple):
    """Δ = π₄ − ψ, and what is said of it.

    Attributes:
        field: Δ, (N, d).
        squares: |Δ|².
        stiffness: κ_Δ, in ε/λ².
        identity: by how much ω_π² − ω_ψ² and |Δ|²(κ_Δ − ω_ψ²) differ, over ω_ψ².
        predicted: cosine of Eq. 3.17's field and Δ.
        length: of Eq. 3.17's field over |Δ|.
        band: part of |Δ|² in the lowest transverse plane waves.
    """

    field: np.ndarray
    squares: float
    stiffness: float
    identity: float
    predicted: float
    length: float
    band: float


def difference(configuration: Configuration, bonds: Bonds, across: Across, quartic: Mode) -> Difference:
    """What is left of a quartic mode beside the harmonic one; of either sign.

    Args:
        across: the harmonic mode's.
    """
    matrix, psi = across.factor.matrix, across.psi
    pi = quartic.vector.ravel() * np.sign(quartic.vector.ravel() @ psi)
    delta = pi - psi
    squares = float(delta @ delta)
    stiffness = float(delta @ (matrix @ delta)) / squares
    gap = quartic.stiffness - across.squared - squares * (stiffness - across.squared)
    z = pi.reshape(quartic.vector.shape)
    found = contractions(bonds, z)
    told = quartic.stiffness * across(found.of_fourth / found.fourth - z).ravel()
    return Difference(
        delta.reshape(z.shape), squares, stiffness, gap / across.squared,
        float(told @ delta) / (np.linalg.norm(told) * sqrt(squares)), float(np.linalg.norm(told)) / sqrt(squares),
        float(((lowest_waves(configuration).T @ delta) ** 2).sum()) / squares,
    )  # fmt: skip


def lowest_waves(configuration: Configuration) -> np.ndarray:
    """The transverse plane waves of the longest wavelength that the box holds, as orthonormal columns
    (dN, 2d(d − 1)) at the particles' places: along each axis, polarized along each other one, sine and cosine."""
    place, edges = configuration.positions, configuration.box.edges
    n, d = place.shape
    columns = []
    for along in range(d):
        phase = 2.0 * np.pi * place[:, along] / edges[along]
        for across in (axis for axis in range(d) if axis != along):
            for wave in (np.sin(phase), np.cos(phase)):
                column = np.zeros((n, d))
                column[:, across] = wave
                columns.append(without_translation(column.ravel(), d))
    return np.linalg.qr(np.stack(columns, axis=1))[0]


class Predicted(NamedTuple):
    """A cubic mode by one solution.

    Attributes:
        vector: normalized, (N, d), such that τ > 0.
        stiffness, third: κ₃ in ε/λ², τ₃ in ε/λ³.
        coupling: S, in ε/λ⁴.
    """

    vector: np.ndarray
    stiffness: float
    third: float
    coupling: float


def predicted_cubics(bonds: Bonds, across: Across) -> tuple[Predicted, Predicted]:
    """The cubic modes on both sides of the harmonic mode, the softer first."""
    psi = across.psi.reshape(-1, across.factor.dimension)
    found = contractions(bonds, psi)
    answer = across(found.of_third)
    coupling = float((found.of_third * answer).sum())
    root = sqrt(found.third**2 + 8.0 * coupling * across.squared)
    both = []
    for sign in (1.0, -1.0):
        y = (sign * root - found.third) / (4.0 * coupling)
        field = psi + y * answer
        field /= np.linalg.norm(field)
        third = found.third + 3.0 * y * coupling
        side = np.sign(third) or 1.0
        both.append(Predicted(side * field, across.squared + y * y * coupling, side * third, coupling))
    softer, stiffer = sorted(both, key=lambda each: each.stiffness)
    return softer, stiffer
