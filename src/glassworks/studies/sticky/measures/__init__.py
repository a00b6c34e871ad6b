"""What claims of the study are measured by."""

from glassworks.claims.measures import Measures

MEASURES = Measures()
