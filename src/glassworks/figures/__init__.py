"""What the figures of all studies share: their look, reading tables, and writing whole files."""

from glassworks.figures import style
from glassworks.figures.tables import Tables

__all__ = ["Tables", "style"]
