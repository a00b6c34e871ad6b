"""A liquid at one temperature: it is given time to relax, and then watched for several times as long.

Watching goes in parts, one after the other, from whose origins no lag reaches into the next: parts that lie relaxation
times apart count as independent, and an aging liquid relaxes slower in the last than in the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np

from glassworks.configurations import Configuration
from glassworks.dynamics.correlators import TwoTimes, logarithmic_steps
from glassworks.dynamics.hexatic import hexatic_order
from glassworks.dynamics.states import revived
from glassworks.liquids.dynamics import DynamicsState, run_dynamics
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models.specification import Model

COLUMNS = (
    "view", "particles", "wave_number", "cage", "waited", "stretch", "time", "origins", "scattering", "cage_scattering",
    "squared", "cage_squared",
)  # fmt: skip
"""Columns of what is measured, a row for each view, part and lag."""
PAUSES = 20
"""How often a state is offered to the memory before watching begins."""


@dataclass(frozen=True)
class Watch:
    """When a liquid is watched, in steps of molecular dynamics.

    Attributes:
        before: steps that it relaxes for.
        parts: how many parts follow.
        span: length of a part.
        longest: longest lag, below `span`.
        origins: origins of time in a part, evenly spaced.
        per_decade: lags a decade.

    Raises:
        ValueError: a lag that is longer than its part, or nothing to watch.
    """

    before: int
    parts: int
    span: int
    longest: int
    origins: int
    per_decade: int = 10

    def __post_init__(self):
        if min(self.parts, self.origins, self.longest) < 1 or self.before < 0:
            raise ValueError(f"nothing to watch: {self}")
        if self.longest + self.origins > self.span:
            raise ValueError(f"a part of {self.span} steps must hold {self.origins} origins and the lag {self.longest}")

    @property
    def lags(self) -> np.ndarray:
        return logarithmic_steps(self.longest, self.per_decade)

    def origins_of(self, part: int) -> np.ndarray:
        """The origins of a part; the last one leaves room for the longest lag."""
        inside = np.linspace(0, self.span - self.longest, self.origins) if self.origins > 1 else np.zeros(1)
        return self.before + part * self.span + np.rint(inside).astype(np.int64)

    @property
    def end(self) -> int:
        return self.before + self.parts * self.span


@dataclass(frozen=True)
class View:
    """What F_s is taken of.

    Attributes:
        particles: which to average over: `all`, `small` (diameters below their mean) or `large`.
        wave_number: q, in 1/λ.
        cage: particles closer than this many λ_ij at an origin make up each other's cage.
    """

    particles: str
    wave_number: float
    cage: float

    def chosen(self, diameters: np.ndarray) -> np.ndarray | None:
        """The particles, (N,) bool; None for all."""
        small = diameters < diameters.mean()
        return {"all": None, "small": small, "large": ~small}[self.particles]


@dataclass(frozen=True)
class RelaxationRecord:
    """A liquid after it was watched.

    Attributes:
        state: to go on from, its neighbors made where it is: :func:`revived` gives the same bits.
        energy, pressure: means over the frames of all parts (energy a particle, pressure with its kinetic part).
        hexatic: mean |ψ_6| at the end; NaN but in two dimensions.
        rows: rows of :data:`COLUMNS`.
    """

    state: DynamicsState
    energy: float
    pressure: float
    hexatic: float
    rows: list[dict]


@dataclass
class Seen:
    """What has been measured so far: correlators by number of the view and part, energies and pressures."""

    correlators: dict[tuple[int, int], TwoTimes]
    observed: list[tuple[float, float]]

    def take(self, at: int, configuration: Configuration) -> None:
        for each in self.correlators.values():
            if each.wants(at):
                each.add(at, configuration)


def watch_liquid(
    model: Model,
    state: DynamicsState,
    temperature: float,
    watch: Watch,
    views: Sequence[View],
    memory: Memory = NOTHING,
    onlooker: Onlooker = NOBODY,
) -> RelaxationRecord:
    """Go on from a state at a constant temperature, and measure F_s and displacements, bare and cage-relative.

    Args:
        views: what F_s is taken of; displacements are squared over the same particles. Without any the liquid only
            goes on, to the same end.
        memory: offered the state at every look.
        onlooker: sees all of it, from the begin of its relaxation.

    Raises:
        FloatingPointError: see :func:`glassworks.liquids.dynamics.run_dynamics`.
    """
    done, state, seen = memory.recall() or (0, replace(state, steps=0), _unseen(model, state, watch, views))
    scheduled = {int(at) for each in seen.correlators.values() for at in each.schedule}
    looks = [0, *sorted({*range(1, watch.before, watch.before // PAUSES + 1), *scheduled, watch.end} - {0})]
    step = model.step(temperature)
    onlooker.begin(watch.end, step, temperature, temperature)
    for number in range(done, len(looks)):
        steps = looks[number] - looks[max(number - 1, 0)]
        if steps:
            state, trace = run_dynamics(model, state, steps, temperature, every=steps, onlooker=onlooker)
            if looks[number] > watch.before:
                seen.observed.append((float(trace.energy[-1]), float(trace.pressure[-1])))
        seen.take(looks[number], state.configuration)
        memory.offer(partial(tuple, (number + 1, state, seen)))
    energy, pressure = np.mean(seen.observed, axis=0)
    waited = watch.before * step
    rows = [
        {"view": number, **asdict(views[number]), "waited": waited, "stretch": part, **row}
        for (number, part), each in seen.correlators.items()
        for row in _rows(each, step)
    ]
    end = revived(state.configuration, state.velocities, state.forces, state.bath, state.masses)
    hexatic = hexatic_order(end.configuration).local if model.dimension == 2 else np.nan
    return RelaxationRecord(end, float(energy), float(pressure), hexatic, rows)


def _unseen(model: Model, state: DynamicsState, watch: Watch, views: Sequence[View]) -> Seen:
    correlators = {
        (number, part): TwoTimes(
            model.interaction, view.wave_number, watch.lags, watch.origins_of(part), view.cage,
            view.chosen(state.diameters),
        )
        for number, view in enumerate(views)
        for part in range(watch.parts)
    }  # fmt: skip
    return Seen(correlators, [])


def _rows(correlator: TwoTimes, step: float) -> list[dict]:
    table = correlator.table()
    names = ("origins", "scattering", "cage_scattering", "squared", "cage_squared")
    columns = zip(*(getattr(table, name).tolist() for name in names), strict=True)
    return [
        {"time": lag * step, **dict(zip(names, row, strict=True))}
        for lag, row in zip(table.lags.tolist(), columns, strict=True)
    ]
