r"""The energy about a glass to fourth order along displacement fields.

Of a pair energy U(s), s = r², with r the vector of a bond and w = z_i − z_j the field's difference across it,

    M:zz      = Σ 2U' w² + 4U'' (r·w)²
    U₃:.zzz   = Σ 12U'' (r·w) w² + 8U''' (r·w)³
    U₄::zzzz  = Σ 12U'' (w²)² + 48U''' (r·w)² w² + 16U'''' (r·w)⁴

(Kapteijns 2021, Eq. 3.44, in derivatives in s), M, U₃ and U₄ being the second, third and fourth derivative of the
energy in the coordinates. One index less contracted leaves a field: M·z, U₃:zz, U₄:.zzz, without net translation. Along
z + s p each is a polynomial in s, whose coefficients one pass over the bonds gives. Derivatives are those of the pair
energy at each distance: where it is no longer smooth (spheres that just touch, a truncated energy at its cutoff), they
are one-sided; observables that would depend on that say so by `SMOOTH`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.vibrations.hessian import Bonds


class Contractions(NamedTuple):
    """The energy's derivatives contracted with a field z, which need not be normalized.

    Attributes:
        second, third, fourth: M:zz in ε/λ², U₃:.zzz in ε/λ³, U₄::zzzz in ε/λ⁴, for z without unit.
        of_second, of_third, of_fourth: M·z, U₃:zz, U₄:.zzz, (N, d).
    """

    second: float
    third: float
    fourth: float
    of_second: np.ndarray
    of_third: np.ndarray
    of_fourth: np.ndarray


@njit(cache=True, error_model="numpy")
def contract(first, second, vectors, terms, z, fields):
    """Fill M·z, U₃:zz and U₄:.zzz, (3, N, d); terms as :class:`glassworks.vibrations.hessian.Bonds` has them."""
    d = z.shape[1]
    w = np.empty(d)
    fields[:] = 0.0
    for p in range(first.shape[0]):
        i, j = first[p], second[p]
        along = squared = 0.0
        for k in range(d):
            w[k] = z[i, k] - z[j, k]
            along += vectors[p, k] * w[k]
            squared += w[k] * w[k]
        a1, a2, a3, a4 = 2.0 * terms[p, 1], 4.0 * terms[p, 2], 8.0 * terms[p, 3], 16.0 * terms[p, 4]
        second_r = a2 * along
        third_r, third_w = a3 * along * along + a2 * squared, 2.0 * a2 * along
        fourth_r = a4 * along**3 + 3.0 * a3 * along * squared
        fourth_w = 3.0 * (a3 * along * along + a2 * squared)
        for k in range(d):
            r = vectors[p, k]
            m, t, q = a1 * w[k] + second_r * r, third_r * r + third_w * w[k], fourth_r * r + fourth_w * w[k]
            fields[0, i, k] += m
            fields[0, j, k] -= m
            fields[1, i, k] += t
            fields[1, j, k] -= t
            fields[2, i, k] += q
            fields[2, j, k] -= q


def contractions(bonds: Bonds, field: np.ndarray) -> Contractions:
    """The energy's second to fourth derivative contracted with a field (N, d) of those particles that bonds number."""
    z = np.ascontiguousarray(field, dtype=float)
    fields = np.empty((3, *z.shape))
    contract(bonds.first, bonds.second, bonds.vectors, bonds.derivatives, z, fields)
    return Contractions(*((each * z).sum() for each in fields), *fields)


class Polynomials(NamedTuple):
    """What the contractions are along z + s p: coefficients of s⁰, s¹, …

    Attributes:
        second, third, fourth: (3,), (4,), (5,).
    """

    second: np.ndarray
    third: np.ndarray
    fourth: np.ndarray


@njit(cache=True, error_model="numpy")
def sum_along(first, second, vectors, terms, z, p, quadratic, cubic, quartic):
    """Fill the coefficients of :class:`Polynomials`."""
    d = z.shape[1]
    quadratic[:], cubic[:], quartic[:] = 0.0, 0.0, 0.0
    for n in range(first.shape[0]):
        i, j = first[n], second[n]
        a = b = c = e = f = 0.0  # r·w = a + b s, w² = c + e s + f s²
        for k in range(d):
            r, wz, wp = vectors[n, k], z[i, k] - z[j, k], p[i, k] - p[j, k]
            a += r * wz
            b += r * wp
            c += wz * wz
            e += 2.0 * wz * wp
            f += wp * wp
        a1, a2, a3, a4 = 2.0 * terms[n, 1], 4.0 * terms[n, 2], 8.0 * terms[n, 3], 16.0 * terms[n, 4]
        aa, ab, bb = a * a, 2.0 * a * b, b * b
        quadratic[0] += a1 * c + a2 * aa
        quadratic[1] += a1 * e + a2 * ab
        quadratic[2] += a1 * f + a2 * bb
        cubic[0] += a3 * aa * a + 3.0 * a2 * a * c
        cubic[1] += 3.0 * (a3 * aa * b + a2 * (a * e + b * c))
        cubic[2] += 3.0 * (a3 * a * bb + a2 * (a * f + b * e))
        cubic[3] += a3 * bb * b + 3.0 * a2 * b * f
        quartic[0] += a4 * aa * aa + 6.0 * a3 * aa * c + 3.0 * a2 * c * c
        quartic[1] += 2.0 * a4 * aa * ab + 6.0 * a3 * (aa * e + ab * c) + 6.0 * a2 * c * e
        quartic[2] += 6.0 * a4 * aa * bb + 6.0 * a3 * (aa * f + ab * e + bb * c) + 3.0 * a2 * (e * e + 2.0 * c * f)
        quartic[3] += 2.0 * a4 * ab * bb + 6.0 * a3 * (ab * f + bb * e) + 6.0 * a2 * e * f
        quartic[4] += a4 * bb * bb + 6.0 * a3 * bb * f + 3.0 * a2 * f * f


def along(bonds: Bonds, field: np.ndarray, step: np.ndarray) -> Polynomials:
    """The contractions along field + s step, both (N, d), as polynomials in s."""
    found = Polynomials(np.empty(3), np.empty(4), np.empty(5))
    sum_along(
        bonds.first, bonds.second, bonds.vectors, bonds.derivatives, np.ascontiguousarray(field, dtype=float),
        np.ascontiguousarray(step, dtype=float), *found,
    )  # fmt: skip
    return found


def third_derivatives(bonds: Bonds, vectors: np.ndarray) -> np.ndarray:
    """τ_k = ∂³Φ : e_k e_k e_k of each mode (Mizuno, Shimada & Ikeda 2020, Eq. A2), in ε/λ³, (modes,).

    Args:
        vectors: normalized modes, (modes, N, d), of the particles that the bonds number.
    """
    return np.array([contractions(bonds, field).third for field in vectors])


def third_order_amplitude(frequency: np.ndarray, third: np.ndarray, n: int) -> np.ndarray:
    """A_c √N = 2 ω²/|τ| (the same, Eq. A3), the saddle of the energy to third order on the side where τ < 0; A_c,
    (modes,)."""
    with np.errstate(divide="ignore"):
        return 2.0 * frequency**2 / (np.abs(third) * np.sqrt(n))
