"""Why a claim is contradicted is computed from what is varied, not from words."""

import copy
from dataclasses import replace

import pandas as pd
import pytest

from glassworks import report
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.checks import check_claims
from glassworks.campaign.planned.loading import load_campaign
from glassworks.claims import Measurement, judge
from glassworks.claims.causes import cause, varied
from glassworks.claims.claim import Claim
from glassworks.claims.measures import Tables

CLAIM = {
    "id": "slope",
    "statement": "the slope is two",
    "place": "Fig. 1",
    "published": 2.0,
    "rival": {"value": 1.0, "why": "a straight line"},
    "kind": "value",
    "tolerance": [1.8, 2.2],
    "reason": "two digits",
    "measure": "slope",
    "varied": [
        {"by": "range", "table": "ranges", "value": "slope", "where": {"group": ["a", "b"]}, "told_by": ["end", "n"]},
        {"by": "size", "table": "sizes", "value": "slope", "told_by": ["n"], "figure": "S1"},
    ],
}
PAPER = {"paper": "toy", "title": "A toy", "claims": [CLAIM]}


def row(value: float, half: float, **more) -> dict:
    return {"group": "a", "slope": value, "slope_low": value - half, "slope_high": value + half, "samples": 9, **more}


def tables(ranges: list[dict], sizes: list[dict]) -> dict[str, pd.DataFrame]:
    return {"ranges": pd.DataFrame(ranges), "sizes": pd.DataFrame(sizes)}


def slope(tables: Tables) -> Measurement:
    return Measurement(1.4, 1.3, 1.5, 40, "all of it")


def verdict_of(found: dict[str, pd.DataFrame]) -> pd.Series:
    return judge(PAPER, found, {"slope": slope}).iloc[0]


def test_what_gives_the_printed_value_decides():
    """By range one of three choices lies inside the tolerance; by size none does, however wide its interval is."""
    found = tables([row(1.4, 0.1, end=1, n=8), row(2.0, 0.1, end=3, n=8), row(9.0, 0.1, end=3, n=8, group="c")],
                   [row(1.4, 2.0, n=8), row(1.5, 0.1, n=16)])  # fmt: skip
    judged = verdict_of(found)
    assert judged["verdict"] == "contradicted"
    assert judged["cause"].startswith("the range decides; by range, 1 of 2 choices give what is printed, 1 for sure")
    assert "such as end 3" in judged["cause"] and "by size, 0 of 2 choices" in judged["cause"]
    rows = varied(Claim.model_validate(CLAIM), Tables(found))
    assert list(rows["choice"]) == ["end 1", "end 3", "n 8", "n 16"]  # n is the same for all ranges
    assert list(rows["verdict"]) == ["contradicted", "reproduced", "inconclusive", "contradicted"]


def test_a_choice_that_is_compatible_with_what_was_judged_only_may_decide():
    cause_of = verdict_of(tables([row(1.9, 0.6, end=3, n=8)], [row(1.4, 0.1, n=8)]))["cause"]
    assert cause_of.startswith("the range may decide;")
    apart = verdict_of(tables([row(1.9, 0.45, end=3, n=8)], [row(1.4, 0.1, n=8)]))["cause"]
    assert apart.startswith("the range decides;")


def test_nothing_decides():
    assert verdict_of(tables([row(1.4, 0.1, end=1, n=8)], [row(1.5, 0.1, n=8)]))["cause"].startswith(
        "nothing that was varied decides;"
    )
    assert verdict_of(tables([], []))["cause"] == "nothing was varied at this scale"
    assert cause("reproduced", 2.0, pd.DataFrame(), (1.8, 2.2)) == ""


def test_rows_without_an_interval_are_left_out():
    found = tables([row(float("nan"), 0.1, end=1, n=8)], [row(2.0, 0.1, n=8)])
    assert list(varied(Claim.model_validate(CLAIM), Tables(found))["by"]) == ["size"]


def test_the_page_shows_each_choice_and_each_open_claim(tmp_path):
    found = tables([row(1.4, 0.1, end=1, n=8), row(2.0, 0.1, end=3, n=8)], [row(1.5, 0.1, n=8)])
    folder = tmp_path / "tables/toy"
    folder.mkdir(parents=True)
    for name, frame in found.items():
        frame.to_parquet(folder / f"{name}.parquet")
    judged = judge(PAPER, found, {"slope": slope})
    open_one = judged.assign(claim="level", verdict="inconclusive", scope="too few")
    pd.concat([judged, open_one]).to_parquet(folder / "claims.parquet")
    report.write_unreproduced([PAPER], tmp_path, tmp_path / "unreproduced.html", what="scale toy")
    page = (tmp_path / "unreproduced.html").read_text(encoding="utf-8")
    assert "1 contradicted, 1 inconclusive, 0 out of reach" in page and "too few" in page
    assert page.count("<svg") == 4 and "the range decides" in page and 'href="#toy-S1"' in page


def test_the_page_is_written_where_nothing_was_varied(tmp_path):
    """At a scale that has no rows of what a contradicted claim is varied by."""
    folder = tmp_path / "tables/toy"
    folder.mkdir(parents=True)
    found = tables([row(1.4, 0.1, end=1, n=8)], [row(1.5, 0.1, n=8)])
    judge(PAPER, found, {"slope": slope}).to_parquet(folder / "claims.parquet")
    for name, frame in found.items():
        frame.iloc[:0].to_parquet(folder / f"{name}.parquet")
    report.write_unreproduced([PAPER], tmp_path, tmp_path / "unreproduced.html", what="scale toy")
    assert "1 contradicted" in (tmp_path / "unreproduced.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "wrong"),
    [("table", "boltzman"), ("value", "energie"), ("told_by", ["warmest"]), ("figure", "S77"), ("by", "chance"),
     ("where", {"groups": "parents"})],
)  # fmt: skip
def test_what_cannot_be_varied_is_refused(key, wrong):
    paper = load_campaign({"papers": "pinching"}).papers["pinching"]
    claims = copy.deepcopy(paper.content.claims)
    [claim] = [claim for claim in claims if claim["id"] == "formation-energy"]
    claim["varied"][0][key] = wrong
    with pytest.raises(ConfigurationError) as refused:
        check_claims(replace(paper, content=paper.content.model_copy(update={"claims": claims})))
    assert f"config/papers/pinching.yaml: claims.formation-energy.varied[0].{key}" in str(refused.value)
    assert "allowed" in str(refused.value) or key == "by"
