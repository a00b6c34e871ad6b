"""Paths downhill: straight in a bowl, along the axes of an ellipse, down to the minimizer's inherent structure."""

import numpy as np
import pytest
from glasses import glass, packing, random_points
from scipy.sparse import diags

from glassworks.configurations import force_state
from glassworks.landscape import Fire, Path, SteepestDescent, distance_between, downhill, downhill_path, thinned
from glassworks.landscape.slopes import FollowedForces
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.vibrations import backbone

METHODS = [Fire(), Fire(longest=0.5, mixing=0.2), SteepestDescent()]


class Bowl:
    """U = ½ Σ k x² for every particle."""

    def __init__(self, *stiffness):
        self.k = np.array(stiffness)

    def __call__(self, point):
        return 0.5 * (self.k * point**2).sum(), -self.k * point

    def hessian(self, point):
        return diags(np.tile(self.k, len(point))).tocsc()

    def fastest(self, point):
        return np.sqrt(self.k.max())


@pytest.mark.parametrize("method", METHODS)
def test_a_round_bowl_gives_a_straight_path(method):
    """Δs = Δr while nothing overshoots, ΔE = ½ k Δr² always; the end is the bottom."""
    start = np.random.default_rng(1).normal(size=(20, 2))
    path = downhill(lambda: Bowl(3.0, 3.0), start, method, 1e-12)
    assert path.converged
    np.testing.assert_allclose(path.end, 0.0, atol=1e-11)
    np.testing.assert_allclose(path.energy, 1.5 * path.distance**2, rtol=1e-6, atol=1e-17)
    assert path.distance[0] == pytest.approx(np.sqrt((start**2).sum() / 20))
    assert (path.contour >= path.distance * (1 - 1e-9)).all() and path.contour[-1] == pytest.approx(path.distance[-1])
    if isinstance(method, SteepestDescent):
        np.testing.assert_allclose(path.contour, path.distance, rtol=2e-3)


def test_steepest_descent_in_an_ellipse_follows_a_power_of_its_axes():
    """x^{k_y} y^{−k_x} is constant along steepest descent; its contour is that curve's length, at every point."""
    path = downhill(lambda: Bowl(4.0, 1.0), np.array([[1.0, 1.0]]), SteepestDescent(1e-6), 1e-9)
    y = np.linspace(0.0, 1.0, 200_001)
    length = np.append(0.0, np.hypot(np.diff(y**4), np.diff(y)).cumsum())
    along = np.interp(path.distance, np.hypot(y, y**4), length)
    np.testing.assert_allclose(path.contour, along, rtol=1e-3, atol=1e-5)
    assert path.distance[0] == pytest.approx(np.sqrt(2.0), rel=1e-9)


def test_steepest_descent_is_what_tiny_steps_along_the_force_are():
    """In a disordered landscape, against Euler steps of a hundredth of the fastest relaxation time."""
    model, rest = glass("harmonic-2d", 64)
    shaken = rest.moved(rest.positions + 0.05 * np.random.default_rng(4).normal(size=rest.positions.shape))
    slope, point = FollowedForces(model.interaction, shaken), shaken.positions.copy()
    step = 0.01 / slope.fastest(point) ** 2
    length, energies, lengths = 0.0, [], []
    for _ in range(20_000):
        energy, forces = slope(point)
        energies.append(energy / 64)
        lengths.append(length / 8)
        length += step * np.sqrt((forces**2).sum())
        point += step * forces
    path = downhill_path(model.interaction, shaken, SteepestDescent(1e-5))
    height = path.energy + path.floor - energies[-1]
    begun = height > 1e-3 * height[0]
    steps = np.interp(-height[begun], np.subtract(energies[-1], energies), lengths)
    np.testing.assert_allclose(path.contour[0] - path.contour[begun], steps, rtol=5e-3, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name, fraction", [("harmonic-2d", 0.78), ("harmonic-2d", 0.82), ("harmonic-3d", 0.60)])
def test_paths_below_jamming_end_where_nothing_touches(name, fraction, method):
    """All energy is gone at the end, where no mode has a frequency that steps could be measured by."""
    model, start = packing(name, 100, fraction)
    path = downhill_path(model.interaction, start, method)
    assert path.converged and path.residual < 1e-10 and path.steps > 10
    assert 0.0 <= path.floor < 1e-20
    assert path.energy[0] == pytest.approx(force_state(model.interaction, start).energy / 100, rel=1e-12)
    assert path.energy[-1] < 1e-9 * path.energy[0] and path.distance[-1] == path.contour[-1] < 1e-3
    assert (np.diff(path.contour) <= 0).all() and (path.contour >= path.distance * (1 - 1e-9)).all()
    assert np.isfinite(thinned(path)[:, :2]).all() and len(thinned(path)) > 50
    again = downhill_path(model.interaction, start, Fire())
    assert np.isfinite(distance_between(model.interaction, start, [path.end, again.end])).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name, n", [("harmonic-2d", 200), ("ipl-3d", 100)])
def test_paths_end_in_inherent_structures(name, n, method):
    """From a shaken inherent structure back to it; the recorded distances belong to one replayed descent."""
    model, rest = glass(name, n)
    shaken = rest.moved(rest.positions + 0.01 * np.random.default_rng(2).normal(size=rest.positions.shape))
    path = downhill_path(model.interaction, shaken, method, 1e-9)
    assert path.converged
    end = force_state(model.interaction, shaken.moved(path.end))
    assert np.linalg.norm(end.forces, axis=1).max() < 1.1e-9
    start = force_state(model.interaction, shaken)
    assert path.energy[0] == pytest.approx((start.energy - end.energy) / n, rel=1e-9)
    moved = shaken.box.shortest(shaken.positions - path.end)
    assert path.distance[0] == pytest.approx(np.sqrt((moved**2).sum() / n), rel=1e-9)
    assert path.distance[-1] == path.contour[-1] < 1e-4 and path.energy[-1] < 1e-6 * path.energy[0]
    assert (np.diff(path.contour) <= 0).all() and (path.contour >= path.distance * (1 - 1e-9)).all()
    if isinstance(method, SteepestDescent):
        assert (np.diff(path.energy) < 1e-12 * path.energy[0]).all()
    if name == "ipl-3d":  # a stable glass: the same inherent structure as the minimizers'
        other = minimize(model.interaction, shaken, "cg", 1e-10)
        assert end.energy == pytest.approx(other.energy, rel=1e-12)


def test_long_paths_survive_renewed_neighbor_lists():
    """From random places, through many lists and the boundary: the replayed descent ends where the first one did."""
    model, start = load_model("harmonic-2d"), random_points("harmonic-2d", 150)
    path = downhill_path(model.interaction, start, Fire(), 1e-5)
    assert path.converged and path.distance[-1] == 0.0 and path.contour[0] > path.distance[0] > 0.2


def test_rattlers_and_drifts_keep_no_inherent_structures_apart():
    """A rattler is a particle that touches nobody: it may lie anywhere."""
    model, rest = glass("harmonic-2d-phi086", 200)
    kept = backbone(model.interaction, rest)[1]
    rattler = np.setdiff1d(np.arange(200), kept)[:1]
    assert len(rattler)
    other, last = rest.positions + 0.1, rest.positions.copy()
    other[rattler] += 0.01
    last[kept[0]] += [0.3, 0.4]
    found = distance_between(model.interaction, rest, [rest.positions, other, last])
    share = 1.0 / len(kept)
    assert found == pytest.approx([0.0, 0.0, 0.5 * np.sqrt(share * (1 - share))], abs=1e-9)


def test_the_bound_on_frequencies_holds():
    model, rest = glass("harmonic-2d", 64)
    slope = FollowedForces(model.interaction, rest)
    highest = np.sqrt(np.linalg.eigvalsh(slope.hessian(rest.positions).toarray())[-1])
    assert highest <= slope.fastest(rest.positions) < 3 * highest


def test_overlaps_at_the_start_do_not_slow_the_whole_descent():
    """Frequencies between random points are thousands of times those of the inherent structure."""
    path = downhill_path(load_model("ipl-3d").interaction, random_points("ipl-3d", 100))
    assert path.converged and path.steps < 10_000


def test_an_exhausted_budget_is_reported():
    model, start = load_model("harmonic-2d"), random_points("harmonic-2d", 100)
    path = downhill_path(model.interaction, start, budget=10)
    assert not path.converged and len(path.distance) == 11


def test_a_steepest_descent_that_was_cut_short_is_reported():
    """Its distances are still those to the bottom, its last stretch counts as straight."""
    whole, short = (
        downhill(lambda: Bowl(4.0, 0.01), np.array([[1.0, 1.0]]), SteepestDescent(), 1e-12, budget)
        for budget in (100_000, 50)
    )
    assert whole.converged and not short.converged and short.steps == 50 < whole.steps
    np.testing.assert_allclose(short.distance, whole.distance[:51], rtol=1e-9)
    assert short.contour[-1] == short.distance[-1] > 0.0


def test_thinning_keeps_power_laws():
    distance = np.geomspace(1.0, 1e-5, 4000)
    path = Path(2 * distance**1.35, distance, 0.5 * distance**2, 1.0, np.zeros((1, 2)), 0.0, True)
    rows = thinned(path, per_decade=10)
    assert len(rows) == 51
    np.testing.assert_allclose(np.diff(np.log10(rows[:, 0])), 0.1, atol=1e-9)
    np.testing.assert_allclose(rows[:, 1], 2 * rows[:, 0] ** 1.35, rtol=1e-9)
    np.testing.assert_allclose(rows[:, 2], 0.5 * rows[:, 0] ** 2, rtol=1e-9)
    assert thinned(Path(np.zeros(1), np.zeros(1), np.zeros(1), 0.0, np.zeros((1, 2)), 0.0, True)).shape == (0, 3)
