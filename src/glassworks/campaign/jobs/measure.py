"""Measures observables on one block of glasses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from glassworks.campaign.jobs.common import Job, read_block
from glassworks.campaign.jobs.measuring import Table, Work
from glassworks.campaign.planned.ensembles import Ensemble


def measure(job: Job, chosen: Sequence[tuple[Ensemble, str]], block: int) -> None:
    """Writes `<observable>-<hash>.parquet` of a block, and `.h5` where arrays are kept, for each (ensemble,
    observable), all of one ensemble's glasses.

    A glass that failed before, or fails here, is a row that says so. Tables that are there, whole, and made of these
    glasses from what is planned are left as they are. The block's checkpoint holds what was found on the glasses that
    are finished, and on the one at hand by the observables before.
    """
    from glassworks.glasses import Glass  # with all that measures one

    job.model = chosen[0][0].model
    tables = [Table(job, ensemble, observable, block) for ensemble, observable in chosen]
    ensemble = tables[0].ensemble
    frames, status = read_block(ensemble.folder(block), "glass")
    work = Work(job, tables, frames.content, partial(Glass, ensemble.model, trusted=True))
    said = {sample: status[sample] for sample in frames.samples}
    work.run(f"measure {ensemble.id} {block}", frames.configurations, said)
