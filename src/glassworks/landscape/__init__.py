"""The energy landscape: the paths that lead downhill to inherent structures."""

from glassworks.landscape.downhill import Fire, Path, SteepestDescent, downhill, downhill_path, thinned

__all__ = ["Fire", "Path", "SteepestDescent", "downhill", "downhill_path", "thinned"]
