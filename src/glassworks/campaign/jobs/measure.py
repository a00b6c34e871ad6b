"""Measures observables on one block of glasses."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from glassworks.campaign.checkpoints import checkpoint
from glassworks.campaign.config import observable_parameters
from glassworks.campaign.contents import read_whole, table_record
from glassworks.campaign.ensembles import Ensemble
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, read_block
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import digest, generator
from glassworks.campaign.tables import joined, write_table
from glassworks.observables import OBSERVABLES, Columns, Glass


def measure(job: Job, chosen: Sequence[tuple[Ensemble, str]], block: int) -> None:
    """Writes `<observable>-<hash>.parquet` of a block for each (ensemble, observable), all of one ensemble's glasses.

    A glass that failed before, or fails here, is a row that says so. Tables that are there, whole, and made of these
    glasses from what is planned are left as they are. The block's checkpoint holds what was found on the glasses that
    are finished.
    """
    job.model = chosen[0][0].model
    tables = [Table(job, ensemble, observable, block) for ensemble, observable in chosen]
    folder = tables[0].ensemble.folder(block)
    (configurations, samples, _, glasses), status = read_block(folder, "glass")
    due = [table for table in tables if not table.there(glasses)]
    if not due:
        return
    name, specifications = f"measure {tables[0].ensemble.id} {block}", [table.specification for table in due]
    with checkpoint(name, job.key({"glasses": glasses, "tables": specifications})) as memory:
        for table, found in zip(due, memory.recall() or (), strict=False):
            table.parts, table.seconds = found
        left = list(zip(configurations, samples, strict=True))[len(due[0].parts) :]
        with heartbeat(name, len(left)) as progress:
            for frame, sample in left:
                glass = Glass(tables[0].ensemble.model, frame, trusted=True)
                for table in due:
                    table.add(sample, glass, status[sample])
                memory.offer(lambda: [(table.parts, table.seconds) for table in due])
                progress.advance()
            for table in due:
                table.write(glasses)


class Table:
    """One observable of a block."""

    def __init__(self, job: Job, ensemble: Ensemble, observable: str, block: int):
        parameters = ensemble.observables[observable]
        self.job, self.ensemble, self.observable = job, ensemble, observable
        self.path = Path(f"{ensemble.folder(block)}/{ensemble.measured(observable)}.parquet")
        self.specification = planned.measure(ensemble, block, observable, job.seed)
        self.parameters = observable_parameters(observable, parameters)
        self.code = digest({**ensemble.specification, "observable": observable, "parameters": parameters})
        self.parts: list[Columns] = []
        self.seconds = 0.0

    def there(self, glasses: str) -> bool:
        """Whether the table is there, whole, and made from what is planned, of glasses with this content hash."""
        try:
            table, kept, found = read_whole(self.path)
            record = table_record(table.schema)
        except Exception:  # absent, or damaged, of which readers raise nearly anything
            return False
        made = record.get("specification_hash"), record.get("stage_digest"), record.get("glasses")
        return kept == found and made == (
            digest(self.specification),
            self.job.code(self.observable),
            glasses,
        )

    def add(self, sample: int, glass: Glass, status: str) -> None:
        """Measures one glass, unless its quench failed."""
        started = time.monotonic()
        if status == OK:
            rows = self._measured(glass, generator(self.job.seed, self.code, sample))
        else:
            rows = _failure(f"glass: {status}")
        self.parts.append({"sample": np.full(len(rows["status"]), sample), **rows})
        self.seconds += time.monotonic() - started

    def _measured(self, glass: Glass, rng: np.random.Generator) -> Columns:
        try:
            return OBSERVABLES[self.observable].measure(glass, self.parameters, rng)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            return _failure(f"{self.observable}: {error}")

    def write(self, glasses: str) -> None:
        """Writes the table; `glasses` is the content hash of what it was measured on."""
        record = self.job.provenance(self.specification, self.observable, self.seconds, glasses=glasses)
        write_table(self.path, joined(self.parts), record)


def _failure(reason: str) -> Columns:
    """One row for a sample that has nothing but a reason; its other columns become 'not a number'."""
    return {"status": np.array([reason])}
