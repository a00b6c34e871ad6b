"""H5MD of anybody: `particles/<group>` with a position, a box, and perhaps species, diameters and masses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import h5py
import numpy as np

from glassworks.exchange.snapshots import Snapshot, Unreadable
from glassworks.hdf5 import opened


def frames(path: str) -> int:
    """How many frames a file has."""
    with _particles(path) as group:
        return len(group["position/value"])


def read(path: str, frame: int, source: str) -> Snapshot:
    """One frame.

    Raises:
        Unreadable: it is no H5MD file of particles.
    """
    with _particles(path) as group:
        positions = group["position/value"][frame].astype(float)
        d = positions.shape[1]
        edges = _at(group["box"], "edges", frame)
        if edges is None:
            raise Unreadable(f"{source}: {group.name}/box has no edges")
        cell = np.diag(np.broadcast_to(edges, d)) if edges.ndim < 2 else edges
        boundary = np.atleast_1d(group["box"].attrs.get("boundary", [b"periodic"] * d)).tolist()
        species = _at(group, "species", frame)
        labels = np.full(len(positions), "") if species is None else np.broadcast_to(species, len(positions))
        image = _at(group, "image", frame)
        return Snapshot(
            source=source,
            cell=cell.astype(float),
            origin=np.zeros(d),
            periodic=np.array([each in (b"periodic", "periodic") for each in boundary]),
            positions=positions if image is None else positions + image @ cell,
            labels=np.char.decode(labels) if labels.dtype.kind == "S" else labels.astype(str),
            diameters=_at(group, "diameter", frame),
            masses=_at(group, "mass", frame),
            unwrapped=image is not None,
        )


@contextmanager
def _particles(path: str) -> Iterator[h5py.Group]:
    """The one group of particles of a file; raises Unreadable where there is none, or several."""
    try:
        with opened(path) as file:
            groups = list(file.get("particles", {}).values())
            if len(groups) != 1 or "position/value" not in groups[0] or "box" not in groups[0]:
                names = ", ".join(file.get("particles", {})) or "none"
                raise Unreadable(f"{path}: groups of particles: {names}; allowed: one, with position and box")
            yield groups[0]
    except (OSError, KeyError) as error:
        raise Unreadable(f"{path}: cannot be read as H5MD ({error})") from None


def _at(group: h5py.Group, name: str, frame: int) -> np.ndarray | None:
    """An element that is fixed in time or has a row a frame; None where there is none."""
    if name not in group:
        return None
    return np.asarray(group[name][()] if isinstance(group[name], h5py.Dataset) else group[f"{name}/value"][frame])
