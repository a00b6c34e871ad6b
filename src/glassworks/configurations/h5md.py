"""Configurations on disk: HDF5 in the H5MD 1.1 layout, one frame a sample.

/h5md                          version, author, creator
/particles/all/box             cubic, periodic; edges
/particles/all/position        value (frames, N, d), step = sample index
/particles/all/diameter        value (frames, N): swap moves exchange sizes, so they belong to the frame
/observables/<name>            value (frames,): energy, pressure and what else was measured on the way
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration

VERSION = (1, 1)


def write_element(parent: h5py.Group, name: str, value: np.ndarray, step: np.ndarray) -> None:
    """One H5MD time-dependent element."""
    group = parent.create_group(name)
    group.create_dataset(
        "value", data=value, compression="gzip" if value.ndim > 1 else None, shuffle=value.ndim > 1 or None
    )
    group.create_dataset("step", data=step)
    group.create_dataset("time", data=step.astype(float))


def write_frames(
    path: Path | str,
    configurations: Sequence[Configuration],
    samples: Sequence[int],
    observables: Mapping[str, np.ndarray] | None = None,
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Write configurations that share N and box as the frames of one H5MD file.

    Args:
        path: file to create.
        configurations: one a sample, not empty.
        samples: the index of each sample.
        observables: per-sample values, each of length `len(configurations)`.
        attributes: text attributes of the root (provenance).

    Raises:
        ValueError: no configuration, or boxes that differ.
    """
    if not configurations:
        raise ValueError("no configuration to write")
    box = configurations[0].box
    if any(each.box != box for each in configurations):
        raise ValueError("the configurations of one file must share their box")
    step = np.asarray(samples, dtype=np.int64)
    with h5py.File(path, "w") as file:
        header = file.create_group("h5md")
        header.attrs["version"] = np.array(VERSION, dtype=np.int32)
        header.create_group("author").attrs["name"] = "Glassworks"
        creator = header.create_group("creator")
        creator.attrs["name"], creator.attrs["version"] = "glassworks", "1"
        particles = file.create_group("particles/all")
        cell = particles.create_group("box")
        cell.attrs["dimension"] = box.dimension
        cell.attrs["boundary"] = np.array([b"periodic"] * box.dimension)
        cell.create_dataset("edges", data=np.array(box.edges))
        write_element(particles, "position", np.stack([each.positions for each in configurations]), step)
        write_element(particles, "diameter", np.stack([each.diameters for each in configurations]), step)
        measured = file.create_group("observables")
        for name, value in (observables or {}).items():
            write_element(measured, name, np.asarray(value), step)
        for name, text in (attributes or {}).items():
            file.attrs[name] = text


def read_frames(path: Path | str) -> tuple[list[Configuration], np.ndarray, dict[str, np.ndarray]]:
    """Read what :func:`write_frames` wrote: configurations, sample indices, observables."""
    with h5py.File(path, "r") as file:
        particles = file["particles/all"]
        edges = particles["box/edges"][:]
        box = Box(float(edges[0]), len(edges))
        positions, diameters = particles["position/value"][:], particles["diameter/value"][:]
        samples = particles["position/step"][:]
        observables = {name: group["value"][:] for name, group in file["observables"].items()}
    return [Configuration(*frame, box) for frame in zip(positions, diameters, strict=True)], samples, observables
