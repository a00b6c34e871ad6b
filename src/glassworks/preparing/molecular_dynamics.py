"""Independent samples by molecular dynamics at one temperature."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from glassworks import liquids
from glassworks.configurations import Configuration
from glassworks.liquids.equilibrium import COLD, CONTINUED, SNAPSHOTS
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Sample, Start, failed
from glassworks.protocols import Here

COLUMNS: dict[str, tuple[str, ...]] = {}
WARMING_SWEEPS = 300
"""Sweeps that warm the start of molecular dynamics: enough for its energy, a tenth of the dynamics' own cost."""


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """One sample; one that fails is kept as its start, with the reason."""
    random = liquids.initial_configuration(here.model, here.n, means.rng)
    try:
        record = equilibrated(here.model, random, here.temperature, here.told["time"], means.rng, means.onlooker)
    except ArithmeticError as error:
        return failed([random], error)
    return Chain([record.configuration], [mean_row(record)])


def equilibrated(
    model: Model,
    start: Configuration,
    temperature: float,
    time: float,
    rng: np.random.Generator,
    onlooker: Onlooker = NOBODY,
) -> liquids.DynamicsRecord:
    """A liquid in equilibrium, from random points; the onlooker sees the molecular dynamics."""
    start = warmed(model, start, temperature, rng)
    return liquids.equilibrate_dynamics(model, start, temperature, time, rng, onlooker=onlooker)


def warmed(model: Model, start: Configuration, temperature: float, rng: np.random.Generator) -> Configuration:
    """Random points after a while of Monte Carlo, of inverse power laws: a chain of thermostats would take tens of time
    units over them, its kinetic temperature far below the one asked for."""
    if model.potential.kind != "inverse_power":
        return start
    [warm] = liquids.run_swap_chain(
        model, start, temperature, WARMING_SWEEPS, 1, 1, rng, swap_fraction=0.0
    ).configurations
    return warm


def mean_row(record: liquids.DynamicsRecord | liquids.CoolingRecord) -> dict[str, float]:
    """What the table of liquids says of a sample."""
    return {"energy": float(record.energy), "pressure": float(record.pressure)}


def tested(here: Here, chains: Sequence[Sample], means: Means) -> dict:
    """Evidence of equilibrium: independent samples run on for as long as each was equilibrated are chains of their
    own, in steps, with one from below beside them."""
    steps = round(here.told["time"] / here.model.step(here.temperature))
    between = max(1, steps // SNAPSHOTS)
    runs = [
        liquids.snapshots(liquids.DynamicsChain(here.model, frame, here.temperature, means.rng), between, SNAPSHOTS)
        for chain in chains[:CONTINUED]
        for frame in chain.configurations
    ]
    configurations, energies = map(list, zip(*runs, strict=True))
    relaxation = liquids.relaxation_of(configurations, between, None)
    start = configurations[int(means.rng.integers(len(configurations)))][-1]
    chain = liquids.DynamicsChain(here.model, start, here.temperature, means.rng)
    cold = max(1, int(COLD * relaxation.time))
    below = liquids.from_below(chain, cold, steps, between, progress=means.progress, memory=means.memory)
    return liquids.assess_equilibrium(relaxation, energies, below, steps, nan, nan, nan)


def tiny(model: Model, rng: np.random.Generator) -> None:
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    liquids.equilibrate_dynamics(model, state, 1.0, 500 * model.step(1.0), rng)
