"""Tests whether a liquid was in equilibrium, from its first block."""

from __future__ import annotations

import numpy as np

from glassworks import preparing
from glassworks.campaign.jobs.checkpoints import checkpoint
from glassworks.campaign.jobs.common import OK, Job, read_block, registers
from glassworks.campaign.jobs.progress import heartbeat
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import Liquid
from glassworks.campaign.planned.seeds import digest, generator
from glassworks.campaign.products.tables import as_columns, read_columns, write_table
from glassworks.preparing import Means, Sample

NUMBERS = (
    "relaxation_sweeps", "relaxation_error", "relaxation_bound", "relaxation_declared", "before_ratio",
    "between_ratio", "drift", "drift_error", "drift_z", "energy_above", "energy_above_error", "energy_below",
    "energy_below_error", "agreement_z", "round_trips",
)  # fmt: skip
NAMES = ("chain", "sample", "status", "energy", "replica", "sweeps_before", "sweeps_between", "round_trips")
"""The columns of the table of liquids that tests rest on."""


def evidence(job: Job, liquid: Liquid) -> None:
    """Writes `equilibrium.parquet` of a liquid; one that fails is a row that says why."""
    job.kind, job.model = liquid.protocol.prepared_by(), liquid.model
    rng = generator(job.seed, digest({"evidence": liquid.digest}), 0)
    name, specification = f"evidence {liquid.id}", planned.evidence(liquid, job.seed)
    with checkpoint(name, job.key(specification)) as kept, heartbeat(name, 1, "tests") as progress:
        try:
            means = Means(rng, 0, progress.within(1), kept)
            row = preparing.load(job.kind).tested(liquid.here, _sound_chains(liquid), means)
        except (ValueError, ArithmeticError) as error:
            row = {**dict.fromkeys(NUMBERS, np.nan), "relaxation_bound": False} | {
                "passed": False,
                "reason": str(error),
            }
        progress.reach(1)
        write_table(liquid.evidence, as_columns([row]), job.provenance(specification, **registers(liquid)))


def _sound_chains(liquid: Liquid) -> list[Sample]:
    """The chains of the first block that did not fail; raises ValueError where all did."""
    frames, _ = read_block(liquid.folder(0), "liquid")
    by_sample = dict(zip(frames.samples, frames.configurations, strict=True))
    columns = read_columns(f"{liquid.folder(0)}/liquids.parquet", *NAMES)
    chains: dict[int, list[dict]] = {}
    for row in (dict(zip(NAMES, values, strict=True)) for values in zip(*columns, strict=True)):
        chains.setdefault(row["chain"], []).append(row)
    sound = [rows for _, rows in sorted(chains.items()) if all(row["status"] == OK for row in rows)]
    if not sound:
        raise ValueError("every chain of the first block failed")
    return [Sample([by_sample[row["sample"]] for row in rows], rows) for rows in sound]
