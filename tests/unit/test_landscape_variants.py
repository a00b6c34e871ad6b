"""Other ways downhill of a pulled glass: each beside its minimizer, the steepest beside one followed exactly."""

import numpy as np
import pytest
from pydantic import ValidationError

from glassworks import load_model
from glassworks.glasses import Glass
from glassworks.landscape import SteepestDescent, downhill_path
from glassworks.landscape.pulling import AWAY, HOME, Puller, Released
from glassworks.landscape.variants import STEEPEST, WAYS, Steepest, bracket, ways
from glassworks.liquids.memory import NOTHING
from glassworks.minimize import minimize
from glassworks.observables import Means, Portion, load
from glassworks.preparing.random import scattered


@pytest.fixture(scope="module")
def glass():
    model = load_model("harmonic-mono-3d")
    end = minimize(model.interaction, scattered(model, 300, np.random.default_rng(3)), "fire")
    assert end.converged
    return Glass(model, end.configuration)


def measured(name, glass, found, portion=None, **given):
    chosen = load(name)
    means = Means(np.random.default_rng(0), found, NOTHING, *([portion] if portion else []))
    return chosen.measure(glass, chosen.parameters(**given), means)


@pytest.fixture(scope="module")
def found(glass):
    return {"selected_modes": measured("selected_modes", glass, {})}


GIVEN = {"most": 2, "steepest_modes": 1, "smallest": 1e-3}


@pytest.fixture(scope="module")
def table(glass, found):
    return measured("pull_variants", glass, found, **GIVEN)


def field_of(glass, found, k):
    field = np.zeros_like(glass.original.positions)
    field[glass.held] = np.sqrt(len(glass.configuration)) * found["selected_modes"]["vectors"][k].astype(float)
    return field


def test_each_mode_has_a_row_of_each_way(table):
    assert list(table["variant"]) == [*WAYS, *(name for name in WAYS if name != STEEPEST)]
    assert list(table["mode"]) == [0] * len(WAYS) + [1] * (len(WAYS) - 1) and set(table["status"]) == {"ok"}
    assert (table["home"] > 0).all() and (table["home"] < table["amplitude"]).all()
    assert (table["amplitude"] / table["home"] < 1.0305).all()
    assert list(table) == [*load("pull_variants").columns, "status"]


def test_fire_is_that_of_pulls(glass, found, table):
    pulls = measured("pulls", glass, found, most=2, smallest=1e-3, width=0.03)
    mine = table["variant"] == "fire"
    for name in ("home", "amplitude", "distance", "energy"):
        np.testing.assert_array_equal(table[name][mine], pulls[name][pulls["sign"] == 1.0])


@pytest.mark.parametrize("method", ["fire", "cg", "lbfgs"])
def test_minimizing_from_both_ends_of_a_bracket_tells_the_same(glass, found, table, method):
    for k in (0, 1):
        row = np.flatnonzero((table["variant"] == method) & (table["mode"] == k))[0]
        for amplitude, home in ((table["home"][row], True), (table["amplitude"][row], False)):
            start = glass.original.positions + amplitude * field_of(glass, found, k)
            end = minimize(glass.model.interaction, glass.original.moved(start), method)
            moved = glass.original.box.shortest(end.configuration.positions - glass.original.positions)[glass.held]
            left = np.linalg.norm(moved - moved.mean(axis=0))
            assert (left < 1e-6) == home
            if not home:
                assert left == pytest.approx(table["distance"][row], rel=1e-4)


def test_tolerances_hardly_matter_where_transitions_are_large(table):
    for name in ("fire ten times tighter", "fire ten times looser"):
        there, plain = (table["amplitude"][table["variant"] == each] for each in (name, "fire"))
        assert (abs(np.log(there / plain)) < 0.04).all()
    assert (table["distance"] > 0.01).all()


def test_the_steepest_descent_is_that_of_a_stiff_integrator(glass, found, table):
    """Backward differentiation of the curve to 1e-3 λ, from 5 % before and beyond where Euler's steps leave home."""
    row = np.flatnonzero(table["variant"] == STEEPEST)[0]
    for amplitude, home in ((table["home"][row] / 1.05, True), (table["amplitude"][row] * 1.05, False)):
        start = glass.original.moved(glass.original.positions + amplitude * field_of(glass, found, 0))
        path = downhill_path(glass.model.interaction, start, SteepestDescent(1e-3))
        assert path.converged
        moved = glass.original.box.shortest(path.end - glass.original.positions)[glass.held]
        left = np.linalg.norm(moved - moved.mean(axis=0))
        assert (left < 1e-6) == home
        if not home:
            assert left == pytest.approx(table["distance"][row], rel=1e-4)


def test_the_steepest_descent_stays_on_the_curve(glass, found):
    """A harmonic landscape has its curve in closed form, u_k exp(−ω_k² t): along one mode it keeps its direction and is
    left where a fiftieth remains."""
    modes = found["selected_modes"]
    way = Steepest(glass.model.interaction, glass.original, glass.held, float(modes["frequency"][0] ** 2))
    start = 1e-7 * field_of(glass, found, 1)
    left, spent = way.descended(start)
    size = np.linalg.norm(left) / np.linalg.norm(start)
    assert 0.005 < size < 0.021 and spent > 100
    assert (left * start).sum() == pytest.approx(np.linalg.norm(left) * np.linalg.norm(start), rel=1e-3)


class Threshold:
    """A way that comes home from below an amplitude."""

    def __init__(self, edge):
        self.edge, self.asked = edge, []

    def release(self, moved, *, whether=False):
        self.asked.append(float(moved[0, 0]))
        return Released(HOME if moved[0, 0] < self.edge else AWAY, moved, 1)


@pytest.mark.parametrize("edge", [0.003, 0.02, 0.2])
@pytest.mark.parametrize("begin", [0.0, 0.01, 0.05])
def test_a_bracket_is_found_upward_and_else_downward(edge, begin):
    way = Threshold(edge)
    found = bracket(way, np.ones((1, 1)), np.geomspace(1e-3, 1.0, 13), begin, 0.03)
    assert found.home < edge <= found.away and found.away / found.home < 1.031
    assert found.evaluations == len(way.asked)
    if edge > begin > 0.0:
        assert min(way.asked) > 0.5 * begin


def test_a_part_of_the_modes_is_that_part_of_the_table(glass, found, table):
    part = measured("pull_variants", glass, found, Portion(1, 2), **GIVEN)
    for name, values in part.items():
        np.testing.assert_array_equal(values, table[name][table["mode"] == 1])


def test_what_is_fire_as_pulls_is_first_and_names_are_all(glass, found):
    made = dict(ways(glass, 1.0))
    assert tuple(made) == WAYS and type(made["fire"]) is Puller
    with pytest.raises(ValidationError, match="amplitudes must increase"):
        load("pull_variants").parameters(smallest=0.5)
