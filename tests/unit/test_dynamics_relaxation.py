"""Liquids that are watched in equilibrium: when, what the rows say, and that a run can be cut off and handed on."""

import numpy as np
import pytest
from test_liquids_memory import resumed

from glassworks import liquids
from glassworks.dynamics import TwoTimes, View, Watch, watch_liquid
from glassworks.dynamics.relaxation import COLUMNS
from glassworks.dynamics.states import compressed
from glassworks.liquids.memory import NOTHING
from glassworks.models import load_model

TEMPERATURE = 3e-3
WATCH = Watch(before=50, parts=2, span=120, longest=60, origins=3)
VIEWS = [View("all", 5.84, 1.3), View("small", 6.5, 1.4), View("large", 5.5, 1.4)]


@pytest.fixture(scope="module")
def start():
    model, rng = load_model("harmonic-2d"), np.random.default_rng(1)
    state = liquids.start_dynamics(model, liquids.initial_configuration(model, 120, rng), TEMPERATURE, rng)
    return model, liquids.run_dynamics(model, state, 400, TEMPERATURE)[0]


@pytest.fixture(scope="module")
def record(start):
    return watch_liquid(*start, TEMPERATURE, WATCH, VIEWS)


def test_parts_do_not_reach_into_one_another():
    assert WATCH.end == 290
    assert [list(WATCH.origins_of(part)) for part in (0, 1)] == [[50, 80, 110], [170, 200, 230]]
    assert all(WATCH.origins_of(part)[-1] + WATCH.lags[-1] == 50 + 120 * (part + 1) for part in (0, 1))
    assert Watch(0, 2, 10, 5, 1).origins_of(1) == [10]


@pytest.mark.parametrize("wrong", [(10, 2, 60, 60, 1), (10, 2, 60, 58, 3), (10, 0, 60, 20, 1), (-1, 2, 60, 20, 1)])
def test_what_cannot_be_watched_is_refused(wrong):
    with pytest.raises(ValueError, match=r"watch|must hold"):
        Watch(*wrong)


def test_rows_are_those_of_correlators_fed_by_hand(start, record):
    """The second part's rows from the same trajectory, run in one piece between the frames that it needs."""
    model, state = start
    by_hand = TwoTimes(model.interaction, 5.84, WATCH.lags, WATCH.origins_of(1))
    at = 0
    for step in by_hand.schedule:
        state, at = liquids.run_dynamics(model, state, int(step) - at, TEMPERATURE)[0], int(step)
        by_hand.add(at, state.configuration)
    table = by_hand.table()
    rows = [row for row in record.rows if row["particles"] == "all" and row["stretch"] == 1]
    for name in ("scattering", "cage_scattering", "squared", "cage_squared"):
        np.testing.assert_allclose([row[name] for row in rows], getattr(table, name), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose([row["time"] for row in rows], 0.05 * WATCH.lags)


def test_rows_are_whole(record):
    assert {(row["view"], row["stretch"]) for row in record.rows} == {(k, p) for k in range(3) for p in (0, 1)}
    assert all(tuple(row) == COLUMNS for row in record.rows)
    assert {row["waited"] for row in record.rows} == {50 * 0.05} and {row["origins"] for row in record.rows} == {3}
    first = [row for row in record.rows if row["time"] == 0.05]
    # ballistic at first: 2T t², and F_s = 1 − q² T t² / 2; 120 particles, 3 origins: 3 standard deviations are 15 %
    for row in first:
        if row["particles"] == "all":
            assert row["squared"] == pytest.approx(2 * TEMPERATURE * 0.05**2, rel=0.2)
            assert 1 - row["scattering"] == pytest.approx(row["wave_number"] ** 2 * row["squared"] / 4, rel=0.05)
    whole, small, large = (
        np.array([row["squared"] for row in record.rows if row["view"] == view]) for view in range(3)
    )
    np.testing.assert_allclose(whole, 0.5 * (small + large))  # half of them each
    assert 0.3 < record.hexatic < 0.75 and np.isfinite([record.energy, record.pressure]).all()


def test_cut_off_and_continued_gives_the_same_bits(start, record):
    def run(memory=NOTHING):
        return watch_liquid(*start, TEMPERATURE, WATCH, VIEWS, memory)

    pieces = resumed(run, 25)
    assert np.array_equal(record.state.positions, pieces.state.positions)
    assert np.array_equal(record.state.velocities, pieces.state.velocities)
    assert record.rows == pieces.rows and record.energy == pieces.energy


def test_a_compressed_state_keeps_its_shape_and_has_the_forces_of_its_box(start):
    model, state = start
    denser = model.model_copy(update={"density": 1.1 * model.density})
    found = compressed(denser, state)
    assert found.box.length == pytest.approx(state.box.length / np.sqrt(1.1))
    wrapped = state.configuration.positions / state.box.length
    apart = found.positions / found.box.length - wrapped
    np.testing.assert_allclose(apart - np.rint(apart), 0.0, atol=1e-12)
    assert np.array_equal(found.velocities, state.velocities)

    again = liquids.run_dynamics(denser, found, 40, None, step=0.01, every=1)[1]
    assert np.ptp(again.conserved) < 1e-3 * abs(again.conserved).max()
