"""Independent samples, equilibrated hot by molecular dynamics and cooled at a constant rate."""

from __future__ import annotations

import numpy as np

from glassworks import liquids
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Start, failed
from glassworks.preparing.molecular_dynamics import equilibrated, mean_row
from glassworks.protocols import Here

COLUMNS: dict[str, tuple[str, ...]] = {}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """One sample; one that fails is kept as its start, with the reason."""
    told = here.told
    first = hot = liquids.initial_configuration(here.model, here.n, means.rng)
    ends = told["temperature"], told["end_temperature"]
    try:
        if not means.memory.recall():
            hot = equilibrated(here.model, first, ends[0], told["equilibration_time"], means.rng).configuration
        record = liquids.cool(
            here.model, hot, *ends, told["rate"], means.rng, memory=means.memory, onlooker=means.onlooker
        )
    except ArithmeticError as error:
        return failed([first], error)
    return Chain([record.configuration], [mean_row(record)])


def tiny(model: Model, rng: np.random.Generator) -> None:
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    state = liquids.equilibrate_dynamics(model, state, 1.0, 500 * model.step(1.0), rng).configuration
    liquids.cool(model, state, 1.0, 0.9, 1.0, rng)
