"""Watchers see a run of molecular dynamics on its way, and change no bit of it."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from test_liquids_memory import resumed

from glassworks import liquids, watching
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.configurations.trajectory import read_trajectories, write_trajectories
from glassworks.dynamics.relaxation import View, Watch, watch_liquid
from glassworks.liquids.memory import NOTHING
from glassworks.liquids.onlooker import Onlooker
from glassworks.models import load_model
from glassworks.watching import Run
from glassworks.watching._audience import Audience

SYSTEMS = {"ipl-2d": 100, "ipl-3d": 150, "ipl-4d": 400}
TEMPERATURE = 1.0


class Eyes(Onlooker):
    """Looks at some steps, and remembers where the particles were."""

    def __init__(self, *steps: int):
        self.left, self.seen = sorted(steps), {}

    @property
    def next(self) -> float:
        return self.left[0] if self.left else np.inf

    def take(self, state) -> None:
        assert state.steps == self.left.pop(0)
        self.seen[state.steps] = state


@pytest.fixture(scope="module", params=SYSTEMS)
def begun(request):
    model, rng = load_model(request.param), np.random.default_rng(3)
    n = max(SYSTEMS[request.param], model.smallest_system())
    state = liquids.start_dynamics(model, liquids.initial_configuration(model, n, rng), TEMPERATURE, rng)
    return model, liquids.run_dynamics(model, state, 400, TEMPERATURE)[0]


def same(one, other) -> bool:
    names = ("positions", "velocities", "forces", "origin", "bath")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_a_look_changes_no_bit(begun):
    """The end, and the trace, are those of a run that nobody sees; what is seen is a run that ends there."""
    model, state = begun
    eyes = Eyes(400, 403, 404, 470, 599, 700)
    plain, trace = liquids.run_dynamics(model, state, 300, TEMPERATURE)
    seen, other = liquids.run_dynamics(model, state, 300, TEMPERATURE, onlooker=eyes)
    assert same(plain, seen) and same(eyes.seen[400], state) and same(eyes.seen[700], plain)
    assert np.array_equal(trace.energy, other.energy) and np.array_equal(trace.conserved, other.conserved)
    assert same(eyes.seen[470], liquids.run_dynamics(model, state, 70, TEMPERATURE)[0])
    assert list(eyes.seen) == [400, 403, 404, 470, 599, 700]


def test_a_look_changes_no_bit_of_a_cooling():
    """Whose thermostat's temperature depends on the number of the step in its piece."""
    model, start = (
        load_model("ipl-3d"),
        liquids.initial_configuration(load_model("ipl-3d"), 150, np.random.default_rng(1)),
    )
    audience = watched(model, 150, every=0.05)
    plain = liquids.cool(model, start, 1.0, 0.9, 0.05, np.random.default_rng(2))
    seen = liquids.cool(model, start, 1.0, 0.9, 0.05, np.random.default_rng(2), onlooker=audience)
    assert same(plain.state, seen.state) and np.array_equal(plain.trace.energy, seen.trace.energy)
    rows, _ = audience.found("all")
    assert rows[0]["target"] == 1.0 and rows[-1]["target"] == pytest.approx(0.9) and len(rows) == 41
    assert rows[-1]["energy"] == pytest.approx(plain.trace.energy[-1], rel=1e-12)
    assert rows[-1]["pressure"] == pytest.approx(plain.trace.pressure[-1], rel=1e-9)
    assert rows[-1]["kinetic_temperature"] == pytest.approx(plain.trace.temperature[-1], rel=1e-12)


def watched(model, n: int, **given) -> Audience:
    watcher = watching.load("trajectory")
    return Audience(model, n, {"all": ("trajectory", watcher.chosen({"precision": "double", **given}))})


@pytest.mark.parametrize("name", ["harmonic-2d", "harmonic-3d"])
def test_frames_have_the_displacements_that_are_measured_on_the_way(name):
    """The mean squared displacement by `dynamics.relaxation`, from kept frames."""
    model, rng, temperature = load_model(name), np.random.default_rng(5), 3e-3
    state = liquids.start_dynamics(model, liquids.initial_configuration(model, 200, rng), temperature, rng)
    watch = Watch(before=10, parts=2, span=60, longest=40, origins=2)
    audience = watched(model, 200, every=model.step(temperature))
    record = watch_liquid(model, state, temperature, watch, [View("all", 6.0, 1.5)], onlooker=audience)
    places = audience.found("all")[1]["position"]
    assert len(places) == watch.end + 1
    for row in record.rows:
        lag = round(row["time"] / model.step(temperature))
        moved = [places[at + lag] - places[at] for at in watch.origins_of(row["stretch"])]
        squared = np.mean([(each**2).sum(axis=1).mean() for each in moved])
        assert squared == pytest.approx(row["squared"], rel=1e-9)
    plain = watch_liquid(model, state, temperature, watch, [View("all", 6.0, 1.5)])
    assert same(plain.state, record.state) and plain.rows == record.rows


def test_particles_are_followed_through_the_sides_of_the_box(begun):
    """Frames far apart are where frames at each step lead, though particles leave the box between them."""
    model, state = begun
    hot, step = 4.0, model.step(4.0)
    found = {}
    for every in (1, 2000):
        audience = watched(model, len(state.positions), every=every * step)
        audience.begin(2000, step, hot, hot)
        fresh = liquids.start_dynamics(model, state.configuration, hot, np.random.default_rng(1))
        liquids.run_dynamics(model, fresh, 2000, hot, onlooker=audience)
        found[every] = audience.found("all")[1]["position"]
    moved = found[2000][1] - found[2000][0]
    np.testing.assert_allclose(moved, found[1][-1] - found[1][0], atol=1e-9)
    assert ((found[2000][1] < -0.5) | (found[2000][1] > state.box.length + 0.5)).any()


def test_what_is_seen_can_be_cut_off(begun):
    model, state = begun
    kept = []

    def run(memory=NOTHING):
        at, here, audience = memory.recall() or (0, state, watched(model, len(state.positions), per_decade=5))
        if not audience.run:
            here = dataclasses.replace(here, steps=0)
        audience.begin(200, model.step(TEMPERATURE), TEMPERATURE, TEMPERATURE)
        for step in range(at, 200, 20):
            here, _ = liquids.run_dynamics(model, here, 20, TEMPERATURE, onlooker=audience)
            memory.offer(lambda: (step + 20, here, audience))  # noqa: B023
        kept.append(audience)
        return audience.found("all")

    whole, pieces = run(), resumed(run, 3)
    assert whole[0] == pieces[0] and len(whole[0]) > 10
    assert all(np.array_equal(whole[1][name], pieces[1][name]) for name in whole[1])


def test_a_watcher_that_fails_lets_the_others_watch():
    """A run that is shorter than was planned, in a row that says so."""
    model = load_model("ipl-3d")
    watcher = watching.load("trajectory")
    chosen = {"long": ("trajectory", watcher.chosen({"every": 0.1, "window": 5.0}))}
    chosen["short"] = "trajectory", watcher.chosen({"every": 0.1, "window": 0.5})
    audience, rng = Audience(model, 150, chosen), np.random.default_rng(1)
    audience.begin(200, model.step(1.0), 1.0, 1.0)
    state = liquids.start_dynamics(model, liquids.initial_configuration(model, 150, rng), 1.0, rng)
    liquids.run_dynamics(model, state, 200, 1.0, onlooker=audience)
    assert audience.found("long") == (
        [{"status": "trajectory: window: 5: is longer than the run; allowed: up to 0.5"}],
        {},
    )
    rows, arrays = audience.found("short")
    assert len(rows) == 6 and arrays["position"].dtype == np.float32


RUN = Run(100, 3, 5.0, 1000, 0.005, 1.0, 1.0)
REFUSED = {
    "every: 0.0123: must be a multiple of the molecular-dynamics step, 0.005": {"every": 0.0123},
    "every: 2: is longer than the window; allowed: up to 1": {"every": 2.0, "window": 1.0},
    "window: 6: is longer than the run; allowed: up to 5": {"per_decade": 3, "window": 6.0},
}


@pytest.mark.parametrize("said", REFUSED)
def test_looks_that_do_not_fit_a_run_are_refused(said):
    watcher = watching.load("trajectory")
    with pytest.raises(ValueError) as refusal:
        watcher.schedule(watcher.chosen(REFUSED[said]), RUN)
    assert str(refusal.value) == said


def test_a_schedule_says_how_much_is_kept():
    watcher = watching.load("trajectory")
    logarithmic = watcher.chosen({"per_decade": 10, "window": 2.5, "velocities": True})
    looks = watcher.schedule(logarithmic, RUN)
    assert looks[0] == 500 and looks[-1] == 1000 and {501, 502, 503} <= set(looks)
    frames = watcher.rows(RUN, logarithmic)
    assert watcher.bytes(RUN, logarithmic) == 2 * frames * 300 * 4 + frames * 16 + 100 * 8 + 8
    equal = watcher.chosen({"every": 0.5, "window": 1.2})
    assert watcher.rows(RUN, equal) == 3 and {800, 900, 1000} <= set(watcher.schedule(equal, RUN))


def test_mdanalysis_reads_every_frame(tmp_path):
    """Of the first trajectory of a file; any other in a file of its own, as it is read."""
    pytest.importorskip("MDAnalysis")
    from MDAnalysis.coordinates.H5MD import H5MDReader

    rng = np.random.default_rng(1)
    found = {
        sample: {
            "position": rng.normal(size=(4, 30, 3)), "velocity": rng.normal(size=(4, 30, 3)),
            "step": np.array([0, 1, 3, 10]), "time": 0.005 * np.array([0, 1, 3, 10]),
            "diameter": np.linspace(1.0, 2.0, 30), "edge": np.array(7.3),
        }
        for sample in (0, 7)
    }  # fmt: skip
    write_trajectories(tmp_path / "0.h5", found)
    again = read_trajectories(tmp_path / "0.h5")
    assert list(again) == [0, 7]
    assert all(np.array_equal(again[s][name], value) for s in found for name, value in found[s].items())
    write_trajectories(tmp_path / "7.h5", {7: again[7]})
    for sample, made in found.items():
        with H5MDReader(str(tmp_path / f"{sample}.h5"), convert_units=False) as reader:
            assert (reader.n_frames, reader.n_atoms) == (4, 30)
            for k, frame in enumerate(reader):
                assert np.array_equal(frame.positions, made["position"][k].astype(np.float32))
                assert np.array_equal(frame.velocities, made["velocity"][k].astype(np.float32))
                assert frame.time == made["time"][k] and frame.data["step"] == made["step"][k]
                assert np.allclose(frame.dimensions, [7.3, 7.3, 7.3, 90, 90, 90])


ROOMS = ("configurations", "liquids", "vibrations", "forces", "minimize", "elasticity", "dynamics")


def test_declarations_load_no_kernels():
    code = (
        "import sys\n"
        "from glassworks import watching\n"
        "for name in watching.every_name():\n"
        "    watching.load(name)\n"
        f"print([name for name in {ROOMS} if f'glassworks.{{name}}' in sys.modules])\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_watcher_compiles_on_a_tiny_system():
    for name in watching.every_name():
        SIMULATION["watch"].tiny(load_model("ipl-2d"), name, np.random.default_rng(0))
