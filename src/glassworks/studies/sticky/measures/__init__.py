"""What claims of the study are measured by."""

from glassworks.studies.sticky.measures import soft  # noqa: F401  registers its own
from glassworks.studies.sticky.measures.registry import MEASURES

__all__ = ["MEASURES"]
