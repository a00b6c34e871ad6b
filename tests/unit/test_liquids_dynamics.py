"""Molecular dynamics and cooling: conservation, reversibility, bits, canonical averages, faults."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from glasses import sheared
from liquid_checks import ALARM, block_mean

from glassworks.configurations import force_state
from glassworks.lanes import processor_lanes
from glassworks.liquids import cool, equilibrate_dynamics, initial_configuration, run_dynamics, run_swap_chain
from glassworks.liquids import dynamics_kernel as kernel
from glassworks.liquids.dynamics import Runner, start_dynamics
from glassworks.models import load_model, model_names


def liquid(name: str, temperature: float, n: int = 150, seed: int = 1):
    """A model and a configuration that is near equilibrium at the temperature."""
    model = load_model(name)
    rng = np.random.default_rng(seed)
    start = initial_configuration(model, max(n, model.smallest_system()), rng)
    if model.potential.kind != "inverse_power":
        temperature = min(temperature, TEMPERATURES.get(name, temperature))
        state = start_dynamics(model, start, temperature, rng)
        for step in (1e-4, 1e-3):
            state, _ = run_dynamics(model, state, 300, temperature, step * model.step(temperature) / 0.005)
        return model, state.configuration
    return model, run_swap_chain(model, start, temperature, 200, 1, 1, rng).configurations[0]


def started(name: str, temperature: float, n: int = 150, time: float = 2.0):
    """A model and a state after a short run at the temperature."""
    model, configuration = liquid(name, temperature, n)
    rng = np.random.default_rng(2)
    return model, equilibrate_dynamics(model, configuration, temperature, time, rng).state


def same(first, second) -> bool:
    names = ("positions", "velocities", "forces", "origin", "bath")
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in names)


TEMPERATURES = {"harmonic-2d": 0.003, "harmonic-3d": 0.003, "hertzian-3d": 0.003}
KINDS = [(name, lanes) for lanes in (0, 4) for name in model_names()]
KINDS += [(name, 8) for name in model_names() if load_model(name).dimension == 3]
"""Of registers: the plain list, four numbers, and in three dimensions eight, which any processor runs as well."""


@pytest.mark.parametrize("name, lanes", KINDS)
def test_forces_are_those_of_the_half_list(name, lanes):
    model, configuration = liquid(name, 1.5, 300)
    state = start_dynamics(model, configuration, 1.5, np.random.default_rng(3))
    fresh = force_state(model.interaction, configuration)
    runner = Runner(model, state, lanes)
    runner.forces[:] = np.nan
    energy, virial = runner.sum_forces()
    np.testing.assert_allclose(runner.get()[2], fresh.forces, rtol=0, atol=1e-11 * abs(fresh.forces).max())
    assert energy == pytest.approx(fresh.energy, rel=1e-12)
    assert virial / (model.dimension * configuration.box.volume) == pytest.approx(fresh.pressure, rel=1e-12)


@pytest.mark.parametrize("name, n", [("ipl-2d", 15), ("ka", 151), ("poly-3d", 140), ("poly-3d", 1200), ("ipl-4d", 236)])
@pytest.mark.parametrize("tilt", [0.0, -0.3, 0.5])
@pytest.mark.parametrize("lanes", [0, 4])
def test_smallest_boxes_and_many_columns(name, n, tilt, lanes):
    """Rows that meet several copies of a column, and boxes of many columns; also where columns lean."""
    model = load_model(name)
    configuration = sheared(initial_configuration(model, n, np.random.default_rng(5)), tilt)
    state = start_dynamics(model, configuration, 1.0, np.random.default_rng(3))
    fresh = force_state(model.interaction, configuration)
    runner = Runner(model, state, lanes)
    assert runner.sum_forces()[0] == pytest.approx(fresh.energy, rel=1e-12)
    np.testing.assert_allclose(runner.get()[2], fresh.forces, rtol=0, atol=1e-11 * abs(fresh.forces).max())


@pytest.mark.parametrize("lanes", [0, 4])
@pytest.mark.parametrize("name, temperature", [("ipl-2d", 20.0), ("ka", 5.0), ("poly-3d", 3.0), ("harmonic-2d", 0.01)])
@pytest.mark.parametrize("tilt", [0.0, 0.3])
def test_no_pair_is_ever_missed(name, temperature, tilt, lanes):
    """At random instants of a hot run, forces of the rows in use are those of all pairs at that moment."""
    model, configuration = liquid(name, temperature, 300)
    state = start_dynamics(model, sheared(configuration, tilt), temperature, np.random.default_rng(3))
    runner, rng, made = Runner(model, state, lanes), np.random.default_rng(6), set()
    step = 0.002 if temperature > 1 else 0.05
    for _ in range(60):
        course = kernel.Course(step, len(state.positions), temperature, 0.0, 0.5, 1000)
        runner.run(course, int(rng.integers(1, 30)), 0)
        here = runner.state(0)
        made.add(here.origin.tobytes())
        fresh = force_state(model.interaction, here.configuration)
        np.testing.assert_allclose(here.forces, fresh.forces, rtol=0, atol=1e-10 * abs(fresh.forces).max())
        assert np.sqrt(((here.positions - here.origin) ** 2).sum(axis=1)).max() < runner.reach
    assert len(made) > 10


def test_a_kick_counts_what_it_leaves():
    velocities, forces = np.random.default_rng(2).normal(size=(2, 3, 2056))
    expected = velocities + 0.3 * forces
    assert kernel.kick(velocities, 0.3, forces, None) == pytest.approx((expected**2).sum(), rel=1e-13)
    np.testing.assert_allclose(velocities, expected, rtol=1e-13)


def test_both_paths_give_the_same_pair_correlations():
    """Histograms of pair distances in runs of the plain and the vector path from one start (one comparison of χ²)."""
    model, configuration = liquid("ka", 1.5, 300)
    counts = []
    for lanes in (0, processor_lanes() or 4):
        state, histogram = start_dynamics(model, configuration, 1.5, np.random.default_rng(3)), []
        for _ in range(48):
            state, _ = run_dynamics(model, state, 100, 1.5, 0.004, lanes=lanes)
            away = np.sqrt((state.box.shortest(state.positions[:, None] - state.positions) ** 2).sum(axis=2))
            histogram.append(np.histogram(away[np.triu_indices(300, 1)], bins=12, range=(0.8, 3.0))[0])
        blocks = np.array(histogram[8:]).reshape(8, 5, -1).mean(axis=1)
        counts.append((blocks.mean(axis=0), blocks.std(axis=0, ddof=1) / np.sqrt(8)))
    (first, error), (second, other) = counts
    assert (abs(first - second) < 6.0 * np.hypot(error, other)).all()
    assert first.max() > 3 * first.min()


def test_a_box_narrower_than_twice_the_range_is_refused():
    model, configuration = liquid("ka", 1.0, 300)
    small = replace(configuration, box=replace(configuration.box, length=4.9))
    with pytest.raises(ValueError, match="twice the range"):
        start_dynamics(model, small, 1.0, np.random.default_rng(1))


def test_velocities_start_with_zero_momentum_and_the_temperature():
    model, configuration = liquid("ipl-4d", 1.5)
    state = start_dynamics(model, configuration, 0.7, np.random.default_rng(3))
    assert abs(state.velocities.sum(axis=0)).max() < 1e-12
    assert state.freedoms == 4 * (len(configuration) - 1)
    assert state.kinetic_temperature == pytest.approx(0.7, rel=1e-12)


@pytest.mark.parametrize("temperature", [None, 0.8])
def test_error_of_the_conserved_quantity_is_of_second_order(temperature):
    """Half the step, a quarter of the scatter; constant energy and constant temperature alike."""
    model, state = started("ipl-2d", 0.8)
    scatter = []
    for step in (0.008, 0.004):
        _, trace = run_dynamics(model, state, round(4.0 / step), temperature, step, every=1)
        scatter.append(trace.conserved.std())
    assert scatter[0] < 1e-3
    assert 3.5 < scatter[0] / scatter[1] < 4.5


@pytest.mark.parametrize("name", ["ipl-2d", "ipl-3d", "ipl-4d"])
@pytest.mark.parametrize(("temperature", "links"), [(None, 2), (0.9, 1), (0.9, 2)])
def test_the_conserved_quantity_does_not_drift(name, temperature, links):
    model, state = started(name, 0.9)
    state = replace(state, bath=state.bath[:, :links].copy())
    end, trace = run_dynamics(model, state, 2000, temperature, 0.005)
    late, early = trace.conserved[-50:].mean(), trace.conserved[:50].mean()
    assert abs(late - early) < 1e-3 * 0.9
    assert trace.energy.std() > 10 * abs(late - early)
    assert abs(end.velocities.sum(axis=0)).max() < 1e-10


@pytest.mark.parametrize(("temperature", "links"), [(None, 2), (0.8, 1), (0.8, 2)])
def test_running_back_returns_to_the_start(temperature, links):
    model, state = started("ipl-3d", 0.8)
    state = replace(state, bath=state.bath[:, :links].copy())
    ahead, _ = run_dynamics(model, state, 100, temperature, 0.004)
    turned = replace(ahead, velocities=-ahead.velocities, bath=ahead.bath * np.array([[1.0], [-1.0]]))
    back, _ = run_dynamics(model, turned, 100, temperature, 0.004)
    assert abs(ahead.box.shortest(ahead.positions - state.positions)).max() > 0.1
    assert abs(ahead.box.shortest(back.positions - state.positions)).max() < 1e-9
    assert abs(back.velocities + state.velocities).max() < 1e-8
    assert back.bath[0] == pytest.approx(state.bath[0], abs=1e-10)


@pytest.mark.parametrize("name, lanes", [("poly-3d", 0), ("poly-3d", 4), ("ipl-4d", 4)])
def test_an_interrupted_run_has_the_bits_of_one_that_was_not(name, lanes):
    model, state = started(name, 1.2)
    whole, _ = run_dynamics(model, state, 300, 1.2, lanes=lanes)
    part = state
    for steps in (1, 17, 0, 132, 150):
        part, _ = run_dynamics(model, part, steps, 1.2, lanes=lanes)
    assert same(whole, part) and whole.steps == part.steps == state.steps + 300
    other, _ = run_dynamics(model, state, 300, 1.2001, lanes=lanes)
    assert not same(whole, other)


def test_temperature_fluctuates_as_in_the_canonical_ensemble():
    """Mean T and its variance 2T²/g, and the same mean along each axis (five comparisons)."""
    temperature = 1.0
    model, state = started("ipl-2d", temperature, 200, 5.0)
    freedoms = state.freedoms
    values, axes = [], []
    for _ in range(400):
        state, trace = run_dynamics(model, state, 100, temperature, 0.004, every=100)
        values.append(trace.temperature[-1])
        axes.append((state.velocities**2).sum(axis=0) / (len(state.positions) - 1))
    values, axes = np.array(values), np.array(axes)
    mean, error = block_mean(values)
    assert abs(mean - temperature) < ALARM * error and error < 0.01
    squares = (values - temperature) ** 2 * freedoms / (2 * temperature**2)
    spread, error = block_mean(squares)
    assert abs(spread - 1.0) < ALARM * error and error < 0.15
    for k in range(2):
        mean, error = block_mean(axes[:, k])
        assert abs(mean - temperature) < ALARM * error and error < 0.02


def test_a_lost_particle_is_named_with_its_step():
    model, state = started("ipl-2d", 1.0)
    with pytest.raises(FloatingPointError, match=rf"step {state.steps}: particle \d+ is lost"):
        run_dynamics(model, state, 100, 1.0, 0.5)
    forces = state.forces.copy()
    forces[17, 1] = np.nan
    with pytest.raises(FloatingPointError, match=f"step {state.steps}: particle 17 "):
        run_dynamics(model, replace(state, forces=forces), 100, 1.0)


@pytest.mark.parametrize("name", ["positions", "velocities", "forces", "origin"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_state_that_is_not_finite_is_refused(name, value):
    model, state = started("ipl-2d", 1.0)
    rows = getattr(state, name).copy()
    rows[5, 0] = value
    with pytest.raises(FloatingPointError, match=f"step {state.steps}: particle 5 is lost"):
        run_dynamics(model, replace(state, **{name: rows}), 100, 1.0)


def test_a_start_that_is_not_finite_is_refused():
    model, start = liquid("ipl-2d", 1.0)
    positions = start.positions.copy()
    positions[9, 1] = np.nan
    with pytest.raises(FloatingPointError, match="step 0: particle 9 is lost"):
        start_dynamics(model, start.moved(positions), 1.0, np.random.default_rng(2))
    positions[9] = start.positions[8]
    with pytest.raises(FloatingPointError, match=r"step 0: particle [89] is lost"):
        run_dynamics(model, start_dynamics(model, start.moved(positions), 1.0, np.random.default_rng(2)), 9, 1.0)


def test_a_run_that_heats_up_on_the_way_names_a_later_step():
    model, configuration = liquid("ipl-2d", 1.0)
    state = start_dynamics(model, configuration, 1.0, np.random.default_rng(2), links=1)
    with pytest.raises(FloatingPointError) as caught:
        run_dynamics(model, state, 2000, 1.0, 0.002, rate=1e5)
    assert int(re.search(r"step (\d+)", str(caught.value)).group(1)) > 10


@pytest.mark.parametrize("bad", [{"temperature": -1.0}, {"steps": -1}, {"period": 0.0}, {"rate": -10.0}, {"every": 0}])
def test_parameters_out_of_range_are_refused(bad):
    model, state = started("ipl-2d", 1.0)
    with pytest.raises(ValueError):
        run_dynamics(model, state, **({"steps": 200, "temperature": 1.0} | bad))


def test_cooling_follows_its_rate():
    model, configuration = liquid("ipl-2d", 1.0)
    slow = cool(model, configuration, 1.0, 0.1, 0.1, np.random.default_rng(4))
    again = cool(model, configuration, 1.0, 0.1, 0.1, np.random.default_rng(4))
    assert same(slow.state, again.state)
    assert slow.trace.time[-1] == pytest.approx(9.0, rel=0.01)
    target = 1.0 - 0.1 * slow.trace.time
    assert abs((slow.trace.temperature - target).mean()) < 0.02
    assert slow.temperature == pytest.approx(0.1 + 0.1 * 9.0 / 40, rel=0.3)
    assert slow.energy < slow.trace.energy[:20].mean() - 0.5
    with pytest.raises(ValueError):
        cool(model, configuration, 0.1, 1.0, 0.1, np.random.default_rng(4))
    with pytest.raises(ValueError):
        cool(model, configuration, 1.0, 0.1, 0.0, np.random.default_rng(4))


def test_slower_cooling_ends_lower():
    """Energies at T = 0.1 of three quenches each, rates 40-fold apart: all fast ones above all slow ones."""
    model, configuration = liquid("ipl-2d", 1.0)
    ends = [
        [cool(model, configuration, 1.0, 0.1, rate, np.random.default_rng(seed)).energy for seed in range(3)]
        for rate in (0.4, 0.01)
    ]
    assert min(ends[0]) > max(ends[1])


TRAJECTORY = """
import sys
import numpy as np
from glassworks.liquids import initial_configuration, run_dynamics, start_dynamics
from glassworks.models import load_model

rng, model = np.random.default_rng(8), load_model("harmonic-2d")
state = start_dynamics(model, initial_configuration(model, 200, rng), 0.01, rng)
state, _ = run_dynamics(model, state, 400, 0.01, lanes=4)
sys.stdout.write(np.concatenate([state.positions, state.velocities]).tobytes().hex())
"""


@pytest.mark.skipif(processor_lanes() != 4, reason="the processor has no registers of four")
def test_processors_of_another_kind_make_the_same_trajectory(tmp_path):
    """Compiled for the first processor with AVX2, and for this one, whose kernels may have been kept."""
    older = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma,+sse4.2"}
    older["NUMBA_CACHE_DIR"] = str(tmp_path)
    bits = [
        subprocess.run(
            [sys.executable, "-c", TRAJECTORY],
            env=os.environ | kind,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for kind in (older, {})
    ]
    assert len(bits[0]) == 2 * 8 * 4 * 200 and bits[0] == bits[1]
