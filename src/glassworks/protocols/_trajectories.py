"""What protocols share whose trajectories go from one liquid to the next: cooled stepwise, quenched at once, or
compressed.

All begin at a **top**, a liquid in equilibrium that every rate shares. What follows is a path of rungs, each of them a
liquid that starts from the state in which the one above ended, and is measured at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from glassworks.models import Model
from glassworks.models.strict import Count, Positive
from glassworks.observables import Column
from glassworks.protocols._ladders import multiple
from glassworks.protocols._measured import TABLES, tables_in
from glassworks.protocols._protocol import RANDOM, Blocks, Here, Line, Point, Protocol, Rung, number
from glassworks.watching import Run

LOOK, PAIR = (5e4, 35.0), 0.2
"""A look at n particles costs as much as LOOK[0] + LOOK[1] n particle steps, a pair of a stress correlation as PAIR."""


def look(n: int) -> float:
    """Particle steps that cost as much as one look at the forces or displacements of n particles."""
    return LOOK[0] + LOOK[1] * n


class Trajectories(Protocol):
    """What all paths share.

    Attributes:
        temperature, equilibration_time: of the top.
        starts: trajectories that start from each equilibrated liquid, `between` after one another; one number for all
            sizes, or one for each.
        window, every: length of the window at a rung's end, and time between its frames.
        snapshots, apart: configurations that are measured at a rung's end, and time between them.
    """

    stage: ClassVar[str] = "step"
    law: ClassVar[str] = "step"
    tables: ClassVar[Mapping[str, Mapping[str, Column]]] = TABLES
    rows: ClassVar[int] = 200
    goes_on: ClassVar[bool] = True
    untested: ClassVar[str] = "a cooled liquid is in no equilibrium to be tested"

    temperature: Positive
    equilibration_time: Positive
    starts: Count | dict[int, Count] = 1
    between: Positive | None = None
    window: Positive = 50.0
    every: Positive = 0.5
    snapshots: Count = 10
    apart: Positive = 5.0
    samples_per_chain: Literal[1] = 1

    @classmethod
    def prepared_by(cls) -> str:
        return "stepwise"

    @classmethod
    def tables_in(cls, dimension: int) -> Mapping[str, Mapping[str, Column]]:
        return tables_in(dimension)

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
        return self.starts if isinstance(self.starts, int) else self.starts.get(n, 1)

    def top(self, n: int) -> Rung:
        """The liquid in equilibrium."""
        time = self.equilibration_time
        found = self.rung((None, self.temperature), "step", {"T": self.temperature}, time, time)
        starts = self.starts_of(n)
        return found if starts == 1 else consuming(found, starts=starts, between=self.between)

    def rung(self, point: Point, tag: str, name: dict[str, float], duration: float, waited: float, **more: Any) -> Rung:
        """A liquid of the path.

        Args:
            name: the letter of each number in its name.
            duration: how long the trajectory stays.
            more: its `temperature` where that is not the top's, `rate`, `packing`; all else is consumed, too.
        """
        known = {key: more.pop(key) for key in ("rate", "packing") if key in more}
        temperature = more.pop("temperature", self.temperature)
        consumed = {
            "kind": self.prepared_by(),
            "temperature": temperature,
            "duration": duration,
            "window": self.window,
            "every": self.every,
            "snapshots": self.snapshots,
            "apart": self.apart,
            "start": RANDOM,
            **more,
        }
        told = "".join(f"{letter}{number(x, '.0e' if letter == 'R' else 'g')}" for letter, x in name.items())
        return Rung(point, f"{tag}_{told}", consumed, temperature, waited=waited, **known)

    # ---- blocks

    def block(self, blocks: Blocks, point: Point) -> int | None:
        if not isinstance(blocks, dict):
            return blocks
        return max(blocks.values()) if point[0] is None else blocks.get(point[0])

    def rate_of(self, point: Point) -> float:
        return point[0]

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        largest = max(blocks.values()) if isinstance(blocks, dict) else blocks
        for rate, samples in blocks.items() if isinstance(blocks, dict) else ():
            if largest % samples:
                raise ValueError(f"block_samples.{n}.{rate:g}: {samples}: must divide the largest, {largest}")
        starts = self.starts_of(n)
        if largest % starts:
            raise ValueError(f"block_samples.{n}: {largest}: must be a multiple of starts, {starts}")

    def samples(self, block: int, point: Point, wanted: int) -> int:
        """The top comes in whole blocks."""
        return -(-wanted // block) * block if point[0] is None else wanted

    # ---- what does not fit

    def model_problems(self, model: Model) -> Iterable[tuple[str, str]]:
        """Frames between two steps of molecular dynamics."""
        steps = {model.step(self.temperature), model.step(0.0)}
        return [
            ("every", f"{self.every:g}: must be a multiple of the molecular-dynamics step, {step:g}")
            for step in sorted(steps)
            if not multiple(self.every, step)
        ]

    # ---- what is looked at

    def run(self, here: Here) -> Run:
        """The rung's own step; at the top, of which several trajectories may start, what is between them."""
        told, step, t = here.told, here.model.step(here.temperature), here.temperature
        time = min(told["duration"], told.get("between", told["duration"]))
        return Run.of(here.model, here.n, round(time / step), step, t, t)

    # ---- cost

    def work(self, here: Here, samples: int, weight: float) -> float:
        told, starts = here.told, here.told.get("starts", 1)
        time = (told["duration"] + (starts - 1) * told.get("between", 0.0)) / starts
        steps = time / here.model.step(here.temperature)
        looking = told["window"] / told["every"] * look(here.n)
        if "stress" in self.tables_in(here.model.dimension):
            looking += told["snapshots"] * PAIR * here.n**2
        return 1e-6 * (here.n * steps + looking) * samples * weight


class Steps(Trajectories):
    """Paths in equal steps, `step`, each as long as the scale's rate makes it."""

    STEP: ClassVar[str]
    """What a step is, in words."""

    def duration(self, rate: float | None) -> float:
        """How long a step takes at a rate; None stands for the ladder's top."""
        return self.equilibration_time if rate is None else round(self.step / rate, 6)

    def line_problems(self, line: Line, model: Model) -> Iterator[tuple[str, str]]:
        """A rate that leaves no time for a step of molecular dynamics, or for the window."""
        for rate in line.grid.rates or []:
            duration, step = self.step / rate, max(model.step(self.temperature), model.step(0.0))
            start = f"{rate:g}: a {self.STEP} of {self.step:g} lasts {duration:g}"
            if duration < step:
                yield (
                    "rates",
                    (
                        f"{start}, less than one molecular-dynamics step of {step:g}; "
                        f"allowed: up to {self.step / max(self.window, step):g}"
                    ),
                )
            elif self.duration(rate) < self.window:
                yield "rates", f"{start}, but its window {self.window:g}; allowed: up to {self.step / self.window:g}"


def consuming(rung: Rung, **more: Any) -> Rung:
    """A rung whose preparation consumes more."""
    return replace(rung, consumed={**rung.consumed, **more})
