"""Stepwise cooling in the campaign: what is refused, which liquids a scale plans, and the files that a ladder leaves."""
# ruff: noqa: E501

import shutil
from pathlib import Path

import numpy as np
import pytest
from chains import after, run_chain, state
from toy import write_toy

from glassworks.campaign.checked import verify
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.prepare import Block, prepare, read_chains
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.campaign.planned.finding import find
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.contents import read_record
from glassworks.campaign.products.tables import read_table
from glassworks.configurations import read_frames
from glassworks.lanes import processor_lanes
from glassworks.preparing import Start
from glassworks.preparing._crystals import crystal_status
from glassworks.preparing.stepwise import COLUMNS as TABLES
from glassworks.protocols import KINDS
from glassworks.stills import TABLES as STILLS

PAPER, SCALE = "config/papers/solid.yaml", "config/scales/desk.yaml"
SOLID = """\
paper: solid
title: A title
authors: Some authors
reference: A journal
doi: 10.1/2
groups:
  cooled:
    role: stepwise
    model: harmonic-2d
    protocol:
      kind: stepwise
      temperature: 3.0e-3
      equilibration_time: 60
      step: 1.4e-3
      end_temperature: 2.0e-4
      window: 10
      every: 0.5
      snapshots: 10
      apart: 1
      stills: [2.0e-4]
    minimizer: null
    block_samples: {100: {1.4e-4: 4, 7.0e-5: 2}}
figures: {}
"""
DESK = """\
  solid:
    cooled:
      - {n: 100, rates: [1.4e-4, 7.0e-5], samples: 4}
"""

BAD = {
    "end that no step meets": (PAPER, "end_temperature: 2.0e-4", "end_temperature: 3.0e-4",
        "groups.cooled.protocol: end_temperature: 0.0003: steps of 0.0014 from 0.003 pass it; allowed: 0.0016 or 0.0002"),
    "end above the start": (PAPER, "end_temperature: 2.0e-4", "end_temperature: 4.0e-3",
        "groups.cooled.protocol: end_temperature: 0.004: must lie below temperature, 0.003"),
    "window between frames": (PAPER, "window: 10", "window: 10.2",
        "groups.cooled.protocol: window: 10.2: must be a multiple of every, 0.5"),
    "frames between steps": (PAPER, "every: 0.5", "every: 0.02",
        "groups.cooled.protocol.every: 0.02: must be a multiple of the molecular-dynamics step, 0.05"),
    "snapshots beyond the window": (PAPER, "snapshots: 10", "snapshots: 11",
        "groups.cooled.protocol: snapshots: 11: 1 apart they do not fit into the window, 10; allowed: up to 10"),
    "window beyond the equilibration": (PAPER, "equilibration_time: 60", "equilibration_time: 6",
        "window: 10: is longer than the trajectory at the first temperature; allowed: up to equilibration_time, 6"),
    "still between steps": (PAPER, "stills: [2.0e-4]", "stills: [1.0e-3]",
        "groups.cooled.protocol: stills: 0.001: not on the ladder; allowed: 0.003, 0.0016, 0.0002"),
    "observables without glasses": (PAPER, "    minimizer: null", "    observables: {moduli: {}}\n    minimizer: null",
        "groups.cooled: observables: moduli: is measured on glasses, which minimizer: null does not make"),
    "evidence of a quench": (PAPER, "    minimizer: null", "    evidence: true\n    minimizer: null",
        "groups.cooled: evidence: true: a cooled liquid is in no equilibrium to be tested; allowed: false"),
    "block that does not divide": (PAPER, "7.0e-5: 2", "7.0e-5: 3",
        "groups.cooled: block_samples.100.7e-05: 3: must divide the largest, 4"),
    "less than one step": (SCALE, "rates: [1.4e-4, ", "rates: [0.1, ",
        "papers.solid.cooled[0].rates: 0.1: a temperature step of 0.0014 lasts 0.014, less than one molecular-dynamics "
        "step of 0.05; allowed: up to 0.00014"),
    "window beyond the step": (SCALE, "rates: [1.4e-4, ", "rates: [1.5e-4, ",
        "papers.solid.cooled[0].rates: 0.00015: a temperature step of 0.0014 lasts 9.33333, but its window 10; "
        "allowed: up to 0.00014"),
    "no rate": (SCALE, "rates: [1.4e-4, 7.0e-5], samples: 4", "temperatures: [3.0e-3], samples: 4",
        "papers.solid.cooled[0].rates: this key is missing"),
    "rate without a block": (SCALE, "7.0e-5]", "7.0e-6]",
        "papers.solid.cooled[0].rates: 7e-06: groups.cooled.block_samples in config/papers/solid.yaml lacks this rate at "
        "n = 100; allowed: 0.00014, 7e-05"),
    "temperature that is no step": (SCALE, "7.0e-5], samples", "7.0e-5], temperatures: [1.5e-3], samples",
        "papers.solid.cooled[0].temperatures: 0.0015: not on the ladder in config/papers/solid.yaml; "
        "allowed: 0.003, 0.0016, 0.0002"),
}  # fmt: skip


def write(folder: Path) -> None:
    write_toy(folder)
    (folder / PAPER).write_text(SOLID)
    with (folder / SCALE).open("a") as scale:
        scale.write(DESK)


@pytest.fixture
def root(tmp_path):
    write(tmp_path)
    return tmp_path


def load(root):
    return load_campaign({"papers": "solid"}, root)


def all_ensembles(campaign) -> list[Ensemble]:
    return list(paper_ensembles(campaign, campaign.papers["solid"]))


@pytest.mark.parametrize("case", BAD)
def test_bad_schedules_are_refused(root, case):
    file, old, new, message = BAD[case]
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refusal:
        load(root)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(f"{file}: ")


def test_liquids_of_a_scale(root):
    """The top is one for all rates, every other step starts from the one above at its rate, in the block of its chains."""
    campaign = load(root)
    made = all_ensembles(campaign)
    stems = [each.liquid.id.rsplit("_", 1)[0].removeprefix("harmonic-2d_N100_step_") for each in made]
    assert stems == ["T0.003", "R0.00014T0.0016", "R0.00014T0.0002", "R7e-05T0.0016", "R7e-05T0.0002"]
    cold = made[-1].liquid
    assert [(liquid.temperature, liquid.rate, block) for liquid, block in cold.ladder(1)] == [
        (0.003, None, 0), (0.0016, 7e-5, 1), (0.0002, 7e-5, 1)
    ]  # fmt: skip
    assert [liquid.specification["protocol"]["duration"] for liquid, _ in cold.ladder(0)] == [60.0, 20.0, 20.0]
    assert all(find(campaign, each.id).specification == each.specification for each in made)
    assert all(find(campaign, each.liquid.id).digest == each.liquid.digest for each in made)


def test_jobs_of_unquenched_liquids(root, monkeypatch):
    monkeypatch.chdir(root)
    plan = Plan({"papers": "solid"}, check=False)
    jobs = list(plan.jobs())
    assert {job[0] for job in jobs} == {"step"} and len(jobs) == 1 + 2 + 4
    assert plan.results["solid"].raw == sorted(["liquids", *KINDS["stepwise"].tables])
    assert all(plan.costs.seconds(*job[:2]) > plan.costs.file.start for job in jobs)


@pytest.fixture(scope="module")
def ladder(tmp_path_factory):
    """The ladder of one block at the faster rate, run in a folder; and its liquids."""
    folder = tmp_path_factory.mktemp("cooled")
    write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        liquids = [liquid for liquid, _ in all_ensembles(load(folder))[2].liquid.ladder(0)]
        for liquid in liquids:
            prepare(Job("prepare"), liquid, 0)
    return folder, liquids


def test_tables_are_whole_and_said(ladder, monkeypatch):
    folder, liquids = ladder
    monkeypatch.chdir(folder)
    assert set(KINDS["stepwise"].tables) == set(TABLES)
    verify._campaign.cache_clear()
    for liquid in liquids:
        for path in job_products("step", liquid, 0, ""):
            assert verify.finding(path).said == "" and read_record(Path(path))["lanes"] == processor_lanes()
            if not path.endswith(".parquet"):
                continue
            rows = read_table(path)
            said = rows.groupby("sample")["status"].unique().explode()
            if Path(path).stem not in STILLS:
                told = ["ok"] * 4
            elif liquid.temperature > 2e-4:
                told = ["no still of this step"] * 4
            else:
                told = ["ok", *["no picture of this trajectory" if Path(path).stem == "particles" else "ok"] * 3]
            assert list(said) == told and set(rows) <= set(columns_of(Path(path).stem))
    verify._campaign.cache_clear()


def test_a_step_goes_on_from_the_one_above(ladder, monkeypatch):
    """What a file keeps is what the next step needs: made again from the file, it has the same bits; cooler on the way."""
    folder, liquids = ladder
    monkeypatch.chdir(folder)
    [again] = run_chain(liquids[1], 2, read_chains(liquids[0], 0)[2]).left
    frames, samples, arrays = read_frames(f"{liquids[1].folder(0)}/liquid.h5")
    assert list(samples) == [0, 1, 2, 3]
    assert np.array_equal(frames[2].positions, again.positions)
    assert np.array_equal(arrays["velocity"][2], again.velocities)
    energies = [read_table(f"{liquid.folder(0)}/liquids.parquet")["energy"].mean() for liquid in liquids]
    assert energies == sorted(energies, reverse=True)


def test_a_lost_trajectory_is_named_all_the_way_down(ladder, tmp_path, monkeypatch):
    folder, liquids = ladder
    shutil.copytree(folder, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    start = read_chains(liquids[0], 0)[1]
    state(start).velocities[3] = np.nan
    lost = run_chain(liquids[1], 1, start)
    below = run_chain(liquids[2], 1, after(lost))
    made = Block(TABLES)
    for chain in (lost, below):
        made.add(chain, 1, 1)
    reasons = [row["status"] for row in made.rows["network"]]
    assert reasons[0] == reasons[1] and "is lost" in reasons[0]
    assert np.array_equal(made.left[1].positions, state(start).positions)


def test_a_crystal_is_named_from_where_it_forms(ladder, monkeypatch):
    """The threshold between crystals and glasses, and that what has crossed it is not run on."""
    folder, liquids = ladder
    monkeypatch.chdir(folder)
    assert crystal_status(np.nan) == crystal_status(0.74) == "ok"
    assert crystal_status(0.76) == "crystal: mean |ψ6| is 0.76, above 0.75"
    start = read_chains(liquids[0], 0)[1]
    made = Block(TABLES)
    made.add(run_chain(liquids[1], 1, Start(start.above, crystal_status(0.8))), 1, 1)
    assert all([row["status"] for row in rows] == [crystal_status(0.8)] for rows in made.rows.values())
    assert made.left == [state(start)]
