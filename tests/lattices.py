"""Site percolation on the square lattice, whose threshold and exponents are known."""

from functools import cache

import numpy as np

from glassworks.forces.networks import Connections

THRESHOLD, NU, TAU, FRACTAL = 0.592746, 4 / 3, 187 / 91, 91 / 48


@cache
def site_links(side: int, periodic: bool = True) -> Connections:
    """Bonds between neighboring sites of a square lattice, site (x, y) having number x · side + y."""
    place = np.stack(np.divmod(np.arange(side**2), side), axis=1)
    first, second, images = [], [], []
    for axis in (0, 1):
        step = np.zeros(2, dtype=int)
        step[axis] = 1
        ahead = place + step
        number = ahead % side @ [side, 1]
        first.append(np.arange(side**2))
        second.append(number)
        images.append(ahead // side)
    links = Connections(*(np.concatenate(each) for each in (first, second, images)))
    kept = ~links.images.any(axis=1) | periodic
    return Connections(links.first[kept], links.second[kept], links.images[kept])
