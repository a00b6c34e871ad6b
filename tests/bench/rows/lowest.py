"""The lowest eigenvalues of any sparse matrix against SciPy's eigsh, plain and with shift and inversion."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from protocol import Goals, Line, Peers, Row, seconds
from scipy.sparse import coo_matrix, csc_matrix, identity
from scipy.sparse.csgraph import connected_components, laplacian
from scipy.sparse.linalg import LinearOperator, eigsh, splu
from scipy.spatial import cKDTree

from glassworks.observables.modes import RESIDUAL
from glassworks.vibrations import lowest
from rows.modes import ORDERINGS, SHIFT

COUNT = 30
NEIGHBORS = 12
"""Mean number of points that are linked to one."""

ACCURACY = 1e-12
"""Asked of SciPy; ours stops at residuals as small beside the largest eigenvalue."""

PLAIN = 20000
"""Points up to which SciPy is tried without a factor: it takes ever more products as the graph grows."""


class LowestOfGraph(Row):
    """30 eigenvalues of the Laplacian of a graph that links near points of a cube, zero among them.

    Of the graph's largest piece: SciPy overlooks some of several zeros.
    """

    name, tiny, rounds = "lowest", 1000, 3
    sizes: ClassVar = {8000: Goals(), 64000: Goals()}
    long: ClassVar = frozenset({64000})

    def setup(self) -> None:
        points = np.random.default_rng(1).random((self.size, 3))
        reach = (NEIGHBORS / (self.size * 4.0 / 3.0 * np.pi)) ** (1.0 / 3.0)
        links = cKDTree(points).query_pairs(reach, output_type="ndarray")
        graph = coo_matrix((np.ones(len(links)), links.T), shape=(self.size,) * 2)
        pieces = connected_components(graph)[1]
        kept = np.flatnonzero(pieces == np.bincount(pieces).argmax())
        self.matrix = csc_matrix(laplacian((graph + graph.T).tocsr()[kept][:, kept]))
        lowest(self.matrix, COUNT)  # compiles
        self.worst = 0.0

    def ours(self) -> float:
        found = []
        spent = seconds(lambda: found.append(lowest(self.matrix, COUNT)))
        self.worst = max(self.worst, float(found[0].residuals.max()))
        self.values, self.norm = found[0].values, found[0].norm
        return spent

    def peers(self) -> Peers:
        inverted = {f"eigsh, SuperLU {name}": lambda name=name: self.inverted(name) for name in ORDERINGS}
        return inverted if self.size > PLAIN else inverted | {"eigsh, products": self.plain}

    def inverted(self, ordering: str) -> float:
        """By shift and inversion about a point just below zero."""

        def work() -> np.ndarray:
            solver = splu(
                (self.matrix + SHIFT * identity(self.matrix.shape[0], format="csc")).tocsc(), **ORDERINGS[ordering]
            )
            inverse = LinearOperator(self.matrix.shape, matvec=solver.solve, dtype=float)
            return eigsh(self.matrix, COUNT, sigma=-SHIFT, OPinv=inverse, v0=self.start(), tol=ACCURACY)[0]

        return self.compared(work)

    def plain(self) -> float:
        """By products alone, as ours."""
        options = dict(which="SA", v0=self.start(), tol=ACCURACY, ncv=4 * COUNT, maxiter=100000)
        return self.compared(lambda: eigsh(self.matrix, COUNT, **options)[0])

    def start(self) -> np.ndarray:
        return np.random.default_rng(0).normal(size=self.matrix.shape[0])

    def compared(self, work: Callable[[], np.ndarray]) -> float:
        found: list[np.ndarray] = []
        spent = seconds(lambda: found.append(np.sort(work())))
        same = np.allclose(found[0], self.values, rtol=1e-6, atol=1e-9 * self.norm)
        assert same, "the eigenvalues of SciPy are others"
        return spent

    def also(self) -> list[Line]:
        return [self.line(self.worst, "‖Mψ−λψ‖/‖M‖", Goals(RESIDUAL), f"{self.name}-residual")]
