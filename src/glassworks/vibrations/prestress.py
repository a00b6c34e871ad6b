"""A glass whose bonds keep their stiffness while their forces are taken away, all by the same share δ.

M(δ) = M″ + (1 − δ) M′ with M″ = Σ φ″ (∂r/∂x)(∂r/∂x) and M′ = Σ φ′ ∂²r/∂x∂x (Kapteijns 2021, Eqs. 5.3 and 5.4): at δ = 0
the glass itself, at δ = 1 a network of relaxed springs. Forces (1 − δ) φ′ balance where those of the glass do, so that
the network is at a minimum as well, and its moduli, waves and pinches are those of a glass.

Bonds hold derivatives with respect to s = r², U_s = φ′/2r and 4 s U_ss = φ″ − φ′/r. The same stiffness φ″ at a smaller
force is therefore U_s → (1 − δ) U_s and U_ss → U_ss + δ U_s/2s.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassworks.vibrations.hessian import Bonds


def relieved(pairs: Bonds, relief: float) -> Bonds:
    """The bonds of a glass of which a share δ of all forces is taken away.

    Args:
        relief: δ.

    Returns:
        bonds with the first two derivatives of such springs; a third and fourth they have not (not a number), nor an
        energy.

    Raises:
        ValueError: δ outside [0, 1].
    """
    if not 0.0 <= relief <= 1.0:
        raise ValueError(f"relief: {relief}; allowed: 0 (the glass as it is) to 1 (springs without forces)")
    if relief == 0.0:
        return pairs
    terms = np.full_like(pairs.derivatives, np.nan)
    squared = (pairs.vectors**2).sum(axis=1)
    force = pairs.derivatives[:, 1]
    terms[:, 1] = (1.0 - relief) * force
    terms[:, 2] = pairs.derivatives[:, 2] + 0.5 * relief * force / squared
    return replace(pairs, derivatives=terms)
