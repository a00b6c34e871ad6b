"""Derived tables of the study of sticky-sphere glasses (González-López et al., Phys. Rev. E 103, 022606 (2021)).

Every ensemble is measured alone (`annealed`): its quantities become draws over the same resampled glasses, in units of
its own ω_0 = c_s/a_0 beside reduced ones. What compares temperatures, and then models, follows.
"""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.tables import ensembles
from glassworks.studies.sticky.analysis import elastic, structures, temperatures
from glassworks.studies.sticky.analysis.annealed import annealed, pooled, summary, without_crystals
from glassworks.studies.sticky.analysis.depths import ladders
from glassworks.studies.sticky.analysis.dynamics import dynamics
from glassworks.studies.sticky.analysis.softness import softness
from glassworks.studies.sticky.columns import COLUMNS


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    raw = pooled(without_crystals(raw))
    measured = [annealed(raw, key) for key in ensembles(raw["glasses"]).to_dict("records")]
    times, curves = dynamics(paper, raw, measured)
    known = ladders(measured)
    found = temperatures.settle_units(paper, known)
    derived = {
        "summary": summary(measured),
        "dynamics": times,
        "stress_curves": curves,
        "crossovers": temperatures.crossovers(paper, known, found),
        "crossover_choices": temperatures.choices(paper, known),
        "route_choices": temperatures.route_choices(known, found),
        "scaled": elastic.scaled(known),
        "variations": elastic.variations(known),
        "orderings": elastic.orderings(known),
        "contrasts": elastic.contrasts(known),
        "gaps": elastic.gaps(known),
        "onsets": elastic.onsets(known),
        "potentials": structures.potentials(),
        "structures": structures.structures(raw, known),
        "crystal_counts": structures.crystals(raw, measured),
    } | softness(measured, raw)
    return {name: frame if len(frame) else pd.DataFrame(columns=list(COLUMNS[name])) for name, frame in derived.items()}
