"""Other people's configurations, read and written: extended XYZ, LAMMPS data and dump, GSD, H5MD, whatever ASE reads.

A file becomes a :class:`Snapshot`, as it stands there; :func:`fitted` makes a configuration of a model out of it, by
a stated rule for the sizes of its particles and the :class:`Units` that it counts in. What cannot be one is refused,
naming file and frame, and what is allowed.
"""

from glassworks.exchange.fitting import fitted
from glassworks.exchange.reading import FORMATS, count_frames, of_atoms, read_snapshot
from glassworks.exchange.snapshots import Snapshot, Unreadable
from glassworks.exchange.units import Units

__all__ = [
    "FORMATS",
    "Snapshot",
    "Units",
    "Unreadable",
    "count_frames",
    "fitted",
    "of_atoms",
    "read_snapshot",
]
