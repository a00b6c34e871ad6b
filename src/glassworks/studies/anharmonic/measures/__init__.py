"""What claims of the study are measured by."""

from glassworks.studies.anharmonic.measures import glasses, pulls
from glassworks.studies.anharmonic.measures.registry import MEASURES

__all__ = ["MEASURES", "glasses", "pulls"]
