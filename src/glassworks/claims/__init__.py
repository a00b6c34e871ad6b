"""Claims of papers and their verdicts, computed from the derived tables of `glassworks.statistics`.

A claim is declared in the paper's file: its sentence, place, published value, the value that it means and the nearest
rival, a tolerance with the reason for it, and the name of a measure of its study. `judge` measures every claim of a
paper, compares the 95% interval with the tolerance, and tells how much that asked.
"""

from glassworks.claims.claim import Claim, read_claims
from glassworks.claims.judging import COLUMNS, judge
from glassworks.claims.measures import Measurement, Measures, OutOfReach
from glassworks.claims.verdicts import VERDICTS, verdict

__all__ = ["COLUMNS", "VERDICTS", "Claim", "Measurement", "Measures", "OutOfReach", "judge", "read_claims", "verdict"]
