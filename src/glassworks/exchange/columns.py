"""Fields on particles, as every format of exchange has them: columns of one number or of a vector a particle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from glassworks.configurations import Configuration
from glassworks.configurations.h5md import species_of

SYMBOLS = ("H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S")
"""What readers that know chemical elements alone call species 1, 2, …, as ASE does with LAMMPS' types."""

ARROWS = "disp"
"""The column of extended XYZ that OVITO takes for displacements, and draws as arrows."""


def spread(fields: Mapping[str, np.ndarray], n: int, d: int, held: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Each field as one array (N,) or (N, d).

    Args:
        fields: (N,), (N, d), or stacks (k, N, d), which become `<name>_0`, `<name>_1`, …; of all particles, or of those
            that are no rattlers: the others get zeros.
        held: the numbers of the particles that are no rattlers.

    Raises:
        ValueError: a field of another shape; says which, and what is allowed.
    """
    found: dict[str, np.ndarray] = {}
    for name, given in fields.items():
        field = np.asarray(given)
        if field.ndim == 3:
            found |= {f"{name}_{k}": _whole(name, part, n, d, held) for k, part in enumerate(field)}
        else:
            found[name] = _whole(name, field, n, d, held)
    return found


def _whole(name: str, field: np.ndarray, n: int, d: int, held: np.ndarray | None) -> np.ndarray:
    """A field of all particles."""
    count = None if held is None else len(held)
    if len(field) not in (n, count) or field.shape[1:] not in ((), (d,)):
        raise ValueError(
            f"{name}: a field of shape {field.shape}; allowed: ({n},), ({n}, {d}) or (k, {n}, {d})"
            + ("" if count in (n, None) else f", or the same of the {count} particles that are no rattlers")
        )
    if len(field) == n:
        return field
    out = np.zeros((n, *field.shape[1:]), dtype=field.dtype)
    out[held] = field
    return out


def types(configurations: Sequence[Configuration]) -> list[np.ndarray]:
    """1, 2, … by size of each particle of each configuration; 1 for all of a mixture of continuous sizes."""
    numbers = species_of(np.concatenate([each.diameters for each in configurations]))
    return np.split(numbers, np.cumsum([len(each) for each in configurations])[:-1])


def in_space(vectors: np.ndarray) -> np.ndarray:
    """Vectors (N, 2) with a third component of zero; those of three dimensions as they are.

    Raises:
        ValueError: of four dimensions, which only H5MD holds.
    """
    if vectors.shape[1] == 3:
        return vectors
    if vectors.shape[1] == 2:
        return np.column_stack([vectors, np.zeros(len(vectors))])
    raise ValueError(f"{vectors.shape[1]} dimensions; allowed: two and three, or the format h5md")


def cell_of(configuration: Configuration, thickness: float) -> np.ndarray:
    """Box vectors as rows (3, 3); in two dimensions the third is as long as `thickness`."""
    rows = configuration.box.vectors.T
    if len(rows) == 3:
        return rows
    cell = np.diag([0.0, 0.0, thickness])
    cell[:2, :2] = rows
    return cell
