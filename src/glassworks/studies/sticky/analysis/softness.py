"""Tables of soft modes, pinches and what relates them: the part of the study's analysis in microscopic elasticity."""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.measured import Measured
from glassworks.studies.sticky.analysis import cores, findings, pinches, relations, routes, spectra, stiffness
from glassworks.studies.sticky.analysis.counted import shares
from glassworks.studies.sticky.columns.soft import COLUMNS


def softness(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The derived tables, by name; one that lacks data has its columns and no row."""
    share = shares(measured, raw)
    distributions = pinches.add_pinches(measured, raw)
    stiffness.add_stiffness(measured, raw)
    cores.add_core_slopes(measured, share)
    found = {
        "soft": spectra.soft(measured),
        "densities": spectra.densities(measured),
        "soft_windows": spectra.soft_windows(measured, share),
        "exponents": spectra.exponents(measured),
        "core_profiles": cores.core_profiles(measured, share),
        "core_thresholds": cores.core_thresholds(measured, share),
        "pinch_densities": pinches.pinch_densities(measured, distributions),
        "soft_changes": relations.soft_changes(measured),
        "soft_steps": relations.soft_steps(measured),
        "soft_orders": relations.soft_orders(measured),
        "soft_ratios": relations.soft_ratios(measured),
        "slopes": relations.slopes(measured),
        "routes": routes.routes(measured, raw),
        "stiffness": stiffness.stiffness(measured),
        "findings": findings.findings(measured),
    }
    return {name: frame.reindex(columns=list(COLUMNS[name])) for name, frame in found.items()}
