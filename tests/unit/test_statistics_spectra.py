"""Estimates of the low-frequency spectrum against made-up spectra of known law. False-alarm rates are stated where a
test can fail by chance; seeds are fixed.
"""

import numpy as np
import pytest

from glassworks.statistics import spectra
from glassworks.statistics.resampling import interval, weights
from glassworks.statistics.spectra import Modes


def quartic(random, prefactor, samples=200, n=1000, dimension=3, top=2.0, fall=np.inf, steep=3.0) -> Modes:
    """Poisson modes with D = prefactor w^4 in [0, top], thinned by (w/fall)^-steep above `fall`."""
    mean = prefactor * n * dimension * top**5 / 5
    counts = random.poisson(mean, samples)
    frequency = top * random.random(counts.sum()) ** 0.2
    owner = np.repeat(np.arange(samples), counts)
    keep = (
        random.random(len(frequency)) < np.minimum(1.0, (np.maximum(frequency, 1e-9) / fall) ** -steep)
        if np.isfinite(fall)
        else frequency > 0
    )
    return Modes(frequency[keep], owner[keep], samples, n, dimension)


def with_band(random, modes: Modes, center: float, width: float, degeneracy: int = 12) -> Modes:
    waves = center * (1 + width * random.normal(size=(modes.samples, degeneracy)))
    owner = np.repeat(np.arange(modes.samples), degeneracy)
    return modes._replace(frequency=np.append(modes.frequency, waves.ravel()), owner=np.append(modes.owner, owner))


@pytest.mark.parametrize("expected", [15, 60, 400])
def test_prefactor_intervals_cover_the_truth(expected):
    """With coverage 0.95, fewer than 171 of 200 intervals miss only with probability 1e-7; the smooth bootstrap loses
    a little at small counts.
    """
    random, covered, truth = np.random.default_rng(7), 0, 1e-4
    samples = max(4, round(expected / (truth * 3000 * 1.2**5 / 5)))
    for trial in range(200):
        modes = quartic(random, truth, samples, top=1.2)
        draws = spectra.prefactor_draws(modes, np.array([1.2]), weights(samples, trial, 300))[:, 0]
        found = interval(draws)
        covered += found.low <= truth <= found.high
    assert covered > 170


def test_prefactor_is_unbiased():
    random = np.random.default_rng(3)
    found = [
        spectra.prefactor_draws(quartic(random, 1e-4, 50), np.array([1.5]), np.ones((1, 50)))[0, 0] for _ in range(200)
    ]
    assert np.mean(found) == pytest.approx(1e-4, abs=4 * np.std(found) / np.sqrt(200))


def test_exponent_interval_is_exact():
    """Coverage 0.95 of 400 trials: outside 360 to 396 has probability below 1e-3."""
    random, covered = np.random.default_rng(5), 0
    for _ in range(400):
        found = spectra.exponent(1.3 * random.random(25) ** 0.2, 1.3)
        covered += found.low <= 5.0 <= found.high
    assert 360 <= covered <= 396


@pytest.mark.parametrize("power", [4.0, 6.5])
def test_exponent_tells_other_laws_apart(power):
    frequency = np.random.default_rng(2).random(800) ** (1 / power)
    found = spectra.exponent(frequency, 1.0)
    assert found.low <= power <= found.high and not found.low <= 5.0 <= found.high
    assert found.p_value < 1e-3


def test_clean_spectrum_keeps_its_whole_window():
    """Each of two tests rejects a true law with probability 0.05, so at most about 0.1 of the windows shrink; 27 or
    more of 120 have probability below 1e-4.
    """
    random = np.random.default_rng(11)
    kept = sum(spectra.choose_window(quartic(random, 2e-4, 60, top=1.5), 1.5).upper == 1.5 for _ in range(120))
    assert kept > 93


def test_window_shrinks_below_a_phonon_band():
    random = np.random.default_rng(13)
    modes = with_band(random, quartic(random, 2e-4, 300, top=2.0), 1.6, 0.05)
    found = spectra.choose_window(modes, 1.9)
    assert found.reason == "passes" and found.upper < 1.5
    estimate = interval(spectra.prefactor_draws(modes, np.array([found.upper]), weights(300, 1))[:, 0])
    assert estimate.low <= 2e-4 <= estimate.high


def test_few_modes_are_said():
    modes = quartic(np.random.default_rng(1), 2e-7, 40)
    assert (
        "not tested" in spectra.choose_window(modes, 2.0).reason
        or "no modes" in spectra.choose_window(modes, 2.0).reason
    )


@pytest.mark.parametrize(("dimension", "degeneracies"), [(2, [4, 4, 4]), (3, [12, 24, 16]), (4, [24, 72, 96])])
def test_phonon_bands(dimension, degeneracies):
    """Vectors of squared length 1, 2, 3 (2D: 1, 2, 4) times d - 1 polarizations."""
    bands = spectra.phonon_bands(2.0, 10.0, dimension)
    assert [band.degeneracy for band in bands] == degeneracies
    assert bands[0].frequency == pytest.approx(2 * np.pi * 2.0 / 10.0)
    assert bands[1].frequency / bands[0].frequency == pytest.approx(np.sqrt(2))


def test_band_edge_falls_with_the_spread_of_moduli():
    band = spectra.Band(1.0, 12)
    random = np.random.default_rng(0)
    narrow, wide = (spectra.band_edge(band, 10 * (1 + s * random.normal(size=4000))) for s in (0.01, 0.05))
    assert narrow == pytest.approx(1 - 0.01 * np.sqrt(12), abs=0.005) and wide == pytest.approx(
        1 - 0.05 * np.sqrt(12), abs=0.02
    )
    assert spectra.band_edge(band, 10 * (1 + random.normal(size=100))) == 0.5


def test_debye_frequency_is_the_three_dimensional_textbook_form():
    shear, bulk, rho = 12.4, 87.0, 0.82
    transverse, longitudinal = np.sqrt(shear / rho), np.sqrt((bulk + 4 * shear / 3) / rho)
    textbook = (18 * np.pi**2 * rho / (2 * transverse**-3 + longitudinal**-3)) ** (1 / 3)
    assert spectra.debye_frequency(rho, shear, bulk, 3) == pytest.approx(textbook, rel=1e-12)


def test_debye_frequency_counts_all_modes_of_a_lattice_in_two_dimensions():
    """N d plane waves of both polarizations up to w_D, counted on the lattice of wave vectors."""
    shear, bulk, rho, length = 3.0, 9.0, 0.7, 400.0
    top = spectra.debye_frequency(rho, shear, bulk, 2)
    reach = np.arange(-400, 401)
    wave = 2 * np.pi / length * np.hypot(*np.meshgrid(reach, reach))
    count = sum((wave * speed <= top).sum() for speed in (np.sqrt(shear / rho), np.sqrt((bulk + shear) / rho)))
    assert count == pytest.approx(2 * rho * length**2, rel=2e-3)


def test_cutoff_is_found_where_the_law_breaks():
    random = np.random.default_rng(17)
    modes = quartic(random, 2e-4, 500, top=2.5, fall=1.4)
    found = spectra.cutoff(modes, weights(500, 1, 300), 2.2)
    ends = interval(found.frequency)
    assert found.reason == "found" and ends.low <= 1.4 * 1.05 and ends.high >= 1.4 * 0.95
    assert interval(found.deficit).high < 1.0


def test_no_cutoff_in_an_unbroken_law():
    """A break is accepted at a gain that an unbroken law reaches with probability of about 0.05; more than 8 of 40 has
    probability below 1e-3.
    """
    random = np.random.default_rng(19)
    found = [spectra.cutoff(quartic(random, 2e-4, 80, top=1.8), np.ones((2, 80)), 1.8) for _ in range(40)]
    assert sum(one.reason == "found" for one in found) <= 8


def test_incomplete_lists_bound_the_spectrum():
    modes = Modes(np.array([0.5, 1.0, 0.4, 0.8]), np.array([0, 0, 1, 1]), 2, 10, 3)
    assert spectra.complete_up_to(modes) == 0.8
    assert np.isnan(spectra.complete_up_to(Modes(np.empty(0), np.empty(0, dtype=int), 0, 10, 3)))


def test_density_integrates_to_the_cumulative():
    modes = quartic(np.random.default_rng(23), 2e-4, 100)
    found = spectra.density(modes, np.ones((1, 100)), 2.0)
    total = (found["draws"][0] * (found["upper"] - found["lower"])).sum()
    frequency, cumulative, _ = spectra.cumulative(modes)
    assert total == pytest.approx(cumulative[-1], rel=1e-9) and frequency[-1] == modes.frequency.max()
