"""What a file says of one instant, before anybody asks whether it fits a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


class Unreadable(ValueError):
    """A file is none of its format, or says nothing that a glass could be made of; names the file and where in it."""


@dataclass(frozen=True)
class Snapshot:
    """One frame of a file, in the file's units and axes.

    Attributes:
        source: the file and the frame in words, for messages.
        cell: the box vectors as rows, (d, d).
        origin: a corner of the box, (d,).
        periodic: whether the box repeats along each of its vectors, (d,).
        positions: (N, d).
        labels: what the file calls each particle's species, (N,) of text.
        diameters: (N,) where the file has them (or radii, doubled), else None.
        masses: (N,) where the file has them, else None.
        unwrapped: whether the file says that its positions are followed beyond the box (image flags, `xu`).
        units: LAMMPS' name of the units, where the file says them, else ''.
    """

    source: str
    cell: np.ndarray
    origin: np.ndarray
    periodic: np.ndarray
    positions: np.ndarray
    labels: np.ndarray
    diameters: np.ndarray | None = None
    masses: np.ndarray | None = None
    unwrapped: bool = False
    units: str = ""

    def __post_init__(self):
        if self.cell.shape != (self.dimension,) * 2 or not abs(np.linalg.det(self.cell)) > 0.0:
            raise Unreadable(f"{self.source}: its box {self.cell.tolist()} has no volume; allowed: d box vectors")
        if not np.isfinite(self.positions).all():
            lost = int((~np.isfinite(self.positions)).any(axis=1).argmax())
            raise Unreadable(
                f"{self.source}: particle {lost}: its position {self.positions[lost].tolist()} is not finite"
            )
        for name in ("diameters", "masses"):
            values = getattr(self, name)
            if values is not None and not (np.isfinite(values) & (values > 0.0)).all():
                wrong = int((~(np.isfinite(values) & (values > 0.0))).argmax())
                raise Unreadable(f"{self.source}: particle {wrong}: {name}: {values[wrong]}; allowed: positive numbers")

    @property
    def dimension(self) -> int:
        return self.positions.shape[1]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def species(self) -> list[str]:
        """The labels that occur, sorted; numbers by their size."""
        found = set(self.labels.tolist())
        return sorted(found, key=lambda label: (not label.isdigit(), int(label) if label.isdigit() else 0, label))
