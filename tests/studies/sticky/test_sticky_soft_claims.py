"""Verdicts on what the paper says of soft modes and pinches, of made-up glasses that are as it says, or are not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soft_glasses
import yaml
from soft_glasses import TEMPERATURES, TRUTH, Truth, four

from glassworks.claims import read_claims
from glassworks.studies import derive, judge
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.measures import MEASURES, soft

PAPER = yaml.safe_load((Path(__file__).parents[3] / "config/papers/sticky.yaml").read_text(encoding="utf-8"))
MINE = {name for name, measure in MEASURES.items() if measure.__module__ == soft.__name__}
SAID = [claim for claim in PAPER["claims"] if claim["measure"] in MINE]
PRINTED = Truth(
    shear=four(40.0, 25.0, 18.0, 14.0), frequency=four(1.75, 1.7, 1.6, 1.45), number=four(0.6, 4.0, 4.0, 4.0),
    width=four(0.2, 0.27, 0.32, 0.38), stiffer=four(1.045, 1.1, 1.15, 1.22), rise=four(1.03, 1.07, 1.16, 1.34),
)  # fmt: skip
"""What the paper prints of both ends of the published range: 𝒩 is constant, and small at r_c = 1.1."""
ALIKE = Truth(
    shear=PRINTED.shear, frequency=four(1.5, 1.5, 1.5, 1.5), number=four(4.0, 4.0, 4.0, 4.0),
    width=four(0.3, 0.3, 0.3, 0.3), stiffer=PRINTED.stiffer, rise=four(1.15, 1.15, 1.15, 1.15),
)  # fmt: skip
"""Glasses in which the attraction changes nothing."""


def verdicts(truth: Truth, samples: int, leave_out: tuple[float, ...] = ()) -> pd.DataFrame:
    made = soft_glasses.Glasses(truth, seed=4)
    for group, temperatures in soft_glasses.TEMPERATURES.items():
        for temperature in temperatures:
            if temperature not in leave_out:
                made.ensemble(group, temperature, samples)
    return judge(PAPER | {"claims": SAID}, derive(PAPER, made.frames())).set_index("claim")


@pytest.fixture(scope="module")
def printed():
    return verdicts(PRINTED, 300)


def test_nothing_true_is_contradicted(printed):
    assert not (printed["verdict"] == "contradicted").any(), printed[printed["verdict"] == "contradicted"].to_dict()


def test_what_is_printed_is_reproduced(printed):
    """Where the whole published range is there; a ladder of four T_p, 300 glasses each, does not decide all of it."""
    sure = ["omega-15", "omega-order", "spread", "distribution-15", "micromechanical-order", "A-15", "core-shrinks",
            "e-plateau", "core-law", "A-11-below", "A-plateaus"]  # fmt: skip
    assert (printed.loc[sure, "verdict"] == "reproduced").all(), printed.loc[
        sure, ["measured", "low", "high", "verdict"]
    ]


def test_what_is_out_of_reach_says_what_it_lacks(printed):
    """Large glasses, and ten soft modes of the stickiest ones at each T_p: thousands of glasses."""
    found = printed[printed["verdict"] == "out of reach"]["scope"]
    assert set(found.index) == {"two-routes", "A-order", "core-order"}
    assert (
        "large enough" in found["two-routes"] and found[["A-order", "core-order"]].str.contains("10 soft modes").all()
    )


def test_glasses_alike_contradict():
    found = verdicts(ALIKE, 150)
    wrong = ["omega-11", "omega-15", "omega-ratio", "micromechanical-order", "A-plateaus", "A-11-below"]
    assert (found.loc[wrong, "verdict"] == "contradicted").all(), found.loc[
        wrong, ["measured", "low", "high", "verdict"]
    ]
    assert not found.loc[["omega-order", "spread", "core-order"], "verdict"].isin(["reproduced"]).any()
    assert found.loc["e-plateau", "verdict"] == "reproduced"


def test_a_part_of_the_range_is_held_against_its_own_number():
    found = verdicts(PRINTED, 40, leave_out=(0.73, 0.69))
    row = found.loc["omega-11"]
    share = (1.4 - 0.88) / (1.4 - 0.73)
    assert row["expected"] == pytest.approx(1.03**share) and f"{share:.0%} of 0.73 to 1.4" in row["scope"]
    assert "reaches nothing of the paper's range" in found.loc["omega-15", "scope"]


def test_tiny_ensembles_are_out_of_reach():
    assert set(verdicts(PRINTED, 5)["verdict"]) == {"out of reach"}
    assert set(judge(PAPER | {"claims": SAID}, {})["verdict"]) == {"out of reach"}


def test_every_claim_says_why_its_tolerance():
    claims = read_claims(PAPER | {"claims": SAID}, MEASURES)
    assert len(claims) == 23 and all(len(claim.reason) > 20 and len(claim.rival.why) > 10 for claim in claims)


def test_a_response_without_a_length_is_told_of():
    """A continuum's response from the first neighbors on has no ξ: its row says so, the claim rests on the others."""
    made = soft_glasses.all_groups(20)
    for group in STICKY:
        hottest = TEMPERATURES[group][0]
        length = 2 * np.pi / TRUTH.reduced(group, hottest)
        made.decay(group, hottest, 30, 0.3 if group == "rc11" else length)
    found = derive(PAPER, made.frames())
    rows = found["routes"][found["routes"]["definition"] == "level"].set_index("group")
    assert np.isnan(rows.loc["rc11", "ratio"]) and "first neighbors" in rows.loc["rc11", "reason"]
    assert np.isfinite(rows.drop("rc11")["ratio"]).all()
    told = judge(PAPER | {"claims": SAID}, found).set_index("claim").loc["two-routes", "scope"]
    assert "none found at r_c 1.1" in told and "r_c 1.5" in told
