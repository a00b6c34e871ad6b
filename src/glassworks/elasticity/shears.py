"""The shear moduli of a plane along its axes and along its diagonals, and what couples them: how a modulus differs from
glass to glass, and from direction to direction in one glass.

Of a strain x → x + γ e·x a glass of volume V has the modulus µ = [U_γγ − Ξ·M⁻¹·Ξ]/V with Ξ = ∂²U/∂γ∂x (Kapteijns 2021,
Eqs. 5.6 and 6.4). Simple shear of x along y, e = x̂ŷ, is what a wave along y that moves along x does to what is around,
so that ρ c² = µ, the work of the pressure included; one along a diagonal of the plane that moves along the other does
e = ½ (x̂ − ŷ)(x̂ + ŷ). In an isotropic body both moduli are the same, and nothing couples their strains
e_xy = e_yx = ½ and e_xx = −e_yy = ½. In a sample their difference and the coupling are what it has of anisotropy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassworks.elasticity.moduli import Strain, expansion, simple_shear, strained
from glassworks.vibrations import Bonds, Factor


@dataclass(frozen=True)
class Shears:
    """Moduli of one plane of a configuration, in ε/λ^d.

    Attributes:
        simple: µ of simple shear of x along y; simple_born: its affine part.
        diagonal: µ of simple shear along the diagonals of the plane x-y; diagonal_born: its affine part.
        coupling: of the two strains without their rotations.
        bulk: K; bulk_born: its affine part.
        pressure: −U_η/(V d).
        response: ∂x/∂γ = −M⁻¹·Ξ of simple shear, (dN,), in λ.
        mixed: its Ξ, (dN,).
        backward_error: of the nonaffine displacements.
    """

    simple: float
    simple_born: float
    diagonal: float
    diagonal_born: float
    coupling: float
    bulk: float
    bulk_born: float
    pressure: float
    response: np.ndarray
    mixed: np.ndarray
    backward_error: float


def cross(pairs: Bonds, first: np.ndarray, second: np.ndarray) -> float:
    """∂²U/∂γ∂γ' of two strains e and e', (d, d) each."""
    r, (_, u1, u2, _, _) = pairs.vectors, pairs.derivatives.T
    one, other = r @ first.T, r @ second.T
    along = (r * one).sum(axis=1) * (r * other).sum(axis=1)
    return float((4.0 * u2 * along + 2.0 * u1 * (one * other).sum(axis=1)).sum())


def diagonal(dimension: int) -> np.ndarray:
    """e of simple shear along the diagonals of the plane x-y, (d, d)."""
    found = np.zeros((dimension, dimension))
    found[:2, :2] = ((0.5, 0.5), (-0.5, -0.5))
    return found


def without_rotation(tensor: np.ndarray) -> np.ndarray:
    return 0.5 * (tensor + tensor.T)


def shears(pairs: Bonds, factor: Factor, n: int, volume: float) -> Shears:
    """Moduli of the plane x-y of n particles at a minimum.

    Args:
        pairs: their bonds, also such of which forces are taken away
            (:func:`glassworks.vibrations.prestress.relieved`).
        factor: of their Hessian.
        volume: V, in λ^d.
    """
    d = pairs.vectors.shape[1]
    axes = np.zeros((d, d))
    axes[0, 1] = 1.0
    strains: list[Strain] = [simple_shear(pairs, n, 0, 1), strained(pairs, n, diagonal(d)), expansion(pairs, n)]
    mixed = np.stack([strain.mixed for strain in strains], axis=1)
    response = factor.solve(mixed)
    relaxed = mixed.T @ response / volume
    born = [strain.second / volume for strain in strains]
    swell = strains[2]
    bulk_born = (swell.second - d * swell.first) / (volume * d * d)
    return Shears(
        simple=born[0] - float(relaxed[0, 0]), simple_born=born[0],
        diagonal=born[1] - float(relaxed[1, 1]), diagonal_born=born[1],
        coupling=cross(pairs, *map(without_rotation, (axes, diagonal(d)))) / volume - float(relaxed[0, 1]),
        bulk=bulk_born - float(relaxed[2, 2]) / (d * d), bulk_born=bulk_born,
        pressure=-swell.first / (volume * d), response=-response[:, 0], mixed=mixed[:, 0],
        backward_error=factor.backward_error(response, mixed),
    )  # fmt: skip
