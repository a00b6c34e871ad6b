"""Evidence of equilibrium: known decays, known errors, false alarms, and ensembles that must fail."""

from math import exp, log, sqrt

import numpy as np
import pytest

from glassworks.configurations import Box, Configuration
from glassworks.liquids import (
    DynamicsChain,
    assess_equilibrium,
    correlated_error,
    initial_configuration,
    overlap,
    random_overlap,
    relaxation_of,
    relaxation_sweeps,
    run_swap_chain,
)
from glassworks.liquids.equilibrium import drift_within, mean_of_chains
from glassworks.models import load_model


class Jumps:
    """Particles that jump anywhere with a given probability a step, while all drift alike: the overlap is (1 − p)^t."""

    def __init__(self, probability: float, n: int = 2000):
        self.rng, self.probability, self.temperature = np.random.default_rng(1), probability, 1.0
        self.box, self.drift, self.energy = Box(10.0, 3), np.zeros(3), 0.0
        self.points = self.rng.random((n, 3)) * 10.0

    def advance(self, amount: int) -> None:
        for _ in range(amount):
            jumping = self.rng.random(len(self.points)) < self.probability
            self.points[jumping] = self.rng.random((jumping.sum(), 3)) * 10.0
        self.points += 0.7 * amount
        self.drift = self.drift + 0.7 * amount

    def settle(self) -> None:
        pass

    @property
    def configuration(self) -> Configuration:
        return Configuration(self.points, np.ones(len(self.points)), self.box)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_overlap_of_equal_and_of_unrelated_configurations(dimension):
    rng = np.random.default_rng(1)
    box, n = Box(2.0, dimension), 20_000
    first, second = (Configuration(rng.random((n, dimension)) * 2.0, np.ones(n), box) for _ in range(2))
    assert overlap(first, first) == 1.0
    shifted = first.moved(first.positions + 0.9)
    assert overlap(first, shifted) == 0.0 and overlap(first, shifted, np.full(dimension, 0.9)) == 1.0
    expected = random_overlap(box)
    assert abs(overlap(first, second) - expected) < 4.5 * sqrt(expected / n)
    just_inside = first.moved(first.positions + np.eye(dimension)[0] * 0.299)
    assert overlap(first, just_inside) == 1.0


def test_relaxation_of_a_known_decay():
    found = relaxation_of(Jumps(0.05), 600)
    assert found.resolved
    assert found.time == pytest.approx(-1.0 / log(0.95), rel=0.06)
    assert found.overlap[5] == pytest.approx(0.95 ** found.times[5], abs=0.01)


def test_relaxation_that_is_too_slow_is_not_called_resolved():
    found = relaxation_of(Jumps(1e-4), 400)
    assert not found.resolved and found.time >= 200
    with pytest.raises(ValueError):
        relaxation_of(Jumps(0.1), 1)


def test_error_of_correlated_values():
    """AR(1) with ρ = 0.6: the estimated error of the mean matches the scatter of means within a fifth."""
    rng = np.random.default_rng(2)
    means, errors = [], []
    for _ in range(300):
        noise = rng.standard_normal(250)
        values = np.empty(250)
        values[0] = noise[0] / sqrt(1 - 0.36)
        for k in range(1, 250):
            values[k] = 0.6 * values[k - 1] + noise[k]
        means.append(values.mean())
        errors.append(correlated_error(values))
    assert np.mean(errors) == pytest.approx(np.std(means), rel=0.2)
    assert correlated_error(np.full(5, 3.0)) == 0.0 and np.isnan(correlated_error(np.array([1.0])))


@pytest.mark.parametrize("chains", [2, 12])
def test_drift_has_the_error_that_it_says(chains):
    rng = np.random.default_rng(3)
    scores, slopes = [], []
    for _ in range(400):
        energies = [rng.standard_normal(12) + 5.0 * rng.standard_normal() for _ in range(chains)]
        slope, error = drift_within(energies)
        scores.append(slope / error)
        slopes.append(drift_within([each + 0.7 * np.arange(12) for each in energies])[0] - slope)
    assert np.std(scores) == pytest.approx(1.0, abs=0.15)
    assert np.mean(np.abs(scores) > 4.0) < 0.02
    assert np.array(slopes) == pytest.approx(0.7)
    assert all(np.isnan(drift_within([np.array([1.0, 2.0])])))


def test_mean_of_chains_uses_their_scatter():
    rng = np.random.default_rng(4)
    energies = [rng.standard_normal() + 0.01 * rng.standard_normal(10) for _ in range(40)]
    mean, error = mean_of_chains(energies)
    assert abs(mean) < 4 * error and error == pytest.approx(1 / sqrt(40), rel=0.4)


def hot_ensemble(temperature: float = 1.6, before: int = 1200, between: int = 250):
    """Four chains of POLY in two dimensions where it relaxes fast."""
    model = load_model("poly-2d")
    records = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        start = initial_configuration(model, 100, rng)
        records.append(run_swap_chain(model, start, temperature, before, between, 6, rng))
    return model, [record.configurations for record in records], [record.energies for record in records]


def test_a_sound_ensemble_passes_and_unsound_ones_do_not():
    model, chains, energies = hot_ensemble()
    declared = 250.0
    row = assess_equilibrium(model, chains, energies, 1.6, declared, 1200, 250, np.random.default_rng(9))
    assert row["passed"] and row["reason"] == "ok", row
    assert 0.3 < row["relaxation_sweeps"] / declared < 3.0
    assert row["before_ratio"] == pytest.approx(1200 / row["relaxation_sweeps"])
    again = assess_equilibrium(model, chains, energies, 1.6, declared, 1200, 250, np.random.default_rng(9))
    assert row == again

    hasty = assess_equilibrium(model, chains, energies, 1.6, declared, 60, 5, np.random.default_rng(9))
    assert not hasty["passed"] and "before the first" in hasty["reason"] and "between samples" in hasty["reason"]
    high = [each + 0.3 for each in energies]
    apart = assess_equilibrium(model, chains, high, 1.6, declared, 1200, 250, np.random.default_rng(9))
    assert not apart["passed"] and "disagree" in apart["reason"]
    aging = [each - 0.3 * np.arange(6) for each in energies]
    drifting = assess_equilibrium(model, chains, aging, 1.6, declared, 1200, 250, np.random.default_rng(9))
    assert not drifting["passed"] and "drifts" in drifting["reason"]
    short = assess_equilibrium(model, chains, energies, 1.6, 3.0, 1200, 250, np.random.default_rng(9))
    assert not short["passed"] and "not resolved" in short["reason"]
    with pytest.raises(ValueError):
        assess_equilibrium(model, [], [], 1.6, declared, 1200, 250, np.random.default_rng(9))


def test_relaxation_slows_down_on_cooling_and_swaps_speed_it_up():
    model = load_model("poly-2d")
    start = initial_configuration(model, 100, np.random.default_rng(1))
    times = []
    for temperature in (2.0, 0.9):
        rng = np.random.default_rng(2)
        here = run_swap_chain(model, start, temperature, 1500, 1, 1, rng).configurations[0]
        times.append(relaxation_sweeps(model, here, temperature, 12_000, rng).time)
    assert times[1] > 1.5 * times[0]


def test_relaxation_by_dynamics_counts_steps():
    model = load_model("ipl-2d")
    rng = np.random.default_rng(1)
    start = run_swap_chain(model, initial_configuration(model, 100, rng), 1.5, 300, 1, 1, rng).configurations[0]
    found = relaxation_sweeps(model, start, 1.5, 6000, rng, make_chain=DynamicsChain)
    assert found.resolved and 30 < found.time < 1500
    assert found.overlap[0] == 1.0 and found.overlap[-1] < exp(-1.0)
    assert np.isfinite(found.energies).all() and found.energies.std() > 0
