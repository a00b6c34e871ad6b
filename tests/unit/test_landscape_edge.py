"""Saddles on the edge of a basin: a landscape whose saddles are known, and glasses that are let go on both sides."""

import numpy as np
import pytest

from glassworks import load_model
from glassworks.configurations import Configuration, force_state
from glassworks.glasses import Glass
from glassworks.landscape.edge import CONVERGED, Edge, Held, along_edge, displaced, first_pulls, saddle_from
from glassworks.liquids.memory import NOTHING
from glassworks.minimize import minimize
from glassworks.observables import Means, load
from glassworks.observables._alone import alone
from glassworks.preparing.random import scattered
from glassworks.vibrations import hessian


class Wells:
    """Φ = (x² − 1)² + 5 (y − x²)² about its minimum (1, 1): the other is (−1, 1), the saddle (0, 0), valleys curved."""

    minimum = np.array([[1.0, 1.0]])

    def force(self, moved):
        [[x, y]] = self.minimum + moved
        return -np.array([[4 * x * (x * x - 1) - 20 * x * (y - x * x), 10 * (y - x * x)]])

    def home(self, moved):
        return (self.minimum + self.later(moved, 0.005, 3000))[0, 0] > 0.0

    def step(self, moved):
        return 0.005

    def later(self, moved, step, times):
        moved = moved.copy()
        for _ in range(times):
            moved += step * self.force(moved)
        return moved


@pytest.mark.parametrize("high", [(-2.0, 0.5), (-1.9, -1.2), (-2.1, 2.0)])
def test_an_edge_leads_to_the_saddle_of_two_wells(high):
    """From wherever the edge is first met, x = 0 here: its stable manifold, along which y vanishes."""
    edges = list(along_edge(Wells(), Edge(np.zeros((1, 2)), np.array([high])), 4))
    away = [np.linalg.norm(Wells.minimum + edge.middle) for edge in edges]
    assert away[-1] < 0.02
    assert all(Wells().home(edge.low) or not Wells().home(edge.high) for edge in edges)


@pytest.fixture(scope="module")
def glass():
    model = load_model("harmonic-mono-3d")
    end = minimize(model.interaction, scattered(model, 400, np.random.default_rng(1)), "fire")
    assert end.converged
    return Glass(model, end.configuration)


@pytest.fixture(scope="module")
def found(glass):
    """What the three observables find, by name."""
    tables, given = {}, {"pulls": {"most": 4, "per_decade": 2, "smallest": 1e-3}}
    for name in ("selected_modes", "pulls", "saddles"):
        chosen = load(name)
        means = Means(np.random.default_rng(0), dict(tables), NOTHING)
        tables[name] = chosen.measure(glass, chosen.parameters(**given.get(name, {})), means)
    return tables


@pytest.fixture(scope="module")
def table(found):
    return found["saddles"]


def test_saddles_are_lower_than_pulls_and_have_one_way_down(table):
    assert set(table["status"]) == {"ok"} and len(table["mode"]) >= 4
    assert (table["saddle"] > 0.0).all() and (table["saddle"] <= table["barrier"]).all()
    assert set(table["negative"]) == {1} and (table["curvature"] < 0.0).all()
    assert (table["residual"] < CONVERGED).all() and table["direct"].sum() >= 2
    assert list(load("saddles").columns) == [name for name in table if name != "status"]


def test_a_saddle_leads_home_on_one_side_and_to_the_destination_on_the_other(glass, found):
    """By a minimizer that knows of no pulls, conjugate gradients, and all eigenvalues of the dense Hessian."""
    rows, pulls, interaction = found["saddles"], found["pulls"], glass.model.interaction
    tried = 0
    for k in np.flatnonzero(rows["direct"] == 1)[:2]:
        target = pulls["destinations"][rows["destination"][k]].astype(float)
        field = np.zeros_like(glass.original.positions)
        field[glass.held] = target
        for part in np.linspace(0.1, 0.9, 9):  # a start of the test's own: the saddle is where the table has its energy
            saddle = saddle_from(interaction, glass.original, part * field)
            there = displaced(glass.original, saddle.moved)
            rise = force_state(interaction, there).energy - force_state(interaction, glass.original).energy
            if saddle.found and rise == pytest.approx(rows["saddle"][k], rel=1e-6):
                break
        else:
            continue
        tried += 1
        kept = Held(interaction, there).kept
        part = Configuration(there.positions[kept], there.diameters[kept], there.box)
        dense = np.linalg.eigvalsh(hessian(interaction, part).toarray())
        assert dense[0] == pytest.approx(rows["curvature"][k], rel=1e-6)
        assert (dense < -1e-9 * dense[-1]).sum() == 1
        ends = []
        for side in (0.01, -0.01):
            start = displaced(glass.original, saddle.moved + side * saddle.direction)
            end = minimize(interaction, start, "cg", 1e-11).configuration
            moved = glass.original.box.shortest(end.positions - glass.original.positions)[glass.held]
            ends.append(moved - moved.mean(axis=0))
        ends.sort(key=np.linalg.norm)
        assert np.linalg.norm(ends[0]) < 1e-6
        assert np.linalg.norm(ends[1] - target) < 1e-3 * np.linalg.norm(target)
        assert np.linalg.norm(ends[1]) == pytest.approx(rows["beyond"][k], rel=1e-3)
    assert tried


def test_nothing_is_climbed_from_rest(glass):
    """An inherent structure is stationary, and no saddle."""
    nowhere = np.zeros_like(glass.original.positions)
    found = saddle_from(glass.model.interaction, glass.original, nowhere)
    assert not found.found and found.negative == 0 and np.array_equal(found.moved, nowhere)
    assert found.curvature == pytest.approx(glass.modes(1).frequencies[0] ** 2, rel=1e-6)


def test_the_first_pull_to_each_destination_is_that_of_the_smallest_amplitude():
    pulls = {
        "destination": np.array([1, -1, 0, 1, 0, 2]),
        "amplitude": np.array([0.3, np.nan, 0.2, 0.1, 0.25, 0.15]),
    }
    assert first_pulls(pulls) == [3, 5, 2]


def test_a_glass_that_no_pull_leads_away_from_says_so(glass):
    found = alone("saddles", glass, {}, others={"pulls": {"most": 1, "smallest": 1e-6, "largest": 1e-5}})
    assert list(found["status"]) == ["no pull leads away"] and list(found["destination"]) == [-1]
