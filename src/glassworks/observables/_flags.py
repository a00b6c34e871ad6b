"""What several observables say of a row that is not good."""

from __future__ import annotations

import numpy as np

BACKWARD_ERROR = 1e-10
"""A linear solution whose backward error exceeds this is flagged."""


def flagged(good: np.ndarray, reason: str) -> np.ndarray:
    """'ok' where good, else the reason."""
    return np.where(good, "ok", reason)
