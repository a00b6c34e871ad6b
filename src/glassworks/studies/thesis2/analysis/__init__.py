"""Derived tables of the chapter on the nonphononic density of states, in reduced units.

Ensembles of cooled glasses are reweighted glass by glass; what several sizes say together is made draw by draw of their
own draws. All windows are found again in each draw.
"""

from __future__ import annotations

import pandas as pd

from glassworks.studies.thesis2.analysis import curves, fields, laws, waves
from glassworks.studies.thesis2.analysis.ensembles import spectral, summary
from glassworks.studies.thesis2.columns import COLUMNS


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the chapter from its raw ones."""
    found = spectral(raw)
    curves.find_cutoffs(found)
    pinched = waves.pinched(raw)
    derived = {
        "summary": summary(found),
        "densities": curves.densities(found),
        "cumulatives": curves.cumulatives(found),
        "running_participation": curves.running_participation(found),
        "windows": curves.windows(found),
        "bands": curves.bands(found),
        "cutoffs": curves.cutoffs(found),
        "growth": laws.growth(found),
        "laws": laws.laws(found),
        "rates": laws.rates(found),
        "decays": fields.decays(raw),
        "falls": fields.falls(raw),
        "weights": fields.shares(raw, paper),
        "shown": fields.shown(raw),
        "correlations": fields.correlations(raw),
        "peaks": fields.peaks(raw),
        "portrait": waves.portrait(raw),
        "pinched": pinched,
        "likenesses": waves.likenesses(pinched),
    }
    return {name: frame if len(frame) else pd.DataFrame(columns=list(COLUMNS[name])) for name, frame in derived.items()}
