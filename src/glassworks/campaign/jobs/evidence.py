"""Tests whether a liquid was in equilibrium, from its first block."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from glassworks import liquids
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, exists
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import digest, generator
from glassworks.campaign.tables import read_table, write_table
from glassworks.configurations import Configuration, read_frames

NUMBERS = (
    "relaxation_sweeps", "relaxation_declared", "before_ratio", "between_ratio", "drift", "drift_error", "energy_above",
    "energy_above_error", "energy_below", "energy_below_error", "agreement_z",
)  # fmt: skip


def evidence(job: Job, liquid: Liquid) -> None:
    """Writes `equilibrium.parquet` of a liquid; one that fails is a row that says why."""
    chains, energies, sweeps = _sound_chains(liquid)
    rng = generator(job.seed, digest({"evidence": liquid.digest}), 0)
    relaxation = liquid.protocol.relaxation_sweeps[liquid.temperature]
    with heartbeat(f"evidence {liquid.id}", 1, "tests") as progress:
        try:
            row = liquids.assess_equilibrium(
                liquid.model, chains, energies, liquid.temperature, relaxation, *sweeps, rng,
                make_chain=partial(liquids.SwapChain, swap_fraction=liquid.protocol.swap_fraction),
            )  # fmt: skip
        except (ValueError, ArithmeticError) as error:
            row = {**dict.fromkeys(NUMBERS, np.nan), "passed": False, "reason": str(error)}
        progress.advance()
    write_table(liquid.evidence, pd.DataFrame([row]), job.provenance(planned.evidence(liquid, job.seed)))


def _sound_chains(liquid: Liquid) -> tuple[list[list[Configuration]], list[np.ndarray], tuple[int, int]]:
    """The chains of the first block that did not fail: configurations, energies; and the sweeps before and between
    samples.
    """
    frames, samples, _ = read_frames(exists(f"{liquid.folder(0)}/liquid.h5"))
    by_sample = dict(zip(map(int, samples), frames, strict=True))
    rows = read_table(exists(f"{liquid.folder(0)}/liquids.parquet"))
    chains, energies, sweeps = [], [], (0, 0)
    for _, chain in rows.groupby("chain"):
        if (chain["status"] == OK).all():
            chains.append([by_sample[sample] for sample in chain["sample"]])
            energies.append(chain["energy"].to_numpy())
            sweeps = int(chain["sweeps_before"].iloc[0]), int(chain["sweeps_between"].iloc[0])
    return chains, energies, sweeps
