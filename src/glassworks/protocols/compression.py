"""Trajectories that are equilibrated at a low packing fraction and then compressed in equal steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from glassworks.models import Model
from glassworks.models.specification import packed
from glassworks.models.strict import Positive
from glassworks.protocols._ladders import ladder
from glassworks.protocols._protocol import Point, Rung
from glassworks.protocols._trajectories import Steps


class Compression(Steps):
    """Trajectories that are equilibrated at a low packing fraction and then compressed in equal steps at constant
    temperature, each as long as the scale's rate makes it.

    Attributes:
        packing_fraction: of the top; the model's own does not matter.
        step: Δφ; a step lasts Δφ over the rate.
        end_packing_fraction: where the ladder ends.
    """

    tag: ClassVar[str] = "press"
    choices: ClassVar[tuple[str, ...]] = ("rates", "packing_fractions")
    STEP: ClassVar[str] = "step in packing fraction"

    kind: Literal["compression"]
    packing_fraction: Positive
    step: Positive
    end_packing_fraction: Positive

    @model_validator(mode="after")
    def fitting(self) -> Compression:
        first, last = self.packing_fraction, self.end_packing_fraction
        if last <= first:
            raise ValueError(f"end_packing_fraction: {last:g}: must lie above packing_fraction, {first:g}")
        if last not in self.ladder:
            near = ladder(first, last, self.step, 2)[-3:-1]
            raise ValueError(
                f"end_packing_fraction: {last:g}: steps of {self.step:g} from {first:g} pass it; "
                f"allowed: {' or '.join(f'{each:g}' for each in near)}, ..."
            )
        return self

    @property
    def ladder(self) -> list[float]:
        """The packing fractions, ascending, as they are written in decimals."""
        return ladder(self.packing_fraction, self.end_packing_fraction, self.step)

    def top(self, n: int) -> Rung:
        return replace(super().top(n), point=(None, self.packing_fraction), packing=self.packing_fraction)

    def path(self, n: int, point: tuple[float | None, float]) -> list[Rung]:
        rate, end = point
        rungs, time = [self.top(n)], self.duration(rate)
        for packing in self.ladder[1:]:
            if packing <= end:
                name = {"R": rate, "F": packing}
                rungs.append(self.rung((rate, packing), "press", name, time, time, packing=packing, rate=rate))
        return rungs

    def points(self, grid: Any) -> list[Point]:
        chosen, first = grid.packing_fractions or self.ladder, self.packing_fraction
        return list(dict.fromkeys((None if f == first else rate, f) for rate in grid.rates or [] for f in chosen))

    def offers(self, option: str) -> tuple[str, list[float]] | None:
        return ("on the ladder", self.ladder) if option == "packing_fractions" else None

    def densest(self, model: Model) -> Model:
        return packed(model, self.end_packing_fraction)
