"""Evidence of equilibrium: known decays, known errors, false alarms, and ensembles that must fail."""

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats

from glassworks.configurations import Box, Configuration
from glassworks.liquids import (
    DynamicsChain,
    Relaxation,
    SwapChain,
    assess_equilibrium,
    from_below,
    initial_configuration,
    overlap,
    random_overlap,
    relaxation_of,
    run_swap_chain,
    snapshots,
    tempered_from_below,
)
from glassworks.liquids.equilibrium import ALARM, drift_within, pooled, score
from glassworks.models import load_model


class Jumps:
    """Particles that jump anywhere with a given probability a step: the overlap is (1 − p)^t."""

    def __init__(self, probability: float, seed: int = 1, n: int = 500):
        self.rng, self.probability, self.temperature = np.random.default_rng(seed), probability, 1.0
        self.box, self.energy = Box(10.0, 3), 0.0
        self.points = self.rng.random((n, 3)) * 10.0

    def advance(self, amount: int) -> None:
        jumping = self.rng.random(len(self.points)) < 1.0 - (1.0 - self.probability) ** amount
        self.points[jumping] = self.rng.random((jumping.sum(), 3)) * 10.0

    def settle(self) -> None:
        pass

    @property
    def centered(self) -> Configuration:
        return Configuration(self.points, np.ones(len(self.points)), self.box)


def jumping(probability: float, chains: int, spacing: int, samples: int, seed: int = 1) -> list[list[Configuration]]:
    return [snapshots(Jumps(probability, seed * 100 + k), spacing, samples)[0] for k in range(chains)]


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_overlap_of_equal_and_of_unrelated_configurations(dimension):
    rng = np.random.default_rng(1)
    box, n = Box(2.0, dimension), 20_000
    first, second = (Configuration(rng.random((n, dimension)) * 2.0, np.ones(n), box) for _ in range(2))
    assert overlap(first, first) == 1.0
    assert overlap(first, first.moved(first.positions + 0.9)) == 0.0
    expected = random_overlap(box)
    assert abs(overlap(first, second) - expected) < 4.5 * sqrt(expected / n)
    just_inside = first.moved(first.positions + np.eye(dimension)[0] * 0.299)
    assert overlap(first, just_inside) == 1.0


def test_samples_of_a_chain_have_no_drift():
    """A crystal's worth of moves: the mean displacement since the start is the drift, and is taken off."""
    model = load_model("poly-2d").model_copy(update={"density": 1e-4})
    start = initial_configuration(model, 100, np.random.default_rng(1))
    inside = start.moved(0.25 * start.box.length + 0.5 * start.positions)
    chain = SwapChain(model, inside, 1.0, np.random.default_rng(2))
    chain.advance(100)
    assert abs(chain.drift).max() > 1e-3
    assert (chain.centered.positions - inside.positions).mean(axis=0) == pytest.approx(np.zeros(2), abs=1e-10)
    record = run_swap_chain(model, inside, 1.0, 100, 1, 1, np.random.default_rng(2))
    assert np.array_equal(record.configurations[0].positions, chain.centered.positions)


@pytest.mark.parametrize(("spacing", "samples"), [(5, 20), (10, 20), (4, 40)])
def test_relaxation_of_known_decays_has_the_error_that_it_says(spacing, samples):
    """Twenty ensembles of ten chains, a quarter to half of the relaxation time apart: bias below a fiftieth.

    The mean of twenty scores exceeds 4/√20 once in 16,000 sets; their scatter lies between 0.5 and 1.6 but for one in
    1,000 (χ² with 19 degrees of freedom, widened by the errors' own).
    """
    truth = -1.0 / log(0.95)
    scores, times = [], []
    for seed in range(20):
        found = relaxation_of(jumping(0.05, 10, spacing, samples, seed), spacing)
        assert found.resolved and not found.bound
        scores.append((found.time - truth) / found.error)
        times.append(found.time)
    assert abs(np.mean(scores)) < ALARM / sqrt(20)
    assert 0.5 < np.std(scores) < 1.6
    assert np.mean(times) == pytest.approx(truth, rel=0.02)
    assert found.overlap[1] == pytest.approx(0.95**spacing, abs=0.05)


def test_samples_further_apart_than_they_relax_give_an_upper_bound():
    truth = -1.0 / log(0.95)
    found = relaxation_of(jumping(0.05, 5, 50, 10), 50)
    assert found.bound and found.resolved and np.isnan(found.error)
    assert truth < found.time < 1.5 * truth
    apart = relaxation_of(jumping(0.05, 5, 1000, 10), 1000)
    assert apart.bound and truth < apart.time < 500


def test_relaxation_that_is_too_slow_is_not_called_resolved():
    found = relaxation_of(jumping(1e-3, 4, 10, 20), 10)
    assert not found.resolved and found.time == 190.0
    once = relaxation_of(jumping(0.05, 1, 8, 4), 8)  # the decay is seen, but barely once
    assert not once.resolved and once.time < 32
    for chains in ([], jumping(0.1, 3, 5, 1)):
        with pytest.raises(ValueError):
            relaxation_of(chains, 5)
    with pytest.raises(ValueError):
        relaxation_of(jumping(0.1, 1, 5, 3), 0)


def test_exchanges_between_frozen_replicas_are_no_relaxation():
    """Samples that alternate between configurations that never change: only each replica's own overlap tells."""
    rng = np.random.default_rng(3)
    frozen = [Jumps(0.0, seed).centered for seed in range(8)]
    owners = [rng.integers(0, 8, 20).tolist() for _ in range(4)]
    chains = [[frozen[owner] for owner in chain] for chain in owners]
    assert relaxation_of(chains, 10).resolved
    assert not relaxation_of(chains, 10, owners).resolved
    moving = [snapshots(Jumps(0.05, seed), 5, 30)[0] for seed in range(6)]
    owners = [rng.integers(0, 6, 30).tolist() for _ in range(4)]
    mixed = [[moving[owner][k] for k, owner in enumerate(chain)] for chain in owners]
    assert relaxation_of(mixed, 5, owners).time == pytest.approx(-1.0 / log(0.95), rel=0.15)


def correlated(rng, chains: int, samples: int, neighbor: float) -> list[np.ndarray]:
    """Chains of a stationary Ornstein-Uhlenbeck process of unit variance."""
    noise = rng.standard_normal((chains, samples))
    values = np.empty_like(noise)
    values[:, 0] = noise[:, 0]
    for k in range(1, samples):
        values[:, k] = neighbor * values[:, k - 1] + sqrt(1.0 - neighbor**2) * noise[:, k]
    return list(values)


@pytest.mark.parametrize(("chains", "samples"), [(1, 250), (3, 60), (25, 10)])
def test_error_of_correlated_values(chains, samples):
    """ρ = 0.6: the estimated error of the mean matches the scatter of means within a fifth."""
    rng = np.random.default_rng(2)
    found = [pooled(correlated(rng, chains, samples, 0.6)) for _ in range(300)]
    assert np.mean([each.error() for each in found]) == pytest.approx(np.std([each.mean for each in found]), rel=0.2)
    assert pooled([np.full(5, 3.0)]).error() == 0.0 and np.isnan(pooled([np.array([1.0])]).error())
    assert found[0].error(4) == pytest.approx(found[0].error() * sqrt(chains * samples / 4))


def test_scores_are_normal_whatever_the_degrees_of_freedom():
    assert score(2.0, 1.0, 1e9) == pytest.approx(2.0)
    assert score(-4.0, 1.0, 3) == pytest.approx(-stats.norm.isf(stats.t.sf(4.0, 3)))
    assert score(0.0, 0.0, 3) == 0.0 and score(1.0, 0.0, 3) == np.inf and np.isnan(score(1.0, np.nan, 3))
    assert score(1e6, 1.0, 100) > 30


@pytest.mark.parametrize("chains", [3, 12])
def test_drift_has_the_error_that_it_says(chains):
    """400 scores of chains of twenty samples with ρ = 0.3: three beyond 4 are met once in 2,000 sets (of 3 chains)."""
    rng = np.random.default_rng(3)
    scores, slopes = [], []
    for _ in range(400):
        energies = [each + 5.0 * rng.standard_normal() for each in correlated(rng, chains, 20, 0.3)]
        slope, error, freedoms = drift_within(energies)
        scores.append(score(slope, error, freedoms))
        slopes.append(drift_within([each + 0.7 * np.arange(20) for each in energies])[0] - slope)
    assert np.std(scores) == pytest.approx(1.0, abs=0.2)
    assert np.sum(np.abs(scores) > ALARM) <= 2
    assert np.array(slopes) == pytest.approx(0.7)
    assert all(np.isnan(drift_within([np.array([1.0, 2.0])])))


RELAXED = Relaxation(100.0, 5.0, True, False, np.zeros(1), np.ones(1))


@pytest.mark.parametrize("chains", [1, 3, 20])
def test_sound_ensembles_seldom_fail_and_cold_starts_do(chains):
    """600 sound ensembles of 20 samples a chain, ρ = 0.2, eight from below: at most 2 fail (0.1 are expected).

    Chains whose energy still rises from one that lies four deviations too low, and samples from below that are still
    four deviations low after the time that the chains had, both fail in most of 50 trials.
    """
    rng = np.random.default_rng(4)
    failed = 0
    for _ in range(600):
        below = correlated(rng, 1, 8, 0.2)[0]
        failed += not assess_equilibrium(RELAXED, correlated(rng, chains, 20, 0.2), below, 300, 50)["passed"]
    assert failed <= 2
    cold = aging = 0
    for _ in range(50):
        energies, below = correlated(rng, chains, 20, 0.2), correlated(rng, 1, 8, 0.2)[0]
        cold += "disagree" in assess_equilibrium(RELAXED, energies, below - 4.0, 300, 50)["reason"]
        rising = [each - 4.0 * np.exp(-np.arange(20) / 8.0) for each in energies]
        aging += not assess_equilibrium(RELAXED, rising, below, 300, 50)["passed"]
    assert cold > 30 and (aging > 40 or chains == 1), (cold, aging)


def test_every_reason_is_given():
    rng = np.random.default_rng(5)
    energies, below = correlated(rng, 3, 20, 0.2), correlated(rng, 1, 8, 0.2)[0]
    sound = assess_equilibrium(RELAXED, energies, below, 300, 50, 90.0)
    assert sound["passed"] and sound["reason"] == "ok" and sound["before_ratio"] == 3.0
    assert assess_equilibrium(RELAXED, energies, below, 300, np.nan)["passed"]
    slow = Relaxation(1000.0, np.nan, False, False, np.zeros(1), np.ones(1))
    row = assess_equilibrium(slow, energies, below - 9.0, 300, 10, round_trips=0)
    for part in ("not resolved", "before the first", "between samples", "disagree", "no replica"):
        assert part in row["reason"]
    drifting = assess_equilibrium(RELAXED, [each - 0.3 * np.arange(20) for each in energies], below - 3.0, 300, 50)
    assert "drifts" in drifting["reason"] and not drifting["passed"]
    with pytest.raises(ValueError):
        assess_equilibrium(RELAXED, [], below, 300, 50)


def test_a_liquid_that_has_relaxed_passes_and_one_from_a_colder_bath_does_not():
    """Four chains of POLY in two dimensions where it relaxes in some 250 sweeps."""
    model, temperature = load_model("poly-2d"), 1.6
    chains, energies = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        record = run_swap_chain(model, None, temperature, 1200, 100, 12, rng, n=200)
        chains.append(record.configurations)
        energies.append(record.energies)
    relaxation = relaxation_of(chains, 100)
    assert relaxation.resolved and 80 < relaxation.time < 750
    chain = SwapChain(model, chains[0][-1], temperature, np.random.default_rng(9))
    row = assess_equilibrium(relaxation, energies, from_below(chain, 250, 1200, 100), 1200, 100)
    assert row["passed"], row
    chain.temperature = 0.7 * temperature
    chain.advance(500)
    colder = snapshots(chain, 100, 8)[1]
    failed = assess_equilibrium(relaxation, energies, colder, 1200, 100)
    assert not failed["passed"] and "disagree" in failed["reason"] and failed["agreement_z"] < 0


def test_tempering_from_below_comes_back_to_the_same_energy():
    """The coldest rung of a run whose replicas come from a colder liquid, against plain chains."""
    model, ladder = load_model("poly-2d"), (2.0, 1.8, 1.6)
    rng = np.random.default_rng(1)
    record = run_swap_chain(model, None, 1.6, 1200, 100, 40, rng, n=100)
    below = tempered_from_below(model, record.configurations[-1], ladder, 10, 250, 60, 10, rng)
    assert len(below) == 8
    row = assess_equilibrium(RELAXED, [record.energies], below, 1200, 100)
    assert abs(row["agreement_z"]) < ALARM


def test_relaxation_slows_down_on_cooling():
    model = load_model("poly-2d")
    start = initial_configuration(model, 100, np.random.default_rng(1))
    times = []
    for temperature in (2.0, 0.9):
        record = run_swap_chain(model, start, temperature, 1500, 100, 60, np.random.default_rng(2))
        times.append(relaxation_of([record.configurations], 100).time)
    assert times[1] > 1.5 * times[0]


def test_relaxation_by_dynamics_counts_steps():
    model = load_model("ipl-2d")
    rng = np.random.default_rng(1)
    start = run_swap_chain(model, initial_configuration(model, 100, rng), 1.5, 300, 1, 1, rng).configurations[0]
    frames, energies = snapshots(DynamicsChain(model, start, 1.5, rng), 50, 60)
    found = relaxation_of([frames], 50)
    assert found.resolved and 30 < found.time < 1500
    assert found.overlap[0] == 1.0 and found.overlap[-1] < exp(-1.0)
    assert np.isfinite(energies).all() and energies.std() > 0
