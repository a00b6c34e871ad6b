"""Random points, which nothing has pushed apart: a liquid at infinite temperature."""

from __future__ import annotations

import numpy as np

from glassworks.configurations import Box, Configuration, force_state
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Start
from glassworks.protocols import Here

COLUMNS: dict[str, tuple[str, ...]] = {}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """One configuration."""
    found = scattered(here.model, here.n, means.rng)
    state = force_state(here.model.interaction, found)
    return Chain([found], [{"energy": state.energy / here.n, "pressure": state.pressure}])


def scattered(model: Model, n: int, rng: np.random.Generator) -> Configuration:
    """N particles anywhere in the box, sizes shuffled."""
    box = Box.of(model, n)
    return Configuration(rng.random((n, box.dimension)) @ box.vectors.T, rng.permutation(model.diameters(n)), box)


def tiny(model: Model, rng: np.random.Generator) -> None:
    scattered(model, max(model.smallest_system(), 64), rng)
