"""How far curves that are said to coincide lie from each other, as a part of the range that they span.

A spread in units of errors (:func:`glassworks.statistics.scaling.collapse`) tells whether a difference was found, and
grows with the data; the gap tells how large the difference is, whatever the noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

RIM = 0.05
"""Points nearer to the ends of the range than this part of it do not count: curves that are flat coincide there."""


class Sampled(NamedTuple):
    """A curve of points that both fluctuate, x and y each (points, 1 + repeats): draws."""

    x: np.ndarray
    y: np.ndarray


class Gap(NamedTuple):
    """Distance between curves over the range that they span."""

    gap: np.ndarray  # draws
    points: int  # that lie where another curve is known


def gap(curves: Sequence[Sampled], rim: float = RIM) -> Gap:
    """Root mean square of y − y', y' by linear interpolation of another curve at the same x, over the range of y.

    The square that noise alone would give is subtracted: the variance σ² of each difference over the draws once from
    the value, and twice from the draws, which scatter about a value that scatters already. A mean square below zero
    counts as no gap. NaN draws where no point is left.
    """
    values = np.concatenate([curve.y[:, 0] for curve in curves])
    low, high = values.min(), values.max()
    margin = rim * (high - low)
    squares = []
    for one, other in permutations(curves, 2):
        inside = (one.y[:, 0] >= low + margin) & (one.y[:, 0] <= high - margin)
        inside &= (one.x[:, 0] >= other.x[:, 0].min()) & (one.x[:, 0] <= other.x[:, 0].max())
        if not inside.any():
            continue
        apart = one.y[inside] - _interpolated(other, one.x[inside])
        noise = apart[:, 1:].var(axis=1, ddof=1)[:, None]
        squares.append(apart**2 - noise * np.where(np.arange(apart.shape[1]) > 0, 2.0, 1.0))
    if not squares or high == low:
        return Gap(np.full(curves[0].y.shape[1], np.nan), 0)
    square = np.concatenate(squares)
    return Gap(np.sqrt(np.maximum(square.mean(axis=0), 0.0)) / (high - low), len(square))


def _interpolated(curve: Sampled, x: np.ndarray) -> np.ndarray:
    """The curve at x (points, draws), draw by draw, held constant beyond its ends."""
    order = np.argsort(curve.x, axis=0)
    known, height = np.take_along_axis(curve.x, order, 0), np.take_along_axis(curve.y, order, 0)
    return np.stack([np.interp(x[:, k], known[:, k], height[:, k]) for k in range(x.shape[1])], axis=1)
