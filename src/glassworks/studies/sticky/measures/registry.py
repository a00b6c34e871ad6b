"""Where the study's measures register."""

from glassworks.claims.measures import Measures

MEASURES = Measures()
measure = MEASURES.register
