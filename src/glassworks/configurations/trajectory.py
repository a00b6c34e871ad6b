"""Frames in time on disk: HDF5 in the H5MD 1.1 layout, one group of particles for each trajectory.

/particles/<sample>/box             periodic; edges value (frames, d), which readers ask for though it is one box
/particles/<sample>/position        value (frames, N, d), unwrapped: no image is added; step and time of each frame
/particles/<sample>/velocity        value (frames, N, d), where it is kept
/particles/<sample>/diameter        (N,)
/particles/<sample>/species         (N,): 1, 2, … by size, and 1 for all particles of a mixture of continuous sizes

MDAnalysis opens the first trajectory of a file; the others are opened in files of their own, written from what
:func:`read_trajectories` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np

from glassworks.configurations.h5md import species_of, write_header
from glassworks.hdf5 import opened

MOVING = ("position", "velocity")


def write_trajectories(
    path: Path | str, found: Mapping[int, Mapping[str, np.ndarray]], attributes: Mapping[str, str] | None = None
) -> None:
    """Write trajectories as the groups of one H5MD file, each with a clock of its own.

    Args:
        found: by sample the arrays position (frames, N, d), velocity (the same, optional), step and time (frames,),
            diameter (N,) and edge ().
        attributes: text attributes of the root (provenance).
    """
    with opened(path, "w") as file:
        write_header(file)
        for name, text in (attributes or {}).items():
            file.attrs[name] = text
        for sample, arrays in found.items():
            _write(file.create_group(f"particles/{sample}"), arrays)


def _write(group: h5py.Group, arrays: Mapping[str, np.ndarray]) -> None:
    dimension = arrays["position"].shape[2]
    box = group.create_group("box")
    box.attrs["dimension"] = dimension
    box.attrs["boundary"] = np.array([b"periodic"] * dimension)
    edges = np.full((len(arrays["step"]), dimension), float(arrays["edge"]))
    first: h5py.Group | None = None
    moving = [(group, name, arrays[name]) for name in MOVING if name in arrays]
    for parent, name, value in (*moving, (box, "edges", edges)):
        element = parent.create_group(name)
        element.create_dataset("value", data=value, compression="gzip", shuffle=True)
        for key in ("step", "time"):  # one clock, as H5MD wants it of a box
            element[key] = first[key] if first else arrays[key]
        first = first or element
    group["diameter"] = arrays["diameter"]
    group["species"] = species_of(arrays["diameter"])


def read_trajectories(path: Path | str, file: h5py.File | None = None) -> dict[int, dict[str, np.ndarray]]:
    """What :func:`write_trajectories` wrote, by sample and name.

    Args:
        file: the same, where :func:`glassworks.hdf5.opened` has opened it already.

    Raises:
        OSError, KeyError: it is no such file.
        ValueError: see :func:`glassworks.hdf5.opened`.
    """
    if file is None:
        with opened(path) as file:
            return read_trajectories(path, file)
    found = {}
    for sample, group in file["particles"].items():
        arrays = {name: group[name]["value"][()] for name in MOVING if name in group}
        arrays |= {key: group["position"][key][()] for key in ("step", "time")}
        arrays |= {"diameter": group["diameter"][()], "edge": group["box/edges/value"][0, 0]}
        found[int(sample)] = arrays
    return dict(sorted(found.items()))
