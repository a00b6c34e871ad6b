"""Derived tables of the study of anharmonic vibrations (Mizuno et al., Phys. Rev. Research 2, 013215 (2020)).

A row of `modes` is a vibrational mode with the pull that first leads away; one of `transitions` a distinct destination.
All else counts, correlates and fits these rows, reweighting glasses (`populations`): modes of a glass share its soft
spots, and often the destination.
"""

from __future__ import annotations

import pandas as pd

from glassworks.studies.anharmonic.analysis import (
    annealed,
    controls,
    correlations,
    examples,
    findings,
    laws,
    onsets,
    shares,
    spectra,
    states,
)
from glassworks.studies.anharmonic.analysis.modes import modes, transitions
from glassworks.studies.anharmonic.columns import COLUMNS


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    known = states.states(raw)
    raw = states.amorphous(raw, known)
    curves, boson = spectra.spectra(raw)
    each = modes(raw, boson)
    distinct = transitions(raw)
    derived = {
        "states": known,
        "modes": each,
        "transitions": distinct,
        "spectra": curves,
        "bands": spectra.bands(raw),
        "boson": boson,
        "onset_samples": onsets.samples(each),
        "onsets": onsets.onsets(paper, each),
        "correlations": correlations.correlations(each),
        "laws": laws.laws(each, distinct),
        "shares": shares.shares(paper, each, distinct),
        "barriers": shares.barriers(each),
        "classes": shares.classes(each),
        "ratios": shares.ratios(each, distinct),
        "samples": shares.between_samples(distinct),
        "jumps": examples.jumps(raw),
        "scans": examples.scans(raw),
        "movers": examples.movers(raw),
        "fields": examples.fields(distinct),
        "variants": findings.variants(raw),
        "edges": findings.edges(raw),
        "controls": controls.controls(raw),
        "annealed": annealed.annealed(raw),
    }
    derived["findings"] = findings.findings(derived)
    return {name: frame if len(frame) else pd.DataFrame(columns=list(COLUMNS[name])) for name, frame in derived.items()}
