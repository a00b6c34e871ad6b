"""Derived tables of the study of emergent solidity (Tong, Sengupta & Tanaka, Nat. Commun. 2020)."""

from __future__ import annotations

from collections.abc import Iterable

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
from glassworks.studies.solidity.analysis.ensembles import Ensemble, ensembles_of
from glassworks.studies.solidity.analysis.summary import measured, summary_row
from glassworks.studies.solidity.analysis.systems import systems


def _coded(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose ensembles are told apart by numbers instead of words: they are looked up thousands of times."""
    return frame.astype({name: "category" for name in ("group", "ensemble", "status") if name in frame})


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones: the summary of each ensemble, then what needs several.

    In the paper's order: stress correlations and moduli along the main coolings, their network, both against each other
    and in other systems, the liquid in equilibrium, and unbalanced forces with the paths downhill.
    """
    raw = {name: _coded(frame) for name, frame in pooled(raw, MAIN, "liquids", ("model", "n", "rate")).items()}
    every = list(ensembles_of(paper, raw))
    paths = [ensemble for ensemble in every if ensemble.keys["protocol"] != "relax"]
    for ensemble in paths:
        ensemble.networks = networks.networks(ensemble, raw) if len(ensemble.samples) else {}
        ensemble.draws = measured(ensemble, raw) if len(ensemble.samples) else {}
    main = [ensemble for ensemble in paths if ensemble.keys["group"].startswith(MAIN)]
    rows = {
        "summary": [summary_row(ensemble, raw) for ensemble in every],
        **_coolings(main, raw),
        **_percolation(main, raw, networks.Printed.of(paper)),
        **_transitions(main, paths),
        **_liquids(every, raw),
        **_downhill(paper, paths, raw),
    }
    return {name: pd.DataFrame(found) for name, found in rows.items()}


Rows = dict[str, Iterable[dict]]
"""Rows of tables, by name."""


def _coolings(main: list[Ensemble], raw: dict[str, pd.DataFrame]) -> Rows:
    """Stress correlations, networks and moduli of each ensemble of the main coolings (Figs. 1, 3, 5)."""
    own = {name: rows[rows["group"].str.startswith(MAIN)] if len(rows) else rows for name, rows in raw.items()}
    each = {
        "correlations": fields.correlations,
        "mean_maps": fields.mean_maps,
        "connections": networks.connections,
        "windows": moduli.windows,
    }
    found = {name: [row for ensemble in main for row in rows(ensemble, own)] for name, rows in each.items()}
    return {**found, "powers": fields.powers(main, raw), "limits": moduli.limits(main)}


def _percolation(main: list[Ensemble], raw: dict[str, pd.DataFrame], printed: networks.Printed) -> Rows:
    """The network's threshold and exponents from several sizes (Fig. 4, Supplementary Fig. 8)."""
    sizes = list(networks.candidates(main, raw, printed.threshold))
    thresholds = list(networks.thresholds(sizes, printed.exponent))
    center = networks.centers(thresholds)
    critical = list(clusters.critical(main, raw, center, printed.threshold))
    return {
        "thresholds": [row for row, _ in thresholds],
        "scalings": networks.scalings(sizes, printed.exponent),
        "curves": networks.curves(main, raw, printed.threshold),
        "profiles": networks.profiles(sizes, printed),
        "cluster_sizes": clusters.cluster_sizes(critical),
        "cluster_exponents": [*clusters.exponents(critical), *clusters.largest(sizes, center)],
    }


def _transitions(main: list[Ensemble], paths: list[Ensemble]) -> Rows:
    """Where quantities rise along a cooling, by which definition, and in other systems (Figs. 3 to 5, Note 2)."""
    return {
        "liquid_amplitudes": ladders.liquid(main),
        "transitions": ladders.transitions(main),
        "onsets": definitions.onset_rows(main),
        "halves": definitions.half_rows(paths),
        "collapses": ladders.collapses(main),
        "systems": systems(paths),
    }


def _liquids(every: list[Ensemble], raw: dict[str, pd.DataFrame]) -> Rows:
    """The liquid in equilibrium (Supplementary Figs. 1 to 3)."""
    watched = liquid.watched(every, raw)
    times = [found for one in watched for found in liquid.relaxation_times(one)]
    return {
        "decays": [row for one in watched for row in liquid.decays(one)],
        "relaxation_times": [row for row, _ in times],
        "laws": liquid.laws(times),
    }


def _downhill(paper: dict, paths: list[Ensemble], raw: dict[str, pd.DataFrame]) -> Rows:
    """Forces that remain, and the paths to inherent structures (Fig. 2, Supplementary Fig. 12)."""
    curves = list(descents.curves(paper, raw))
    return {
        "remaining": [unbalanced.remaining_row(ensemble, raw) for ensemble in paths if len(ensemble.samples)],
        "remaining_bins": [row for ensemble in paths for row in unbalanced.remaining_bins(ensemble, raw)],
        "descents": [row for curve in curves for row in descents.descent_rows(curve)],
        "ranges": ranges.range_rows(curves),
        "dimensions": dimensions.dimension_rows(curves, printed_numbers(paper)["crossover"]),
    }
