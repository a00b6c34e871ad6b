"""LAMMPS' data files and its dumps of text.

Read here and not by ASE, which gives particles the names of chemical elements, drops the diameters of `atom_style
sphere` and of dumps, and does not know the units `lj`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from glassworks.exchange.rows import Table, Text, ordered, vectors
from glassworks.exchange.snapshots import Snapshot

BEFORE = {
    "atomic": ("type",),
    "charge": ("type", "q"),
    "bond": ("molecule", "type"),
    "angle": ("molecule", "type"),
    "molecular": ("molecule", "type"),
    "full": ("molecule", "type", "q"),
    "sphere": ("type", "diameter", "density"),
    "bpm/sphere": ("molecule", "type", "diameter", "density"),
}
"""What stands between a particle's number and its coordinates, by atom style."""

IMAGES = ("ix", "iy", "iz")
AXES = ("x", "y", "z")
SECTION = re.compile(r"[A-Z][A-Za-z0-9]*( [A-Z][A-Za-z0-9]*)*( Coeffs)?")


# ---- data


def read_data(text: Text, source: str) -> Snapshot:
    """A data file.

    Raises:
        Unreadable: it is none, says which line; its `atom_style` has no comment behind `Atoms` and is not plain.
    """
    about = _said(text.line())
    box: dict[str, list[float]] = {}
    count, masses, names, table = 0, {}, {}, None
    for line in text.lines():
        plain, _, remark = (part.strip() for part in line.partition("#"))
        values = plain.split()
        if not values:
            continue
        if SECTION.fullmatch(plain):
            text.line()
            if plain == "Atoms":
                table = _atoms(text, count, remark)
            elif plain == "Masses":
                masses = {key: float(mass) for key, mass in _pairs(text)}
            elif plain == "Atom Type Labels":
                names = dict(_pairs(text))
        elif plain.endswith(" atoms"):
            count = int(values[0])
        elif match := re.search(r"[a-z]+( [a-z]+)*$", plain):
            numbers = plain[: match.start()].split()
            box[match[0]] = [float(each) for each in numbers if _is_float(each)]
    if table is None:
        raise text.refuse("there is no section Atoms")
    cell, origin = _data_box(text, box)
    labels = table["type"]
    return Snapshot(
        source=source,
        cell=cell,
        origin=origin,
        periodic=np.ones(3, dtype=bool),
        positions=vectors(table, AXES) + (vectors(table, IMAGES) @ cell if IMAGES[0] in table else 0.0),
        labels=np.array([names.get(label, label) for label in labels]) if names else labels,
        diameters=table.get("diameter"),
        masses=np.array([masses[label] for label in labels]) if {*labels} <= {*masses} else None,
        unwrapped=IMAGES[0] in table,
        units=about,
    )


def _said(remark: str) -> str:
    """The units that `write_data` says in its first line; '' where it does not."""
    found = re.search(r"units = (\w+)", remark)
    return found[1] if found else ""


def _atoms(text: Text, count: int, remark: str) -> Table:
    """The rows of the section Atoms, by the particles' numbers."""
    style = remark.split()[0] if remark else "atomic"
    if style not in BEFORE:
        raise text.refuse(f"Atoms # {style}: this style is not known; allowed: {', '.join(BEFORE)}")
    names = ["id", *BEFORE[style], *AXES, *IMAGES]
    return ordered(text.table(count, names, ["type"], spare=3), "id")


def _pairs(text: Text) -> Iterator[tuple[str, str]]:
    """Rows of two words until an empty line."""
    while values := text.line().partition("#")[0].split():
        if len(values) != 2:
            raise text.refuse(f"{' '.join(values)!r}; allowed: a type and its value")
        yield values[0], values[1]


def _is_float(word: str) -> bool:
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", word) is not None


def _data_box(text: Text, said: dict[str, list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """Box vectors as rows, and the origin."""
    if "avec" in said:
        return np.array([said[name] for name in ("avec", "bvec", "cvec")]), np.array(said["abc origin"])
    missing = [name for name in ("xlo xhi", "ylo yhi", "zlo zhi") if len(said.get(name, ())) != 2]
    if missing:
        raise text.refuse(f"there is no box: no {', '.join(missing)}")
    low, high = np.array([said[name] for name in ("xlo xhi", "ylo yhi", "zlo zhi")]).T
    return _sheared(high - low, said.get("xy xz yz", [0.0, 0.0, 0.0])), low


def _sheared(edges: np.ndarray, tilts: list[float]) -> np.ndarray:
    cell = np.diag(edges)
    cell[1, 0], cell[2, 0], cell[2, 1] = tilts
    return cell


# ---- dump


def skip_dump(text: Text) -> bool:
    """Pass over one frame; whether there was one."""
    for line in text.lines():
        if line.startswith("ITEM: NUMBER OF ATOMS"):
            count = int(text.line())
        elif line.startswith("ITEM: ATOMS"):
            text.skip(count)
            return True
    return False


def read_dump(text: Text, source: str) -> Snapshot:
    """The next frame.

    Raises:
        Unreadable: it is none, says which line; it has no positions or no species.
    """
    count, units, box = 0, "", None
    for line in text.lines():
        item = line.removeprefix("ITEM: ")
        if item.startswith("UNITS"):
            units = text.line().strip()
        elif item.startswith("NUMBER OF ATOMS"):
            count = int(text.line())
        elif item.startswith("BOX BOUNDS"):
            box = _dump_box(text, item.split()[2:])
        elif item.startswith("ATOMS"):
            if box is None:
                raise text.refuse("there is no box before the particles")
            return _dumped(text, source, count, item.split()[1:], box, units)
    raise text.refuse("holds no particles")


def _dump_box(text: Text, words: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Box vectors as rows, the origin, and whether it is periodic along each."""
    rows = [text.line().split() for _ in range(3)]
    try:
        numbers = np.array(rows, dtype=float)
    except ValueError:
        raise text.refuse(f"{rows}; allowed: three rows of the bounds of the box") from None
    periodic = np.array([word.startswith("p") for word in words[-3:]]) if len(words) >= 3 else np.ones(3, dtype=bool)
    if words[:1] == ["abc"]:
        return numbers[:, :3], numbers[:, 3], periodic
    if numbers.shape[1] == 2:
        return np.diag(numbers[:, 1] - numbers[:, 0]), numbers[:, 0], periodic
    xy, xz, yz = numbers[:, 2]
    low = numbers[:, 0] - [min(0.0, xy, xz, xy + xz), min(0.0, yz), 0.0]
    high = numbers[:, 1] - [max(0.0, xy, xz, xy + xz), max(0.0, yz), 0.0]
    return _sheared(high - low, [xy, xz, yz]), low, periodic


def _dumped(text: Text, source: str, count: int, names: list[str], box: tuple, units: str) -> Snapshot:
    cell, origin, periodic = box
    words = [name for name in names if name in ("type", "element", "typelabel")]
    scaled, followed = "xs" in names or "xsu" in names, "xu" in names or "xsu" in names
    axes = [axis + "s" * scaled + "u" * followed for axis in AXES]
    lacking = [name for name in axes if name not in names]
    if lacking or not words:
        raise text.refuse(
            f"ATOMS {' '.join(names)}: lacks {' '.join(lacking) or 'type or element'}; allowed: type or element, and x "
            "y z, xs ys zs, xu yu zu or xsu ysu zsu"
        )
    table = ordered(text.table(count, names, words), "id")
    positions = vectors(table, axes)
    positions = origin + positions @ cell if scaled else positions
    images = IMAGES[0] in names and not followed
    size = "diameter" if "diameter" in names else "radius" if "radius" in names else None
    label = next(name for name in ("typelabel", "element", "type") if name in words)
    return Snapshot(
        source=source,
        cell=cell,
        origin=origin,
        periodic=periodic,
        positions=positions + (vectors(table, IMAGES) @ cell if images else 0.0),
        labels=table[label],
        diameters=None if size is None else (2.0 if size == "radius" else 1.0) * table[size],
        masses=table.get("mass"),
        unwrapped=followed or images,
        units=units,
    )
