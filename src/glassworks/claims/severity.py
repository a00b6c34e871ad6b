"""How much a verdict asked: the chances of each outcome, were the measurement made again."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from pydantic import Field
from scipy.special import ndtr

from glassworks.statistics.resampling import NORMAL

ENOUGH = 0.5
"""The severity that a verdict of agreement needs."""

Bounds = Annotated[tuple[float | None, float | None], Field(strict=False)]
"""Two ends, as a list in a file; one may be open."""


class Asked(NamedTuple):
    """What an interval is held against, in the unit of its measure.

    Attributes:
        expected: the value that the printed statement means.
        rival: the nearest value that would mean something else.
        tolerance: what counts as the printed value.
    """

    expected: float
    rival: float
    tolerance: Bounds


class Width(NamedTuple):
    """How far a 95% interval reaches below and above its value."""

    below: float
    above: float

    @classmethod
    def of(cls, value: float, low: float, high: float) -> Width:
        """The width of an interval; a side on which the value lies beyond the end has none."""
        return cls(max(value - low, 0.0), max(high - value, 0.0))


def ends(bounds: Bounds) -> tuple[float, float]:
    """The ends of a tolerance, an open one as infinity."""
    low, high = bounds
    return (-math.inf if low is None else low, math.inf if high is None else high)


def inside(value: float, bounds: Bounds) -> bool:
    """Whether a value lies between the ends, on neither."""
    low, high = ends(bounds)
    return low < value < high


def chance_of_reproduced(truth: float, width: Width, tolerance: Bounds) -> float:
    """P(the whole interval lies inside a tolerance) of a measurement of this width, where so much is true."""
    least, most = ends(tolerance)
    return max(0.0, _below(most - width.above, truth, width) - _below(least + width.below, truth, width))


def severity(asked: Asked, width: Width) -> float:
    """The smaller of P(reproduced | the expected value is true) and P(not reproduced | the rival is true).

    The second is 0.975 or more for a rival that the tolerance keeps out, since an interval seldom misses the truth on
    one side; the first falls as the interval grows. NaN for a width that is not known.
    """
    if math.isnan(sum(width)):
        return math.nan
    passes = chance_of_reproduced(asked.expected, width, asked.tolerance)
    return min(passes, 1.0 - chance_of_reproduced(asked.rival, width, asked.tolerance))


def _below(x: float, truth: float, width: Width) -> float:
    """P(estimate ≤ x): half a normal on each side of the truth.

    Above it, the error is that of the interval's lower half, which then has to reach down to the truth, and below it
    that of the upper half; so 95 of 100 intervals hold the truth.
    """
    error = (width.below if x > truth else width.above) / NORMAL
    if error == 0.0:
        return float(x >= truth)
    return float(ndtr((x - truth) / error))
