"""Where rearrangements are and how they fall off: fields whose regions and exponents are known."""

import numpy as np
import pytest
from scipy.stats import kstest

from glassworks import load_model
from glassworks.configurations import Box, Configuration
from glassworks.excitations.dipoles import dipoles
from glassworks.glasses import Glass
from glassworks.landscape.fields import OUTER, regions, standing, tail
from glassworks.minimize import minimize
from glassworks.preparing.random import scattered


@pytest.fixture(scope="module")
def gas():
    rng = np.random.default_rng(1)
    edge = 30.0
    return Configuration(rng.random((27000, 3)) * edge, np.ones(27000), Box(edge, 3))


def around(configuration, place, exponent):
    """A field of random directions that falls as r^-exponent beyond r = 1."""
    away = np.linalg.norm(configuration.box.shortest(configuration.positions - place), axis=1)
    directions = np.random.default_rng(2).normal(size=configuration.positions.shape)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions * np.maximum(away, 1.0)[:, None] ** -exponent


@pytest.mark.parametrize("exponent", [2.0, 3.0])
def test_a_power_law_has_its_exponent_across_the_boundary_too(gas, exponent):
    """The place lies in a corner of the box."""
    place = np.array([0.2, 29.9, 0.1])
    found = tail(gas, place, around(gas, place, exponent), 3.0)
    assert found.exponent == pytest.approx(exponent, abs=0.02)
    assert (found.inner, found.outer) == (3.0, OUTER * 15.0)


def test_a_box_too_small_for_a_window_has_no_exponent(gas):
    assert np.isnan(tail(gas, np.zeros(3), around(gas, np.zeros(3), 2.0), 12.5).exponent)


def test_the_response_to_a_dipole_falls_as_a_continuum_says():
    """As r⁻², within what a window of less than half a decade and a periodic box leave: between 1 and 3."""
    model = load_model("harmonic-mono-3d")
    glass = Glass(
        model, minimize(model.interaction, scattered(model, 4000, np.random.default_rng(4)), "fire").configuration
    )
    pairs = np.arange(0, len(glass.bonds), 300)
    answers = glass.factor.solve(dipoles(glass.bonds, pairs, len(glass.configuration)))
    found = [
        tail(glass.configuration, glass.configuration.positions[glass.bonds.first[pair]], field, 3.0).exponent
        for pair, field in zip(pairs, answers.T.reshape(len(pairs), -1, 3), strict=True)
    ]
    assert 1.0 < np.mean(found) < 3.0


def test_regions_are_counted_apart_and_across_the_boundary(gas):
    moved = np.zeros_like(gas.positions)
    for place in ((0.0, 0.0, 0.0), (15.0, 15.0, 15.0), (15.0, 15.0, 22.0)):
        away = np.linalg.norm(gas.box.shortest(gas.positions - np.array(place)), axis=1)
        moved[away < 2.5] = [0.3, 0.0, 0.0]
    assert regions(gas, moved) == 3
    moved[:, 0] += 0.02  # what moves less than a tenth as far belongs to none
    assert regions(gas, moved) == 3


def test_the_standing_of_any_particle_is_uniform():
    """Kolmogorov and Smirnov, a false alarm in 10,000 runs; ties count half."""
    rng = np.random.default_rng(6)
    found = [standing(weights, int(rng.integers(200))) for weights in rng.random((400, 200))]
    assert kstest(found, "uniform").pvalue > 1e-4
    assert standing(np.ones(10), 3) == 0.5 and standing(np.arange(10.0), 9) == pytest.approx(0.95)
