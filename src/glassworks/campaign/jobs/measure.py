"""Measures one observable on one block of glasses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.campaign.config import observable_parameters
from glassworks.campaign.ensembles import Ensemble
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job, exists
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import digest, generator
from glassworks.campaign.tables import read_table, write_table
from glassworks.configurations import read_frames
from glassworks.observables import OBSERVABLES, Glass


def measure(job: Job, ensemble: Ensemble, block: int, observable: str) -> None:
    """Writes `<observable>-<hash>.parquet` of a block; a glass that failed before, or fails here, is a row that says
    so.
    """
    folder = ensemble.folder(block)
    frames, samples, _ = read_frames(exists(f"{folder}/glass.h5"))
    status = dict(read_table(f"{folder}/glasses.parquet")[["sample", "status"]].itertuples(index=False))
    parameters = observable_parameters(observable, ensemble.observables[observable])
    code = digest({**ensemble.specification, "observable": observable, "parameters": ensemble.observables[observable]})
    parts = []
    with heartbeat(f"measure {ensemble.id} {block} {observable}", len(frames)) as progress:
        for frame, sample in zip(frames, map(int, samples), strict=True):
            if status[sample] == OK:
                rows = _one(ensemble, observable, frame, parameters, generator(job.seed, code, sample))
            else:
                rows = _failure(f"glass: {status[sample]}")
            rows.insert(0, "sample", sample)
            parts.append(rows)
            progress.advance()
    good = [rows for rows in parts if len(rows.columns) > 2] or parts
    table = pd.concat(good, ignore_index=True).iloc[:0] if good else pd.DataFrame()
    table = pd.concat([table, *parts], ignore_index=True)[list(table.columns)] if parts else table
    write_table(
        f"{folder}/{ensemble.measured(observable)}.parquet",
        table,
        job.provenance(planned.measure(ensemble, block, observable, job.seed)),
    )


def _one(ensemble: Ensemble, observable: str, frame, parameters, rng: np.random.Generator) -> pd.DataFrame:
    """The rows of one glass."""
    try:
        rows = OBSERVABLES[observable].measure(Glass(ensemble.model, frame), parameters, rng)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        return _failure(f"{observable}: {error}")
    if "status" not in rows:
        rows = rows.assign(status=OK)
    return rows.copy()


def _failure(reason: str) -> pd.DataFrame:
    """One row for a sample that has nothing but a reason; its other columns become 'not a number'."""
    return pd.DataFrame({"status": [reason]})
