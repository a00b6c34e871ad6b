"""Liquids in equilibrium in the campaign: what is refused, which liquids a scale plans, and the files of a ladder."""
# ruff: noqa: E501

from pathlib import Path

import numpy as np
import pytest
from chains import after, run_chain, state
from toy import write_toy

from glassworks.campaign.checked import verify
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.prepare import prepare, read_chains
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.ensembles import paper_ensembles
from glassworks.campaign.planned.finding import find
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.tables import read_table
from glassworks.configurations import read_frames
from glassworks.preparing import relaxation
from glassworks.protocols import KINDS

PAPER, SCALE = "config/papers/liquid.yaml", "config/scales/desk.yaml"
LIQUID = """\
paper: liquid
title: A title
authors: Some authors
reference: A journal
doi: 10.1/2
groups:
  equilibrium:
    role: relaxation
    model: harmonic-2d
    protocol:
      kind: relaxation
      relaxation_times: {4.0e-3: 2, 3.0e-3: 3}
      before: 5
      parts: 2
      span: 5
      longest: 3.5
      origins: 2
      views:
        - {particles: all, wave_number: 5.84, cage: 1.5}
        - {particles: small, wave_number: 6.5, cage: 1.4}
    minimizer: null
    block_samples: {100: {4.0e-3: 2, 3.0e-3: 1}}
figures: {}
"""
DESK = """\
  liquid:
    equilibrium:
      - {n: 100, temperatures: [3.0e-3], samples: 2}
"""

BAD = {
    "ladder that climbs": (PAPER, "4.0e-3: 2, 3.0e-3: 3}", "3.0e-3: 3, 4.0e-3: 2}",
        "groups.equilibrium.protocol.relaxation_times: 0.004 after 0.003: temperatures must descend"),
    "lag beyond the part": (PAPER, "longest: 3.5", "longest: 5",
        "groups.equilibrium.protocol: longest: 5: is no shorter than the part of the trajectory that it belongs to; allowed: below span, 5"),
    "no time to relax": (PAPER, "before: 5", "before: 1",
        "groups.equilibrium.protocol: before: 1: a liquid is in no equilibrium so soon; allowed: 3 or more"),
    "one part": (PAPER, "parts: 2", "parts: 1", "groups.equilibrium.protocol.parts: 1: input should be greater than or equal to 2"),
    "unknown particles": (PAPER, "particles: small", "particles: smal",
        "groups.equilibrium.protocol.views[1].particles: smal: unknown (did you mean small?); allowed: all, small, large"),
    "evidence twice": (PAPER, "    minimizer: null", "    evidence: true\n    minimizer: null",
        "groups.equilibrium: evidence: true: liquids that are watched are tested by what is seen; allowed: false"),
    "block below the top": (PAPER, "{4.0e-3: 2, 3.0e-3: 1}", "{3.0e-3: 1}",
        "groups.equilibrium: block_samples.100: must begin at the ladder's top, 0.004"),
    "temperature off the ladder": (SCALE, "[3.0e-3]", "[2.9e-3]",
        "papers.liquid.equilibrium[0].temperatures: 0.0029: not on the ladder in config/papers/liquid.yaml; allowed: 0.004, 0.003"),
    "no temperature": (SCALE, "temperatures: [3.0e-3], ", "", "papers.liquid.equilibrium[0].temperatures: this key is missing"),
    "rates": (SCALE, "temperatures: [3.0e-3]", "temperatures: [3.0e-3], rates: [1e-6]",
        "papers.liquid.equilibrium[0].rates: the group equilibrium is made by relaxation, which has no rates to choose; allowed: temperatures"),
}  # fmt: skip


def write(folder) -> None:
    write_toy(folder)
    (folder / PAPER).write_text(LIQUID)
    with (folder / SCALE).open("a") as scale:
        scale.write(DESK)


@pytest.fixture
def root(tmp_path):
    write(tmp_path)
    return tmp_path


def load(root):
    return load_campaign({"papers": "liquid"}, root)


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_watched_is_refused(root, case):
    file, old, new, message = BAD[case]
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refusal:
        load(root)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(f"{file}: ")


def test_liquids_and_jobs_of_a_scale(root, monkeypatch):
    """The rung above is prepared too; a rung's time counts in its own relaxation times."""
    monkeypatch.chdir(root)
    plan = Plan({"papers": "liquid"}, check=False)
    (ensemble,) = paper_ensembles(plan.campaign, plan.campaign.papers["liquid"])
    liquid = ensemble.liquid
    assert liquid.id.startswith("harmonic-2d_N100_relax_T0.003_") and liquid.stage == "relax"
    assert [(each.temperature, block) for each, block in liquid.ladder(1)] == [(4e-3, 0), (3e-3, 1)]
    assert find(plan.campaign, ensemble.id).specification == ensemble.specification
    assert find(plan.campaign, liquid.above.id).digest == liquid.above.digest
    assert sorted((job[1].temperature, job[2]) for job in plan.jobs()) == [(3e-3, 0), (3e-3, 1), (4e-3, 0)]
    assert plan.results["liquid"].raw == sorted(["liquids", *KINDS["relaxation"].tables])
    monkeypatch.setattr("glassworks.protocols.relaxation.look", lambda n: 0.0)
    cold, warm = (plan.costs.seconds("relax", each) - plan.costs.file.start for each in (liquid, liquid.above))
    assert cold / warm == pytest.approx(3 / 2 / 2)  # relaxation times in the ratio 3 : 2, blocks in the ratio 1 : 2
    watch = relaxation.watch(liquid.here)
    assert (watch.before, watch.span, watch.longest, watch.end) == (300, 300, 210, 900)


@pytest.fixture(scope="module")
def ladder(tmp_path_factory):
    """The ladder of one chain, run in a folder."""
    folder = tmp_path_factory.mktemp("equilibrium")
    write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        campaign = load(folder)
        (ensemble,) = paper_ensembles(campaign, campaign.papers["liquid"])
        made = list(ensemble.liquid.ladder(1))
        for liquid, block in made:
            prepare(Job("prepare"), liquid, block)
    return folder, made


def test_tables_are_whole_and_said(ladder, monkeypatch):
    folder, made = ladder
    monkeypatch.chdir(folder)
    verify._campaign.cache_clear()
    for liquid, block in made:
        for path in job_products("relax", liquid, block, ""):
            assert verify.finding(path).said == ""
            if path.endswith(".parquet"):
                rows = read_table(path)
                assert set(rows["status"]) == {"ok"} and set(rows) <= set(columns_of(Path(path).stem))
        rows = read_table(f"{liquid.folder(block)}/relaxation.parquet")
        assert set(rows["stretch"]) == {0, 1} and set(rows["view"]) == {0, 1}
        assert rows["waited"].unique() == pytest.approx([5 * liquid.specification["protocol"]["relaxation_time"]])
    verify._campaign.cache_clear()


def test_a_rung_goes_on_from_the_one_above(ladder, monkeypatch):
    folder, ((above, _), (liquid, block)) = ladder
    monkeypatch.chdir(folder)
    [again] = run_chain(liquid, 1, read_chains(above, 0)[1]).left
    frames, samples, arrays = read_frames(f"{liquid.folder(block)}/liquid.h5")
    assert list(samples) == [1]
    assert np.array_equal(frames[0].positions, again.positions)
    assert np.array_equal(arrays["velocity"][0], again.velocities)


def test_crystals_and_lost_chains_are_left_out_by_name(ladder, monkeypatch):
    """A chain that crystallized is flagged there, and is not run at lower temperatures; nor is one that was lost."""
    folder, ((above, _), (liquid, _)) = ladder
    monkeypatch.chdir(folder)
    start = read_chains(above, 0)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation, "crystal_status", lambda hexatic: "crystal: mean |ψ6| is 0.80, above 0.75")
        crystal = run_chain(liquid, 0, start)
    below = run_chain(liquid, 1, after(crystal))
    state(start).velocities[3] = np.nan
    lost = run_chain(liquid, 2, start)
    assert crystal.status == below.status == "crystal: mean |ψ6| is 0.80, above 0.75"
    assert crystal.tables["relaxation"] and not below.tables
    assert lost.status.startswith("step ") and "lost" in lost.status
    assert np.array_equal(below.left[0].positions, crystal.left[0].positions)
