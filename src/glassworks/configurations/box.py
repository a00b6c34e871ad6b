"""The periodic box, and the shortest vector between two of its points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from glassworks.models.specification import Model


@dataclass(frozen=True)
class Box:
    """A cubic periodic box, which may be sheared in its x-y plane.

    Sheared as by Lees and Edwards: a copy one edge up in y is shifted by tilt·L in x.

    Attributes:
        length: edge L.
        dimension: d.
        tilt: simple shear γ, |γ| ≤ ½.
    """

    length: float
    dimension: int
    tilt: float = 0.0

    @classmethod
    def of(cls, model: Model, n: int) -> Box:
        """The box that holds n particles at the model's density."""
        return cls(model.box_length(n), model.dimension)

    @property
    def edges(self) -> tuple[float, ...]:
        """(L, …, L): kernels take the dimension from this tuple's length, which the compiler knows."""
        return (float(self.length),) * self.dimension

    @property
    def volume(self) -> float:
        return self.length**self.dimension

    def wrap(self, positions: np.ndarray) -> np.ndarray:
        """The same points, each moved by box vectors into the box; shape (N, d)."""
        wrapped = np.array(positions, dtype=float)
        rows = np.floor(wrapped[:, 1] / self.length)
        wrapped[:, 0] -= rows * self.tilt * self.length
        sheared = wrapped[:, 1] - rows * self.length
        wrapped -= self.length * np.floor(wrapped / self.length)
        if self.tilt:
            low = self.tilt * sheared
            x = wrapped[:, 0]
            wrapped[:, 0] = low + np.mod(x - low, self.length)
        return wrapped

    def shortest(self, vectors: np.ndarray) -> np.ndarray:
        """The shortest periodic copy of each vector, shape (…, d), for vectors of less than half an edge."""
        out = np.array(vectors, dtype=float)
        rows = np.rint(out[..., 1] / self.length)
        out[..., 0] -= rows * self.tilt * self.length
        return out - self.length * np.rint(out / self.length)


@njit(inline="always")
def reduced(component, edge):
    """A component's shortest periodic copy, however long it is, without a branch; for loops that vectorize."""
    return component - edge * np.rint(component * (1.0 / edge))


@njit(inline="always")
def slid(x, y, edges, tilt):
    """The first component of that copy of a vector whose second is shortest, in a sheared box."""
    return x - tilt * edges[0] * np.rint(y * (1.0 / edges[1]))


@njit
def separation(positions, i, j, edges, tilt, out):
    """Write the shortest vector from j to i into `out` (shape (d,)) and return its squared length."""
    squared = 0.0
    for k in range(len(edges)):
        out[k] = positions[i, k] - positions[j, k]
    if tilt != 0.0:
        out[0] = slid(out[0], out[1], edges, tilt)
    for k in range(len(edges)):
        out[k] = reduced(out[k], edges[k])
        squared += out[k] * out[k]
    return squared
