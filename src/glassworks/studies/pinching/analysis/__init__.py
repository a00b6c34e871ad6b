"""Derived tables of the study of pinched glasses (Rainone, Bouchbinder & Lerner, Proc. Natl. Acad. Sci. 2020).

Every ensemble is measured alone (`measure`): its quantities become draws over the same resampled glasses. Units follow
(`Units`), then what compares ensembles: changes along a ladder of temperatures, the Boltzmann fit, the onset of the
plateaus, lengths and their covariation, cutoffs. Everything that lacks data is NaN with a reason.
"""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.measured import measure
from glassworks.statistics.tables import ensembles, pooled
from glassworks.studies.pinching import MAIN
from glassworks.studies.pinching.analysis.boltzmann import boltzmann, judged_up_to
from glassworks.studies.pinching.analysis.comparisons import changes, onset
from glassworks.studies.pinching.analysis.length_tables import covariation, lengths_table, responses
from glassworks.studies.pinching.analysis.spectral_tables import (
    cumulative_table,
    cutoff_table,
    density_table,
    exponents,
    find_cutoffs,
    prefactor_windows,
    summary,
)
from glassworks.studies.pinching.analysis.units import express, units_of, units_table


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    raw = pooled(raw, MAIN, "glasses", ("model", "n", "temperature"))
    measured = [measure(raw, key) for key in ensembles(raw["glasses"]).to_dict("records")]
    units = units_of(paper, measured)
    express(measured, units)
    find_cutoffs(measured, units)
    return {
        "summary": summary(measured, units),
        "units": units_table(units),
        "prefactor_windows": prefactor_windows(measured, units),
        "cumulative": cumulative_table(measured, units),
        "densities": density_table(measured, units),
        "exponents": exponents(measured),
        "changes": changes(measured),
        "onset": onset(measured, units),
        "boltzmann": boltzmann(measured, units, judged_up_to(paper)),
        "lengths": lengths_table(measured, units),
        "covariation": covariation(measured),
        "cutoffs": cutoff_table(measured, units),
        "responses": responses(measured),
    }
