"""Laws of relaxation times and far fields of correlations, on data of known truth."""

import numpy as np
import pytest
from test_statistics_fits import noisy

from glassworks.statistics.correlations import correlation_draws, far_field
from glassworks.statistics.relaxation import arrhenius_onset, crossing, mode_coupling, vogel_fulcher
from glassworks.statistics.resampling import interval, weights

TEMPERATURE = np.array([3.0, 2.6, 2.2, 1.9, 1.6, 1.4, 1.2, 1.1, 1.0, 0.95])
ERROR = np.full(10, 0.03)


def holds(draws, truth, width):
    """Whether the draws' interval, widened by half, holds the truth and is narrower than `width`."""
    ends = interval(draws)
    margin = 0.5 * (ends.high - ends.low)
    return ends.low - margin < truth < ends.high + margin and ends.high - ends.low < width


def test_crossing_of_stretched_exponentials():
    """One curve or several: τ, NaN for one that never falls to 1/e and for one that starts below."""
    times = np.geomspace(1, 1e5, 60)
    curve = np.exp(-((times / 470.0) ** 0.7))
    assert crossing(times, curve) == pytest.approx(470.0, rel=5e-3)
    several = np.column_stack([curve, np.exp(-times / 30.0), np.full(60, 0.9), np.full(60, 0.1)])
    np.testing.assert_allclose(crossing(times, several), [470.0, 30.0, np.nan, np.nan], rtol=5e-3)


def test_vogel_fulcher_tammann():
    tau = np.exp(noisy(np.log(5.0) + 4.0 * 0.63 / (TEMPERATURE - 0.63), 0.03))
    found = vogel_fulcher(TEMPERATURE, tau, ERROR)
    assert holds(found.temperature, 0.63, 0.1) and holds(found.fragility, 4.0, 2.5) and holds(found.time, 5.0, 3.0)
    assert np.median(found.chi_square) < 40


def test_an_arrhenius_liquid_has_no_divergence():
    found = vogel_fulcher(TEMPERATURE, np.exp(noisy(1.0 + 6.0 / TEMPERATURE, 0.03)), ERROR)
    finite = found.temperature[np.isfinite(found.temperature)]
    assert len(finite) < len(found.temperature) and (finite < 0.25).all()


def test_onset_of_slowing_down():
    x = 1 / TEMPERATURE
    ln_tau = 1.0 + 3.0 * x + 8.0 * np.maximum(x - 1 / 1.9, 0.0) ** 2
    found = arrhenius_onset(TEMPERATURE, np.exp(noisy(ln_tau, 0.02)), 0.02 * np.ones(10))
    assert holds(found.temperature, 1.9, 0.9) and holds(found.activation, 3.0, 2.0)
    assert (found.curvature > 0).all()


def test_mode_coupling():
    tau = np.exp(noisy(2.0 - 2.1 * np.log(TEMPERATURE - 0.8), 0.03))
    found = mode_coupling(TEMPERATURE, tau, ERROR)
    assert holds(found.temperature, 0.8, 0.06) and holds(found.exponent, 2.1, 0.5)


EDGES = np.arange(0.0, 32.5, 0.5)
MIDDLES = np.sqrt(0.5 * (EDGES[1:] ** 2 + EDGES[:-1] ** 2))


def trajectories(kappa, count, seed, noise=2.0):
    """Sums over pairs in shells, for C = κ/r² with noise that falls with the pairs of a shell; ⟨σ²⟩ = 0.25."""
    random = np.random.default_rng(seed)
    pairs = np.tile(np.rint(300 * np.diff(EDGES**2)), (count, 1))
    return 0.25 * (kappa / MIDDLES**2 * pairs + noise * np.sqrt(pairs) * random.normal(size=pairs.shape)), pairs


@pytest.mark.parametrize("kappa", [0.0, 1.0])
def test_far_field_of_noise_and_of_an_inverse_square(kappa):
    """Amplitude and signed integral are unbiased (4 standard errors); C_int of noise alone is its floor."""
    sums, pairs = trajectories(kappa, 100, 1)
    draws = correlation_draws(sums, pairs, np.full(100, 0.25), weights(100, 2))
    found = far_field(EDGES, draws)
    exact = 2 * np.pi * kappa * np.log(32 / 4)
    for values, truth in ((found.amplitude, kappa), (found.signed, exact)):
        assert abs(values[0] - truth) < 4 * values[1:].std() + 3e-3 * truth
    if kappa:
        assert found.amplitude[0] > 10 * found.amplitude[1:].std()
    else:
        assert found.integral[0] == pytest.approx(found.floor[0], rel=0.3)
        assert found.integral[0] > 3 * abs(found.signed[0])


def test_far_field_of_an_exact_power_law():
    found = far_field(EDGES, (0.3 / MIDDLES**2)[None, :], 4.0, 16.0)
    assert found.amplitude[0] == pytest.approx(0.3, rel=1e-12)
    assert found.integral[0] == found.signed[0] == pytest.approx(2 * np.pi * 0.3 * np.log(4), rel=3e-3)
    with pytest.raises(ValueError, match="no shell"):
        far_field(EDGES, np.ones((1, len(MIDDLES))), 40.0)
