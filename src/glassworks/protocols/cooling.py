"""Independent samples, equilibrated hot and cooled at a constant rate."""

from __future__ import annotations

from math import ceil
from typing import ClassVar, Literal

from pydantic import model_validator

from glassworks.models.strict import Positive
from glassworks.protocols._protocol import Here, Protocol, Rung, number
from glassworks.watching import Run


class Cooling(Protocol):
    """Independent samples, equilibrated at `temperature` and cooled at a constant rate (of the scale) to
    `end_temperature`.
    """

    tag: ClassVar[str] = "cooling"
    choices: ClassVar[tuple[str, ...]] = ("rates",)
    untested: ClassVar[str] = "a cooled liquid is in no equilibrium to be tested"

    kind: Literal["cooling"]
    temperature: Positive
    equilibration_time: Positive
    end_temperature: Positive
    samples_per_chain: Literal[1] = 1

    @model_validator(mode="after")
    def colder(self) -> Cooling:
        if self.end_temperature >= self.temperature:
            raise ValueError(
                f"end_temperature: {self.end_temperature:g}: must lie below temperature, {self.temperature:g}"
            )
        return self

    def path(self, n: int, rate: float) -> list[Rung]:
        consumed = {**self.model_dump(mode="json", exclude={"samples_per_chain"}), "rate": rate}
        return [Rung(rate, f"cooling_R{number(rate, '.0e')}", consumed, rate=rate)]

    def run(self, here: Here) -> Run:
        """The cooling; what equilibrates before it is not looked at."""
        told, step = here.told, here.model.step
        hot, cold = told["temperature"], told["end_temperature"]
        shorter = min(step(hot), step(cold))
        return Run.of(here.model, here.n, ceil((hot - cold) / (told["rate"] * shorter)), shorter, hot, cold)

    def work(self, here: Here, samples: int, weight: float) -> float:
        told, step = here.told, here.model.step
        cooling = (told["temperature"] - told["end_temperature"]) / told["rate"] / step(told["end_temperature"])
        return 1e-6 * here.n * (told["equilibration_time"] / step(told["temperature"]) + cooling) * samples * weight
