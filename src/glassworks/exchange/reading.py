"""One frame of a file, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms

from glassworks.exchange import h5md, hoomd, lammps, xyz
from glassworks.exchange.rows import Text
from glassworks.exchange.snapshots import Snapshot, Unreadable

FORMATS = ("extxyz", "lammps-data", "lammps-dump", "gsd", "h5md")
"""Formats that are read here; any other name is one of `ase.io`."""

SUFFIXES = {".gsd": "gsd", ".h5": "h5md", ".hdf5": "h5md", ".h5md": "h5md"}
PACKED = (".gz", ".bz2", ".xz")
LOOKED_AT = 100
"""Lines of a text file by which its format is told."""

STEPS: dict[str, tuple[Callable[[Text], bool], Callable[[Text, str], Snapshot]]] = {
    "extxyz": (xyz.skip, xyz.read),
    "lammps-dump": (lammps.skip_dump, lammps.read_dump),
}
"""How to pass over a frame of a text file, and to read one."""


def read_snapshot(path: Path | str, frame: int = -1, form: str | None = None) -> Snapshot:
    """One frame of a file.

    Args:
        frame: its number from 0, or from the last, −1, backward.
        form: its format, one of :data:`FORMATS` or of `ase.io.formats`; by default what its name and beginning say.

    Raises:
        Unreadable: no such file or frame, or it is not of its format; names file and frame, or line.
    """
    path, form = str(path), form or format_of(path)
    count = count_frames(path, form)
    if not -count <= frame < count:
        raise Unreadable(f"{path}: there is no frame {frame}; allowed: 0 to {count - 1}, or -1 for the last")
    frame %= count
    source = path if count == 1 else f"{path}, frame {frame}"
    if form in STEPS:
        skip, read = STEPS[form]
        with Text(path) as text:
            for _ in range(frame):
                skip(text)
            return read(text, source)
    if form == "lammps-data":
        with Text(path) as text:
            return lammps.read_data(text, source)
    if form in ("gsd", "h5md"):
        return (hoomd if form == "gsd" else h5md).read(path, frame, source)
    return of_atoms(_by_ase(path, form, frame), source)


def count_frames(path: Path | str, form: str | None = None) -> int:
    """How many frames a file has.

    Raises:
        Unreadable: as :func:`read_snapshot`.
    """
    path, form = str(path), form or format_of(path)
    if form in STEPS:
        with Text(path) as text:
            count = 0
            while STEPS[form][0](text):
                count += 1
        if not count:
            raise Unreadable(f"{path}: holds no particles")
        return count
    if form in ("gsd", "h5md"):
        return (hoomd if form == "gsd" else h5md).frames(path)
    return 1 if form == "lammps-data" else len(_by_ase(path, form, ":"))


def format_of(path: str) -> str:
    """The format of a file by its name and its beginning; '' where ASE has to tell.

    Raises:
        Unreadable: there is no such file, or it is empty.
    """
    suffixes = [each for each in Path(path).suffixes if each not in PACKED]
    if not Path(path).is_file():
        raise Unreadable(f"{path}: there is no such file")
    if suffixes and suffixes[-1] in SUFFIXES:
        return SUFFIXES[suffixes[-1]]
    with Text(path) as text:
        try:
            head = [text.line() for _ in range(LOOKED_AT)]
        except Unreadable:
            return ""
    if not any(head):
        raise Unreadable(f"{path}: is empty")
    if head[0].startswith("ITEM:"):
        return "lammps-dump"
    if head[0].strip().isdigit() and re.search(r"\b(Lattice|Properties)=", head[1]):
        return "extxyz"
    if any(re.match(r"\s*\d+\s+atoms\b", line) for line in head[1:]):
        return "lammps-data"
    return ""


def _by_ase(path: str, form: str, frame: int | str):
    """What ASE reads of a file."""
    try:
        return ase.io.read(path, index=frame, format=form or None)
    except Exception as error:  # each of its fifty readers has its own
        known = ", ".join(FORMATS)
        raise Unreadable(
            f"{path}: cannot be read{f' as {form}' if form else ''} ({type(error).__name__}: {error}); allowed: "
            f"{known}, or a format of ase.io"
        ) from None


def of_atoms(atoms: Atoms, source: str = "atoms") -> Snapshot:
    """What ASE knows of some atoms.

    Raises:
        Unreadable: they have no box, or a position that is not finite.
    """
    if not atoms.cell.rank == 3 and not (atoms.cell.rank == 2 and not atoms.pbc[2]):
        raise Unreadable(f"{source}: there is no box; allowed: a cell of three vectors")
    arrays, cell = atoms.arrays, np.array(atoms.cell)
    if atoms.cell.rank == 2:
        cell[2] = [0.0, 0.0, 1.0]
    size = next((name for name in xyz.SIZES if name in arrays), None)
    return Snapshot(
        source=source,
        cell=cell,
        origin=np.array(atoms.get_celldisp(), dtype=float).ravel(),
        periodic=np.array(atoms.pbc),
        positions=np.array(atoms.positions, dtype=float),
        labels=np.array(atoms.get_chemical_symbols()),
        diameters=None if size is None else xyz.SIZES[size] * np.asarray(arrays[size], dtype=float),
        masses=atoms.get_masses() if atoms.has("masses") else None,
    )
