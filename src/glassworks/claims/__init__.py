"""Claims of papers and their verdicts, computed from the derived tables of `glassworks.statistics`.

A claim is declared in the paper's file: its sentence, place, published value, the value that it means and the nearest
rival, a tolerance with the reason for it, and the name of a measure registered here. `judge` measures every claim of a
paper, compares the 95% interval with the tolerance, and tells how much that asked.
"""

from glassworks.claims import solidity  # noqa: F401  registers its measures
from glassworks.claims.claim import Claim, read_claims
from glassworks.claims.judging import COLUMNS, VERDICTS, judge, verdict
from glassworks.claims.measures import MEASURES, Measurement, OutOfReach

__all__ = ["COLUMNS", "MEASURES", "VERDICTS", "Claim", "Measurement", "OutOfReach", "judge", "read_claims", "verdict"]
