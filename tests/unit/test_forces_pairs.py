"""Parts of the pressure and stiffnesses of pairs: two particles, finite differences of energies, and the moduli."""

import numpy as np
import pytest
from glasses import glass, packing, sheared
from pydantic import ValidationError

from glassworks.configurations import Box, Configuration, force_state
from glassworks.elasticity import moduli
from glassworks.forces.pair_forces import STRONG, pair_forces
from glassworks.glasses import Glass
from glassworks.liquids import initial_configuration
from glassworks.minimize import minimize
from glassworks.models import load_model, pair_energy, pair_length, pair_terms
from glassworks.observables import GLASSES, load, names
from glassworks.observables._alone import alone
from glassworks.vibrations import Unstable, backbone, bonds

GLASS = [
    ("pss-3d-rc11", 300), ("pss-3d", 300), ("pss-3d-rc15", 400), ("ka", 300), ("lj-2d", 200), ("hertzian-3d", 300),
    ("ipl-4d", 300), ("poly-3d", 300),
]  # fmt: skip


def pair(model, r: float, sizes=(1.0, 1.0)) -> Configuration:
    edge = 4.0 * model.range
    points = np.array([[0.1] * model.dimension, [0.1] * model.dimension])
    points[1, 0] -= r  # through the boundary
    return Configuration(points, np.array(sizes), Box(edge, model.dimension))


def energy(model, r: float, sizes=(1.0, 1.0)) -> float:
    length = pair_length(model.interaction.nonadditivity, *sizes)
    if r >= model.interaction.cutoff * length:
        return 0.0
    return pair_terms(model.interaction, r * r, length, pair_energy(model.interaction, *sizes))[0]


@pytest.mark.parametrize(
    "name, sizes",
    [("pss-3d-rc11", (1.0, 1.4)), ("pss-3d", (1.4, 1.4)), ("ka", (0.88, 1.0)), ("hertzian-3d", (1.0, 1.4))],
)
@pytest.mark.parametrize("x", [0.95, 1.12, 1.16, 1.21, 1.3, 1.5])
def test_two_particles(name, sizes, x):
    """Force and stiffness are derivatives of the energy, by finite differences; signs decide what they count as."""
    model = load_model(name)
    length = pair_length(model.interaction.nonadditivity, *sizes)
    epsilon = pair_energy(model.interaction, *sizes)
    r, h = x * length, 1e-4 * length
    found = pair_forces(model.interaction, pair(model, r, sizes))
    if x >= model.interaction.cutoff:
        assert found.pairs == 0 and found.pressure == found.repulsive_pressure == found.softening == 0.0
        return
    around = [energy(model, r + k * h, sizes) for k in range(-2, 3)]
    force = -np.dot([1, -8, 0, 8, -1], around) / (12 * h)
    stiffness = np.dot([-1, 16, -30, 16, -1], around) / (12 * h * h) * length**2 / epsilon
    volume = (4.0 * model.range) ** 3
    expected = force * r / (3 * volume)
    assert found.repulsive_pressure == pytest.approx(max(expected, 0.0), abs=1e-7 * epsilon / volume)
    assert found.attractive_pressure == pytest.approx(max(-expected, 0.0), abs=1e-7 * epsilon / volume)
    assert (found.pairs, found.attractive) == (1, int(force < 0))
    assert (found.negative, found.strongly_negative) == (int(stiffness < 0), int(stiffness < -STRONG))
    assert found.softening == pytest.approx(min(stiffness, 0.0), rel=1e-5, abs=1e-5)


def test_threshold_is_a_tenth_of_a_pair_at_its_minimum():
    model = load_model("pss-3d")
    least, h = 2 ** (1 / 6), 1e-4
    curvature = (energy(model, least - h) - 2 * energy(model, least - 2 * h) + energy(model, least - 3 * h)) / h**2
    assert curvature == pytest.approx(72 * 2 ** (-1 / 3), rel=0.01)
    assert STRONG == pytest.approx(72 * 2 ** (-1 / 3) / 10, rel=0.01)
    assert load("pair_forces").parameters().strong == STRONG
    there = pair(load_model("pss-3d-rc15"), 1.3)
    counts = [pair_forces(load_model("pss-3d-rc15").interaction, there, strong=t).strongly_negative for t in (1, 11)]
    assert counts == [1, 0]


@pytest.mark.parametrize("name, n", GLASS)
def test_parts_add_up_to_the_pressure_of_the_moduli(name, n):
    sample = Glass(*glass(name, n))
    row = alone("pair_forces", sample, {})
    [pressure], [pushing], [pulling] = row["pressure"], row["repulsive_pressure"], row["attractive_pressure"]
    assert abs(pressure - sample.moduli().pressure) < 1e-13 * (pushing + pulling)
    assert pressure == pushing - pulling and pushing > 0.0
    assert (pulling > 0.0) == (load_model(name).potential.kind in ("sticky_spheres", "lennard_jones"))
    assert row["rattlers"][0] == sample.rattlers == n - len(sample.configuration)
    assert row["coordination"][0] == 2 * len(sample.bonds) / len(sample.configuration)
    assert abs(pressure - force_state(sample.model.interaction, sample.configuration).pressure) < 1e-13 * (
        pushing + pulling
    )


@pytest.mark.parametrize("name, n", GLASS[:5])
@pytest.mark.parametrize("tilt", [0.0, 0.2])
def test_parts_are_derivatives_of_energies(name, n, tilt):
    """p₊ = −1/(V d) dU₊/dη with U₊ the energy of the pairs that push, expanded affinely; p₋ alike, with its sign."""
    model, start = glass(name, n)
    each = sheared(start, tilt)
    found, pairs = pair_forces(model.interaction, each), bonds(model.interaction, each)
    pushes, h = pairs.derivatives[:, 1] < 0, 1e-6

    def energies(strain: float) -> np.ndarray:
        return np.array([
            energy(model, r * np.exp(strain), each.diameters[[i, j]])
            for r, i, j in zip(pairs.distances, pairs.first, pairs.second, strict=True)
        ])  # fmt: skip

    slope = (energies(h) - energies(-h)) / (2 * h * each.box.volume * model.dimension)
    assert -slope[pushes].sum() == pytest.approx(found.repulsive_pressure, rel=1e-6)
    assert slope[~pushes].sum() == pytest.approx(found.attractive_pressure, rel=1e-6)
    assert found.attractive == (~pushes).sum() and found.pairs == len(pairs)


def test_stickier_glasses_have_fewer_pairs_of_negative_stiffness():
    """And a contact potential none."""
    shares = [alone("pair_forces", Glass(*glass(name, 400)), {}) for name in ("pss-3d-rc11", "pss-3d", "pss-3d-rc15")]
    for column in ("negative", "attractive", "coordination"):
        assert np.all(np.diff([each[column][0] for each in shares]) > 0)
    for each in shares:
        assert each["strongly_negative"][0] <= each["negative"][0] and each["softening"][0] <= 0.0
    row = alone("pair_forces", Glass(*glass("hertzian-3d", 300)), {})
    assert [row[name][0] for name in ("attractive", "negative", "strongly_negative", "softening")] == [0.0] * 4


LOOSE = [("harmonic-3d", 300, 0.5), ("hertzian-3d", 300, 0.5), ("harmonic-2d", 200, 0.7)]


@pytest.mark.parametrize("name, n, fraction", LOOSE)
@pytest.mark.parametrize("observable", sorted(set(names(GLASSES)) - {"structure", "crystals"}))
def test_packings_without_contacts_are_refused(name, n, fraction, observable):
    """Below jamming: moduli, modes, responses and forces say so in one row; no number stands in it."""
    model, start = packing(name, n, fraction)
    found = minimize(model.interaction, start, "fire")
    assert found.converged and found.pressure == pytest.approx(0.0, abs=1e-9)
    row = alone(observable, Glass(model, found.configuration, trusted=True), {})
    assert list(row["status"]) == ["every particle is a rattler"]
    numbers = [each for key, each in row.items() if key != "status" and each.dtype.kind == "f"]
    assert all(np.isnan(each).all() for each in numbers)


def test_by_hand_they_are_refused_too():
    """And gaps are no contacts: not one pair of a dilute lattice interacts."""
    model = load_model("hertzian-3d")
    points = 1.5 * (np.array(list(np.ndindex(4, 4, 4))) + 0.5)
    lattice = Configuration(points, model.diameters(64), Box(6.0, 3))
    assert pair_forces(model.interaction, lattice).pairs == 0
    sample = Glass(model, lattice, trusted=True)
    for ask in (sample.moduli, lambda: sample.pinch(3), lambda: sample.modes(2), lambda: sample.rattlers):
        with pytest.raises(Unstable, match="every particle is a rattler"):
            ask()


def test_rattlers_are_left_out_and_counted():
    """A hertzian packing a little above jamming; the others bear the same pressure as all."""
    model = load_model("hertzian-3d")
    for fraction in (0.68, 0.67, 0.66):
        _, start = packing("hertzian-3d", 300, fraction)
        found = minimize(model.interaction, start)
        sample = Glass(model, found.configuration, trusted=True)
        if sample.rattlers:
            break
    row = alone("pair_forces", sample, {})
    assert row["rattlers"][0] == len(start) - len(backbone(model.interaction, found.configuration)[0]) > 0
    assert row["pressure"][0] == pytest.approx(found.pressure, rel=1e-8)
    assert row["coordination"][0] >= 5.9  # isostatic: 2 d, of those that are no rattlers
    assert row["pressure"][0] == pytest.approx(moduli(model.interaction, sample.configuration).pressure, rel=1e-12)


def test_a_negative_threshold_is_refused():
    with pytest.raises(ValidationError, match="strong"):
        load("pair_forces").parameters(strong=-1.0)


def test_a_liquid_as_it_is_has_parts_too():
    model = load_model("pss-3d")
    start = initial_configuration(model, 300, np.random.default_rng(2))
    found = pair_forces(model.interaction, start)
    assert found.pressure == pytest.approx(force_state(model.interaction, start).pressure, rel=1e-12)
