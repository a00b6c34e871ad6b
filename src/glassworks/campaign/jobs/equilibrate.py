"""Prepares one block of a liquid: equilibrium configurations, or cooled ones."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glassworks import liquids
from glassworks.campaign.checkpoints import Within, checkpoint
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, read_configurations, registers, write_configurations
from glassworks.campaign.progress import Progress, heartbeat
from glassworks.campaign.protocols import Cooling, Swap
from glassworks.campaign.seeds import generator
from glassworks.campaign.tables import as_columns, write_table
from glassworks.configurations import Configuration
from glassworks.liquids.memory import Memory

WARMING_SWEEPS = 300
"""Sweeps that warm the start of molecular dynamics: enough for its energy, a tenth of the dynamics' own cost."""

EMPTY = {
    **dict.fromkeys(
        (
            "energy", "pressure", "sweeps_before", "sweeps_between", "acceptance_move", "acceptance_swap", "replica",
            "exchange_rate", "round_trips",
        ),
        np.nan,
    ),
    "status": OK,
}  # fmt: skip
"""What a row says where its protocol does not know."""


@dataclass
class Block:
    """What a block collects: a configuration and a row a sample, chain after chain."""

    configurations: list[Configuration] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    chains: int = 0


def equilibrate(job: Job, liquid: Liquid, block: int) -> None:
    """Writes `liquid.h5` and `liquids.parquet` of a block; a chain that fails is kept as its start, with the reason.

    The block's checkpoint holds the chains that are finished and the state of the one that is not.
    """
    job.model = liquid.model
    name, specification = f"equilibrate {liquid.id} {block}", planned.equilibrate(liquid, block, job.seed)
    with checkpoint(name, job.key(specification)) as kept:
        made, inner = kept.recall() or (Block(), None)
        with heartbeat(name, liquid.block_samples - len(made.rows)) as progress:
            rungs = [_chains(rung, index) for rung, index in liquid.starts(block)]
            for chain in liquid.chains(block)[made.chains :]:
                memory = Within(kept, lambda part: (made, part), inner)
                _extend(made, liquid, chain, [frames[chain] for frames in rungs], job.seed, progress, memory)
                inner = None
                kept.offer(lambda: (made, None))
        _write(job, liquid, block, made)


def _extend(
    made: Block,
    liquid: Liquid,
    chain: int,
    above: list[list[Configuration]],
    seed: int,
    progress: Progress,
    memory: Memory,
) -> None:
    """Add one chain to a block."""
    rng = generator(seed, liquid.digest, chain)
    start = above[-1][-1] if above else liquids.initial_configuration(liquid.model, liquid.n, rng)
    before = progress.state["done"]
    try:
        frames, rows = _one(liquid, start, above, rng, progress, memory)
    except ArithmeticError as error:
        samples = liquid.samples_per_chain
        frames, rows = [start] * samples, [{"status": str(error)}] * samples
    first = chain * liquid.samples_per_chain
    made.configurations += frames
    made.rows += [{"sample": first + k, "chain": chain, **EMPTY, **row} for k, row in enumerate(rows)]
    made.chains += 1
    progress.reach(before + len(rows))


def _chains(liquid: Liquid, block: int) -> dict[int, list[Configuration]]:
    """The configurations of each chain of a block."""
    frames = read_configurations(f"{liquid.folder(block)}/liquid.h5")
    found: dict[int, list[Configuration]] = {}
    for frame, sample in zip(frames.configurations, frames.samples, strict=True):
        found.setdefault(sample // liquid.samples_per_chain, []).append(frame)
    return found


def _one(
    liquid: Liquid,
    start: Configuration,
    above: list[list[Configuration]],
    rng: np.random.Generator,
    progress: Progress,
    memory: Memory,
) -> tuple[list[Configuration], list[dict]]:
    """One chain, or one independent run: its configurations and their rows."""
    if not isinstance(liquid.protocol, Swap):
        return _run(liquid, start, rng, memory)
    if liquid.tempered:
        return _temper(liquid, above, rng, progress, memory)
    return _walk(liquid, start, rng, progress, memory)


def _sweeps(liquid: Liquid) -> tuple[int, int]:
    """Sweeps before the first sample and between samples."""
    protocol, relaxation = liquid.protocol, liquid.relaxation_sweeps
    between = protocol.spacing(liquid.temperature)
    return round(protocol.before * relaxation), max(1, round(between * relaxation))


def _walk(
    liquid: Liquid, start: Configuration, rng: np.random.Generator, progress: Progress, memory: Memory
) -> tuple[list[Configuration], list[dict]]:
    """One swap Monte Carlo chain at one rung."""
    protocol = liquid.protocol
    before, between = _sweeps(liquid)
    record = liquids.run_swap_chain(
        liquid.model, start, liquid.temperature, before, between, liquid.samples_per_chain, rng,
        swap_fraction=protocol.swap_fraction, progress=progress.within(liquid.samples_per_chain), memory=memory,
    )  # fmt: skip
    common = {
        "sweeps_before": float(before),
        "sweeps_between": float(between),
        "acceptance_move": float(record.acceptance_move),
        "acceptance_swap": float(record.acceptance_swap),
    }
    energies = zip(record.energies, record.pressures, strict=True)
    return record.configurations, [{"energy": float(u), "pressure": float(p), **common} for u, p in energies]


def _temper(
    liquid: Liquid, above: list[list[Configuration]], rng: np.random.Generator, progress: Progress, memory: Memory
) -> tuple[list[Configuration], list[dict]]:
    """One chain by parallel tempering with the rungs above; the samples are those of the lowest replica.

    Every replica starts from its chain's first sample on the nearest warmer rung (a rung from its own), the lowest from
    the last sample of the rung above it.
    """
    protocol, tempering = liquid.protocol, liquid.protocol.tempering
    sweeps = tempering.exchange_sweeps
    before, between = (max(1, round(total / sweeps)) for total in _sweeps(liquid))
    temperatures = liquid.specification["protocol"]["tempering"]["temperatures"]
    rungs = [rung.temperature for rung, _ in liquid.starts(0)]
    warmer = [sum(rung >= temperature for rung in rungs) - 1 for temperature in temperatures[:-1]]
    starts = [*(above[index][0] for index in warmer), above[-1][-1]]
    samples = liquid.samples_per_chain
    record = liquids.run_tempering(
        liquid.model, starts, temperatures, sweeps, before + between * (samples - 1), rng, keep_every=between,
        keep_from=before, swap_fraction=protocol.swap_fraction, progress=progress.within(samples), memory=memory,
    )  # fmt: skip
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
    return record.configurations, [{**row, **common} for row in rows]


def _run(
    liquid: Liquid, start: Configuration, rng: np.random.Generator, memory: Memory
) -> tuple[list[Configuration], list[dict]]:
    """One independent molecular-dynamics sample, cooled where the protocol says so.

    Monte Carlo warms the start of inverse power laws: a chain of thermostats would take tens of time units over it, its
    kinetic temperature far below the one asked for.
    """
    protocol, model = liquid.protocol, liquid.model
    temperature, cooled = protocol.temperature, isinstance(protocol, Cooling)
    recalled = memory.recall()
    if not recalled:
        if model.potential.kind == "inverse_power":
            warm = liquids.run_swap_chain(model, start, temperature, WARMING_SWEEPS, 1, 1, rng, swap_fraction=0.0)
            [start] = warm.configurations
        time = protocol.equilibration_time if cooled else protocol.time
        record = liquids.equilibrate_dynamics(model, start, temperature, time, rng)
        start = record.configuration
    if cooled:
        record = liquids.cool(model, start, temperature, protocol.end_temperature, liquid.rate, rng, memory=memory)
    return [record.configuration], [{"energy": float(record.energy), "pressure": float(record.pressure)}]


def _write(job: Job, liquid: Liquid, block: int, made: Block) -> None:
    rows = as_columns(made.rows)
    record = job.provenance(planned.equilibrate(liquid, block, job.seed), **registers(liquid))
    folder = liquid.folder(block)
    write_configurations(f"{folder}/liquid.h5", made.configurations, rows["sample"], record)
    write_table(f"{folder}/liquids.parquet", rows, record)
