"""The verdicts, and that of an interval alone."""

from __future__ import annotations

import math

from glassworks.claims.severity import Bounds, ends

VERDICTS = ("reproduced", "consistent so far", "inconclusive", "contradicted", "out of reach")
REPRODUCED, CONSISTENT, INCONCLUSIVE, CONTRADICTED, OUT_OF_REACH = VERDICTS


def verdict(low: float, high: float, tolerance: Bounds) -> str:
    """Verdict of a 95% interval alone: inside the tolerance, overlapping it, or excluding it; NaN ends decide nothing.

    An ordering is a tolerance with one open end, so that lying inside it excludes the opposite order.
    """
    least, most = ends(tolerance)
    if math.isnan(low) or math.isnan(high):
        return INCONCLUSIVE
    if least <= low and high <= most:
        return REPRODUCED
    return CONTRADICTED if high < least or low > most else INCONCLUSIVE
