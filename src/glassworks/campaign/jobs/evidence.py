"""Tests whether a liquid was in equilibrium, from its first block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassworks import liquids
from glassworks.campaign.checkpoints import checkpoint
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, read_block, registers
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.protocols import Swap
from glassworks.campaign.seeds import digest, generator
from glassworks.campaign.tables import as_columns, read_columns, write_table
from glassworks.configurations import Configuration
from glassworks.liquids.equilibrium import COLD, CONTINUED, SNAPSHOTS, Relaxation
from glassworks.liquids.memory import Memory

NUMBERS = (
    "relaxation_sweeps", "relaxation_error", "relaxation_bound", "relaxation_declared", "before_ratio",
    "between_ratio", "drift", "drift_error", "drift_z", "energy_above", "energy_above_error", "energy_below",
    "energy_below_error", "agreement_z", "round_trips",
)  # fmt: skip


@dataclass
class Chains:
    """The chains of the first block that did not fail.

    Attributes:
        configurations, energies: of each chain's samples.
        replicas: of each sample, where tempered.
        before, between: sweeps (or steps) before the first sample and between samples.
        round_trips: of all chains, where tempered.
    """

    configurations: list[list[Configuration]]
    energies: list[np.ndarray]
    replicas: list[list[int]] | None
    before: int
    between: int
    round_trips: float


def evidence(job: Job, liquid: Liquid) -> None:
    """Writes `equilibrium.parquet` of a liquid; one that fails is a row that says why."""
    job.model = liquid.model
    rng = generator(job.seed, digest({"evidence": liquid.digest}), 0)
    name, specification = f"evidence {liquid.id}", planned.evidence(liquid, job.seed)
    with checkpoint(name, job.key(specification)) as kept, heartbeat(name, 1, "tests") as progress:
        try:
            row = _assess(liquid, rng, progress.within(1), kept)
        except (ValueError, ArithmeticError) as error:
            row = {**dict.fromkeys(NUMBERS, np.nan), "relaxation_bound": False} | {
                "passed": False,
                "reason": str(error),
            }
        progress.reach(1)
        write_table(liquid.evidence, as_columns([row]), job.provenance(specification, **registers(liquid)))


def _assess(liquid: Liquid, rng: np.random.Generator, progress: Callable[[int, int], None], memory: Memory) -> dict:
    chains = _sound_chains(liquid)
    if not isinstance(liquid.protocol, Swap):
        chains = _continued(liquid, chains, rng)
    relaxation = liquids.relaxation_of(chains.configurations, chains.between, chains.replicas)
    start = chains.configurations[int(rng.integers(len(chains.configurations)))][-1]
    below = _from_below(liquid, start, chains, relaxation, rng, {"progress": progress, "memory": memory})
    independent = not isinstance(liquid.protocol, Swap)
    return liquids.assess_equilibrium(
        relaxation, chains.energies, below, chains.before, np.nan if independent else chains.between,
        np.nan if independent else liquid.relaxation_sweeps, chains.round_trips,
    )  # fmt: skip


def _sound_chains(liquid: Liquid) -> Chains:
    frames, _ = read_block(liquid.folder(0), "liquid")
    by_sample = dict(zip(frames.samples, frames.configurations, strict=True))
    names = ("chain", "sample", "status", "energy", "replica", "sweeps_before", "sweeps_between", "round_trips")
    columns = read_columns(f"{liquid.folder(0)}/liquids.parquet", *names)
    chains: dict[int, list[dict]] = {}
    for row in (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)):
        chains.setdefault(row["chain"], []).append(row)
    sound = [rows for _, rows in sorted(chains.items()) if all(row["status"] == OK for row in rows)]
    if not sound:
        raise ValueError("every chain of the first block failed")
    first = [rows[0] for rows in sound]
    swap = isinstance(liquid.protocol, Swap)
    return Chains(
        [[by_sample[row["sample"]] for row in rows] for rows in sound],
        [np.array([row["energy"] for row in rows]) for rows in sound],
        [[int(row["replica"]) for row in rows] for rows in sound] if liquid.tempered else None,
        int(first[0]["sweeps_before"]) if swap else 0,
        int(first[0]["sweeps_between"]) if swap else 0,
        sum(row["round_trips"] for row in first),
    )


def _continued(liquid: Liquid, chains: Chains, rng: np.random.Generator) -> Chains:
    """Independent samples run on for as long as each was equilibrated: chains of their own, in steps."""
    steps = round(liquid.protocol.time / liquid.model.step(liquid.temperature))
    between = max(1, steps // SNAPSHOTS)
    runs = [
        liquids.snapshots(liquids.DynamicsChain(liquid.model, here, liquid.temperature, rng), between, SNAPSHOTS)
        for (here,) in chains.configurations[:CONTINUED]
    ]
    frames, energies = zip(*runs, strict=True)
    return Chains(list(frames), list(energies), None, steps, between, np.nan)


def _from_below(
    liquid: Liquid,
    start: Configuration,
    chains: Chains,
    relaxation: Relaxation,
    rng: np.random.Generator,
    watched: dict,
) -> np.ndarray:
    """Energies of samples that come from below, prepared for as long and spaced as those of the chains."""
    if not isinstance(liquid.protocol, Swap):
        chain = liquids.DynamicsChain(liquid.model, start, liquid.temperature, rng)
        return liquids.from_below(chain, max(1, int(COLD * relaxation.time)), chains.before, chains.between, **watched)
    cold, fraction = int(COLD * liquid.relaxation_sweeps), liquid.protocol.swap_fraction
    if not liquid.tempered:
        chain = liquids.SwapChain(liquid.model, start, liquid.temperature, rng, fraction)
        return liquids.from_below(chain, cold, chains.before, chains.between, **watched)
    tempering = liquid.specification["protocol"]["tempering"]
    sweeps = tempering["exchange_sweeps"]
    return liquids.tempered_from_below(
        liquid.model, start, tempering["temperatures"], sweeps, cold, chains.before // sweeps,
        chains.between // sweeps, rng, fraction, **watched,
    )  # fmt: skip
