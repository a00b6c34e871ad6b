"""One chain of molecular dynamics at a rung of a ladder: it relaxes, then leaves samples, its stresses correlated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassworks import liquids
from glassworks.configurations import Configuration, force_state
from glassworks.dynamics.annealing import Course, Walk, anneal
from glassworks.liquids.equilibrium import COLD
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Sample, Start, failed
from glassworks.preparing.molecular_dynamics import warmed
from glassworks.protocols import Here, spacing_in_steps

COLUMNS = {"stress_relaxation": ("time", "pairs", "correlation", "affine")}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """The samples that a chain leaves and the autocorrelation of its stresses; one that fails is kept as its start,
    with the reason."""
    walk = means.memory.recall()
    if walk is None:
        first = start.above[-1][-1] if start.above else _begun(here, means)
        state = liquids.start_dynamics(here.model, first, here.temperature, means.rng)
        walk = Walk.of(first, state, course(here))
    try:
        anneal(here.model, walk, here.temperature, course(here), means.progress, means.memory, means.onlooker)
    except ArithmeticError as error:
        return failed([walk.start] * here.told["samples_per_chain"], error)
    rows = [{"energy": energy, "pressure": p} for energy, p in zip(walk.energies, walk.pressures, strict=True)]
    return Chain(walk.left, rows, {"stress_relaxation": correlated(here, walk)})


def _begun(here: Here, means: Means) -> Configuration:
    """Random points that have settled."""
    random = liquids.initial_configuration(here.model, here.n, means.rng)
    state = liquids.start_dynamics(
        here.model, warmed(here.model, random, here.temperature, means.rng), here.temperature, means.rng
    )
    steps = max(1, round(here.told["settling"] / here.model.step(here.temperature)))
    period = here.told["thermostat_period"]
    return liquids.run_dynamics(here.model, state, steps, here.temperature, period=period, every=steps)[0].configuration


def course(here: Here) -> Course:
    """When a chain leaves samples."""
    told, (before, between) = here.told, spacing_in_steps(here)
    every, samples = told["stresses"]["every"], told["samples_per_chain"]
    longest = round(told["stresses"]["longest"] * told["relaxation_time"] / here.model.step(here.temperature))
    longest = min(max(every, longest), between * (samples - 1))
    return Course(before, between, samples, every, longest, told["thermostat_period"])


def correlated(here: Here, walk: Walk) -> list[dict[str, float]]:
    """The rows of a chain's stress autocorrelation."""
    step = here.model.step(here.temperature) * here.told["stresses"]["every"]
    unit, affine = walk.state.box.volume / here.temperature, float(np.mean(walk.affine))
    return [
        {"time": float(lag * step), "pairs": int(count), "correlation": float(unit * value), "affine": affine}
        for lag, count, value in zip(*walk.correlator.found(), strict=True)
    ]


def tested(here: Here, chains: Sequence[Sample], means: Means) -> dict:
    """Evidence of equilibrium, with a chain from below that is prepared for as long and spaced alike, in steps."""
    configurations = [chain.configurations for chain in chains]
    energies = [
        np.array([force_state(here.model.interaction, frame).energy / len(frame) for frame in frames])
        for frames in configurations
    ]
    before, between = spacing_in_steps(here)
    declared = here.told["relaxation_time"] / here.model.step(here.temperature)
    relaxation = liquids.relaxation_of(configurations, between)
    start = configurations[int(means.rng.integers(len(configurations)))][-1]
    chain = liquids.DynamicsChain(here.model, start, here.temperature, means.rng)
    cold = max(1, round(COLD * declared))
    below = liquids.from_below(chain, cold, before, between, progress=means.progress, memory=means.memory)
    return liquids.assess_equilibrium(relaxation, energies, below, before, between, declared)


def tiny(model: Model, rng: np.random.Generator) -> None:
    told = {
        "relaxation_time": 10 * model.step(1.0), "before": 1.0, "between": 1.0, "samples_per_chain": 2,
        "thermostat_period": 0.5, "stresses": {"every": 5, "longest": 1.0},
    }  # fmt: skip
    n = max(model.smallest_system(), 64)
    here = Here(model, n, 1.0, told)
    state = liquids.initial_configuration(model, n, rng)
    walk = Walk.of(state, liquids.start_dynamics(model, state, 1.0, rng), course(here))
    anneal(model, walk, 1.0, course(here))
    correlated(here, walk)
