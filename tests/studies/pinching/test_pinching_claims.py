"""Verdicts from intervals, and the measures of a made-up campaign."""

import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))
import synthetic

from glassworks.claims import COLUMNS, read_claims, verdict
from glassworks.studies import derive, judge
from glassworks.studies.pinching.measures import MEASURES

PAPER = yaml.safe_load((Path(__file__).parents[3] / "config/papers/pinching.yaml").read_text(encoding="utf-8"))


PRINTED = synthetic.Truth(energy=3.05, number=20.0, flat=0.55, rise=1.065, stiffening=0.079)
"""What the paper prints, as far as it agrees with itself: 𝒩 falls by 1.8 decades below 0.55, ω_g rises by 1.71 from the
onset, so that A_g falls by 2.97, and ξ_g shrinks by 0.4."""
WHOLE = (0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.65, 0.90, 1.30)


def verdicts(samples: int, truth: synthetic.Truth = PRINTED, **options) -> pd.DataFrame:
    raw = synthetic.campaign(samples=samples, truth=truth, **options).frames()
    return judge(PAPER, derive(synthetic.PAPER, raw) | {"softspots": raw["softspots"]}).set_index("claim")


@pytest.fixture(scope="module")
def desk():
    return verdicts(150)


@pytest.mark.parametrize(
    ("low", "high", "tolerance", "expected"),
    [
        (3.1, 3.4, (3.0, 3.6), "reproduced"),
        (2.9, 3.4, (3.0, 3.6), "inconclusive"),
        (2.0, 5.0, (3.0, 3.6), "inconclusive"),
        (3.7, 4.0, (3.0, 3.6), "contradicted"),
        (1.0, 2.9, (3.0, 3.6), "contradicted"),
        (0.2, 0.9, (None, 1.0), "reproduced"),
        (0.9, 1.1, (None, 1.0), "inconclusive"),
        (1.1, 1.2, (None, 1.0), "contradicted"),
        (float("nan"), float("nan"), (0.0, 1.0), "inconclusive"),
    ],
)
def test_verdict(low, high, tolerance, expected):
    assert verdict(low, high, tolerance) == expected


def test_columns_are_the_published_ones(desk):
    assert tuple(desk.reset_index().columns.sort_values()) == tuple(sorted(COLUMNS))
    assert desk.reset_index()["claim"].is_unique


def test_nothing_true_is_contradicted(desk):
    assert not (desk["verdict"] == "contradicted").any(), desk[desk["verdict"] == "contradicted"]["scope"].to_dict()
    assert (desk["verdict"] == "reproduced").sum() >= 4
    assert set(desk.index[desk["verdict"] == "consistent so far"]) >= {"frequency-rises", "length-shrinks", "core-size"}


def test_a_part_is_judged_by_what_the_paper_implies_of_it(desk):
    row = desk.loc["frequency-rises"]
    assert "only a part of the paper's range, 83% of 0.3 to 0.9" in row["scope"] and "against 1.3" in row["scope"]
    assert row["expected"] == pytest.approx(1.9 ** (5 / 6)) and row["rival"] == pytest.approx(1.5 ** (5 / 6))


def test_the_whole_range_is_judged_by_what_is_printed():
    found = verdicts(150, replace(PRINTED, number=60.0), temperatures=WHOLE)
    assert "the paper's range, 0.3 to 0.55 in inverse temperature; tolerance 1.6 to 2" in found["scope"]["number-falls"]
    assert (found.loc[["length-shrinks", "core-size"], "verdict"] == "reproduced").all()
    assert not (found["verdict"] == "contradicted").any()


def test_a_change_of_half_the_size_is_no_agreement_on_a_part():
    """Any change of the right sign used to pass."""
    half = synthetic.Truth(energy=1.56, number=20.0, flat=0.55, rise=0.5, stiffening=0.2)
    found = verdicts(150, half)
    assert (found.loc[["prefactor-falls", "frequency-rises", "length-shrinks"], "verdict"] == "contradicted").all()


def test_wrong_physics_is_contradicted():
    found = verdicts(150, synthetic.Truth(number=5.0, rise=0.0, energy=0.8))
    assert found.loc["formation-energy", "verdict"] == "contradicted"


def test_tiny_campaigns_are_out_of_reach():
    found = verdicts(4)
    assert set(found["verdict"]) == {"out of reach"}
    assert found["scope"].str.len().min() > 20


def test_nothing_is_out_of_reach():
    assert set(judge(PAPER, {})["verdict"]) == {"out of reach"}


def test_a_scale_that_promises_no_verdict_gives_none():
    raw = synthetic.campaign(samples=150, truth=PRINTED).frames()
    found = judge(PAPER, derive(synthetic.PAPER, raw), "scale smoke promises no verdict")
    assert set(found["verdict"]) == {"out of reach"} and found["severity"].isna().all()
    assert found["scope"].str.startswith("scale smoke promises no verdict; ").all()
    assert found["measured"].notna().sum() >= 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": "guess"}, "allowed"),
        ({"tolerance": [2.0, 1.0]}, "empty"),
        ({"tolerance": [None, None]}, "one end"),
        ({"tolerence": [1.0, 2.0]}, "tolerence"),
    ],
)
def test_misspelt_claims_are_refused(change, message):
    paper = {"claims": [PAPER["claims"][0] | change]}
    with pytest.raises(ValueError, match=message):
        read_claims(paper, MEASURES)


def test_ids_are_unique():
    with pytest.raises(ValueError, match="same id"):
        read_claims({"claims": [PAPER["claims"][0]] * 2}, MEASURES)


def test_every_claim_says_why_its_tolerance():
    for claim in read_claims(PAPER, MEASURES):
        assert len(claim.reason) > 20 and claim.place.startswith(("Fig", "Materials"))
