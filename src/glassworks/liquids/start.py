"""Where a liquid begins: random points, pushed apart until their energy is that of a hot liquid."""

from __future__ import annotations

import numpy as np

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration
from glassworks.configurations.forces import force_state
from glassworks.models.specification import Model

PUSHES = 60
FIRST_PUSH, LAST_PUSH = 0.2, 0.01  # in units of ρ^(−1/d)


def initial_configuration(model: Model, n: int, rng: np.random.Generator, box: Box | None = None) -> Configuration:
    """N particles of the model at random, sizes shuffled, each then pushed along its force by shrinking lengths.

    Args:
        box: the cube of the model's density unless given.

    Returns:
        a configuration of finite energy, of the order of a liquid's at a few times the onset temperature.

    Raises:
        ValueError: fewer particles than a cube needs (`model.smallest_system()`), or see :meth:`Box.check_range`.
        FloatingPointError: the pushes did not separate the particles.
    """
    if box is None and n < model.smallest_system():
        raise ValueError(f"{model.name} needs at least {model.smallest_system()} particles, not {n}")
    box = Box.of(model, n) if box is None else box
    points = rng.random((n, box.dimension))
    points = points * box.edges[0] if box.equal and not any(box.tilts) else points @ box.vectors.T
    here = Configuration(points, rng.permutation(model.diameters(n)), box)
    spacing = (box.volume / n) ** (1.0 / box.dimension)
    for push in spacing * np.geomspace(FIRST_PUSH, LAST_PUSH, PUSHES):
        forces = force_state(model.interaction, here).forces
        norms = np.sqrt((forces**2).sum(axis=1, keepdims=True))
        here = here.moved(here.positions + forces * (push / np.maximum(norms, 1e-300)) * np.minimum(norms, 1.0))
    energy = force_state(model.interaction, here).energy / n
    if not energy < 1e3:
        raise FloatingPointError(f"random points of {model.name}, n = {n}, kept an energy of {energy} a particle")
    return here
