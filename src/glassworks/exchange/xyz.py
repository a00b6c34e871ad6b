"""Extended XYZ: a number of particles, a line of `Lattice` and `Properties`, and a row a particle; frame after frame.

Read here and not by ASE, which knows the names of chemical elements alone: glasses are made of A and B.
"""

from __future__ import annotations

import numpy as np
from ase.io.extxyz import key_val_str_to_dict

from glassworks.exchange.rows import Text, vectors
from glassworks.exchange.snapshots import Snapshot

PLACES, NAMES = ("pos", "position", "positions"), ("species", "type", "symbols", "element")
SIZES = {"diameter": 1.0, "diameters": 1.0, "radius": 2.0, "radii": 2.0}
MASSES = ("mass", "masses")


def skip(text: Text) -> bool:
    """Pass over one frame; whether there was one."""
    count = _count(text)
    if count is None:
        return False
    text.skip(count + 1)
    return True


def read(text: Text, source: str) -> Snapshot:
    """The next frame.

    Raises:
        Unreadable: it is no extended XYZ, says which line; or it has no box.
    """
    count = _count(text)
    if count is None:
        raise text.refuse("holds no particles")
    about = key_val_str_to_dict(text.line())
    if "Lattice" not in about or np.shape(about["Lattice"]) != (3, 3):
        raise text.refuse('there is no box; allowed: Lattice="ax ay az bx by bz cx cy cz"')
    columns, words = _columns(text, str(about.get("Properties", "species:S:1:pos:R:3")))
    table = text.table(count, [name for names in columns.values() for name in names], words)

    def known(*names: str) -> str | None:
        return next((name for name in names if name in columns), None)

    place, label, size, mass = known(*PLACES), known(*NAMES), known(*SIZES), known(*MASSES)
    if place is None:
        raise text.refuse(f"Properties have no positions; allowed: {' or '.join(PLACES)}, not {', '.join(columns)}")
    return Snapshot(
        source=source,
        cell=np.array(about["Lattice"], dtype=float).T,
        origin=np.array(about.get("Origin", np.zeros(3)), dtype=float),
        periodic=np.array(about.get("pbc", [True] * 3), dtype=bool),
        positions=vectors(table, columns[place]),
        labels=np.full(count, "") if label is None else table[columns[label][0]],
        diameters=None if size is None else SIZES[size] * table[columns[size][0]],
        masses=None if mass is None else table[columns[mass][0]],
    )


def _count(text: Text) -> int | None:
    """How many particles the next frame has; None where there is none."""
    line = text.line()
    while not line.strip():
        before = text.number
        line = text.line()
        if text.number == before:
            return None
    if not line.strip().isdigit():
        raise text.refuse(f"{line.strip()!r}; allowed: the number of particles")
    return int(line)


def _columns(text: Text, properties: str) -> tuple[dict[str, list[str]], list[str]]:
    """The columns of each property, and those that are words."""
    parts = properties.split(":")
    if len(parts) % 3 or not all(each.isdigit() for each in parts[2::3]):
        raise text.refuse(f"Properties={properties}; allowed: name:R|I|S|L:columns, all joined by ':'")
    columns: dict[str, list[str]] = {}
    words: list[str] = []
    for name, kind, width in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        columns[name] = [name if int(width) == 1 else f"{name}_{k}" for k in range(int(width))]
        if kind in ("S", "L") or name in NAMES:
            words += columns[name]
    return columns, words
