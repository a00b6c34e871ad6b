"""Paths other than the plain ladder: several starts from one liquid, deep temperatures, direct quenches, compression."""
# ruff: noqa: E501

import numpy as np
import pytest
from chains import run_chain, state
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
from glassworks.campaign.products.tables import read_table
from glassworks.configurations import force_state
from glassworks.models import load_model
from glassworks.models.specification import packing_fraction
from glassworks.preparing import Start, stepwise

PAPER, SCALE = "config/papers/paths.yaml", "config/scales/desk.yaml"
PATHS = """\
paper: paths
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
      equilibration_time: 40
      starts: {100: 2}
      between: 10
      step: 1.4e-3
      end_temperature: 2.0e-4
      deep: {temperatures: [1.0e-5], time: 12, redraw: 10}
      window: 10
      every: 0.5
      snapshots: 10
      apart: 1
    minimizer: null
    block_samples: {100: {1.4e-4: 4, 7.0e-5: 2}}
  quenched:
    role: directly
    model: harmonic-2d
    protocol:
      kind: direct
      temperature: 3.0e-3
      equilibration_time: 40
      starts: {100: 2}
      between: 10
      waiting_times: [10, 30]
      window: 10
      every: 0.5
      snapshots: 10
      apart: 1
    minimizer: null
    block_samples: {100: 4}
  compressed:
    role: at constant temperature
    model: harmonic-2d
    protocol:
      kind: compression
      temperature: 1.0e-3
      packing_fraction: 0.8
      equilibration_time: 20
      step: 0.05
      end_packing_fraction: 0.9
      window: 10
      every: 0.5
      snapshots: 10
      apart: 1
    minimizer: null
    block_samples: {100: {5.0e-3: 2}}
figures: {}
"""
DESK = """\
  paths:
    cooled:
      - {n: 100, rates: [1.4e-4, 7.0e-5], samples: 4}
      - {n: 100, rates: [1.4e-4], temperatures: [1.0e-5], samples: 4}
    quenched:
      - {n: 100, temperatures: [1.0e-3, 1.0e-4], samples: 4}
    compressed:
      - {n: 100, rates: [5.0e-3], samples: 2}
"""

BAD = {
    "deep above the end": (PAPER, "temperatures: [1.0e-5]", "temperatures: [2.0e-4]",
        "groups.cooled.protocol: deep.temperatures: 0.0002: is no lower than where the ladder ends; allowed: below end_temperature, 0.0002"),
    "deep for less than the window": (PAPER, "time: 12", "time: 9",
        "groups.cooled.protocol: deep.time: 9: is shorter than the window; allowed: 10 or more"),
    "deep without rest for a window": (PAPER, "redraw: 10", "redraw: 5",
        "groups.cooled.protocol: deep.redraw: 5: is shorter than the window; allowed: 10 or more"),
    "starts without distance": (PAPER, "      between: 10\n      step", "      step",
        "groups.cooled.protocol: between: this key is missing, but starts asks for several trajectories of one liquid"),
    "starts too close": (PAPER, "      between: 10\n      step", "      between: 5\n      step",
        "groups.cooled.protocol: between: 5: is shorter than the window; allowed: 10 or more"),
    "block that cuts a liquid's trajectories": (PAPER, "starts: {100: 2}", "starts: {100: 3}",
        "groups.cooled: block_samples.100: 4: must be a multiple of starts, 3"),
    "waiting times that descend": (PAPER, "[10, 30]", "[30, 10]", "groups.quenched.protocol.waiting_times: 10 after 30: times must ascend"),
    "waiting times closer than the window": (PAPER, "[10, 30]", "[10, 15]",
        "groups.quenched.protocol: waiting_times: 15: is only 5 after 10, shorter than the window; allowed: 20 or more"),
    "blocks for each waiting time": (PAPER, "block_samples: {100: 4}", "block_samples: {100: {10.0: 4}}",
        "groups.quenched: block_samples.100: a direct group has one block size, not one for each point"),
    "compression that passes its end": (PAPER, "end_packing_fraction: 0.9", "end_packing_fraction: 0.91",
        "groups.compressed.protocol: end_packing_fraction: 0.91: steps of 0.05 from 0.8 pass it; allowed: 0.9 or 0.95, ..."),
    "decompression": (PAPER, "end_packing_fraction: 0.9", "end_packing_fraction: 0.7",
        "groups.compressed.protocol: end_packing_fraction: 0.7: must lie above packing_fraction, 0.8"),
    "box too small at the end": (PAPER, "end_packing_fraction: 0.9", "end_packing_fraction: 15.7",
        "groups.compressed.block_samples: 100: at density 13."),
    "one liquid in two kinds of blocks": (PAPER, "block_samples: {100: 4}", "block_samples: {100: 2}",
        "groups.quenched.block_samples.100: 2: config/papers/paths.yaml: groups.cooled.block_samples.100 cuts the same liquid into blocks of 4; allowed: 4"),
    "quench upwards": (SCALE, "temperatures: [1.0e-3, 1.0e-4]", "temperatures: [3.0e-3]",
        "papers.paths.quenched[0].temperatures: 0.003: is no quench from 0.003; allowed: temperatures below it"),
    "time that is not waited": (SCALE, "temperatures: [1.0e-3, 1.0e-4]", "temperatures: [1.0e-3], times: [20]",
        "papers.paths.quenched[0].times: 20: not one of the waiting_times in config/papers/paths.yaml; allowed: 10, 30"),
    "density that is no step": (SCALE, "rates: [5.0e-3]", "rates: [5.0e-3], packing_fractions: [0.81]",
        "papers.paths.compressed[0].packing_fractions: 0.81: not on the ladder in config/papers/paths.yaml; allowed: 0.8, 0.85, 0.9"),
    "compression in less than a step": (SCALE, "rates: [5.0e-3]", "rates: [2.0]",
        "papers.paths.compressed[0].rates: 2: a step in packing fraction of 0.05 lasts 0.025, less than one molecular-dynamics step of 0.05"),
    "compression in less than a window": (SCALE, "rates: [5.0e-3]", "rates: [1.0e-2]",
        "papers.paths.compressed[0].rates: 0.01: a step in packing fraction of 0.05 lasts 5, but its window 10; allowed: up to 0.005"),
    "temperatures of a compression": (SCALE, "rates: [5.0e-3]", "rates: [5.0e-3], temperatures: [1.0e-3]",
        "papers.paths.compressed[0].temperatures: the group compressed is made by compression, which has no temperatures to choose; allowed: rates, packing_fractions"),
}  # fmt: skip


def write(folder) -> None:
    write_toy(folder)
    (folder / PAPER).write_text(PATHS)
    with (folder / SCALE).open("a") as scale:
        scale.write(DESK)


@pytest.fixture
def root(tmp_path):
    write(tmp_path)
    return tmp_path


def load(root):
    return load_campaign({"papers": "paths"}, root)


@pytest.mark.parametrize("case", BAD)
def test_paths_that_lead_nowhere_are_refused(root, case):
    file, old, new, message = BAD[case]
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refusal:
        load(root)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(f"{file}: ")


def stem(liquid) -> str:
    return liquid.id.rsplit("_", 1)[0].removeprefix("harmonic-2d_N100_")


def test_paths_of_a_scale(root, monkeypatch):
    """Cooled and quenched trajectories share their top; times at a temperature add up; densities are the box's."""
    monkeypatch.chdir(root)
    plan = Plan({"papers": "paths"}, check=False)
    made = {stem(each.liquid): each.liquid for each in plan.of_paper["paths"]}
    deep, aged, dense = made["step_R0.00014T1e-05"], made["direct_W30T0.0001"], made["press_R5e-03F0.9"]
    assert [liquid.temperature for liquid, _ in deep.ladder(0)] == [3e-3, 1.6e-3, 2e-4, 1e-5, 1e-5]
    assert [(liquid.temperature, liquid.waited) for liquid, _ in aged.ladder(0)] == [(3e-3, 40), (1e-4, 10), (1e-4, 30)]
    assert [liquid.specification["protocol"]["duration"] for liquid, _ in aged.ladder(0)] == [40, 10, 20]
    assert [liquid.packing for liquid, _ in dense.ladder(0)] == [0.8, 0.85, 0.9]
    assert {liquid.temperature for liquid, _ in dense.ladder(0)} == {1e-3}
    assert next(deep.ladder(0))[0].id == next(aged.ladder(0))[0].id != next(dense.ladder(0))[0].id
    rescaled = {stem(each) for each in plan.liquids.values() if "rescaled" in each.specification["protocol"]}
    assert rescaled == {"step_R0.00014T1e-05", "direct_W10T0.001", "direct_W10T0.0001"}
    for liquid in plan.liquids.values():
        assert find(plan.campaign, liquid.id).digest == liquid.digest
        assert packing_fraction(liquid.model) == pytest.approx(liquid.packing)
    top = next(deep.ladder(0))[0]
    monkeypatch.setattr("glassworks.protocols._trajectories.look", lambda n: 0.0)
    monkeypatch.setattr("glassworks.protocols._trajectories.PAIR", 0.0)
    million_steps = 1e-6 * 100 * 4 * (40 + 10) / 2 / 0.05
    assert plan.costs.amount("step", top) == pytest.approx(million_steps * plan.costs.file.dimension[2])


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The first block of each kind of path, run in a folder; their liquids by stem."""
    folder = tmp_path_factory.mktemp("paths")
    write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        campaign = load(folder)
        liquids = {}
        for ensemble in paper_ensembles(campaign, campaign.papers["paths"]):
            if (ensemble.liquid.rate != 7e-5 and ensemble.liquid.temperature != 1e-3) or ensemble.group == "compressed":
                for liquid, block in ensemble.liquid.ladder(0):
                    if stem(liquid) not in liquids:
                        liquids[stem(liquid)] = liquid
                        prepare(Job("prepare"), liquid, block)
    return folder, liquids


def test_files_are_whole(ran, monkeypatch):
    folder, liquids = ran
    monkeypatch.chdir(folder)
    verify._campaign.cache_clear()
    for liquid in liquids.values():
        for path in job_products("step", liquid, 0, ""):
            assert verify.finding(path).said == ""
        rows = read_table(f"{liquid.folder(0)}/liquids.parquet")
        assert set(rows["status"]) == {"ok"}
        assert (rows["packing"] == liquid.packing).all() and (rows["waited"] == liquid.waited).all()
    verify._campaign.cache_clear()


def test_trajectories_of_one_liquid_follow_one_another(ran, monkeypatch):
    """The second trajectory of the top is the first one run on for the time between them; the third starts anew."""
    folder, liquids = ran
    monkeypatch.chdir(folder)
    top = liquids["step_T0.003"]
    assert list(read_table(f"{top.folder(0)}/liquids.parquet")["chain"]) == [0, 0, 1, 1]
    ends = {sample: state(start) for sample, start in read_chains(top, 0).items()}
    [again] = run_chain(top, 1, Start(before=ends[0])).left
    assert np.array_equal(again.positions, ends[1].positions)
    assert stepwise.schedule(top.here, 0).steps == 800 and stepwise.schedule(top.here, 1).steps == 200
    [again] = run_chain(top, 2, Start()).left
    assert np.array_equal(again.positions, ends[2].positions)


def test_quenched_liquids_have_their_temperature_at_once(ran, monkeypatch):
    folder, liquids = ran
    monkeypatch.chdir(folder)
    start = state(read_chains(liquids["step_T0.003"], 0)[0])
    begun = stepwise.begun(liquids["direct_W10T0.0001"].here, Start([[start]]), None)
    assert begun.kinetic_temperature == pytest.approx(1e-4) and not begun.bath.any()
    np.testing.assert_allclose(begun.velocities / start.velocities, np.sqrt(1e-4 / start.kinetic_temperature))
    found = [
        read_table(f"{liquids[name].folder(0)}/frames.parquet")["kinetic_temperature"].mean()
        for name in ("step_T0.003", "direct_W10T0.0001", "direct_W30T0.0001")
    ]
    # on its way down the liquid gives back what its bonds held, a few times 1e-4 within tens of time units
    assert found[0] > 2.5e-3 and found[1] < 1e-3 and found[2] < 0.7 * found[1]
    assert stepwise.begun(liquids["direct_W30T0.0001"].here, Start([[start]]), None) is start


def test_compressed_liquids_are_in_their_box(ran, monkeypatch):
    """Positions scale with the box, forces are those of the new one, and the pressure rises with the density."""
    folder, liquids = ran
    monkeypatch.chdir(folder)
    dense = liquids["press_R5e-03F0.85"]
    start = state(read_chains(liquids["step_T0.001"], 0)[0])
    begun = stepwise.begun(dense.here, Start([[start]]), None)
    assert begun.box.length == pytest.approx(dense.model.box_length(100))
    assert begun.box.length / start.box.length == pytest.approx(np.sqrt(0.8 / 0.85))
    np.testing.assert_allclose(begun.forces, force_state(dense.model.interaction, begun.configuration).forces)
    ladder = ("step_T0.001", "press_R5e-03F0.85", "press_R5e-03F0.9")
    pressures = [read_table(f"{liquids[name].folder(0)}/liquids.parquet")["pressure"].mean() for name in ladder]
    assert pressures == sorted(pressures) and pressures[-1] > 2 * pressures[0]


def test_packing_fraction_of_models():
    assert packing_fraction(load_model("harmonic-2d")) == pytest.approx(0.91)
    assert packing_fraction(load_model("harmonic-3d")) == pytest.approx(0.70)
