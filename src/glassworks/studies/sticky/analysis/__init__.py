"""Derived tables of the study of sticky-sphere glasses (González-López et al., Phys. Rev. E 103, 022606 (2021)).

Every ensemble is measured alone (`annealed`): its quantities become draws over the same resampled glasses, in units of
its own ω_0 = c_s/a_0 beside reduced ones. What compares temperatures, and then models, follows.
"""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.tables import ensembles
from glassworks.studies.sticky.analysis.annealed import annealed, summary, without_crystals
from glassworks.studies.sticky.analysis.softness import softness


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    raw = without_crystals(raw)
    measured = [annealed(raw, key) for key in ensembles(raw["glasses"]).to_dict("records")]
    return {"summary": summary(measured)} | softness(measured, raw)
