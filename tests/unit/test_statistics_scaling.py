"""Scaling: on curves of known truth, and on random site percolation, whose threshold and exponents are exact."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from lattices import FRACTAL, NU, TAU, THRESHOLD, site_links
from liquid_checks import ALARM
from scipy.special import expit

from glassworks.forces import clusters
from glassworks.statistics import fits
from glassworks.statistics.resampling import weights
from glassworks.statistics.scaling import (
    Curve,
    collapse,
    fit_crossing,
    proportion,
    radius_exponent,
    scaled,
    truncated_exponent,
)
from glassworks.watching.clusters import cluster_rows


def family(seed, error=0.02, shift=0.0):
    """Curves tanh((f − 0.4) L^{1/1.5}) L^{−0.1} with noise; the largest size shifted by `shift`."""
    random, lengths = np.random.default_rng(seed), [8.0, 16.0, 32.0]
    curves = []
    for length in lengths:
        x = 0.4 + np.linspace(-2, 2, 13) / length ** (1 / 1.5)
        y = length**-0.1 * np.tanh((x - 0.4) * length ** (1 / 1.5)) + shift * (length == 32)
        noise = error * length**-0.1
        curves.append(Curve(x, y + noise * random.normal(size=13), np.full(13, noise)))
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
    counts = np.random.default_rng(2).multinomial(400_000, chance / chance.sum())[31:512]
    exponent, variance = truncated_exponent(np.average(np.log(sizes[31:512]), weights=counts), 32, 512)
    error = 1 / np.sqrt(counts.sum() * variance)
    assert abs(exponent - tau) < ALARM * error < 0.15
    assert np.isnan(truncated_exponent(7.0, 32, 512)).all()  # ln 512 = 6.2


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
    """The known p_c and ν collapse the curves, others do not."""
    curves, _ = percolating()
    assert collapse(scaled(SIDES, curves, THRESHOLD, NU)).spread < 3
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
    """At p_c on 256², through the octaves that a step keeps: n_s ∝ s^−τ and s ∝ R_g^d_f from 128 to 4,095.

    Corrections to scaling of this window are below 0.03 and 0.04; the rest is 4 standard errors, over lattices.
    """
    side, random = 256, np.random.default_rng(10)
    links, rows = site_links(side), []
    place = np.stack(np.divmod(np.arange(side**2), side), axis=1).astype(float)
    for _ in range(60):
        found = clusters(links, random.random(side**2) < THRESHOLD)
        network = SimpleNamespace(sizes=found.sizes, radii=found.gyration(place, side), labels=found.labels)
        rows.append([list(row.values())[1:] for row in cluster_rows(network)])
    sums = np.einsum("ds,sok->dok", weights(60, 17, 100), np.array(rows))[:, 7:12]
    count, logs, *whole = np.moveaxis(sums, -1, 0)
    tau = np.array([truncated_exponent(mean, 128, 4095)[0] for mean in logs.sum(axis=1) / count.sum(axis=1)])
    assert abs(tau[0] - TAU) < ALARM * tau[1:].std() + 0.03 and tau[1:].std() < 0.05
    dimension = radius_exponent(*whole)
    assert abs(dimension[0] - FRACTAL) < ALARM * dimension[1:].std() + 0.04 and dimension[1:].std() < 0.03
    assert np.isnan(radius_exponent(*(each[:, :2] for each in whole))).all()


def test_crossing_of_single_systems_is_found():
    """Drawn from the model itself: each of three parameters within ALARM deviations of its draws, which are small."""
    random, systems = np.random.default_rng(11), 3000
    length = random.choice([16.0, 32.0, 64.0], systems)
    fraction = 0.46 + random.normal(size=systems) * 2 / length ** (1 / NU)
    crossed = random.random(systems) < expit(0.7 + 1.5 * (fraction - 0.46) * length ** (1 / NU))
    weight = weights(systems, 12, 60)
    found = fit_crossing(length, fraction, crossed, weight, 0.5)
    for draws, truth, largest in (
        (found.threshold, 0.46, 0.02), (found.nu, NU, 0.4), (found.level, 0.7, 0.4), (found.steepness, 1.5, 0.8)
    ):  # fmt: skip
        assert abs(draws[0] - truth) < ALARM * np.std(draws[1:]) and np.std(draws[1:]) < largest
    fixed = fit_crossing(length, fraction, crossed, weight, 0.5, NU)
    assert (fixed.nu == NU).all() and abs(fixed.threshold[0] - 0.46) < ALARM * np.std(fixed.threshold[1:])
    assert np.std(fixed.threshold[1:]) <= 1.05 * np.std(found.threshold[1:])


def test_crossing_of_site_percolation():
    """Random sites on squares that wrap around either axis: p_c within ALARM deviations and 0.001, ν within ALARM.

    The chance to wrap at p_c is 0.69047, a level of 0.803.
    """
    random, rows = np.random.default_rng(13), []
    for side, systems in ((16, 700), (32, 500), (64, 300)):
        links = site_links(side)
        for p in THRESHOLD + random.uniform(-0.7, 0.7, systems) / side ** (1 / NU):
            rows.append((side, p, clusters(links, random.random(side**2) < p).wraps.any()))
    length, fraction, crossed = np.array(rows).T
    weight = weights(len(rows), 14, 60)
    found = fit_crossing(length, fraction, crossed > 0, weight, 0.55)
    assert abs(found.threshold[0] - THRESHOLD) < ALARM * np.std(found.threshold[1:]) + 0.001
    assert abs(found.nu[0] - NU) < ALARM * np.std(found.nu[1:]) and np.std(found.nu[1:]) < 0.3
    assert abs(found.level[0] - 0.803) < ALARM * np.std(found.level[1:]) + 0.05
    assert np.std(found.threshold[1:]) < 0.005


def test_crossing_that_no_data_bound_ends_at_the_limits():
    """One size alone cannot tell ν, nor the level from the threshold; nothing runs away."""
    random = np.random.default_rng(15)
    fraction = random.uniform(0.3, 0.6, 200)
    found = fit_crossing(np.full(200, 20.0), fraction, fraction > 0.45, weights(200, 16, 10), 0.46)
    assert ((found.threshold > 0.3) & (found.threshold < 0.6)).all() and np.isfinite(found.nu).all()
