"""Scaling: on curves of known truth, and on random site percolation, whose threshold and exponents are exact."""

from functools import cache

import numpy as np
import pytest
from lattices import FRACTAL, NU, TAU, THRESHOLD, site_links
from liquid_checks import ALARM

from glassworks.forces import clusters
from glassworks.statistics import fits
from glassworks.statistics.scaling import Curve, collapse, fit_scaling, fractal_dimension, power_law, proportion, scaled


def family(seed, error=0.02, shift=0.0, draws=0):
    """Curves tanh((f − 0.4) L^{1/1.5}) L^{−0.1} with noise; the largest size shifted by `shift`."""
    random, lengths = np.random.default_rng(seed), [8.0, 16.0, 32.0]
    curves = []
    for length in lengths:
        x = 0.4 + np.linspace(-2, 2, 13) / length ** (1 / 1.5)
        y = length**-0.1 * np.tanh((x - 0.4) * length ** (1 / 1.5)) + shift * (length == 32)
        noise = error * length**-0.1
        y = y[:, None] + noise * random.normal(size=(13, 1))
        if draws:
            y = np.hstack([y, y + noise * random.normal(size=(13, draws))])
        curves.append(Curve(x, y if draws else y[:, 0], np.full(13, noise)))
    return lengths, curves


def test_curves_that_coincide_have_a_spread_of_one():
    """Mean over 40 families; straight lines instead of tanh add little at this error."""
    spreads = [collapse(scaled(*family(seed, 0.05), 0.4, 1.5, 0.1)).spread for seed in range(40)]
    assert np.mean(spreads) == pytest.approx(1.0, abs=0.15)


def test_curves_that_differ_have_a_large_spread():
    lengths, curves = family(1, shift=0.1)
    assert collapse(scaled(lengths, curves, 0.4, 1.5, 0.1)).spread > 4
    lengths, curves = family(1)
    assert collapse(scaled(lengths, curves, 0.45, 1.5, 0.1)).spread > 10
    assert collapse(scaled(lengths, curves, 0.4, 2.5, 0.1)).spread > 4


def test_spread_of_two_points_beside_a_line():
    """By hand: the line between (0, 0) and (2, 2), both ± 1, is 1 ± √½ at 1; (1 − 3)² / (1 + ½)."""
    first = Curve(np.array([0.0, 2.0]), np.array([0.0, 2.0]), np.ones(2))
    second = Curve(np.array([1.0, 5.0]), np.array([3.0, 9.0]), np.ones(2))
    found = collapse([first, second])
    line = 3 + (9 - 3) / 4  # of the second curve at 2, ± √((3/4)² + (1/4)²)
    other = (2 - line) ** 2 / (1 + 0.625)
    assert found.points == 2 and found.spread == pytest.approx(0.5 * (4 / 1.5 + other))
    assert np.isnan(collapse([first]).spread)


def test_best_collapse_covers_the_truth():
    """Each of three parameters within ALARM deviations of its draws."""
    lengths, curves = family(3, 0.01, draws=25)
    found = fit_scaling(lengths, curves, 0.42, 1.3, None)
    for draws, truth in ((found.threshold, 0.4), (found.nu, 1.5), (found.beta_over_nu, 0.1)):
        assert abs(draws[0] - truth) < ALARM * np.std(draws[1:]) < ALARM * 0.1
    assert found.spread[0] < 2 and found.points > 30


def test_proportions():
    value, error = proportion(np.array([0, 50, 100]), np.array([100, 100, 100]))
    np.testing.assert_allclose(value, [0, 0.5, 1])
    assert error[1] == pytest.approx(0.05, rel=0.05)
    assert error[0] == pytest.approx(error[2]) and 0.005 < error[0] < 0.02


@pytest.mark.parametrize("tau", [1.85, 2.05])
def test_power_law_within_a_window(tau):
    """Sizes drawn from s^−τ with an exponential cutoff far beyond the window; ALARM standard errors."""
    sizes = np.arange(1, 100_001)
    chance = sizes**-tau * np.exp(-sizes / 20_000) * (1 + 3 / sizes)
    counts = np.random.default_rng(2).multinomial(300_000, chance / chance.sum())
    found = power_law(sizes, counts, 30, 600)
    assert abs(found.exponent - tau) < ALARM * found.error < 0.15
    assert found.clusters == counts[29:600].sum()
    with pytest.raises(ValueError, match="fewer than two"):
        power_law(sizes, counts, 200_000, 300_000)


SIDES, SAMPLES = (16, 32, 64), 300


@cache
def percolating():
    """Fractions, chance to wrap around either axis, and its error for each size; largest clusters at the threshold."""
    random = np.random.default_rng(7)
    curves, largest = [], []
    for side in SIDES:
        links = site_links(side)
        p = THRESHOLD + np.linspace(-0.6, 0.6, 5) / side ** (1 / NU)
        wrapped = np.zeros(5)
        for k, fraction in enumerate(p):
            found = [clusters(links, random.random(side**2) < fraction) for _ in range(SAMPLES)]
            wrapped[k] = sum(each.wraps.any() for each in found)
            if k == 2:
                largest.append([each.largest for each in found])
        curves.append(Curve(p, *proportion(wrapped, np.full(5, SAMPLES))))
    return curves, np.array(largest, dtype=float)


def test_site_percolation_collapses_at_its_threshold():
    """The known p_c and ν collapse the curves; refitted, both come out. False alarms: about 1 in 10,000 each."""
    curves, _ = percolating()
    assert collapse(scaled(SIDES, curves, THRESHOLD, NU)).spread < 3
    random = np.random.default_rng(8)
    drawn = [
        Curve(c.x, np.column_stack([c.y, c.y[:, None] + c.error[:, None] * random.normal(size=(5, 20))]), c.error)
        for c in curves
    ]
    found = fit_scaling(SIDES, drawn, 0.58, 1.0)
    assert abs(found.threshold[0] - THRESHOLD) < ALARM * np.std(found.threshold[1:]) + 0.001
    assert abs(found.nu[0] - NU) < ALARM * np.std(found.nu[1:]) and np.std(found.nu[1:]) < 0.15
    assert np.std(found.threshold[1:]) < 0.003 and found.spread[0] < 3
    assert collapse(scaled(SIDES, curves, THRESHOLD + 0.03, NU)).spread > 10


def test_chance_to_wrap_at_the_threshold():
    """Around either axis: 0.69047 in the limit of large L (Newman & Ziff, Phys. Rev. E 64, 016706 (2001))."""
    curves, _ = percolating()
    for curve in curves:
        assert abs(curve.y[2] - 0.69047) < ALARM * curve.error[2]


def test_fractal_dimension_of_the_largest_cluster():
    """s_1 ∝ L^d_f at p_c, with 4 standard errors and 0.01 for corrections to scaling."""
    _, largest = percolating()
    mean, error = largest.mean(axis=1), largest.std(axis=1, ddof=1) / np.sqrt(SAMPLES)
    random = np.random.default_rng(9)
    draws = np.column_stack(
        [np.log(mean), np.log(mean)[:, None] + (error / mean)[:, None] * random.normal(size=(3, 200))]
    )
    found = fits.line(np.log(SIDES), draws, error / mean)
    assert abs(found.slope[0] - FRACTAL) < ALARM * np.std(found.slope[1:]) + 0.01 and np.std(found.slope[1:]) < 0.02


def test_cluster_sizes_and_radii_of_site_percolation():
    """At p_c on 256²: n_s ∝ s^−τ between 100 and 5,000, s ∝ R_g^d_f between the same sizes.

    Corrections to scaling of this window are below 0.03 and 0.04; the rest is 4 standard errors.
    """
    side, random = 256, np.random.default_rng(10)
    links, sizes, radii = site_links(side), [], []
    for _ in range(60):
        found = clusters(links, random.random(side**2) < THRESHOLD)
        place = np.stack(np.divmod(np.arange(side**2), side), axis=1).astype(float)
        sizes.append(found.sizes)
        radii.append(found.gyration(place, side))
    sizes, radii = np.concatenate(sizes), np.concatenate(radii)
    found = power_law(np.arange(len(np.bincount(sizes))), np.bincount(sizes), 100, 5000)
    assert abs(found.exponent - TAU) < ALARM * found.error + 0.03 and found.error < 0.05
    dimension, error = fractal_dimension(sizes, radii, 100, 5000)
    assert abs(dimension - FRACTAL) < ALARM * error + 0.04 and error < 0.03
