"""Neighbor lists against all pairs, in any dimension, sheared or not, large or small."""

from dataclasses import replace

import numpy as np
import pytest
from glasses import random_points

from glassworks.configurations import pair_list
from glassworks.models import load_model


def all_pairs(configuration, model, skin):
    """The set of pairs within x_c λ_ij + skin from a search over every periodic copy."""
    box, d = configuration.box, configuration.box.dimension
    difference = configuration.positions[:, None] - configuration.positions[None]
    nearest = np.full(difference.shape[:2], np.inf)
    for copy in np.ndindex(*(3,) * d):
        shift = (np.array(copy) - 1.0) * box.length
        shift[0] += box.tilt * shift[1]
        nearest = np.minimum(nearest, np.linalg.norm(difference + shift, axis=2))
    sizes = configuration.diameters
    gap = abs(sizes[:, None] - sizes)
    length = 0.5 * (sizes[:, None] + sizes) * (1 - model.interaction.nonadditivity * gap)
    return set(zip(*np.nonzero(np.triu(nearest < model.interaction.cutoff * length + skin, 1)), strict=True))


def listed(start, partner):
    pairs = [(i, int(j)) for i in range(len(start) - 1) for j in partner[start[i] : start[i + 1]]]
    return pairs, {(min(pair), max(pair)) for pair in pairs}


@pytest.mark.parametrize(
    "name, n",
    [
        ("ipl-2d", 60),
        ("ipl-2d", 500),
        ("poly-2d", 300),
        ("ipl-3d", 120),
        ("ipl-3d", 700),
        ("poly-3d", 600),
        ("ipl-4d", 400),
    ],
)
@pytest.mark.parametrize("tilt", [0.0, 0.13, -0.4])
def test_list_holds_exactly_the_near_pairs(name, n, tilt):
    model = load_model(name)
    start = random_points(name, n)
    configuration = replace(start, box=replace(start.box, tilt=tilt))
    skin = min(0.3, 0.45 * configuration.box.length - model.range)
    pairs, found = listed(
        *pair_list(configuration.positions, configuration.diameters, configuration.box, model.interaction, skin)
    )
    assert len(pairs) == len(found)
    assert found == all_pairs(configuration, model, skin)


@pytest.mark.parametrize("name, n", [("harmonic-2d", 12), ("ipl-2d", 15), ("poly-3d", 140), ("ipl-4d", 236)])
@pytest.mark.parametrize("tilt", [0.0, 0.3, 0.5])
@pytest.mark.parametrize("skin", [0.2, 0.4, 1.0])
def test_no_near_pair_is_missed_where_the_skin_reaches_across_the_box(name, n, tilt, skin):
    """With a skin beyond half a sheared box the nearest copy is not always the one that is nearest in y, then in x."""
    model = load_model(name)
    start = random_points(name, n)
    here = replace(start, box=replace(start.box, tilt=tilt))
    assert model.range + skin > 0.5 * here.box.length or name == "harmonic-2d"
    pairs, found = listed(*pair_list(here.positions, here.diameters, here.box, model.interaction, skin))
    assert len(pairs) == len(found)
    assert found >= all_pairs(here, model, skin)
    if not tilt:
        assert found == all_pairs(here, model, skin)


@pytest.mark.parametrize("tilt", [0.0, 0.2])
@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_wrapping_moves_by_box_vectors_only(dimension, tilt):
    box = replace(random_points(f"ipl-{dimension}d", 400).box, tilt=tilt)
    points = np.random.default_rng(0).normal(scale=3 * box.length, size=(50, dimension))
    wrapped = box.wrap(points)
    copies = (wrapped - points) / box.length
    copies[:, 0] -= tilt * copies[:, 1]
    np.testing.assert_allclose(copies, np.rint(copies), atol=1e-9)
    fractions = wrapped / box.length
    fractions[:, 0] -= tilt * fractions[:, 1]
    assert fractions.min() >= -1e-12 and fractions.max() <= 1 + 1e-12
