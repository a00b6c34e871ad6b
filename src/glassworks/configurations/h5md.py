"""Configurations on disk: HDF5 in the H5MD 1.1 layout, one frame a sample.

/h5md                          version, author, creator
/particles/all/box             periodic; edges (frames, d), or (frames, d, d) with edge vectors as rows where one is
                               sheared, lower triangular as most readers want them; and then `tilt` (frames,), or
                               (frames, planes) where one is sheared in another plane than x-y, because L·γ/L need not
                               be γ to the last bit
/particles/all/position        value (frames, N, d)
/particles/all/velocity, force value (frames, N, d), where they are known
/particles/all/species         (N,), or value (frames, N) where frames differ: 1, 2, … by size, and 1 for all particles
                               of a mixture of continuous sizes, where numbers would only count them
/particles/all/diameter        value (frames, N): swap moves exchange sizes, so they belong to the frame
/observables/<name>            value (frames, …): what else was measured on the way

Frames are samples, most of which never met, and have no common clock: `step` is the index of the sample, and `time` the
same number, which H5MD need not have but its readers ask for. Files written before have edges that are fixed in time,
velocity and force among the observables, and no species.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration
from glassworks.hdf5 import opened

VERSION = (1, 1)
OF_PARTICLES = ("velocity", "force")
"""What H5MD keeps beside the position."""

SPECIES = 16
"""Sizes of a mixture up to which they count as species."""


def write_frames(
    path: Path | str,
    configurations: Sequence[Configuration],
    samples: Sequence[int],
    arrays: Mapping[str, np.ndarray] | None = None,
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Write configurations that share N and dimension as the frames of one H5MD file.

    Args:
        path: file to create.
        configurations: one a sample, not empty.
        samples: the index of each sample.
        arrays: what else is known of each frame, each of length `len(configurations)`; "velocity" and "force" of shape
            (frames, N, d).
        attributes: text attributes of the root (provenance).

    Raises:
        ValueError: no configuration, or numbers of particles or dimensions that differ.
    """
    if not configurations:
        raise ValueError("no configuration to write")
    if len({each.positions.shape for each in configurations}) > 1:
        raise ValueError("the configurations of one file must share their number of particles and their dimension")
    with opened(path, "w") as file:
        write_header(file)
        for name, text in (attributes or {}).items():
            file.attrs[name] = text
        particles, observables = file.create_group("particles/all"), file.create_group("observables")
        clock = _Clock(file, np.asarray(samples, dtype=np.int64))
        clock.write(particles, "position", np.stack([each.positions for each in configurations]))
        _write_box(particles.create_group("box"), [each.box for each in configurations], clock)
        diameters = np.stack([each.diameters for each in configurations])
        clock.write(particles, "diameter", diameters)
        _write_species(particles, diameters, clock)
        for name, value in (arrays or {}).items():
            clock.write(particles if name in OF_PARTICLES else observables, name, np.asarray(value))


def read_frames(
    path: Path | str, file: h5py.File | None = None
) -> tuple[list[Configuration], np.ndarray, dict[str, np.ndarray]]:
    """Read what :func:`write_frames` wrote: configurations, sample indices, and the other arrays by name.

    Args:
        path: the file.
        file: the same, where :func:`glassworks.hdf5.opened` has opened it already.

    Raises:
        OSError, KeyError: it is no H5MD file of configurations.
        ValueError: its box is not one that :class:`Box` can hold, or see :func:`glassworks.hdf5.opened`.
    """
    if file is None:
        with opened(path) as file:
            return read_frames(path, file)
    particles, observables = file["particles/all"], file["observables"]
    positions, diameters = particles["position/value"][:], particles["diameter/value"][:]
    samples = particles["position/step"][:]
    boxes = _read_boxes(particles["box"], len(samples), f"{path}: {particles.name}/box")
    arrays = {name: group["value"][:] for name, group in observables.items()}
    arrays |= {name: particles[name]["value"][:] for name in OF_PARTICLES if name in particles}
    frames = zip(positions, diameters, boxes, strict=True)
    return [Configuration(*frame) for frame in frames], samples, arrays


class _Clock:
    """Writes time-dependent elements, which share one `step` and one `time`, as H5MD wants it of a box."""

    def __init__(self, file: h5py.File, step: np.ndarray):
        self.step, self.time = step, step.astype(float)
        self.first: h5py.Group | None = None

    def write(self, parent: h5py.Group, name: str, value: np.ndarray) -> None:
        """One element, of which `value` has a row a frame."""
        group, packed = parent.create_group(name), value.ndim > 1
        group.create_dataset("value", data=value, compression="gzip" if packed else None, shuffle=packed or None)
        for key in ("step", "time"):
            group[key] = self.first[key] if self.first else getattr(self, key)
        self.first = self.first or group


def write_header(file: h5py.File) -> None:
    """What makes a file one of H5MD: its version, author and creator."""
    header = file.create_group("h5md")
    header.attrs["version"] = np.array(VERSION, dtype=np.int32)
    header.create_group("author").attrs["name"] = "Glassworks"
    creator = header.create_group("creator")
    creator.attrs["name"], creator.attrs["version"] = "glassworks", "1"


def _write_box(cell: h5py.Group, boxes: Sequence[Box], clock: _Clock) -> None:
    cell.attrs["dimension"] = boxes[0].dimension
    cell.attrs["boundary"] = np.array([b"periodic"] * boxes[0].dimension)
    if any(any(box.tilts) for box in boxes):
        clock.write(cell, "edges", np.stack([box.vectors.T for box in boxes]))
        flat = all(box.flat for box in boxes)
        clock.write(cell, "tilt", np.array([box.tilt if flat else box.tilts for box in boxes]))
    else:
        clock.write(cell, "edges", np.array([box.edges for box in boxes]))


def _read_boxes(cell: h5py.Group, frames: int, where: str) -> list[Box]:
    """The box of each frame; raises ValueError where one is not periodic, or is turned."""
    dimension, boundary = int(cell.attrs["dimension"]), np.atleast_1d(cell.attrs["boundary"]).tolist()
    if set(boundary) - {b"periodic", "periodic"}:
        raise ValueError(f"{where}: boundary: {boundary}; allowed: periodic in each direction")
    fixed = isinstance(cell["edges"], h5py.Dataset)
    edges = cell["edges"][:][None] if fixed else cell["edges/value"][:]
    tilts = cell["tilt/value"][:] if "tilt" in cell else [None] * len(edges)
    boxes = [_box(rows, tilt, dimension, where) for rows, tilt in zip(edges, tilts, strict=True)]
    return boxes * frames if fixed else boxes


def _box(edges: np.ndarray, tilt: np.ndarray | None, dimension: int, where: str) -> Box:
    """A box of its edges (d,) or edge vectors (d, d); `tilt` is the shear where it is known exactly, else None."""
    vectors = np.diag(edges) if edges.shape == (dimension,) else edges
    try:
        found = Box.of_vectors(vectors.T) if tilt is None else Box(tuple(vectors.diagonal()), dimension, tilt)
    except ValueError:
        found = None
    if (
        found is not None
        and found.dimension == dimension
        and (tilt is None or np.array_equal(found.vectors.T, vectors))
    ):
        return found
    raise ValueError(
        f"{where}: edges: {edges.tolist()}; allowed: {dimension} edges, or rows (L_1, 0, …), (h_12, L_2, 0, …), "
        "(h_13, h_23, L_3, …), …, each of whose numbers before the diagonal is as `tilt`, where that is there, says"
    )


def _write_species(particles: h5py.Group, diameters: np.ndarray, clock: _Clock) -> None:
    species = species_of(diameters)
    if (species == species[0]).all():
        particles.create_dataset("species", data=species[0])
    else:
        clock.write(particles, "species", species)


def species_of(diameters: np.ndarray) -> np.ndarray:
    """1, 2, … by size, in the shape of the diameters; 1 for all of a mixture of continuous sizes."""
    sizes = np.unique(diameters)
    species = np.ones(diameters.shape, dtype=np.int32)
    if len(sizes) <= SPECIES:
        species += np.searchsorted(sizes, diameters).astype(np.int32)
    return species
