"""Columns of places and fields: one an axis, as many as there are dimensions."""

from __future__ import annotations

from glassworks.observables import Column

FROM_DIMENSION = {"z": 3, "w": 4}


def axes(prefix: str, unit: str, words: str) -> dict[str, Column]:
    """Columns `prefix`x, y, z, w, of which a glass has those of its dimension."""
    return {
        f"{prefix}{axis}": Column(unit, f"{axis} {words}", dimension=FROM_DIMENSION.get(axis, 0)) for axis in "xyzw"
    }
