"""Derived tables of the study of emergent solidity (Tong, Sengupta & Tanaka, Nat. Commun. 2020)."""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.tables import pooled
from glassworks.studies.numbers import printed_numbers
from glassworks.studies.solidity import MAIN
from glassworks.studies.solidity.analysis import (
    clusters,
    definitions,
    descents,
    dimensions,
    fields,
    ladders,
    liquid,
    moduli,
    networks,
    ranges,
    unbalanced,
)
from glassworks.studies.solidity.analysis.states import states
from glassworks.studies.solidity.analysis.summary import measured, summary_row
from glassworks.studies.solidity.analysis.systems import systems


def _coded(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose ensembles are told apart by numbers instead of words: they are looked up thousands of times."""
    return frame.astype({name: "category" for name in ("group", "ensemble", "status") if name in frame})


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    raw = {name: _coded(frame) for name, frame in pooled(raw, MAIN, "liquids", ("model", "n", "rate")).items()}
    every, printed = list(states(paper, raw)), networks.Printed.of(paper)
    paths = [state for state in every if state.keys["protocol"] != "relax"]
    for state in paths:
        state.networks = networks.networks(state, raw) if len(state.samples) else {}
        state.draws = measured(state, raw) if len(state.samples) else {}
    known = [state for state in paths if state.keys["group"].startswith(MAIN)]
    main = {name: rows[rows["group"].str.startswith(MAIN)] if len(rows) else rows for name, rows in raw.items()}

    def each(rows) -> pd.DataFrame:
        return pd.DataFrame([row for state in known for row in rows(state, main)])

    every_size = list(networks.candidates(known, raw, printed.threshold))
    thresholds = list(networks.thresholds(every_size, printed.exponent))
    center = networks.centers(thresholds)
    critical = list(clusters.critical(known, raw, center, printed.threshold))
    liquids = liquid.watched(every, raw)
    times = [found for each_liquid in liquids for found in liquid.relaxation_times(each_liquid)]
    downhill = list(descents.curves(paper, raw))
    return {
        "summary": pd.DataFrame([summary_row(state, raw) for state in every]),
        "correlations": each(fields.correlations),
        "powers": pd.DataFrame(fields.powers(known, raw)),
        "mean_maps": each(fields.mean_maps),
        "connections": each(networks.connections),
        "thresholds": pd.DataFrame([row for row, _ in thresholds]),
        "scalings": pd.DataFrame(networks.scalings(every_size, printed.exponent)),
        "curves": pd.DataFrame(networks.curves(known, raw, printed.threshold)),
        "profiles": pd.DataFrame(networks.profiles(every_size, printed)),
        "cluster_sizes": pd.DataFrame(clusters.cluster_sizes(critical)),
        "cluster_exponents": pd.DataFrame([*clusters.exponents(critical), *clusters.largest(every_size, center)]),
        "liquid_amplitudes": pd.DataFrame(ladders.liquid(known)),
        "transitions": pd.DataFrame(ladders.transitions(known)),
        "onsets": pd.DataFrame(definitions.onset_rows(known)),
        "halves": pd.DataFrame(definitions.half_rows(paths)),
        "collapses": pd.DataFrame(ladders.collapses(known)),
        "windows": each(moduli.windows),
        "limits": pd.DataFrame(moduli.limits(known)),
        "systems": pd.DataFrame(systems(paths)),
        "decays": pd.DataFrame([row for each_liquid in liquids for row in liquid.decays(each_liquid)]),
        "relaxation_times": pd.DataFrame([row for row, _ in times]),
        "laws": pd.DataFrame(liquid.laws(times)),
        "remaining": pd.DataFrame([unbalanced.remaining_row(state, raw) for state in paths if len(state.samples)]),
        "remaining_bins": pd.DataFrame([row for state in paths for row in unbalanced.remaining_bins(state, raw)]),
        "descents": pd.DataFrame([row for curve in downhill for row in descents.descent_rows(curve)]),
        "ranges": pd.DataFrame(ranges.range_rows(downhill)),
        "dimensions": pd.DataFrame(dimensions.dimension_rows(downhill, printed_numbers(paper)["crossover"])),
    }
