"""What several measures of the study do."""

from __future__ import annotations

import math

import pandas as pd

from glassworks.claims.measures import OutOfReach


def only(frame: pd.DataFrame, missing: str) -> pd.Series:
    """The first row; raises OutOfReach where there is none."""
    if frame.empty:
        raise OutOfReach(missing)
    return frame.iloc[0]


def ends(row: pd.Series, name: str, missing: str) -> tuple[float, float, float]:
    """A value with the ends of its interval; raises OutOfReach where it is not known."""
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not math.isfinite(value) or not math.isfinite(low + high):
        raise OutOfReach(missing, int(row.get("samples", 0)))
    return value, low, high


def span(coldest: float, hottest: float) -> tuple[float, float] | None:
    """What is reached of a range; None where it is not known."""
    return (coldest, hottest) if math.isfinite(coldest + hottest) else None
