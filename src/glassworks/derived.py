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
        "summary", "correlations", "connections", "transitions", "thresholds", "systems", "decays",
        "relaxation_times", "laws",
    ),
}  # fmt: skip


def derived_tables(paper: str) -> tuple[str, ...]:
    """Names of a paper's derived tables; none where its analysis has not been written."""
    return DERIVED.get(paper, ())
