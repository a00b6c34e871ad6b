"""How many derivatives of each pair energy are continuous, beside what its formula does at the cutoff."""

import numpy as np
import pytest

from glassworks.models import load_model
from glassworks.models.potentials import pair_terms, smooth_derivatives

MODELS = {
    "ipl-3d": 3, "poly-3d": 3, "lj-mono-3d": 1, "ka": 1, "harmonic-mono-3d": 1, "hertzian-3d": 2, "pss-3d-rc13": 2,
}  # fmt: skip


@pytest.mark.parametrize("name", list(MODELS))
def test_what_is_continuous_vanishes_at_the_cutoff(name):
    """Derivatives k = 1, 2, … of the pair energy go to zero there as far as they are said to, and the next does not:
    over a distance ten times as near it falls by less than half."""
    model = load_model(name)
    assert smooth_derivatives(model.potential) == MODELS[name]
    interaction = model.interaction
    near = []
    for gap in (1e-4, 1e-5):
        r = interaction.cutoff * (1.0 - gap)
        near.append(np.abs(pair_terms.py_func(interaction, r * r, 1.0, 1.0)))
    fallen = near[1] / near[0]
    count = MODELS[name]
    assert (fallen[1 : count + 1] < 0.5).all(), fallen
    assert count == 4 or not fallen[count + 1] < 0.5, fallen
