"""Paths downhill in the campaign: which are refused, the jobs and tables of a group that only measures liquids, and the
files that its jobs leave.
"""
# ruff: noqa: E501

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_campaign_stepwise import DESK, PAPER, SCALE, SOLID
from toy import write_toy

from glassworks.campaign.checked import verify
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.gather import gather_table
from glassworks.campaign.jobs.observe import observe
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.planned import costs, pace
from glassworks.campaign.planned.costs import middle, read_benchmarks, read_costs, refit
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.finding import parameters_of
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.contents import read_record
from glassworks.campaign.products.tables import read_table
from glassworks.configurations import force_state, read_frames
from glassworks.protocols import KINDS

PATHS = """\
  paths:
    role: paths from where the cooled trajectories are
    model: harmonic-2d
    protocol: *cooled
    minimizer: null
    block_samples: {100: {1.4e-4: 4, 7.0e-5: 2}}
    observables:
      downhill:
        methods:
          fire: {kind: fire}
          steepest: {kind: steepest_descent, accuracy: 1.0e-3}
        nearest: 1.0e-3
        per_decade: 5
"""
LINES = """\
    paths:
      - {n: 100, rates: [1.4e-4], temperatures: [3.0e-3, 2.0e-4], samples: 4}
"""
BAD = {
    "no such way": ("kind: steepest_descent", "kind: steepest",
        "methods.steepest.kind: steepest: unknown (did you mean steepest_descent?); allowed: fire, steepest_descent"),
    "no way at all": ("        methods:\n          fire: {kind: fire}\n          steepest: {kind: steepest_descent, accuracy: 1.0e-3}\n",
        "        methods: {}\n", "groups.paths.observables.downhill.methods: "),
    "steps that overshoot": ("{kind: fire}", "{kind: fire, longest: 2.5}",
        "methods.fire.longest: 2.5: input should be less than or equal to 2"),
    "a word for another": ("accuracy", "acuracy", "methods.steepest.acuracy: unknown key (did you mean accuracy?); allowed: accuracy, kind"),
    "glasses among liquids": ("      downhill:", "      moduli: {}\n      downhill:",
        "groups.paths: observables: moduli: is measured on glasses, which minimizer: null does not make; allowed: downhill"),
}  # fmt: skip


def write(folder) -> None:
    write_toy(folder)
    (folder / PAPER).write_text(
        SOLID.replace("    protocol:\n", "    protocol: &cooled\n").replace("figures:", PATHS + "figures:")
    )
    with (folder / SCALE).open("a") as scale:
        scale.write(DESK + LINES)


@pytest.mark.parametrize("case", BAD)
def test_bad_paths_are_refused(tmp_path, case):
    old, new, message = BAD[case]
    write(tmp_path)
    text = (tmp_path / PAPER).read_text()
    assert old in text
    (tmp_path / PAPER).write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"papers": "solid"}, tmp_path)
    assert message in str(refusal.value) and str(refusal.value).startswith(f"{PAPER}: ")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which the jobs of one block of paths have run, from a liquid of which one sample is lost."""
    folder = tmp_path_factory.mktemp("paths")
    write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        plan = Plan({"papers": "solid"}, check=False)
        [ensemble, _] = (each for each in plan.of_paper["solid"] if each.group == "paths")
        prepare(Job("prepare"), ensemble.liquid, 0)
        liquids = f"{ensemble.liquid.folder(0)}/liquids.parquet"
        read_table(liquids).assign(status=["ok", "lost", "ok", "ok"]).to_parquet(liquids)
        observe(Job("observe", kind="downhill"), ensemble, 0, "downhill")
    return folder, plan, ensemble


def test_a_group_of_starts_plans_its_own_table_alone(made, monkeypatch):
    """Its liquids are those of the cooled group, made once; no other row of them is gathered twice."""
    folder, plan, ensemble = made
    monkeypatch.chdir(folder)
    jobs = list(plan.jobs())
    assert sum(job[0] == "observe" for job in jobs) == 2 and sum(job[0] == "step" for job in jobs) == 1 + 2 + 4
    results = plan.results["solid"]
    assert results.raw == sorted(["liquids", *KINDS["stepwise"].tables, "downhill"])
    paths = [path for table in results.raw for path in results.parts(table)]
    assert len(paths) == len(set(paths)) and len(results.parts("downhill")) == 2
    assert plan.costs.key("observe", ensemble, "downhill") == "downhill_steepest"
    assert plan.costs.seconds("observe", ensemble, "downhill") > plan.costs.file.start
    name = ensemble.measured("downhill")
    assert parameters_of(plan.campaign, ensemble.id, name)[0].observables == ensemble.observables
    assert plan.inputs("observe", ensemble.id, "00000")[0] == f"{ensemble.liquid.folder(0)}/liquid.h5"


def test_paths_of_a_block(made, monkeypatch):
    """Both ways start where the liquid's file says, at its energy above the same inherent structure or another one."""
    folder, _, ensemble = made
    monkeypatch.chdir(folder)
    path = f"{ensemble.folder(0)}/{ensemble.measured('downhill')}.parquet"
    rows = read_table(path)
    assert set(rows) <= set(columns_of("downhill")) and list(rows["sample"].unique()) == [0, 1, 2, 3]
    [lost] = rows[rows["sample"] == 1].to_dict("records")
    assert lost["status"] == "liquid: lost" and np.isnan(lost["distance"])
    frames, _, _ = read_frames(f"{ensemble.liquid.folder(0)}/liquid.h5")
    good = rows[rows["status"] == "ok"]
    assert set(good["method"]) == {"fire", "steepest"}
    for (sample, method), path in good.groupby(["sample", "method"]):
        start = path.iloc[0]
        assert start["point"] == 0 and (np.diff(path["distance"].iloc[1:]) < 0).all()
        assert path["distance"].iloc[-1] == pytest.approx(1e-3, rel=1e-6)
        assert (path["contour"] >= path["distance"] * (1 - 1e-9)).all() and (path["drop"] > 0).all()
        energy = force_state(ensemble.model.interaction, frames[int(sample)]).energy / 100
        assert 0 < start["drop"] <= energy
        assert (start["apart"] == 0) == (method == "fire") or start["apart"] < 1e-6
    assert (good.groupby("method")["steps"].min() > 20).all()


def test_paths_are_verified_and_gathered(made, monkeypatch):
    folder, _, ensemble = made
    monkeypatch.chdir(folder)
    verify._campaign.cache_clear()
    path = f"{ensemble.folder(0)}/{ensemble.measured('downhill')}.parquet"
    assert verify.finding(path).said == ""
    one = [(ensemble, path)]
    monkeypatch.setattr("glassworks.campaign.jobs.gather.parts", lambda *_: iter(one))
    job = Job("gather")
    gather_table(job, job.campaign.papers["solid"], "downhill")
    gathered = read_table("results/desk/tables/solid/downhill.parquet")
    pd.testing.assert_series_equal(gathered["contour"], read_table(path)["contour"])
    assert set(gathered["group"]) == {"paths"} and set(gathered["temperature"]) == {3e-3}
    assert verify.finding("results/desk/tables/solid/downhill.parquet").said == ""
    verify._campaign.cache_clear()


def test_what_paths_cost_is_fitted(made, monkeypatch):
    """The law moves by the factor between the recorded and the expected seconds of the one job that was made.

    The others move with the processor, as here is told to be half as fast.
    """
    folder, plan, ensemble = made
    monkeypatch.chdir(folder)
    record = read_record(Path(f"{ensemble.folder(0)}/{ensemble.measured('downhill')}.parquet"))
    expected = plan.costs.seconds("observe", ensemble, "downhill") - plan.costs.file.start
    monkeypatch.setattr(costs, "probe", lambda: 2.0 * plan.costs.file.probe)
    factors = refit(folder, plan.jobs())
    assert factors == {"downhill_steepest": pytest.approx(record["wall_time"] / expected)}
    before, after = plan.costs.file, read_costs(folder).file
    assert set(after.seconds) == set(plan.costs.laws)  # those that stand beside observables too
    for name, law in after.seconds.items():
        factor = factors.get(name, 2.0)
        assert law.scale == pytest.approx(factor * plan.costs.laws[name].scale, rel=6e-3), name
        assert law.per_sample == pytest.approx(factor * plan.costs.laws[name].per_sample, rel=6e-3), name
    assert (after.probe, after.start, after.compile) == (2 * before.probe, 2 * before.start, 2 * before.compile)
    assert after.memory == before.memory and after.dimension == before.dimension


def test_compiling_is_fitted_too(made, monkeypatch):
    """By the mean over the kinds of jobs whose kernels were compiled here; marks that are damaged say nothing."""
    folder, plan, _ = made
    monkeypatch.chdir(folder)
    marks = folder / "results/.warm"
    marks.mkdir()
    for name, seconds in (("one", 3.0), ("other", 5.0)):
        (marks / f"{name}.json").write_text(json.dumps({"seconds": seconds}))
    for name, harmed in (("half", '{"secon'), ("empty", ""), ("other", "[1]"), ("._one", "\0")):
        (marks / f"3d-{name}.json").write_text(harmed)
    before = read_costs(folder).file.compile
    assert refit(folder, plan.jobs())["compile"] == pytest.approx(4.0 / before)
    assert read_costs(folder).file.compile == pytest.approx(4.0, rel=6e-3)


def test_benchmarks_behind_links_are_read(tmp_path):
    """Of a stage whose benchmarks are on another disk; what macOS leaves beside a file is passed over."""
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "results/.benchmarks/quench"
    (elsewhere / "glass").mkdir(parents=True)
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    (elsewhere / "glass/00002.tsv").write_text("s\th:m:s\n7.5\t0:00:07\n")
    (elsewhere / "glass/._00002.tsv").write_bytes(b"\xff\0")
    (elsewhere / "again").symlink_to(place.parent)
    assert read_benchmarks(tmp_path) == {("quench", "glass", 2): 7.5}


def test_the_probe_sums_an_energy():
    places = np.array([0.0, 0.5, 0.5, 1.7])
    apart = np.abs(places[:, None] - places)[np.triu_indices(4, 1)]
    assert pace.energy(list(places)) == pytest.approx((apart[apart > 0] ** -10.0).sum())
    assert 0.0 < pace.probe() < 10.0


def test_short_jobs_do_not_say_what_work_costs():
    """Two that compiled for most of their time count for less than the one that worked."""
    assert middle((5.0, 4.0, 0.8), (2.0, 1.0, 400.0)) == 0.8
