"""The measures of the study of sticky-sphere glasses, by name."""

from glassworks.claims.measures import Measures

MEASURES = Measures()
measure = MEASURES.register
