"""A step of a stepwise cooling: when it looks, what it measures, and that it can be cut off and handed on."""

from copy import deepcopy

import numpy as np
import pytest
from glasses import glass
from test_liquids_memory import resumed

from glassworks import liquids
from glassworks.configurations import force_state
from glassworks.elasticity import moduli
from glassworks.forces import percolation
from glassworks.liquids.memory import NOTHING
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.preparing.stepwise import COLUMNS as TABLES
from glassworks.preparing.stepwise import measured, tables
from glassworks.protocols import Here
from glassworks.stills import TABLES as STILLS
from glassworks.trajectories import Schedule, revived, run_step
from glassworks.watching import Run, load
from glassworks.watching._audience import Audience
from glassworks.watching.clusters import cluster_rows
from glassworks.watching.forces import REMAINING

TEMPERATURE = 5e-4
SCHEDULE = Schedule(400, 10, 200, 40, 5)


def step(model, state, memory=NOTHING, still: int | None = None, schedule=SCHEDULE, temperature=TEMPERATURE, rng=None):
    """The record of a step, and its tables; of which trajectory, where its end is looked at for more closely."""
    unit = model.step(temperature)
    told = {name: getattr(schedule, name) * unit for name in ("every", "window", "apart")}
    told |= {"snapshots": schedule.snapshots} | ({} if still is None else {"still": True})
    here = Here(model, len(state.positions), temperature, told)
    audience = Audience(model, here.n, measured(here, still or 0), strict=True)
    record = run_step(model, state, temperature, schedule, memory, audience, rng)
    return record, tables(here, record.measuring)


@pytest.fixture(scope="module")
def start():
    model, rng = load_model("harmonic-2d"), np.random.default_rng(1)
    state = liquids.start_dynamics(model, liquids.initial_configuration(model, 200, rng), TEMPERATURE, rng)
    return model, liquids.run_dynamics(model, state, 400, TEMPERATURE)[0]


@pytest.fixture(scope="module")
def record(start):
    model, state = start
    return step(model, state, still=0)


def test_looks_end_with_the_step():
    schedule = Schedule(steps=20_000, every=10, window=1000, apart=100, snapshots=10)
    looks, run = schedule.looks, Run(100, 2, 10.0, 20_000, 0.05, 1e-3, 1e-3)
    window = [at for at in looks if at > 19_000]
    assert looks[-1] == window[-1] == 20_000 and window[0] == 19_010 and set(np.diff(window)) == {10}
    assert [at for at in looks if schedule.snapshot(at)] == list(range(19_100, 20_001, 100))
    whole = [at for at in looks if at % 100 == 0]
    assert len(whole) == 200 and set(looks) == {*window, *whole}
    told = {"every": 0.5, "window": 50.0, "apart": 5.0, "snapshots": 10, "still": True}
    wanted = measured(Here(load_model("harmonic-2d"), 100, 1e-3, told), 0)
    schedules = {name: load(name).schedule(chosen, run).tolist() for name, (_, chosen) in wanted.items()}
    assert schedules["fluctuations"] == looks and schedules["network"] == schedules["clusters"] == window
    assert schedules["frames"] == schedules["maps"] == list(range(19_100, 20_001, 100))
    assert set(schedules) == set(TABLES) and all(set(each) <= set(looks) for each in schedules.values())


def test_step_shorter_than_its_sampling_is_whole():
    schedule = Schedule(steps=400, every=10, window=400, apart=40, snapshots=10)
    assert schedule.stride == 10 and schedule.looks == list(range(10, 401, 10))
    assert sum(map(schedule.snapshot, schedule.looks)) == 10


@pytest.mark.parametrize(
    "wrong",
    [(100, 10, 110, 10, 2), (100, 10, 95, 10, 2), (100, 10, 90, 15, 2), (100, 10, 50, 10, 6), (100, 0, 50, 10, 2)],
)
def test_lengths_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        Schedule(*wrong)


def test_cut_off_and_continued_gives_the_same_bits(start, record):
    model, state = start

    def run(memory=NOTHING):
        return step(model, state, memory, still=0)

    pieces, found = resumed(run, 12)
    for name in ("positions", "velocities", "forces", "bath"):
        assert np.array_equal(getattr(record[0].state, name), getattr(pieces.state, name))
    assert record[1] == found


def test_redrawn_velocities_make_vibrations_canonical():
    """Near an inherent structure G from fluctuations is the athermal one, within 5 standard errors of six runs (by
    Student's t 1 in 240), and scatters half as much or less as where vibrations keep what they began with. A run that
    is cut off gives the bits of the whole.
    """
    model, rest = glass("ipl-2d", 64)
    temperature, found = 1e-8, {0: [], 400: []}
    for redraw, values in found.items():
        for seed in range(6):
            rng = np.random.default_rng(seed)
            begin = liquids.start_dynamics(model, rest, temperature, rng)
            begin = run_step(model, begin, temperature, Schedule(8000, 400, 800, 400, 1, redraw), rng=rng).state
            schedule = Schedule(80_000, 40, 80, 40, 1, redraw)

            def run(memory=NOTHING, begin=begin, rng=rng, schedule=schedule):
                return step(model, begin, memory, None, schedule, temperature, deepcopy(rng))[1]

            made = run()
            values.append(made["fluctuations"][-1]["shear"])
    frozen, drawn = found.values()
    assert np.std(drawn) < 0.5 * np.std(frozen)
    error = np.std(drawn, ddof=1) / np.sqrt(len(drawn))
    assert abs(np.mean(drawn) - moduli(model.interaction, rest).shear) < 5 * error
    assert resumed(run, 12) == made


def test_the_end_is_whole_in_its_arrays(start, record):
    """The next step may start from what a file keeps: nothing else of the state matters."""
    model, end = start[0], record[0].state
    again = revived(end.configuration, end.velocities.copy(), end.forces.copy(), end.bath.copy())
    ends = [liquids.run_dynamics(model, state, 50, TEMPERATURE)[0] for state in (end, again)]
    assert np.array_equal(ends[0].positions, ends[1].positions)
    assert np.array_equal(ends[0].velocities, ends[1].velocities)
    assert (end.positions >= 0).all() and (end.positions < end.box.length).all()
    assert np.allclose(end.forces, force_state(model.interaction, end.configuration).forces, atol=1e-12)


def test_tables_hold_what_they_promise(record):
    record, found = record
    assert set(found) == set(TABLES)
    for name, rows in found.items():
        assert rows and all(tuple(row) == TABLES[name] for row in rows)
        numbers = [
            value
            for row in rows
            for key, value in row.items()
            if key not in ("links", "sampling", "state", "mean_size")
        ]
        assert np.isfinite(np.array(numbers, dtype=float)).all()
    assert [row["before"] for row in found["frames"]] == [8.0, 6.0, 4.0, 2.0, 0.0]
    assert record.energy == pytest.approx(np.mean([row["energy"] for row in found["frames"]]))


def test_tables_agree_with_the_last_snapshot_and_each_other(start, record):
    (record, tables), model = record, start[0]
    end = record.state.configuration
    last = tables["frames"][-1]
    assert last["energy"] == pytest.approx(force_state(model.interaction, end).energy / len(end), rel=1e-9)
    counted = sum(row["count"] for row in tables["forces"])
    assert 0.98 * 5 * len(end) < counted <= 5 * len(end)
    middles = 0.5 * (REMAINING[1:] + REMAINING[:-1])
    mean = sum(row["count"] * x for row, x in zip(tables["forces"], middles, strict=True)) / counted
    assert mean == pytest.approx(np.mean([row["remaining"] for row in tables["frames"]]), rel=0.05)
    everybody = percolation(model.interaction, end, np.ones(len(end), dtype=bool))
    for row in tables["network"]:
        assert row["largest"] <= row["fraction"] <= 1.0
        assert row["largest_inside"] <= row["largest"] <= everybody.largest
    known = {(row["links"], row["sampling"]): row for row in tables["network"]}
    assert len(known) == len(tables["network"]) == 6
    for sampling in ("window", "snapshots"):
        assert known["near", sampling]["largest"] >= known["contacts", sampling]["largest"]
    assert known["near", "window"]["fraction"] != known["near", "snapshots"]["fraction"]
    rows = tables["fluctuations"]
    times = [(row["window"], row["frames"]) for row in rows]
    assert times == [(10.0, 20), (2.5, 5), (5.0, 10), (10.0, 20), (20.0, 40)]
    for row in rows:
        terms = row["shear_born"] + row["shear_kinetic"] - row["shear_fluctuation"] - row["shear_initial"]
        assert row["shear"] == pytest.approx(terms)


def test_clusters_are_counted_by_size(start, record):
    """By hand: sizes of all clusters but the largest of a sparse network, and sums of their logarithms."""
    (record, tables), model = record, start[0]
    end = record.state.configuration
    found = percolation(model.interaction, end, np.random.default_rng(2).random(200) < 0.35)
    rest = np.sort(found.sizes)[:-1]
    rows = cluster_rows(found)
    assert len(tables["clusters"]) == len(rows) and tuple(rows[0]) == TABLES["clusters"]
    assert sum(row["clusters"] for row in rows) == len(rest) > 10
    assert sum(row["logarithms"] for row in rows) == pytest.approx(np.log(rest).sum())
    assert [row["smallest"] for row in rows] == [2**k for k in range(8)]  # 200 particles
    for row in rows:
        inside = (rest >= row["smallest"]) & (rest < 2 * row["smallest"])
        assert row["clusters"] == inside.sum() >= row["whole"] >= 0
        # Jensen: the mean square of a logarithm is at least its mean squared
        assert row["radii_squared"] * row["whole"] >= row["radii"] ** 2 * (1 - 1e-12)
    assert rows[0]["whole"] == 0 < rows[1]["whole"]  # single particles have no radius
    pairs = found.radii[(found.sizes > 1) & (found.sizes < 4)]
    assert rows[1]["radii"] == pytest.approx(np.log(pairs).sum())


def test_steps_without_stills_say_so(start, record):
    (model, state), (_, tables) = start, record
    bare, some = step(model, state)[1], step(model, state, still=99)[1]
    for name in STILLS:
        assert bare[name] == [{"status": "no still of this step"}]
    assert some["inherent"] == tables["inherent"]
    assert some["maps"] == some["particles"] == [{"status": "no picture of this trajectory"}]
    thermal = [row for row in tables["stress"] if row["state"] == "thermal"]
    assert bare["stress"] == thermal and len(tables["stress"]) == 2 * len(thermal)


def test_without_anybody_who_looks_it_ends_in_the_same_bits(start, record):
    model, state = start
    plain = run_step(model, state, TEMPERATURE, SCHEDULE)
    for name in ("positions", "velocities", "forces", "bath"):
        assert np.array_equal(getattr(record[0].state, name), getattr(plain.state, name))
    assert (plain.energy, plain.pressure, plain.hexatic) == (record[0].energy, record[0].pressure, record[0].hexatic)


@pytest.mark.parametrize(("name", "n"), [("harmonic-3d", 100), ("ipl-4d", 400)])
def test_a_step_in_other_spaces(name, n):
    """All that is not of two dimensions is measured, and the end is that of a run that nobody sees. The inherent
    structure in three alone: in four a minute goes by over it."""
    model, rng = load_model(name), np.random.default_rng(1)
    temperature = 1e-2 if name == "harmonic-3d" else 1.0
    n = max(n, model.smallest_system())
    begin = liquids.start_dynamics(model, liquids.initial_configuration(model, n, rng), temperature, rng)
    schedule = Schedule(100, 10, 50, 20, 2)
    still = 0 if model.dimension == 3 else None
    record, found = step(model, begin, still=still, schedule=schedule, temperature=temperature)
    plain = liquids.run_dynamics(model, begin, 100, temperature)[0]
    assert np.array_equal(record.state.positions, plain.configuration.positions)
    assert np.array_equal(record.state.velocities, plain.velocities)
    assert set(found) == {"frames", "forces", "network", "clusters", "fluctuations", "inherent"}
    assert np.isnan(record.hexatic) and "hexatic" not in found["frames"][0]
    state = force_state(model.interaction, record.state.configuration)
    assert found["frames"][-1]["energy"] == pytest.approx(state.energy / n, rel=1e-9)
    [row] = found["inherent"]
    if still is None:
        assert row == {"status": "no still of this step"}
        return
    rest = minimize(model.interaction, record.state.configuration, "fire")
    assert row["energy"] == rest.energy / n and row["iterations"] == rest.evaluations
