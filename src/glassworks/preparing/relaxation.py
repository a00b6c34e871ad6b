"""A liquid in equilibrium at one temperature of its ladder, watched while it relaxes."""

from __future__ import annotations

import numpy as np

from glassworks import liquids
from glassworks.dynamics.relaxation import COLUMNS as WATCHED
from glassworks.dynamics.relaxation import View, Watch, watch_liquid
from glassworks.liquids.onlooker import NOBODY
from glassworks.models import Model
from glassworks.preparing._chains import OK, Chain, Means, Start, failed
from glassworks.preparing._crystals import crystal_status
from glassworks.protocols import Here

COLUMNS = {"relaxation": WATCHED}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """The state at the end, and what was seen; a chain that fails or crystallizes is named in its status, and is not
    run at lower temperatures."""
    if start.above:
        state = start.above[-1][-1]
    else:
        random = liquids.initial_configuration(here.model, here.n, means.rng)
        state = liquids.start_dynamics(here.model, random, here.temperature, means.rng)
    if start.status != OK:
        return failed([state], start.status)
    watched = means.onlooker is not NOBODY  # it was seen when it was prepared
    views = [] if watched else [View(**view) for view in here.told["views"]]
    try:
        record = watch_liquid(here.model, state, here.temperature, watch(here), views, means.memory, means.onlooker)
    except ArithmeticError as error:
        return failed([state], error)
    row = {"energy": record.energy, "pressure": record.pressure}
    return Chain([record.state], [row], {"relaxation": record.rows}, crystal_status(record.hexatic))


def watch(here: Here) -> Watch:
    """When a chain is watched."""
    told = here.told
    unit = told["relaxation_time"] / here.model.step(here.temperature)
    before, span, longest = (max(1, round(told[name] * unit)) for name in ("before", "span", "longest"))
    return Watch(before, told["parts"], span, longest, told["origins"])


def tiny(model: Model, rng: np.random.Generator) -> None:
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    start = liquids.start_dynamics(model, state, 1e-3, rng)
    watch_liquid(model, start, 1e-3, Watch(2, 2, 4, 2, 2), [View("all", 6.0, 1.5)])
