"""The periodic box, and the shortest vector between two of its points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from glassworks.models.specification import Model

FAR_AWAY = 1e15
"""Edges beyond which the number of edges to take off has no exact float."""


@dataclass(frozen=True)
class Box:
    """A cubic periodic box, which may be sheared in its x-y plane.

    Sheared as by Lees and Edwards: a copy one edge up in y is shifted by tilt·L in x.

    Attributes:
        length: edge L.
        dimension: d.
        tilt: simple shear γ, |γ| ≤ ½.

    Raises:
        ValueError: an edge that is not one positive number, fewer than two dimensions, or a larger tilt.
    """

    length: float
    dimension: int
    tilt: float = 0.0

    def __post_init__(self):
        if np.ndim(self.length) or not 0.0 < self.length < np.inf:
            raise ValueError(f"the edge of a cubic box must be one positive number, not {self.length}")
        if not self.dimension >= 2:
            raise ValueError(f"a box must have two dimensions or more, not {self.dimension}")
        if not abs(self.tilt) <= 0.5:
            raise ValueError(f"a box's tilt must be between -0.5 and 0.5, not {self.tilt}")

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

    def check_range(self, reach: float) -> None:
        """Refuse distances of which two copies of one pair may have one: those beyond L/2.

        That holds whatever the tilt, because no box vector is shorter than L.

        Raises:
            ValueError: L < 2 · reach.
        """
        if not self.length >= 2.0 * reach:
            raise ValueError(
                f"the box's edge {self.length:.6g} is less than {2.0 * reach:.6g}, twice the range of its pairs: "
                "take more particles, or several copies of the box side by side"
            )

    def wrap(self, positions: np.ndarray) -> np.ndarray:
        """The same points, each moved by box vectors into the box; shape (N, d).

        Finite coordinates end in [0, L), x in a sheared box in [γy, γy + L); others become NaN.
        """
        wrapped = np.array(positions, dtype=float)
        with np.errstate(invalid="ignore"):
            np.mod(wrapped, self.length, out=wrapped, where=abs(wrapped) > FAR_AWAY * self.length)
            height = into(wrapped[:, 1], self.length)
            if self.tilt:
                rows = np.rint((wrapped[:, 1] - height) / self.length)
                wrapped[:, 0] -= rows * self.tilt * self.length
            wrapped = into(wrapped, self.length)
            if self.tilt:
                wrapped[:, 1] = height
                low = self.tilt * height
                x = low + np.mod(wrapped[:, 0] - low, self.length)
                wrapped[:, 0] = np.where(x < low + self.length, x, low)
        return wrapped

    def shortest(self, vectors: np.ndarray) -> np.ndarray:
        """The shortest periodic copy of each vector, shape (…, d), for vectors of less than half an edge."""
        out = np.array(vectors, dtype=float)
        rows = np.rint(out[..., 1] / self.length)
        out[..., 0] -= rows * self.tilt * self.length
        return out - self.length * np.rint(out / self.length)


def into(coordinates: np.ndarray, length: float) -> np.ndarray:
    """Coordinates less whole edges, in [0, L): what rounds to L is 0; what is not finite becomes NaN."""
    out = coordinates - length * np.floor(coordinates / length)
    if not ((out >= 0.0) & (out < length)).all():  # a hair below an edge, or many edges away
        exact = np.mod(coordinates, length)
        out = np.where((out >= 0.0) & (out < length), out, np.where(exact < length, exact, 0.0 * exact))
    return out


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
