"""How fast this processor is, by a piece of work that needs no compiling: the cost model was measured on another."""

from __future__ import annotations

import time

POINTS, TRIES = 120, 9
"""Points on a line whose energy is summed, in a few milliseconds, and how often; the fastest try counts."""


def energy(places: list[float]) -> float:
    """Σ r⁻¹⁰ over all pairs, in plain Python: loops, branches and arithmetic one after another, as in our kernels."""
    total = 0.0
    for i, here in enumerate(places):
        for there in places[:i]:
            s = (here - there) ** 2
            if s > 0.0:
                y = 1.0 / s
                total += y * y * y * y * y
    return total


def probe() -> float:
    """Seconds of this processor that a fixed piece of work takes; what else runs beside it hardly counts."""
    places = [1.0 + 0.1 * k for k in range(POINTS)]
    taken = []
    for _ in range(TRIES):
        started = time.process_time()
        for _ in range(10):
            energy(places)
        taken.append(time.process_time() - started)
    return min(taken)
