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


def estimate(modes: Modes, seed: int, upper: float, repeats: int = 300) -> tuple:
    """Intervals of A_g and of the exponent in [0, upper]."""
    weight, ends = weights(modes.samples, seed, repeats), np.full(repeats + 1, upper)
    found = spectra.inside(modes, weight, ends)
    return interval(spectra.prefactor_draws(modes, found, ends, weight)), interval(spectra.exponent_draws(found))


@pytest.mark.parametrize("expected", [15, 60, 400])
def test_prefactor_intervals_cover_the_truth(expected):
    """With coverage 0.95, fewer than 171 of 200 intervals miss only with probability 1e-7; the smooth bootstrap loses
    a little at small counts.
    """
    random, covered, truth = np.random.default_rng(7), 0, 1e-4
    samples = max(4, round(expected / (truth * 3000 * 1.2**5 / 5)))
    for trial in range(200):
        found, _ = estimate(quartic(random, truth, samples, top=1.2), trial, 1.2)
        covered += found.low <= truth <= found.high
    assert covered > 170


def test_prefactor_is_unbiased():
    random, weight, upper = np.random.default_rng(3), np.ones((1, 50)), np.array([1.5])
    found = []
    for _ in range(200):
        modes = quartic(random, 1e-4, 50)
        found.append(spectra.prefactor_draws(modes, spectra.inside(modes, weight, upper), upper, weight)[0])
    assert np.mean(found) == pytest.approx(1e-4, abs=4 * np.std(found) / np.sqrt(200))


@pytest.mark.parametrize("power", [4.0, 5.0, 6.0])
def test_exponent_intervals_cover_the_truth_and_exclude_other_laws(power):
    """100 ensembles of about 180 modes: with coverage 0.95, fewer than 84 has probability below 1e-4. An exponent one
    off lies some 2.7 standard errors away."""
    random, covered, excluded = np.random.default_rng(5), 0, 0
    for trial in range(100):
        count = random.poisson(0.9, 200)
        modes = Modes(random.random(count.sum()) ** (1 / power), np.repeat(np.arange(200), count), 200, 1000, 3)
        _, found = estimate(modes, trial, 1.0)
        covered += found.low <= power <= found.high
        excluded += not found.low <= power - 1.0 <= found.high
    assert covered >= 84 and excluded > 50


def test_exponent_is_unbiased():
    """The mean of 400 estimates from nine modes each, on average, against four of its standard errors."""
    random, found = np.random.default_rng(6), []
    for _ in range(400):
        count = max(random.poisson(12), 4)
        modes = Modes(random.random(count) ** 0.2, np.zeros(count, dtype=int), 1, 1000, 3)
        found.append(spectra.exponent_draws(spectra.inside(modes, np.ones((1, 1)), np.ones(1)))[0])
    assert np.mean(found) == pytest.approx(5.0, abs=4 * np.std(found) / np.sqrt(400))


def test_window_follows_the_pinching_frequency_in_each_draw():
    modes, weight = quartic(np.random.default_rng(1), 1e-4, 40), weights(40, 2, 10)
    pinching = np.linspace(2.0, 2.5, 11)
    found = spectra.soft_window(modes, weight, pinching, np.full(11, np.nan), 2.0)
    np.testing.assert_allclose(found.upper, spectra.SOFT * pinching)
    sums = spectra.inside(modes, weight, found.upper)
    for draw in range(11):
        inside = modes.frequency <= found.upper[draw]
        assert sums.count[draw] == pytest.approx(weight[draw, modes.owner[inside]].sum())
        logs = np.log(found.upper[draw] / modes.frequency[inside])
        assert sums.logs[draw] == pytest.approx((weight[draw, modes.owner[inside]] * logs).sum())


def test_window_ends_before_a_phonon_band_and_where_modes_end():
    modes, weight = quartic(np.random.default_rng(1), 1e-4, 40), weights(40, 2, 10)
    edge = np.linspace(0.30, 0.34, 11)
    found = spectra.soft_window(modes, weight, np.full(11, 2.0), edge, 2.0)
    assert found.reason == "first phonon band" and np.array_equal(found.upper, np.fmin(0.36, edge))
    found = spectra.soft_window(modes, weight, np.full(11, 2.0), edge, 0.25)
    assert found.reason == "the computed modes end" and (found.upper == 0.25).all()


def test_window_without_a_pinching_frequency_holds_a_third_of_a_mode():
    modes, weight = quartic(np.random.default_rng(1), 1e-4, 90), weights(90, 2, 200)
    found = spectra.soft_window(modes, weight, None, np.full(201, np.nan), 2.0)
    inside = modes.frequency <= found.upper[0]
    assert inside.sum() == 30
    for draw in (5, 77):
        total = weight[draw, modes.owner[modes.frequency <= found.upper[draw]]].sum()
        assert 0 <= total - weight[draw].sum() / 3 < weight[draw].max()


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
    noise, weight = random.normal(size=4000), np.ones((1, 4000))
    narrow, wide = (spectra.band_edge(band, 10 * (1 + s * noise), weight)[0] for s in (0.01, 0.05))
    assert narrow == pytest.approx(1 - 0.01 * np.sqrt(12), abs=0.005) and wide == pytest.approx(
        1 - 0.05 * np.sqrt(12), abs=0.02
    )
    assert spectra.band_edge(band, 10 * (1 + random.normal(size=100)), np.ones((1, 100))) == 0.5


def test_debye_frequency_is_the_three_dimensional_textbook_form():
    shear, bulk, rho = 12.4, 87.0, 0.82
    transverse, longitudinal = np.sqrt(shear / rho), np.sqrt((bulk + 4 * shear / 3) / rho)
    textbook = (18 * np.pi**2 * rho / (2 * transverse**-3 + longitudinal**-3)) ** (1 / 3)
    assert spectra.debye_frequency(rho, shear, bulk, 3) == pytest.approx(textbook, rel=1e-12)


def test_debye_frequency_is_that_of_unit_masses():
    assert spectra.debye_frequency(0.8, 3.0, 9.0, 3, np.ones(4)) == spectra.debye_frequency(0.8, 3.0, 9.0, 3)
    with pytest.raises(ValueError, match="of particles of mass one alone"):
        spectra.debye_frequency(0.8, 3.0, 9.0, 3, np.array([1.0, 2.0]))


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
    found = spectra.cutoff(modes, weights(500, 1, 300), np.full(301, 2.2))
    ends = interval(found.frequency)
    assert found.reason == "found" and ends.low <= 1.4 * 1.05 and ends.high >= 1.4 * 0.95
    assert interval(found.deficit).high < 1.0


def test_no_cutoff_in_an_unbroken_law():
    """A break is accepted at a gain that an unbroken law reaches with probability of about 0.05; more than 8 of 40 has
    probability below 1e-3.
    """
    random = np.random.default_rng(19)
    found = [spectra.cutoff(quartic(random, 2e-4, 80, top=1.8), np.ones((2, 80)), np.full(2, 1.8)) for _ in range(40)]
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
