"""One rung of a path (cooled stepwise, quenched at once, or compressed): a trajectory goes on from the rung above, and
is measured on the way.
"""

from __future__ import annotations

import numpy as np

from glassworks import liquids
from glassworks.configurations import Box
from glassworks.dynamics.states import brought_to, compressed
from glassworks.liquids import DynamicsState
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models import Model
from glassworks.models.strict import Strict
from glassworks.preparing._chains import OK, Chain, Means, Start, failed
from glassworks.preparing._crystals import crystal_status
from glassworks.protocols import Here
from glassworks.trajectories import Schedule, run_step
from glassworks.watching import (
    clusters,
    fluctuations,
    forces,
    frames,
    inherent,
    load,
    maps,
    network,
    particles,
    stress,
)
from glassworks.watching._audience import Audience

COLUMNS: dict[str, tuple[str, ...]] = {
    "frames": ("before", "length", "energy", "pressure", "kinetic_temperature", "hexatic", "remaining"),
    "forces": ("inner", "outer", "count"),
    "stress": ("state", "inner", "outer", "pairs", "ideal", "fixed", "turned", "square_fixed", "square_turned"),
    "network": ("links", "sampling", "fraction", "tied", "spans", "wraps", "largest", "largest_inside", "mean_size"),
    "clusters": ("smallest", "clusters", "logarithms", "whole", "whole_logarithms", "radii", "radii_squared"),
    "fluctuations": (
        "window", "frames", "shear", "shear_born", "shear_kinetic", "shear_fluctuation", "shear_initial",
    ),
    "particles": ("x", "y", "diameter", "part"),
    "maps": ("x", "y", "product", "square_fixed"),
    "inherent": (
        "energy", "pressure", "residual", "iterations", "shear", "shear_born", "shear_nonaffine", "rattlers",
    ),
}  # fmt: skip
"""The columns of what is measured along a step, by table, beside `sample` and `status`: what watchers have."""
MAPPED = 25
"""Trajectories whose stress correlations are kept as maps, which are a picture; curves are measured on all."""


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """The state at the end of a trajectory's rung, and what was measured; one that fails or crystallizes is kept as it
    is then, named in its status, and is not run on below."""
    state = begun(here, start, means.rng)
    if start.status != OK:
        return failed([state], start.status)
    watched = means.onlooker is not NOBODY  # it was measured when it was prepared
    audience = Audience(here.model, here.n, {} if watched else measured(here, means.index), strict=True)
    try:
        record = run_step(
            here.model, state, here.temperature, schedule(here, means.index), means.memory, audience, means.rng,
            means.onlooker,
        )  # fmt: skip
        found = {} if watched else tables(here, record.measuring)
    except ArithmeticError as error:
        return failed([state], error)
    row = {"energy": record.energy, "pressure": record.pressure}
    return Chain([record.state], [row], found, crystal_status(record.hexatic))


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


def measured(here: Here, index: int) -> dict[str, tuple[str, Strict]]:
    """What looks at a trajectory, of what there is in its space: pictures are of the first trajectories."""
    told = here.told
    window = {name: told[name] for name in ("every", "window")}
    few = {name: told[name] for name in ("apart", "snapshots")}
    found = {
        "frames": frames.Parameters(**few),
        "forces": forces.Parameters(**few),
        "stress": stress.Parameters(**few, inherent="still" in told),
        "network": network.Parameters(**window, **few),
        "clusters": clusters.Parameters(**window),
        "fluctuations": fluctuations.Parameters(**window),
    }
    if "still" in told:
        found |= {"particles": particles.Parameters(**window)} if index < 1 else {}
        found |= {"maps": maps.Parameters(**few)} if index < MAPPED else {}
        found |= {"inherent": inherent.Parameters()}
    return {name: (name, chosen) for name, chosen in found.items() if _works(name, here.model)}


def _works(name: str, model: Model) -> bool:
    return model.dimension in load(name).dimensions


def tables(here: Here, audience: Onlooker) -> dict[str, list[dict]]:
    """The rows of each table of a trajectory; one that says why, where there is no picture."""
    none = "no picture of this trajectory" if "still" in here.told else "no still of this step"
    return {
        name: audience.found(name)[0] if name in audience.chosen else [{"status": none}]
        for name in COLUMNS
        if _works(name, here.model)
    }


def tiny(model: Model, rng: np.random.Generator) -> None:
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    step = model.step(1e-3)
    told = {"every": step, "window": 4 * step, "apart": 2 * step, "snapshots": 2}
    here = Here(model, len(state), 1e-3, told)
    audience = Audience(model, len(state), measured(here, 0), strict=True)
    start = liquids.start_dynamics(model, state, 1e-3, rng)
    tables(here, run_step(model, start, 1e-3, Schedule(4, 1, 4, 2, 2), measuring=audience).measuring)
