"""Molecular dynamics that walks down a ladder of temperatures and leaves samples at each, its stresses correlated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from glassworks.models import Model
from glassworks.models.strict import Positive, Strict
from glassworks.observables import Column, Law
from glassworks.protocols._ladders import MOST_RUNGS, Descending, descending, each_rung, spacing_in_steps, whole_chains
from glassworks.protocols._protocol import RANDOM, Blocks, Here, Line, Rung, number
from glassworks.watching import Run

LEAST_TIMES = 1.0
"""Relaxation times before the first sample, at least: with fewer nothing has moved."""
STRESSES = {
    "time": Column("λ(m/ε)^½", "lag t", least=0.0),
    "pairs": Column("1", "pairs of stresses, or of means over blocks of them, behind the row", whole=True, least=1.0),
    "correlation": Column(
        "ε/λ^d",
        "c(t) = V⟨σ(0)σ(t)⟩/T of the potential part of the shear stress, over all shear planes and shears at 45° of "
        "them, each plane and each other independent component counting alike",
    ),
    "affine": Column(
        "ε/λ^d", "⟨U_γγ⟩/V over the chain's samples and the same shears, which c(0) equals in equilibrium"
    ),
}
"""Columns of the autocorrelation of stresses, a row for each chain and lag."""


class Correlator(Strict):
    """How the stress is correlated with itself along a chain.

    Attributes:
        every: steps between two stresses.
        longest: longest lag, in relaxation times.
    """

    every: Annotated[int, Field(ge=1, le=1000)] = 5
    longest: Positive = 4.0


class Annealing(Descending):
    """Chains of molecular dynamics walk down a ladder of temperatures, relax at each, and leave samples some relaxation
    times apart; between the first sample and the last their stresses are correlated.

    Attributes:
        settling: time that random points have at the ladder's top before its relaxation begins, in λ (m/ε)^½: they hold
            too little kinetic energy for a thermostat to take them at once to their temperature.
        relaxation_times: declared relaxation time of the overlap at each temperature, in λ (m/ε)^½, descending in
            temperature; all that follows counts in it, and the evidence of equilibrium measures it again.
        before: relaxation times before the first sample at a temperature.
        between: relaxation times between samples.
        samples_per_chain: samples that one chain leaves, everywhere or at each temperature.
        thermostat_period: relaxation time τ of the thermostats, in λ (m/ε)^½.
        stresses: how the stress is correlated with itself.
    """

    tag: ClassVar[str] = "anneal"
    law: ClassVar[str] = "anneal"
    cost: ClassVar[Law | None] = Law(scale=0.08, power=0.0)
    tables: ClassVar[Mapping[str, Mapping[str, Column]]] = {"stress_relaxation": STRESSES}
    rows: ClassVar[int] = 10
    ladder_times: ClassVar[str] = "relaxation_times"

    kind: Literal["annealing"]
    relaxation_times: Annotated[dict[float, Positive], Field(min_length=1, max_length=MOST_RUNGS)]
    settling: Positive = 20.0
    before: Annotated[float, Field(ge=LEAST_TIMES)] = 10.0
    between: Positive = 2.0
    samples_per_chain: Annotated[int, Field(ge=2)] | dict[float, Annotated[int, Field(ge=2)]]
    thermostat_period: Positive = 0.5
    stresses: Correlator = Correlator()

    @field_validator("relaxation_times")
    @classmethod
    def rungs_descend(cls, times: dict[float, float]) -> dict[float, float]:
        return descending(times)

    @model_validator(mode="after")
    def fitting(self) -> Annealing:
        if isinstance(self.samples_per_chain, dict):
            each_rung("samples_per_chain", self.samples_per_chain, self.ladder)
        for temperature in self.ladder:
            run = self.between * (self.left_by_chain(temperature) - 1)
            if self.stresses.longest > run:
                raise ValueError(
                    f"stresses.longest: {self.stresses.longest:g}: is longer than the run from the first sample of a "
                    f"chain to its last at {temperature:g}; allowed: up to {run:g} relaxation times"
                )
        return self

    @property
    def ladder(self) -> list[float]:
        """The temperatures, descending."""
        return list(self.relaxation_times)

    def left_by_chain(self, temperature: float) -> int:
        declared = self.samples_per_chain
        return declared[temperature] if isinstance(declared, dict) else declared

    def path(self, n: int, temperature: float) -> list[Rung]:
        shared = self.model_dump(mode="json", exclude={"relaxation_times", "samples_per_chain", "settling"})
        return [
            Rung(
                here,
                f"anneal_T{number(here, 'g')}",
                {
                    **shared,
                    "temperature": here,
                    "relaxation_time": self.relaxation_times[here],
                    "samples_per_chain": self.left_by_chain(here),
                    "start": RANDOM,
                    **({"settling": self.settling} if here == self.ladder[0] else {}),
                },
                here,
            )
            for here in self.rungs(temperature)
        ]

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        super().check_blocks(n, blocks)
        whole_chains(self, n, blocks)

    def line_problems(self, line: Line, model: Model) -> Iterator[tuple[str, str]]:
        """Relaxation times of so few steps that no two samples, or no two stresses, are apart."""
        for temperature in set(line.grid.temperatures or ()) & set(self.ladder):
            steps = self.between * self.relaxation_times[temperature] / model.step(temperature)
            if steps < self.stresses.every:
                yield (
                    "temperatures",
                    f"{temperature:g}: its samples are {steps:.2g} steps of molecular dynamics apart, by "
                    f"relaxation_times and between of {line.group}.protocol in {line.file}, but stresses are taken "
                    f"every {self.stresses.every}; allowed: a longer relaxation time",
                )

    def run(self, here: Here) -> Run:
        """All that follows at one temperature, from the begin of its relaxation."""
        step = here.model.step(here.temperature)
        before, between = spacing_in_steps(here)
        steps = before + between * (here.told["samples_per_chain"] - 1)
        return Run.of(here.model, here.n, steps, step, here.temperature, here.temperature)

    def work(self, here: Here, samples: int, weight: float) -> float:
        chains, settling = samples // here.told["samples_per_chain"], here.told.get("settling", 0.0)
        steps = self.run(here).steps + settling / here.model.step(here.temperature)
        return 1e-6 * here.n * steps * chains * weight

    def tested(self, here: Here, samples: int, weight: float) -> float:
        from glassworks.liquids.equilibrium import BELOW_SAMPLES, COLD

        before, between = spacing_in_steps(here)
        cold = COLD * here.told["relaxation_time"] / here.model.step(here.temperature)
        return 1e-6 * here.n * (cold + before + between * (BELOW_SAMPLES - 1)) * weight
