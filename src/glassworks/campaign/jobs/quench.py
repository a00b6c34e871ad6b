"""Quenches one block of liquids to glasses."""

from __future__ import annotations

import numpy as np

from glassworks.campaign.jobs.common import OK, Job, read_block, write_configurations
from glassworks.campaign.jobs.progress import heartbeat
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.campaign.products.tables import as_columns, write_table
from glassworks.configurations import Configuration
from glassworks.minimize import minimize

QUENCHED = {
    "energy": np.nan, "pressure": np.nan, "residual": np.nan, "iterations": 0, "converged": False, "status": OK,
    "density": np.nan, "length": np.nan,
}  # fmt: skip
"""The columns of a glass, and what its row says where nothing was found."""


def quench(job: Job, ensemble: Ensemble, block: int) -> None:
    """Writes `glass.h5` and `glasses.parquet` of a block; a minimization that fails is a row that says so."""
    job.model = ensemble.model
    source = ensemble.liquid.folder(block)
    liquids, status = read_block(source, "liquid")
    glasses, rows = [], []
    with heartbeat(f"quench {ensemble.id} {block}", len(liquids.samples)) as progress:
        for frame, sample in zip(liquids.configurations, liquids.samples, strict=True):
            glass, row = _one(ensemble, frame, status[sample])
            glasses.append(glass)
            rows.append({"sample": sample, **row})
            progress.advance()
    record = job.provenance(planned.quench(ensemble, block, job.seed))
    write_configurations(f"{ensemble.folder(block)}/glass.h5", glasses, liquids.samples, record)
    write_table(f"{ensemble.folder(block)}/glasses.parquet", as_columns(rows), record)


def _one(ensemble: Ensemble, frame: Configuration, liquid_status: str) -> tuple[Configuration, dict]:
    """A glass and its row; where something failed, the liquid's configuration stands in and the status tells why."""
    row = {
        **QUENCHED,
        "status": f"liquid: {liquid_status}",
        "density": frame.density,
        "length": float(frame.box.length if frame.box.equal else frame.box.volume ** (1.0 / frame.box.dimension)),
    }
    if liquid_status != OK:
        return frame, {**row, "status": f"liquid: {liquid_status}"}
    try:
        found = minimize(ensemble.model.interaction, frame, ensemble.minimizer)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        return frame, {**row, "status": f"minimization: {error}"}
    row |= {
        "energy": float(found.energy) / len(frame),
        "pressure": float(found.pressure),
        "residual": float(found.residual),
        "iterations": int(found.evaluations),
        "converged": bool(found.converged),
        "status": OK if found.converged else f"minimization stopped at residual force {found.residual:.1e}",
    }
    return found.configuration, row
