"""Continuous cooling: molecular dynamics whose thermostat's temperature falls at a constant rate.

The thermostat is a single one: a chain lags behind (see :mod:`glassworks.liquids.dynamics`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from glassworks.configurations.configuration import Configuration
from glassworks.liquids.dynamics import PERIOD, DynamicsState, Trace, run_dynamics, start_dynamics
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models.specification import Model

RECORDS = 2000
PIECES = 100


@dataclass(frozen=True)
class CoolingRecord:
    """The end of a quench at constant rate.

    Attributes:
        configuration: at the end temperature, not minimized.
        energy, pressure, temperature: means over the last twentieth of the run.
        state, trace: to go on from; the run.
    """

    configuration: Configuration
    energy: float
    pressure: float
    temperature: float
    state: DynamicsState
    trace: Trace


def cool(
    model: Model,
    configuration: Configuration,
    start_temperature: float,
    end_temperature: float,
    rate: float,
    rng: np.random.Generator,
    period: float = PERIOD,
    memory: Memory = NOTHING,
    onlooker: Onlooker = NOBODY,
) -> CoolingRecord:
    """Cool a configuration that is in equilibrium at the start temperature; the thermostat's T falls at every step.

    Args:
        rate: −dT/dt > 0, in ε/(k_B λ (m/ε)^½); the number of steps is rounded up.
        memory: offered the run's state a hundred times on its way.
        onlooker: sees the cooling.

    The step Δt is the shorter of the model's at the two temperatures, all the way.

    Raises:
        ValueError: a rate that is not positive, or temperatures that do not fall.
        FloatingPointError: see :func:`glassworks.liquids.dynamics.run_dynamics`.
    """
    if not rate > 0 or not start_temperature > end_temperature > 0:
        raise ValueError(f"cannot cool from {start_temperature} to {end_temperature} at rate {rate}")
    step = min(model.step(start_temperature), model.step(end_temperature))
    steps = int(np.ceil((start_temperature - end_temperature) / (rate * step)))
    exact = (start_temperature - end_temperature) / (steps * step)
    every = max(1, steps // RECORDS)
    piece = every * max(1, steps // (every * PIECES))
    recalled = memory.recall()
    state, traces = recalled or (start_dynamics(model, configuration, start_temperature, rng, links=1), [])
    onlooker.begin(steps, step, start_temperature, end_temperature)
    while state.steps < steps:
        here = start_temperature - exact * step * state.steps
        count = min(piece, steps - state.steps)
        state, trace = run_dynamics(model, state, count, here, step, period, -exact, every, onlooker=onlooker)
        traces.append(trace)
        memory.offer(partial(tuple, (state, traces)))
    trace = joined(traces)
    late = slice(-max(1, len(trace.time) // 20), None)
    return CoolingRecord(
        state.configuration,
        float(trace.energy[late].mean()),
        float(trace.pressure[late].mean()),
        float(trace.temperature[late].mean()),
        state,
        trace,
    )


def joined(traces: list[Trace]) -> Trace:
    """The trace of runs that follow one another."""
    starts = np.cumsum([0.0] + [float(trace.time[-1]) if len(trace.time) else 0.0 for trace in traces[:-1]])
    times = [start + trace.time for start, trace in zip(starts, traces, strict=True)]
    names = [each.name for each in fields(Trace) if each.name != "time" and getattr(traces[0], each.name) is not None]
    rest = {name: np.concatenate([getattr(trace, name) for trace in traces]) for name in names}
    return Trace(time=np.concatenate(times), **rest)
