"""HDF5 files: opened without locks, and read only if they hold nothing but plain numbers of a stated size.

A file may come from a stranger. HDF5 can send a reader to other files (links, external and virtual data), ask for
objects, and declare any size in a few bytes; all that is refused before anything is allocated. What the HDF5 library
itself does with a file that breaks its format is its own affair.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
from collections.abc import Iterator
from pathlib import Path

import h5py

FORMAT = ("v110", "v110")
"""How files are written: as HDF5 1.10 (2016) reads them, which has checksums in what describes the data, and takes a
third of the room for small files."""

DECODED = 4 * 2**30
"""Bytes that a file's numbers may take: a hundred frames of 512,000 particles in 3D, with velocities and forces, and
five times what a block of any declared scale holds."""

RATIO, ALWAYS = 200, 64 * 2**20
"""A file may ask for this many times its own size, or for `ALWAYS` bytes: positions take two thirds of their size,
sizes and species, which repeat, a hundredth. A few kilobytes thus never take gigabytes."""

CHUNK = 4 * 2**20
"""Bytes of a piece of a dataset, packed or not; h5py makes pieces of at most one MiB. What a packed piece expands to is
seen only afterwards: at most 1032 times as much, which is what zlib can do, and no more than `DECODED`."""

DEPTH, OBJECTS = 6, 4000
"""Groups inside groups, and objects of a file: ours have four levels and some thirty objects, those of arrays that are
kept one for each sample and array."""

FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
"""Compression, and what goes with it; others are taken from a folder of plugins, which is code."""


@contextlib.contextmanager
def opened(path: str | os.PathLike, mode: str = "r") -> Iterator[h5py.File]:
    """An HDF5 file, "r", "r+" or "w"; what is read is looked through first.

    HDF5 would lock it, which fails where the file system has no locks, whatever is asked of it where
    HDF5_USE_FILE_LOCKING is set. Products need none, because they are renamed whole; Python's own file does not lock.
    What is written is made in memory and written as a whole: HDF5 may let go of a dataset that it could not write
    without a word, and a plain write cannot.

    Raises:
        OSError: it cannot be opened or written, or is no HDF5 file.
        ValueError: it holds what is not read, or more than is read; names the file and the limit.
    """
    if mode == "r":
        with _unlocked(path) as file:
            _look_through(file, Path(path))
            yield file
        return
    image = io.BytesIO(Path(path).read_bytes() if mode == "r+" else b"")
    with h5py.File(image, mode, libver=FORMAT if mode == "w" else None) as file:
        if mode == "r+":
            _look_through(file, Path(path))
        yield file
    Path(path).write_bytes(image.getbuffer())


def read_text(path: str | os.PathLike, key: str) -> str:
    """One text of a file's root, empty where there is none; nothing else of the file is looked at.

    Raises what :func:`opened` raises.
    """
    with _unlocked(path) as file:
        if key not in file.attrs:
            return ""
        _attribute(file, key, f"{path}: /@{key}", os.path.getsize(path))
        return str(file.attrs[key])


@contextlib.contextmanager
def _unlocked(path: str | os.PathLike) -> Iterator[h5py.File]:
    with open(path, "rb") as raw, h5py.File(raw, "r") as file:
        yield file


def _look_through(file: h5py.File, path: Path) -> None:
    """Raises ValueError where a file holds anything but groups and datasets of plain numbers within the limits."""
    size = os.path.getsize(path)
    limit = min(DECODED, max(ALWAYS, RATIO * size))
    decoded = objects = 0
    for name, item in _objects(file, "/", path):
        objects += 1
        if objects > OBJECTS:
            raise ValueError(f"{path}: holds more objects than {OBJECTS}")
        decoded += sum(_attribute(item, key, f"{path}: {name}@{key}", size) for key in item.attrs)
        if isinstance(item, h5py.Dataset):
            decoded += _dataset(item, f"{path}: {name}")
        if decoded > limit:
            raise ValueError(
                f"{path}: {name}: declares more than {limit:.3g} bytes; allowed: {DECODED:.3g} in all, and {RATIO} "
                f"times the file's own size where that is more than {ALWAYS:.3g}"
            )


def _objects(group: h5py.Group, place: str, path: Path) -> Iterator[tuple[str, h5py.Group | h5py.Dataset]]:
    """A group and all below it, with their names; raises ValueError at what leads elsewhere or too deep."""
    yield place, group
    if place.count("/") > DEPTH:
        raise ValueError(f"{path}: {place}: holds groups deeper than {DEPTH}")
    for key in group:
        name = f"{place.rstrip('/')}/{key}"
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            raise ValueError(f"{path}: {name}: leads to another place or file; allowed: groups and datasets of its own")
        item = group[key]
        if isinstance(item, h5py.Group):
            yield from _objects(item, name, path)
        elif isinstance(item, h5py.Dataset):
            yield name, item
        else:
            raise ValueError(f"{path}: {name}: is a named type; allowed: groups and datasets")


def _dataset(item: h5py.Dataset, where: str) -> int:
    """The bytes of a dataset's numbers; raises ValueError where they are not plain, or not in the file."""
    if item.shape is None or item.dtype.kind not in "biufS":
        raise ValueError(f"{where}: holds {item.dtype}; allowed: numbers and words of one length")
    if item.external or item.is_virtual:
        raise ValueError(f"{where}: is kept in other files; allowed: in this one")
    _filters(item, where)
    return math.prod(item.shape) * item.dtype.itemsize


def _filters(item: h5py.Dataset, where: str) -> None:
    """Raises ValueError where a dataset is packed in a way that is not ours, or in larger pieces."""
    made = item.id.get_create_plist()
    filters = [made.get_filter(place)[0] for place in range(made.get_nfilters())]
    if not set(filters) <= FILTERS or len(set(filters)) < len(filters):
        raise ValueError(f"{where}: has the filters {filters}; allowed: deflate, shuffle and fletcher32, each once")
    if item.chunks is None:
        return
    largest = math.prod(item.chunks) * item.dtype.itemsize
    stored = [0]
    item.id.chunk_iter(lambda piece: stored.__setitem__(0, max(stored[0], piece.size)))
    if max(largest, stored[0]) > CHUNK:
        raise ValueError(f"{where}: has pieces of {max(largest, stored[0]):.3g} bytes; allowed: up to {CHUNK:.3g}")


def _attribute(item: h5py.Group | h5py.Dataset, key: str, where: str, size: int) -> int:
    """The bytes of an attribute; raises ValueError where it is neither plain nor one text, or larger than its file."""
    kept = item.attrs.get_id(key)
    text = h5py.check_string_dtype(kept.dtype) is not None and kept.shape == ()
    if kept.shape is None or not (text or kept.dtype.kind in "biufS"):
        raise ValueError(f"{where}: holds {kept.dtype}; allowed: a text, or numbers")
    length = math.prod(kept.shape) * kept.dtype.itemsize
    if length > size:
        raise ValueError(f"{where}: declares {length:.3g} bytes; allowed: up to the file's own size, {size:.3g}")
    return length
