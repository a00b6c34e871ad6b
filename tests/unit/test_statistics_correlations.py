"""Decay of stress correlations: on exact fields in balance of forces, periodic like a box, and on noise."""

import numpy as np
import pytest
from scipy import stats

from glassworks.forces.stress import StressMap, ring_means
from glassworks.statistics.correlations import decay, far_field
from glassworks.statistics.resampling import interval, mean_draws, weights

LENGTH, POINTS, CORE = 72.0, 576, 0.2


def wave_vectors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    k = 2 * np.pi * np.fft.fftfreq(POINTS, LENGTH / POINTS)
    x, y = k[:, None], k[None, :]
    squared = x * x + y * y
    squared[0, 0] = 1.0
    return x, y, squared


@pytest.fixture(scope="module")
def balanced() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges, and 8π C(r) averaged over axes and along fixed ones, of s(k) = ½ (k_x + i k_y)²/k² e^{−b²k²/2} in a box.

    That is the spectrum of a field in balance of forces; without box or core both are 1/r².
    """
    x, y, squared = wave_vectors()
    field = 0.5 * (x + 1j * y) ** 2 / squared * np.exp(-0.5 * squared * CORE**2)
    field[0, 0] = 0.0
    spacing, edges = LENGTH / POINTS, np.arange(0.0, 0.5 * LENGTH + 1e-9, 1.0)
    pair = np.fft.ifft2(field * field) / spacing**2  # ⟨s(r) s(0)⟩, as s(−k) = s(k)
    cosine, sine = ring_means(pair.real, spacing, edges)[0], ring_means(pair.imag, spacing, edges)[1]
    shear = np.fft.ifft2(field.imag**2).real / spacing**2
    fixed = StressMap(shear, spacing, 1.0).project(edges)
    return edges, 8 * np.pi * 0.25 * (cosine + sine), 8 * np.pi * fixed


def middles(edges: np.ndarray) -> np.ndarray:
    return np.sqrt(0.5 * (edges[1:] ** 2 + edges[:-1] ** 2))


def test_periodic_copies_have_no_part_in_the_average_over_axes(balanced):
    """1/r² up to L/2, but for the grid's rings and the core's 12 b²/r² = 0.03 at r = 4."""
    edges, averaged, _ = balanced
    r = middles(edges)
    np.testing.assert_allclose((averaged * r**2)[4:], 1 - 12 * CORE**2 / r[4:] ** 2, atol=0.02)


def test_periodic_copies_raise_the_correlation_along_fixed_axes(balanced):
    """1 + 15 Σ|R|²/R⁸ r⁶ − 21 Σ R⁻⁸ r⁸, the sums over the copies' places in the complex plane."""
    edges, _, fixed = balanced
    r, n = middles(edges), np.arange(-40, 41)
    places = LENGTH * (n[:, None] + 1j * n[None, :]).ravel()
    places = places[places != 0]
    sixth, eighth = (abs(places) ** 2 / places**8).sum().real, (1 / places**8).sum().real
    expected = 1 + 15 * sixth * r**6 - 21 * eighth * r**8
    np.testing.assert_allclose((fixed * r**2)[5:], (expected - 12 * CORE**2 / r**2)[5:], atol=0.02)
    half, third = (1 + 15 * sixth * x**6 - 21 * eighth * x**8 for x in (LENGTH / 2, LENGTH / 3))
    assert half == pytest.approx(1.71, abs=0.01) and third == pytest.approx(1.08, abs=0.01)


def test_the_power_of_an_exact_field_is_two(balanced):
    edges, averaged, _ = balanced
    found = decay(edges, averaged[None, :])
    assert found.power[0] == pytest.approx(2.0, abs=0.03) and found.amplitude[0] == pytest.approx(1.0, abs=0.02)
    assert (found.low, found.high) == (4.0, 36.0)


@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
def test_powers_with_noise(power):
    """Noise as of pair sums: of 60 fits the mean is right within 4 errors, and five of six intervals hold it."""
    rng, edges = np.random.default_rng(3), np.arange(0.0, 36.5, 0.5)
    r, area = middles(edges), np.diff(edges**2)
    noise = 0.005 / np.sqrt(area)
    values, held = [], 0
    for _ in range(60):
        truth = 0.5 * r**-power * 4.0 ** (power - 2) + noise * rng.standard_normal(len(r))
        draws = np.vstack([truth, truth + noise * rng.standard_normal((100, len(r)))])
        found = decay(edges, draws)
        value, low, high = interval(found.power)
        values.append(value)
        held += low <= power <= high
        assert far_field(edges, draws).amplitude == pytest.approx(found.amplitude)
    assert abs(np.mean(values) - power) < 4 * np.std(values) / np.sqrt(60) + 0.01 and held >= 50


def test_what_does_not_decay_has_no_power():
    edges = np.arange(0.0, 20.5, 0.5)
    flat, negative = np.full((1, 40), 0.1), np.full((1, 40), -0.1)
    assert np.isnan(decay(edges, flat).power[0]) and np.isnan(decay(edges, negative).power[0])
    with pytest.raises(ValueError, match="three shells"):
        decay(edges, flat, 19.0)


@pytest.mark.parametrize("trajectories", [4, 8, 40])
def test_intervals_of_the_exponent_hold_it(trajectories):
    """κ/r² with the noise of independent stresses, trajectories of different noise: of 120 intervals of 95 %, so few
    hold the 2 by chance once in 10,000 runs where each holds it with 90 %."""
    edges = np.arange(0.0, 36.5)
    distance, pairs = np.sqrt(0.5 * (edges[1:] ** 2 + edges[:-1] ** 2)), np.diff(edges**2)
    rng, weight, held = np.random.default_rng(trajectories), weights(trajectories, 3, 400), 0
    for _ in range(120):
        noise = 0.02 * rng.lognormal(0.0, 0.3, (trajectories, 1)) * rng.normal(size=(trajectories, len(distance)))
        each = 0.4 / np.maximum(distance, 1.0) ** 2 + noise / np.sqrt(pairs)
        found = interval(decay(edges, mean_draws(each, weight)).power)
        held += found.low <= 2.0 <= found.high
    assert held >= stats.binom.ppf(1e-4, 120, 0.90)
