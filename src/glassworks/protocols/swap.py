"""Swap Monte Carlo: a chain walks down a ladder of temperatures and leaves samples at each."""

from __future__ import annotations

from collections.abc import Iterator
from math import log, sqrt
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from glassworks.models import Model
from glassworks.models.strict import Count, Positive, Strict
from glassworks.protocols._ladders import MOST_RUNGS, Descending, descending, each_rung, whole_chains
from glassworks.protocols._protocol import RANDOM, Blocks, Here, Line, Rung, number

MOST_REPLICAS = 1000
"""Temperatures of parallel tempering, which one job holds in memory."""


class Tempering(Strict):
    """Parallel tempering at and below a temperature, where single chains no longer relax.

    Attributes:
        at_or_below: parent temperatures made this way.
        relaxation_sweeps: declared relaxation time of a replica at each of these temperatures, in its sweeps.
        largest: particles of the largest system made this way; larger ones cost less by plain chains, because the
            rungs grow with the square root of the particles, and the time of a round trip with the rungs' square.
        warmest: the rung, still relaxing by itself, from which replicas reach down to the parent temperature.
        exchange_sweeps: sweeps between two attempts to exchange neighbors.
        exchange_rate: how often neighboring replicas are to exchange; sets how many stand between two rungs.
        heat_capacity: dU/dT of the liquid per particle (k_B), from which that number follows.
    """

    at_or_below: Positive
    relaxation_sweeps: dict[float, Positive]
    largest: Count | None = None
    warmest: Positive
    exchange_sweeps: Count = 200
    exchange_rate: Annotated[float, Field(gt=0.01, lt=0.9)] = 0.25
    heat_capacity: Positive


class Swap(Descending):
    """Swap Monte Carlo.

    Attributes:
        ladder: parent temperatures, descending.
        relaxation_sweeps: declared overlap relaxation time at each temperature, in sweeps (N attempted moves).
        before: relaxation times before the first sample at a temperature.
        between: relaxation times between samples, everywhere or at each temperature.
        samples_per_chain: samples that one chain leaves, everywhere or at each temperature.
        swap_fraction: share of attempted moves that exchange two diameters.
    """

    tag: ClassVar[str] = "swap"
    law: ClassVar[str] = "equilibrate_swap"
    dynamics: ClassVar[bool] = False
    ladder_times: ClassVar[str] = "relaxation_sweeps"

    kind: Literal["swap"]
    ladder: Annotated[list[Positive], Field(min_length=1, max_length=MOST_RUNGS)]
    relaxation_sweeps: dict[float, Positive]
    before: Positive = 5.0
    between: Positive | dict[float, Positive] = 2.0
    samples_per_chain: Count | dict[float, Count]
    swap_fraction: Annotated[float, Field(ge=0, lt=1)] = 0.2
    tempering: Tempering | None = None

    @field_validator("ladder")
    @classmethod
    def rungs_descend(cls, ladder: list[float]) -> list[float]:
        return descending(ladder)

    @model_validator(mode="after")
    def declared(self) -> Swap:
        each_rung("relaxation_sweeps", self.relaxation_sweeps, self.ladder)
        for key in ("between", "samples_per_chain"):
            if isinstance(declared := getattr(self, key), dict):
                each_rung(key, declared, self.ladder)
        if self.tempering:
            warm = [t for t in self.ladder if t > self.tempering.at_or_below]
            if self.tempering.warmest not in warm:
                allowed = ", ".join(f"{t:g}" for t in warm)
                raise ValueError(
                    f"tempering.warmest: {self.tempering.warmest:g}: must be a rung above at_or_below; "
                    f"allowed: {allowed}"
                )
            cold = [t for t in self.ladder if t <= self.tempering.at_or_below]
            each_rung("tempering.relaxation_sweeps", self.tempering.relaxation_sweeps, cold)
        return self

    def spacing(self, temperature: float) -> float:
        """Relaxation times between samples at a temperature of the ladder."""
        return self.between[temperature] if isinstance(self.between, dict) else self.between

    def left_by_chain(self, temperature: float) -> int:
        declared = self.samples_per_chain
        return declared[temperature] if isinstance(declared, dict) else declared

    def path(self, n: int, temperature: float) -> list[Rung]:
        return [self._rung(n, here) for here in self.rungs(temperature)]

    def _rung(self, n: int, temperature: float) -> Rung:
        consumed = {
            "kind": "swap",
            "temperature": temperature,
            "relaxation_sweeps": self.relaxation_sweeps[temperature],
            "before": self.before,
            "between": self.spacing(temperature),
            "samples_per_chain": self.left_by_chain(temperature),
            "swap_fraction": self.swap_fraction,
            "start": RANDOM,
        }
        reads = 1
        if self._is_tempered(n, temperature):
            consumed["relaxation_sweeps"] = self.tempering.relaxation_sweeps[temperature]
            consumed["tempering"] = self._replicas(n, temperature)
            reads = consumed["tempering"]["rungs"]
        return Rung(temperature, f"swap_T{number(temperature, '.3f')}", consumed, temperature, reads=reads)

    def _is_tempered(self, n: int, temperature: float) -> bool:
        tempering = self.tempering
        return bool(tempering) and temperature <= tempering.at_or_below and n <= (tempering.largest or n)

    def _replicas(self, n: int, temperature: float) -> dict:
        from glassworks.liquids.tempering import filled_ladder  # loads kernels, which most jobs do without

        tempering, rungs = self.tempering, self.rungs(temperature)
        replicas = rungs[rungs.index(tempering.warmest) :]
        return {
            "rungs": len(replicas) - 1,
            "temperatures": filled_ladder(replicas, n, tempering.heat_capacity, tempering.exchange_rate),
            "exchange_sweeps": tempering.exchange_sweeps,
        }

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        super().check_blocks(n, blocks)
        whole_chains(self, n, blocks)

    def line_problems(self, line: Line, model: Model) -> Iterator[tuple[str, str]]:
        """A ladder of replicas that is too long; its rungs are about √(N c/2) ln(warmest/coldest)."""
        tempering, n = self.tempering, line.grid.n
        if tempering is None or n > (tempering.largest or n):
            return
        replicas = sqrt(0.5 * n * tempering.heat_capacity) * log(tempering.warmest / self.ladder[-1])
        if replicas > MOST_REPLICAS:
            yield (
                "n",
                (
                    f"{n}: parallel tempering would take about {replicas:.2g} replicas with the heat_capacity, "
                    f"{tempering.heat_capacity:g}, of {line.group}.protocol.tempering in {line.file}; "
                    f"allowed: up to {MOST_REPLICAS}"
                ),
            )

    def work(self, here: Here, samples: int, weight: float) -> float:
        """Attempted moves; replicas of parallel tempering count."""
        told = here.told
        times = told["before"] + told["between"] * (told["samples_per_chain"] - 1)
        chains = samples // told["samples_per_chain"]
        return 1e-6 * here.n * told["relaxation_sweeps"] * times * chains * _replicas(here)

    def tested(self, here: Here, samples: int, weight: float) -> float:
        from glassworks.liquids.equilibrium import BELOW_SAMPLES, COLD

        told = here.told
        times = COLD + (told["before"] + told["between"] * (BELOW_SAMPLES - 1)) * _replicas(here)
        return 1e-6 * here.n * told["relaxation_sweeps"] * times


def _replicas(here: Here) -> int:
    return len(here.told["tempering"]["temperatures"]) if "tempering" in here.told else 1
