"""Perfect crystals, each shifted as a whole."""

from __future__ import annotations

import numpy as np

from glassworks.configurations import Box, Configuration, force_state
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Start
from glassworks.protocols import Here

COLUMNS: dict[str, tuple[str, ...]] = {}
FCC = np.array([[0.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
"""Points of a cubic cell, in its edge."""
POINTS = {"fcc": FCC}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """One configuration."""
    found = lattice(here.model, here.n, here.told["lattice"], means.rng)
    state = force_state(here.model.interaction, found)
    return Chain([found], [{"energy": state.energy / here.n, "pressure": state.pressure}])


def lattice(model: Model, n: int, kind: str, rng: np.random.Generator) -> Configuration:
    """N particles of one size on a lattice that fills the box, its origin anywhere.

    Raises:
        ValueError: particles that fill no cube.
    """
    cell, box = POINTS[kind], Box.of(model, n)
    along = round((n / len(cell)) ** (1.0 / 3.0))
    if len(cell) * along**3 != n:
        raise ValueError(f"{n} particles fill no cube with a {kind} crystal; allowed: {len(cell)} m³")
    points = (np.array(list(np.ndindex(along, along, along)))[:, None] + cell).reshape(n, 3) / along
    return Configuration(((points + rng.random(3)) % 1.0) @ box.vectors.T, model.diameters(n), box)


def tiny(model: Model, rng: np.random.Generator) -> None:
    least = max(model.smallest_system(), 64)
    lattice(model, 4 * int(np.ceil((least / 4) ** (1.0 / 3.0))) ** 3, "fcc", rng)
