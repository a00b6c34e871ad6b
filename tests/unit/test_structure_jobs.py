"""Tables of structure, crystals and pair forces as jobs write and `verify` reads them."""

import dataclasses
from pathlib import Path

import pytest
from test_campaign_measure import ensemble, path, quenched  # noqa: F401  (fixtures)

from glassworks.campaign.checked.numbers import check_table
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.observe import observe
from glassworks.campaign.planned.costs import read_costs
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.tables import read_provenance, read_table
from glassworks.observables import System, load

ASKED = {
    "structure": {"waves": 10},
    "crystals": {},
    "pair_forces": {"strong": 1.0},
    "liquid_structure": {"largest_wave": None},
}


def test_tables_are_written_and_verified(ensemble: Ensemble):  # noqa: F811
    """Of both glasses and, as they are, of the liquids that these were; in one job, and the same again."""
    made = dataclasses.replace(ensemble, observables=ASKED)
    of_glasses = [name for name in ASKED if load(name).of == "glasses"]
    measure(Job("measure", scale="toy"), [(made, name) for name in of_glasses], 0)
    observe(Job("observe", kind="liquid_structure", scale="toy"), made, 0, "liquid_structure")
    tables = {}
    for name in ASKED:
        file = path(made, name)
        rows = tables[name] = read_table(file)
        assert set(rows["sample"]) == {0, 1} and set(rows["status"]) == {"ok"}
        assert set(rows) == {"sample", *load(name).columns, "status"}
        assert {*load(name).columns} <= set(columns_of(name))
        check_table(file, read_provenance(file), made)
    assert set(tables["structure"]["part"]) == {"small-small", "small-large", "large-large", "total"}
    assert set(tables["structure"]["kind"]) == {"g", "S"} and set(tables["liquid_structure"]["kind"]) == {"g"}
    assert (tables["pair_forces"]["attractive"] == 0.0).all() and (tables["pair_forces"]["rattlers"] == 0).all()
    for name in of_glasses:
        path(made, name).unlink()
        measure(Job("measure", scale="toy"), [(made, name)], 0)
        assert read_table(path(made, name)).equals(tables[name])


@pytest.mark.parametrize("name", ASKED)
def test_costs_follow_what_is_asked(name, monkeypatch):
    """Rows, seconds and memory are positive, rise with N, and more wave vectors cost more."""
    monkeypatch.chdir(Path(__file__).parents[2])
    observable, costs = load(name), read_costs(Path())
    chosen = observable.parameters.model_validate(ASKED[name])
    law, times = observable.law(System(1000, 3), chosen)
    assert times >= 1.0 and observable.law_key(law) in costs.laws
    assert 0 < observable.rows(System(1000, 3), chosen) <= observable.rows(System(8000, 3), chosen)
    seconds = [costs.laws[observable.law_key(law)](n) for n in (1000, 8000)]
    assert 0 < 7 * seconds[0] < seconds[1]
    if "waves" in observable.parameters.model_fields:
        many = observable.parameters.model_validate({"waves": 5000})
        assert observable.law(System(1000, 3), many) == ("waves", 100.0)
