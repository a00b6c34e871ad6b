"""Intervals of made-up estimates whose truth is known: right ones pass as often as they should, others do not."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from glassworks.statistics.calibration import (
    ALL,
    COLUMNS,
    LEVEL,
    calibrated,
    chance,
    chi_square,
    fault,
    usable,
    z_score,
)
from glassworks.statistics.resampling import NORMAL

SEEDS, CLAIMS = 12, 14


def estimates(count: int, factor: float = 1.0, seed: int = 1) -> np.ndarray:
    """Estimates of zero with normal errors of various sizes and intervals of `factor` times the right width."""
    random = np.random.default_rng(seed)
    error = np.exp(random.uniform(-1.0, 1.0, count))
    value = error * random.standard_normal(count)
    return np.column_stack([value, value - factor * NORMAL * error, value + factor * NORMAL * error])


def judged(found: np.ndarray, verdict: str = "inconclusive") -> list[pd.DataFrame]:
    """The claims' tables of each part, from estimates (claims, parts, 3)."""
    names = [f"claim-{number}" for number in range(len(found))]
    head = {"claim": names, "verdict": verdict, "scope": "all of it"}
    return [
        pd.DataFrame({**head, "measured": found[:, k, 0], "low": found[:, k, 1], "high": found[:, k, 2]})
        for k in range(found.shape[1])
    ]


def paper(factor: float, seed: int) -> pd.DataFrame:
    """Calibration of claims whose intervals have `factor` times the right width."""
    found = np.stack([estimates(SEEDS, factor, 1000 * seed + number) for number in range(CLAIMS)])
    return calibrated(judged(found), {"paper": "made-up", "kind": "seeds", "scale": "desk"})


def test_z_takes_the_sides_that_face_each_other():
    high, low = (2.0, 1.5, 9.0), (1.0, -5.0, 1.2)
    assert z_score(high, low) == pytest.approx(NORMAL / np.hypot(0.5, 0.2))
    assert z_score(low, high) == -z_score(high, low)
    assert z_score((1.0, 1.0, 1.0), (1.0, 0.0, 2.0)) == 0.0
    assert z_score((2.0, 2.0, 2.0), (1.0, 1.0, 1.0)) == np.inf


def test_what_has_no_interval_is_no_estimate_and_one_outside_its_own_has_no_width_there():
    given = [[1.0, np.nan, 2.0], [np.nan, 0.0, 1.0], [1.0, 0.5, np.inf], [1.0, 1.2, 1.5], [1.0, 0.5, 0.8]]
    np.testing.assert_array_equal(usable(np.array(given)), [[1.0, 1.0, 1.5], [1.0, 0.5, 1.0]])


@pytest.mark.parametrize("seed", range(5))
def test_chi_square_of_two_is_z_squared(seed):
    random = np.random.default_rng(seed)
    value, below, above = random.standard_normal(2), *random.exponential(size=(2, 2))
    pair = np.column_stack([value, value - below, value + above])
    assert chi_square(pair) == pytest.approx(z_score(*pair) ** 2, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_chi_square_is_the_least_that_any_middle_gives(seed):
    random = np.random.default_rng(seed)
    value, below, above = 2 * random.standard_normal(7), *random.exponential(size=(2, 7))

    def about(middle: float) -> float:
        facing = np.where(value > middle, below, above)
        return float((((value - middle) * NORMAL / facing) ** 2).sum())

    found = optimize.minimize_scalar(about, bounds=(value.min(), value.max()), method="bounded").fun
    assert chi_square(np.column_stack([value, value - below, value + above])) == pytest.approx(found, rel=1e-4)


def test_chi_square_of_symmetric_intervals_is_that_of_the_weighted_mean():
    given = estimates(9)
    error = (given[:, 2] - given[:, 0]) / NORMAL
    mean = np.average(given[:, 0], weights=error**-2)
    assert chi_square(given) == pytest.approx((((given[:, 0] - mean) / error) ** 2).sum())
    assert chi_square(np.ones((4, 3))) == 0.0
    assert chi_square(np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])) > 1e12


@pytest.mark.parametrize(("factor", "least", "most"), [(1.0, 0.85, 1.15), (0.5, 1.8, 2.2), (2.0, 0.44, 0.56)])
def test_rms_z_tells_the_width(factor, least, most):
    """Of 14 claims and 12 seeds: 154 degrees of freedom, so rms z is within 0.85 … 1.15 of the right one but for a
    chance of 0.009 (three standard errors for the others); seeds are fixed."""
    whole = paper(factor, seed=3).set_index("claim").loc[ALL]
    assert whole["freedom"] == CLAIMS * (SEEDS - 1) and least < whole["rms_z"] < most


def test_coverage_is_what_intervals_promise():
    """Of 14 × 66 pairs a paper, which are not independent; six papers tell the share to about 0.004."""
    shares = {factor: np.mean([paper(factor, s).iloc[-1]["beyond"] for s in range(6)]) for factor in (1.0, 0.5, 2.0)}
    assert shares[1.0] == pytest.approx(0.05, abs=0.015)
    assert shares[0.5] == pytest.approx(2 * stats.norm.sf(NORMAL / 2), abs=0.03)
    assert shares[2.0] < 0.002


def test_intervals_of_the_wrong_width_are_found_out_by_name():
    narrow, wide = (paper(factor, seed=5).iloc[:-1] for factor in (0.5, 2.0))
    assert (narrow["fault"] == "too narrow").mean() > 0.8 and not (narrow["fault"] == "too wide").any()
    assert (wide["fault"] == "too wide").mean() > 0.2 and not (wide["fault"] == "too narrow").any()


def test_right_intervals_are_called_wrong_as_rarely_as_stated():
    """In 1,500 papers with right intervals, whose χ² is exact, 5% have a claim marked: 0.05 ± 0.0225 is four standard
    errors, a chance of 0.0001."""
    random = np.random.default_rng(11)
    chi = random.chisquare(SEEDS - 1, size=(1500, CLAIMS))
    marked = [any(fault(each, SEEDS - 1, CLAIMS) for each in one) for one in chi]
    assert np.mean(marked) == pytest.approx(LEVEL, abs=0.0225)


def test_chi_square_has_the_law_that_the_mark_rests_on():
    """Kolmogorov-Smirnov over 1,000 claims of twelve seeds; the seed is fixed, the chance of a false alarm 0.001."""
    found = [chi_square(estimates(SEEDS, seed=each)) for each in range(1000)]
    assert stats.kstest(found, stats.chi2(SEEDS - 1).cdf).pvalue > 0.001
    assert chance(stats.chi2.ppf(0.99, 3), 3) == pytest.approx(0.02)
    assert chance(stats.chi2.ppf(0.01, 3), 3) == pytest.approx(0.02)


def test_a_few_that_agree_are_not_called_too_wide():
    assert fault(0.0, 1, CLAIMS) == fault(0.0, 3, CLAIMS) == ""
    assert fault(1e-3, 4, CLAIMS) == "too wide"


def chains(count: int, samples: int, memory: float, random: np.random.Generator) -> np.ndarray:
    """Stationary chains of unit variance whose samples remember the one before, (count, samples)."""
    noise = np.sqrt(1 - memory**2) * random.standard_normal((count, samples))
    found = random.standard_normal((count, samples))
    for k in range(1, samples):
        found[:, k] = memory * found[:, k - 1] + noise[:, k]
    return found


def test_correlated_samples_that_count_as_independent_are_found_out():
    """Ten chains of ten samples that remember 0.9 of the one before: as independent their mean's interval is three
    times too narrow; over chains it is right (t distributed with 9 degrees of freedom)."""
    random = np.random.default_rng(2)
    as_independent, over_chains = np.empty((2, CLAIMS, SEEDS, 3))
    for claim in range(CLAIMS):
        for seed in range(SEEDS):
            found = chains(10, 10, 0.9, random)
            means = found.mean(axis=1)
            for kept, error, factor in (
                (as_independent, found.std(ddof=1) / 10, NORMAL),
                (over_chains, means.std(ddof=1) / np.sqrt(10), stats.t.ppf(0.975, 9)),
            ):
                kept[claim, seed] = found.mean() + factor * error * np.array([0, -1, 1])
    head = {"paper": "made-up", "kind": "seeds", "scale": "desk"}
    wrong, right = calibrated(judged(as_independent), head), calibrated(judged(over_chains), head)
    assert (wrong.iloc[:-1]["fault"] == "too narrow").all() and wrong.iloc[-1]["miscalibrated"] == CLAIMS
    assert wrong.iloc[-1]["rms_z"] > 2.3
    assert right.iloc[-1]["miscalibrated"] == 0 and right.iloc[-1]["rms_z"] == pytest.approx(1.0, abs=0.15)


def of_few(samples: int, factor: float, seed: int) -> np.ndarray:
    """Means of a few samples with `factor` standard errors as half-width, (claims, seeds, 3)."""
    drawn = np.random.default_rng(seed).standard_normal((CLAIMS, SEEDS, samples))
    half = factor * drawn.std(axis=2, ddof=1) / np.sqrt(samples)
    return drawn.mean(axis=2)[..., None] + half[..., None] * np.array([0, -1, 1])


def test_intervals_made_for_few_samples_count_as_promised():
    """Five samples a seed: 2.78 standard errors count as the 1.96 that they promise, 1.96 of them are found out. The
    tails of so few are heavier than χ² knows: a fifth of papers all of whose claims are such has one marked, not 5%.
    Twelve or more of twenty would have a chance of 0.0001."""
    head = {"paper": "made-up", "kind": "seeds", "scale": "desk"}

    def told(factor: float) -> tuple[int, float, float]:
        rows = [calibrated(judged(of_few(5, factor, seed)), head) for seed in range(20)]
        marked = sum(each.iloc[:-1]["fault"].eq("too narrow").any() for each in rows)
        return marked, *np.mean([each.iloc[-1][["beyond", "rms_z"]].astype(float) for each in rows], axis=0)

    marked, beyond, rms = told(stats.t.ppf(0.975, 4))
    assert marked < 12 and beyond < 0.05 and rms == pytest.approx(0.95, abs=0.1)
    marked, beyond, rms = told(NORMAL)
    assert marked > 14 and beyond > 0.07 and rms > 1.2


def test_verdicts_that_turn_round_are_counted_in_pairs():
    parts = judged(np.stack([estimates(4, seed=k) for k in range(2)]))
    for table, verdict in zip(parts, ("reproduced", "contradicted", "consistent so far", "inconclusive"), strict=True):
        table["verdict"] = verdict
    rows = calibrated(parts, {"paper": "made-up", "kind": "seeds", "scale": "desk"})
    assert list(rows["flips"]) == [2, 2, 4] and list(rows.columns) == list(COLUMNS)
    assert rows["verdicts"][0] == "reproduced, contradicted, consistent so far, inconclusive"


def test_claims_without_two_intervals_are_named_and_count_for_nothing():
    parts = judged(np.stack([estimates(2, seed=k) for k in range(4)]))
    parts[0].loc[1, ["low", "high"]] = np.nan
    parts[1].loc[2, ["measured", "low", "high"]] = np.nan
    parts[1].loc[2, ["verdict", "scope"]] = "out of reach", "needs 20 samples"
    rows = calibrated(parts, {"paper": "made-up", "kind": "parts", "scale": "desk"}, {"claim-3": "rests on one chain"})
    assert list(rows["comparisons"]) == [1, 0, 0, 0, 1] and rows["claims"].iloc[-1] == 1
    assert list(rows["reason"][1:4]) == [
        "has an interval in 1 of 2", "out of reach of 1 of 2: needs 20 samples", "rests on one chain",
    ]  # fmt: skip
    assert rows["rms_z"].iloc[-1] == rows["rms_z"].iloc[0]


def test_one_part_is_refused():
    with pytest.raises(ValueError, match="parts: 1: nothing to compare; allowed: 2 or more"):
        calibrated(judged(np.ones((1, 1, 3))), {"paper": "made-up", "kind": "parts", "scale": "desk"})
