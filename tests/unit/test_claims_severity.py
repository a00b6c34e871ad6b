"""How much a verdict asked: chances against brute force, parts against the laws that they follow from, refusals."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from glassworks.claims import judge, read_claims, verdict
from glassworks.claims.claim import Claim, Range
from glassworks.claims.measures import Measurement, Tables
from glassworks.claims.severity import Asked, Width, chance_of_reproduced, severity
from glassworks.studies import find

ROOT = Path(__file__).parents[2]
CLAIMS = {
    claim.id: claim
    for name in ("pinching", "solidity")
    for claim in read_claims(
        yaml.safe_load((ROOT / f"config/papers/{name}.yaml").read_text(encoding="utf-8")), find(name).measures
    )
}
DRAWS = 100_000
CHANCE = 0.008
"""Five standard errors of a frequency of ½ among so many draws: a false alarm in one of two million comparisons."""


def repeated(truth: float, width: Width, tolerance: tuple) -> pd.Series:
    """How often each verdict comes out of intervals of a width that hold the truth in 95 % of cases."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal(DRAWS)
    estimate = truth + z * np.where(z > 0, width.below, width.above) / 1.96
    low, high = estimate - width.below, estimate + width.above
    assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.95, abs=CHANCE)
    found = [verdict(*interval, tolerance) for interval in zip(low, high, strict=True)]
    return pd.Series(found).value_counts(normalize=True)


@pytest.mark.parametrize(
    ("expected", "rival", "tolerance", "width"),
    [
        (3.3, 4.28, (3.0, 3.6), Width(0.1, 0.1)),
        (3.3, 4.28, (3.0, 3.6), Width(0.26, 0.1)),  # wide below: too high estimates are as likely to be far off
        (3.3, 4.28, (3.0, 3.6), Width(0.1, 0.26)),
        (3.3, 3.7, (3.0, 3.6), Width(0.2, 0.05)),
        (3.3, 1.65, (3.0, 3.6), Width(0.4, 0.3)),  # wider than the tolerance: nothing is ever reproduced
        (0.79, 1.0, (None, 1.0), Width(0.2, 0.1)),
        (0.92, 1.0, (None, 1.0), Width(0.08, 0.08)),
        (0.07, 0.0, (0.0, None), Width(0.01, 0.09)),
    ],
)
def test_severity_is_what_repeating_the_measurement_gives(expected, rival, tolerance, width):
    passes, rivals = (repeated(truth, width, tolerance).get("reproduced", 0.0) for truth in (expected, rival))
    assert chance_of_reproduced(expected, width, tolerance) == pytest.approx(passes, abs=CHANCE)
    assert chance_of_reproduced(rival, width, tolerance) == pytest.approx(rivals, abs=CHANCE)
    found = severity(Asked(expected, rival, tolerance), width)
    assert found == pytest.approx(min(passes, 1 - rivals), abs=2 * CHANCE)


@pytest.mark.parametrize("width", [Width(0.01, 0.01), Width(0.3, 0.1), Width(0.1, 0.3), Width(2.0, 2.0)])
@pytest.mark.parametrize("tolerance", [(3.0, 3.6), (3.29, 3.31), (None, 3.31), (3.29, None)])
def test_what_is_printed_is_hardly_ever_contradicted(tolerance, width):
    """So a contradiction needs no severity of its own."""
    assert repeated(3.3, width, tolerance).get("contradicted", 0.0) < 0.05 + CHANCE


@pytest.mark.parametrize(
    ("width", "found"),
    [(Width(0.0, 0.0), 1.0), (Width(0.0, 0.05), 1.0), (Width(math.nan, 0.1), math.nan), (Width(math.inf, 0.1), 0.0)],
)
def test_widths_at_the_edge(width, found):
    assert severity(Asked(0.0, 0.2, (None, 0.1)), width) == pytest.approx(found, nan_ok=True, abs=1e-3)


def test_a_value_beyond_its_interval_has_no_width_there():
    assert Width.of(0.2, 0.0, 0.1) == Width(0.2, 0.0)


@pytest.mark.parametrize("rival", [2.0, 2.99, 3.0, 3.6, 3.61, 5.0])
@pytest.mark.parametrize("width", [Width(0.1, 0.1), Width(0.02, 0.3), Width(0.3, 0.02), Width(1.0, 1.0)])
def test_a_rival_outside_the_tolerance_is_seldom_taken_for_what_is_printed(rival, width):
    assert chance_of_reproduced(rival, width, (3.0, 3.6)) < 0.0251


# ---- parts of a range


@pytest.mark.parametrize(
    ("variable", "ends", "sets_in", "reached", "share"),
    [
        ("temperature", (0.3, 1.3), 0.9, (0.4, 1.3), 5 / 6),
        ("temperature", (0.3, 1.3), 0.9, (0.3, 1.3), 1.0),
        ("temperature", (0.3, 1.3), 0.9, (0.4, 0.6), 1 / 3),
        ("temperature", (0.3, 1.3), 0.9, (0.9, 1.3), 0.0),
        ("temperature", (0.3, 1.3), None, (0.2, 0.8), 0.5),
        ("inverse temperature", (0.3, 1.3), 0.52, (0.4, 1.3), (2.5 - 1 / 0.52) / (1 / 0.3 - 1 / 0.52)),
        ("log rate", (1e-9, 1e-6), 1e-6, (1e-7, 1e-6), 1 / 3),
        ("log rate", (1e-9, 1e-6), None, (1e-6, 1e-8), 2 / 3),
        ("log size", (16384, 512), None, (4096, 512), 0.6),
    ],
)
def test_share_of_a_range(variable, ends, sets_in, reached, share):
    span = Range(variable=variable, ends=ends, sets_in=sets_in, reason="as it is")
    assert span.share(reached) == pytest.approx(share)


def test_parts_of_changes_follow_the_laws_that_the_paper_implies():
    """𝒩 as a Boltzmann law below 0.55, ω_g and ξ_g as powers of what is left of the way from the onset."""
    cold = 0.4
    number, frequency, length = (CLAIMS[name] for name in ("number-falls", "frequency-rises", "length-shrinks"))
    part = {claim.id: claim.asked_of(claim.range.share((cold, 1.3))) for claim in (number, frequency, length)}
    boltzmann = (1 / cold - 1 / 0.55) / (1 / 0.3 - 1 / 0.55)
    assert part["number-falls"].expected == pytest.approx(1.8 * boltzmann)
    assert part["number-falls"].tolerance == pytest.approx((1.6 * boltzmann, 2.0 * boltzmann))
    way = (0.9 - cold) / (0.9 - 0.3)
    assert part["frequency-rises"].expected == pytest.approx(math.exp(way * math.log(1.9)))
    assert 1 - part["length-shrinks"].expected == pytest.approx(math.exp(way * math.log(0.6)))
    assert 1 - part["length-shrinks"].rival == pytest.approx(math.exp(way * math.log(0.8)))


def test_the_number_falls_by_what_the_formation_energy_says():
    """Slightly less than two decades between the ends of the Boltzmann law, and a constant above."""
    span = CLAIMS["number-falls"].range
    decades = 3.3 * 0.9 * (1 / span.ends[0] - 1 / span.sets_in) / math.log(10)
    assert decades == pytest.approx(1.95, abs=0.01)
    assert CLAIMS["formation-energy"].range.ends == (span.ends[0], span.sets_in)


@pytest.mark.parametrize("cold", [0.45, 0.4, 0.35, 0.3])
def test_the_prefactor_falls_as_number_and_frequency_together(cold):
    prefactor, number, frequency = (CLAIMS[name] for name in ("prefactor-falls", "number-falls", "frequency-rises"))
    shares = [claim.range.share((cold, 1.3)) for claim in (number, frequency)]
    both = np.average(shares, weights=[1.8, 5 * math.log10(1.9)])
    assert prefactor.range.share((cold, 1.3)) == pytest.approx(both, abs=0.02)


def test_an_open_end_and_no_change_stay_as_they_are():
    asked = CLAIMS["slower-is-lower"].asked_of(1 / 3)
    assert asked == Asked(0.79 ** (1 / 3), 1.0, (None, 1.0))


@pytest.mark.parametrize("name", ["quartic-law", "formation-energy", "threshold", "largest-by-fraction"])
def test_what_does_not_change_along_the_range_is_asked_of_any_part(name):
    assert CLAIMS[name].asked_of(0.1) == CLAIMS[name].asked


# ---- verdicts

CLAIM = {
    "id": "a", "statement": "b", "place": "c", "published": "a third more", "expected": 1.3, "expected_from": "'third'",
    "rival": {"value": 1.0, "why": "nothing changes"}, "kind": "value", "tolerance": [1.2, 1.4], "reason": "to 0.1",
    "measure": "change", "options": {"group": "g", "quantity": "x"},
    "range": {"variable": "temperature", "ends": [0.3, 1.3], "sets_in": 0.9, "reason": "a line"},
    "requires": {"samples": 1},
}  # fmt: skip


def decided(value: float, width: float, reached: tuple, **change) -> pd.Series:
    """The judged row of a claim whose measure gives value ± width."""
    found = Measurement(value, value - width, value + width, 10, "measured somehow", reached)
    return judge({"paper": "p", "claims": [CLAIM | change]}, {}, {"change": lambda tables, **options: found}).iloc[0]


@pytest.mark.parametrize(
    ("value", "width", "reached", "found"),
    [
        (1.3, 0.03, (0.3, 1.3), "reproduced"),
        (1.3, 0.03, (0.35, 1.3), "reproduced"),  # 92 % of the way from 0.9
        (1.3**0.5, 0.03, (0.6, 1.3), "consistent so far"),
        (1.3, 0.03, (0.6, 1.3), "contradicted"),  # all of the change on half of the way
        (1.02, 0.01, (0.6, 1.3), "contradicted"),  # the right sign alone passes no more
        (1.3**0.5, 0.08, (0.6, 1.3), "inconclusive"),
        (1.3, 0.03, (0.9, 1.3), "out of reach"),
    ],
)
def test_a_verdict_says_how_much_of_the_range_it_rests_on(value, width, reached, found):
    row = decided(value, width, reached)
    assert row["verdict"] == found, row["scope"]


def test_what_reaches_nothing_of_the_range_is_measured_and_not_judged():
    row = decided(1.1, 0.03, (0.9, 1.3))
    assert (row["measured"], row["verdict"]) == (1.1, "out of reach") and np.isnan(row["severity"])
    assert "reaches nothing of the paper's range, 0.3 to 0.9 in temperature" in row["scope"]


def test_what_luck_alone_put_inside_is_not_reproduced():
    row = decided(1.3, 0.08, (0.3, 1.3))
    assert row["severity"] == pytest.approx(chance_of_reproduced(1.3, Width(0.08, 0.08), (1.2, 1.4)))
    assert row["severity"] < 0.5 and row["verdict"] == "inconclusive"
    assert "the printed value pass in 38%" in row["scope"]


def test_a_contradiction_stays_however_mild():
    row = decided(1.7, 0.2, (0.3, 1.3))
    assert row["severity"] == 0.0 and row["verdict"] == "contradicted"


# ---- declarations


def without(*keys: str) -> dict:
    return {key: value for key, value in CLAIM.items() if key not in keys}


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (without("rival"), "rival\n  Field required"),
        (without("expected"), "expected\n  Field required"),
        (without("expected_from"), "expected_from: this key is missing, because no number is published"),
        (CLAIM | {"rival": {"value": 1.25, "why": "b"}}, "rival.value: 1.25: lies inside the tolerance"),
        (
            CLAIM | {"kind": "ordering", "tolerance": [None, 1.4], "rival": {"value": 1.0, "why": "no change"}},
            "rival.value: 1: lies on the claimed side",
        ),
        (CLAIM | {"expected": 1.5}, "expected: 1.5: is not inside its own tolerance; allowed: 1.2 to 1.4"),
        (CLAIM | {"expected": 1.4}, "expected: 1.4: is not inside its own tolerance"),
        (CLAIM | {"range": CLAIM["range"] | {"sets_in": 1.5}}, "sets_in: 1.5: lies outside of ends"),
        (CLAIM | {"range": CLAIM["range"] | {"sets_in": 0.3}}, "sets_in: 0.3: lies outside of ends"),
        (CLAIM | {"range": CLAIM["range"] | {"sets_in": 0.1}}, "sets_in: 0.1: lies outside of ends"),
        (CLAIM | {"range": CLAIM["range"] | {"ends": [0.3, 0.3]}}, "ends: 0.3: both are the same"),
        (
            CLAIM | {"range": {"variable": "log rate", "ends": [1e300, 1.0000000000000002e300], "reason": "b"}},
            "both are",
        ),
        (CLAIM | {"range": CLAIM["range"] | {"ends": [-0.3, 1.3]}}, "greater than 0"),
        (CLAIM | {"range": CLAIM["range"] | {"variable": "color"}}, "'inverse temperature'"),
        (CLAIM | {"tolerance": [-1.0, 1.4], "rival": {"value": 2.0, "why": "b"}}, "range.sets_in: -1 is no change"),
    ],
)
def test_what_nothing_could_contradict_is_refused(claim, message):
    with pytest.raises(ValidationError, match=message.replace(".", r"\.")):
        Claim.model_validate(claim)


def test_a_printed_number_is_what_is_expected():
    assert Claim.model_validate(without("expected", "expected_from") | {"published": 1.3}).expected == 1.3


def test_every_rival_is_told_apart_by_a_good_measurement():
    """The width that halves the tolerance decides every claim, whatever is printed."""
    for claim in CLAIMS.values():
        low, high = claim.tolerance
        room = min(abs(claim.expected - end) for end in (low, high) if end is not None)
        assert severity(claim.asked, Width(0.4 * room, 0.4 * room)) > 0.9, claim.id
        assert len(claim.rival.why) > 5


def test_independent_samples_are_told():
    """The least of the ensembles of the claim's group that count, for each quantity that knows it."""
    rows = {"group": ["a", "a", "a", "b"], "included": [True, True, False, True],
            "shear_effective": [40.0, 15.25, 2.0, 1.0], "modes_effective": [math.nan] * 4}  # fmt: skip
    tables = Tables({"summary": pd.DataFrame(rows)})
    assert tables.independent("a") == "samples count as independent ones: 15.2 for shear or more"
    assert tables.independent("c") == tables.independent(None) == Tables({}).independent("a") == ""
