"""Watching in the campaign: beside liquids that it leaves alone, of whatever protocol runs molecular dynamics."""

import dataclasses
import json
import os
import re
import shutil
import signal
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from toy import write_toy
from watched import TRAJECTORY, Watched

from glassworks.campaign.checked import verify
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.checkpoints import FOLDER, Stopped
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.jobs.watch import watch
from glassworks.campaign.planned import stages
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.definitions import PACKAGE, Library
from glassworks.campaign.planned.ensembles import Liquid, paper_ensembles
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.products.contents import PROVENANCE, seal_frames
from glassworks.campaign.products.tables import read_table
from glassworks.campaign.running.adoption import made_as_planned
from glassworks.configurations import read_frames
from glassworks.configurations.trajectory import read_trajectories
from glassworks.forces.networks import bond_forces

PAPER, SCALE = "config/papers/seen.yaml", "config/scales/desk.yaml"
PROTOCOLS = {
    "md": ("{kind: molecular_dynamics, temperature: 1.0, time: 3.0}", "samples: 2"),
    "cooled": (
        "{kind: cooling, temperature: 1.0, equilibration_time: 3.0, end_temperature: 0.8, rate_unused: 0}",
        "rates: [0.05], samples: 2",
    ),
    "watched": (
        "{kind: relaxation, relaxation_times: {1.0: 0.5}, before: 3, parts: 2, span: 2, longest: 1, origins: 1, "
        "views: [{wave_number: 6.0, cage: 1.3}]}",
        "temperatures: [1.0], samples: 2",
    ),
    "stepped": (
        "{kind: stepwise, temperature: 1.0, equilibration_time: 2.0, step: 0.1, end_temperature: 0.8, window: 1.0, "
        "every: 0.1, snapshots: 2, apart: 0.5, starts: 2, between: 1.5}",
        "rates: [0.1], samples: 2",
    ),
    "direct": (
        "{kind: direct, temperature: 1.0, equilibration_time: 2.0, waiting_times: [1.5], window: 1.0, every: 0.1, "
        "snapshots: 2, apart: 0.5}",
        "temperatures: [0.5], samples: 2",
    ),
    "pressed": (
        "{kind: compression, temperature: 3.0e-3, equilibration_time: 20.0, packing_fraction: 0.6, step: 0.05, "
        "end_packing_fraction: 0.65, window: 10.0, every: 1.0, snapshots: 2, apart: 5.0}",
        "rates: [5.0e-3], samples: 2",
    ),
}  # fmt: skip
HEAD = "paper: seen\ntitle: A title\nauthors: Some authors\nreference: A journal\ndoi: 10.1/2\nfigures: {}\ngroups:\n"
OF_GROUP = """\
  {name}:
    role: seen
    model: {model}
    protocol: {protocol}
    minimizer: null
    block_samples: {{{n}: 2}}
    watch: {watch}
"""
TRAJECTORIES = "{trajectory: {every: 0.1, window: 1.0, precision: double}}"
SLOWER = "{trajectory: {every: 1.0, window: 10.0, precision: double}}"


def declare(root: Path, name: str, model: str, n: int, watch: str = TRAJECTORIES) -> None:
    """A campaign of one group of some protocol."""
    write_toy(root)
    protocol, line = PROTOCOLS[name]
    protocol = protocol.replace(", rate_unused: 0", "")
    (root / PAPER).write_text(HEAD + OF_GROUP.format(name=name, model=model, protocol=protocol, n=n, watch=watch))
    with (root / SCALE).open("a") as scale:
        scale.write(f"  seen:\n    {name}:\n      - {{n: {n}, {line}}}\n")


def liquids_of(root: Path) -> list[Liquid]:
    campaign = load_campaign({"papers": "seen"}, root)
    return [each.liquid for each in paper_ensembles(campaign, campaign.papers["seen"])]


@pytest.fixture
def md(tmp_path, monkeypatch) -> Liquid:
    """A block of two liquids in three dimensions."""
    declare(tmp_path, "md", "ipl-3d", 150)
    monkeypatch.chdir(tmp_path)
    [liquid] = liquids_of(tmp_path)
    prepare(Job("prepare"), liquid, 0)
    return liquid


def bytes_of(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).glob("*") if path.name.startswith("liquid")}


def path_of(liquid: Liquid, watcher: str = "trajectory") -> Path:
    return Path(f"{liquid.folder(0)}/{liquid.measured(watcher)}.parquet")


CASES = [
    ("md", "ipl-4d", 400), ("cooled", "ipl-3d", 150), ("watched", "ipl-3d", 150), ("watched", "ipl-2d", 100),
    ("stepped", "ipl-2d", 100), ("stepped", "ipl-3d", 150), ("direct", "ipl-3d", 150), ("pressed", "harmonic-3d", 100),
]  # fmt: skip


@pytest.mark.parametrize(("name", "model", "n"), CASES)
def test_every_way_of_molecular_dynamics_is_watched(tmp_path, monkeypatch, name, model, n):
    """Its last frame is the liquid that lies there, of each sample, and the liquid stays as it is."""
    declare(tmp_path, name, model, n, SLOWER if name == "pressed" else TRAJECTORIES)
    monkeypatch.chdir(tmp_path)
    for liquid in liquids_of(tmp_path):
        for rung, _ in liquid.ladder(0):
            if not Path(f"{rung.folder(0)}/liquid.h5").exists():
                prepare(Job("prepare"), rung, 0)
        before = bytes_of(liquid.folder(0))
        watch(Job("watch"), [(liquid, "trajectory")], 0)
        assert bytes_of(liquid.folder(0)) == before
        rows, found = read_table(path_of(liquid)), read_trajectories(path_of(liquid).with_suffix(".h5"))
        assert set(rows["status"]) == {"ok"} and set(rows["sample"]) == {0, 1}
        frames, samples, _ = read_frames(f"{liquid.folder(0)}/liquid.h5")
        for frame, sample in zip(frames, samples, strict=True):
            seen = found[int(sample)]
            apart = frame.box.shortest(frame.box.wrap(seen["position"][-1]) - frame.box.wrap(frame.positions))
            assert abs(apart).max() < 1e-9
            assert seen["edge"] == frame.box.length and np.array_equal(seen["diameter"], frame.diameters)
            assert seen["time"][-1] > 0.999 * liquid.run.duration and len(seen["time"]) == 11
        products = [path for path in Path(liquid.folder(0)).iterdir() if path.suffix in (".h5", ".parquet")]
        assert {path.stem for path in products} == {"liquid", *liquid.tables, liquid.measured("trajectory")}
        assert {verify.finding(str(path)).said for path in products} == {""}


def test_a_watcher_that_is_added_later_leaves_the_others_alone(md):
    """Each has a file; what is there and whole is not seen again."""
    watch(Job("watch"), [(md, "trajectory")], 0)
    first = path_of(md).stat().st_mtime_ns
    more = dataclasses.replace(md, watch={"trajectory": {**md.watch["trajectory"], "velocities": True}})
    before = bytes_of(md.folder(0))
    watch(Job("watch"), [(md, "trajectory"), (more, "trajectory")], 0)
    assert path_of(md).stat().st_mtime_ns == first and path_of(more) != path_of(md) and path_of(more).exists()
    assert bytes_of(md.folder(0)) == before
    one, other = (read_trajectories(path_of(each).with_suffix(".h5")) for each in (md, more))
    assert all(np.array_equal(one[s]["position"], other[s]["position"]) for s in one)
    energy = (other[0]["velocity"] ** 2).sum(axis=(1, 2)) / (3 * 149)
    rows = read_table(path_of(more)).query("sample == 0")
    np.testing.assert_allclose(energy, rows["kinetic_temperature"], rtol=1e-12)


def reseal(path: str, change) -> None:
    """Changes a file of configurations, and its hash with it."""
    with h5py.File(path, "r+") as file:
        change(file)
    seal_frames(Path(path))


def moved(file) -> None:
    file["particles/all/position/value"][1, 7, 0] += 1e-9


def of_registers(file) -> None:
    record = json.loads(file.attrs[PROVENANCE])
    file.attrs[PROVENANCE] = json.dumps({**record, "lanes": record["lanes"] + 4}, sort_keys=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (moved, r"liquid.h5: sample 1: its trajectory, run once more, ends elsewhere \(position differ\)"),
        (of_registers, r"liquid.h5: was made with \d numbers a register, but this processor has"),
    ],
)
def test_a_liquid_that_is_another_is_told(md, change, said):
    """And nothing is written."""
    reseal(f"{md.folder(0)}/liquid.h5", change)
    with pytest.raises(ConfigurationError, match=said):
        watch(Job("watch"), [(md, "trajectory")], 0)
    assert not path_of(md).exists() and not path_of(md).with_suffix(".h5").exists()


@pytest.mark.parametrize("name", ["cooled", "md"])
def test_a_job_that_is_stopped_goes_on(tmp_path, monkeypatch, name):
    """Within a trajectory where its protocol can, else with the next one; what is seen is the same to the bit."""
    declare(tmp_path, name, "ipl-3d", 150)
    monkeypatch.chdir(tmp_path)
    [liquid] = liquids_of(tmp_path)
    prepare(Job("prepare"), liquid, 0)
    watch(Job("watch"), [(liquid, "trajectory")], 0)
    whole, frames = read_table(path_of(liquid)), read_trajectories(path_of(liquid).with_suffix(".h5"))
    path_of(liquid).unlink()
    from glassworks.campaign.jobs.checkpoints import Checkpoint

    plain, offered = Checkpoint.offer, []

    def offer(self, state):
        offered.append(self)
        if len(offered) in (1, 40):
            os.kill(os.getpid(), signal.SIGTERM)
        plain(self, state)

    monkeypatch.setattr(Checkpoint, "offer", offer)
    for _ in range(2 if name == "cooled" else 1):
        with pytest.raises(Stopped):
            watch(Job("watch"), [(liquid, "trajectory")], 0)
    assert list(FOLDER.glob("watch*"))
    watch(Job("watch"), [(liquid, "trajectory")], 0)
    again = read_trajectories(path_of(liquid).with_suffix(".h5"))
    assert read_table(path_of(liquid)).equals(whole)
    assert all(np.array_equal(again[s][key], frames[s][key]) for s in frames for key in frames[s])
    assert not list(FOLDER.glob("*"))


def test_the_plan_knows_what_is_watched(md):
    """Its products, disk and memory, and whether they are of the liquid that lies there."""
    plan = Plan({"papers": "seen"}, check=False)
    [job] = [each for each in plan.jobs() if each[0] == "watch"]
    paths = job_products(*job)
    assert paths == [str(path_of(md).with_suffix(".h5")), str(path_of(md))]
    watch(Job("watch"), [(md, "trajectory")], 0)
    sizes = plan.costs.disk(*job[:2], job[3]), sum(os.path.getsize(each) for each in paths)
    assert 2 * 11 * 150 * 3 * 8 < sizes[0] < 3 * sizes[1]
    assert made_as_planned(plan, job, paths)
    plain = plan.costs.memory("watch", dataclasses.replace(md, watch={}))
    assert plan.costs.memory("watch", md) == pytest.approx(plain + 6 * (11 * 150 * 3 * 8 + 11 * 16 + 151 * 8) / 1e6)
    alone, again = plan.costs.seconds("watch", md, "trajectory"), plan.costs.seconds("equilibrate", md)
    assert alone > again
    reseal(f"{md.folder(0)}/liquid.h5", moved)
    assert not made_as_planned(plan, job, paths)


SWAP = (
    "{kind: swap, ladder: [1.3], relaxation_sweeps: {1.3: 30}, samples_per_chain: 1}",
    "temperatures: [1.3], samples: 2",
)
BAD = {
    "watcher": ("{trajectry: {}}", "groups.md.watch: trajectry: unknown watcher (did you mean trajectory?)"),
    "parameter": ("{trajectory: {evry: 1.0}}", "groups.md.watch.trajectory.evry: unknown key"),
    "spacing": ("{trajectory: {}}", "every: and per_decade exclude each other; allowed: one of them"),
    "window": (
        "{trajectory: {every: 0.1, window: 30.0}}",
        "groups.md.watch.trajectory.window: 30: is longer than the run; allowed: up to 3 (of 150 particles at ",
    ),
    "step": (
        "{trajectory: {every: 0.0031}}",
        "every: 0.0031: must be a multiple of the molecular-dynamics step, 0.0025",
    ),
    "size": ("{trajectory: {every: 0.1, window: 1.0}}", "keeps 1.6e+09 bytes of a block of 150 particles at md_T1.000"),
    "swap": (TRAJECTORIES, "groups.swap.watch: trajectory: watches molecular dynamics, but swap runs none"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_watched_is_refused_in_a_sentence(tmp_path, monkeypatch, case):
    monkeypatch.setitem(PROTOCOLS, "swap", SWAP)
    given, said = BAD[case]
    declare(tmp_path, "swap" if case == "swap" else "md", "ipl-3d", 150, given)
    if case == "size":
        from glassworks import watching

        monkeypatch.setattr(watching.Watcher, "bytes", lambda self, run, parameters: 8e8)
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"papers": "seen"}, tmp_path)
    assert said in str(refusal.value) and str(refusal.value).startswith(f"{PAPER}: ")
    assert len(refusal.value.problems) == 1


TOY = '''\
"""How far the center of mass is from where it was."""

import numpy as np

from glassworks.models.strict import Positive, Strict
from glassworks.observables import Array, Column, Law
from glassworks.watching._schedules import equal, steps_of

DIMENSIONS = (3,)


class Parameters(Strict):
    every: Positive = 0.5


COLUMNS = {"time": Column("λ(m/ε)^½", "since the run began"), "sway": Column("λ", "of the center")}
LAWS = {"": Law(scale=1e-4, power=1.0)}
TINY = {"every": 0.02}


def schedule(parameters, run):
    return equal(run, steps_of("every", parameters.every, run.step), run.steps)


def rows(run, parameters):
    return len(schedule(parameters, run))


def arrays(parameters):
    def numbers(run, given):
        return 3 * rows(run, given)

    return {"momentum": Array("(looks, 3)", "1", "sum of velocities", "float64", numbers)}


class Watch:
    def __init__(self, model, parameters, run):
        self.table, self.sums = [], []

    def take(self, look):
        self.table.append({"time": look.time, "sway": 0.0})
        self.sums.append(look.state.velocities.sum(axis=0))

    def rows(self):
        return self.table

    def arrays(self):
        return {"momentum": np.array(self.sums)}
'''


@pytest.mark.end_to_end
def test_a_watcher_of_one_file_runs_through_the_workflow(tmp_path, monkeypatch):
    """Added to a finished campaign, in a copy of the project: it is found, planned, gathered, found sound, and neither
    liquid nor the watcher before it is made again."""
    project = Watched(tmp_path)
    library = project.own_library(monkeypatch)
    project.make(TRAJECTORY)
    [liquid], [seen] = project.products("liquid.h5"), project.products("trajectory-*.h5")
    before, made = {path: path.read_bytes() for path in (liquid, seen)}, liquid.stat().st_mtime_ns
    (library / "watching/sway.py").write_text(TOY)
    project.edit("config/papers/pinching.yaml", "watch: {trajectory:", "watch: {sway: {}, trajectory:")
    said = project.make(TRAJECTORY, "results/toy/tables/pinching/sway.parquet")
    assert not re.search("rule equilibrate", said), said
    assert {path: path.read_bytes() for path in before} == before and liquid.stat().st_mtime_ns == made
    rows = pd.read_parquet(tmp_path / "results/toy/tables/pinching/sway.parquet")
    assert list(rows["time"]) == pytest.approx(2 * list(np.arange(0, 4.1, 0.5))) and set(rows["status"]) == {"ok"}
    schema = pq.read_schema(tmp_path / "results/toy/tables/pinching/sway.parquet")
    assert schema.field("sway").metadata == {b"unit": "λ".encode(), b"definition": b"of the center"}
    [kept] = project.products("sway-*.h5")
    with h5py.File(kept) as file:
        assert abs(file["momentum/1"][()]).max() < 1e-9 and file["momentum/0"].shape == (9, 3)
    assert "8 files read, 0 damaged, 0 stale" in project.ask("verify")
    plan = project.ask("plan", "--scale", "toy")
    assert re.search(r"watch sway +│ +1 │ +0 ", plan) and re.search(r"watch trajectory +│ +same job", plan), plan
    assert re.search(r"watch +1 +0 +0 +0", project.ask("status", "--scale", "toy"))
    packed = project.ask("pack", "taken", "--scale", "toy", "pinching")
    assert (tmp_path / "taken/sway.parquet").is_file() and packed
    for path in project.products("*.parquet"):
        path.unlink()
    project.ask("unpack", "taken", "--scale", "toy", "pinching")
    assert len(project.products("sway-*.parquet")) == len(project.products("trajectory-*.parquet")) == 1
    assert "sway" not in "".join(path.read_text() for path in (PACKAGE / "campaign").rglob("*.py"))


def test_a_new_file_changes_no_digest(tmp_path):
    copy = Path(shutil.copytree(PACKAGE, tmp_path / "glassworks", ignore=shutil.ignore_patterns("__pycache__")))
    kinds = [
        (stage, kind)
        for stage in ("equilibrate", "step", "relax", "watch", "evidence", "measure", "gather")
        for kind in (stages.kinds(stage) or [None])
    ]
    before = {each: stages.code_digest(*each) for each in kinds}
    (copy / "watching/sway.py").write_text(TOY)
    library = Library(copy, stages.closed)
    assert {each: stages.code_digest(*each, library=library) for each in kinds} == before
    assert library.digest(["watching.sway:Watch"]) not in before.values()


def test_a_watcher_in_another_space_is_refused(tmp_path, monkeypatch):
    from glassworks import watching

    (tmp_path / "toys").mkdir()
    (tmp_path / "toys/sway.py").write_text(TOY)
    monkeypatch.setattr(watching, "__path__", [*watching.__path__, str(tmp_path / "toys")])
    watching.every_name.cache_clear()
    declare(tmp_path, "md", "ipl-2d", 100, "{sway: {}}")
    with pytest.raises(ConfigurationError, match="watch: sway: ipl-2d has 2 dimensions; allowed: models in 3"):
        load_campaign({"papers": "seen"}, tmp_path)
    watching.every_name.cache_clear()


def test_a_file_that_lacks_something_is_refused(tmp_path, monkeypatch):
    from glassworks import watching

    for name, lost in {"LAWS": r"LAWS = .*\n", "rows": r"def rows\(run.*\n.*\n"}.items():
        (tmp_path / f"hasty{name.lower()}.py").write_text(re.sub(lost, "", TOY, count=1))
        monkeypatch.setattr(watching, "__path__", [*watching.__path__, str(tmp_path)])
        watching.every_name.cache_clear()
        with pytest.raises(watching.Incomplete, match=f"{name}: is missing"):
            watching.load(f"hasty{name.lower()}")
    watching.every_name.cache_clear()


def test_what_comes_with_a_liquid_can_be_asked_for_where_it_does_not(tmp_path, monkeypatch):
    """The table `forces` of a liquid of plain molecular dynamics; of a path, which has it, a second one is refused."""
    few = "apart: 0.5, snapshots: 3"
    declare(tmp_path, "md", "ipl-2d", 100, f"{{forces: {{{few}}}, network: {{every: 0.1, window: 1.5, {few}}}}}")
    monkeypatch.chdir(tmp_path)
    [liquid] = liquids_of(tmp_path)
    prepare(Job("prepare"), liquid, 0)
    watch(Job("watch"), [(liquid, "forces"), (liquid, "network")], 0)
    rows = read_table(path_of(liquid, "forces")).query("sample == 1")
    frames, _, _ = read_frames(f"{liquid.folder(0)}/liquid.h5")
    last = bond_forces(liquid.model.interaction, frames[1]).remaining
    edges = [*rows["inner"], rows["outer"].iloc[-1]]
    assert (rows["count"] >= np.histogram(last, edges)[0]).all() and 280 <= rows["count"].sum() <= 300
    assert len(read_table(path_of(liquid, "network"))) == 12
    assert verify.finding(str(path_of(liquid, "forces"))).said == ""
    declare(tmp_path, "stepped", "ipl-2d", 100, "{forces: {apart: 0.5, snapshots: 3}}")
    with pytest.raises(ConfigurationError, match="watch: forces: is measured by stepwise anyway; allowed: other"):
        load_campaign({"papers": "seen"}, tmp_path)
    declare(tmp_path, "md", "ipl-3d", 150, "{maps: {apart: 0.5, snapshots: 3}}")
    with pytest.raises(ConfigurationError, match="watch: maps: ipl-3d has 3 dimensions; allowed: models in 2"):
        load_campaign({"papers": "seen"}, tmp_path)
