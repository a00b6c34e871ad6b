"""Resampling, lines, broken lines and lengths on points of known truth."""

import numpy as np
import pytest

from glassworks.statistics import fits, lengths
from glassworks.statistics.resampling import components, interval, mean_draws, median_draws, weights


def noisy(truth, error, repeats=600, seed=4):
    """Draws around points that are themselves off by `error`."""
    random = np.random.default_rng(seed)
    center = truth + error * random.normal(size=len(truth))
    draws = center[:, None] + error * random.normal(size=(len(truth), repeats))
    return np.column_stack([center, draws])


def test_mean_interval_has_the_textbook_width():
    values = np.random.default_rng(0).normal(3.0, 2.0, size=400)
    found = interval(mean_draws(values, weights(400, 1)))
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * 2.0 / 20, rel=0.15)


def test_mean_leaves_out_missing_samples():
    assert mean_draws(np.array([1.0, np.nan, 3.0]), np.ones((1, 3)))[0] == 2.0


@pytest.mark.parametrize("values", [[3.0, 1.0, 2.0], [4.0, 1.0, 2.0, 3.0], [5.0]])
def test_median(values):
    assert median_draws(np.array(values), np.ones((1, len(values))))[0] == np.median(values)


def test_weights_are_the_same_for_the_same_seed():
    assert np.array_equal(weights(5, (1, 2)), weights(5, (1, 2))) and not np.array_equal(
        weights(5, 1)[1:], weights(5, 2)[1:]
    )


def test_too_few_draws_give_no_interval():
    assert np.isnan(interval(np.array([1.0, np.nan, np.nan, 1.0])).low)


def test_components_tell_the_pairs_needed():
    random = np.random.default_rng(1)
    own = 2.0 + 0.1 * random.normal(size=500)
    values = own[:, None] + 0.6 * random.normal(size=(500, 50))
    found = components(values.mean(axis=1), values.var(axis=1, ddof=1), np.full(500, 50))
    assert found.between == pytest.approx(0.1, rel=0.2) and found.within == pytest.approx(0.6, rel=0.05)
    assert found.pairs_needed == pytest.approx(36, rel=0.4)


def test_line_covers_its_slope():
    """Coverage 0.95 of 100 trials: fewer than 85 has probability below 1e-4."""
    x, error = np.linspace(1, 2, 6), np.full(6, 0.1)
    covered = 0
    for seed in range(100):
        found = interval(fits.line(x, noisy(1 - 3.3 * x, 0.1, seed=seed), error).slope)
        covered += found.low <= -3.3 <= found.high
    assert covered >= 85


def test_line_rejects_a_curve():
    x, error = np.linspace(1, 2, 8), np.full(8, 0.02)
    assert fits.line(x, noisy(x**3, 0.02), error).p_value < 1e-4


def test_counts_find_their_law_with_and_without_empty_points():
    """A law of counts from 200 down to 0.4: its slope is unbiased (four standard errors of 300 trials), an interval by
    reweighting covers it in 95 % of trials (fewer than 262 of 300 has probability below 1e-6)."""
    x, truth, random = np.array([1.6, 2.0, 2.25, 2.6, 3.0]), -3.3, np.random.default_rng(3)
    exposure, samples, slopes, covered = 0.02, 150, [], 0
    for trial in range(300):
        each = random.poisson(exposure * np.exp(9.4 + truth * x)[:, None], (5, samples))
        count = np.array([each[k] @ weights(samples, (trial, k), 200).T for k in range(5)])
        found = fits.poisson(x, count, np.full(count.shape, samples * exposure))
        slopes.append(found.coefficients[1, 0])
        ends = interval(found.coefficients[1])
        covered += ends.low <= truth <= ends.high
    assert np.mean(slopes) == pytest.approx(truth, abs=4 * np.std(slopes) / np.sqrt(300) + 0.02)
    assert covered >= 262


def test_counts_match_an_exact_fit():
    """Two points are fitted exactly; a parabola goes through three; no counts at all give no law."""
    x, exposure = np.array([1.0, 2.0]), np.array([[2.0], [4.0]])
    found = fits.poisson(x, np.array([[10.0], [3.0]]), exposure)
    assert found.coefficients[1, 0] == pytest.approx(np.log((3 / 4) / (10 / 2))) and abs(found.deviance[0]) < 1e-9
    x, count = np.array([0.0, 1.0, 3.0]), np.array([[9.0], [4.0], [1.0]])
    found = fits.poisson(x, count, np.ones((3, 1)), degree=2)
    np.testing.assert_allclose(np.vander(x, 3, increasing=True) @ found.coefficients, np.log(count), atol=1e-9)
    assert np.isnan(fits.poisson(x, np.zeros((3, 1)), np.ones((3, 1))).coefficients).all()


def test_counts_that_one_point_expects_all_of_fix_no_slope():
    """And do not end in an error: one exposure is so much smaller that on the way a point expects 1e14 counts."""
    x, exposure = np.array([-1.0, 1.0, 3.0]), np.exp([[0.0], [0.0], [-100.0]])
    found = fits.poisson(x, np.ones((3, 1)), exposure)
    assert found.coefficients.shape == (2, 1) and not np.isinf(found.coefficients).any()


def test_hinge_finds_the_kink():
    x = np.linspace(0.4, 1.5, 12)
    y = noisy(2.0 - 1.5 * np.minimum(x - 0.9, 0.0), 0.01)
    found = fits.hinge(x, y)
    ends = interval(found.position)
    assert ends.low < 0.9 < ends.high and ends.high - ends.low < 0.1
    assert found.level[0] == pytest.approx(2.0, abs=0.02)


def test_hinge_without_a_kink_finds_none():
    x = np.linspace(0.4, 1.5, 12)
    assert np.isnan(fits.hinge(x, noisy(3.0 - x, 1e-6)).position[0])
    assert np.isnan(fits.hinge(x[:4], np.ones((4, 3))).position).all()


@pytest.mark.parametrize("before, slopes", [(None, (1.0, 1.35)), (1.0, (1.0, 1.35))])
def test_elbow_finds_the_crossover_of_two_power_laws(before, slopes):
    x = np.linspace(-4.0, -0.5, 40)
    y = noisy(0.3 + slopes[0] * np.minimum(x + 2, 0) + slopes[1] * np.maximum(x + 2, 0), 0.01)
    found = fits.elbow(x, y, before=before)
    for draws, truth, width in ((found.position, -2.0, 0.3), (found.after, 1.35, 0.05), (found.before, 1.0, 0.05)):
        ends = interval(draws)
        assert ends.low - 0.01 <= truth <= ends.high + 0.01 and ends.high - ends.low < width
    assert found.level[0, 0] == pytest.approx(0.3, abs=0.03)
    assert np.isnan(fits.elbow(x[:5], y[:5]).position).all()


def test_curves_that_bend_at_one_place_share_it():
    """Each has its own prefactor and range; a curve that ends at the crossover tells only the slope before it."""
    ends, levels = (-0.5, -1.2, -2.0), (0.3, 0.8, -0.4)
    x = [np.linspace(-4.0, end, 30) for end in ends]
    owner = np.repeat([0, 1, 2], 30)
    place = np.concatenate(x) + 2
    truth = np.array(levels)[owner] + np.minimum(place, 0) + 1.35 * np.maximum(place, 0)
    found = fits.elbow(np.concatenate(x), noisy(truth, 0.01), before=1.0, owner=owner)
    assert found.position[0] == pytest.approx(-2.0, abs=0.1) and found.after[0] == pytest.approx(1.35, abs=0.02)
    np.testing.assert_allclose(found.level[:, 0], levels, atol=0.05)
    assert interval(found.after).low < 1.36 and interval(found.after).high > 1.34


def test_rank_correlation():
    rising = np.arange(5.0)[:, None] * np.ones((1, 3))
    assert fits.rank_correlation(rising, rising**3) == pytest.approx(1.0)
    assert fits.rank_correlation(rising, -rising) == pytest.approx(-1.0)
    assert np.isnan(fits.rank_correlation(rising[:2], rising[:2])).all()


@pytest.mark.parametrize("dimension", [2, 3])
def test_crossover_length_of_a_response(dimension):
    random, distance = np.random.default_rng(2), np.geomspace(1.0, 10.0, 30)
    shape = np.exp(2.0 * np.minimum(np.log(distance / 4.0), 0.0)) / distance ** (2 * (dimension - 1))
    response = shape * np.exp(0.1 * random.normal(size=(20, 30)))
    found, why = lengths.crossover(distance, response, weights(20, 1), dimension, 1.0, 20.0)
    ends = interval(found)
    assert why == "found" and ends.low < 4.0 * 1.05 and ends.high > 4.0 * 0.95 and ends.high - ends.low < 0.5


def test_crossover_length_needs_shells():
    found, why = lengths.crossover(np.arange(1.0, 5.0), np.ones((3, 4)), np.ones((2, 3)), 3, 1.0, 6.0)
    assert np.isnan(found).all() and "shells" in why


def test_pinching_length_and_core_size():
    assert lengths.pinching_length(2.0, np.pi) == pytest.approx(4.0)
    assert lengths.core_size(0.027, 1000, 3) == pytest.approx(3.0)


def errors_in_both_of(rng: np.random.Generator, common: float, draws: int = 200):
    """Points on y = 1 − 3 x; errors of x and y, a part of them common, and as large a scatter of the draws."""
    truth = np.linspace(0.0, 0.6, 9)
    size = np.array([0.12, 0.3])
    shape = np.array([[1.0, common], [common, 1.0]]) * np.outer(size, size)
    measured = rng.multivariate_normal([0.0, 0.0], shape, len(truth))
    around = rng.multivariate_normal([0.0, 0.0], shape, (len(truth), draws))
    x, y = (np.array([truth, 1.0 - 3.0 * truth])[k][:, None] + measured[:, k, None] for k in (0, 1))
    return tuple(np.concatenate([each, each + around[..., k]], axis=1) for k, each in ((0, x), (1, y)))


@pytest.mark.parametrize("common", [0.0, -0.6])
def test_errors_of_x_make_no_slope_flatter(common):
    """The median over 200 trials lies at the truth, where ordinary least squares lie a third below, or above where the
    errors go together; 95 % intervals hold the truth in 190 ± 10 of them (three standard errors)."""
    rng, found, plain, held = np.random.default_rng(11), [], [], 0
    for _ in range(200):
        x, y = errors_in_both_of(rng, common)
        fitted = fits.errors_in_both(x, y)
        found.append(fitted.slope[0])
        plain.append(np.polyfit(x[:, 0], y[:, 0], 1)[0])
        low, high = np.quantile(fitted.slope[1:], [0.025, 0.975])
        held += low <= -3.0 <= high
    assert abs(np.median(found) + 3.0) < 0.25 and np.median(plain) > -2.75
    assert held >= 180


def test_errors_in_both_needs_three_points_and_passes_over_unknown_ones():
    x, y = errors_in_both_of(np.random.default_rng(2), 0.0)
    whole = fits.errors_in_both(x, y)
    assert np.isfinite(whole.slope).all() and 0.0 <= whole.p_value <= 1.0
    y[4, 1:] = np.nan  # a value without an interval is no point
    assert fits.errors_in_both(x, y).slope[0] == fits.errors_in_both(np.delete(x, 4, 0), np.delete(y, 4, 0)).slope[0]
    assert np.isnan(fits.errors_in_both(x[:2], y[:2]).slope).all()
