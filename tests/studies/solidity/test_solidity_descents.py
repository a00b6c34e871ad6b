"""Derived tables of paths downhill and of remaining forces, against the truth behind made-up ones."""

import numpy as np
import pandas as pd
import pytest
from descents import BEND, BEYOND, DIMENSION, NOISE, SAMPLES, STARTS, contour, drop, keys, paths
from scipy import stats

from glassworks.statistics.resampling import interval
from glassworks.studies.solidity.analysis.descents import curves, descent_rows
from glassworks.studies.solidity.analysis.dimensions import CANDIDATES, DEFAULT, dimension_rows
from glassworks.studies.solidity.analysis.ensembles import ensembles_of
from glassworks.studies.solidity.analysis.ranges import range_rows
from glassworks.studies.solidity.analysis.unbalanced import remaining_bins, remaining_row
from glassworks.studies.solidity.columns import COLUMNS

PAPER = {"units": {"temperature": {"harmonic-2d": 1e-3}}, "numbers": {"cooled-to": {"value": 0.1}}}
CROSSOVER = 1e-2


@pytest.fixture(scope="module")
def raw():
    rng = np.random.default_rng(5)
    each = [paths(rng, temperature, method) for temperature in STARTS for method in DIMENSION]
    return {"downhill": pd.concat(each, ignore_index=True)}


@pytest.fixture(scope="module")
def found(raw):
    return list(curves(PAPER, raw))


@pytest.fixture(scope="module")
def table(found):
    return pd.DataFrame(dimension_rows(found, CROSSOVER))


def test_curves_are_means_over_all_trajectories(found):
    """Up to where the path begins that begins nearest; logarithms are averaged."""
    assert [(curve.temperature, curve.method) for curve in found] == [(t, m) for t in STARTS for m in DIMENSION]
    for curve in found:
        r = np.exp(curve.x)
        assert (np.diff(r) > 0).all() and r[0] == pytest.approx(1e-5) and r[-1] < STARTS[curve.temperature]
        spread = 4 * NOISE / np.sqrt(SAMPLES)
        np.testing.assert_allclose(curve.contour[:, 0], np.log(contour(r, DIMENSION[curve.method])), atol=spread)
        lost = np.isnan(curve.drop[:, 0])
        assert (r[lost] < 1.01e-4).all() and lost.any()
        np.testing.assert_allclose(curve.drop[~lost, 0], np.log(drop(r[~lost])), atol=spread)
        assert curve.contour.shape == (len(r), 1001)


def test_rows_tell_local_exponents(found):
    rows = pd.DataFrame(descent_rows(found[0]))
    assert set(rows) == set(COLUMNS["descents"]) and (rows["contour_low"] <= rows["contour"]).all()
    near, far = rows[rows["distance"].between(1e-5, 5e-3)], rows[rows["distance"] > 2e-2]
    assert near["contour_exponent"].dropna().to_numpy() == pytest.approx(1.0, abs=1e-6)
    assert far["contour_exponent"].dropna().to_numpy() == pytest.approx(1.35, abs=1e-6)
    assert far["drop_exponent"].dropna().to_numpy() == pytest.approx(2 + BEYOND, abs=1e-6)


def test_exponents_and_crossovers_are_found(table):
    """Prefactors alone are noisy, and no exponent depends on them: candidates differ from the truth by the grid alone,
    where they hold at all. Paths that begin at the crossover tell no exponent.
    """
    assert set(table) == set(COLUMNS["dimensions"]) and list(table["candidate"].unique()) == list(CANDIDATES)
    assert set(table["temperatures"]) == {1, 3} and len(table) == 2 * 4 * len(CANDIDATES)
    for row in table[table["told"]].itertuples():
        assert row.exponent == pytest.approx(DIMENSION[row.method], abs=0.01)
        assert row.crossover == pytest.approx(BEND, rel=0.1)
        assert row.drop_at_bend == pytest.approx(drop(np.array([BEND]))[0], rel=0.3)
        assert row.leaves_harmonic == pytest.approx(BEND * 2 ** (1 / BEYOND), rel=0.1)
        assert row.drop_at_crossover == pytest.approx(drop(np.array([1e-2]))[0], rel=0.2)
        assert row.linear == pytest.approx(1.0, abs=1e-6) and row.quadratic == pytest.approx(2.0, abs=1e-6)
    assert set(table.loc[~table["told"], "hottest"]) == {0.1}
    assert table.loc[table["chosen"], "candidate"].unique() == [DEFAULT]


def test_exponents_by_range(found):
    """1 in ranges that end at the bend, d_PEL in those that begin there, and something between across it."""
    rows = pd.DataFrame(range_rows(found))
    assert set(rows) == set(COLUMNS["ranges"]) and set(rows["range"]) == {"half", "decade", "whole"}
    near, far = rows[rows["farthest"] < 1.01 * BEND], rows[rows["nearest"] > 0.99 * BEND]
    assert len(near) >= 18 and near["exponent"].to_numpy() == pytest.approx(1.0, abs=1e-6)
    assert far["exponent"].to_numpy() == pytest.approx(far["method"].map(DIMENSION).to_numpy(), abs=1e-6)
    across = rows[(rows["nearest"] < 0.99 * BEND) & (rows["farthest"] > 1.01 * BEND)]["exponent"]
    assert len(across) and across.between(1.0, max(DIMENSION.values())).all()


def test_methods_are_compared_from_the_same_starts(table):
    steep = table[(table["method"] == "steepest") & table["told"]]
    assert (table.loc[(table["method"] == "fire") & table["told"], "difference"] == 0.0).all()
    assert steep["difference"].to_numpy() == pytest.approx(-0.05, abs=0.01)
    assert steep["same"].to_numpy() == pytest.approx(1 - 1 / SAMPLES)


def test_temperatures_are_compared_with_the_hottest(table):
    alone = table[(table["temperatures"] == 1) & table["told"]]
    assert (alone.loc[alone["hottest"] == 3.0, "from_hottest"] == 0.0).all() and (alone["hottest"] == 1.0).sum() == 8
    assert alone["from_hottest"].to_numpy() == pytest.approx(0.0, abs=0.02)
    assert table.loc[table["temperatures"] > 1, "from_hottest"].isna().all()


def test_intervals_come_from_trajectories():
    """Exponents that scatter between trajectories: of 40 intervals of 95 % (percentile, ten trajectories each, known to
    be a little short), fewer than 30 would hold the truth once in 10⁵ runs even if each held it with 90 %.
    """
    rng, held = np.random.default_rng(8), 0
    distance = 10.0 ** (np.arange(-3, -21, -1) / 10)
    for _ in range(40):
        parts = []
        for sample, dimension in enumerate(1.3 + 0.05 * rng.normal(size=10)):
            columns = {"sample": sample, "method": "fire", "steps": 9.0, "apart": 0.0, "status": "ok"}
            values = {"distance": distance, "contour": contour(distance, dimension), "drop": drop(distance)}
            parts.append(pd.DataFrame({**keys(1e-3), **columns, "point": np.arange(len(distance)), **values}))
        exponent = CANDIDATES["lines"](list(curves(PAPER, {"downhill": pd.concat(parts)}))).exponent
        held += interval(exponent).low <= 1.3 <= interval(exponent).high
    assert held >= stats.binom.ppf(1e-5, 40, 0.90) >= 25


def test_what_failed_is_left_out_and_nothing_gives_nothing(raw):
    frame = raw["downhill"].copy()
    frame.loc[frame["sample"] == 0, "status"] = "fire: descent stopped at residual force 1e-3"
    assert {len(curve.ensemble.samples) for curve in curves(PAPER, {"downhill": frame})} == {SAMPLES - 1}
    assert list(curves(PAPER, {"downhill": pd.DataFrame()})) == [] and list(dimension_rows([], CROSSOVER)) == []
    frame["status"] = "liquid: lost"
    assert list(curves(PAPER, {"downhill": frame})) == []


@pytest.fixture
def forces():
    """F_re of a Rayleigh distribution of scale 0.8, in the bins of the trajectories' table."""
    rng, edges, head = np.random.default_rng(6), np.concatenate([[0.0], np.logspace(-3, 2, 61)]), keys(1e-3, "cooled")
    samples = np.arange(20)
    bins, means = [], []
    for sample in samples:
        values = 0.8 * np.sqrt(rng.chisquare(2, 4000))
        means.append(values.mean())
        count = np.histogram(values, edges)[0]
        bins.append(pd.DataFrame({**head, "sample": sample, "inner": edges[:-1], "outer": edges[1:], "count": count}))
    common = {**head, "sample": samples, "status": "ok"}
    return {
        "liquids": pd.DataFrame(common), "frames": pd.DataFrame({**common, "remaining": means}),
        "forces": pd.concat(bins, ignore_index=True).assign(status="ok"),
    }  # fmt: skip


def test_remaining_forces_follow_their_distribution(forces):
    """A density that integrates to one; quantiles are off by the width of a bin, a tenth, at most."""
    [ensemble] = ensembles_of(PAPER, forces)
    rows = pd.DataFrame(remaining_bins(ensemble, forces))
    assert set(rows) == set(COLUMNS["remaining_bins"])
    assert (rows["density"] * (rows["outer"] - rows["inner"])).sum() == pytest.approx(1.0)
    middle = rows[rows["middle"].between(0.2, 2.5)]
    truth = np.diff(stats.rayleigh.cdf(np.append(middle["inner"], middle["outer"].iloc[-1]), scale=0.8))
    np.testing.assert_allclose(middle["density"], truth / (middle["outer"] - middle["inner"]), rtol=0.1)
    assert ((middle["density_high"] - middle["density_low"]) / middle["density"]).median() < 0.1
    row = remaining_row(ensemble, forces)
    assert row["remaining_low"] < 0.8 * np.sqrt(np.pi / 2) * 1.005 and row["remaining_high"] > 0.8 * 1.25
    assert row["remaining_median"] == pytest.approx(stats.rayleigh.ppf(0.5, scale=0.8), rel=0.05)
    assert row["remaining_upper"] == pytest.approx(stats.rayleigh.ppf(0.95, scale=0.8), rel=0.05)
    assert row["unbalanced"] == pytest.approx(stats.rayleigh.sf(1.0, scale=0.8), abs=0.01)
