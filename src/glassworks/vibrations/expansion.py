"""The energy along a mode to third order (Mizuno, Shimada & Ikeda 2020, Eqs. A1 to A3)."""

from __future__ import annotations

import numpy as np

from glassworks.vibrations.hessian import Bonds


def third_derivatives(bonds: Bonds, vectors: np.ndarray) -> np.ndarray:
    """τ_k = ∂³Φ : e_k e_k e_k of each mode (Eq. A2), in ε/λ³, (modes,).

    With z = e_i − e_j and s = r² a pair adds 12 U'' (r·z)(z·z) + 8 U''' (r·z)³, primes being derivatives in s.

    Args:
        vectors: normalized modes, (modes, N, d), of the particles that the bonds number.
    """
    found = np.empty(len(vectors))
    for k, field in enumerate(vectors):
        z = field[bonds.first].astype(float) - field[bonds.second]
        along = (bonds.vectors * z).sum(axis=1)
        second, third = bonds.derivatives[:, 2], bonds.derivatives[:, 3]
        found[k] = (12.0 * second * along * (z * z).sum(axis=1) + 8.0 * third * along**3).sum()
    return found


def third_order_amplitude(frequency: np.ndarray, third: np.ndarray, n: int) -> np.ndarray:
    """A_c √N = 2 ω²/|τ| (Eq. A3), the saddle of the energy to third order on the side where τ < 0; A_c, (modes,)."""
    with np.errstate(divide="ignore"):
        return 2.0 * frequency**2 / (np.abs(third) * np.sqrt(n))
