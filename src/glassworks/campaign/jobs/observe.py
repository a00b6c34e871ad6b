"""Measures one observable on one block of liquids as they are."""

from __future__ import annotations

from functools import partial

from glassworks.campaign.jobs.common import Job, read_block
from glassworks.campaign.jobs.measuring import Table, Work
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.observables import Snapshot


def observe(job: Job, ensemble: Ensemble, block: int, observable: str) -> None:
    """Writes `<observable>-<hash>.parquet` of a block, and `.h5` where arrays are kept; a liquid that failed before, or
    fails here, is a row that says so.
    """
    job.model = ensemble.model
    frames, status = read_block(ensemble.liquid.folder(block), "liquid")
    tables = [Table(job, ensemble, observable, block)]
    work = Work(job, tables, frames.content, partial(Snapshot, ensemble.model))
    said = {sample: status[sample] for sample in frames.samples}
    work.run(f"observe {ensemble.id} {block} {ensemble.measured(observable)}", frames.configurations, said)
