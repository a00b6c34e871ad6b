"""Tables of observables: columns, statuses, and one row that says why when nothing can be measured."""

import numpy as np
import pandas as pd
import pytest
from glasses import glass
from pydantic import ValidationError

from glassworks import choices
from glassworks.choices import MINIMIZERS
from glassworks.glasses import Glass
from glassworks.minimize.methods import METHODS
from glassworks.models import load_model
from glassworks.observables import GLASSES, load, names
from glassworks.observables._alone import alone
from glassworks.vibrations import modes as modes_module
from glassworks.vibrations.krylov import wider_search

SMALL = {
    "modes": {"count": 5},
    "dipoles": {"pairs": 40},
    "decay": {"pairs": 10},
    "softspots": {"starts": 10, "modes": 3},
    "selected_modes": {"count": 5},
    "pulls": {"most": 2, "per_decade": 1},
    "saddles": {"most": 2},
    "waves": {"waves": [1, 2], "speeds": {"transverse": 4.0, "longitudinal": 12.0}, "longest": 5.0},
    "relieved_moduli": {"reliefs": [0.3]},
    "pull_variants": {"most": 1, "steepest_modes": 1, "smallest": 1e-3},
}


AS_IT_IS = {"structure", "crystals", "pair_forces"}
"""What needs no minimum: it asks where particles are, or what forces they bear."""

SOLID = {
    "crystals", "destination_spots", "destinations", "pull_scans", "pull_variants", "pulls", "rearrangement",
    "saddles", "selected_modes",
}  # fmt: skip
"""What is of three dimensions alone."""


def measured(name, sample, seed=0):
    found = alone(name, sample, SMALL.get(name, {}), seed, SMALL)
    return pd.DataFrame({key: values for key, values in found.items() if key not in load(name).arrays})


@pytest.mark.parametrize("name", names(GLASSES))
@pytest.mark.parametrize("model, n", [("ipl-2d", 150), ("poly-3d", 300)])
def test_tables_have_their_columns_and_are_good(name, model, n):
    if name in SOLID and load_model(model).dimension != 3:
        pytest.skip("of three dimensions alone: says so in its status")
    table = measured(name, Glass(*glass(model, n)))
    assert list(table.columns) == load(name).columns_in(load_model(model).dimension)
    assert set(table["status"]) <= {"ok", "empty shell", "pairs overlap"}
    assert table["status"].isin({"ok", "pairs overlap"}).mean() > 0.8
    known = [column for column, each in load(name).columns.items() if each.known and column in table]
    assert table.loc[table["status"] == "ok", known].notna().all().all()


@pytest.mark.parametrize("name", names(GLASSES))
def test_same_seed_same_table(name):
    sample = Glass(*glass("ipl-2d", 150))
    assert measured(name, sample).equals(measured(name, Glass(*glass("ipl-2d", 150))))


@pytest.mark.parametrize("name", sorted(set(names(GLASSES)) - AS_IT_IS))
def test_what_is_no_minimum_gives_a_flagged_row(name):
    model, configuration = glass("ipl-2d", 150)
    moves = 0.3 * np.random.default_rng(0).normal(size=configuration.positions.shape)
    table = measured(name, Glass(model, configuration.moved(configuration.positions + moves)))
    assert list(table.columns) == load(name).columns_in(2)
    assert len(table) == 1 and "positive definite" in table["status"][0]


def test_modes_beside_which_softer_ones_may_be_missing_are_flagged(monkeypatch):
    """As where neither the first search nor a wider one can prove that there are none."""
    sample = Glass(*glass("ipl-3d", 300))
    assert set(measured("modes", sample)["status"]) == {"ok"}
    monkeypatch.setattr(modes_module, "CERTAIN", 0)
    monkeypatch.setattr(modes_module, "overlooked", lambda *_: 1e-3)
    monkeypatch.setattr(modes_module, "wider_search", lambda *rest: (wider_search(*rest)[0], 1e-3))
    table = measured("modes", sample)
    assert set(table["status"]) == {"softer modes may be missing"} and (table["missed"] == 1e-3).all()


def test_a_mode_that_did_not_converge_is_flagged(monkeypatch):
    monkeypatch.setattr(modes_module, "TOLERANCE", 0.3)
    monkeypatch.setattr(modes_module, "CERTAIN", 0)  # nor does the whole matrix tell
    table = measured("modes", Glass(*glass("ipl-3d", 1000)))
    assert "mode did not converge" in set(table["status"])


def test_bad_parameters_are_refused():
    with pytest.raises(ValidationError, match="count"):
        load("modes").parameters(count=0)
    with pytest.raises(ValidationError, match="cuont"):
        load("modes").parameters(cuont=3)


def test_a_glass_computes_its_factor_once():
    sample = Glass(*glass("ipl-2d", 150))
    assert sample.factor is sample.factor and sample.rattlers == 0
    assert sample.modes(4).frequencies.shape == (4,)
    assert sample.pinch(6).frequency.shape == (6,)
    assert sample.moduli().shear > 0


def test_modes_of_a_large_glass_are_found_without_a_factor(monkeypatch):
    expected = Glass(*glass("ipl-3d", 300)).modes(6, factored=True).frequencies
    monkeypatch.setattr(choices, "FACTORED", 299)
    sample = Glass(*glass("ipl-3d", 300))
    table = measured("modes", sample)
    np.testing.assert_allclose(table["frequency"], expected[:5], rtol=1e-10)
    assert (table["status"] == "ok").all() and "factor" not in vars(sample)
    monkeypatch.setattr(choices, "FACTORED", 300)
    assert sample.modes(6).frequencies.shape == (6,) and "factor" in vars(sample)
    many = Glass(*glass("ipl-3d", 300))
    monkeypatch.setattr(choices, "FACTORED", 0)
    assert many.modes(113).frequencies.shape == (113,) and "factor" in vars(many)
    flat = Glass(*glass("ipl-2d", 400))
    assert flat.modes(5).frequencies.shape == (5,) and "factor" in vars(flat)


def test_what_may_be_chosen_is_what_there_is():
    assert set(MINIMIZERS) == set(METHODS)
