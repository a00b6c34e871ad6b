"""What a claim declares: what a paper prints, how that is measured, and what the measurement is held against."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from glassworks.claims.severity import Asked, Bounds, inside

VARIABLES = {
    "temperature": lambda x: x,
    "inverse temperature": lambda x: 1.0 / x,
    "log rate": math.log,
    "log size": math.log,
}
"""In what a range is measured, as a function of temperature, rate of cooling, or number of particles."""
FORMS: dict[str, Bounds] = {"ratio": (0.0, None), "decades": (None, None), "shrinkage": (None, 1.0)}
"""How measures tell changes, and what a change may be so."""
WHOLE = 0.9
"""The share of a published range that counts as all of it."""

Positive = Annotated[float, Field(gt=0)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Rival(Strict):
    """The nearest value, in the unit of the measure, that would mean something else than what is printed."""

    value: float
    why: str


class Range(Strict):
    """The range that a published value spans, in reduced units, and how the value comes about along it.

    Attributes:
        variable: in what it is measured.
        ends: the end where the published change is complete (coldest, slowest, largest), and the other.
        sets_in: where the change sets in, between the ends; the logarithm of the quantity is linear in the variable
            from there on. Without it, the value is the same on any part.
    """

    variable: Literal["temperature", "inverse temperature", "log rate", "log size"]
    ends: Annotated[tuple[Positive, Positive], Field(strict=False)]
    sets_in: Positive | None = None
    reason: str

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        last = self.ends[1]
        if len(set(map(VARIABLES[self.variable], self.ends))) < 2:
            raise ValueError(f"ends: {last:g}: both are the same; allowed: two different ones")
        if self.sets_in is not None and not 0.0 < self.along(self.sets_in) <= 1.0:
            raise ValueError(f"sets_in: {self.sets_in:g}: lies outside of ends; allowed: between them, or {last:g}")
        return self

    def along(self, place: float) -> float:
        """How far a place is from the far end, 0, to the other one, 1, in the range's variable."""
        scale = VARIABLES[self.variable]
        far, near = map(scale, self.ends)
        return (scale(place) - far) / (near - far)

    def share(self, reached: tuple[float, float]) -> float:
        """The part of the range, from where the change sets in, that lies between two places: 0 to 1."""
        begins = 1.0 if self.sets_in is None else self.along(self.sets_in)
        far, near = sorted(min(max(self.along(place), 0.0), begins) for place in reached)
        return (near - far) / begins


BY = ("range", "size", "definition", "protocol", "minimizer", "potential", "statistics")
"""What may decide whether a claim is reproduced."""


Value = str | bool | int | float


class Varied(Strict):
    """What is varied to find out why a claim is not reproduced: the rows of a derived table.

    Attributes:
        by: what the rows differ in.
        value: the column of the table that tells what the claim's measure does, beside those of its interval.
        where: columns whose values choose the rows, each one value or several.
        told_by: columns that tell the rows apart.
        figure: the figure that shows them.
    """

    by: Literal[BY]
    table: str
    value: str
    where: dict[str, Value | list[Value]] = {}
    told_by: list[str] = Field(min_length=1)
    figure: str | None = None


class Requires(Strict):
    """What must be there for any verdict but `out of reach`."""

    group: str | None = None
    temperatures: int = 1
    samples: int = Field(20, description="fewest samples of any ensemble used")
    modes: int = Field(0, description="fewest modes in the fitting window of any ensemble used")


class Claim(Strict):
    """One sentence or number that a paper prints, and how it is measured and judged.

    Attributes:
        unit: that of `expected`, `rival`, `tolerance` and the measure; 1 for a number without.
        expected: what the statement means in the unit of the measure; where a number is printed, it is that.
        expected_from: the words or figure that it comes from where none is printed.
        rival: what `tolerance` must keep out.
        varied: what is open in the paper and may decide.
    """

    id: str
    statement: str
    place: str
    published: str | float
    unit: str = "1"
    expected: float
    expected_from: str | None = None
    rival: Rival
    kind: Literal["value", "ordering"]
    tolerance: Bounds
    reason: str
    measure: str
    options: dict[str, Any] = {}
    range: Range | None = None
    requires: Requires = Requires()
    varied: list[Varied] = []

    @model_validator(mode="before")
    @classmethod
    def _printed(cls, given: Any) -> Any:
        """A number that is printed is what is expected."""
        number = given.get("published") if isinstance(given, dict) else None
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            return {"expected": float(number), **given}
        return given

    @field_validator("tolerance")
    @classmethod
    def _ordered(cls, bounds: Bounds) -> Bounds:
        low, high = bounds
        if low is None and high is None:
            raise ValueError("tolerance needs at least one end")
        if low is not None and high is not None and low >= high:
            raise ValueError(f"tolerance {low} to {high} is empty")
        return bounds

    @model_validator(mode="after")
    def _can_fail(self) -> Claim:
        """Refuses what no measurement could contradict, or none could reproduce."""
        tolerance = said(self.tolerance)
        if isinstance(self.published, str) and self.expected_from is None:
            raise ValueError("expected_from: this key is missing, because no number is published")
        if not inside(self.expected, self.tolerance):
            raise ValueError(f"expected: {self.expected:g}: is not inside its own tolerance; allowed: {tolerance}")
        if inside(self.rival.value, self.tolerance):
            side = "on the claimed side" if self.kind == "ordering" else "inside the tolerance"
            raise ValueError(
                f"rival.value: {self.rival.value:g}: lies {side}, so that nothing tells it from what is printed; "
                f"allowed: all but {tolerance}"
            )
        if self.range and self.range.sets_in is not None:
            self._check_form()
        return self

    def _check_form(self) -> None:
        """Raises ValueError where a part of a change would have no meaning."""
        allowed = FORMS.get(self.form, FORMS["ratio"])
        for number in (self.expected, self.rival.value, *self.tolerance):
            if number is not None and not inside(number, allowed):
                raise ValueError(f"range.sets_in: {number:g} is no change as {self.form}; allowed: {said(allowed)}")

    @property
    def form(self) -> str:
        """How the measure tells a change: as a ratio, in decades, or as shrinkage, which is 1 − ratio."""
        return str(self.options.get("form", "ratio")).removesuffix("_fall")

    @property
    def asked(self) -> Asked:
        """What an interval is held against that reaches the published range."""
        return Asked(self.expected, self.rival.value, self.tolerance)

    def asked_of(self, share: float) -> Asked:
        """What an interval is held against that reaches a share of the published range."""
        if share >= WHOLE or self.range is None or self.range.sets_in is None:
            return self.asked
        expected, rival, *bounds = (
            None if whole is None else _part(self.form, whole, share)
            for whole in (self.expected, self.rival.value, *self.tolerance)
        )
        return Asked(expected, rival, tuple(bounds))


def _part(form: str, whole: float, share: float) -> float:
    """A share of a change whose logarithm grows evenly."""
    if form == "decades":
        return share * whole
    return 1.0 - (1.0 - whole) ** share if form == "shrinkage" else whole**share


def said(bounds: Bounds) -> str:
    """A tolerance in words."""
    low, high = bounds
    if low is None:
        return f"below {high:.4g}"
    return f"above {low:.4g}" if high is None else f"{low:.4g} to {high:.4g}"


def read_claims(paper: dict, measures: Collection[str]) -> list[Claim]:
    """The claims of a paper's file, which may name these measures.

    Raises:
        ValueError: one says what it cannot mean; `pydantic.ValidationError` where a key is wrong.
    """
    found = [Claim.model_validate(item) for item in paper.get("claims", [])]
    names = [claim.id for claim in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"claims with the same id: {', '.join(twice)}")
    for claim in found:
        if claim.measure not in measures:
            raise ValueError(f"{claim.id}: measure: {claim.measure}: is none; allowed: {', '.join(sorted(measures))}")
    return found
