"""Configurations from files, as they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from glassworks.configurations import force_state
from glassworks.exchange.taking import taken
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Start
from glassworks.preparing.random import scattered
from glassworks.protocols import Here, samples_of

COLUMNS: dict[str, tuple[str, ...]] = {}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """One configuration.

    Raises:
        ValueError: the file is not what it was when the campaign was planned, or cannot be one of the model.
    """
    told = here.told
    name, frame = samples_of(sorted(told["files"]), told["frames"] == "all", told.get("form"))[means.index]
    if hashlib.sha256(Path(name).read_bytes()).hexdigest() != told["files"][name]:
        raise ValueError(f"{name}: has changed since the campaign was planned; allowed: the file as it was")
    found = taken(here.model, here.n, name, frame, told)
    state = force_state(here.model.interaction, found)
    return Chain([found], [{"energy": state.energy / here.n, "pressure": state.pressure}])


def tiny(model: Model, rng: np.random.Generator) -> None:
    here = scattered(model, max(model.smallest_system(), 64), rng)
    force_state(model.interaction, here)
