"""One rung of a path (cooled stepwise, quenched at once, or compressed): a trajectory goes on from the rung above, and
is measured on the way.
"""

from __future__ import annotations

import numpy as np

from glassworks import liquids
from glassworks.configurations import Box
from glassworks.dynamics.states import brought_to, compressed
from glassworks.liquids import DynamicsState
from glassworks.models import Model
from glassworks.preparing._chains import OK, Chain, Means, Start, failed
from glassworks.preparing._crystals import crystal_status
from glassworks.protocols import Here
from glassworks.stills import Still
from glassworks.trajectories import TABLES, Schedule, run_step

COLUMNS = TABLES
MAPPED = 25
"""Trajectories whose stress correlations are kept as maps, which are a picture; curves are measured on all."""


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """The state at the end of a trajectory's rung, and what was measured; one that fails or crystallizes is kept as it
    is then, named in its status, and is not run on below."""
    state = begun(here, start, means.rng)
    if start.status != OK:
        return failed([state], start.status)
    try:
        record = run_step(
            here.model, state, here.temperature, schedule(here, means.index), means.memory, still(here, means.index),
            means.rng, means.onlooker,
        )  # fmt: skip
    except ArithmeticError as error:
        return failed([state], error)
    row = {"energy": record.energy, "pressure": record.pressure}
    return Chain([record.state], [row], record.tables, crystal_status(record.hexatic))


def begun(here: Here, start: Start, rng: np.random.Generator) -> DynamicsState:
    """The state of the rung above as it begins here: in the box of this density, and, where the path says so, brought
    at once to this temperature; at the top where the trajectory before ended, or from random points."""
    if start.above:
        state = start.above[-1][-1]
    elif start.before is not None:
        state = start.before
    else:
        random = liquids.initial_configuration(here.model, here.n, rng)
        state = liquids.start_dynamics(here.model, random, here.temperature, rng)
    if state.box != Box.of(here.model, here.n):
        state = compressed(here.model, state)
    return brought_to(state, here.temperature) if "rescaled" in here.told else state


def schedule(here: Here, index: int) -> Schedule:
    """When a trajectory is looked at."""
    step, told = here.model.step(here.temperature), here.told
    together = not here.above and index % told.get("starts", 1) > 0  # goes on from the one before
    duration = told["between" if together else "duration"]
    times = (duration, told["every"], told["window"], told["apart"])
    return Schedule(*(round(time / step) for time in times), told["snapshots"], round(told.get("redraw", 0) / step))


def still(here: Here, index: int) -> Still | None:
    """What the end of a trajectory's step is looked at for more closely: pictures are of the first trajectories."""
    return Still(particles=index < 1, maps=index < MAPPED) if "still" in here.told else None


def tiny(model: Model, rng: np.random.Generator) -> None:
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    run_step(model, liquids.start_dynamics(model, state, 1e-3, rng), 1e-3, Schedule(4, 1, 4, 2, 2))
