r"""The periodic box, and the shortest vector between two of its points.

A box of d edges L_k and a tilt γ_jk for each plane (j, k), j < k, is spanned by the columns of the upper triangular

    h_kk = L_k,   h_jk = γ_jk L_k   (j < k),

so that γ_jk is the strain of a simple shear along axis j with its gradient along k, and a copy one edge up along k is
shifted by γ_jk L_k along j (Lees and Edwards 1972). Every lattice of periodic copies has such a basis with |h_jk| ≤ ½
L_j, no vector of which can be shortened by those before it: a box has no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod, sqrt

import numpy as np
from numba import njit, types
from numba.extending import overload

from glassworks.models.specification import Model

FAR_AWAY = 1e15
"""Edges beyond which the number of edges to take off has no exact float."""

ROUNDING = 1e-12
"""By how much more than half an edge, relative to it, the tilt of an unequal box may be."""

AXES = "xyzw"


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Box:
    """A periodic box: a cube or one of unequal edges, upright or sheared in some of its planes.

    Attributes:
        length: edge L of a box of equal edges; d of them where they are unequal, of which `edges` tells.
        dimension: d.
        tilt: simple shear γ in the x-y plane; or one number for each plane, in the order of
            `itertools.combinations(range(d), 2)`, of which `tilts` tells. A copy one edge L_k up along axis k is
            shifted by γ_jk L_k along axis j, by at most ½ L_j.
        edges: (L_1, …, L_d): kernels take the dimension from this tuple's length, which the compiler knows.
        tilts: of each plane.

    Raises:
        ValueError: an edge that is not one positive number, fewer than two dimensions, another number of edges or
            tilts, or a larger tilt; and where `length` or `tilt` is asked of a box that has several.
    """

    length: float
    dimension: int
    tilt: float
    edges: tuple[float, ...] = field(init=False)
    tilts: tuple[float, ...] = field(init=False)

    def __init__(self, length: float | Sequence[float], dimension: int, tilt: float | Sequence[float] = 0.0):
        if not dimension >= 2:
            raise ValueError(f"a box must have two dimensions or more, not {dimension}")
        edges, planes = np.atleast_1d(length), dimension * (dimension - 1) // 2
        if not ((edges > 0.0) & (edges < np.inf)).all() or edges.shape not in ((1,), (dimension,)):
            raise ValueError(
                f"the edge of a cubic box must be one positive number, and those of another {dimension}, not {length}"
            )
        tilts = np.atleast_1d(tilt)
        if tilts.shape not in ((1,), (planes,)):
            raise ValueError(f"the tilt of a box must be one number, or one for each of {planes} planes, not {tilt}")
        equal = bool((edges == edges[0]).all())
        given = length if equal and not np.ndim(length) else float(edges[0])
        self.__dict__.update(
            dimension=dimension,
            edges=(float(edges[0]),) * dimension if equal else tuple(map(float, edges)),
            tilts=(*map(float, tilts), *(0.0,) * (planes - len(tilts))),
            _length=given if equal else None,
        )
        self._check_tilts()

    def _check_tilts(self) -> None:
        """Refuse tilts by which a box vector could be shortened by another."""
        for (j, k), tilt in zip(combinations(range(self.dimension), 2), self.tilts, strict=True):
            if self.equal:
                most, slack = 0.5, 0.0
            else:
                most, slack = 0.5 * self.edges[j] / self.edges[k], ROUNDING
            if not abs(tilt) <= most * (1.0 + slack):
                raise ValueError(
                    f"a box's tilt must be between -{most:.6g} and {most:.6g}, not {tilt}"
                    + (f" in the plane {AXES[j]}-{AXES[k]}" if self.dimension > 2 else "")
                )

    @classmethod
    def of(cls, model: Model, n: int, proportions: Sequence[float] | None = None) -> Box:
        """The box that holds n particles at the model's density: a cube, or upright with edges in such proportions."""
        length = model.box_length(n)
        if proportions is None:
            return cls(length, model.dimension)
        ratios = np.asarray(proportions, dtype=float)
        return cls(tuple(length * ratios / ratios.prod() ** (1.0 / len(ratios))), model.dimension)

    @classmethod
    def of_vectors(cls, vectors: np.ndarray) -> Box:
        """The box whose copies lie as those of a box with these vectors, the columns of an upper triangular matrix.

        Raises:
            ValueError: a matrix (d, d) that is not upper triangular, or whose diagonal is not positive.
        """
        h = np.array(vectors, dtype=float)
        if h.ndim != 2 or h.shape[0] != h.shape[1] or np.tril(h, -1).any() or not (h.diagonal() > 0.0).all():
            raise ValueError(
                "the vectors of a box must be the columns of an upper triangular matrix with a positive diagonal, not "
                f"{h.tolist()}"
            )
        d, edges = len(h), h.diagonal()
        for k in range(d):
            for j in range(k - 1, -1, -1):
                h[:, k] -= np.rint(h[j, k] / edges[j]) * h[:, j]
        return cls(tuple(edges), d, tuple(h[j, k] / edges[k] for j, k in combinations(range(d), 2)))

    def deformed(self, gradient: np.ndarray) -> Box:
        """The box after every point r has gone to F r.

        Args:
            gradient: F, (d, d), upper triangular, so that the box need not be turned; a simple shear along axis j with
                its gradient along k > j has F_jk = γ.

        Raises:
            ValueError: see :meth:`of_vectors`.
        """
        return self.of_vectors(np.asarray(gradient, dtype=float) @ self.vectors)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and (self.edges, self.tilts) == (other.edges, other.tilts)

    def __hash__(self) -> int:
        return hash((self.edges, self.tilts))

    def __setstate__(self, state: dict) -> None:
        """As pickled, or by versions that knew cubes alone."""
        self.__dict__.update(state if "edges" in state else Box(**state).__dict__)

    def __repr__(self) -> str:
        tilt = self.tilts[0] if self.flat else self.tilts
        return f"Box(length={self._length if self.equal else self.edges}, dimension={self.dimension}, tilt={tilt})"

    @property
    def equal(self) -> bool:
        """Whether all edges are equal."""
        return self._length is not None

    @property
    def flat(self) -> bool:
        """Whether no other plane than x-y is sheared."""
        return not any(self.tilts[1:])

    @property
    def length(self) -> float:
        if not self.equal:
            raise ValueError(f"this needs a box of equal edges, not {', '.join(f'{edge:.6g}' for edge in self.edges)}")
        return self._length

    @property
    def tilt(self) -> float:
        if not self.flat:
            raise ValueError(f"this needs a box that is sheared in no other plane than x-y, not by {self.tilts}")
        return self.tilts[0]

    @property
    def vectors(self) -> np.ndarray:
        """h, (d, d) upper triangular: the box vectors are its columns."""
        h = np.diag(self.edges)
        for (j, k), tilt in zip(combinations(range(self.dimension), 2), self.tilts, strict=True):
            h[j, k] = tilt * self.edges[k]
        return h

    @property
    def slant(self) -> float | np.ndarray:
        """What kernels are told of the tilts: that in the x-y plane where there is no other, else the vectors h. A
        number and a matrix are two types, so that kernels are compiled apart and cubes pay nothing for the rest."""
        return float(self.tilts[0]) if self.flat else self.vectors

    @property
    def slants(self) -> np.ndarray:
        """The edges L_k over the distances w_k between two opposite faces, (d,): w_k is one over the length of row k of
        h⁻¹, because fractions of the edges s = h⁻¹ r that differ by one along k lie at least as far apart."""
        if self.flat:
            return np.array([sqrt(1.0 + self.tilts[0] ** 2), *(1.0,) * (self.dimension - 1)])
        return np.array(self.edges) * np.linalg.norm(np.linalg.inv(self.vectors), axis=1)

    @property
    def volume(self) -> float:
        return self._length**self.dimension if self.equal else prod(self.edges)

    def check_range(self, reach: float) -> None:
        r"""Refuse distances of which two copies of one pair may have one: those beyond half of the shortest edge L_k.

        That holds whatever the tilts. Let r and r' = r + Σ n_k h_k be two copies, and k the last axis with n_k ≠ 0. Of
        the vectors h_m with n_m ≠ 0 none but h_k has a component along k (h is upper triangular), so r'_k = r_k + n_k
        L_k and |r_k| + |r'_k| ≥ L_k: they are not both shorter than ½ L_k. Hence at most one copy is shorter than half
        of the shortest edge, and where one is, each of its components is below half its edge: it is what one finds by
        taking off whole vectors from the last component to the first (:func:`to_nearest`), from whichever copy.

        Raises:
            ValueError: min L_k < 2 · reach.
        """
        if not min(self.edges) >= 2.0 * reach:
            raise ValueError(
                f"the box's edge {min(self.edges):.6g} is less than {2.0 * reach:.6g}, twice the range of its pairs: "
                "take more particles, or several copies of the box side by side"
            )

    def wrap(self, positions: np.ndarray) -> np.ndarray:
        """The same points, each moved by box vectors into the box; shape (N, d).

        Finite coordinates end in [0, L_k) along the last axis, and along any other in [l, l + L_k), where l is by how
        much the box leans there (x in a box sheared in the x-y plane: l = γy); others become NaN.
        """
        wrapped, edges = np.array(positions, dtype=float), np.array(self.edges)
        with np.errstate(invalid="ignore"):
            np.mod(wrapped, edges, out=wrapped, where=abs(wrapped) > FAR_AWAY * edges)
            return self._wrap_flat(wrapped, edges) if self.flat else self._wrap_leaning(wrapped)

    def _wrap_flat(self, wrapped: np.ndarray, edges: np.ndarray) -> np.ndarray:
        """:meth:`wrap` in a box that is sheared in its x-y plane alone, or not at all."""
        tilt = self.tilts[0]
        height = into(wrapped[:, 1], edges[1])
        if tilt:
            rows = np.rint((wrapped[:, 1] - height) / edges[1])
            wrapped[:, 0] -= rows * tilt * edges[1]
        wrapped = into(wrapped, edges)
        if tilt:
            wrapped[:, 1] = height
            low = tilt * height
            x = low + np.mod(wrapped[:, 0] - low, edges[0])
            wrapped[:, 0] = np.where(x < low + edges[0], x, low)
        return wrapped

    def _wrap_leaning(self, wrapped: np.ndarray) -> np.ndarray:
        """:meth:`wrap` in a box that is sheared in any plane, from the last axis to the first."""
        h, fractions = self.vectors, np.zeros_like(wrapped)
        for k in range(self.dimension - 1, -1, -1):
            edge, low = h[k, k], fractions @ h[k]
            x = low + into(wrapped[:, k] - low, edge)
            x = np.where((x < low + edge) | np.isnan(x), x, low)
            wrapped[:, :k] -= np.rint((wrapped[:, k] - x) / edge)[:, None] * h[:k, k]
            wrapped[:, k], fractions[:, k] = x, (x - low) / edge
        return wrapped

    def shortest(self, vectors: np.ndarray) -> np.ndarray:
        """The shortest periodic copy of each vector, shape (…, d), for vectors of less than half the shortest edge.

        Of a longer vector it is that copy each of whose components is at most half its edge.
        """
        out = np.array(vectors, dtype=float)
        if self.flat:
            rows = np.rint(out[..., 1] / self.edges[1])
            out[..., 0] -= rows * self.tilts[0] * self.edges[1]
            edges = np.array(self.edges)
            return out - edges * np.rint(out / edges)
        h = self.vectors
        for k in range(self.dimension - 1, -1, -1):
            out[..., : k + 1] -= np.rint(out[..., k : k + 1] / h[k, k]) * h[: k + 1, k]
        return out


def into(coordinates: np.ndarray, length: float | np.ndarray) -> np.ndarray:
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
    """The first component of that copy of a vector whose second is shortest, in a box sheared in its x-y plane."""
    return x - tilt * edges[1] * np.rint(y * (1.0 / edges[1]))


@njit(inline="always")
def shortest_edge(edges):
    """The shortest of (L_1, …, L_d)."""
    least = edges[0]
    for k in range(1, len(edges)):
        least = min(least, edges[k])
    return least


@njit
def to_nearest_flat(vector, edges, tilt):
    """:func:`to_nearest` in a box sheared in its x-y plane by `tilt`."""
    if tilt != 0.0:
        vector[0] = slid(vector[0], vector[1], edges, tilt)
    for k in range(len(edges)):
        vector[k] = reduced(vector[k], edges[k])


@njit
def to_nearest_leaning(vector, edges, h):
    """:func:`to_nearest` in a box of vectors h."""
    for m in range(len(edges)):
        k = len(edges) - 1 - m
        rows = np.rint(vector[k] * (1.0 / edges[k]))
        for j in range(k + 1):
            vector[j] -= rows * h[j, k]


def to_nearest(vector, edges, slant):
    """Replace a vector (d,) by its shortest periodic copy (:meth:`Box.shortest`); for compiled callers.

    Args:
        slant: :attr:`Box.slant`, as everywhere in kernels.
    """
    raise NotImplementedError("only in compiled code")


@overload(to_nearest)
def choose_to_nearest(vector, edges, slant):
    if isinstance(slant, types.Array):
        return lambda vector, edges, slant: to_nearest_leaning(vector, edges, slant)
    return lambda vector, edges, slant: to_nearest_flat(vector, edges, slant)


@njit
def straighten_flat(vector, edges, tilt):
    """:func:`straighten` in a box sheared in its x-y plane by `tilt`."""
    vector[0] -= tilt * vector[1]


@njit
def straighten_leaning(vector, edges, h):
    """:func:`straighten` in a box of vectors h."""
    for m in range(1, len(edges)):
        k = len(edges) - 1 - m
        for j in range(k + 1, len(edges)):
            vector[k] -= h[k, j] * (vector[j] / edges[j])


def straighten(vector, edges, slant):
    """Replace a point (d,) by where it would be were the box upright, L_k s_k of s = h⁻¹ r; for compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(straighten)
def choose_straighten(vector, edges, slant):
    if isinstance(slant, types.Array):
        return lambda vector, edges, slant: straighten_leaning(vector, edges, slant)
    return lambda vector, edges, slant: straighten_flat(vector, edges, slant)


def leans(slant):
    """Whether a box is sheared; for compiled callers."""
    raise NotImplementedError("only in compiled code")


@overload(leans)
def choose_leans(slant):
    if isinstance(slant, types.Array):
        return lambda slant: True
    return lambda slant: slant != 0.0


def slants_of(edges, slant, out):
    """Write :attr:`Box.slants` to `out` (d,); for compiled callers."""
    raise NotImplementedError("only in compiled code")


@njit
def slants_leaning(edges, h, out):
    """:func:`slants_of` a box of vectors h: the rows of h⁻¹ by forward substitution."""
    d = len(edges)
    row = np.zeros(d)
    for k in range(d):
        row[k] = 1.0 / h[k, k]
        squares = row[k] * row[k]
        for m in range(k + 1, d):
            row[m] = 0.0
            for j in range(k, m):
                row[m] -= row[j] * h[j, m] / h[m, m]
            squares += row[m] * row[m]
        out[k] = edges[k] * sqrt(squares)


@overload(slants_of)
def choose_slants(edges, slant, out):
    if isinstance(slant, types.Array):
        return lambda edges, slant, out: slants_leaning(edges, slant, out)

    def slants_flat(edges, slant, out):
        out[:] = 1.0
        out[0] = np.sqrt(1.0 + slant * slant)

    return slants_flat


@njit
def separation(positions, i, j, edges, slant, out):
    """Write the shortest vector from j to i into `out` (shape (d,)) and return its squared length."""
    squared = 0.0
    for k in range(len(edges)):
        out[k] = positions[i, k] - positions[j, k]
    to_nearest(out, edges, slant)
    for k in range(len(edges)):
        squared += out[k] * out[k]
    return squared
