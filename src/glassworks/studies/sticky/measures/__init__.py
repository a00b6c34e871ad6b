"""What claims of the study are measured by."""

from glassworks.studies.sticky.measures import crossovers, dynamics, elastic, soft
from glassworks.studies.sticky.measures.registry import MEASURES

__all__ = ["MEASURES", "crossovers", "dynamics", "elastic", "soft"]
