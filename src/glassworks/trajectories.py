"""One step of a stepwise cooling: molecular dynamics at one temperature, and when it is looked at.

A step ends with a window in which frames are taken at equal times; its snapshots are some of these frames, the last one
at the end (Tong, Sengupta & Tanaka, Nat. Commun. 2020, Methods). Stresses are sampled over the whole step too, more
sparsely, because a modulus from fluctuations depends on the time that they are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from glassworks.dynamics.hexatic import hexatic_order
from glassworks.dynamics.states import redrawn, revived
from glassworks.liquids.dynamics import DynamicsState, run_dynamics
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models.specification import Model

WHOLE_FRAMES = 200
"""About how many frames sample the stresses of a whole step."""


@dataclass(frozen=True)
class Schedule:
    """When a step is looked at, in steps of molecular dynamics.

    Attributes:
        steps: length of the step.
        every: between the frames of the window.
        window: length of the window, a multiple of `every`, at most `steps`.
        apart: between snapshots, a multiple of `every`.
        snapshots: how many, all inside the window.
        redraw: between two instants at which velocities are drawn anew, at the next look; 0 for never.

    Raises:
        ValueError: lengths that do not fit into one another.
    """

    steps: int
    every: int
    window: int
    apart: int
    snapshots: int
    redraw: int = 0

    def __post_init__(self):
        if self.every < 1 or self.window % self.every or self.apart % self.every or self.apart < 1:
            raise ValueError(f"window {self.window} and apart {self.apart} must be multiples of every {self.every}")
        if not (self.snapshots - 1) * self.apart < self.window <= self.steps:
            raise ValueError(f"a step of {self.steps} and its window of {self.window} must hold the snapshots")

    @property
    def stride(self) -> int:
        """Steps between the frames that sample the stresses of the whole step."""
        return max(1, self.steps // (WHOLE_FRAMES * self.every)) * self.every

    @property
    def looks(self) -> list[int]:
        """Steps at which anything is measured, ascending."""
        window = range(self.steps, self.steps - self.window, -self.every)
        return sorted({*window, *range(self.steps, 0, -self.stride)})

    def redrawn(self, before: int, at: int) -> bool:
        """Whether velocities are drawn anew at a look, the one before which was at `before`."""
        return self.redraw > 0 and before // self.redraw < at // self.redraw and at < self.steps

    def snapshot(self, at: int) -> bool:
        """Whether a look is a snapshot."""
        return (self.steps - at) % self.apart == 0 and self.steps - at < self.snapshots * self.apart


@dataclass(frozen=True)
class StepRecord:
    """The end of a step.

    Attributes:
        state: to go on from, wrapped into the box and its neighbors made there: :func:`revived` gives the same bits.
        energy, pressure: means over the snapshots (energy a particle, pressure with its kinetic part).
        hexatic: mean |ψ_6| at the end; NaN but in two dimensions.
        measuring: what has looked at the step.
    """

    state: DynamicsState
    energy: float
    pressure: float
    hexatic: float
    measuring: Onlooker


def run_step(
    model: Model,
    state: DynamicsState,
    temperature: float,
    schedule: Schedule,
    memory: Memory = NOTHING,
    measuring: Onlooker = NOBODY,
    rng: np.random.Generator | None = None,
    onlooker: Onlooker = NOBODY,
) -> StepRecord:
    """Go on from a state at a constant temperature, and measure on the way.

    Args:
        memory: offered the state at every look.
        measuring: sees the looks of the schedule that it wants, with what the run has found of them.
        rng: for the velocities, where the schedule draws any.
        onlooker: sees the step; where velocities are drawn anew, those before.

    Raises:
        FloatingPointError: see :func:`glassworks.liquids.dynamics.run_dynamics`.
    """
    begin = (0, replace(state, steps=0), measuring, [], rng)
    at, state, measuring, snapshots, rng = memory.recall() or begin
    for each in (measuring, onlooker):
        each.begin(schedule.steps, model.step(temperature), temperature, temperature)
    for look in schedule.looks:
        if look > at:
            state, trace = run_dynamics(model, state, look - at, temperature, every=look - at, onlooker=onlooker)
            observed = {
                "energy": float(trace.energy[-1]),
                "pressure": float(trace.pressure[-1]),
                "kinetic_temperature": float(trace.temperature[-1]),
            }
            if measuring.next == look:
                measuring.take(state, observed)
            if schedule.snapshot(look):
                snapshots.append((observed["energy"], observed["pressure"]))
            if schedule.redrawn(at, look):
                state = redrawn(state, temperature, rng)
            at = look
            memory.offer(partial(tuple, (at, state, measuring, snapshots, rng)))
    energy, pressure = (float(np.mean(each)) for each in zip(*snapshots, strict=True))
    hexatic = hexatic_order(state.configuration).local if model.dimension == 2 else np.nan
    end = revived(state.configuration, state.velocities, state.forces, state.bath, state.masses)
    return StepRecord(end, energy, pressure, hexatic, measuring)
