"""What the analysis finds in made-up glasses whose laws are known, and what its claims say of them."""

import numpy as np
import pandas as pd
import pytest
from project import ROOT
from thesis3_tables import DOUBLE, FALL, RISE, SHEAR, STRAINED, raw_tables

from glassworks.campaign.planned.loading import load_campaign
from glassworks.claims.measures import OutOfReach, Tables
from glassworks.figures import Tables as Drawn
from glassworks.statistics.resampling import weights
from glassworks.studies.thesis3 import RAW, TABLES
from glassworks.studies.thesis3.analysis import derive
from glassworks.studies.thesis3.analysis.trends import binned, line
from glassworks.studies.thesis3.columns import COLUMNS
from glassworks.studies.thesis3.figures import FIGURES
from glassworks.studies.thesis3.measures import MEASURES
from glassworks.studies.thesis3.printed import PRINTED


@pytest.fixture(scope="module")
def paper():
    return load_campaign({"papers": "thesis3"}, ROOT).papers["thesis3"].content.model_dump()


@pytest.fixture(scope="module")
def derived(paper):
    return derive(paper, raw_tables())


def test_every_table_has_its_columns(derived):
    assert set(derived) == set(TABLES) == set(COLUMNS)
    for name, frame in derived.items():
        assert len(frame) and set(frame.columns) == set(COLUMNS[name]), (name, set(frame.columns) ^ set(COLUMNS[name]))


def test_of_nothing_there_is_nothing(paper):
    found = derive(paper, {name: pd.DataFrame(columns=["status"]) for name in RAW})
    assert all(frame.empty for frame in found.values())


def test_every_figure_and_table_is_made_of_all_and_of_nothing(derived, paper, tmp_path):
    (tmp_path / "nothing").mkdir()
    for name, frame in derived.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    assert set(FIGURES) == set(paper["figures"]) and set(PRINTED) == set(paper["tables"])
    for folder in (tmp_path, tmp_path / "nothing"):
        for number, draw in FIGURES.items():
            draw(Drawn(folder, paper["figures"][number]["options"], paper["figures"][number]["tables"]))
        for number, made in PRINTED.items():
            assert len(made(Drawn(folder, {}, paper["tables"][number]["tables"])))


def test_units_are_those_of_the_hot_liquid(derived):
    """Not of the coldest parents, whose G is as large here and is left out, nor of cooled glasses."""
    units = derived["references"].set_index("model")
    assert units.loc["poly-3d", "temperature"] == 1.3 and units.loc["ipl-2d", "samples"] == 10
    for model, row in units.iterrows():
        assert row["shear"] == pytest.approx(SHEAR[model], rel=0.02)
        assert row["unit_frequency"] == pytest.approx(
            np.sqrt(row["shear"] / row["density"]) * row["density"] ** (1 / row["dimension"])
        )


LAWS = (
    ("ipl-3d", "chi4", "localized4", False, -1.0), ("ipl-3d", "gap", "omega4", True, 2.0),
    ("ipl-3d", "missing", "omega4", True, 4.0), ("ipl-3d", "squares3", "well3", False, 1.0),
    ("ipl-3d", "tau3", "omega3", False, 1.0), ("ipl-3d", "nu3", "omega3", False, 0.0),
)  # fmt: skip


@pytest.mark.parametrize(("model", "y", "x", "apart", "truth"), LAWS)
def test_slopes_are_those_put_in(derived, model, y, x, apart, truth):
    """Within five standard errors, and bins that are not points."""
    rows = derived["slopes"]
    [row] = rows[(rows["model"] == model) & (rows["y"] == y) & (rows["x"] == x) & (rows["apart"] == apart)].to_dict(
        "records"
    )
    error = (row["slope_high"] - row["slope_low"]) / 3.92
    assert abs(row["slope"] - truth) < 5 * error + 0.05 * abs(truth) and error < 0.4


def test_intervals_of_slopes_cover():
    """Of a hundred glasses whose y follows nothing, heavy tails included: 95 % of 200 intervals, within what chance
    leaves (less than 174 would be seen once in 10,000 runs)."""
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=100), rng.standard_t(3, size=100)
        _, middle, draws = binned(x, y, weights(100, seed))
        low, high = np.quantile(line(middle, draws)[0][1:], [0.025, 0.975])
        covered += low <= 0.0 <= high
    assert covered >= 174, covered


def test_prefactors_grow_with_the_box_as_put_in(derived):
    """Softest modes were put in at a fixed part of the first wave, which falls as 1/L."""
    each = derived["prefactors"]
    told = each[(each["model"] == "ipl-2d") & (each["y"] == "gap")].set_index("edge")["prefactor"]
    assert told[20.0] == pytest.approx(2e-4 * 400, rel=0.05) and told[40.0] == pytest.approx(2e-4 * 1600, rel=0.05)
    rows = derived["sizes"]
    rows = rows[rows["model"] == "ipl-2d"].set_index("y")
    for y, truth in (("gap", 2.0), ("missing", 4.0), ("omega4", -1.0)):
        assert rows.loc[y, "exponent_low"] - 0.1 < truth < rows.loc[y, "exponent_high"] + 0.1


def test_spectra_fall_and_stiffen_with_annealing_as_put_in(derived):
    """A_g in the unit of each parent temperature itself, found within its own interval widened by a half."""
    rows = derived["changes"].set_index("quantity")
    assert (rows["coldest"] == 0.4).all() and (rows["hottest"] == 1.3).all()
    fall, speed = rows.loc["rescaled"], rows.loc["shear_speed"]
    half = 0.75 * (fall["decades_high"] - fall["decades_low"])
    assert abs(fall["decades"] + FALL) < half < 0.5
    assert speed["ratio"] == pytest.approx(1.17, abs=0.01)
    found = MEASURES["by_annealing"](Tables(derived), "rescaled", "decades_fall")
    assert found.low < found.value < found.high and found.value == pytest.approx(-fall["decades"])
    assert found.modes == fall["modes"] > 5 and found.reached == (0.4, 1.3)


def test_density_of_states_is_that_put_in(derived):
    """D(ω)/ω⁴ is A_g in the unit of the parent temperature, in the bins between the softest modes and the waves."""
    annealing, rows = derived["annealing"], derived["densities"]
    hot = annealing[annealing["temperature"] == 1.3].iloc[0]
    mine = rows[(rows["temperature"] == 1.3) & rows["frequency"].between(0.35, 0.75)]
    truth = 5.0 / (3000.0 * (0.18 * 8.0 / hot["unit_frequency"]) ** 5)
    levels = mine["density_of_states"] / mine["frequency"] ** 4
    assert len(levels) > 1 and np.exp(np.log(levels).mean()) == pytest.approx(truth, rel=0.2)
    assert hot["rescaled"] == pytest.approx(truth, rel=0.25)


def test_shares_and_tails_are_those_put_in(derived):
    rows = derived["shares"]
    mine = rows[(rows["what"] == "double well") & (rows["model"] == "ipl-3d")].iloc[0]
    assert mine["share_low"] < DOUBLE < mine["share_high"]
    tail = derived["tails"]
    mine = tail[(tail["quantity"] == "omega4") & (tail["model"] == "ipl-3d")].iloc[0]
    assert mine["exponent_low"] < 5.0 < mine["exponent_high"]


def test_strains_follow_from_frequencies_as_put_in(derived):
    """κ²/|τν| ∝ ω³ where τ ∝ ω and ν does not depend on it, so both tails tell the same."""
    tail = derived["tails"]
    mine = tail[(tail["quantity"] == "strain over cubic") & (tail["model"] == "ipl-3d")].iloc[0]
    assert mine["exponent_low"] - 0.1 < 1.0 < mine["exponent_high"] + 0.1


def test_decays_are_those_put_in(derived):
    assert len(derived["falls"]) == 4
    assert derived["falls"]["exponent"].to_numpy() == pytest.approx(-4.0, abs=0.5)
    assert (derived["falls"]["farthest"] < 8.1).all() and (derived["falls"]["nearest"] >= 2.5).all()


def test_stiffness_under_strain_is_told_in_the_limit(derived):
    """Within five standard errors, where a line through the softer half's ratios would tell less."""
    found = MEASURES["under_strain"](Tables(derived), "ipl-3d")
    assert abs(found.value - STRAINED) < 5.0 * (found.high - found.low) / 3.92 < 0.1
    assert derived["strained"]["ratio"].median() < STRAINED - 0.1


def test_glasses_are_shown_for_what_they_are(derived):
    assert set(derived["pictures"]["shown"]) == {"softest", "hybridized", "mixed"}


def test_a_ratio_of_medians_has_the_errors_of_both(derived):
    of = {"tables": Tables(derived), "model": "ipl-3d", "quantity": "rise"}
    one, two = MEASURES["level"](**of), MEASURES["levels_ratio"](**of, other="rise_in_frequency")
    assert two.value == pytest.approx(RISE / (np.sqrt(1.0 + RISE) - 1.0), rel=0.05)
    assert two.low < two.value < two.high and two.high / two.low > one.high / one.low


def test_glasses_of_one_chain_share_their_weight(derived):
    modes = derived["softest_modes"]
    owners = modes.groupby("ensemble")["owner"].nunique()
    assert owners["ipl-3d_N2048_md_T2"] == 600
    assert modes["owner"].nunique() == owners.sum()


def test_every_claim_is_measured_of_all_and_out_of_reach_of_nothing(derived, paper):
    nothing = {name: frame.iloc[:0] for name, frame in derived.items()}
    measured = 0
    for claim in paper["claims"]:
        measure = MEASURES[claim["measure"]]
        with pytest.raises(OutOfReach):
            measure(Tables(nothing), **claim["options"])
        try:
            found = measure(Tables(derived), **claim["options"])
        except OutOfReach:
            continue
        measured += 1
        assert found.low <= found.value <= found.high
    assert measured > 0.8 * len(paper["claims"])


def test_a_claim_can_flip(derived):
    """Cubic modes of made-up glasses are stiffer by what was put in; of others they are not."""
    found = MEASURES["level"](Tables(derived), model="ipl-3d", quantity="rise")
    assert found.low < RISE < found.high and found.high - found.low < 0.1
    other = {**derived, "medians": derived["medians"].assign(median=0.5, median_low=0.49, median_high=0.51)}
    assert MEASURES["level"](Tables(other), model="ipl-3d", quantity="rise").low > RISE
