"""GSD, HOOMD-blue's files, through its own library."""

from __future__ import annotations

import gsd.hoomd
import numpy as np

from glassworks.exchange.snapshots import Snapshot, Unreadable


def frames(path: str) -> int:
    """How many frames a file has."""
    with _opened(path) as file:
        return len(file)


def read(path: str, frame: int, source: str) -> Snapshot:
    """One frame.

    Raises:
        Unreadable: it is no GSD file of particles.
    """
    with _opened(path) as file:
        found = file[frame]
    particles, d = found.particles, int(found.configuration.dimensions)
    cell = _cell(np.array(found.configuration.box, dtype=float))[:d, :d]
    labels = np.array(particles.types)[particles.typeid] if particles.N else np.array([], dtype=str)
    return Snapshot(
        source=source,
        cell=cell,
        origin=-0.5 * cell.sum(axis=0),
        periodic=np.ones(d, dtype=bool),
        positions=np.array(particles.position[:, :d], dtype=float),
        labels=labels.astype(str),
        diameters=_told(particles.diameter),
        masses=_told(particles.mass),
    )


def _opened(path: str):
    try:
        return gsd.hoomd.open(path, "r")
    except (OSError, RuntimeError) as error:
        raise Unreadable(f"{path}: cannot be read as GSD ({error})") from None


def _cell(box: np.ndarray) -> np.ndarray:
    """Box vectors as rows of (L_x, L_y, L_z, xy, xz, yz), whose tilts count in the edge that they belong to."""
    lx, ly, lz, xy, xz, yz = box
    return np.array([[lx, 0.0, 0.0], [xy * ly, ly, 0.0], [xz * lz, yz * lz, lz]])


def _told(values: np.ndarray) -> np.ndarray | None:
    """What a file says of each particle; None where it is all 1, which is what the library gives for nothing."""
    found = np.array(values, dtype=float)
    return None if (found == 1.0).all() else found
