"""Minimizers: they reach the tolerance, go downhill, end where the Hessian is positive, and fail politely."""

import numpy as np
import pytest
from glasses import packing, random_points, sheared
from numba import njit

from glassworks.configurations import Box, Configuration, force_state
from glassworks.configurations.pencils import from_slots, to_slots
from glassworks.minimize import minimize
from glassworks.minimize.evaluation import (
    BUILDS,
    CUTS,
    EVALUATIONS,
    begin,
    evaluate,
    stiffness_bound,
    terrain_of,
    typical_force,
)
from glassworks.minimize.methods import blend, descend, project, remember, superpose
from glassworks.models import load_model
from glassworks.vibrations import hessian

METHODS = ["cg", "lbfgs", "fire"]


SYSTEMS = [("ipl-2d", 60), ("poly-2d", 400), ("ipl-3d", 300), ("poly-3d", 500)]
QUENCHES = [(*each, method) for each in SYSTEMS for method in METHODS]
QUENCHES += [("ipl-4d", 330, "cg"), ("ipl-4d", 330, "lbfgs")]


@pytest.mark.parametrize("name, n, method", QUENCHES)
def test_random_points_reach_a_minimum(name, n, method):
    model, start = load_model(name), random_points(name, n, seed=3)
    found = minimize(model.interaction, start, method)
    end = force_state(model.interaction, found.configuration)
    assert found.converged and found.residual < 1e-10
    assert end.residual == found.residual and end.energy == found.energy
    assert found.energy < force_state(model.interaction, start).energy
    assert (found.configuration.diameters == start.diameters).all()
    if n <= 330:
        values = np.linalg.eigvalsh(hessian(model.interaction, found.configuration).toarray())
        assert (values[: model.dimension] < 1e-9).all() and values[model.dimension] > 1e-3


@pytest.mark.parametrize("method", METHODS)
def test_sharper_tolerances_are_reached(method):
    model, start = load_model("ipl-3d"), random_points("ipl-3d", 300, seed=4)
    assert minimize(model.interaction, start, method, tolerance=1e-12).residual < 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_small_perturbations_return_to_the_same_minimum(method):
    model = load_model("ipl-3d")
    first = minimize(model.interaction, random_points("ipl-3d", 300), "cg", 1e-12).configuration
    moves = 0.005 * np.random.default_rng(5).normal(size=first.positions.shape)
    again = minimize(model.interaction, first.moved(first.positions + moves), method, 1e-12).configuration
    back = first.box.shortest(again.positions - first.positions)
    np.testing.assert_allclose(back - back.mean(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_particles_keep_their_numbers(method):
    model, start = load_model("ipl-2d"), random_points("ipl-2d", 400)
    found = minimize(model.interaction, start, method, tolerance=1e300)
    np.testing.assert_allclose(found.configuration.positions, start.positions, atol=1e-12)


@njit
def walk(terrain, start, line, steps, longest):
    """Forces (steps, N, d) along a line, mean pair force and stiffness bound at each place; the tally; whether what is
    remembered went with its particles."""
    lists, stack, history = begin(terrain, start), terrain.stack, terrain.history
    forces, found = np.zeros((len(steps), *start.shape)), np.empty((len(steps), 2))
    to_slots(line, lists.neighbors.particle, 0.0, stack[3])
    history[0] = stack[3].reshape(-1)
    for m in range(len(steps)):
        way = steps[m] - (steps[m - 1] if m > 0 else 0.0)
        stack[0] += way * stack[3]
        lists = evaluate(terrain, lists, stack[0], stack[2], way * longest)
        from_slots(stack[2], lists.neighbors.particle, forces[m])
        found[m, 0] = typical_force(terrain, lists, stack[0])
        found[m, 1] = stiffness_bound(terrain, lists, stack[0])
    lost = np.abs(history[0] - stack[3].reshape(-1)).max()
    return forces, found, lists.tally, lost


JOURNEYS = [
    ("ipl-2d", 150, 0.0),
    ("ipl-2d", 150, 0.2),
    ("poly-3d", 500, 0.0),
    ("ipl-3d", 300, -0.3),
    ("ipl-4d", 330, 0.0),
    ("ka", 500, 0.0),
    ("lj-2d", 300, 0.1),
    ("pss-3d", 400, 0.0),
    ("harmonic-2d", 200, 0.2),
    ("harmonic-3d", 300, 0.0),
]
WAYS = [(*each, lanes) for each in JOURNEYS for lanes in (0, 4) if lanes or load_model(each[0]).dimension == 3]
"""With the plain list, whose sums molecular dynamics tests in all dimensions, in three."""


@pytest.mark.parametrize("name, n, tilt, lanes", WAYS)
def test_forces_survive_long_journeys(name, n, tilt, lanes):
    """Far along a line, through many renewed lists, forces are those of the plain kernel and a fresh list."""
    model, start = load_model(name), sheared(random_points(name, n), tilt)
    terrain = terrain_of(model.interaction, start, 2, lanes)
    line = np.random.default_rng(0).normal(size=start.positions.shape)
    steps = np.concatenate([np.linspace(0, 0.1, 10), np.linspace(0.1, 12, 30)])
    forces, found, tally, lost = walk(terrain, start.positions, line, steps, np.linalg.norm(line, axis=1).max())
    for step, here, mean in zip(steps, forces, found[:, 0], strict=True):
        there = start.moved(start.positions + step * line)
        direct = force_state(model.interaction, there)
        np.testing.assert_allclose(here, direct.forces, rtol=1e-6, atol=1e-9 * abs(here).max())
        assert mean == pytest.approx(direct.typical_force, rel=1e-6)
    stiffest = abs(np.linalg.eigvalsh(hessian(model.interaction, there).toarray())).max()
    assert lost < 1e-6 and stiffest * (1 - 1e-8) <= found[-1, 1] < 10 * stiffest
    assert tally[EVALUATIONS] == len(steps)
    assert tally[BUILDS] > 3 and tally[CUTS] >= tally[BUILDS] - 1


@njit
def direction_of(history, newest, count, mixed, squares, forces, out):
    """The direction of L-BFGS from its parts, and its product with the forces."""
    projections, weights = np.empty(len(history)), np.empty(len(history))
    project(history, forces, projections)
    scale = descend(newest, count, mixed, squares, projections, weights)
    return superpose(scale, forces, weights, history, out)


@pytest.mark.parametrize("newest, count", [(0, 0), (0, 1), (3, 4), (2, 3), (1, 6), (5, 6)])
@pytest.mark.parametrize("n", [8, 704])
def test_the_direction_of_lbfgs_is_that_of_the_two_loops(newest, count, n):
    """As Nocedal and Wright (2006, Algorithm 7.4) write them, on vectors of a quadratic energy."""
    rng, memory = np.random.default_rng(n + count), 6
    stiffness = rng.uniform(0.5, 2.0, 3 * n)
    steps = rng.normal(size=(memory, 3 * n)).astype(np.float32)
    changes = (stiffness * steps).astype(np.float32)
    forces, out = rng.normal(size=(n, 3)), np.empty((n, 3))
    s, y = steps.astype(float), changes.astype(float)
    mixed, squares = s @ y.T, y @ y.T
    along = direction_of(np.concatenate([steps, changes]), newest, count, mixed, squares, forces, out)
    recent, expected, alphas = [(newest - back) % memory for back in range(count)], forces.ravel().copy(), {}
    for k in recent:
        alphas[k] = s[k] @ expected / (s[k] @ y[k])
        expected -= alphas[k] * y[k]
    expected *= s[newest] @ y[newest] / (y[newest] @ y[newest]) if count else 1.0
    for k in reversed(recent):
        expected += (alphas[k] - y[k] @ expected / (s[k] @ y[k])) * s[k]
    np.testing.assert_allclose(out.ravel(), expected, rtol=0, atol=1e-11 * abs(expected).max())
    assert along == pytest.approx(forces.ravel() @ expected, rel=1e-11)


@njit
def blended(weight, before, forces):
    return blend(weight, before, forces)


@pytest.mark.parametrize("n", [8, 104])
def test_forces_on_a_line_are_combined_and_multiplied_at_one_reading(n):
    before, forces = np.random.default_rng(n).normal(size=(2, n, 3))
    expected = 0.7 * before + 0.3 * forces
    products = blended(0.3, before, forces)
    np.testing.assert_allclose(forces, expected, rtol=1e-13)
    pairs = [(expected, expected), (expected, before), (before, before)]
    assert products == pytest.approx([(a * b).sum() for a, b in pairs], rel=1e-12, abs=1e-12)


@njit
def remembered(step, direction, before, forces, moved, changed):
    return remember(step, direction, before, forces, moved, changed)


def test_what_lbfgs_remembers_is_what_its_products_are_of():
    """Rounded to single precision: products are those of what is kept, not of what was given."""
    rng = np.random.default_rng(1)
    direction, before, forces = rng.normal(size=(3, 104, 2))
    moved, changed = np.empty((2, 208), dtype=np.float32)
    product, square = remembered(0.3, direction, before, forces, moved, changed)
    np.testing.assert_allclose(moved, 0.3 * direction.ravel(), rtol=1e-7)
    np.testing.assert_allclose(changed, (before - forces).ravel(), rtol=1e-6)
    kept = changed.astype(float)
    assert product == pytest.approx(moved.astype(float) @ kept, rel=1e-13)
    assert square == pytest.approx(kept @ kept, rel=1e-13)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name, n", [("ka", 500), ("pss-3d", 400), ("harmonic-3d", 300)])
def test_every_pair_energy_is_minimized(name, n, method):
    model, start = load_model(name), random_points(name, n, seed=2)
    found = minimize(model.interaction, start, method)
    assert found.converged and found.energy < force_state(model.interaction, start).energy


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "name, fraction", [("harmonic-2d", 0.78), ("harmonic-2d", 0.80), ("harmonic-2d", 0.83), ("harmonic-3d", 0.60)]
)
@pytest.mark.parametrize("n", [100, 400])
def test_packings_below_jamming_come_to_rest_without_energy(n, name, fraction, method):
    """max|F|/⟨f⟩ tends to no limit where ⟨f⟩ vanishes; jamming is near 0.84 in two dimensions, 0.64 in three. A
    compression begins at 0.78."""
    model, start = packing(name, n, fraction)
    found = minimize(model.interaction, start, method)
    assert found.converged and found.evaluations < 10_000
    assert found.energy / n < 1e-20 and found.residual < 1e-10 and abs(found.pressure) < 1e-10


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["harmonic-2d", "ipl-3d", "ka"])
def test_particles_without_contacts_are_at_rest(name, method):
    model = load_model(name)
    points = 3.0 * model.range * np.array(list(np.ndindex(*(3,) * model.dimension)), dtype=float)
    apart = Configuration(points, model.diameters(len(points)), Box(9.0 * model.range, model.dimension))
    found = minimize(model.interaction, apart, method)
    assert found.converged and found.evaluations == 1
    assert found.energy == found.residual == 0.0
    np.testing.assert_array_equal(found.configuration.positions, apart.positions)


@pytest.mark.parametrize("method", METHODS)
def test_a_dimer_comes_to_rest_at_its_minimum(method):
    """A single bond: |F| is ⟨f⟩ until both vanish. At rest it is as long as the energy's minimum."""
    model = load_model("pss-3d")
    points = np.array([[1.0, 1.0, 1.0], [2.1, 1.0, 1.0]])
    found = minimize(model.interaction, Configuration(points, np.ones(2), Box(10.0, 3)), method)
    assert found.converged and found.energy == pytest.approx(-1.0, rel=1e-12)
    assert np.diff(found.configuration.positions[:, 0])[0] == pytest.approx(2 ** (1 / 6), rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_too_few_evaluations_are_reported(method):
    model, start = load_model("ipl-3d"), random_points("ipl-3d", 300)
    found = minimize(model.interaction, start, method, max_evaluations=20)
    assert not found.converged and found.evaluations < 45 and found.residual > 1e-10


@pytest.mark.parametrize("method", METHODS)
def test_coinciding_particles_do_not_raise(method):
    model, start = load_model("ipl-3d"), random_points("ipl-3d", 300)
    positions = start.positions.copy()
    positions[1] = positions[0]
    assert not minimize(model.interaction, start.moved(positions), method, max_evaluations=500).converged


def test_unknown_methods_and_tolerances_are_refused():
    model, start = load_model("ipl-3d"), random_points("ipl-3d", 300)
    with pytest.raises(ValueError, match=r"no minimizer 'newton'.*cg, lbfgs, fire"):
        minimize(model.interaction, start, "newton")
    with pytest.raises(ValueError, match="tolerance"):
        minimize(model.interaction, start, tolerance=0.0)


@pytest.mark.parametrize("method", METHODS)
def test_particles_that_are_nowhere_are_not_at_rest(method):
    """Coordinates that are no numbers meet no neighbors, so that no force is left: that must not count as converged."""
    model, start = load_model("ipl-3d"), random_points("ipl-3d", 300)
    positions = np.full_like(start.positions, np.nan)
    found = minimize(model.interaction, start.moved(positions), method, max_evaluations=50)
    assert not found.converged and found.residual == np.inf
