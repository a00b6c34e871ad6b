"""FIRE, step by step (Bitzek, Koskinen, Gähler, Moseler & Gumbsch, Phys. Rev. Lett. 97, 170201 (2006))."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from glassworks.landscape.slopes import Slope, largest

REFRESH = 50
"""Steps after which ω_max is estimated again: it falls a lot where particles overlap at the start."""


@dataclass(frozen=True)
class Fire:
    """Parameters of FIRE, times in units of the fastest vibration.

    Attributes:
        first, longest: time step at the start and its bound, in 1/ω_max, ω_max a bound from the stiffest particle.
        mixing, fade: α at the start and the factor that it loses at each step downhill.
        faster, slower: factors of the time step.
        patience: steps downhill before the time step grows.
        move: no particle moves further in one step, in λ.
    """

    first: float = 0.1
    longest: float = 1.0
    mixing: float = 0.1
    fade: float = 0.99
    faster: float = 1.1
    slower: float = 0.5
    patience: int = 5
    move: float = 0.1


def fire_steps(slope: Slope, start: np.ndarray, chosen: Fire) -> Iterator[tuple]:
    """Points of a FIRE descent: (point, energy, forces), the start first; the array of points is reused."""
    point, velocity = start.copy(), np.zeros_like(start)
    energy, forces = slope(point)
    longest = chosen.longest / slope.fastest(point)
    step, mixing, downhill_steps = longest * chosen.first / chosen.longest, chosen.mixing, 0
    for count in itertools.count(1):
        yield point, energy, forces
        if count % REFRESH == 0:
            longest = chosen.longest / slope.fastest(point)
            step = min(step, longest)
        if (forces * velocity).sum() < 0.0:
            velocity[:] = 0.0
            step, mixing, downhill_steps = step * chosen.slower, chosen.mixing, 0
        else:
            downhill_steps += 1
            if downhill_steps > chosen.patience:
                step, mixing = min(step * chosen.faster, longest), mixing * chosen.fade
        velocity += step * forces
        force = sqrt((forces**2).sum())
        if force > 0.0:
            velocity += mixing * (forces * (sqrt((velocity**2).sum()) / force) - velocity)
        speed = largest(velocity)
        point += velocity * (min(step, chosen.move / speed) if speed > 0.0 else step)
        energy, forces = slope(point)


def last_of(steps: Iterator[tuple], tolerance: float, budget: int) -> tuple[int, np.ndarray, float, float]:
    """Steps made, point, energy and residual max_i |F_i| where a descent ends."""
    for count, (point, energy, forces) in enumerate(steps):
        residual = largest(forces)
        if not residual >= tolerance or count == budget:
            return count, point.copy(), energy, residual
    raise AssertionError("descents do not end by themselves")
