r"""Nonlinear quasilocalized excitations (Kapteijns, Richard & Lerner 2020; Kapteijns 2021, Chapter 3).

With κ = M:zz, τ = U₃:.zzz and χ = U₄::zzzz of a normalized field z (:mod:`glassworks.vibrations.expansion`),

    quartic modes are minima of  E₄ = κ²/χ,   where  M·z = (κ/χ) U₄:.zzz     (Eqs. 3.8, 3.9, 3.12),
    cubic modes are minima of    E₃ = κ³/τ²,  where  M·z = (κ/τ) U₃:zz       (Eqs. 3.26, 3.27, 3.31).

Two thirds of E₃ are the height of the barrier that the energy to third order has along z. Both are the same for all
lengths of z, so that a step needs no constraint but to be normalized afterwards. The gradient is proportional to
g = M·z − (κ/χ) U₄:.zzz; in the metric of M the steepest way down is −M⁺g = (κ/χ) M⁺ U₄:.zzz − z, whose whole length
leads to the fixed-point map of soft spots, which here need not go down. So directions are conjugate in this metric
(Polak and Ribière), and the length of a step is exact: along z + s p the energy's derivatives are polynomials in s, and
the next minimum is a root of one of degree four at most. E₄ and E₃ diverge where χ or τ vanishes: a search
never leaves the side on which it began.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glassworks.vibrations import Bonds, Factor
from glassworks.vibrations.expansion import Contractions, Polynomials, along, contractions
from glassworks.vibrations.single import solve_one

CONVERGED = 1e-8
"""|M·z − (κ/χ) U₄:.zzz|/|M·z| at which a field counts as a quartic mode, and likewise as a cubic one."""
STEPS = 400
"""Of a search at most."""


class Cost(NamedTuple):
    """κ^power/x^root, x the energy's derivative of some order along a normalized field.

    Attributes:
        order: of the derivative.
        power, root: exponents.
    """

    order: int
    power: int
    root: int

    def of(self, found: Contractions | Polynomials) -> tuple:
        """What stands for the second derivative, and for that of the order."""
        return found.second, (found.third if self.order == 3 else found.fourth)

    def field(self, found: Contractions) -> np.ndarray:
        """The derivative contracted but for one index, (N, d)."""
        return found.of_third if self.order == 3 else found.of_fourth


QUARTIC, CUBIC = Cost(4, 2, 1), Cost(3, 3, 2)


class Mode(NamedTuple):
    """A quartic or cubic mode, or where a search for one ended.

    Attributes:
        vector: π, normalized, (N, d); of cubic modes such that τ > 0.
        stiffness, third, fourth: κ in ε/λ², τ in ε/λ³, χ in ε/λ⁴ along it.
        residual: |M·π − (κ/χ) U₄:.πππ|/|M·π|, or of cubic modes the same of theirs.
        steps: of the search.
    """

    vector: np.ndarray
    stiffness: float
    third: float
    fourth: float
    residual: float
    steps: int

    @property
    def converged(self) -> bool:
        return self.residual < CONVERGED


def quartic_mode(bonds: Bonds, factor: Factor, start: np.ndarray, steps: int = STEPS) -> Mode:
    """The quartic mode that the steepest way down leads to from a field (N, d) with χ > 0.

    Args:
        bonds, factor: of one glass.

    Raises:
        ArithmeticError: the start has χ ≤ 0, where E₄ has no barrier to keep it.
    """
    return _search(bonds, factor, start, QUARTIC, steps)


def cubic_mode(bonds: Bonds, factor: Factor, start: np.ndarray, steps: int = STEPS) -> Mode:
    """The cubic mode likewise, on the side of the start's τ; the sign of its field is that of τ > 0."""
    found = _search(bonds, factor, start, CUBIC, steps)
    return found if found.third > 0.0 else found._replace(vector=-found.vector, third=-found.third)


def _search(bonds: Bonds, factor: Factor, start: np.ndarray, cost: Cost, steps: int) -> Mode:
    z = start - start.mean(axis=0)
    z /= np.linalg.norm(z)
    last = None  # the gradient before, what M⁺ makes of it, and the direction
    for step in range(steps + 1):
        here = contractions(bonds, z)
        kappa, x = cost.of(here)
        if cost.order == 4 and x <= 0.0:
            raise ArithmeticError("the field has no positive fourth derivative")
        gradient = here.of_second - (kappa / x) * cost.field(here)
        residual = float(np.linalg.norm(gradient) / np.linalg.norm(here.of_second))
        if residual < CONVERGED or step == steps:
            break
        eased = solve_one(factor, gradient.ravel()).reshape(z.shape)
        direction = -eased
        if last is not None:
            before, eased_before, way = last
            turned = ((gradient - before) * eased).sum() / (before * eased_before).sum()
            direction = max(turned, 0.0) * way - eased
            if (direction * gradient).sum() >= 0.0:
                direction = -eased
        length = next_minimum(along(bonds, z, direction), cost)
        z = z + length * direction
        scale = np.linalg.norm(z)
        z /= scale
        last = gradient, eased, direction / scale
    return Mode(z, here.second, here.third, here.fourth, residual, step)


def next_minimum(polynomials: Polynomials, cost: Cost) -> float:
    """The step s > 0 to the first minimum of the cost, which falls at s = 0; 1 where it falls for ever.

    Its derivative has the sign of power K' X − root K X', whose leading terms cancel.
    """
    second, x = cost.of(polynomials)
    slope = cost.power * np.convolve(_derived(second), x) - cost.root * np.convolve(second, _derived(x))
    roots = np.polynomial.polynomial.polyroots(slope[:-1])
    ahead = roots.real[(abs(roots.imag) < 1e-9 * abs(roots)) & (roots.real > 0.0)]
    return float(ahead.min()) if len(ahead) else 1.0


def _derived(coefficients: np.ndarray) -> np.ndarray:
    return coefficients[1:] * np.arange(1, len(coefficients))
