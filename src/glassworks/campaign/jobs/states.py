"""Blocks of molecular dynamics whose states go on from one liquid to the next: what they collect, read and write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, read_block, registers, write_configurations
from glassworks.campaign.jobs.equilibrate import EMPTY
from glassworks.campaign.tables import write_table
from glassworks.dynamics.hexatic import CRYSTALLINE
from glassworks.dynamics.states import revived
from glassworks.liquids import DynamicsState

STATE = ("velocity", "force", "bath")
"""What a state of molecular dynamics has beside its configuration."""


@dataclass(frozen=True)
class Start:
    """Where a trajectory goes on from, and the status that it has there."""

    state: DynamicsState
    status: str = OK


class Block:
    """What a block collects: the state at the end of each trajectory, and the rows of its tables.

    Args:
        tables: the columns of each table beside `sample`, those of the liquids apart.
    """

    def __init__(self, tables: Mapping[str, Iterable[str]]):
        self.states: list[DynamicsState] = []
        liquids = ("chain", *EMPTY, "packing", "waited")
        self.columns = {"liquids": liquids, **{name: (*each, "status") for name, each in tables.items()}}
        self.rows: dict[str, list[dict]] = {name: [] for name in self.columns}

    def add(self, sample: int, state: DynamicsState, tables: Mapping[str, list[dict]], status: str = OK) -> None:
        """Add one trajectory; a row may say itself that it holds nothing, but a status other than ok goes for all."""
        self.states.append(state)
        over = {} if status == OK else {"status": status}
        for name, rows in tables.items():
            self.rows[name] += [{"sample": sample, "status": OK, **row, **over} for row in rows]

    @property
    def last(self) -> Start:
        """Where the trajectory that was added last ended."""
        return Start(self.states[-1], self.rows["liquids"][-1]["status"])

    def leave_out(self, sample: int, state: DynamicsState, status: str) -> None:
        """Add one that is not to be used, by name: a row without numbers in each table."""
        self.states.append(state)
        for rows in self.rows.values():
            rows.append({"sample": sample, "status": status})

    def write(self, job: Job, liquid: Liquid, block: int) -> None:
        """Write `liquid.h5` and the tables."""
        record = job.provenance(planned.equilibrate(liquid, block, job.seed), **registers(liquid))
        folder, samples = liquid.folder(block), list(liquid.chains(block))
        parts = zip(*((state.velocities, state.forces, state.bath) for state in self.states), strict=True)
        arrays = dict(zip(STATE, map(np.stack, parts), strict=True))
        frames = [each.configuration for each in self.states]
        write_configurations(f"{folder}/liquid.h5", frames, samples, record, arrays)
        for name, rows in self.rows.items():
            table = pd.DataFrame(rows, columns=["sample", *self.columns[name]])
            if name == "liquids":
                table["chain"] = table["sample"] // liquid.starts_together
                table["packing"], table["waited"] = liquid.packing, liquid.waited
            write_table(f"{folder}/{name}.parquet", table, record)


def crystal_status(hexatic: float) -> str:
    """The status of a trajectory by its mean |ψ_6|, which is not a number where it cannot be told."""
    return f"crystal: mean |ψ6| is {hexatic:.2f}, above {CRYSTALLINE:g}" if hexatic > CRYSTALLINE else OK


def read_starts(liquid: Liquid, block: int) -> dict[int, Start]:
    """The states in which the trajectories of a block ended, by sample, with their status."""
    (frames, samples, arrays, _), status = read_block(liquid.folder(block), "liquid", *STATE)
    states = zip(samples, frames, *(arrays[name] for name in STATE), strict=True)
    return {sample: Start(revived(*state), status[sample]) for sample, *state in states}
