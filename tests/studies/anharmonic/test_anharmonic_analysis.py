"""What the study's analysis finds in made-up glasses whose laws are known."""

import numpy as np
import pandas as pd
import pytest
from anharmonic_tables import HARMONIC, LJ, SIZE, SLOPE, keys, modes_of, raw_tables
from project import ROOT
from scipy.stats import kendalltau

from glassworks.campaign.planned.loading import load_campaign
from glassworks.figures import Tables
from glassworks.studies.anharmonic import ANNEALED, TABLES
from glassworks.studies.anharmonic.analysis import derive
from glassworks.studies.anharmonic.analysis.annealed import annealed
from glassworks.studies.anharmonic.analysis.correlations import compared, tau
from glassworks.studies.anharmonic.analysis.examples import jumps
from glassworks.studies.anharmonic.analysis.laws import longest_axis
from glassworks.studies.anharmonic.analysis.modes import modes, transitions
from glassworks.studies.anharmonic.analysis.populations import Population
from glassworks.studies.anharmonic.analysis.shares import between_samples
from glassworks.studies.anharmonic.analysis.spectra import spectra
from glassworks.studies.anharmonic.columns import COLUMNS
from glassworks.studies.anharmonic.figures import FIGURES
from glassworks.studies.anharmonic.figures.pulls import shell_medians
from glassworks.studies.anharmonic.printed import PRINTED

BOSON = pd.DataFrame({"model": [HARMONIC, LJ], "frequency": [10.0, 10.0]})
"""A peak above all modes, so that each counts as below it."""


@pytest.fixture(scope="module")
def paper():
    return load_campaign({"papers": "anharmonic"}, ROOT).papers["anharmonic"].content.model_dump()


@pytest.fixture(scope="module")
def derived(paper):
    return derive(paper, raw_tables())


def test_every_table_has_its_columns(derived):
    assert set(derived) == set(TABLES) == set(COLUMNS)
    for name, frame in derived.items():
        assert set(frame.columns) <= set(COLUMNS[name]), (name, set(frame.columns) - set(COLUMNS[name]))
        if len(frame):
            assert set(COLUMNS[name]) == set(frame.columns), (name, set(COLUMNS[name]) - set(frame.columns))


def test_every_figure_is_drawn_of_all_and_of_nothing(derived, paper, tmp_path):
    for name, frame in derived.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "nothing").mkdir()
    for number, draw in FIGURES.items():
        options = paper["figures"][number]["options"]
        for folder in (tmp_path, tmp_path / "nothing"):
            draw(Tables(folder, options, paper["figures"][number]["tables"]))
    for number, made in PRINTED.items():
        for folder in (tmp_path, tmp_path / "nothing"):
            assert len(made(Tables(folder, {}, paper["tables"][number]["tables"])))


def laws(frame, **equal):
    for column, value in equal.items():
        frame = frame[frame[column] == value]
    [row] = frame.to_dict("records")
    return row


def test_exponents_of_frequency_and_size_are_told_apart(paper):
    """Of many glasses, within five standard errors of those that were put in."""
    found = derive(paper, raw_tables(3, ((HARMONIC, 2000, 60), (HARMONIC, 16000, 60))))["laws"]
    for variable, jointly, truth in (("frequency", "size", SLOPE), ("size", "frequency", SIZE)):
        row = laws(found, quantity="amplitude", variable=variable, jointly=jointly, population="all")
        error = (row["exponent_high"] - row["exponent_low"]) / 3.92
        assert error < 0.1 and abs(row["exponent"] - truth) < 5 * error


def test_intervals_of_few_glasses_cover():
    """The exponent of ω at one size, of three and of six glasses whose modes share a part of their scatter: 95 % of 200
    intervals, within what chance leaves (less than 174 would be seen once in 10,000 runs)."""
    for glasses in (3, 6):
        rng, covered = np.random.default_rng(glasses), 0
        for _ in range(200):
            _, pulls = modes_of(rng, HARMONIC, 2000, glasses)
            pulls = pulls[pulls["sign"] == 1.0]
            each = Population(pulls)
            omega = np.log(each.column("frequency"))
            draws = each.fit([np.ones(len(omega)), omega], np.log(each.column("amplitude")))[:, 1]
            low, high = np.quantile(draws[1:], [0.025, 0.975])
            covered += low <= SLOPE <= high
        assert covered >= 174, (glasses, covered)


def test_intervals_of_the_exponent_of_size_cover_with_two_large_glasses():
    """Of six glasses of one size and two of another, which reweighting would leave at three in four; the same bound."""
    rng, covered = np.random.default_rng(62), 0
    for _ in range(200):
        pulls = pd.concat([modes_of(rng, HARMONIC, n, samples)[1] for n, samples in ((2000, 6), (8000, 2))])
        each = Population(pulls[pulls["sign"] == 1.0])
        omega, size = np.log(each.column("frequency")), np.log(each.column("n"))
        draws = each.across([np.ones(len(size)), omega, size], np.log(each.column("amplitude")), 2)[:, 2]
        low, high = np.quantile(draws[1:], [0.025, 0.975])
        covered += low <= SIZE <= high
    assert covered >= 174, covered


def test_barriers_are_told_decade_by_decade(paper):
    """Of pulled points that are harmonic below A_c = 1e-3 and three times as high above it; no mode is lost."""
    raw = raw_tables()
    pulls = raw["pulls"]
    n = pulls["n"].to_numpy(float)
    pulls["barrier"] = 0.5 * pulls["frequency"] ** 2 * pulls["amplitude"] ** 2 * n
    pulls["barrier"] *= np.where(pulls["amplitude"] < 1e-3, 1.0, 3.0)
    found = derive(paper, raw)
    rows, known = found["barriers"], found["modes"]
    assert len(rows) > 3 and rows["modes"].sum() == (known["pulled"] & ~known["censored"]).sum()
    np.testing.assert_allclose(rows["median"], np.where(rows["upper_amplitude"] < 1.1e-3, 1.0, 3.0), rtol=1e-9)
    assert set(np.round(rows["median"])) == {1.0, 3.0}


def test_without_bounds_it_is_kendalls_tau():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(keys(HARMONIC, 2000, "harmonic"), index=range(40)).assign(sample=np.arange(40) % 5)
    frame = frame.assign(distance=rng.normal(size=40), order=rng.integers(0, 6, size=40).astype(float))
    each = Population(frame)
    signs = [compared(each, name, "smaller", None) for name in ("distance", "order")]
    assert tau(each, *signs)[0] == pytest.approx(kendalltau(frame["distance"], frame["order"]).statistic)


def test_bounds_take_part_in_the_pairs_that_they_decide():
    """Of amplitudes 1, 2, above 3 and above 1.5 the last is not compared with 2, nor with the bound above it."""
    frame = pd.DataFrame(keys(HARMONIC, 2000, "harmonic"), index=range(4)).assign(sample=[0, 0, 1, 1])
    frame = frame.assign(amplitude=[1.0, 2.0, 3.0, 1.5], censored=[False, False, True, True], pulled=True)
    signs = compared(Population(frame), "amplitude", "smaller", None)
    assert signs.tolist() == [[0, -1, -1, -1], [1, 0, -1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]
    apart = compared(Population(frame), "amplitude", "smaller", np.array([1, 1, 2, 2]))
    assert apart.tolist() == [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_a_mode_has_the_smaller_amplitude_of_its_sides_or_a_bound():
    raw = raw_tables(5, ((LJ, 1000, 2),))
    pulls = raw["pulls"]
    first, second = (pulls["sample"] == 0) & (pulls["mode"] == 0), (pulls["sample"] == 0) & (pulls["mode"] == 1)
    pulls.loc[first & (pulls["sign"] == 1.0), ["status", "amplitude", "home"]] = ["pairs overlap", np.nan, 0.2]
    pulls.loc[second, "status"] = "pairs overlap"
    pulls.loc[second, "amplitude"] = np.nan
    pulls.loc[second, "home"] = [0.03, 0.05]
    found = modes(raw, BOSON).set_index(["sample", "mode"])
    other = pulls[first & (pulls["sign"] == -1.0)].iloc[0]
    assert found.loc[(0, 0), "amplitude"] == other["amplitude"] and found.loc[(0, 0), "side"] == "positive"
    assert not found.loc[(0, 0), "censored"] and found.loc[(0, 0), "bound_negative"] == 0.2
    assert found.loc[(0, 1), "censored"] and found.loc[(0, 1), "amplitude"] == 0.03
    rest = found.drop([(0, 0), (0, 1)])
    assert (rest["side"] == "negative").all() and rest["harmonic"].to_numpy() == pytest.approx(1.0)


def test_destinations_are_one_where_the_same_particle_moves_as_far():
    """Whatever jobs that worked apart have numbered them."""
    raw = raw_tables(6, ((HARMONIC, 2000, 3),))
    before = transitions(raw)
    shuffled = raw["pulls"].assign(destination=np.arange(len(raw["pulls"])))
    after = transitions(raw | {"pulls": shuffled})
    assert len(before) == len(after) == sum(mine["mover"].nunique() for _, mine in raw["pulls"].groupby("sample"))
    assert (before["hits"].to_numpy() == after["hits"].to_numpy()).all() and before["hits"].sum() == len(raw["pulls"])
    assert (before["amplitude"] == before.groupby("sample")["amplitude"].cummax()).all()


def test_the_richest_group_stands_for_an_ensemble():
    raw = raw_tables(7, ((HARMONIC, 2000, 3),))
    more, pulls = modes_of(np.random.default_rng(8), HARMONIC, 2000, 3, "harmonic-many", count=40, spaced=20)
    both = raw | {
        "selected_modes": pd.concat([raw["selected_modes"], more], ignore_index=True),
        "pulls": pd.concat([raw["pulls"], pulls], ignore_index=True),
    }
    assert set(modes(both, BOSON)["group"]) == {"harmonic-many"} and len(modes(both, BOSON)) == 180
    assert set(transitions(both)["group"]) == {"harmonic-many"}


def test_a_debye_solid_has_a_level_density_of_states():
    """g = 3ω² of N(ω) = (3N − 3) ω³, bins of some modes within a tenth, others within their intervals."""
    raw = raw_tables(9, ((HARMONIC, 8000, 12),))
    curves, _ = spectra(raw)
    known = curves[curves["modes"] > 200]
    assert len(known) > 3 and np.allclose(known["reduced"], 3.0, rtol=0.1)


def test_the_peak_is_where_it_was_put():
    """g/ω² ∝ exp(−(ln ω − ln 0.2)²/(2 · 0.3²)) has its peak at 0.2."""
    rng, n = np.random.default_rng(10), 8000
    grid = np.geomspace(0.02, 1.0, 4000)
    density = grid**2 * np.exp(-((np.log(grid / 0.2)) ** 2) / (2 * 0.3**2))
    below = np.append(0.0, np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(grid)))
    below *= (3 * n - 3) * 0.3 / below[-1]
    raw = raw_tables(11, ((HARMONIC, n, 8),))
    frame = raw["selected_modes"]
    for _, mine in frame.groupby("sample"):
        numbers = np.unique(np.append(np.arange(14), np.geomspace(14, 0.9 * below[-1], 6).astype(int)))
        frame.loc[mine.index[: len(numbers)], "number"] = numbers
        frame.loc[mine.index, "frequency"] = np.interp(numbers + rng.random(len(numbers)), below, grid)
    frame["highest"] = 0.0
    _, peak = spectra(raw | {"selected_modes": frame})
    assert peak["chosen"].any() and float(peak["frequency"].iloc[-1]) == pytest.approx(0.2, rel=0.3)


def test_the_longest_axis_of_scattered_points_has_their_slope():
    rng = np.random.default_rng(12)
    truth = rng.normal(size=400)
    frame = pd.DataFrame(keys(HARMONIC, 2000, "harmonic"), index=range(400)).assign(sample=np.arange(400) % 20)
    each = Population(frame)
    x, y = truth + 0.2 * rng.normal(size=400), 2.5 * (truth + 0.2 * rng.normal(size=400))
    draws = longest_axis(each, x, y)
    error = np.std(draws[1:])
    assert abs(draws[0] - 2.5) < 5 * error < 0.5


def test_samples_that_differ_are_told_from_those_that_do_not():
    """Between twenty glasses of ten transitions: a variance as large as that within is found within five errors, and
    none where there is none."""
    rng = np.random.default_rng(13)
    for common, truth in ((1.0, 1.0), (0.0, 0.0)):
        frame = pd.DataFrame(keys(HARMONIC, 2000, "harmonic"), index=range(200)).assign(sample=np.arange(200) // 10)
        shift = common * rng.normal(size=20)
        logs = shift[frame["sample"]] + rng.normal(size=200)
        frame = frame.assign(distance=np.exp(logs), energy=np.exp(logs))
        [row] = between_samples(frame)[lambda rows: rows["quantity"] == "distance"].to_dict("records")
        error = (row["ratio_high"] - row["ratio_low"]) / 3.92
        assert abs(row["ratio"] - truth) < 5 * error


def test_jumps_of_distance_and_energy_are_found_each_by_itself():
    rows = []
    for mode, (first, second) in enumerate(((5, 5), (5, 7))):
        for k in range(10):
            rows.append(
                keys(HARMONIC, 2000, "examples")
                | {"sample": 0, "mode": mode, "frequency": 0.1, "amplitude": 10.0 ** (-4 + 0.2 * k), "pulled": 1e-6}
                | {"distance": 0.3 if k >= first else 1e-9, "energy": -1e-4 if k >= second else 1e-16, "status": "ok"}
            )
    found = jumps({"pull_scans": pd.DataFrame(rows)})
    assert found["together"].tolist() == [True, False]
    assert found["distance_amplitude"].tolist() == pytest.approx([1e-3, 1e-3])
    assert found["energy_amplitude"].tolist() == pytest.approx([1e-3, 10**-2.6])


def test_medians_of_shells_are_those_of_all_particles():
    """Of 20,000 that fall off as r⁻³ with scatter: from the 4,000 that move farthest as from all, where these tell it,
    and nothing where they do not."""
    rng = np.random.default_rng(7)
    n = 20_000
    away = np.linalg.norm((rng.random((n, 3)) - 0.5) * n ** (1 / 3), axis=1)
    moved = np.maximum(away, 1.0) ** -3.0 * np.exp(0.3 * rng.normal(size=n))
    kept = np.argsort(-moved)[:4000]
    whole, part = (shell_medians(away[rows], moved[rows], 1.0, n) for rows in (slice(None), kept))
    told = dict(zip(*whole, strict=True))
    assert 3 < len(part[0]) < len(whole[0])
    outer = part[0] > 3.0
    middle = [min(told, key=lambda each: abs(each - place)) for place in part[0][outer]]
    assert part[1][outer] * part[0][outer] ** 3 == pytest.approx([told[each] * each**3 for each in middle], rel=0.15)


def test_annealed_glasses_of_one_chain_share_their_weight():
    """Twelve chains of ten glasses whose modes all yield at one amplitude, that of the chain: the interval of the
    median is that of twelve, three times as wide as that of 120."""
    rng = np.random.default_rng(5)
    chains, each = 12, 10
    modes, pulls = modes_of(rng, HARMONIC, 500, chains * each, ANNEALED)
    place = {"group": ANNEALED, "ensemble": modes["ensemble"].iloc[0], "temperature": 0.65}
    yields = np.exp(rng.normal(size=chains))
    pulls["amplitude"] = yields[pulls["sample"] // each]
    pulls["home"] = 0.99 * pulls["amplitude"]
    samples = np.arange(chains * each)
    liquids = pd.DataFrame({"sample": samples, "chain": samples // each, "sweeps_between": 0.2}).assign(**place)
    evidence = pd.DataFrame([place | {"passed": True, "relaxation_sweeps": 1.0, "between_ratio": 0.2}])
    raw = raw_tables() | {"selected_modes": modes, "pulls": pulls, "liquids": liquids, "equilibrium": evidence}
    [joined] = annealed(raw).to_dict("records")
    [apart] = annealed(raw | {"liquids": liquids.iloc[:0]}).to_dict("records")
    wide, narrow = (np.log(row["amplitude_high"] / row["amplitude_low"]) for row in (joined, apart))
    assert joined["samples"] == chains * each and wide > 2.0 * narrow
