"""Trajectories that are equilibrated hot and then brought at once to a target temperature, where they age."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from glassworks.models import Model
from glassworks.models.strict import Positive
from glassworks.protocols._ladders import MOST_RUNGS
from glassworks.protocols._protocol import Blocks, Line, Point, Rung
from glassworks.protocols._trajectories import Trajectories
from glassworks.protocols.molecular_dynamics import one_block


class DirectQuench(Trajectories):
    """Trajectories that are equilibrated hot and then brought at once to a target temperature (of the scale), where
    they age.

    Attributes:
        waiting_times: times after the quench at which they are measured, ascending.
    """

    tag: ClassVar[str] = "direct"
    choices: ClassVar[tuple[str, ...]] = ("temperatures", "times")

    kind: Literal["direct"]
    waiting_times: Annotated[list[Positive], Field(min_length=1, max_length=MOST_RUNGS)]

    @field_validator("waiting_times")
    @classmethod
    def ascending(cls, times: list[float]) -> list[float]:
        for before, after in pairwise(times):
            if after <= before:
                raise ValueError(f"{after:g} after {before:g}: times must ascend")
        return times

    @model_validator(mode="after")
    def fitting(self) -> DirectQuench:
        for before, after in pairwise([0.0, *self.waiting_times]):
            if after - before < self.window:
                raise ValueError(
                    f"waiting_times: {after:g}: is only {after - before:g} after {before:g}, shorter than the window; "
                    f"allowed: {before + self.window:g} or more"
                )
        return self

    def path(self, n: int, point: tuple[float | None, float]) -> list[Rung]:
        rungs, (last, t), before = [self.top(n)], point, 0.0
        for time in self.waiting_times if last is not None else []:
            if time <= last:
                first = {"rescaled": True} if before == 0.0 else {}
                name = {"W": time, "T": t}
                rungs.append(self.rung((time, t), "direct", name, time - before, time, temperature=t, **first))
                before = time
        return rungs

    def points(self, grid: Any) -> list[Point]:
        return [(time, t) for t in grid.temperatures or [] for time in grid.times or self.waiting_times]

    def offers(self, option: str) -> tuple[str, list[float]] | None:
        return ("one of the waiting_times", self.waiting_times) if option == "times" else None

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        one_block(self.kind, n, blocks)
        super().check_blocks(n, blocks)

    def line_problems(self, line: Line, model: Model) -> Iterator[tuple[str, str]]:
        for t in line.grid.temperatures or []:
            if t >= self.temperature:
                yield "temperatures", f"{t:g}: is no quench from {self.temperature:g}; allowed: temperatures below it"
