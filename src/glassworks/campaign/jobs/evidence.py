"""Tests whether a liquid was in equilibrium, from its first block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks import liquids
from glassworks.campaign.config import Swap
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, exists
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import digest, generator
from glassworks.campaign.tables import read_table, write_table
from glassworks.configurations import Configuration, read_frames
from glassworks.liquids.equilibrium import COLD, CONTINUED, SNAPSHOTS, Relaxation

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
    rng = generator(job.seed, digest({"evidence": liquid.digest}), 0)
    with heartbeat(f"evidence {liquid.id}", 1, "tests") as progress:
        try:
            row = _assess(liquid, rng)
        except (ValueError, ArithmeticError) as error:
            row = {**dict.fromkeys(NUMBERS, np.nan), "relaxation_bound": False} | {
                "passed": False,
                "reason": str(error),
            }
        progress.advance()
    write_table(liquid.evidence, pd.DataFrame([row]), job.provenance(planned.evidence(liquid, job.seed)))


def _assess(liquid: Liquid, rng: np.random.Generator) -> dict:
    chains = _sound_chains(liquid)
    if not isinstance(liquid.protocol, Swap):
        chains = _continued(liquid, chains, rng)
    relaxation = liquids.relaxation_of(chains.configurations, chains.between, chains.replicas)
    start = chains.configurations[int(rng.integers(len(chains.configurations)))][-1]
    below = _from_below(liquid, start, chains, relaxation, rng)
    independent = not isinstance(liquid.protocol, Swap)
    return liquids.assess_equilibrium(
        relaxation, chains.energies, below, chains.before, np.nan if independent else chains.between,
        np.nan if independent else liquid.relaxation_sweeps, chains.round_trips,
    )  # fmt: skip


def _sound_chains(liquid: Liquid) -> Chains:
    frames, samples, _ = read_frames(exists(f"{liquid.folder(0)}/liquid.h5"))
    by_sample = dict(zip(map(int, samples), frames, strict=True))
    rows = read_table(exists(f"{liquid.folder(0)}/liquids.parquet"))
    sound = [chain for _, chain in rows.groupby("chain") if (chain["status"] == OK).all()]
    if not sound:
        raise ValueError("every chain of the first block failed")
    first = [chain.iloc[0] for chain in sound]
    swap = isinstance(liquid.protocol, Swap)
    return Chains(
        [[by_sample[sample] for sample in chain["sample"]] for chain in sound],
        [chain["energy"].to_numpy() for chain in sound],
        [chain["replica"].astype(int).tolist() for chain in sound] if liquid.tempered else None,
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
    liquid: Liquid, start: Configuration, chains: Chains, relaxation: Relaxation, rng: np.random.Generator
) -> np.ndarray:
    """Energies of samples that come from below, prepared for as long and spaced as those of the chains."""
    if not isinstance(liquid.protocol, Swap):
        chain = liquids.DynamicsChain(liquid.model, start, liquid.temperature, rng)
        return liquids.from_below(chain, max(1, int(COLD * relaxation.time)), chains.before, chains.between)
    cold, fraction = int(COLD * liquid.relaxation_sweeps), liquid.protocol.swap_fraction
    if not liquid.tempered:
        chain = liquids.SwapChain(liquid.model, start, liquid.temperature, rng, fraction)
        return liquids.from_below(chain, cold, chains.before, chains.between)
    tempering = liquid.specification["protocol"]["tempering"]
    sweeps = tempering["exchange_sweeps"]
    return liquids.tempered_from_below(
        liquid.model, start, tempering["temperatures"], sweeps, cold, chains.before // sweeps,
        chains.between // sweeps, rng, fraction,
    )  # fmt: skip
