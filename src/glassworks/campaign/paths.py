"""Protocols whose trajectories go from one liquid to the next: cooled stepwise, quenched at once, or compressed.

All begin at a **top**, a liquid in equilibrium that every rate shares. What follows is a path of rungs, each of them a
liquid that starts from the state in which the one above ended, and is measured at its end.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from glassworks.campaign.schema import Count, Positive, Schema

MOST_RUNGS = 300
"""Rungs of a ladder: a liquid holds those above it."""
Point = float | tuple[float | None, float] | None
"""Where a protocol prepares a liquid: its temperature, its rate, or neither; of a path, what it came by (its rate or
waiting time; None at the top) and where it is (its temperature or packing fraction)."""


class Rung(NamedTuple):
    """One liquid of a path.

    Attributes:
        point: where it is on the path.
        name: how it is called after its tag, numbers apart: the letter of each and the number.
        temperature, packing: of the liquid; None for the model's own packing fraction.
        rate: at which it was cooled or compressed; None where it was not.
        duration: how long the trajectory stays.
        waited: how long it has been at this temperature and packing fraction at the end.
        rescaled: whether velocities are brought to the temperature at the start, not by the thermostat.
        redraw: time between two instants at which velocities are drawn anew; None for never.
    """

    tag: str
    point: tuple[float | None, float]
    name: tuple[tuple[str, float], ...]
    temperature: float
    packing: float | None
    rate: float | None
    duration: float
    waited: float
    rescaled: bool = False
    redraw: float | None = None


class Trajectories(Schema):
    """What all paths share.

    Attributes:
        temperature, equilibration_time: of the top.
        starts: trajectories that start from each equilibrated liquid, `between` after one another; one number for all
            sizes, or one for each.
        window, every: length of the window at a rung's end, and time between its frames.
        snapshots, apart: configurations that are measured at a rung's end, and time between them.
    """

    temperature: Positive
    equilibration_time: Positive
    starts: Count | dict[int, Count] = 1
    between: Positive | None = None
    window: Positive = 50.0
    every: Positive = 0.5
    snapshots: Count = 10
    apart: Positive = 5.0
    samples_per_chain: Literal[1] = 1

    @model_validator(mode="after")
    def looked_at(self) -> Trajectories:
        for key in ("window", "apart"):
            if not multiple(getattr(self, key), self.every):
                raise ValueError(f"{key}: {getattr(self, key):g}: must be a multiple of every, {self.every:g}")
        if not (self.snapshots - 1) * self.apart < self.window:
            most = int(-(-self.window // self.apart))
            raise ValueError(
                f"snapshots: {self.snapshots}: {self.apart:g} apart they do not fit into the window, {self.window:g}; "
                f"allowed: up to {most}"
            )
        if self.window > self.equilibration_time:
            raise ValueError(
                f"window: {self.window:g}: is longer than the trajectory at the first temperature; "
                f"allowed: up to equilibration_time, {self.equilibration_time:g}"
            )
        if self.starts != 1 and self.between is None:
            raise ValueError("between: this key is missing, but starts asks for several trajectories of one liquid")
        if self.between is not None and self.between < self.window:
            raise ValueError(f"between: {self.between:g}: is shorter than the window; allowed: {self.window:g} or more")
        return self

    def starts_of(self, n: int) -> int:
        """Trajectories of n particles that start from one equilibrated liquid."""
        return self.starts if isinstance(self.starts, int) else self.starts.get(n, 1)

    def top(self) -> Rung:
        """The liquid in equilibrium."""
        time = self.equilibration_time
        name = (("T", self.temperature),)
        return Rung("step", (None, self.temperature), name, self.temperature, None, None, time, time)

    def path(self, point: tuple[float | None, float]) -> list[Rung]:
        """The rungs from the top down to a point, that one included."""
        raise NotImplementedError

    def points(self, grid: object) -> list[tuple[float | None, float]]:
        """The points that a line of a scale chooses."""
        raise NotImplementedError

    def point_of(self, tag: str, first: float | None, second: float) -> tuple[float | None, float] | None:
        """The point behind a name's tag and numbers; None where this path has none."""
        raise NotImplementedError


class Deep(Schema):
    """Temperatures below the end of a ladder, to each of which trajectories are quenched from there at once.

    Attributes:
        time: for which they are then equilibrated, and after that measured for as long.
        redraw: time between two instants at which velocities are drawn anew: vibrations hardly exchange energy there.
    """

    temperatures: Annotated[list[Positive], Field(min_length=1, max_length=MOST_RUNGS)]
    time: Positive
    redraw: Positive


class Stepwise(Trajectories):
    """Trajectories that are equilibrated hot and then cooled in equal steps of temperature, each as long as the scale's
    rate makes it.

    Attributes:
        step: ΔT; a step lasts ΔT over the rate.
        end_temperature: where the ladder ends.
        deep: what follows below it.
        stills: temperatures at the end of which trajectories also leave pictures and their inherent structure.
    """

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

    def duration(self, rate: float | None) -> float:
        """How long a step takes at a rate; None stands for the ladder's top."""
        return self.equilibration_time if rate is None else round(self.step / rate, 6)

    def path(self, point: tuple[float | None, float]) -> list[Rung]:
        rate, end = point
        rungs, time = [self.top()], self.duration(rate)
        for t in self.ladder[1:]:
            if rungs[-1].temperature != end:
                rungs.append(Rung("step", (rate, t), (("R", rate), ("T", t)), t, None, rate, time, time))
        if rungs[-1].temperature != end:
            name, time, redraw = (("R", rate), ("T", end)), self.deep.time, self.deep.redraw
            rungs.append(Rung("step", point, name, end, None, rate, time, time, True, redraw))
            rungs.append(Rung("step", point, name, end, None, rate, time, 2 * time, False, redraw))
        return rungs

    def points(self, grid: object) -> list[tuple[float | None, float]]:
        chosen = grid.temperatures or self.ladder
        found = ((None if t == self.temperature else rate, t) for rate in grid.rates or [] for t in chosen)
        return list(dict.fromkeys(found))

    def point_of(self, tag: str, first: float | None, second: float) -> tuple[float | None, float] | None:
        fits = tag == "step" and second in self.reached and (first is None) == (second == self.temperature)
        return (first, second) if fits else None


class DirectQuench(Trajectories):
    """Trajectories that are equilibrated hot and then brought at once to a target temperature (of the scale), where
    they age.

    Attributes:
        waiting_times: times after the quench at which they are measured, ascending.
    """

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

    def path(self, point: tuple[float | None, float]) -> list[Rung]:
        rungs, (last, t), before = [self.top()], point, 0.0
        for time in self.waiting_times if last is not None else []:
            if time <= last:
                name, first = (("W", time), ("T", t)), before == 0.0
                rungs.append(Rung("direct", (time, t), name, t, None, None, time - before, time, rescaled=first))
                before = time
        return rungs

    def points(self, grid: object) -> list[tuple[float | None, float]]:
        return [(time, t) for t in grid.temperatures or [] for time in grid.times or self.waiting_times]

    def point_of(self, tag: str, first: float | None, second: float) -> tuple[float | None, float] | None:
        if tag == "step":
            return (None, second) if first is None and second == self.temperature else None
        return (first, second) if tag == "direct" and first in self.waiting_times else None


class Compression(Trajectories):
    """Trajectories that are equilibrated at a low packing fraction and then compressed in equal steps at constant
    temperature, each as long as the scale's rate makes it.

    Attributes:
        packing_fraction: of the top; the model's own does not matter.
        step: Δφ; a step lasts Δφ over the rate.
        end_packing_fraction: where the ladder ends.
    """

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

    def duration(self, rate: float | None) -> float:
        """How long a step takes at a rate; None stands for the ladder's top."""
        return self.equilibration_time if rate is None else round(self.step / rate, 6)

    def top(self) -> Rung:
        return super().top()._replace(point=(None, self.packing_fraction), packing=self.packing_fraction)

    def path(self, point: tuple[float | None, float]) -> list[Rung]:
        rate, end = point
        rungs, time = [self.top()], self.duration(rate)
        for packing in self.ladder[1:]:
            if packing <= end:
                name = (("R", rate), ("F", packing))
                rungs.append(Rung("press", (rate, packing), name, self.temperature, packing, rate, time, time))
        return rungs

    def points(self, grid: object) -> list[tuple[float | None, float]]:
        chosen, first = grid.packing_fractions or self.ladder, self.packing_fraction
        return list(dict.fromkeys((None if f == first else rate, f) for rate in grid.rates or [] for f in chosen))

    def point_of(self, tag: str, first: float | None, second: float) -> tuple[float | None, float] | None:
        if tag == "step":
            return (None, self.packing_fraction) if first is None and second == self.temperature else None
        return (first, second) if tag == "press" and second in self.ladder[1:] else None


def ladder(first: float, last: float, step: float, more: int = 0) -> list[float]:
    """From first towards last in equal steps, as they are written in decimals, and a few more.

    Raises:
        ValueError: more rungs than a ladder may have.
    """
    sign = 1 if last > first else -1
    count = round(abs(last - first) / step) + 1
    if count > MOST_RUNGS:
        raise ValueError(f"step: {step:g}: makes {count} rungs; allowed: up to {MOST_RUNGS}")
    return [round(first + sign * k * step, 12) for k in range(count + more)]


def multiple(long: float, short: float) -> bool:
    """Whether one time is a whole multiple of another."""
    return round(long / short) >= 1 and abs(long / short - round(long / short)) < 1e-9
