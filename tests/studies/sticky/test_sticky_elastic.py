"""Derived tables, figures and verdicts of a made-up study of sticky spheres."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import sticky_tables

from glassworks import studies
from glassworks.campaign.jobs.results import context
from glassworks.campaign.planned.loading import load_campaign
from glassworks.statistics.chances import share_between
from glassworks.statistics.tables import KEYS
from glassworks.studies.sticky import ELASTIC, RAW, STICKY
from glassworks.studies.sticky.columns import COLUMNS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def paper() -> dict:
    return context(load_campaign({"papers": "sticky"}, ROOT).papers["sticky"])


def derived_from(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return studies.derive(paper, {name: raw.get(name, pd.DataFrame()) for name in RAW})


@pytest.fixture(scope="module")
def derived(paper):
    return derived_from(paper, sticky_tables.tables())


def row(frame: pd.DataFrame, **equal) -> pd.Series:
    for name, value in equal.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_every_column_is_defined(derived):
    for name in ELASTIC:
        assert set(derived[name]) == set(COLUMNS[name]), name


def test_groups_beside_the_papers_models_change_no_comparison(paper, derived):
    """Glasses that were made for a finding, or for their size, are no models of the collapse."""
    raw = {name: frame for name, frame in sticky_tables.tables().items() if name != "stress_relaxation"}
    deep = {name: frame[frame["group"] == "rc12"].assign(group="deep", protocol="swap") for name, frame in raw.items()}
    found = derived_from(
        paper, {name: pd.concat([frame, deep[name]], ignore_index=True) for name, frame in raw.items()}
    )
    assert "deep" in set(found["summary"]["group"])
    pd.testing.assert_frame_equal(found["crossovers"], derived["crossovers"])


def test_crossovers_cover_the_truth_by_both_routes(derived):
    rows = derived["crossovers"].set_index("group")
    for group in ("rc11", "rc12", "rc13", "rc15", "hertzian"):
        truth, one = sticky_tables.CROSSOVERS[group], rows.loc[group]
        assert one["energy_crossover"] == pytest.approx(truth, rel=0.02), group
        assert one["moduli_crossover_low"] < 1.02 * truth and one["moduli_crossover_high"] > 0.98 * truth, group
        assert one["source"] == "collapse" and one["routes_low"] < 1.02 and one["routes_high"] > 0.97
    assert rows.loc["ka", "source"] == "printed" and "fewer than 3" in rows.loc["ka", "energy_reason"]
    assert rows.loc["poly", "source"] == "anchor" and rows.loc["poly", "moduli_crossover"] == pytest.approx(
        0.76, rel=0.02
    )


def test_moduli_over_their_plateaus(derived):
    rows = derived["variations"]
    for group, rise in sticky_tables.RISES.items():
        one = row(rows, group=group, quantity="shear", at="coldest", chosen=True)
        below = 1.0 - one["temperature"] / sticky_tables.CROSSOVERS[group]
        truth = 1.0 + 2.0 * rise * max(below, 0.0)
        assert one["ratio_low"] - 0.003 < truth < one["ratio_high"] + 0.003, group
    assert set(rows["at"]) == {"coldest", "equal", "scaled"}


def test_orderings_tell_what_was_put_in(derived):
    rows = derived["orderings"]
    assert row(rows, quantity="crossover", at="coldest")["least_low"] > 0.0
    for at in ("scaled", "equal"):
        assert row(rows, quantity="shear", at=at)["least_low"] > 0.0
    at_ends = row(rows, quantity="bulk", at="coldest")
    assert at_ends["least_low"] > 0.0 and at_ends["across"] >= at_ends["least"]
    assert at_ends["groups"].split() == list(STICKY)


@pytest.fixture(scope="module")
def altered(paper):
    """As before, but G rises most where it is claimed to rise least, one ensemble fails, and one glass crystallized."""
    raw = sticky_tables.tables()
    moduli, truth = raw["moduli"], sticky_tables.RISES
    for group, rise in (("rc11", truth["rc15"]), ("rc15", truth["rc11"])):
        below = (1.0 - moduli["temperature"] / sticky_tables.CROSSOVERS[group]).clip(lower=0.0)
        moduli.loc[moduli["group"] == group, "shear"] *= (1.0 + 2.0 * rise * below) / (1.0 + 2.0 * truth[group] * below)
    cold = (raw["equilibrium"]["group"] == "rc15") & (raw["equilibrium"]["temperature"] == 0.72)
    raw["equilibrium"].loc[cold, ["passed", "reason"]] = [False, "the energy drifts"]
    glasses = raw["glasses"][raw["glasses"]["group"] == "rc11"]
    found = glasses[[name for name in glasses if name in KEYS or name == "sample"]]
    status = np.where((found["temperature"] == 0.88) & (found["sample"] == 3), "crystal of 40 particles", "ok")
    raw["crystals"] = found.assign(status=status, cluster=5, crystalline=0.0, order=0.3)
    return derived_from(paper, raw)


def test_a_reversed_order_is_contradicted(altered):
    one = row(altered["orderings"], quantity="shear", at="scaled")
    assert one["least_high"] < 0.0 and one["across_high"] < 0.0


def test_relaxation_times_and_the_exact_start_of_stresses(derived):
    rows = derived["dynamics"]
    assert len(rows) == sum(len(t) for name, t in sticky_tables.TEMPERATURES.items() if name != "poly")
    for one in rows[rows["group"] == "rc11"].itertuples():
        truth = sticky_tables.time("rc11", one.temperature)
        assert one.overlap_time == pytest.approx(truth)
        decay = sticky_tables.PLATEAU * np.exp(-one.stress_time / truth)
        assert decay == pytest.approx(one.stress_plateau / np.e, rel=0.06)
        assert one.stress_time_reduced == pytest.approx(one.stress_time / one.unit) and one.chains == 12
    assert (abs(rows["zero_ratio"] - 1.0) < 0.03).all() and (abs(rows["zero_z"]) < 4.5).all()
    assert rows["unit"].iloc[0] == pytest.approx(0.6 ** (-1 / 3) / np.sqrt(rows["temperature"].iloc[0]))


def test_equal_depth_is_the_longest_stress_time_that_all_reach(derived):
    times = derived["dynamics"].set_index("group")
    reached = {group: times.loc[group, "stress_time_reduced"].max() for group in STICKY}
    depth = np.log(min(reached.values()))
    for group in STICKY:
        found = row(derived["variations"], group=group, quantity="shear", at="equal", chosen=True)
        mine = times.loc[group].sort_values("stress_time_reduced")
        assert found["depth"] == pytest.approx(depth)
        place = np.interp(depth, np.log(mine["stress_time_reduced"]), mine["temperature"])
        assert found["temperature"] == pytest.approx(place)
        assert found["ratio_low"] < found["ratio"] < found["ratio_high"]
        if reached[group] == min(reached.values()):
            coldest = row(derived["variations"], group=group, quantity="shear", at="coldest", chosen=True)
            assert found["value"] == pytest.approx(coldest["value"])


def test_a_failed_ensemble_is_left_out_of_all_that_compares(altered):
    assert row(altered["variations"], group="rc15", quantity="shear", at="coldest", chosen=True)["temperature"] == 0.76
    assert 0.72 not in set(altered["scaled"].loc[altered["scaled"]["group"] == "rc15", "temperature"])
    left = row(altered["dynamics"], group="rc15", temperature=0.72)
    assert not left["included"] and "drifts" in left["reason"] and np.isfinite(left["stress_time"])


def test_crystals_are_counted_and_left_out(altered):
    one = row(altered["crystal_counts"], group="rc11", temperature=0.88)
    assert (one["tested"], one["flagged"]) == (60, 1)
    kept = row(altered["summary"], group="rc11", temperature=0.88)
    assert kept["samples"] == 59 and "crystal" in kept["excluded"]


def test_share_of_none():
    low, high = share_between(0, 300, 0.95)
    assert low == 0.0 and high == pytest.approx(1.0 - 0.025 ** (1 / 300))
    assert share_between(3, 3, 0.95)[1] == 1.0 and share_between(3, 3, 0.95)[0] == pytest.approx(0.025 ** (1 / 3))


def some(raw: dict[str, pd.DataFrame], *temperatures: float) -> dict[str, pd.DataFrame]:
    return {name: f[(f["group"] == "rc12") & f["temperature"].isin(temperatures)] for name, f in raw.items()}


@pytest.mark.parametrize("temperatures", [(4.0, 1.8), ()])
def test_little_or_nothing_is_drawn_and_judged(paper, tmp_path, temperatures):
    made = derived_from(paper, some(sticky_tables.tables(), *temperatures))
    for name, frame in made.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    for number in studies.find("sticky").figures:
        studies.make(paper, number, tmp_path)
    claims = studies.judge(paper, tmp_path, "")
    assert set(claims["verdict"]) == {"out of reach"} and claims["scope"].str.len().min() > 10


def test_verdicts_and_figures_of_the_truth(paper, derived, tmp_path):
    for name, frame in derived.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    for number in studies.find("sticky").figures:
        studies.make(paper, number, tmp_path)
    verdicts = studies.judge(paper, tmp_path, "").set_index("claim")["verdict"]
    for claim in (
        "crossover-hertzian",
        "crossover-poly",
        "crossover-11",
        "crossover-15",
        "crossover-falls",
        "collapse",
    ):
        assert verdicts[claim] == "reproduced", claim
    assert verdicts["two-definitions"] == "reproduced" and verdicts["nonaffine-plateaus"] == "contradicted"
    assert verdicts["crossover-ka"] == verdicts["no-crystals"] == "out of reach"


def test_table_one_has_the_published_ensembles_beside_ours(paper, derived, tmp_path):
    derived["dynamics"].to_parquet(tmp_path / "dynamics.parquet")
    studies.tabulate(paper, "1", tmp_path, tmp_path / "table1")
    rows = pd.read_csv(tmp_path / "table1.csv")
    published = rows[rows["samples published"] != "–"].astype({"samples published": int, "N published": int})
    assert (
        len(published) == 40
        and (published["N published"] * published["samples published"]).sum() == 33 * 3000 * 9200 + 7 * 10**4 * 3000
    )
    assert (
        int(row(rows, r_c=1.1, T_p=0.88)["samples"]) == 60
        and row(rows, r_c=1.1, T_p=0.73)["evidence"] == "not at this scale"
    )
