"""Measures one observable on one block of liquids as they are."""

from __future__ import annotations

import pandas as pd

from glassworks.campaign.config import observable_parameters
from glassworks.campaign.ensembles import Ensemble
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, read_block
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.tables import write_table
from glassworks.liquid_observables import LIQUID_OBSERVABLES


def observe(job: Job, ensemble: Ensemble, block: int, observable: str) -> None:
    """Writes `<observable>-<hash>.parquet` of a block; a liquid that failed before, or fails here, is a row that says
    so.
    """
    job.model = ensemble.model
    folder, chosen = ensemble.liquid.folder(block), LIQUID_OBSERVABLES[observable]
    liquids, status = read_block(folder, "liquid")
    parameters = observable_parameters(observable, ensemble.observables[observable])
    parts = []
    with heartbeat(f"observe {ensemble.id} {block} {ensemble.measured(observable)}", len(liquids.samples)) as progress:
        for frame, sample in zip(liquids.configurations, liquids.samples, strict=True):
            try:
                if status[sample] != OK:
                    raise ArithmeticError(f"liquid: {status[sample]}")
                rows = chosen.measure(ensemble.model, frame, parameters)
            except ArithmeticError as error:
                rows = pd.DataFrame([{"status": str(error)}])
            parts.append(rows.assign(sample=sample))
            progress.advance()
    table = pd.concat(sorted(parts, key=len, reverse=True)).sort_values("sample", kind="stable")
    write_table(
        f"{ensemble.folder(block)}/{ensemble.measured(observable)}.parquet",
        table.reindex(columns=["sample", *chosen.columns]),
        job.provenance(planned.measure(ensemble, block, observable, job.seed)),
    )
