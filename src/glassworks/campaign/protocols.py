"""How liquids may be prepared: the protocols that a group of `config/papers` chooses from, and what they mean.

What does not fit is refused here, with what is allowed; `glassworks.campaign.config` says in which file.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from glassworks.campaign.paths import MOST_RUNGS, Compression, DirectQuench, Stepwise
from glassworks.campaign.schema import Count, Positive, Schema


class Tempering(Schema):
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


Rungs = TypeVar("Rungs", list[float], dict[float, float])


def _each_rung(key: str, times: Mapping[float, float], rungs: list[float]) -> None:
    """Raises ValueError unless there is a time for each rung, and no other."""
    missing = [f"{t:g}" for t in rungs if t not in times]
    extra = [f"{t:g}" for t in times if t not in rungs]
    if missing:
        raise ValueError(f"{key} lacks the ladder's temperature {', '.join(missing)}")
    if extra:
        allowed = ", ".join(f"{t:g}" for t in rungs)
        raise ValueError(f"{key}: {', '.join(extra)}: not on the ladder; allowed: {allowed}")


def descending(rungs: Rungs) -> Rungs:
    """The temperatures of a ladder, or a number for each; raises ValueError unless they descend and are above zero."""
    for above, below in pairwise(rungs):
        if not 0 < below < above:
            raise ValueError(f"{below:g} after {above:g}: temperatures must descend")
    return rungs


class Swap(Schema):
    """Swap Monte Carlo: a chain walks down a ladder of temperatures and leaves samples at each.

    Attributes:
        ladder: parent temperatures, descending.
        relaxation_sweeps: declared overlap relaxation time at each temperature, in sweeps (N attempted moves).
        before: relaxation times before the first sample at a temperature.
        between: relaxation times between samples, everywhere or at each temperature.
        samples_per_chain: samples that one chain leaves, everywhere or at each temperature.
        swap_fraction: share of attempted moves that exchange two diameters.
    """

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
        _each_rung("relaxation_sweeps", self.relaxation_sweeps, self.ladder)
        for key in ("between", "samples_per_chain"):
            if isinstance(declared := getattr(self, key), dict):
                _each_rung(key, declared, self.ladder)
        if self.tempering:
            warm = [t for t in self.ladder if t > self.tempering.at_or_below]
            if self.tempering.warmest not in warm:
                allowed = ", ".join(f"{t:g}" for t in warm)
                raise ValueError(
                    f"tempering.warmest: {self.tempering.warmest:g}: must be a rung above at_or_below; "
                    f"allowed: {allowed}"
                )
            cold = [t for t in self.ladder if t <= self.tempering.at_or_below]
            _each_rung("tempering.relaxation_sweeps", self.tempering.relaxation_sweeps, cold)
        return self

    def rungs(self, temperature: float) -> list[float]:
        """The ladder from its top down to a temperature, that one included."""
        return self.ladder[: self.ladder.index(temperature) + 1]

    def spacing(self, temperature: float) -> float:
        """Relaxation times between samples at a temperature of the ladder."""
        return self.between[temperature] if isinstance(self.between, dict) else self.between

    def left_by_chain(self, temperature: float) -> int:
        """Samples that one chain leaves at a temperature of the ladder."""
        declared = self.samples_per_chain
        return declared[temperature] if isinstance(declared, dict) else declared


class MolecularDynamics(Schema):
    """Independent samples, each equilibrated by molecular dynamics at one temperature for a given time."""

    kind: Literal["molecular_dynamics"]
    temperature: Positive
    time: Positive
    samples_per_chain: Literal[1] = 1


class Cooling(Schema):
    """Independent samples, equilibrated at `temperature` and cooled at a constant rate (of the scale) to
    `end_temperature`.
    """

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


class Scattering(Schema):
    """What a self-intermediate scattering function is taken of.

    Attributes:
        particles: which to average over.
        wave_number: q, in 1/λ.
        cage: particles closer than this many λ_ij make up each other's cage.
    """

    particles: Literal["all", "small", "large"] = "all"
    wave_number: Positive
    cage: Positive


class Relaxation(Schema):
    """Liquids in equilibrium: independent chains of molecular dynamics walk down a ladder of temperatures, relax at
    each, and are then watched for scattering functions and displacements in time.

    Attributes:
        relaxation_times: declared τ_α at each temperature of the ladder, in λ (m/ε)^½, descending in temperature; all
            that follows counts in it.
        before: relaxation times before watching begins.
        parts, span: how many parts it is watched for, and how long each is.
        longest: longest time between two frames that are compared, shorter than a part.
        origins: origins of time in a part.
        views: what F_s is taken of; the first one is compared with the paper, the others show what else it could mean.
    """

    kind: Literal["relaxation"]
    relaxation_times: Annotated[dict[float, Positive], Field(min_length=1, max_length=MOST_RUNGS)]
    before: Positive = 10.0
    parts: Annotated[int, Field(ge=2)] = 4
    span: Positive = 6.0
    longest: Positive = 4.0
    origins: Count = 4
    views: Annotated[list[Scattering], Field(min_length=1)]
    samples_per_chain: Literal[1] = 1

    @field_validator("relaxation_times")
    @classmethod
    def rungs_descend(cls, times: dict[float, float]) -> dict[float, float]:
        return descending(times)

    @model_validator(mode="after")
    def fitting(self) -> Relaxation:
        if self.longest >= self.span:
            raise ValueError(
                f"longest: {self.longest:g}: is no shorter than the part of the trajectory that it belongs to; "
                f"allowed: below span, {self.span:g}"
            )
        if self.before < LEAST_RELAXED:
            raise ValueError(
                f"before: {self.before:g}: a liquid is in no equilibrium so soon; allowed: {LEAST_RELAXED:g} or more"
            )
        return self

    @property
    def ladder(self) -> list[float]:
        """The temperatures, descending."""
        return list(self.relaxation_times)

    def rungs(self, temperature: float) -> list[float]:
        """The ladder from its top down to a temperature, that one included."""
        return self.ladder[: self.ladder.index(temperature) + 1]


LEAST_RELAXED = 3.0
"""Relaxation times, at least, before a liquid that comes from the next higher temperature is watched."""


Protocol = Annotated[
    Swap | MolecularDynamics | Cooling | Relaxation | Stepwise | DirectQuench | Compression,
    Field(discriminator="kind"),
]
TAGS = {
    "swap": "swap",
    "molecular_dynamics": "md",
    "cooling": "cooling",
    "relaxation": "relax",
    "stepwise": "step",
    "direct": "direct",
    "compression": "press",
}
"""How a protocol is called in ensemble names and tables."""
CHOICES = {
    "swap": ("temperatures",),
    "cooling": ("rates",),
    "relaxation": ("temperatures",),
    "stepwise": ("rates", "temperatures"),
    "direct": ("temperatures", "times"),
    "compression": ("rates", "packing_fractions"),
}
"""What the lines of a scale choose for a protocol; the first must be given, without a second there are all."""
STEP_TABLES = (
    "frames", "forces", "stress", "network", "clusters", "fluctuations", "particles", "maps", "inherent",
)  # fmt: skip
"""What is measured along trajectories: tables beside their liquids."""
RELAXATION_TABLES = ("relaxation",)
"""What is measured on a liquid in equilibrium."""
LIQUID_STAGES = {"stepwise": "step", "direct": "step", "compression": "step", "relaxation": "relax"}
"""The stage that prepares the liquids of a protocol; `equilibrate` for all others."""
