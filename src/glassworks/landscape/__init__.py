"""The energy landscape: the paths that lead downhill to inherent structures."""

from glassworks.landscape.downhill import Path, distance_between, downhill, downhill_path, harmonic_path, thinned
from glassworks.landscape.fire import Fire
from glassworks.landscape.steepest import SteepestDescent

__all__ = [
    "Fire",
    "Path",
    "SteepestDescent",
    "distance_between",
    "downhill",
    "downhill_path",
    "harmonic_path",
    "thinned",
]
