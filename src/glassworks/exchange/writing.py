"""Configurations and fields on their particles in files that others open: extended XYZ, LAMMPS data and dump, GSD.

Coordinates are written so that they are read as the same numbers (seventeen digits where a format is text), boxes
upright, lengths in the file's units. In two dimensions z is 0, and the box as thick as particles are far apart.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import gsd.hoomd
import numpy as np
import pyarrow as pa
from pyarrow import csv

from glassworks.configurations import Configuration
from glassworks.configurations.h5md import write_frames
from glassworks.exchange.columns import ARROWS, SYMBOLS, cell_of, in_space, spread, types
from glassworks.exchange.units import Units

Fields = Mapping[str, np.ndarray]
SUFFIXES = {
    ".xyz": "extxyz", ".extxyz": "extxyz", ".data": "lammps-data", ".lmp": "lammps-data", ".dump": "lammps-dump",
    ".lammpstrj": "lammps-dump", ".gsd": "gsd", ".h5": "h5md", ".h5md": "h5md",
}  # fmt: skip


def write(
    path: Path | str,
    configurations: Configuration | Sequence[Configuration],
    fields: Fields | Sequence[Fields] | None = None,
    held: np.ndarray | None = None,
    masses: Sequence[np.ndarray | None] | None = None,
    units: Units | None = None,
    form: str | None = None,
    frames: bool = False,
) -> None:
    """Write configurations as the frames of one file, with fields on their particles.

    Args:
        path: file to create; its suffix tells the format, unless `form` does.
        fields: numbers (N,), vectors (N, d) or stacks of vectors (k, N, d) on the particles, by name; a mapping for
            each configuration where there are several. A single vector field is called `disp`, which OVITO draws as
            arrows (in extended XYZ).
        held: particles that are no rattlers, where fields are of these alone.
        masses: of each configuration m_i, (N,), or None where every mass is one.
        units: of the file; by default the model's own.
        form: extxyz, lammps-data, lammps-dump, gsd or h5md.
        frames: of one configuration, one frame for each vector, which is its `disp`: modes to leaf through.

    Raises:
        ValueError: an unknown format, fields that it cannot hold, or of another shape; several configurations in a
            format of one frame.
    """
    form = form or format_of(path)
    if form not in WRITERS:
        raise ValueError(f"{path}: format: {form}; allowed: {', '.join(WRITERS)}")
    several = [configurations] if isinstance(configurations, Configuration) else list(configurations)
    if not several:
        raise ValueError("no configuration to write")
    told = [fields or {}] if not isinstance(fields, Sequence) else list(fields)
    told = told * len(several) if len(told) == 1 else told
    columns = [spread(each, *here.positions.shape, held) for each, here in zip(told, several, strict=True)]
    weights = [None] * len(several) if masses is None else list(masses)
    if frames:
        several, columns = _leafed(several, columns)
        weights = weights * len(several)
    columns = [_arrowed(each) for each in columns]
    unfinished = Path(f"{path}.unfinished")
    try:
        WRITERS[form](unfinished, several, columns, weights, units or Units())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def format_of(path: Path | str) -> str:
    """The format of a file to be written, by its suffix.

    Raises:
        ValueError: an unknown one.
    """
    suffix = Path(path).suffix
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: {suffix or 'no suffix'} tells no format; allowed: {', '.join(SUFFIXES)}")
    return SUFFIXES[suffix]


def _leafed(several: list[Configuration], columns: list[dict[str, np.ndarray]]) -> tuple[list, list]:
    """A frame for each vector of one configuration."""
    if len(several) > 1:
        raise ValueError("frames: one configuration at a time; allowed: a sample's number, or no frames")
    numbers = {name: field for name, field in columns[0].items() if field.ndim == 1}
    vectors = [field for field in columns[0].values() if field.ndim == 2]
    if not vectors:
        raise ValueError("frames: there is no vector field; allowed: modes, soft spots, dipoles or a displacement")
    return several * len(vectors), [{**numbers, ARROWS: field} for field in vectors]


def _arrowed(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same with a single vector field under the name that is drawn as arrows."""
    vectors = [name for name, field in columns.items() if field.ndim == 2]
    return {ARROWS if [name] == vectors else name: field for name, field in columns.items()}


def _spacing(here: Configuration) -> float:
    return here.density ** (-1.0 / here.box.dimension)


def _rows(file: BinaryIO, columns: Sequence[np.ndarray]) -> None:
    """Rows of numbers and words, each number with as many digits as tell it from all others."""
    table = pa.table([pa.array(each) for each in columns], names=[str(k) for k in range(len(columns))])
    csv.write_csv(table, file, csv.WriteOptions(include_header=False, delimiter=" ", quoting_style="none"))


def _flat(fields: Fields, scale: float = 1.0) -> tuple[list[str], list[np.ndarray]]:
    """Columns of one number, `name` or `name_x`, `name_y`, …, of all fields."""
    names, values = [], []
    for name, field in fields.items():
        if field.ndim == 1:
            names.append(name)
            values.append(field)
        else:
            names += [f"{name}_{axis}" for axis in "xyz"]
            values += list(in_space(field).T * scale)
    return names, values


def _write_xyz(path, several, columns, masses, units) -> None:
    with open(path, "wb") as file:
        for here, fields, mass, kinds in zip(several, columns, masses, types(several), strict=True):
            d = here.box.dimension
            parts = {"species:S:1": [np.array(SYMBOLS)[kinds - 1]]}
            parts["pos:R:3"] = list(in_space(here.positions).T * units.length)
            parts["radius:R:1"] = [0.5 * here.diameters * units.length]
            if mass is not None:
                parts["masses:R:1"] = [mass * units.mass]
            for name, field in fields.items():
                letter = {"i": "I", "u": "I", "b": "I"}.get(field.dtype.kind, "R")
                width = 1 if field.ndim == 1 else 3
                parts[f"{name}:{letter}:{width}"] = [field] if width == 1 else list(in_space(field).T)
            lattice = " ".join(repr(float(x)) for x in (cell_of(here, _spacing(here)) * units.length).ravel())
            periodic = " ".join("TTT" if d == 3 else "TTF")
            header = f'{len(here)}\nLattice="{lattice}" Properties={":".join(parts)} pbc="{periodic}"\n'
            file.write(header.encode())
            _rows(file, [each for part in parts.values() for each in part])


def _write_data(path, several, columns, masses, units) -> None:
    if len(several) > 1 or columns[0]:
        what = f"{len(several)} frames" if len(several) > 1 else ", ".join(columns[0])
        raise ValueError(f"lammps-data: {what}; allowed: one configuration without fields, or lammps-dump, extxyz, gsd")
    here, kinds = several[0], types(several)[0]
    cell = cell_of(here, _spacing(here)) * units.length
    weights = np.ones(len(here)) if masses[0] is None else masses[0]
    continuous = kinds.max() == 1 and np.ptp(here.diameters) > 0.0
    low = [0.0, 0.0, -0.5 * float(cell[2, 2]) if here.box.dimension == 2 else 0.0]
    lines = [f"Glassworks, units = {units.style}", "", f"{len(here)} atoms", f"{kinds.max()} atom types", ""]
    lines += [f"{a!r} {a + float(cell[k, k])!r} {x}lo {x}hi" for k, (a, x) in enumerate(zip(low, "xyz", strict=True))]
    if any(here.box.tilts):
        lines.append(" ".join(repr(float(each)) for each in (cell[1, 0], cell[2, 0], cell[2, 1])) + " xy xz yz")
    lines += ["", "Masses", ""]
    lines += [f"{k} {float(weights[kinds == k][0] * units.mass)!r}" for k in range(1, kinds.max() + 1)]
    lines += ["", f"Atoms # {'sphere' if continuous else 'atomic'}", "", ""]
    rows = [np.arange(1, len(here) + 1), kinds]
    if continuous:
        size = here.diameters * units.length
        volume = np.pi / 6.0 * size**3 if here.box.dimension == 3 else np.pi / 4.0 * size**2
        rows += [size, weights * units.mass / volume]
    with open(path, "wb") as file:
        file.write("\n".join(lines).encode())
        _rows(file, [*rows, *(in_space(here.positions).T * units.length)])


def _write_dump(path, several, columns, masses, units) -> None:
    with open(path, "wb") as file:
        for step, (here, fields, mass, kinds) in enumerate(zip(several, columns, masses, types(several), strict=True)):
            cell = cell_of(here, _spacing(here)) * units.length
            xy, xz, yz = cell[1, 0], cell[2, 0], cell[2, 1]
            low = np.array([0.0, 0.0, -0.5 * cell[2, 2] if here.box.dimension == 2 else 0.0])
            high = low + cell.diagonal()
            low += np.array([min(0.0, xy, xz, xy + xz), min(0.0, yz), 0.0])
            high += np.array([max(0.0, xy, xz, xy + xz), max(0.0, yz), 0.0])
            bounds = [[float(low[k]), float(high[k])] for k in range(3)]
            sheared = any(here.box.tilts)
            if sheared:
                bounds = [[*pair, float(tilt)] for pair, tilt in zip(bounds, (xy, xz, yz), strict=True)]
            names, values = _flat(fields)
            weights = [] if mass is None else [mass * units.mass]
            title = ["id", "type", "x", "y", "z", "radius", *(["mass"] if weights else []), *names]
            lines = [] if units.style == "lj" else ["ITEM: UNITS", units.style]  # some readers count lines
            lines += ["ITEM: TIMESTEP", str(step), "ITEM: NUMBER OF ATOMS", str(len(here))]
            lines += [f"ITEM: BOX BOUNDS {'xy xz yz ' if sheared else ''}pp pp pp"]
            lines += [" ".join(map(repr, each)) for each in bounds]
            file.write("\n".join([*lines, f"ITEM: ATOMS {' '.join(title)}", ""]).encode())
            places = in_space(here.positions).T * units.length
            radii = 0.5 * here.diameters * units.length
            _rows(file, [np.arange(1, len(here) + 1), kinds, *places, radii, *weights, *values])


def _write_gsd(path, several, columns, masses, units) -> None:
    with gsd.hoomd.open(str(path), "w", precision="double") as file:
        for step, (here, fields, mass, kinds) in enumerate(zip(several, columns, masses, types(several), strict=True)):
            d, cell = here.box.dimension, cell_of(here, 0.0) * units.length
            frame = gsd.hoomd.Frame()
            frame.configuration.step, frame.configuration.dimensions = step, d
            edges = cell.diagonal()
            safe = np.where(edges > 0.0, edges, 1.0)
            tilts = [cell[1, 0] / safe[1], cell[2, 0] / safe[2], cell[2, 1] / safe[2]]
            frame.configuration.box = np.array([*edges, *tilts])
            places = in_space(here.positions) * units.length
            fractions = here.positions @ np.linalg.inv(here.box.vectors.T)
            centered = (fractions - 0.5) @ (here.box.vectors.T * units.length)
            places[:, :d] = centered
            frame.particles.N, frame.particles.position = len(here), places
            frame.particles.types = list(SYMBOLS[: kinds.max()])
            frame.particles.typeid = (kinds - 1).astype(np.uint32)
            frame.particles.diameter = here.diameters * units.length
            if mass is not None:
                frame.particles.mass = mass * units.mass
            frame.log = {
                f"particles/{name}": in_space(field) if field.ndim == 2 else field for name, field in fields.items()
            }
            file.append(frame)


def _write_h5md(path, several, columns, masses, units) -> None:
    if units != Units():
        raise ValueError("h5md: is written in the model's units alone; allowed: no units, or another format")
    names = set(columns[0])
    if any(set(each) != names for each in columns):
        raise ValueError("h5md: each configuration has to have the same fields")
    arrays = {name: np.stack([each[name] for each in columns]) for name in sorted(names)}
    write_frames(path, several, range(len(several)), arrays)


WRITERS: dict[str, Callable] = {
    "extxyz": _write_xyz,
    "lammps-data": _write_data,
    "lammps-dump": _write_dump,
    "gsd": _write_gsd,
    "h5md": _write_h5md,
}
