"""One step of a stepwise cooling: runs a block's trajectories on from the step above, and measures them on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glassworks import liquids
from glassworks.campaign.checkpoints import Within, checkpoint
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, exists, write_configurations
from glassworks.campaign.jobs.equilibrate import EMPTY
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import generator
from glassworks.campaign.tables import write_table
from glassworks.configurations import read_frames
from glassworks.liquids import DynamicsState
from glassworks.liquids.memory import Memory
from glassworks.stills import Still
from glassworks.trajectories import TABLES, Schedule, StepRecord, revived, run_step

MAPPED = 25
"""Trajectories whose stress correlations are kept as maps, which are a picture; curves are measured on all."""


@dataclass
class Block:
    """What a block collects: the state at the end and the tables' rows, trajectory after trajectory."""

    states: list[DynamicsState] = field(default_factory=list)
    rows: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in ("liquids", *TABLES)})


def step(job: Job, liquid: Liquid, block: int) -> None:
    """Writes `liquid.h5` and the tables of a block; a trajectory that fails is kept as its start, without velocities,
    and named in the `status` of its rows, as is one that crystallised.

    The block's checkpoint holds the trajectories that are finished and the state of the one that is not.
    """
    name, specification = f"step {liquid.id} {block}", planned.equilibrate(liquid, block, job.seed)
    with checkpoint(name, job.key(specification)) as kept:
        made, inner = kept.recall() or (Block(), None)
        with heartbeat(name, liquid.block_samples - len(made.states)) as progress:
            above = {} if liquid.above is None else read_states(*liquid.starts(block)[0])
            for sample in liquid.chains(block)[len(made.states) :]:
                memory = Within(kept, lambda part: (made, part), inner)
                _extend(made, liquid, sample, above.get(sample), job.seed, memory)
                inner = None
                kept.offer(lambda: (made, None))
                progress.advance()
        _write(job, liquid, block, made)


def schedule(liquid: Liquid) -> Schedule:
    """When the trajectories of a liquid are looked at."""
    step, specification = liquid.model.step(liquid.temperature), liquid.specification["protocol"]
    times = (specification[name] for name in ("duration", "every", "window", "apart"))
    return Schedule(*(round(time / step) for time in times), specification["snapshots"])


def still(liquid: Liquid, sample: int) -> Still | None:
    """What the end of a trajectory's step is looked at for more closely: pictures are of the first trajectories."""
    if "still" not in liquid.specification["protocol"]:
        return None
    return Still(particles=sample < 1, maps=sample < MAPPED)


def _extend(made: Block, liquid: Liquid, sample: int, start: DynamicsState | None, seed: int, memory: Memory) -> None:
    """Add one trajectory to a block."""
    if start is None:
        rng = generator(seed, liquid.digest, sample)
        start = liquids.initial_configuration(liquid.model, liquid.n, rng)
        start = liquids.start_dynamics(liquid.model, start, liquid.temperature, rng)
    try:
        if not np.isfinite(start.velocities).all():
            raise ArithmeticError("failed at a higher temperature")
        record = run_step(liquid.model, start, liquid.temperature, schedule(liquid), memory, still(liquid, sample))
    except ArithmeticError as error:
        lost = np.full_like(start.velocities, np.nan)
        made.states.append(revived(start.configuration, lost, start.forces, start.bath))
        for rows in made.rows.values():
            rows.append({"sample": sample, "status": str(error)})
        return
    made.states.append(record.state)
    crystal = {"status": f"crystal: mean |ψ6| is {record.hexatic:.2f}"} if record.crystalline else {}
    for name, rows in _tables(record, sample).items():
        made.rows[name] += [{"sample": sample, "status": OK, **row, **crystal} for row in rows]


def _tables(record: StepRecord, sample: int) -> dict[str, list[dict]]:
    return {"liquids": [{"chain": sample, "energy": record.energy, "pressure": record.pressure}], **record.tables}


def read_states(liquid: Liquid, block: int) -> dict[int, DynamicsState]:
    """The states in which the trajectories of a block ended, by sample."""
    frames, samples, arrays = read_frames(exists(f"{liquid.folder(block)}/liquid.h5"))
    states = zip(samples, frames, arrays["velocity"], arrays["force"], arrays["bath"], strict=True)
    return {int(sample): revived(*state) for sample, *state in states}


def _write(job: Job, liquid: Liquid, block: int, made: Block) -> None:
    record = job.provenance(planned.equilibrate(liquid, block, job.seed))
    folder, samples = liquid.folder(block), list(liquid.chains(block))
    arrays = {
        "velocity": np.stack([state.velocities for state in made.states]),
        "force": np.stack([state.forces for state in made.states]),
        "bath": np.stack([state.bath for state in made.states]),
    }
    write_configurations(f"{folder}/liquid.h5", [each.configuration for each in made.states], samples, record, arrays)
    for name, rows in made.rows.items():
        columns = ("chain", *EMPTY) if name == "liquids" else (*TABLES[name], "status")
        table = pd.DataFrame(rows, columns=["sample", *columns])
        if name == "liquids":
            table["chain"] = table["sample"]
        write_table(f"{folder}/{name}.parquet", table, record)
