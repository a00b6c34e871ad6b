"""Observables of liquids: columns, what rows say of a descent, and that chosen parameters reach it."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from glasses import glass, random_points
from pydantic import ValidationError

from glassworks.configurations import force_state
from glassworks.landscape import Fire, SteepestDescent, distance_between, downhill_path
from glassworks.models import load_model
from glassworks.observables import LIQUIDS, Snapshot, load, names
from glassworks.observables._alone import alone
from glassworks.observables.downhill import FireParameters, SteepestParameters


def measured(name, model, liquid, **chosen):
    return pd.DataFrame(alone(name, Snapshot(model, liquid), chosen))


@pytest.mark.parametrize("name", names(LIQUIDS))
@pytest.mark.parametrize("model", ["harmonic-2d", "ipl-3d"])
def test_tables_have_their_columns_and_are_good(name, model):
    table = measured(name, load_model(model), random_points(model, 100))
    assert list(table.columns) == load(name).columns_in(2)
    assert set(table["status"]) == {"ok"} and len(table) > 20
    again = measured(name, load_model(model), random_points(model, 100))
    assert table.equals(again)


def test_paths_are_those_of_the_descents():
    """Start, number of steps and kept points; two ways from one start need not end in one inherent structure."""
    model, liquid = load_model("harmonic-2d"), random_points("harmonic-2d", 100)
    methods = {"fire": {"kind": "fire"}, "short": {"kind": "fire", "longest": 0.4}}
    table = measured("downhill", model, liquid, methods=methods, nearest=1e-3, per_decade=8)
    paths = {
        name: downhill_path(model.interaction, liquid, Fire(longest=x))
        for name, x in zip(methods, (1.0, 0.4), strict=True)
    }
    for name, rows in table.groupby("method"):
        path = paths[name]
        assert set(rows["steps"]) == {path.steps} and list(rows["point"]) == list(range(len(rows)))
        start = rows.iloc[0][["distance", "contour", "drop"]]
        assert tuple(start) == (path.distance[0], path.contour[0], path.energy[0])
        np.testing.assert_allclose(np.diff(np.log10(rows["distance"].iloc[1:])), -1 / 8, atol=1e-9)
        assert rows["distance"].min() == pytest.approx(1e-3)
        assert path.energy[0] + path.floor == pytest.approx(force_state(model.interaction, liquid).energy / 100)
    ends = [path.end for path in paths.values()]
    moved = distance_between(model.interaction, liquid, ends)
    assert set(table[table["method"] == "fire"]["apart"]) == {0.0}
    assert set(table[table["method"] == "short"]["apart"]) == {moved[1]}


def test_a_descent_that_does_not_arrive_is_flagged(monkeypatch):
    """Forces cannot fall below rounding."""
    monkeypatch.setattr("glassworks.landscape.downhill_path", partial(downhill_path, budget=300))
    chosen = {"methods": {"a": {"kind": "fire"}}, "tolerance": 1e-300}
    table = measured("downhill", load_model("ipl-2d"), random_points("ipl-2d", 100), **chosen)
    assert table["status"].str.startswith("a: descent stopped at residual force").all()


def test_what_may_be_chosen_is_what_descents_take():
    assert FireParameters(kind="fire").model_dump(exclude={"kind", "landscape"}) == vars(Fire())
    assert SteepestParameters(kind="steepest_descent").model_dump(exclude={"kind"}) == vars(SteepestDescent())
    with pytest.raises(ValidationError, match="methods"):
        load("downhill").parameters.model_validate({"methods": {}})
    with pytest.raises(ValidationError, match="bowl: a harmonic landscape is that of"):
        load("downhill").parameters.model_validate({"methods": {"bowl": {"kind": "fire", "landscape": "harmonic"}}})


def test_the_harmonic_landscape_is_that_of_the_first_inherent_structure():
    """From a tiny displacement both landscapes are the same; from a larger one they are not, but the end is."""
    model, rest = glass("harmonic-2d", 64)
    methods = {"fire": {"kind": "fire"}, "bowl": {"kind": "fire", "landscape": "harmonic"}}
    moves = np.random.default_rng(3).normal(size=rest.positions.shape)
    contours = []
    for size in (1e-5, 0.2):
        table = measured("downhill", model, rest.moved(rest.positions + size * moves), methods=methods, nearest=1e-7)
        assert set(table["status"]) == {"ok"} and (table["apart"] < 1e-6).all()
        contours.append(table[table["point"] == 0].set_index("method")["contour"])
    assert contours[0]["bowl"] == pytest.approx(contours[0]["fire"], rel=2e-3)
    assert abs(contours[1]["bowl"] / contours[1]["fire"] - 1) > 0.05
