"""Derived tables of a made-up campaign against the truth that it was drawn from."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
import synthetic

from glassworks.studies import derive, derived_tables
from glassworks.studies.pinching.columns import COLUMNS

TRUTH = synthetic.Truth()


@pytest.fixture(scope="module")
def raw():
    return synthetic.campaign(samples=150).frames()


@pytest.fixture(scope="module")
def derived(raw):
    return derive(synthetic.PAPER, raw)


def ladder(derived) -> pd.DataFrame:
    rows = derived["summary"]
    return rows[rows["group"] == "parents"].set_index("temperature")


def test_every_table_is_there_and_every_column_is_defined(derived):
    assert set(derived) == set(derived_tables("pinching"))
    assert {name: set(frame) for name, frame in derived.items()} == {name: set(each) for name, each in COLUMNS.items()}


def test_units_of_columns_are_those_of_their_tables():
    """What one namespace for all tables of all papers had told wrong."""
    frequencies = [COLUMNS[name]["frequency"][0] for name in ("cumulative", "densities", "units")]
    assert frequencies == ["c/a0", "c/a0", "(ε/m)^½/λ"]
    assert COLUMNS["responses"]["distance"][0] == "a0" and COLUMNS["boltzmann"]["energy"][0] == "k_B T_onset"
    assert COLUMNS["summary"]["density"] == ("λ^-d", "number density N/V")


def test_units_come_from_above_the_onset(derived):
    row = derived["units"].set_index("model").loc["poly-3d"]
    assert row["shear_low"] <= TRUTH.shear <= row["shear_high"] and row["source"] == "parent temperatures 1, 1.3"
    assert row["scaled_shear"] == pytest.approx(row["shear"] / 0.58 / 0.9)


def test_prefactor_and_number_cover_the_truth(derived):
    """Up to eight intervals of 95% each for two quantities: three or more misses of one have probability below 0.01;
    the seed is fixed. Of fewer than five modes there is no interval.
    """
    scale = derived["units"].set_index("model").loc["poly-3d", "frequency"]
    rows = ladder(derived)
    rows = rows[rows["modes_count"] >= 5]
    assert len(rows) >= 5
    for name, truth in (("prefactor", lambda t: TRUTH.prefactor(t) * scale**5), ("number", TRUTH.count)):
        hits = sum(rows.loc[t, f"{name}_low"] <= truth(t) <= rows.loc[t, f"{name}_high"] for t in rows.index)
        assert hits >= len(rows) - 2, name


def test_pinching_frequency_and_length(derived):
    scale = derived["units"].set_index("model").loc["poly-3d", "frequency"]
    for t, row in ladder(derived).iterrows():
        assert row["omega_g"] == pytest.approx(TRUTH.frequency(t) / scale, rel=0.02)
        assert row["xi_g"] * row["spacing"] == pytest.approx(TRUTH.length(t), rel=0.03)


def test_formation_energy(derived):
    row = derived["boltzmann"].query("chosen").iloc[0]
    assert row["energy_low"] <= TRUTH.energy <= row["energy_high"] and row["hottest"] < 1.0 and row["from_cold"]


def test_slope_is_listed_for_every_range(derived):
    count = len(ladder(derived))  # temperatures with few modes, or none, count too
    assert len(derived["boltzmann"]) == (count - 1) * (count - 2) // 2
    assert derived["boltzmann"]["chosen"].sum() == 1


def test_plateaus_begin_together(derived):
    rows = derived["onset"].set_index("quantity")["onset"]
    assert rows["shear"] == pytest.approx(1.0, abs=0.07) and rows["ratio"] == pytest.approx(1.0, abs=0.05)


def test_lengths_vary_together(derived):
    rows = derived["covariation"].set_index("kind")
    assert rows.loc["xi_co", "change"] == pytest.approx(1.0, abs=0.1) and rows.loc["xi_qlm", "change"] == pytest.approx(
        1.0, abs=0.1
    )


def test_exponent_is_five(derived):
    row = derived["exponents"].query("group == 'parents' and ensemble == 'all'").iloc[0]
    assert row["exponent"] == pytest.approx(5.0, abs=3 * row["error"])


def test_cutoffs_do_not_move_with_n(derived):
    row = derived["changes"].query("group == 'spectra-4d' and quantity == 'cutoff'").iloc[0]
    assert row["along"] == "n" and row["ratio"] == pytest.approx(1.0, abs=0.1)


def test_same_tables_give_the_same_numbers(raw, derived):
    again = derive(synthetic.PAPER, raw)
    for name in derived:
        pd.testing.assert_frame_equal(again[name], derived[name])


def test_failed_rows_and_ensembles_are_left_out_by_name():
    raw = synthetic.campaign(samples=12, temperatures=(0.5, 0.65, 1.3)).frames()
    target = raw["glasses"].query("group == 'parents' and temperature == 0.65")
    raw["glasses"].loc[target.index[:2], "status"] = "not converged"
    moduli = raw["moduli"].query("group == 'parents' and temperature == 0.65 and sample == 5").index
    raw["moduli"].loc[moduli, ["status", "shear"]] = ["unstable", -50.0]
    raw["equilibrium"].loc[raw["equilibrium"]["temperature"] == 0.5, ["passed", "reason"]] = [False, "drift"]
    rows = derive(synthetic.PAPER, raw)["summary"].query("group == 'parents'").set_index("temperature")
    assert rows.loc[0.65, "samples"] == 10 and rows.loc[0.65, "moduli_count"] == 9
    assert rows.loc[0.65, "excluded_why"] == "2 not converged; moduli: unstable".replace("moduli", "1 moduli")
    assert rows.loc[0.65, "shear"] > 5
    assert not rows.loc[0.5, "included"] and "drift" in rows.loc[0.5, "reason"]
    changes = derive(synthetic.PAPER, raw)["changes"].query("group == 'parents'")
    assert changes.empty or (changes["numerator_at"] == 0.65).all()


@pytest.mark.parametrize("samples", [1, 2, 4])
def test_tiny_campaigns_do_not_fail(samples):
    found = derive(synthetic.PAPER, synthetic.campaign(samples=samples, temperatures=(0.65, 1.3)).frames())
    assert len(found["summary"]) > 0


@pytest.mark.parametrize("missing", ["modes", "dipoles", "moduli", "decay", "softspots", "equilibrium", "liquids"])
def test_missing_tables_leave_gaps(missing):
    raw = synthetic.campaign(samples=4, temperatures=(0.5, 0.65, 1.3)).frames()
    raw[missing] = pd.DataFrame()
    assert np.isfinite(derive(synthetic.PAPER, raw)["summary"]["energy"]).all()


def test_nothing_at_all():
    from glassworks.studies.pinching import RAW

    assert derive(synthetic.PAPER, {name: pd.DataFrame() for name in RAW})["summary"].empty
