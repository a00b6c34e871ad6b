"""Pressure and athermal elastic moduli, with their affine (Born) and nonaffine parts.

Definitions after González-López, Shivam, Zheng, Ciamarra & Lerner 2021, Appendix A. Their Eq. A4 for the bulk modulus
is misprinted; from K ≡ −(1/d) dp/dη with the expansion of Eq. A5 follows, as here,
K = [U_ηη − d U_η − nonaffine] / (V d²).

No definition asks for a cube: a box of unequal edges, or one that is sheared, is strained as its particles are,
r → F r, and its modulus in a plane is the response to a simple shear in that plane of space, whatever faces the box
has. In few particles the moduli of the planes differ, also in a cube.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from glassworks.configurations import Configuration
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, Factor, assemble, bonds


@dataclass(frozen=True)
class Moduli:
    """Elastic properties of one configuration, in ε/λ^d.

    Attributes:
        pressure: −U_η/(V d).
        shear: G = shear_born − shear_nonaffine, the mean over the d(d−1)/2 planes of simple shear.
        bulk: K = bulk_born − bulk_nonaffine.
        planes: G of each plane, (d(d−1)/2,), in the order of `itertools.combinations(range(d), 2)`.
        backward_error: of the nonaffine displacements.
    """

    pressure: float
    shear: float
    shear_born: float
    shear_nonaffine: float
    bulk: float
    bulk_born: float
    bulk_nonaffine: float
    planes: np.ndarray
    backward_error: float


@dataclass(frozen=True)
class Strain:
    """The energy's response to one strain parameter γ at fixed reduced coordinates.

    Attributes:
        first: ∂U/∂γ.
        second: ∂²U/∂γ².
        mixed: ∂²U/∂γ∂x, (dN,).
    """

    first: float
    second: float
    mixed: np.ndarray


def scatter(pairs: Bonds, vectors: np.ndarray, n: int) -> np.ndarray:
    """Σ over pairs of +v at the first particle and −v at the second, flattened to (dN,)."""
    columns = [np.bincount(pairs.first, column, n) - np.bincount(pairs.second, column, n) for column in vectors.T]
    return np.stack(columns, axis=1).ravel()


def simple_shear(pairs: Bonds, n: int, along: int, gradient: int) -> Strain:
    """x_along → x_along + γ x_gradient (Eq. A2)."""
    r, (_, u1, u2, _, _) = pairs.vectors, pairs.derivatives.T
    x, y = r[:, along], r[:, gradient]
    mixed = 4.0 * (u2 * x * y)[:, None] * r
    mixed[:, along] += 2.0 * u1 * y
    first, second = 2.0 * (u1 * x * y).sum(), (4.0 * u2 * (x * y) ** 2 + 2.0 * u1 * y * y).sum()
    return Strain(float(first), float(second), scatter(pairs, mixed, n))


def strained(pairs: Bonds, n: int, tensor: np.ndarray) -> Strain:
    """x → x + γ e·x for a tensor e, (d, d): of a simple shear :func:`simple_shear`, of a pure one e is symmetric and
    without trace. The mixed derivative is that of an equilibrium, where e and its transpose act alike."""
    r, (_, u1, u2, _, _) = pairs.vectors, pairs.derivatives.T
    moved = r @ tensor.T
    along = (r * moved).sum(axis=1)
    mixed = 4.0 * (u2 * along)[:, None] * r + 2.0 * u1[:, None] * moved
    first, second = 2.0 * (u1 * along).sum(), (4.0 * u2 * along**2 + 2.0 * u1 * (moved**2).sum(axis=1)).sum()
    return Strain(float(first), float(second), scatter(pairs, mixed, n))


def expansion(pairs: Bonds, n: int) -> Strain:
    """x → e^η x (Eq. A5)."""
    r, (_, u1, u2, _, _) = pairs.vectors, pairs.derivatives.T
    s = (r * r).sum(axis=1)
    mixed = (4.0 * u2 * s + 2.0 * u1)[:, None] * r
    first, second = 2.0 * (u1 * s).sum(), 4.0 * (u2 * s * s + u1 * s).sum()
    return Strain(float(first), float(second), scatter(pairs, mixed, n))


def moduli(
    interaction: Interaction, configuration: Configuration, factor: Factor | None = None, pairs: Bonds | None = None
) -> Moduli:
    """Pressure, G and K of a mechanically stable configuration.

    Args:
        factor, pairs: of the configuration, when already at hand.

    Raises:
        Unstable: the configuration is no minimum.
    """
    n, d, volume = len(configuration), configuration.box.dimension, configuration.box.volume
    pairs = bonds(interaction, configuration) if pairs is None else pairs
    factor = Factor(assemble(pairs, n), configuration.positions) if factor is None else factor
    swell = expansion(pairs, n)
    shears = [simple_shear(pairs, n, a, b) for a, b in combinations(range(d), 2)]
    return moduli_of_strains(swell, shears, factor, volume)


def moduli_of_strains(swell: Strain, shears: list[Strain], factor: Factor, volume: float) -> Moduli:
    """Moduli from the energy's response to strains, whatever the energy is made of.

    Args:
        swell: x → e^η x.
        shears: x_a → x_a + γ x_b, of each plane (a, b) in the order of `itertools.combinations`.
        factor: of the Hessian, of d dimensions.
        volume: V, in λ^d.
    """
    d = factor.dimension
    mixed = np.stack([strain.mixed for strain in (swell, *shears)], axis=1)
    response = factor.solve(mixed)
    relaxed = (mixed * response).sum(axis=0)
    born = np.array([strain.second for strain in shears]) / volume
    nonaffine = relaxed[1:] / volume
    bulk_born = (swell.second - d * swell.first) / (volume * d * d)
    bulk_nonaffine = float(relaxed[0] / (volume * d * d))
    return Moduli(
        pressure=-swell.first / (volume * d),
        shear=float((born - nonaffine).mean()),
        shear_born=float(born.mean()),
        shear_nonaffine=float(nonaffine.mean()),
        bulk=bulk_born - bulk_nonaffine,
        bulk_born=bulk_born,
        bulk_nonaffine=bulk_nonaffine,
        planes=born - nonaffine,
        backward_error=factor.backward_error(response, mixed),
    )


def stress(interaction: Interaction, configuration: Configuration, along: int = 0, gradient: int = 1) -> float:
    """Virial stress (1/V) ∂U/∂γ of simple shear along one axis with its gradient along another, in ε/λ^d.

    With both the same it is that of a stretch along the axis. As the derivative of the energy by the box's vectors h at
    fixed fractions of these it is σ = (1/V) (∂U/∂h) hᵀ.
    """
    pairs = bonds(interaction, configuration)
    return simple_shear(pairs, len(configuration), along, gradient).first / configuration.box.volume
