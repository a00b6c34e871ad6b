"""Prepares one block of a liquid, chain after chain, by whatever protocol: `glassworks.preparing` has the work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from glassworks import preparing
from glassworks.campaign.jobs.checkpoints import Within, checkpoint
from glassworks.campaign.jobs.common import OK, Job, read_block, read_configurations, registers, write_configurations
from glassworks.campaign.jobs.progress import heartbeat
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import Liquid
from glassworks.campaign.planned.seeds import generator
from glassworks.campaign.products.tables import as_columns, write_table
from glassworks.configurations import Configuration
from glassworks.preparing import Chain, Means, Start, State

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
"""What a row of the table of liquids says where its protocol does not know."""
STATE = ("velocity", "force", "bath")
"""What a state that goes on has beside its configuration."""


class Block:
    """What a block collects: what each chain left, and the rows of its tables.

    Args:
        tables: the columns of each table that comes with the liquids, beside `sample` and `status`.
    """

    def __init__(self, tables: Mapping[str, Iterable[str]]):
        self.left: list[Configuration] | list[State] = []
        self.status: list[str] = []
        self.columns = {name: ("sample", *columns, "status") for name, columns in tables.items()}
        self.rows: dict[str, list[dict]] = {"liquids": [], **{name: [] for name in self.columns}}

    @property
    def chains(self) -> int:
        return len(self.status)

    def add(self, chain: Chain, first: int, chain_number: int) -> None:
        """Add what a chain left, whose first sample has this number; a status other than ok goes for all its rows, and
        a table of which it has none gets one that says so."""
        over = {} if chain.status == OK else {"status": chain.status}
        for k, row in enumerate(chain.rows):
            self.rows["liquids"].append({"sample": first + k, "chain": chain_number, **EMPTY, **row, **over})
        for name in self.columns:
            rows = chain.tables.get(name, () if chain.tables else [over])
            self.rows[name] += [{"sample": first, "status": OK, **row, **over} for row in rows]
        self.left += chain.left
        self.status.append(chain.status)


def prepare(job: Job, liquid: Liquid, block: int) -> None:
    """Writes `liquid.h5` and the tables of a block; a chain that fails is kept as the protocol leaves it, named in the
    `status` of its rows.

    The block's checkpoint holds the chains that are finished and the state of the one that is not.
    """
    job.stage, job.kind, job.model = liquid.stage, liquid.protocol.prepared_by(), liquid.model
    work = preparing.load(job.kind)
    name, specification = f"prepare {liquid.id} {block}", planned.equilibrate(liquid, block, job.seed)
    with checkpoint(name, job.key(specification)) as kept:
        made, inner = kept.recall() or (Block(_columns(liquid, work.COLUMNS)), None)
        with heartbeat(name, liquid.block_samples - len(made.left)) as progress:
            above = [read_chains(rung, index) for rung, index in liquid.starts(block)]
            for index in liquid.chains(block)[made.chains :]:
                done, samples = progress.beat["done"], liquid.samples_per_chain
                rng, memory = generator(job.seed, liquid.digest, index), Within(kept, lambda part: (made, part), inner)
                means = Means(rng, index, progress.within(samples), memory)
                chain = work.prepare(liquid.here, start_of(liquid, index, above, made), means)
                made.add(chain, index * samples, index // liquid.starts_together)
                inner = None
                kept.offer(lambda: (made, None))
                progress.reach(done + samples)
        _write(job, liquid, block, made)


def _columns(liquid: Liquid, known: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The columns of each table that comes with a liquid, of those that the work knows: what there is in its space."""
    here = liquid.protocol.tables_in(liquid.model.dimension)
    return {name: [each for each in known[name] if each in here[name]] for name in known if name in here}


def start_of(liquid: Liquid, index: int, above: Sequence[Mapping[int, Start]], made: Block) -> Start:
    """Where a chain starts: on the rungs above, or where the one before it ended, or nowhere yet."""
    if above:
        starts = [rung[index] for rung in above]
        return Start([start.above[0] for start in starts], starts[-1].status)
    if index % liquid.starts_together:
        before = made.left[-1]
        masses = liquid.model.masses_of(before.diameters)
        return Start((), made.status[-1], before if masses is None else replace(before, masses=masses))
    return Start()


def read_chains(liquid: Liquid, block: int) -> dict[int, Start]:
    """What each chain of a block left, and its status where it goes on."""
    if liquid.protocol.goes_on:
        return {sample: Start([[state]], status) for sample, (state, status) in read_states(liquid, block).items()}
    frames = read_configurations(f"{liquid.folder(block)}/liquid.h5")
    found: dict[int, list[Configuration]] = {}
    for frame, sample in zip(frames.configurations, frames.samples, strict=True):
        found.setdefault(sample // liquid.samples_per_chain, []).append(frame)
    return {chain: Start([each]) for chain, each in found.items()}


def read_states(liquid: Liquid, block: int) -> dict[int, tuple[State, str]]:
    """The states in which the trajectories of a block ended, by sample, with their status."""
    from glassworks.dynamics.states import revived

    (frames, samples, arrays, _), status = read_block(liquid.folder(block), "liquid", *STATE)
    states = zip(samples, frames, *(arrays[name] for name in STATE), strict=True)
    return {
        sample: (revived(frame, *state, liquid.model.masses_of(frame.diameters)), status[sample])
        for sample, frame, *state in states
    }


def _write(job: Job, liquid: Liquid, block: int, made: Block) -> None:
    record = job.provenance(planned.equilibrate(liquid, block, job.seed), **registers(liquid))
    folder, goes_on = Path(liquid.folder(block)), liquid.protocol.goes_on
    rows = as_columns(made.rows["liquids"])
    if goes_on:
        rows |= {name: np.full(len(rows["sample"]), getattr(liquid, name)) for name in ("packing", "waited")}
    frames, arrays = made.left, {}
    if goes_on:
        parts = zip(*((state.velocities, state.forces, state.bath) for state in made.left), strict=True)
        frames, arrays = [each.configuration for each in made.left], dict(zip(STATE, map(np.stack, parts), strict=True))
    write_configurations(folder / "liquid.h5", frames, rows["sample"], record, arrays)
    write_table(folder / "liquids.parquet", rows, record)
    for name, columns in made.columns.items():
        import pandas as pd  # which liquids alone do without

        write_table(folder / f"{name}.parquet", pd.DataFrame(made.rows[name], columns=columns), record)
