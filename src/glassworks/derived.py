"""The derived tables of each paper, which `glassworks.statistics.analyse` makes of its raw tables.

Apart from the statistics, because planning needs the names alone and should start without them.
"""

from __future__ import annotations

DERIVED: dict[str, tuple[str, ...]] = {
    "pinching": (
        "summary", "units", "prefactor_windows", "cumulative", "densities", "exponents", "changes", "onset",
        "boltzmann", "lengths", "covariation", "cutoffs", "responses",
    ),
    "solidity": (
        "summary", "correlations", "powers", "mean_maps", "connections", "thresholds", "scalings", "curves", "profiles",
        "cluster_sizes", "cluster_exponents", "liquid_amplitudes", "transitions", "onsets", "halves", "collapses",
        "windows", "limits", "systems", "decays", "relaxation_times", "laws", "remaining", "remaining_bins", "descents",
        "ranges", "dimensions",
    ),
}  # fmt: skip


def derived_tables(paper: str) -> tuple[str, ...]:
    """Names of a paper's derived tables; none where its analysis has not been written."""
    return DERIVED.get(paper, ())
