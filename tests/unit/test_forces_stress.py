"""Stress fields: particle stresses turn as a tensor, both routes agree, and both find the field of a known spectrum."""

import numpy as np
import pytest
from glasses import glass, random_points, sheared
from liquid_checks import ALARM

from glassworks.configurations import Box, Configuration
from glassworks.elasticity import stress
from glassworks.forces import StressMap, grid_sums, merged, shear_stresses, shell_sums, stress_map
from glassworks.models import load_model

MODEL = load_model("ipl-2d")


@pytest.mark.parametrize("name, n", [("ipl-2d", 150), ("ipl-3d", 300)])
def test_particle_stresses_add_up_to_the_virial_stress(name, n):
    model, configuration = glass(name, n)
    total = shear_stresses(model.interaction, configuration)[:, 0].sum() / configuration.box.volume
    assert -total == pytest.approx(stress(model.interaction, configuration), rel=1e-12)


def test_particle_stresses_turn_as_a_tensor():
    """Turned by an angle α, ½(σ_xx − σ_yy) + i σ_xy takes the factor e^{2iα}."""
    box, angle = Box(20.0, 2), 0.4
    points = np.random.default_rng(1).normal(size=(9, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    first, second = (
        shear_stresses(MODEL.interaction, Configuration(each + 10.0, np.ones(9), box)) @ [1j, 1.0]
        for each in (points, points @ turn.T)
    )
    np.testing.assert_allclose(second, first * np.exp(2j * angle), rtol=1e-10)
    assert abs(first).max() > 0.1


def test_one_compressed_pair():
    """Two particles along the diagonal: σ_xy = ½ f r cos θ sin θ > 0 for repulsion, half of it for each."""
    pair = Configuration(np.array([[5.0, 5.0], [5.7, 5.7]]), np.ones(2), Box(12.0, 2))
    found = shear_stresses(MODEL.interaction, pair)
    assert (found[:, 0] > 0).all() and found[0, 0] == found[1, 0]
    np.testing.assert_allclose(found[:, 1], 0.0, atol=1e-12 * found[0, 0])


def direct_sums(configuration, stresses, edges):
    """The same sums with all pairs in arrays."""
    first, second = np.triu_indices(len(configuration), 1)
    apart = configuration.box.shortest(configuration.positions[first] - configuration.positions[second])
    shell = np.digitize(np.hypot(*apart.T), edges) - 1
    angle = np.arctan2(apart[:, 1], apart[:, 0])
    complex_stress = stresses @ [1j, 1.0]
    fixed = -stresses[first, 0] * stresses[second, 0] * np.cos(4 * angle)
    turned = 0.25 * (complex_stress[first] * complex_stress[second] * np.exp(-4j * angle)).real
    inside = shell < len(edges) - 1
    return [np.bincount(shell[inside], each, len(edges) - 1) for each in (None, fixed[inside], turned[inside])]


@pytest.mark.parametrize("reach", [None, 4.0])
def test_pair_sums_are_those_of_all_pairs(reach):
    configuration = random_points("ipl-2d", 300)
    stresses = np.random.default_rng(2).normal(size=(300, 2))
    found = shell_sums(configuration, stresses, 0.5, reach)
    pairs, fixed, turned = direct_sums(configuration, stresses, found.edges)
    assert (found.pairs == pairs).all() and found.pairs.sum() > 1000
    np.testing.assert_allclose(found.fixed, fixed, atol=1e-9)
    np.testing.assert_allclose(found.turned, turned, atol=1e-9)


def test_map_is_a_sum_of_gaussians():
    """Against Σ_ij σ_i σ_j G(r − r_ij) V/N² at some grid points, with G of variance 2a²."""
    configuration = random_points("ipl-2d", 120)
    values = np.random.default_rng(3).normal(size=120)
    smoothing, length = 0.5, configuration.box.length
    found = stress_map(configuration, values, 0.125, smoothing)
    apart = configuration.positions[:, None] - configuration.positions[None, :]
    for row, column in [(0, 0), (3, 0), (0, 7), (12, 30), (-5, 9)]:
        place = found.spacing * np.array([row, column])
        offset = configuration.box.shortest(apart - place)
        bell = np.zeros(offset.shape[:2])
        for image in np.ndindex(3, 3):
            shifted = offset + length * (np.array(image) - 1)
            bell += np.exp(-(shifted**2).sum(axis=2) / (4 * smoothing**2)) / (4 * np.pi * smoothing**2)
        expected = values @ bell @ values * configuration.box.volume / 120**2
        assert found.values[row, column] == pytest.approx(expected, abs=2e-3 * found.values[0, 0])


AMPLITUDE, CORE, POINTS = 1.0, 2.0, 256


def airy(grid=POINTS):
    """k_x k_y / k², ½(k_x² − k_y²) / k² and a Gaussian cutoff on a grid of spacing 1, all (grid, grid)."""
    k = 2 * np.pi * np.fft.fftfreq(grid)
    x, y = k[:, None], k[None, :]
    squared = x * x + y * y
    squared[0, 0] = 1.0
    return x * y / squared, 0.5 * (x * x - y * y) / squared, np.exp(-0.5 * squared * CORE**2) * (squared < 9)


def test_projection_of_a_balanced_field_is_an_inverse_square():
    """|σ(k)|² = A e^{−b²k²} k_x² k_y²/k⁴ projects on A (1 − 12 b²/r²) / 8π r²: ∫x J_4 = 4 and ∫x³ J_4 = 48 by Abel."""
    shear, _, cutoff = airy()
    power = AMPLITUDE * (shear * cutoff) ** 2
    correlation = np.fft.ifft2(power).real
    found = StressMap(correlation, 1.0, correlation[0, 0]).project(np.arange(10.0, 34.0, 3.0))
    radius = np.arange(11.5, 31.0, 3.0)
    expected = AMPLITUDE * (1 - 12 * CORE**2 / radius**2) / (8 * np.pi)
    np.testing.assert_allclose(found * correlation[0, 0] * radius**2, expected, rtol=0.06)


def random_fields(seed):
    """Particles at random grid points that carry a Gaussian random field in balance of forces: (configuration, s)."""
    random = np.random.default_rng(seed)
    shear, normal, cutoff = airy()
    noise = np.fft.fft2(random.normal(size=(POINTS, POINTS)))
    chosen = random.choice(POINTS**2, 3000, replace=False)
    values = [np.fft.ifft2(noise * part * cutoff).real.ravel()[chosen] for part in (shear, normal)]
    points = np.stack(np.divmod(chosen, POINTS), axis=1).astype(float)
    return Configuration(points, np.ones(3000), Box(float(POINTS), 2)), np.stack(values, axis=1)


def test_both_routes_find_the_random_field_of_known_spectrum():
    """Of 32 fields the mean of r² C(r), along fixed axes and averaged over axes, is the spectrum's within ALARM errors.

    Four estimates in all.
    """
    shear, _, cutoff = airy()
    correlation = np.fft.ifft2((shear * cutoff) ** 2).real
    exact = StressMap(correlation, 1.0, correlation[0, 0])
    window, estimates = slice(3, 11), []
    for seed in range(32):
        configuration, values = random_fields(seed)
        found = []
        for sums in (shell_sums(configuration, values, 3.0, 34.0), grid_sums(configuration, values, 3.0, 1.0, 1.0)):
            r = sums.middles[window]
            for each in (sums.fixed, sums.turned):
                found.append(np.mean(each[window] / sums.pairs[window] * r**2))
        estimates.append(found)
    truth = np.mean(exact.project(3.0 * np.arange(3, 12)) * exact.square * r**2)
    mean, error = np.mean(estimates, axis=0), np.std(estimates, axis=0, ddof=1) / np.sqrt(32)
    assert (abs(mean - truth) < ALARM * error).all()
    assert (mean > 3 * error).all()  # significantly positive, so that a zero would fail
    assert error[1] < 0.9 * error[0] and error[3] < 0.9 * error[2]


def test_routes_agree_on_glasses():
    """Pair means times g(r) are the field of the grid, where shells are wide against the smoothing.

    Smoothing carries pairs over the edges of shells: of one glass in two it changes a shell by more than a sixth of the
    largest, of 32 glasses by 0.15 or more, or the correlation to less than 0.97, in none of 20,000 sets drawn from 64.
    """
    pairs, grid = [], []
    for seed in range(1, 33):
        model, configuration = glass("ipl-2d", 1000, seed, tolerance=1e-8)
        stresses = shear_stresses(model.interaction, configuration)
        pairs.append(shell_sums(configuration, stresses, 1.0, 15.0))
        grid.append(grid_sums(configuration, stresses, 1.0, 0.1, 0.1))
        np.testing.assert_allclose(grid[-1].squares, pairs[-1].squares)
        np.testing.assert_allclose(grid[-1].ideal[:15], pairs[-1].ideal)
    for name in ("fixed", "turned"):
        direct, field = getattr(merged(pairs), name)[3:], getattr(merged(grid), name)[3:15]
        np.testing.assert_allclose(field, direct, atol=0.15 * abs(direct).max())
        assert np.corrcoef(field, direct)[0, 1] > 0.97
    mapped = stress_map(configuration, stresses[:, 0], 0.1, 0.1)
    np.testing.assert_allclose(mapped.project(grid[-1].edges), grid[-1].correlation, rtol=1e-9)


def test_frames_of_a_trajectory_are_merged():
    configuration = random_points("ipl-2d", 200)
    stresses = np.random.default_rng(4).normal(size=(200, 2))
    one = shell_sums(configuration, stresses, 0.5)
    both = merged([one, one])
    np.testing.assert_allclose(both.correlation, one.correlation, equal_nan=True)
    assert both.pairs.sum() == 2 * one.pairs.sum()


def test_unfit_boxes_are_refused():
    solid = random_points("ipl-3d", 300)
    with pytest.raises(ValueError, match="two dimensions"):
        shell_sums(solid, np.zeros((300, 2)), 0.5)
    with pytest.raises(ValueError, match="tilt"):
        stress_map(sheared(random_points("ipl-2d", 100), 0.1), np.zeros(100), 0.2, 0.2)
    with pytest.raises(ValueError, match="spacing"):
        grid_sums(random_points("ipl-2d", 100), np.zeros((100, 2)), 0.2)
    with pytest.raises(ValueError, match="L/2"):
        shell_sums(random_points("ipl-2d", 100), np.zeros((100, 2)), 0.5, 9.0)
