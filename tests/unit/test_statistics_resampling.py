"""Clustered weights: the interval of a mean over correlated samples covers the truth as often as it says."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from glassworks.statistics.resampling import (
    between,
    concentration,
    effective_number,
    interpolated,
    interval,
    mean_draws,
    weights,
)
from glassworks.statistics.tables import chosen, owners_of


def test_samples_of_a_cluster_share_their_weight():
    drawn = weights(6, 3, owners=np.array([0, 0, 1, 1, 2, 2]))
    assert np.array_equal(drawn[:, 0::2], drawn[:, 1::2])
    assert np.allclose(drawn.mean(axis=1), 1.0) and (drawn[0] == 1).all()


def test_clustered_intervals_cover_where_independent_ones_fail():
    """Pairs of equal values: 200 trials; 95 % nominal, fewer than 86 % has a false-alarm rate below 1e-6."""
    generator = np.random.default_rng(4)
    covered = {True: 0, False: 0}
    for trial in range(200):
        values = np.repeat(generator.normal(size=40), 4)
        for clustered in covered:
            found = interval(
                mean_draws(values, weights(160, trial, 400, np.repeat(np.arange(40), 4) if clustered else None))
            )
            covered[clustered] += found.low <= 0.0 <= found.high
    assert covered[True] > 172
    assert covered[False] < 160


@pytest.mark.parametrize("count, least", [(2, 0.87), (3, 0.87), (4, 0.87), (6, 0.915), (10, 0.92), (40, 0.92)])
def test_intervals_of_few_cover_as_promised(count, least):
    """2,000 samples of normal numbers with the same weights; Student's interval would cover 95 %, the plain bootstrap's
    50, 67, 77, 84, 90 and 94 %. The least is six standard errors below what many seeds gave: a false alarm in 1e-9."""
    values = np.random.default_rng(8).normal(size=(2000, count))
    draws = values @ weights(count, 5).T / count
    low, high = np.quantile(draws[:, 1:], [0.025, 0.975], axis=1)
    assert least < ((low < 0) & (high > 0)).mean() < 0.98


def test_weights_of_few_have_the_variance_of_students_interval():
    for count in (2, 3, 5, 6, 12, 200):
        shape, stretch = concentration(count)
        got = stretch**2 / (count * shape + 1)
        assert got == pytest.approx((stats.t.ppf(0.975, count - 1) / 1.959964) ** 2 / (count - 1), rel=1e-6)


def test_one_sample_tells_no_error():
    found = interval(mean_draws(np.array([3.0]), weights(1, 0)))
    assert found.value == 3.0 and np.isnan([found.low, found.high]).all()


def test_chains_are_owners_where_there_are_enough():
    liquids = pd.DataFrame({"sample": range(20), "chain": np.repeat(np.arange(5), 4), "sweeps_between": 100.0})
    equilibrium = pd.DataFrame({"relaxation_sweeps": [1.0]})
    assert (owners_of(liquids, equilibrium, np.arange(20)) == liquids["chain"]).all()
    assert len(set(owners_of(liquids, equilibrium, np.arange(16)))) == 16  # four chains: as far apart as 100 times


def test_owners_span_four_relaxation_times_of_a_chain():
    liquids = pd.DataFrame({"sample": range(8), "chain": [0] * 4 + [1] * 4, "sweeps_between": 200.0})
    equilibrium = pd.DataFrame({"relaxation_sweeps": [100.0]})
    found = owners_of(liquids, equilibrium, np.arange(8))
    assert [len(set(found[k : k + 2])) for k in (0, 2, 4, 6)] == [1, 1, 1, 1] and len(set(found)) == 4
    assert len(set(owners_of(liquids, equilibrium.assign(relaxation_sweeps=40.0), np.arange(8)))) == 8
    assert len(set(owners_of(liquids, pd.DataFrame(), np.arange(8)))) == 8
    independent = liquids.assign(chain=range(8), sweeps_between=np.nan)
    assert len(set(owners_of(independent, equilibrium, np.arange(8)))) == 8


def test_chains_of_molecular_dynamics_have_owners_too():
    """No sweeps are between their samples: the evidence tells how many relaxation times there are."""
    liquids = pd.DataFrame({"sample": range(8), "chain": [0] * 4 + [1] * 4, "sweeps_between": np.nan})
    for ratio, count in ((2.0, 4), (1.0, 2), (4.0, 8), (np.nan, 2)):
        equilibrium = pd.DataFrame({"relaxation_sweeps": [100.0], "between_ratio": [ratio]})
        assert len(set(owners_of(liquids, equilibrium, np.arange(8)))) == count


def test_effective_number_of_correlated_samples():
    """Forty chains of ten samples, alike or not: the mean over 50 trials, whose standard error is below a tenth."""
    random, owner = np.random.default_rng(2), np.repeat(np.arange(40), 10)
    alike = [effective_number(np.repeat(random.normal(size=40), 10), owner) for _ in range(50)]
    apart = [effective_number(random.normal(size=400), owner) for _ in range(50)]
    half = [effective_number(random.normal(size=400) + np.repeat(random.normal(size=40), 10), owner) for _ in range(50)]
    assert np.mean(alike) == pytest.approx(40, rel=0.05)
    assert 330 < np.mean(apart) <= 400
    assert np.mean(half) == pytest.approx(400 / 5.5, rel=0.15)
    assert np.isnan(effective_number(random.normal(size=8), np.arange(8) // 4))


@pytest.mark.parametrize("count", [2, 3, 10, 999, 1000])
def test_ends_are_those_of_numpy_to_the_bit(count):
    rng = np.random.default_rng(count)
    for share in (0.025, 0.16, 0.5, 0.975, 1.0):
        values = rng.standard_normal(count) * 10 ** rng.uniform(-9, 9)
        assert between(np.sort(values), share) == np.quantile(values, share)


@pytest.mark.parametrize("rows", [[], [0, 1], [2, 3, 4], [0, 2], [4]])
def test_rows_that_are_neighbors_are_chosen_as_others_are(rows):
    frame, mask = pd.DataFrame({"a": range(5), "b": list("vwxyz")}), np.isin(np.arange(5), rows)
    pd.testing.assert_frame_equal(chosen(frame, mask), frame[mask])


@pytest.mark.parametrize("points", [1, 2, 3, 4, 5, 6, 40])
def test_curves_are_read_at_a_place_as_numpy_does_to_the_bit(points):
    draws = np.random.default_rng(points)
    steps = draws.choice([0.0, 0.3, 1.0, 2.0**0.5], (200, points))
    steps[:10, points // 2] = -0.7  # out of order, as sums of weights below zero are
    x, y = np.cumsum(steps, axis=1), draws.normal(size=(200, points))
    x[10], y[11] = np.nan, np.nan
    for place in (
        0.3,
        1.6,
        -3.0,
        1e9,
        np.where(np.arange(200) % 3, draws.choice(x[0], 200), draws.normal(1.0, 2.0, 200)),
    ):
        at = np.broadcast_to(place, 200)
        for first, second in ((x, y), (x, y[0]), (np.sort(x[0]), y)):
            abscissas, heights = (np.broadcast_to(each, (200, points)) for each in (first, second))
            expected = [np.interp(*each) for each in zip(at, abscissas, heights, strict=True)]
            if first is x:
                expected[10] = np.nan
            np.testing.assert_array_equal(interpolated(place, first, second), expected)
