"""Chains that walk down a ladder: samples where they belong, stresses on the way, their correlation by plain sums."""

from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.signal import lfilter
from test_liquids_memory import resumed

from glassworks import liquids
from glassworks.configurations import force_state
from glassworks.dynamics.annealing import Course, Walk, anneal, mean_over_shears, shear_stresses, shear_weights
from glassworks.dynamics.multiple_tau import LAGS, MultipleTau
from glassworks.elasticity.fluctuations import strain_derivatives
from glassworks.liquids.dynamics import run_dynamics, start_dynamics
from glassworks.liquids.memory import NOTHING
from glassworks.models import load_model
from glassworks.protocols import KINDS, Here, Line, spacing_in_steps
from glassworks.vibrations import bonds

COURSE = Course(before=400, between=100, samples=4, every=5, longest=300, period=0.2)


def begun(name, n, temperature, seed=1, steps=200):
    model, rng = load_model(name), np.random.default_rng(seed)
    state = start_dynamics(model, liquids.initial_configuration(model, n, rng), temperature, rng)
    return model, run_dynamics(model, state, steps, temperature)[0]


@pytest.fixture(scope="module")
def liquid():
    return begun("pss-3d", 300, 1.5)


# ---- stresses on the way


@pytest.mark.parametrize(
    ("name", "n", "lanes"), [("pss-3d", 300, None), ("pss-3d", 300, 0), ("poly-2d", 200, None), ("ipl-4d", 400, None)]
)
def test_recorded_stresses_are_those_of_the_pairs_and_change_no_bit(name, n, lanes):
    model, state = begun(name, n, 1.0)
    plain, trace = run_dynamics(model, state, 40, 1.0, every=5, lanes=lanes)
    end, stressed = run_dynamics(model, state, 40, 1.0, every=5, lanes=lanes, stresses=True)
    assert np.array_equal(plain.positions, end.positions) and np.array_equal(plain.forces, end.forces)
    assert np.array_equal(trace.energy, stressed.energy) and np.array_equal(trace.pressure, stressed.pressure)
    assert trace.stresses is None
    pairs, d = bonds(model.interaction, end.configuration), model.dimension
    tension = -2.0 * pairs.derivatives[:, 1]
    whole = np.einsum("p,pk,pl->kl", tension, pairs.vectors, pairs.vectors) / end.box.volume
    np.testing.assert_allclose(stressed.stresses[-1], whole[np.triu_indices(d)], atol=1e-12 * abs(whole).max())
    np.testing.assert_allclose(np.trace(whole) / d, force_state(model.interaction, end.configuration).pressure)


def test_the_mean_over_shears_knows_no_axes():
    """The sum of squares over shears is that over the components of a deviator, whatever the axes."""
    rng = np.random.default_rng(3)
    for d in (2, 3, 4):
        stress = rng.normal(size=(d, d))
        stress = stress + stress.T
        turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
        sums = []
        for each in (stress, turn @ stress @ turn.T):
            sums.append(float(shear_stresses(each[np.triu_indices(d)][None], d)[0] ** 2 @ shear_weights(d)))
        deviator = stress - np.trace(stress) / d * np.eye(d)
        assert sums[0] == pytest.approx(sums[1])
        assert sums[0] == pytest.approx((deviator**2).sum() / 2 / (d * (d + 1) / 2 - 1))
        assert shear_weights(d).sum() == pytest.approx(1.0)


def test_shears_come_in_the_order_of_their_weights(liquid):
    """U_γ of each shear, by the pairs and by the recorded stresses."""
    model, state = liquid
    end, trace = run_dynamics(model, state, 5, 1.5, every=5, stresses=True)
    slopes = strain_derivatives(bonds(model.interaction, end.configuration))[0] / end.box.volume
    recorded = shear_stresses(trace.stresses, 3)[0]
    np.testing.assert_allclose(-recorded, [*slopes[0::2], *slopes[1::2]], atol=1e-12)
    assert mean_over_shears(slopes**2) == pytest.approx(float(recorded**2 @ shear_weights(3)))


# ---- the correlator


def plain_correlation(signal, weights, level, lag):
    """A level's correlation, by its definition: means over blocks of 2^level values."""
    width = 1 << level
    blocks = signal[: len(signal) // width * width].reshape(-1, width, signal.shape[1]).mean(axis=1)
    return float((blocks[lag:] * blocks[: len(blocks) - lag] @ weights).mean()), len(blocks) - lag


def test_each_level_is_the_correlation_of_its_blocks():
    rng = np.random.default_rng(5)
    signal, weights = rng.normal(size=(700, 3)).cumsum(axis=0), np.array([0.5, 0.3, 0.2])
    correlator = MultipleTau(weights, 400)
    for part in np.split(signal, [1, 2, 9, 300]):
        correlator.take(part)
    found = correlator.found()
    assert list(found.lags[:LAGS]) == list(range(LAGS)) and found.lags[-1] <= 400 < 2 * found.lags[-1]
    assert (np.diff(found.lags) > 0).all()
    for lag, pairs, value in zip(*found, strict=True):
        level = 0 if lag < LAGS else int(np.log2(lag / (LAGS // 2)))
        expected = plain_correlation(signal, weights, level, lag >> level)
        assert (value, pairs) == pytest.approx(expected, rel=1e-12)


def test_an_exponential_comes_out_within_what_blocks_cost():
    """E[x(0) x(t)] = ρ^t exactly: blocks of 2^k change it by sinh²(h)/h² at most, h = half a block over its time."""
    rho, size = 0.99, 400_000
    noise = np.random.default_rng(7).normal(size=size) * np.sqrt(1 - rho**2)
    signal = lfilter([1.0], [1.0, -rho], noise)[2000:, None]
    correlator = MultipleTau(np.ones(1), 300)
    correlator.take(signal)
    found = correlator.found()
    error = np.sqrt(2 * 100 / len(signal))  # of a mean over so many correlation times
    assert np.abs(found.values - rho**found.lags).max() < 4.5 * error  # fails by chance below 1e-5 a lag


def test_a_lag_below_one_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        MultipleTau(np.ones(1), 0)


# ---- chains


def walked(model, state, memory=NOTHING):
    walk = memory.recall() or Walk.of(state.configuration, state, COURSE)
    anneal(model, walk, 1.5, COURSE, memory=memory)
    return walk


def test_a_chain_leaves_its_samples_where_a_plain_run_is(liquid):
    model, state = liquid
    walk = walked(model, state)
    assert len(walk.left) == len(walk.energies) == len(walk.affine) == 4
    there = state
    for frame, steps in zip(walk.left, (400, 100, 100, 100), strict=True):
        there, trace = run_dynamics(model, there, steps, 1.5, period=0.2, every=5)
        assert np.array_equal(frame.positions, there.configuration.positions)
    assert walk.energies[-1] == pytest.approx(trace.energy.mean())
    assert walk.pressures[-1] == pytest.approx(trace.pressure.mean())


def test_the_first_sample_tells_the_mean_of_the_second_half_of_its_way(liquid):
    model, state = liquid
    _, trace = run_dynamics(model, state, 400, 1.5, period=0.2, every=5)
    assert walked(model, state).energies[0] == pytest.approx(trace.energy[40:].mean())


def test_a_chain_that_is_cut_off_ends_with_the_same_bits(liquid, monkeypatch):
    monkeypatch.setattr("glassworks.dynamics.annealing.PIECE", 60)
    model, state = liquid
    whole = walked(model, state)
    for offers in (2, 5):
        again = resumed(lambda memory: walked(model, state, memory), offers)
        for left, right in zip(whole.left, again.left, strict=True):
            assert np.array_equal(left.positions, right.positions)
        assert whole.energies == again.energies and whole.affine == again.affine
        for left, right in zip(whole.correlator.found(), again.correlator.found(), strict=True):
            assert np.array_equal(left, right)


def test_pieces_of_any_size_make_the_same_chain(liquid, monkeypatch):
    model, state = liquid
    whole = walked(model, state)
    monkeypatch.setattr("glassworks.dynamics.annealing.PIECE", 35)
    parts = walked(model, state)
    assert np.array_equal(whole.state.positions, parts.state.positions)
    assert np.array_equal(whole.correlator.found().values, parts.correlator.found().values)
    assert whole.energies == pytest.approx(parts.energies, rel=1e-12)


@pytest.mark.parametrize(("name", "temperature"), [("pss-3d", 2.0), ("poly-2d", 1.0)])
def test_in_equilibrium_the_stresses_vary_as_the_affine_modulus_says(name, temperature):
    """V⟨σ²⟩/T = ⟨U_γγ⟩/V; z of twelve chains below 5 fails by chance in 4e-4 (Student, 11 degrees of freedom); the
    seeds are fixed."""
    differences = []
    for seed in range(12):
        model, state = begun(name, 200, temperature, seed, steps=2000)
        course = Course(before=500, between=500, samples=21, every=5, longest=100, period=0.5)
        walk = Walk.of(state.configuration, state, course)
        anneal(model, walk, temperature, course)
        first = walk.correlator.found().values[0] * state.box.volume / temperature
        differences.append(first / np.mean(walk.affine) - 1.0)
    assert abs(np.mean(differences)) < 5.0 * np.std(differences, ddof=1) / np.sqrt(12)
    assert np.std(differences, ddof=1) < 0.2  # so it would see what is missing, such as the stress's own part


@pytest.mark.parametrize(
    "wrong",
    [(0, 100, 4, 5, 100), (400, 102, 4, 5, 100), (403, 100, 4, 5, 100), (400, 100, 1, 5, 100), (400, 100, 4, 5, 301)],
)
def test_a_course_that_cannot_be_run_is_refused(wrong):
    with pytest.raises(ValueError, match=r"multiples|lag"):
        Course(*wrong, period=0.5)


# ---- the protocol

DECLARED = {
    "kind": "annealing",
    "relaxation_times": {2.0: 0.5, 1.0: 2.0},
    "before": 10.0,
    "between": 2.0,
    "samples_per_chain": 4,
    "stresses": {"every": 5, "longest": 4.0},
}


def test_rungs_consume_what_their_own_temperature_says():
    protocol = KINDS["annealing"].model_validate(DECLARED)
    top, below = protocol.path(1000, 1.0)
    assert (top.name, below.name) == ("anneal_T2", "anneal_T1")
    assert (top.consumed["relaxation_time"], below.consumed["relaxation_time"]) == (0.5, 2.0)
    assert "relaxation_times" not in below.consumed
    assert top.consumed["settling"] == 20.0 and "settling" not in below.consumed
    here = Here(load_model("pss-3d"), 1000, 1.0, below.consumed, (2.0,))
    assert spacing_in_steps(here) == (8000, 1600) and spacing_in_steps(here._replace(temperature=0.9)) == (4000, 800)
    assert protocol.run(here).steps == 8000 + 3 * 1600
    assert protocol.work(here, 8, 1.0) == pytest.approx(2 * 1e-3 * 12800)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"relaxation_times": {2.0: 0.5, 1.0: 0.0}}, "greater than 0"),
        ({"relaxation_times": {1.0: 2.0, 2.0: 0.5}}, "2 after 1: temperatures must descend"),
        ({"relaxation_times": {}}, "at least 1"),
        ({"samples_per_chain": {2.0: 4}}, "samples_per_chain lacks the ladder's temperature 1"),
        ({"samples_per_chain": 1}, "greater than or equal to 2"),
        ({"stresses": {"longest": 6.5}}, "longer than the run .* allowed: up to 6 relaxation times"),
        ({"before": 0.5}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_annealed_is_refused(change, said):
    with pytest.raises(ValidationError, match=said):
        KINDS["annealing"].model_validate(DECLARED | change)


def test_blocks_hold_whole_chains_of_one_warmer_block():
    protocol = KINDS["annealing"].model_validate(DECLARED)
    protocol.check_blocks(1000, {2.0: 16, 1.0: 8})
    with pytest.raises(ValueError, match="must be a multiple of samples_per_chain, 4"):
        protocol.check_blocks(1000, 6)
    with pytest.raises(ValueError, match="must divide the warmer block, 16"):
        protocol.check_blocks(1000, {2.0: 16, 1.0: 12})


def test_samples_less_than_a_stress_apart_are_refused():
    protocol = KINDS["annealing"].model_validate(DECLARED | {"relaxation_times": {2.0: 0.005, 1.0: 2.0}})
    line = Line(SimpleNamespace(temperatures=[2.0, 1.0]), "groups.sticky", "config/papers/sticky.yaml")
    [(key, said)] = protocol.line_problems(line, load_model("pss-3d"))
    assert key == "temperatures" and "2: its samples are 4 steps" in said and "config/papers/sticky.yaml" in said
