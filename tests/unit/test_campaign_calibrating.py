"""`glassworks calibrate` on made-up tables: what it writes, what it keeps, and what it refuses in a sentence."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from project import ROOT
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))
import synthetic

from glassworks.campaign import calibrating, reruns
from glassworks.campaign.calibrating import lessened, resting_on, smallest_scale
from glassworks.campaign.checked import numbers, verify
from glassworks.campaign.checked.found import products
from glassworks.campaign.checked.repair import clear_abandoned
from glassworks.campaign.cli import app
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.gather import joins
from glassworks.campaign.jobs.results import context
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products.sums import read_list
from glassworks.campaign.products.tables import read_table, write_table
from glassworks.claims import Claim
from glassworks.statistics.calibration import COLUMNS

ARCHIVE, DESK = Path("results/archive/pinching"), {"scale": "desk", "tables": "computed", "papers": "pinching"}
FROM_ARCHIVE = Path("results/from-archive/calibration.parquet")
SEEDS = reruns.seeds(20200224, 2)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A campaign without results; we are in it."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_raw(where: Path, frames: dict[str, pd.DataFrame], seed: int = 20200224) -> None:
    """Raw tables as those that a run of scale desk gathers."""
    campaign = load_campaign({**DESK, "seed": seed})
    paper = campaign.papers["pinching"]
    job = Job("gather", seed=seed, scale="desk")
    for name, frame in frames.items():
        if len(frame):
            specification = digest(joins(campaign, paper, name))
            record = job.provenance(specification, scale="desk", paper="pinching", sources={"parts": 1})
            write_table(where / f"{name}.parquet", frame, record)


@pytest.fixture(scope="module")
def frames() -> list[dict[str, pd.DataFrame]]:
    """Fifteen chains of four samples an ensemble, made twice; what verification asks for besides."""
    temperatures = (0.5, 0.65, 0.8, 1.0, 1.3)
    made = [synthetic.campaign(samples=60, seed=seed, temperatures=temperatures).frames() for seed in (1, 2)]
    for tables in made:
        for name, frame in tables.items():
            lacking = numbers.columns(name) - set(frame.columns)
            tables[name] = frame.assign(**dict.fromkeys(lacking, 0.0))
        tables["modes"]["participation"] = tables["modes"]["participation"].clip(upper=1.0)
    return made


@pytest.fixture(scope="module")
def halves(tmp_path_factory, frames) -> Path:
    """A campaign whose archive was calibrated in two parts."""
    made = tmp_path_factory.mktemp("halves")
    shutil.copytree(ROOT / "config", made / "config")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        write_raw(ARCHIVE, frames[0])
        answer = calibrate("pinching", "--tables", "archive", "--parts", "2")
    assert answer.exit_code == 0, answer.output
    (made / "said").write_text(answer.output)
    return made


@pytest.fixture
def calibrated(halves, tmp_path, monkeypatch) -> Path:
    """The same, to break; we are in it."""
    shutil.copytree(halves, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


def calibrate(*arguments: str):
    return CliRunner().invoke(app, ["calibrate", *arguments])


def refusal(*arguments: str) -> str:
    """What the command says when it ends with an error."""
    answer = calibrate(*arguments)
    assert answer.exit_code == 1, answer.output
    return answer.output.strip()


def test_parts_of_made_up_tables_agree_as_their_intervals_say(calibrated):
    """The truth of all parts is the same. Of five claims or more, one that is marked has a chance of 0.05 (the seed is
    fixed), and rms z beyond 1.9 one of 0.003."""
    rows = read_table(FROM_ARCHIVE).set_index("claim")
    assert len(rows) == 15 and (rows["kind"] == "parts").all() and (rows["scale"] == "desk").all()
    assert rows.loc["all", "claims"] >= 5 and 0.3 < rows.loc["all", "rms_z"] < 1.9
    assert rows.loc["all", "miscalibrated"] == 0
    assert np.isfinite(rows.loc[["frequency-rises", "number-falls", "length-shrinks", "cutoff-3d"], "rms_z"]).all()
    reason = rows.loc["crossover-length", "reason"]
    assert reason.startswith("rests on what cannot be dealt: ") and reason.endswith(
        " no table tells its chains and 3 more"
    )
    said = Path("said").read_text()
    assert "crossover-length" in said and str(FROM_ARCHIVE) in said


def test_the_table_says_what_its_columns_are_and_is_verified(calibrated):
    assert all({b"unit", b"definition"} <= set(field.metadata) for field in pq.read_schema(FROM_ARCHIVE))
    assert FROM_ARCHIVE.name in read_list(FROM_ARCHIVE.parent)
    paths = products(["pinching", "solidity"], load_campaign({"papers": "pinching,solidity"}))
    assert str(FROM_ARCHIVE) in paths and [verify.finding(path).said for path in paths] == [""] * len(paths)
    FROM_ARCHIVE.write_bytes(FROM_ARCHIVE.read_bytes()[:-9])
    assert "cannot be read" in verify.finding(str(FROM_ARCHIVE)).said


def test_seeds_that_are_there_are_compared_and_judged_once(folder, frames):
    for seed, tables in zip(SEEDS, frames, strict=True):
        write_raw(reruns.Rerun("pinching", "desk", seed).tables, tables, seed)
    answer = calibrate("pinching", "--scale", "desk", "--seeds", "2")
    assert answer.exit_code == 0, answer.output
    rows = read_table("results/desk/calibration.parquet").set_index("claim")
    assert (rows["kind"] == "seeds").all() and (rows["parts"] == 2).all() and rows.loc["all", "claims"] >= 5
    assert rows.loc["all", "rms_z"] < 1.9
    judged = [reruns.Rerun("pinching", "desk", seed).tables / "claims.parquet" for seed in SEEDS]
    before = [path.stat().st_mtime_ns for path in judged]
    assert calibrate("pinching", "--scale", "desk").exit_code == 0
    assert [path.stat().st_mtime_ns for path in judged] == before
    pd.testing.assert_frame_equal(read_table("results/desk/calibration.parquet").set_index("claim"), rows)
    paths = products(["pinching", "solidity"], load_campaign({"papers": "pinching,solidity"}))
    assert set(map(str, judged)) <= set(paths) and len(paths) == 2 * 9 + 1
    assert [verify.finding(path).said for path in paths] == [""] * len(paths)


def test_claims_that_no_seed_reaches_say_which_scale_does(folder, monkeypatch):
    monkeypatch.setattr(calibrating, "scale_names", lambda root: ["desk", "evening"])
    campaign = load_campaign(DESK)
    paper = campaign.papers["pinching"]
    claims = paper.content.claims
    claims[0] = {**claims[0], "requires": {**claims[0]["requires"], "samples": 150}}
    claims[1] = {**claims[1], "requires": {**claims[1]["requires"], "samples": 10**6}}
    names = [claim["id"] for claim in claims[:3]]
    rows = pd.DataFrame({"claim": names, "judged": 0, "reason": "out of reach of 3 of 3: few"})
    told = calibrating._with_scales(campaign, paper, rows)["reason"]
    assert [reason.partition(": few")[2] for reason in told] == ["; evening has enough", "; no scale has enough", ""]


def test_the_report_waits_for_the_table_once_it_is_there(calibrated):
    made = Plan({"tables": "archive", "papers": "pinching"}, check=False).results["pinching"]
    assert made.calibration == [str(FROM_ARCHIVE)]
    FROM_ARCHIVE.unlink()
    assert made.calibration == []


def test_a_papers_page_is_made_anew_for_its_own_rows_alone(calibrated):
    made = Plan({"tables": "archive", "papers": "pinching"}, check=False).results["pinching"]
    before, page, rows = made.calibration_digest(), made.item("page").declared, read_table(FROM_ARCHIVE)
    record = Job("calibrate", tables="archive").provenance({})
    write_table(FROM_ARCHIVE, pd.concat([rows.assign(paper="other"), rows], ignore_index=True), record, COLUMNS)
    assert made.calibration_digest() == before and made.item("page").declared == page
    write_table(FROM_ARCHIVE, rows.assign(rms_z=rows["rms_z"] + 0.1), record, COLUMNS)
    assert made.calibration_digest() != before and made.item("page").declared != page
    FROM_ARCHIVE.write_bytes(b"damaged")
    assert made.calibration_digest() == "" != before


def test_rows_of_other_papers_stay(calibrated):
    before = read_table(FROM_ARCHIVE)
    record = Job("calibrate", tables="archive").provenance({})
    write_table(FROM_ARCHIVE, before.assign(paper="other"), record, COLUMNS)
    assert calibrate("pinching", "--tables", "archive", "--parts", "2").exit_code == 0
    after = read_table(FROM_ARCHIVE)
    assert list(after["paper"].unique()) == ["other", "pinching"] and len(after) == 2 * len(before)
    pd.testing.assert_frame_equal(after[after["paper"] == "pinching"].reset_index(drop=True), before)


def test_a_seed_of_another_configuration_is_refused(folder, frames):
    one = reruns.Rerun("pinching", "desk", SEEDS[0])
    write_raw(one.tables, frames[0], SEEDS[0])
    path = Path("config/papers/pinching.yaml")
    path.write_text(path.read_text().replace("[1.3, 0.9, 0.55], samples: 20", "[1.3, 0.9], samples: 20"))
    said = refusal("pinching", "--scale", "desk", "--seeds", "2")
    assert said == (
        f"{one.tables}/decay.parquet: was made from another configuration than that of desk in config now; "
        f"allowed: the same one, or remove {one.folder} to make it anew"
    )
    assert not (one.folder / "run").exists()


def test_a_damaged_table_of_a_seed_is_refused_and_made_again_once_it_is_set_aside(folder, frames):
    campaign = load_campaign(DESK)
    one = reruns.Rerun("pinching", "desk", SEEDS[0])
    write_raw(one.tables, frames[0], SEEDS[0])
    path = one.tables / "modes.parquet"
    path.write_bytes(b"PAR1")
    assert refusal("pinching", "--scale", "desk").startswith(
        f"{path}: is damaged; `glassworks verify --repair` sets it"
    )
    assert reruns.finished(campaign, campaign.papers["pinching"], one)
    answer = CliRunner().invoke(app, ["verify", "pinching", "--repair"])
    assert "1 damaged, 0 stale; 1 set aside" in answer.output
    assert not reruns.finished(campaign, campaign.papers["pinching"], one)


def test_a_seed_that_was_begun_with_another_configuration_is_refused(folder):
    campaign = load_campaign(DESK)
    one = reruns.Rerun("pinching", "desk", SEEDS[0])
    reruns._prepare(campaign, one)
    reruns.refuse_foreign(campaign, campaign.papers["pinching"], one)
    path = Path("config/papers/pinching.yaml")
    path.write_text(path.read_text().replace("[1.3, 0.9, 0.55], samples: 20", "[1.3, 0.9], samples: 20"))
    said = refusal("pinching", "--scale", "desk", "--seeds", "2")
    assert said.startswith(
        f"{one.run}: was begun from another configuration than that of desk in config now; allowed: "
    )


def test_a_table_of_another_seed_is_refused(folder, frames):
    one = reruns.Rerun("pinching", "desk", SEEDS[0])
    write_raw(one.tables, frames[0], 77)
    said = refusal("pinching", "--scale", "desk", "--seeds", "2")
    assert said.startswith(f"{one.tables}/decay.parquet: seed: 77: is another seed; allowed: {SEEDS[0]}; allowed: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pinchin"], "command line: papers: pinchin: unknown paper (did you mean pinching?); allowed: "),
        (["pinching", "--seeds", "1"],
         "command line: seeds: 1: leaves claims of pinching nothing to be compared with; allowed: 2 or more"),
        (["pinching", "--parts", "1"],
         "command line: parts: 1: leaves claims of pinching nothing to be compared with; allowed: 2 or more"),
        (["pinching", "--tables", "archive", "--seeds", "2"],
         "command line: seeds: 2: are simulated; allowed: --tables computed"),
        (["pinching", "--scale", "desk"],
         "results/desk/tables/pinching: holds no tables of pinching, or not all; allowed: tables that a run has"),
        (["pinching", "--tables", "archive", "--parts", "25"],
         "results/archive/pinching: pinching: parts: 25: no ensemble has chains or samples for so many; allowed: "),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_a_sentence(folder, frames, arguments, said):
    if "--parts" in arguments or "archive" in arguments:
        write_raw(ARCHIVE, frames[0])
    told = refusal(*arguments)
    assert told.startswith(said) and "\n" not in told
    assert not list(folder.glob("results/*/calibration.parquet"))


def test_clearing_up_leaves_a_seed_that_runs_alone(folder):
    run = reruns.Rerun("pinching", "desk", 1).run / "results/liquids/.liquid.tmp"
    left = Path("results/calibration/desk-1/tables/pinching/.modes.parquet.tmp")
    for path in (run, left):
        path.parent.mkdir(parents=True)
        path.touch()
    clear_abandoned()
    assert run.exists() and not left.exists()


def test_seeds_are_children_of_the_campaigns():
    many = reruns.seeds(20200224, 40)
    assert len({*many, 20200224}) == 41 and reruns.seeds(20200224, 3) == many[:3]
    assert not set(many) & set(reruns.seeds(20200225, 40))


def test_a_part_needs_its_share_of_the_samples(folder):
    campaign = load_campaign(DESK)
    before = {claim.id: claim for claim in map(Claim.model_validate, context(campaign.papers["pinching"])["claims"])}
    after = lessened(context(campaign.papers["pinching"]), 3)["claims"]
    for claim in map(Claim.model_validate, after):
        assert claim.requires.samples == -(-before[claim.id].requires.samples // 3)
        assert claim.requires.temperatures == before[claim.id].requires.temperatures
        assert claim.tolerance == before[claim.id].tolerance


def test_a_claim_that_changes_without_what_is_left_out_rests_on_it():
    whole = pd.DataFrame({"claim": ["a", "b", "c"], "measured": [1.0, 2.0, np.nan], "low": [0.5, 1.0, np.nan],
                          "high": [1.5, 3.0, np.nan], "samples": [9, 9, 0]})  # fmt: skip
    less = whole.assign(low=[0.5 * (1 + 1e-12), 1.1, np.nan])
    found = resting_on(whole, less, {("blobs", "poly-2d"): "has 1 chain", ("large", "poly-3d"): "has 1 chain"})
    assert found == {"b": "rests on what cannot be dealt: poly-2d of blobs has 1 chain and 1 more"}


def test_the_smallest_scale_that_reaches_a_claim_is_told(folder, monkeypatch):
    monkeypatch.setattr(calibrating, "scale_names", lambda root: ["smoke", "desk", "evening"])
    campaign = load_campaign(DESK)
    claims = {claim.id: claim for claim in map(Claim.model_validate, campaign.papers["pinching"].content.claims)}
    law = claims["quartic-law"]
    assert smallest_scale(campaign, "pinching", law) == "desk"
    samples = law.requires.model_copy(update={"samples": 150})
    assert smallest_scale(campaign, "pinching", law.model_copy(update={"requires": samples})) == "evening"
    never = law.requires.model_copy(update={"samples": 10**6})
    assert smallest_scale(campaign, "pinching", law.model_copy(update={"requires": never})) == ""
