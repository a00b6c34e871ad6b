"""The energy landscape: the paths that lead downhill to inherent structures."""

from glassworks.landscape.downhill import Path, downhill, downhill_path, thinned
from glassworks.landscape.fire import Fire
from glassworks.landscape.steepest import SteepestDescent

__all__ = ["Fire", "Path", "SteepestDescent", "downhill", "downhill_path", "thinned"]
