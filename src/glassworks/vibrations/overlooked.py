"""How likely it is that a search for the largest eigenvalues of a symmetric operator has overlooked one.

Chance vectors that the search has not seen tell. Let a search have left the space of an orthonormal basis Q, with
eigenvectors in it, of which the last has the eigenvalue θ, and let B = (1 − QQᵀ) A (1 − QQᵀ) be the operator A outside
of this space. If another eigenvector has an eigenvalue of at least θ, some unit vector φ has φ·Bφ ≥ τ (:func:`floor`),
hence ‖Bᵏφ‖ ≥ τᵏ, 2k being even. Of a vector z of normal deviates ‖Bᵏz‖ / τᵏ ≥ |g|, where g = φ·Bᵏz / ‖Bᵏφ‖ is a normal
deviate. So several z whose ‖Bᵏz‖ / τᵏ are all small prove that there is none, but for the chance that as many normal
deviates are so small (as in Halko, Martinsson & Tropp 2011, Lemma 4.1).
"""

from __future__ import annotations

from collections.abc import Callable
from math import erf, prod, sqrt

import numpy as np

PROVEN = 1e-9
"""Chance of an overlooked eigenvector below which the search is complete."""

MOST = 10
"""Times that the operator is applied to chance vectors."""


def floor(last: float, following: float, leak: float) -> float:
    """τ of the module's text: θ less what an overlooked eigenvector may have in the space (Schur's complement).

    Args:
        last: θ.
        following: the largest Ritz value in the space whose vector is no eigenvector yet.
        leak: ‖A Q − Q QᵀA Q‖.

    Returns:
        0 where the space says nothing of an overlooked eigenvector.
    """
    gap = last - following
    return max(last - leak**2 / gap, 0.0) if gap > 0 else 0.0


def chance(sizes: np.ndarray, power: int) -> float:
    """That an eigenvector is overlooked, of chance vectors with these ‖Bᵏz‖ / τᵏ, k ≤ `power` being free to choose."""
    return min(power * prod(erf(size / sqrt(2.0)) for size in sizes), 1.0)


def overlooked(
    operator: Callable[[np.ndarray], np.ndarray], basis: np.ndarray, least: float, width: int, rng: np.random.Generator
) -> float:
    """The chance that an eigenvector has been overlooked by a search.

    The operator is applied until the chance is less than `PROVEN`, or will not become so: ‖Bᵏz‖ falls ever more slowly.

    Args:
        operator: A, takes and gives (n, width).
        basis: Q, (n, …).
        least: τ.
        rng: of the chance vectors, none of whose numbers the search has seen.
    """
    if not least:
        return 1.0
    x = rng.normal(size=(len(basis), width))
    x -= basis @ (basis.T @ x)
    before, found = np.linalg.norm(x, axis=0), 1.0
    for power in range(1, MOST + 1):
        x = operator(x)
        x -= basis @ (basis.T @ x)
        x /= least
        sizes = np.linalg.norm(x, axis=0)
        found = chance(sizes, power)
        if found < PROVEN or chance(sizes * (sizes / before) ** (MOST - power), MOST) >= PROVEN:
            break
        before = sizes
    return found
