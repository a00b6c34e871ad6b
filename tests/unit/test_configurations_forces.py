"""Energies, forces and pressures against definitions and finite differences."""

import numpy as np
import pytest
from glasses import expanded, glass, random_points, sheared

from glassworks.configurations import Configuration, force_state
from glassworks.models import load_model, pair_energy, pair_length, pair_terms

SYSTEMS = [
    ("ipl-2d", 100),
    ("poly-2d", 150),
    ("ipl-3d", 130),
    ("poly-3d", 300),
    ("ipl-4d", 300),
    ("ka", 200),
    ("lj-2d", 100),
    ("pss-3d", 150),
    ("harmonic-2d", 150),
    ("harmonic-3d", 150),
    ("hertzian-3d", 150),
]


CONTACT = ("harmonic-2d", "harmonic-3d")
"""Models whose force has a kink at the cutoff: finite differences of them need small steps."""


def shaken(name, n, tilt=0.0):
    """A glass with every particle displaced a little, so that all forces are of ordinary size."""
    model, start = glass(name, n)
    start = sheared(start, tilt)
    moves = 0.03 * np.random.default_rng(2).normal(size=start.positions.shape)
    return model, start.moved(start.positions + moves)


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_energy_is_the_sum_over_pairs(name, n):
    model, configuration = shaken(name, n)
    total = 0.0
    for i in range(n):
        away = configuration.box.shortest(configuration.positions[i + 1 :] - configuration.positions[i])
        for vector, size in zip(away, configuration.diameters[i + 1 :], strict=True):
            length = pair_length(model.interaction.nonadditivity, configuration.diameters[i], size)
            if vector @ vector < (model.interaction.cutoff * length) ** 2:
                scale = pair_energy(model.interaction, configuration.diameters[i], size)
                total += pair_terms(model.interaction, vector @ vector, length, scale)[0]
    assert force_state(model.interaction, configuration).energy == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("tilt", [0.0, 0.1])
@pytest.mark.parametrize("name, n", SYSTEMS)
def test_forces_are_minus_the_gradient(name, n, tilt):
    model, configuration = shaken(name, n, tilt)
    forces = force_state(model.interaction, configuration).forces
    h = 1e-6 if name in CONTACT else 1e-4
    for i, k in [(0, 0), (n // 2, 1), (n - 1, model.dimension - 1)]:
        energies = []
        for step in (-2, -1, 1, 2):
            moved = configuration.positions.copy()
            moved[i, k] += step * h
            energies.append(force_state(model.interaction, configuration.moved(moved)).energy)
        slope = (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / (12 * h)
        assert forces[i, k] == pytest.approx(-slope, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_forces_add_up_to_nothing(name, n):
    forces = force_state(load_model(name).interaction, random_points(name, n)).forces
    assert abs(forces.sum(axis=0)).max() < 1e-12 * abs(forces).max()


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_pressure_is_minus_the_derivative_by_volume(name, n):
    model, configuration = shaken(name, n)
    h, error = (1e-6, 1e-6) if name in CONTACT else (1e-4, 1e-8)
    energies = [force_state(model.interaction, expanded(configuration, k * h)).energy for k in (-2, -1, 1, 2)]
    slope = (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / (12 * h)
    volume = configuration.box.volume
    assert force_state(model.interaction, configuration).pressure == pytest.approx(
        -slope / (model.dimension * volume), rel=error
    )


def test_typical_force_and_residual():
    """Two particles: one force, on both."""
    model, start = glass("ipl-3d", 130)
    pair = Configuration(np.array([[1.0, 1, 1], [2.0, 1, 1]]), np.ones(2), start.box)
    state = force_state(model.interaction, pair)
    expected = abs(2 * pair_terms(model.interaction, 1.0, 1.0, 1.0)[1])
    assert state.typical_force == pytest.approx(expected)
    assert state.residual == pytest.approx(1.0)
    assert state.forces[1, 0] == pytest.approx(expected)


def test_configurations_of_the_wrong_shape_are_refused():
    start = random_points("ipl-3d", 130)
    with pytest.raises(ValueError, match="shape"):
        Configuration(start.positions[:, :2], start.diameters, start.box)
    with pytest.raises(ValueError, match="shape"):
        Configuration(start.positions, start.diameters[:-1], start.box)
