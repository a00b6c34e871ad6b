"""What a claim declares, and how its verdict follows from a measurement."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from glassworks.claims.measures import MEASURES, Measurement, OutOfReach, Tables

COLUMNS = (
    "paper",
    "claim",
    "statement",
    "place",
    "published",
    "measured",
    "low",
    "high",
    "samples",
    "verdict",
    "scope",
)
VERDICTS = ("reproduced", "inconclusive", "contradicted", "out of reach")
SLACK = 0.03  # relative difference of temperatures that counts as none

Bounds = Annotated[tuple[float | None, float | None], Field(strict=False)]
"""Two ends, as a list in a file."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Range(Strict):
    """The parent temperatures that the published value spans, and the tolerance for a part of them.

    When an ensemble reaches less than `coldest` to `hottest` (reduced units), `tolerance` here replaces the claim's,
    because a smaller change is expected.
    """

    coldest: float
    hottest: float
    tolerance: Bounds
    reason: str


class Requires(Strict):
    """What must be there for any verdict but `out of reach`."""

    group: str | None = None
    temperatures: int = 1
    samples: int = Field(20, description="fewest samples of any ensemble used")
    modes: int = Field(0, description="fewest modes in the fitting window of any ensemble used")


class Claim(Strict):
    """One sentence or number that a paper prints, and how it is measured and judged."""

    id: str
    statement: str
    place: str
    published: str | float
    kind: Literal["value", "ordering"]
    tolerance: Bounds
    reason: str
    measure: str
    options: dict[str, Any] = {}
    range: Range | None = None
    requires: Requires = Requires()

    @field_validator("measure")
    @classmethod
    def _registered(cls, name: str) -> str:
        if name not in MEASURES:
            raise ValueError(f"measure {name!r} is not known; allowed: {', '.join(sorted(MEASURES))}")
        return name

    @field_validator("tolerance")
    @classmethod
    def _ordered(cls, bounds: Bounds) -> Bounds:
        low, high = bounds
        if low is None and high is None:
            raise ValueError("tolerance needs at least one end")
        if low is not None and high is not None and low >= high:
            raise ValueError(f"tolerance {low} to {high} is empty")
        return bounds


def read_claims(paper: dict) -> list[Claim]:
    """The claims of a paper's file; raises `pydantic.ValidationError` naming the key that is wrong."""
    found = [Claim.model_validate(item) for item in paper.get("claims", [])]
    names = [claim.id for claim in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"claims with the same id: {', '.join(twice)}")
    return found


def verdict(low: float, high: float, tolerance: Bounds) -> str:
    """Verdict of a 95% interval: inside the tolerance, overlapping it, or excluding it; NaN ends decide nothing.

    An ordering is a tolerance with one open end, so that lying inside it excludes the opposite order.
    """
    least = -math.inf if tolerance[0] is None else tolerance[0]
    most = math.inf if tolerance[1] is None else tolerance[1]
    if math.isnan(low) or math.isnan(high):
        return "inconclusive"
    if least <= low and high <= most:
        return "reproduced"
    return "contradicted" if high < least or low > most else "inconclusive"


def judge(paper: dict, tables: Path | dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a claim of the paper, with the columns `COLUMNS`, from its derived tables (a folder, or frames)."""
    known = Tables(tables)
    rows = [_row(paper, claim, known) for claim in read_claims(paper)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"measured": float, "low": float, "high": float, "samples": "int64"}
    )


def _row(paper: dict, claim: Claim, tables: Tables) -> dict:
    head = {
        "paper": paper.get("paper", paper.get("name", "")),
        "claim": claim.id,
        "statement": claim.statement,
        "place": claim.place,
        "published": f"{claim.published:g}" if isinstance(claim.published, float) else str(claim.published),
    }
    try:
        found = MEASURES[claim.measure](tables, **claim.options)
        _reached(claim, found)
    except OutOfReach as missing:
        empty = {"measured": math.nan, "low": math.nan, "high": math.nan, "samples": missing.samples}
        return head | empty | {"verdict": "out of reach", "scope": str(missing)}
    tolerance, words = _tolerance(claim, found)
    numbers = {"measured": found.value, "low": found.low, "high": found.high, "samples": found.samples}
    scope = "; ".join(part for part in (found.scope, words, tables.flagged(claim.requires.group)) if part)
    return head | numbers | {"verdict": verdict(found.low, found.high, tolerance), "scope": scope}


def _reached(claim: Claim, found: Measurement) -> None:
    """Raise `OutOfReach` where the measurement rests on less than the claim requires."""
    needs = claim.requires
    for have, need, what in (
        (found.samples, needs.samples, "samples an ensemble"),
        (found.temperatures, needs.temperatures, "parent temperatures"),
        (found.modes, needs.modes, "soft modes an ensemble"),
    ):
        if have < need:
            raise OutOfReach(f"needs {need} {what}, this scale has {have} ({found.scope})", found.samples)


def _tolerance(claim: Claim, found: Measurement) -> tuple[Bounds, str]:
    span = claim.range
    if span is None or math.isnan(found.coldest):
        return claim.tolerance, f"tolerance {_bounds(claim.tolerance)}: {claim.reason}"
    whole = found.coldest <= span.coldest * (1 + SLACK) and found.hottest >= span.hottest * (1 - SLACK)
    if whole:
        return claim.tolerance, f"the paper's range; tolerance {_bounds(claim.tolerance)}: {claim.reason}"
    part = f"only a part of the paper's range ({span.coldest:g} to {span.hottest:g}), judged on the part"
    return span.tolerance, f"{part}: tolerance {_bounds(span.tolerance)}: {span.reason}"


def _bounds(bounds: Bounds) -> str:
    low, high = bounds
    if low is None:
        return f"below {high:g}"
    return f"above {low:g}" if high is None else f"{low:g} to {high:g}"
