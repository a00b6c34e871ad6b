"""Pulls that are let go: the same outcome and the same destination as minimizing anew, sooner."""

import numpy as np
import pytest

from glassworks import load_model
from glassworks.excitations.phonons import half_of_waves, phonon_order, wave_overlaps
from glassworks.glasses import Glass
from glassworks.landscape.pulling import AWAY, HOME, Puller, first_away
from glassworks.minimize import minimize
from glassworks.models.specification import packed
from glassworks.preparing.random import scattered
from glassworks.vibrations.expansion import third_derivatives, third_order_amplitude


@pytest.fixture(scope="module")
def glass():
    model = load_model("harmonic-mono-3d")
    start = scattered(model, 500, np.random.default_rng(3))
    end = minimize(model.interaction, start, "fire")
    assert end.converged
    return Glass(model, end.configuration)


@pytest.fixture(scope="module")
def modes(glass):
    return glass.modes(12)


def spread(glass, vector):
    """A mode of the backbone as a field of all particles."""
    field = np.zeros_like(glass.original.positions)
    field[glass.held] = vector
    return field


@pytest.fixture(scope="module")
def puller(glass, modes):
    return Puller(glass.model.interaction, glass.original, glass.held, float(modes.frequencies[0] ** 2))


def naive(glass, moved):
    """Displacement on the backbone after a minimization to the end."""
    end = minimize(glass.model.interaction, glass.original.moved(glass.original.positions + moved), "fire", 1e-11)
    assert end.converged
    box = np.array(glass.original.box.edges)
    apart = end.configuration.positions - glass.original.positions
    apart -= box * np.round(apart / box)
    return apart[glass.held]


def test_outcomes_are_those_of_minimizing_to_the_end(glass, modes, puller):
    """At amplitudes over five decades along eight modes, both signs, with what is known of home and of destinations;
    a hundred and seventy minimizations."""
    seen, sooner = set(), 0
    n = len(glass.configuration)
    for k in (0, 1, 2, 3, 5, 7, 9, 11):
        for sign in (1.0, -1.0):
            field = sign * np.sqrt(n) * spread(glass, modes.vectors[k])
            for amplitude in np.geomspace(1e-6, 0.1, 11):
                learned = len(puller.destinations)
                found = puller.release(amplitude * field)
                moved = naive(glass, amplitude * field)
                home = np.linalg.norm(moved) < 0.02 * amplitude * n**0.5
                assert found.outcome == (HOME if home else AWAY), (k, sign, amplitude)
                seen.add(found.outcome)
                sooner += found.evaluations == 1 or (found.outcome == AWAY and learned == len(puller.destinations))
                if found.outcome == AWAY:
                    there = found.moved[glass.held]
                    assert np.linalg.norm(there - moved) < 1e-4 * np.linalg.norm(moved)
    assert seen == {HOME, AWAY} and sooner > 30


def test_forces_that_are_linear_tell_home_sooner():
    """Of Lennard-Jones particles: as letting each pull go to its end, in less than half of the evaluations."""
    model = load_model("lj-mono-3d")
    start = scattered(model, 400, np.random.default_rng(4))
    glass = Glass(model, minimize(model.interaction, start, "fire").configuration)
    modes, n = glass.modes(4), len(glass.configuration)
    puller = Puller(model.interaction, glass.original, glass.held, float(modes.frequencies[0] ** 2))
    spent, outcomes = [0, 0], []
    for vector in modes.vectors:
        for amplitude in np.geomspace(1e-5, 0.03, 8):
            pulled = amplitude * np.sqrt(n) * spread(glass, vector)
            sooner, to_the_end = puller.release(pulled), puller.release(pulled, certain=True)
            assert sooner.outcome == to_the_end.outcome, amplitude
            outcomes.append(sooner.outcome)
            spent[0] += sooner.evaluations
            spent[1] += to_the_end.evaluations
    assert outcomes.count(HOME) > 16 and spent[0] < 0.5 * spent[1]


def test_a_paused_pull_is_away_and_goes_on_to_its_end(glass, modes):
    """Of Lennard-Jones particles and of harmonic spheres: stopped where it is clear that it does not come home, it
    ends, let on, where it would have ended."""
    model, paused = load_model("lj-mono-3d"), 0
    start = scattered(model, 300, np.random.default_rng(5))
    other = Glass(model, minimize(model.interaction, start, "fire").configuration)
    for each, found in ((glass, modes), (other, other.modes(6))):
        new = (each.model.interaction, each.original, each.held, float(found.frequencies[0] ** 2))
        for vector in found.vectors[:6]:
            for amplitude in (3e-3, 6e-3, 1e-2, 2e-2, 4e-2):
                pulled = amplitude * np.sqrt(len(each.configuration)) * spread(each, vector)
                whole, part = Puller(*new).release(pulled, certain=True), Puller(*new).release(pulled, whether=True)
                assert part.outcome == whole.outcome, amplitude
                if part.paused is None:
                    continue
                paused += 1
                assert part.evaluations < whole.evaluations and part.outcome == AWAY
                end = Puller(*new).go_on(part.paused)
                assert end.paused is None and end.outcome == AWAY
                apart = np.linalg.norm((end.moved - whole.moved)[each.held])
                assert apart < 1e-3 * np.linalg.norm(whole.moved[each.held])
                assert part.evaluations + end.evaluations < whole.evaluations
    assert paused > 3


def test_a_swept_rattler_is_no_transition():
    """Where a pull pushes a rattler aside the backbone recoils by as much over N, and is home."""
    model, recoiled = packed(load_model("harmonic-mono-3d"), 0.66), 0
    for seed in range(3):
        start = scattered(model, 200, np.random.default_rng(seed))
        glass = Glass(model, minimize(model.interaction, start, "fire").configuration)
        rest = np.setdiff1d(np.arange(200), glass.held)
        modes = glass.modes(8)
        puller = Puller(model.interaction, glass.original, glass.held, float(modes.frequencies[0] ** 2))
        for vector in modes.vectors:
            for amplitude in (3e-3, 1e-2, 3e-2):
                pulled = amplitude * np.sqrt(len(glass.held)) * spread(glass, vector)
                end = puller.release(pulled, certain=True)
                apart = end.moved[glass.held]
                swept = np.linalg.norm(end.moved[rest], axis=1).max(initial=0.0)
                if np.linalg.norm(apart - apart.mean(axis=0)) < 1e-6:
                    assert end.outcome == HOME
                    recoiled += swept > 1e-3 and np.linalg.norm(apart) > 1e-5
    assert recoiled > 0


def test_a_bracket_is_as_narrow_as_asked(glass, modes, puller):
    n = len(glass.configuration)
    field = np.sqrt(n) * spread(glass, modes.vectors[0])
    found = first_away(puller, field, np.geomspace(1e-6, 0.3, 24), 0.01)
    assert 0 < found.home < found.away < np.inf and found.away / found.home < 1.0101
    assert puller.release(found.home * field, certain=True).outcome == HOME
    assert puller.release(found.away * field).outcome == AWAY


def test_third_derivatives_are_those_of_the_energy(glass, modes):
    """By central differences of the curvature along a mode; no contact opens or closes so near."""
    model, rest = glass.model, glass.configuration
    third = third_derivatives(glass.bonds, modes.vectors)
    step = 1e-6
    for k in range(4):
        curvature = []
        for sign in (1.0, -1.0):
            moved = Glass(model, rest.moved(rest.positions + sign * step * modes.vectors[k]), trusted=True)
            z = (moved.bonds.vectors * 0.0) + modes.vectors[k][moved.bonds.first] - modes.vectors[k][moved.bonds.second]
            along = (moved.bonds.vectors * z).sum(axis=1)
            terms = moved.bonds.derivatives
            curvature.append((2.0 * terms[:, 1] * (z * z).sum(axis=1) + 4.0 * terms[:, 2] * along**2).sum())
        assert third[k] == pytest.approx((curvature[0] - curvature[1]) / (2 * step), rel=1e-3, abs=1e-3)
    assert (third_order_amplitude(modes.frequencies, third, len(rest)) > 0).all()


def test_a_standing_wave_is_a_phonon_and_noise_is_none(glass):
    rest = glass.configuration
    n, waves = len(rest), half_of_waves(3)
    wave = 2 * np.pi * rest.positions @ np.array([1.0, 2.0, 0.0]) / rest.box.edges[0]
    shear = np.cos(wave)[:, None] * np.array([2.0, -1.0, 0.0]) / np.sqrt(5)
    noise = np.random.default_rng(1).normal(size=(n, 3))
    fields = np.array([each / np.linalg.norm(each) for each in (shear, noise)])
    found = phonon_order(wave_overlaps(rest, fields, waves), n, 100.0)
    assert found[0] == pytest.approx(1.0, abs=0.1) and found[1] == 0.0
