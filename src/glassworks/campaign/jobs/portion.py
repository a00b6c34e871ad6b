"""Measures a portion of one observable on one block of glasses, whose work on a sample is divided over jobs."""

from __future__ import annotations

from functools import partial

from glassworks.campaign.jobs.common import Job, read_block
from glassworks.campaign.jobs.measuring import Table, Work
from glassworks.campaign.planned.ensembles import Ensemble


def portion(job: Job, ensemble: Ensemble, block: int, observable: str) -> None:
    """Writes `<observable>-<hash>.<number>of<jobs>.parquet` of a block: the rows of its pieces; `observable` names the
    portion too. A glass that failed before, or fails here, is a row that says so."""
    from glassworks.glasses import Glass  # with all that measures one

    job.model = ensemble.model
    frames, status = read_block(ensemble.folder(block), "glass")
    table = Table(job, ensemble, observable, block)
    work = Work(job, [table], frames.content, partial(Glass, ensemble.model, trusted=True))
    said = {sample: status[sample] for sample in frames.samples}
    work.run(f"portion {ensemble.id} {block} {table.path.stem}", frames.configurations, said)
