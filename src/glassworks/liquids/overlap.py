"""The overlap of two configurations of one trajectory."""

from __future__ import annotations

from math import gamma, pi

import numpy as np

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration

DISTANCE = 0.3  # a particle that moved less than this, in λ, overlaps with itself


def overlap(first: Configuration, second: Configuration) -> float:
    """Q: the fraction of particles that moved by less than 0.3 λ between configurations without drift.

    A particle is a place in the list of positions: the sizes that swap moves exchange do not matter.
    """
    moved = first.box.shortest(second.positions - first.positions)
    return float(np.mean((moved**2).sum(axis=1) < DISTANCE**2))


def random_overlap(box: Box) -> float:
    """Q of two unrelated configurations: the volume of the ball of radius 0.3 λ over that of the box."""
    d = box.dimension
    return min(1.0, pi ** (d / 2) / gamma(d / 2 + 1) * DISTANCE**d / box.volume)
