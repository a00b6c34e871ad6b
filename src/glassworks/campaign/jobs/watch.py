"""Runs the trajectories of one block of liquids once more, for watchers to look at them on their way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from glassworks import hdf5, preparing, watching
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.checkpoints import Within, checkpoint
from glassworks.campaign.jobs.common import OK, Job, read_block, registers
from glassworks.campaign.jobs.kept import read_arrays, write_arrays
from glassworks.campaign.jobs.prepare import STATE, Block, read_chains, start_of
from glassworks.campaign.jobs.progress import heartbeat
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import Liquid
from glassworks.campaign.planned.seeds import digest, generator
from glassworks.campaign.planned.stages import stage_digest
from glassworks.campaign.products.contents import (
    KEY,
    PROVENANCE,
    compare,
    frames_hash,
    read_record,
    read_whole,
    seal_frames,
    table_record,
)
from glassworks.campaign.products.sums import product
from glassworks.campaign.products.tables import write_table
from glassworks.configurations import Configuration
from glassworks.lanes import processor_lanes
from glassworks.preparing import Chain, Means, State
from glassworks.watching._audience import Audience

Arrays = dict[str, np.ndarray]


class Table:
    """What one watcher saw of a block.

    Attributes:
        rows: of each sample that is finished.
        arrays: what is kept of each, by sample.
        seconds: what looking took.
    """

    def __init__(self, job: Job, liquid: Liquid, watcher: str, block: int):
        self.job, self.liquid, self.name = job, liquid, liquid.measured(watcher)
        self.watcher, _, self.parameters = liquid.watcher(watcher)
        self.path = Path(f"{liquid.folder(block)}/{self.name}.parquet")
        self.specification = planned.watch(liquid, block, watcher, job.seed)
        self.kind = watcher
        self.declared = self.watcher.arrays(self.parameters)
        self.rows: list[dict] = []
        self.arrays: dict[int, Arrays] = {}
        self.seconds = 0.0

    @property
    def beside(self) -> Path:
        """Where its arrays are kept."""
        return self.path.with_suffix(".h5")

    def there(self, content: str) -> bool:
        """Whether table and arrays are there, whole, and made from what is planned, of liquids with this content
        hash."""
        try:
            table, kept, found = read_whole(self.path)
            records = [table_record(table.schema)]
            if self.declared:
                compare(*_hashes(self.beside))
                records.append(read_record(self.beside))
        except Exception:  # absent, or damaged, of which readers raise nearly anything
            return False
        expected = digest(self.specification), self.job.code(self.kind), content
        keys = ("specification_hash", "stage_digest", "liquid")
        return kept == found and {tuple(record.get(key) for key in keys) for record in records} == {expected}

    def add(self, samples: Sequence[int], status: str, audience: Audience) -> None:
        """What was seen on the way to some samples; a status other than ok goes for all rows."""
        rows, arrays = audience.found(self.name) if status == OK else ([{}], {})
        over = {} if status == OK else {"status": status}
        for sample in samples:
            self.rows += [{"sample": sample, "status": OK, **row, **over} for row in rows]
            if arrays:
                self.arrays[sample] = {
                    name: np.asarray(arrays[name], dtype=told.dtype) for name, told in self.declared.items()
                }
        self.seconds += audience.seconds[self.name]

    def write(self, content: str) -> None:
        """Writes arrays, where they are kept, and the table, which comes last."""
        import pandas as pd  # which other jobs do without

        record = self.job.provenance(
            self.specification, self.kind, self.seconds, liquid=content, **registers(self.liquid)
        )
        if self.declared and self.watcher.write:
            with product(self.beside) as temporary:
                self.watcher.write(temporary, self.arrays, {PROVENANCE: json.dumps(record, sort_keys=True)})
                seal_frames(temporary)
        elif self.declared:
            write_arrays(self.beside, self.arrays, self.declared, record)
        columns = self.watcher.columns_in(self.liquid.model.dimension)
        write_table(self.path, pd.DataFrame(self.rows, columns=columns), record)


def _hashes(path: Path) -> tuple[str, str]:
    with hdf5.opened(path) as file:
        return str(file.attrs.get(KEY, "")), frames_hash(file)


def read_kept(path: Path, watcher: watching.Watcher) -> dict[int, Arrays]:
    """The arrays beside a watcher's table, by sample and name, compared with their hash.

    Raises:
        OSError, ValueError, KeyError: they are damaged.
    """
    if watcher.read is None:
        return read_arrays(path)[0]
    with hdf5.opened(path) as file:
        compare(str(file.attrs[KEY]), frames_hash(file))
        return watcher.read(file)


def watch(job: Job, chosen: Sequence[tuple[Liquid, str]], block: int) -> None:
    """Writes `<watcher>-<hash>.parquet` of a block, and `.h5` where arrays are kept, for each (liquid, watcher), all of
    one liquid. Tables that are there, whole, and made of this liquid from what is planned are left as they are.

    The trajectories start where they did, with the same random numbers, and must end in the very liquids that lie
    there. The block's checkpoint holds what was seen on the way to those that are finished, and the state of the one
    at hand with its watchers.

    Raises:
        ConfigurationError: a trajectory ends elsewhere, or this processor cannot run it again.
    """
    liquid = chosen[0][0]
    job.model = liquid.model
    there = There(liquid, block)
    due = [table for each, name in chosen if not (table := Table(job, each, name, block)).there(there.content)]
    if not due:
        return
    there.check_registers()
    name = f"watch {liquid.id} {block}"
    code = stage_digest(liquid.stage, liquid.protocol.prepared_by(), liquid.model)
    key = digest({"liquid": [there.content, code], "due": [[each.specification, job.code(each.kind)] for each in due]})
    with checkpoint(name, key) as kept:
        parts, made, inner, audience = kept.recall() or ([], Block({}), None, None)
        for table, finished in zip(due, parts, strict=False):
            table.rows, table.arrays, table.seconds = finished
        with heartbeat(name, liquid.block_samples - len(made.left)) as progress:
            above = [read_chains(rung, index) for rung, index in liquid.starts(block)]
            for index in liquid.chains(block)[made.chains :]:
                done, samples = progress.beat["done"], liquid.samples_per_chain
                if inner is None:
                    audience = Audience(job.model, liquid.n, {t.name: (t.watcher.name, t.parameters) for t in due})
                memory = Within(kept, Kept(due, made, audience), inner)
                means = Means(
                    generator(job.seed, liquid.digest, index), index, progress.within(samples), memory, audience
                )
                chain = preparing.load(liquid.protocol.prepared_by()).prepare(
                    liquid.here, start_of(liquid, index, above, made), means
                )
                there.check(chain, range(index * samples, (index + 1) * samples))
                made.add(chain, index * samples, index // liquid.starts_together)
                for table in due:
                    table.add(range(index * samples, (index + 1) * samples), chain.status, audience)
                inner = None
                kept.offer(lambda: Kept(due, made, None)(None))
                progress.reach(done + samples)
        for table in due:
            table.write(there.content)


class Kept(NamedTuple):
    """Makes what a checkpoint holds from the state of the chain at hand."""

    due: Sequence[Table]
    made: Block
    audience: Audience | None

    def __call__(self, inner: object) -> tuple:
        parts = [(table.rows, table.arrays, table.seconds) for table in self.due]
        return parts, self.made, inner, self.audience


class There:
    """The liquids of a block that lie there, to which the trajectories must lead again.

    Attributes:
        content: their content hash.
    """

    def __init__(self, liquid: Liquid, block: int):
        self.liquid, self.path = liquid, f"{liquid.folder(block)}/liquid.h5"
        self.names = STATE if liquid.protocol.goes_on else ()
        frames, self.status = read_block(liquid.folder(block), "liquid", *self.names)
        self.content = frames.content
        self.ends = {
            sample: {**_arrays(frame), **{name: frames.arrays[name][k] for name in self.names}}
            for k, (sample, frame) in enumerate(zip(frames.samples, frames.configurations, strict=True))
        }

    def check_registers(self) -> None:
        """Raises ConfigurationError where this processor sums forces otherwise than the one that made them."""
        made, here = read_record(Path(self.path)).get("lanes"), processor_lanes()
        if made is not None and made != here:
            raise ConfigurationError(
                f"{self.path}: was made with {made or 'no'} numbers a register, but this processor has "
                f"{here or 'none'}: its trajectories cannot be run again bit for bit; allowed: a processor of that kind"
            )

    def check(self, chain: Chain, samples: Sequence[int]) -> None:
        """Raises ConfigurationError where a chain does not end in the liquids that lie there, bit for bit."""
        for sample, left in zip(samples, chain.left, strict=True):
            end = _arrays(left)
            if self.names:
                end |= dict(zip(self.names, (left.velocities, left.forces, left.bath), strict=True))
            differing = [name for name, value in end.items() if not np.array_equal(value, self.ends[sample][name])]
            if self.status[sample] != chain.status:
                differing.append("status")
            if differing:
                raise ConfigurationError(
                    f"{self.path}: sample {sample}: its trajectory, run once more, ends elsewhere "
                    f"({', '.join(differing)} differ), so that nothing of it can be watched; delete the file, and the "
                    "next run makes liquid and watchers anew"
                )


def _arrays(frame: Configuration | State) -> Arrays:
    """What a configuration is, by name."""
    return {"position": frame.positions, "diameter": frame.diameters, "edges": frame.box.edges}
