"""The raw tables of a paper, and the files of blocks that each of them joins.

Apart from the plan, so that the jobs that join them start without its cost model and the kernels that this knows.
"""

from __future__ import annotations

from glassworks.campaign.declared.campaign import Campaign, Paper
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.studies import tables_in

LIQUIDS, GLASSES, EQUILIBRIUM = "liquids", "glasses", "equilibrium"


def ensemble_tables(ensemble: Ensemble) -> list[str]:
    """The raw tables that an ensemble adds rows to; where liquids are only starts, what is measured from them alone."""
    measured = [*([EQUILIBRIUM] if ensemble.evidence else []), *ensemble.observables, *ensemble.liquid.watch]
    if ensemble.minimizer is None and ensemble.observables:
        return measured
    return [*ensemble.liquid.tables, *([GLASSES] if ensemble.minimizer else []), *measured]


def ensemble_parts(ensemble: Ensemble, table: str) -> list[str]:
    """The files that hold an ensemble's rows of a raw table."""
    if table not in ensemble_tables(ensemble):
        return []
    if table == EQUILIBRIUM:
        return [ensemble.liquid.evidence]
    if table in ensemble.liquid.tables:
        return [f"{ensemble.liquid.folder(block)}/{table}.parquet" for block in ensemble.blocks]
    if table in ensemble.liquid.watch:
        liquid, name = ensemble.liquid, ensemble.liquid.measured(table)
        return [f"{liquid.folder(block)}/{name}.parquet" for block in ensemble.blocks]
    name = GLASSES if table == GLASSES else ensemble.measured(table)
    return [f"{ensemble.folder(block)}/{name}.parquet" for block in ensemble.blocks]


def raw_tables(campaign: Campaign, paper: Paper) -> list[str]:
    """The raw tables of a paper at this scale; from the archive, those that are there."""
    if campaign.tables == "archive":
        folder = campaign.root / f"results/archive/{paper.name}"
        found = [path.stem for path in tables_in(folder)]
        if not found:
            raise ConfigurationError(f"results/archive/{paper.name}: holds no tables; allowed: tables=computed")
        return found
    return sorted({table for ensemble in paper_ensembles(campaign, paper) for table in ensemble_tables(ensemble)})
