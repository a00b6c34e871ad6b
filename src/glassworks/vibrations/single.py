"""The pseudo-inverse of a Hessian applied to one right-hand side, by kernels for vectors.

:meth:`glassworks.vibrations.Factor.solve` takes many at once, and goes through the factor with kernels for matrices.
For one alone these take twice the time that reading the factor does. This stands apart so that what `solve` has
solved keeps its last bits.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.blas import dtrsv

from glassworks.vibrations.factorization import Factor, without_translation
from glassworks.vibrations.threads import single_threaded


@single_threaded
def solve_one(factor: Factor, b: np.ndarray) -> np.ndarray:
    """M⁺ b for b of shape (dN,) in ε/λ, whose net force is taken out; in λ, without translation."""
    d, work = factor.dimension, without_translation(b, factor.dimension, factor.roots)[factor.order]
    for inside, border, head, below in factor.blocks:
        if len(head):
            x = work[inside]
            dtrsv(head, x, lower=1, overwrite_x=1)
            work[border] -= below @ x
    work[-d:] = 0.0
    for inside, border, head, below in reversed(factor.blocks):
        if len(head):
            x = work[inside]
            x -= below.T @ work[border]
            dtrsv(head, x, lower=1, trans=1, overwrite_x=1)
    x = np.empty_like(work)
    x[factor.order] = work
    return without_translation(x, d, factor.roots)
