"""Swap Monte Carlo at one rung of a ladder, by itself or with replicas on the rungs above (parallel tempering)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassworks import liquids
from glassworks.configurations import Configuration
from glassworks.liquids.equilibrium import COLD
from glassworks.models import Model
from glassworks.preparing._chains import Chain, Means, Sample, Start, failed
from glassworks.protocols import Here

COLUMNS: dict[str, tuple[str, ...]] = {}


def prepare(here: Here, start: Start, means: Means) -> Chain:
    """The samples that a chain leaves; one that fails is kept as its start, with the reason."""
    random = () if start.above else (liquids.initial_configuration(here.model, here.n, means.rng),)
    first = random[0] if random else start.above[-1][-1]
    try:
        return _temper(here, start.above, means) if "tempering" in here.told else _walk(here, first, means)
    except ArithmeticError as error:
        return failed([first] * here.told["samples_per_chain"], error)


def _sweeps(here: Here) -> tuple[int, int]:
    """Sweeps before the first sample and between samples."""
    told, relaxation = here.told, here.told["relaxation_sweeps"]
    return round(told["before"] * relaxation), max(1, round(told["between"] * relaxation))


def _walk(here: Here, first: Configuration, means: Means) -> Chain:
    """One swap Monte Carlo chain at one rung."""
    before, between = _sweeps(here)
    record = liquids.run_swap_chain(
        here.model, first, here.temperature, before, between, here.told["samples_per_chain"], means.rng,
        swap_fraction=here.told["swap_fraction"], progress=means.progress, memory=means.memory,
    )  # fmt: skip
    common = {
        "sweeps_before": float(before),
        "sweeps_between": float(between),
        "acceptance_move": float(record.acceptance_move),
        "acceptance_swap": float(record.acceptance_swap),
    }
    energies = zip(record.energies, record.pressures, strict=True)
    return Chain(record.configurations, [{"energy": float(u), "pressure": float(p), **common} for u, p in energies])


def _temper(here: Here, above: Sequence[Sequence], means: Means) -> Chain:
    """One chain by parallel tempering with the rungs above; the samples are those of the lowest replica.

    Every replica starts from its chain's first sample on the nearest warmer rung (a rung from its own), the lowest from
    the last sample of the rung above it.
    """
    told, tempering = here.told, here.told["tempering"]
    sweeps, temperatures, samples = tempering["exchange_sweeps"], tempering["temperatures"], told["samples_per_chain"]
    before, between = (max(1, round(total / sweeps)) for total in _sweeps(here))
    warmer = [sum(rung >= temperature for rung in here.above) - 1 for temperature in temperatures[:-1]]
    starts = [*(above[index][0] for index in warmer), above[-1][-1]]
    rounds = liquids.Rounds(sweeps, before + between * (samples - 1), keep_every=between, keep_from=before)
    record = liquids.run_tempering(
        here.model, starts, temperatures, rounds, means.rng, told["swap_fraction"], means.progress, means.memory
    )
    common = {
        "sweeps_before": float(sweeps * before),
        "sweeps_between": float(sweeps * between),
        "exchange_rate": float(record.exchange_rates.min()),
        "round_trips": float(record.round_trips),
    }
    kept = range(before - 1, len(record.energies), between)
    rows = [
        {"energy": float(record.energies[k, -1]), "pressure": float(record.pressures[k, -1]), "replica": float(owner)}
        for k, owner in zip(kept, record.owners, strict=True)
    ]
    return Chain(record.configurations, [{**row, **common} for row in rows])


def tested(here: Here, chains: Sequence[Sample], means: Means) -> dict:
    """Evidence of equilibrium, with chains from below that are prepared for as long and spaced alike."""
    tempered = "tempering" in here.told
    configurations = [chain.configurations for chain in chains]
    energies = [np.array([row["energy"] for row in chain.rows]) for chain in chains]
    replicas = [[int(row["replica"]) for row in chain.rows] for chain in chains] if tempered else None
    before, between = (int(chains[0].rows[0][name]) for name in ("sweeps_before", "sweeps_between"))
    relaxation = liquids.relaxation_of(configurations, between, replicas)
    start = configurations[int(means.rng.integers(len(configurations)))][-1]
    below = _from_below(here, start, before, between, means)
    trips = sum(chain.rows[0]["round_trips"] for chain in chains)
    return liquids.assess_equilibrium(
        relaxation, energies, below, before, between, here.told["relaxation_sweeps"], trips
    )


def _from_below(here: Here, start: Configuration, before: int, between: int, means: Means) -> np.ndarray:
    """Energies of samples that come from below."""
    told, watched = here.told, {"progress": means.progress, "memory": means.memory}
    cold, fraction = int(COLD * told["relaxation_sweeps"]), told["swap_fraction"]
    if "tempering" not in told:
        chain = liquids.SwapChain(here.model, start, here.temperature, means.rng, fraction)
        return liquids.from_below(chain, cold, before, between, **watched)
    sweeps = told["tempering"]["exchange_sweeps"]
    return liquids.tempered_from_below(
        here.model, start, told["tempering"]["temperatures"], sweeps, cold, before // sweeps, between // sweeps,
        means.rng, fraction, **watched,
    )  # fmt: skip


def tiny(model: Model, rng: np.random.Generator) -> None:
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    liquids.run_swap_chain(model, state, 2.0, 5, 5, 2, rng)
