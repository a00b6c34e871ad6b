"""Claims of papers and their verdicts, computed from the derived tables of `glassworks.statistics`.

A claim is declared in the paper's file: its sentence, place, published value, tolerance with the reason for it, and the
name of a measure registered here. `judge` measures every claim of a paper and compares the 95% interval with the
tolerance.
"""

from glassworks.claims import solidity  # noqa: F401  registers its measures
from glassworks.claims.claim import COLUMNS, Claim, judge, read_claims, verdict
from glassworks.claims.measures import MEASURES, Measurement, OutOfReach

__all__ = ["COLUMNS", "MEASURES", "Claim", "Measurement", "OutOfReach", "judge", "read_claims", "verdict"]
