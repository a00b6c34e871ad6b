"""How fast an oscillation dies: a damped cosine through an autocorrelation of a wave's velocities.

C(t) ≈ a e^{−Γt/2} cos(Ωt + φ): the ½ makes Γ the rate at which energy decays and the full width of the spectral line
(Kapteijns 2021, Sect. 5.3). The fit begins after a whole period, before which C falls as t² whatever follows, and ends
where the envelope has fallen to `FLOOR`, beyond which a finite sample echoes. Amplitude and phase take up what the
first period was like; a wave so damped that it has no two periods above the floor has no rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy.optimize import least_squares

FLOOR = 0.15
"""Envelope down to which an oscillation is followed."""
PERIODS = 2.0
"""That must lie above the floor, the first of which is left out."""
ROUNDS = 6
"""Windows at most that are tried until one belongs to its own fit."""
SAME = 0.02
"""How much of itself a window may change by to count as the same."""


@dataclass(frozen=True)
class Damping:
    """A damped cosine, in the units of the times that were given: angle and decay a step, or frequency and rate.

    Attributes:
        frequency: Ω; rate: Γ ≥ 0, of the energy.
        amplitude: a; phase: φ.
        misfit: root mean square of what the fit leaves, of the window's envelope.
        first, last: times of the window.
        reason: why there is none: `ok`, `overdamped`, or `too short`, where the record ends above the floor.
    """

    frequency: float = nan
    rate: float = nan
    amplitude: float = nan
    phase: float = nan
    misfit: float = nan
    first: float = nan
    last: float = nan
    reason: str = "ok"


def damped(times: np.ndarray, values: np.ndarray, expected: float) -> Damping:
    """The damped cosine of a record that begins with one, (times,).

    Args:
        times: ascending, at least ten in a period.
        expected: about Ω, to a factor of two.

    A record that ends before the envelope is at the floor is fitted as far as it goes if that is five times as long as
    the first period: a rate of zero is a result, too.
    """
    period = 2.0 * np.pi / expected
    found, last = _fit(times, values, period, min(times[-1], 4.0 * period), expected, 0.0), times[-1]
    for _ in range(ROUNDS):
        period = 2.0 * np.pi / found.frequency
        end = 2.0 * np.log(1.0 / FLOOR) / found.rate if found.rate > 0.0 else np.inf
        if end < PERIODS * period:
            return Damping(reason="overdamped")
        if times[-1] < min(end, 6.0 * period):
            return Damping(reason="too short")
        before, last = last, min(end, times[-1])
        found = _fit(times, values, period, last, found.frequency, found.rate)
        if abs(last - before) <= SAME * before:
            break
    return found


def _fit(times: np.ndarray, values: np.ndarray, first: float, last: float, frequency: float, rate: float) -> Damping:
    """The best damped cosine between two times."""
    inside = (times >= first) & (times <= last)
    t, c = times[inside], values[inside]

    def model(p: np.ndarray) -> np.ndarray:
        cosine, sine, turns, decays = p
        angle = turns * t
        return np.exp(-0.5 * decays * t) * (cosine * np.cos(angle) + sine * np.sin(angle))

    begin = np.array([1.0, 0.0, frequency, rate])
    scale = [1.0, 1.0, frequency, max(rate, 0.1 * frequency)]
    best = least_squares(lambda p: model(p) - c, begin, x_scale=scale, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    cosine, sine, turns, decays = best.x
    envelope = np.hypot(cosine, sine) * np.exp(-0.5 * decays * t)
    misfit = float(np.sqrt(np.mean(best.fun**2) / np.mean(envelope**2)))
    return Damping(
        abs(float(turns)), max(float(decays), 0.0), float(np.hypot(cosine, sine)), float(np.arctan2(-sine, cosine)),
        misfit, float(first), float(last),
    )  # fmt: skip
