"""Correlators on motion of known law, and hexatic order of lattices."""

import numpy as np
import pytest
from glasses import glass, random_points
from liquid_checks import ALARM
from scipy.integrate import quad

from glassworks.configurations import Box, Configuration
from glassworks.dynamics import (
    TwoTimes,
    bond_order,
    grid_vectors,
    hexatic_order,
    logarithmic_steps,
    scattering,
    scattering_on_grid,
    structure_peak,
)
from glassworks.dynamics.correlators import cage_motion
from glassworks.models import load_model
from glassworks.statistics.relaxation import crossing

MODEL = load_model("ipl-2d")


def test_logarithmic_steps():
    steps = logarithmic_steps(1000, 5)
    assert steps[0] == 1 and steps[-1] == 1000 and (np.diff(steps) > 0).all() and len(steps) == 16
    np.testing.assert_allclose(np.diff(np.log10(steps[-6:])), 0.2, atol=0.01)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_scattering_of_one_displacement_is_an_average_over_directions(dimension):
    """⟨cos(x cos θ)⟩ with weight sin^{d−2} θ, by quadrature."""
    x = 2.3
    weight = lambda t: np.sin(t) ** (dimension - 2)  # noqa: E731
    expected = quad(lambda t: np.cos(x * np.cos(t)) * weight(t), 0, np.pi)[0] / quad(weight, 0, np.pi)[0]
    step = np.zeros((1, dimension))
    step[0, 0] = 1.0
    assert scattering(step, x) == pytest.approx(expected, rel=1e-9)
    assert scattering(0 * step, x) == pytest.approx(1.0)


def test_grid_vectors_of_a_box():
    box = Box(10.0, 2)
    vectors = grid_vectors(box, 6.0, 0.8)
    length, unit = np.hypot(*vectors.T), 2 * np.pi / 10
    assert (abs(length - 6.0) <= 0.4).all()
    np.testing.assert_allclose(vectors / unit, np.rint(vectors / unit), atol=1e-12)
    every = [(a, b) for a in range(-12, 13) for b in range(-12, 13) if abs(unit * np.hypot(a, b) - 6.0) <= 0.4]
    assert 2 * len(vectors) == len(every)
    assert not {tuple(v) for v in np.rint(vectors / unit)} & {tuple(-v) for v in np.rint(vectors / unit)}
    with pytest.raises(ValueError, match="no wave vector"):
        grid_vectors(box, 0.3, 0.1)


def brownian(correlator, n, diffusion, seed, drift=0.0):
    """Feed a correlator with free Brownian particles, ⟨Δr²⟩ = 4 D t, in a box that they cross."""
    random, box = np.random.default_rng(seed), Box(15.0, 2)
    positions, at = random.random((n, 2)) * box.length, 0
    for step in correlator.schedule:
        positions = positions + np.sqrt(2 * diffusion * (step - at)) * random.normal(size=(n, 2)) + drift * (step - at)
        at = step
        correlator.add(int(step), Configuration(positions, np.ones(n), box))


def test_brownian_particles_decay_as_they_should():
    """F_s = e^{−q²Dt} on both routes, MSD = 4Dt, τ = 1/q²D; each lag within ALARM errors of its known variance."""
    n, diffusion, q, lags = 3000, 1e-3, 5.0, logarithmic_steps(300, 6)
    correlator = TwoTimes(MODEL.interaction, q, lags, [0, 7, 400])
    brownian(correlator, n, diffusion, 1)
    table = correlator.table()
    assert (table.origins == 3).all() and (table.lags == lags).all()
    decay = np.exp(-(q**2) * diffusion * lags)
    # ⟨J_0²⟩ ≤ ½(1 + e^{−4q²Dt}); origins 0 and 7 are correlated: count 2
    assert (abs(table.scattering - decay) < ALARM * np.sqrt((0.5 * (1 + decay**4) - decay**2) / (2 * n)) + 1e-12).all()
    np.testing.assert_allclose(table.squared, 4 * diffusion * lags, rtol=ALARM / np.sqrt(2 * n))
    assert crossing(lags, table.scattering) == pytest.approx(1 / (q**2 * diffusion), rel=0.06)
    steps = np.sqrt(2 * diffusion * 40) * np.random.default_rng(2).normal(size=(n, 2))
    onto_grid = scattering_on_grid(steps, grid_vectors(Box(15.0, 2), q, 1.0))
    assert onto_grid == pytest.approx(scattering(steps, q), abs=0.03)
    assert onto_grid == pytest.approx(np.exp(-1), abs=0.05)


def test_cages_do_not_feel_a_common_drift():
    """A drift of 0.02 a step decorrelates F_s, but no displacement relative to the cage."""
    lags = np.array([1, 10, 50])
    correlator = TwoTimes(MODEL.interaction, 5.0, lags, [0])
    brownian(correlator, 500, 1e-5, 3, drift=0.02)
    table = correlator.table()
    assert table.squared[-1] > 1.9 and table.cage_squared[-1] < 0.01 and table.cage_scattering[-1] > 0.95
    assert np.isnan(table.scattering_error).all()


def test_cage_motion_is_the_mean_of_the_neighbors():
    moved = np.random.default_rng(4).normal(size=(4, 2))
    found = cage_motion(moved, np.array([0, 0, 1]), np.array([1, 2, 2]))
    np.testing.assert_allclose(found[0], moved[1:3].mean(axis=0))
    np.testing.assert_allclose(found[1], moved[[0, 2]].mean(axis=0))
    np.testing.assert_array_equal(found[3], 0.0)


def test_frames_out_of_turn_are_refused():
    correlator = TwoTimes(MODEL.interaction, 5.0, np.array([1, 2]), [0, 4])
    assert list(correlator.schedule) == [0, 1, 2, 4, 5, 6]
    correlator.add(0, random_points("ipl-2d", 60))
    with pytest.raises(ValueError, match="step 2"):
        correlator.add(2, random_points("ipl-2d", 60))


def triangular(rows=12):
    """A triangular lattice in a square box: rows and columns in the ratio 2/√3 within a percent."""
    columns = round(rows * np.sqrt(3) / 2)
    points = np.array([[(k + 0.5 * (m % 2)) / columns, m / rows] for m in range(rows) for k in range(columns)])
    return Configuration(20.0 * points + 0.1, np.ones(len(points)), Box(20.0, 2))


def test_structure_peak_of_a_lattice():
    """Rows 20/12 apart: the first Bragg peak at 2π·12/20, (2/√3) 2π over the neighbors' distance."""
    found, q, s = structure_peak([triangular()], 2.0, 5.0)
    assert found == pytest.approx(2 * np.pi * 12 / 20, abs=0.16)
    assert s.max() > 5 * np.median(s) and len(q) == len(s)
    gas = [random_points("ipl-2d", 400, seed) for seed in range(20)]
    assert structure_peak(gas, 2.0, 8.0)[2].mean() == pytest.approx(1.0, abs=0.1)


def test_hexatic_order_of_a_crystal_and_of_a_glass():
    crystal = hexatic_order(triangular(26))
    assert crystal.local > 0.97 and crystal.coherent > 0.97 and crystal.crystalline
    glassy = hexatic_order(glass("ipl-2d", 1000, tolerance=1e-8)[1])
    assert glassy.local < 0.65 and glassy.coherent < 0.2 and not glassy.crystalline
    assert abs(bond_order(triangular(26))).shape == (26 * 23,)


def test_bond_order_turns_six_times():
    """In the bulk of any configuration the order of a particle follows a translation, through the boundary too."""
    start = random_points("ipl-2d", 200)
    moved = start.moved(start.positions + np.array([7.3, -4.1]))
    np.testing.assert_allclose(bond_order(moved), bond_order(start), atol=1e-9)
    turned = start.moved(start.positions[:, ::-1])  # mirrored at the diagonal: θ → π/2 − θ, e^{6iθ} → −e^{−6iθ}
    np.testing.assert_allclose(bond_order(turned), -bond_order(start).conj(), atol=1e-9)
