"""Liquids in equilibrium: chains of molecular dynamics walk down a ladder of temperatures and are watched at each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from glassworks.models.strict import Count, Positive, Strict
from glassworks.observables import Column
from glassworks.protocols._ladders import MOST_RUNGS, Descending, descending
from glassworks.protocols._protocol import RANDOM, Blocks, Here, Rung, number
from glassworks.protocols._trajectories import look
from glassworks.watching import Run

LEAST_RELAXED = 3.0
"""Relaxation times, at least, before a liquid that comes from the next higher temperature is watched."""
LAGS = 45
"""A liquid in equilibrium is looked at about so many times for each origin of time."""
WATCHED = {
    "view": Column(
        "1", "number of what F_s is taken of: particles, wave number and cage; 0 is compared with the paper", whole=True
    ),
    "particles": Column("", "which particles F_s and displacements are averaged over: all, small or large", words=True),
    "wave_number": Column("1/λ", "q of F_s(q, t)"),
    "cage": Column("1", "particles closer than this many λ_ij at the origin of time make up each other's cage"),
    "waited": Column("λ(m/ε)^½", "time that the liquid has had at its temperature before it is watched"),
    "stretch": Column("1", "part of the chain's time, relaxation times apart from the next", whole=True),
    "time": Column("λ(m/ε)^½", "lag t"),
    "origins": Column("1", "origins of time behind the row"),
    "scattering": Column("1", "F_s(q, t) = ⟨e^{iq·Δr}⟩, averaged over the directions of q"),
    "cage_scattering": Column("1", "the same of displacements relative to the mean one of a particle's neighbors"),
    "squared": Column("λ²", "mean squared displacement"),
    "cage_squared": Column("λ²", "the same of displacements relative to the mean one of a particle's neighbors"),
}
"""Columns of what is seen, a row for each view, part and lag."""


class Scattering(Strict):
    """What a self-intermediate scattering function is taken of.

    Attributes:
        particles: which to average over.
        wave_number: q, in 1/λ.
        cage: particles closer than this many λ_ij make up each other's cage.
    """

    particles: Literal["all", "small", "large"] = "all"
    wave_number: Positive
    cage: Positive


class Relaxation(Descending):
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

    tag: ClassVar[str] = "relax"
    stage: ClassVar[str] = "relax"
    law: ClassVar[str] = "relax"
    tables: ClassVar[Mapping[str, Mapping[str, Column]]] = {"relaxation": WATCHED}
    goes_on: ClassVar[bool] = True
    untested: ClassVar[str] = "liquids that are watched are tested by what is seen"
    rows: ClassVar[int] = 600

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

    def path(self, n: int, temperature: float) -> list[Rung]:
        shared = self.model_dump(mode="json", exclude={"samples_per_chain", "relaxation_times"})
        return [
            Rung(
                here,
                f"relax_T{number(here, 'g')}",
                {**shared, "temperature": here, "relaxation_time": self.relaxation_times[here], "start": RANDOM},
                here,
                waited=self.before * self.relaxation_times[here],
            )
            for here in self.rungs(temperature)
        ]

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        super().check_blocks(n, blocks)
        steps = sorted(blocks.items(), reverse=True) if isinstance(blocks, dict) else []
        for (_, warm), (temperature, cold) in pairwise(steps):
            if warm % cold:
                raise ValueError(f"block_samples.{n}.{temperature:g}: {cold}: must divide the warmer block, {warm}")

    def run(self, here: Here) -> Run:
        """All that follows at one temperature, from the begin of its relaxation."""
        told, step, t = here.told, here.model.step(here.temperature), here.temperature
        before, span = (max(1, round(told[name] * told["relaxation_time"] / step)) for name in ("before", "span"))
        return Run.of(here.model, here.n, before + told["parts"] * span, step, t, t)

    def work(self, here: Here, samples: int, weight: float) -> float:
        told = here.told
        times = told["before"] + told["parts"] * told["span"]
        steps = times * told["relaxation_time"] / here.model.step(here.temperature)
        looking = told["parts"] * told["origins"] * LAGS * look(here.n)
        return 1e-6 * (here.n * steps + looking) * samples * weight
