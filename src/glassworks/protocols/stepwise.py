"""Trajectories that are equilibrated hot and then cooled in equal steps of temperature."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from glassworks.models.strict import Positive, Strict
from glassworks.protocols._ladders import MOST_RUNGS, ladder
from glassworks.protocols._protocol import Point, Rung
from glassworks.protocols._trajectories import Steps, consuming


class Deep(Strict):
    """Temperatures below the end of a ladder, to each of which trajectories are quenched from there at once.

    Attributes:
        time: for which they are then equilibrated, and after that measured for as long.
        redraw: time between two instants at which velocities are drawn anew: vibrations hardly exchange energy there.
    """

    temperatures: Annotated[list[Positive], Field(min_length=1, max_length=MOST_RUNGS)]
    time: Positive
    redraw: Positive


class Stepwise(Steps):
    """Trajectories that are equilibrated hot and then cooled in equal steps of temperature, each as long as the scale's
    rate makes it.

    Attributes:
        step: ΔT; a step lasts ΔT over the rate.
        end_temperature: where the ladder ends.
        deep: what follows below it.
        stills: temperatures at the end of which trajectories also leave pictures and their inherent structure.
    """

    tag: ClassVar[str] = "step"
    choices: ClassVar[tuple[str, ...]] = ("rates", "temperatures")
    STEP: ClassVar[str] = "temperature step"

    kind: Literal["stepwise"]
    step: Positive
    end_temperature: Positive
    deep: Deep | None = None
    stills: list[Positive] = Field(default_factory=list)

    @model_validator(mode="after")
    def fitting(self) -> Stepwise:
        if self.end_temperature >= self.temperature:
            raise ValueError(
                f"end_temperature: {self.end_temperature:g}: must lie below temperature, {self.temperature:g}"
            )
        if self.end_temperature not in self.ladder:
            near = [t for t in ladder(self.temperature, self.end_temperature, self.step, 2) if t > 0][-2:]
            raise ValueError(
                f"end_temperature: {self.end_temperature:g}: steps of {self.step:g} from {self.temperature:g} pass it; "
                f"allowed: {' or '.join(f'{t:g}' for t in near)}, ..."
            )
        for t in self.deep.temperatures if self.deep else []:
            if t >= self.end_temperature:
                raise ValueError(
                    f"deep.temperatures: {t:g}: is no lower than where the ladder ends; "
                    f"allowed: below end_temperature, {self.end_temperature:g}"
                )
        for key in ("time", "redraw") if self.deep else ():
            if (value := getattr(self.deep, key)) < self.window:
                raise ValueError(f"deep.{key}: {value:g}: is shorter than the window; allowed: {self.window:g} or more")
        for still in self.stills:
            if still not in self.reached:
                allowed = ", ".join(f"{t:g}" for t in self.reached)
                raise ValueError(f"stills: {still:g}: not on the ladder; allowed: {allowed}")
        return self

    @property
    def ladder(self) -> list[float]:
        """The temperatures, descending, as they are written in decimals."""
        return ladder(self.temperature, self.end_temperature, self.step)

    @property
    def reached(self) -> list[float]:
        """The ladder and what is deep below it."""
        return [*self.ladder, *(self.deep.temperatures if self.deep else [])]

    def path(self, n: int, point: tuple[float | None, float]) -> list[Rung]:
        rate, end = point
        rungs, time, here = [self.top(n)], self.duration(rate), self.temperature
        for t in self.ladder[1:]:
            if here != end:
                rungs.append(self._step(rate, t, time, time, **self._still(t)))
                here = t
        if here != end:
            told = {"redraw": self.deep.redraw}
            rungs.append(self._step(rate, end, self.deep.time, self.deep.time, rescaled=True, **told))
            rungs.append(self._step(rate, end, self.deep.time, 2 * self.deep.time, **told, **self._still(end)))
        return rungs

    def top(self, n: int) -> Rung:
        return consuming(super().top(n), **self._still(self.temperature))

    def _step(self, rate: float, temperature: float, duration: float, waited: float, **more: Any) -> Rung:
        point, name = (rate, temperature), {"R": rate, "T": temperature}
        return self.rung(point, "step", name, duration, waited, temperature=temperature, rate=rate, **more)

    def _still(self, temperature: float) -> dict[str, bool]:
        return {"still": True} if temperature in self.stills else {}

    def points(self, grid: Any) -> list[Point]:
        chosen = grid.temperatures or self.ladder
        found = ((None if t == self.temperature else rate, t) for rate in grid.rates or [] for t in chosen)
        return list(dict.fromkeys(found))

    def offers(self, option: str) -> tuple[str, list[float]] | None:
        return ("on the ladder", self.reached) if option == "temperatures" else None
