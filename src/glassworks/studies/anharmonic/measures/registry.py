"""The measures of the study, and what several of them do."""

from __future__ import annotations

import math

import pandas as pd

from glassworks.claims.measures import Measures, OutOfReach

MEASURES = Measures()
measure = MEASURES.register


def only(frame: pd.DataFrame, missing: str) -> pd.Series:
    """The first row; raises OutOfReach where there is none."""
    if frame.empty:
        raise OutOfReach(missing)
    return frame.iloc[0]


def ends(row: pd.Series, name: str, missing: str) -> tuple[float, float, float]:
    """A value with the ends of its interval; raises OutOfReach where it is not known."""
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not math.isfinite(value + low + high):
        raise OutOfReach(missing, int(row.get("samples", 0)))
    return value, low, high


def sizes(row: pd.Series) -> str:
    """Of which N a row is."""
    return f"{int(row['rows'])} of N = {int(row['smallest'])} to {int(row['largest'])}"
