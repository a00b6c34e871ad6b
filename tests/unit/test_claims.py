"""Verdicts from intervals, and the measures of a made-up campaign."""

import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

sys.path.insert(0, str(Path(__file__).parents[1]))
import synthetic

from glassworks.claims import COLUMNS, judge, read_claims, verdict
from glassworks.statistics import derive

PAPER = yaml.safe_load((Path(__file__).parents[2] / "config/papers/pinching.yaml").read_text(encoding="utf-8"))


def verdicts(samples: int, **options) -> pd.DataFrame:
    raw = synthetic.campaign(samples=samples, **options).frames()
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
    assert (desk["verdict"] == "reproduced").sum() >= 8


def test_partial_range_is_said(desk):
    assert (
        "only a part of the paper's range" in desk.loc["prefactor-falls", "scope"]
        and "against 1.3" in desk.loc["prefactor-falls", "scope"]
    )


def test_whole_range_is_judged_by_the_published_tolerance():
    truth = synthetic.Truth(number=20.0, energy=1.9, rise=1.35)
    found = verdicts(150, temperatures=(0.30, 0.40, 0.55, 0.75, 1.0, 1.3), truth=truth)
    assert found.loc["number-falls", "scope"].count("the paper's range; tolerance 1.6 to 2")
    assert found.loc["frequency-rises", "verdict"] == "reproduced"


def test_wrong_physics_is_contradicted():
    found = verdicts(150, truth=synthetic.Truth(number=5.0, rise=0.0, energy=0.8))
    assert found.loc["formation-energy", "verdict"] == "contradicted"


def test_tiny_campaigns_are_out_of_reach():
    found = verdicts(4)
    assert set(found["verdict"]) == {"out of reach"}
    assert found["scope"].str.len().min() > 20


def test_nothing_is_out_of_reach():
    assert set(judge(PAPER, {})["verdict"]) == {"out of reach"}


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
    with pytest.raises(ValidationError, match=message):
        read_claims(paper)


def test_ids_are_unique():
    with pytest.raises(ValueError, match="same id"):
        read_claims({"claims": [PAPER["claims"][0]] * 2})


def test_every_claim_says_why_its_tolerance():
    for claim in read_claims(PAPER):
        assert len(claim.reason) > 20 and claim.place.startswith(("Fig", "Materials"))
