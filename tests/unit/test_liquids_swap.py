"""Swap Monte Carlo: exact small systems, neighbor rows, bits, limits, and agreement with molecular dynamics."""

import numpy as np
import pytest
from liquid_checks import (
    ALARM,
    FOUR,
    block_mean,
    chi_squared_deviation,
    deviation,
    pair_energy,
    sampled,
    visits_deviate,
)

from glassworks.configurations import Box, Configuration, force_state
from glassworks.liquids import SwapChain, equilibrate_dynamics, initial_configuration, run_swap_chain
from glassworks.liquids.xoshiro import below, random_state, uniform
from glassworks.models import load_model, model_names, pair_length


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def small(name: str) -> int:
    return max(100, load_model(name).smallest_system())


def plain_xoshiro(state: list[int]) -> float:
    """xoshiro256++ in whole numbers of Python."""
    mask = 2**64 - 1

    def rotated(x: int, k: int) -> int:
        return ((x << k) | (x >> (64 - k))) & mask

    result = (rotated((state[0] + state[3]) & mask, 23) + state[0]) & mask
    shifted = (state[1] << 17) & mask
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotated(state[3], 45)
    return (result >> 11) / 2**53


def test_random_numbers_are_those_of_the_published_generator():
    state = random_state(rng(1))
    plain = [int(word) for word in state]
    assert [uniform(state) for _ in range(100)] == [plain_xoshiro(plain) for _ in range(100)]
    assert {below(state, 5) for _ in range(200)} == set(range(5))


@pytest.mark.parametrize("name", model_names())
def test_initial_configuration_is_a_hot_liquid(name):
    model, n = load_model(name), small(name)
    start = initial_configuration(model, n, rng(1))
    state = force_state(model.interaction, start)
    assert np.isfinite(state.energy) and state.energy / n < 20.0
    assert np.array_equal(np.sort(start.diameters), np.sort(model.diameters(n)))
    alone = model.mixture.kind == "monodisperse"
    assert alone or not np.array_equal(start.diameters, model.diameters(n))
    assert np.array_equal(start.positions, initial_configuration(model, n, rng(1)).positions)


def test_too_few_particles_are_refused():
    model = load_model("poly-3d")
    with pytest.raises(ValueError, match="at least"):
        initial_configuration(model, model.smallest_system() - 1, rng(1))


@pytest.mark.parametrize("bad", [{"temperature": 0.0}, {"swap_fraction": 1.0}, {"displacement": 0.0}])
def test_parameters_out_of_range_are_refused(bad):
    model = load_model("poly-2d")
    start = initial_configuration(model, 100, rng(1))
    with pytest.raises(ValueError):
        SwapChain(model, start, **({"temperature": 1.0, "rng": rng(1)} | bad))


def assert_rows_are_complete(chain: SwapChain) -> None:
    """Every interacting pair stands once in both rows, and the rest of a row is the ghost."""
    here, interaction = chain.configuration, chain.interaction
    rows = [set(chain.neighbors[i, : chain.rows.count[i]].tolist()) for i in range(chain.n)]
    assert all(len(row) == count for row, count in zip(rows, chain.rows.count, strict=True))
    assert all((chain.neighbors[i, chain.rows.count[i] :] == chain.n).all() for i in range(chain.n))
    missing = 0
    for i in range(chain.n):
        vectors = here.box.shortest(here.positions[i] - here.positions)
        lengths = np.array(
            [pair_length(interaction.nonadditivity, here.diameters[i], other) for other in here.diameters]
        )
        close = set(np.flatnonzero((vectors**2).sum(axis=1) < (interaction.cutoff * lengths) ** 2).tolist()) - {i}
        missing += len(close - rows[i])
        assert i not in rows[i] and all(i in rows[j] for j in rows[i])
    assert missing == 0


@pytest.mark.parametrize(
    ("name", "n", "displacement"),
    [
        ("poly-3d", 140, 0.1), ("poly-3d", 600, 0.25), ("poly-2d", 300, 0.1), ("ipl-4d", 0, 0.1), ("ipl-2d", 150, 0.4),
        ("pss-poly-3d", 400, 0.1), ("pss-3d", 0, 0.2), ("ka", 0, 0.1), ("harmonic-2d", 150, 0.1),
    ],
)  # fmt: skip
def test_rows_and_energies_survive_many_refreshes(name, n, displacement):
    model = load_model(name)
    start = initial_configuration(model, max(n, model.smallest_system()), rng(2))
    chain = SwapChain(model, start, 1.5, rng(3), displacement=displacement)
    for _ in range(3):
        chain.advance(40)
        chain.settle()
        assert_rows_are_complete(chain)
    assert chain.counts[4] > 50
    fresh = force_state(model.interaction, chain.configuration)
    assert chain.energy == pytest.approx(fresh.energy, rel=1e-12)
    ideal = chain.n * chain.temperature / chain.box.volume
    assert chain.pressure == pytest.approx(fresh.pressure + ideal, rel=1e-12)
    sizes = chain.configuration.diameters
    assert np.array_equal(np.sort(sizes), np.sort(start.diameters))
    assert np.array_equal(sizes[chain.order], np.sort(start.diameters))


def test_a_running_energy_that_leaves_the_fresh_sum_is_an_error():
    model = load_model("poly-2d")
    chain = SwapChain(model, initial_configuration(model, 100, rng(1)), 1.0, rng(1))
    chain.energy += 1e-3
    with pytest.raises(ArithmeticError):
        chain.settle()


def test_a_lost_neighbor_is_named_with_its_sweep():
    """Rows that lack a pair are found out by a sum that does not use them."""
    model = load_model("poly-3d")
    chain = SwapChain(model, initial_configuration(model, 140, rng(1)), 1.0, rng(1))
    chain.advance(3)
    chain.settle()
    assert chain.lost_pair() is None
    here = chain.configuration
    nearest = (here.box.shortest(here.positions[17] - here.positions) ** 2).sum(axis=1).argsort()[1]
    row, count = chain.neighbors[17], chain.rows.count
    count[17] -= 1
    row[row == nearest] = row[count[17]]
    row[count[17]] = chain.n
    first, second = sorted((17, int(nearest)))
    assert set(chain.lost_pair()) == {first, second}
    chain.advance(20)
    with pytest.raises(ArithmeticError, match=r"sweep 23: running energy .* has left the fresh sum"):
        chain.settle()
    chain.energy += 1.0
    with pytest.raises(ArithmeticError, match=r"particle \d+ has lost its neighbor \d+"):
        chain.rows.count[:] = 0
        chain.neighbors[:] = chain.n
        chain.settle()


def test_a_start_that_is_nowhere_is_refused():
    model = load_model("poly-3d")
    start = initial_configuration(model, 140, rng(1))
    positions = start.positions.copy()
    positions[3, 2] = np.nan
    with pytest.raises(FloatingPointError, match="particle 3 is lost"):
        SwapChain(model, start.moved(positions), 1.0, rng(1))


def test_swaps_at_fixed_places_visit_sizes_as_boltzmann_says():
    """Four particles that cannot move: all 24 arrangements of their sizes against exact weights."""
    chain = SwapChain(load_model("poly-3d"), FOUR, 1.0, rng(5), 0.98, 1e-14)
    assert visits_deviate(chain) < ALARM + 1


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_distance_of_two_particles_is_distributed_as_boltzmann_says(dimension):
    model = load_model(f"ipl-{dimension}d")
    box, sizes, temperature, bins = Box(4.15, dimension), np.array([1.0, 1.4]), 2.0, 14
    places = np.zeros((2, dimension))
    places[1, 0] = 1.3
    chain = SwapChain(model, Configuration(places, sizes, box), temperature, rng(6), 0.0, 0.5)
    edges = np.linspace(0.85, 1.6, bins + 1)
    fine = np.linspace(0.85, 1.6, 40 * bins + 1)
    middle = 0.5 * (fine[1:] + fine[:-1])
    energies = np.array([pair_energy(model.interaction, r, *sizes) for r in middle])
    weights = (middle ** (dimension - 1) * np.exp(-energies / temperature)).reshape(bins, 40).sum(axis=1)
    counts = np.zeros(bins)
    for _ in range(30_000):
        chain.advance(30)
        vector = box.shortest(np.subtract(*chain.configuration.positions))
        counts += np.histogram(np.linalg.norm(vector), edges)[0]
    assert counts.sum() > 2000
    assert abs(chi_squared_deviation(counts, weights / weights.sum() * counts.sum())) < ALARM + 1


def likelihood_slope(first: np.ndarray, second: np.ndarray) -> float:
    """Maximum-likelihood slope of ln[P_1(E)/P_2(E)] = a + slope E (logistic regression)."""
    energies = np.concatenate([first, second])
    labels = np.concatenate([np.ones(len(first)), np.zeros(len(second))])
    center, scale = energies.mean(), energies.std()
    design = np.stack([np.ones_like(energies), (energies - center) / scale], axis=1)
    theta = np.zeros(2)
    for _ in range(30):
        guess = 1.0 / (1.0 + np.exp(-design @ theta))
        hessian = (design * (guess * (1 - guess))[:, None]).T @ design
        theta += np.linalg.solve(hessian, design.T @ (labels - guess))
    return theta[1] / scale


@pytest.mark.parametrize(("swap_fraction", "between"), [(0.0, 8), (0.5, 4)])
def test_energies_at_two_temperatures_are_canonical(swap_fraction, between):
    """ln[P_1(E)/P_2(E)] has slope β_2 − β_1 (Shirts 2013); the error by jackknife over blocks."""
    model, temperatures, blocks = load_model("poly-3d"), (1.3, 1.5), 20
    start = initial_configuration(model, 140, rng(1))
    series = []
    for seed, temperature in enumerate(temperatures):
        chain = SwapChain(model, start, temperature, rng(seed), swap_fraction)
        chain.advance(2000)
        series.append(sampled(chain, 2000 * between, between)[0] * 140)
    slope = likelihood_slope(*series)
    cut = [np.array_split(each, blocks) for each in series]
    left = [
        likelihood_slope(*[np.concatenate([part for m, part in enumerate(each) if m != k]) for each in cut])
        for k in range(blocks)
    ]
    error = np.sqrt((blocks - 1) * np.var(left))
    exact = 1 / temperatures[1] - 1 / temperatures[0]
    assert error < 0.15 * abs(exact)
    assert abs(slope - exact) < ALARM * error


@pytest.mark.parametrize(("name", "n", "temperature"), [("poly-3d", 140, 1.3), ("pss-poly-3d", 200, 3.0)])
def test_swap_plain_monte_carlo_and_dynamics_agree(name, n, temperature):
    """⟨U⟩/N and ⟨p⟩, hot enough that sizes mix in all: six comparisons a model, together 1 false alarm in 2,700."""
    model = load_model(name)
    start = run_swap_chain(
        model, initial_configuration(model, n, rng(1)), temperature, 2000, 1, 1, rng(2)
    ).configurations[0]
    series = [
        sampled(SwapChain(model, start, temperature, rng(3), 0.2), 12_000, 10),
        sampled(SwapChain(model, start, temperature, rng(4), 0.0), 30_000, 10),
    ]
    trace = equilibrate_dynamics(model, start, temperature, 150.0, rng(5)).trace
    series.append(np.array([trace.energy, trace.pressure])[:, len(trace.time) // 15 :])
    means = [[block_mean(each) for each in both] for both in series]
    assert all(each[0][1] < 0.02 * temperature and each[1][1] < 0.06 * temperature for each in means)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        for observable in (0, 1):
            assert abs(deviation(means[first][observable], means[second][observable])) < ALARM


@pytest.mark.parametrize("name", ["poly-2d", "poly-3d", "ipl-4d"])
def test_a_dilute_liquid_is_an_ideal_gas(name):
    model = load_model(name).model_copy(update={"density": 1e-5})
    start = initial_configuration(model, 100, rng(1))
    record = run_swap_chain(model, start, 1.5, 20, 10, 3, rng(2), displacement=0.2)
    assert record.pressures == pytest.approx(1e-5 * 1.5, rel=0.02)
    assert abs(record.energies).max() < 1e-2
    assert record.acceptance_move > 0.99 and record.acceptance_swap > 0.8


def test_same_seed_same_bits_whatever_the_progress():
    model, start = load_model("poly-3d"), initial_configuration(load_model("poly-3d"), 150, rng(1))
    calls = []
    first = run_swap_chain(model, start, 1.0, 450, 60, 3, rng(7))
    second = run_swap_chain(model, start, 1.0, 450, 60, 3, rng(7), progress=lambda *both: calls.append(both))
    other = run_swap_chain(model, start, 1.0, 450, 60, 3, rng(8))
    assert calls[-1] == (570, 570) and [done for done, _ in calls] == sorted(done for done, _ in calls)
    for one, two in zip(first.configurations, second.configurations, strict=True):
        assert np.array_equal(one.positions, two.positions) and np.array_equal(one.diameters, two.diameters)
    assert np.array_equal(first.energies, second.energies)
    assert not np.array_equal(first.configurations[0].positions, other.configurations[0].positions)


def test_without_exchanges_every_particle_keeps_its_size():
    model, start = load_model("poly-2d"), initial_configuration(load_model("poly-2d"), 100, rng(1))
    record = run_swap_chain(model, start, 1.0, 50, 10, 2, rng(2), swap_fraction=0.0)
    assert np.array_equal(record.configurations[-1].diameters, start.diameters)
    assert np.isnan(record.acceptance_swap) and 0.1 < record.acceptance_move < 0.9


def test_the_drift_is_that_of_the_mean_position():
    """Nothing wraps in a box much larger than the moves."""
    model = load_model("poly-2d").model_copy(update={"density": 1e-4})
    start = initial_configuration(model, 100, rng(1))
    inside = start.moved(0.25 * start.box.length + 0.5 * start.positions)
    chain = SwapChain(model, inside, 1.0, rng(2))
    chain.advance(100)
    moved = chain.configuration.positions - inside.positions
    assert abs(moved).max() < 0.25 * start.box.length
    assert chain.drift == pytest.approx(moved.mean(axis=0), abs=1e-10)
