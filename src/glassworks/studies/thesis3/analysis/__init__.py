"""Derived tables of the chapter on nonlinear quasilocalized excitations.

A row of `softest_modes` is a glass with its harmonic, quartic and cubic mode, in the chapter's units. Most else takes
medians, slopes and shares of these rows, reweighting glasses, or chains of them where one liquid gave several.
"""

from __future__ import annotations

import pandas as pd

from glassworks.studies.thesis3.analysis import annealing, glasses, shares, tails, trends, views
from glassworks.studies.thesis3.columns import COLUMNS


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the chapter from its raw ones."""
    units = glasses.units(raw)
    each = glasses.glasses(raw, units)
    parents, followed = annealing.parents(raw), list(trends.every_trend(each))
    growths = list(trends.every_growth(each))
    derived = {
        "references": units,
        "softest_modes": each,
        "counts": glasses.counts(each),
        "trends": trends.trends(followed),
        "slopes": trends.slopes(followed),
        "prefactors": trends.prefactors(growths),
        "sizes": trends.sizes(growths),
        "medians": shares.medians(each),
        "shares": shares.shares(each),
        "tails": tails.tails(each),
        "pairs": trends.pairs(each),
        "strained": views.strained(raw, units),
        "decays": views.decays(raw, units),
        "falls": views.falls(raw, units),
        "pictures": views.pictures(raw),
        "annealing": annealing.annealing(parents),
        "densities": annealing.densities(parents),
        "changes": annealing.changes(parents),
    }
    return {name: frame if len(frame) else pd.DataFrame(columns=list(COLUMNS[name])) for name, frame in derived.items()}
