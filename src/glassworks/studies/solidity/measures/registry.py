"""The measures of the study of emergent solidity, by name."""

from glassworks.claims.measures import Measures

MEASURES = Measures()
measure = MEASURES.register
