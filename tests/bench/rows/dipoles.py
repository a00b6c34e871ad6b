"""Responses to force dipoles against sparse solvers from PyPI."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from protocol import Absent, Goals, Peers, Row, seconds
from scipy.sparse import csc_matrix, tril, triu
from systems import glass

from glassworks.excitations.dipoles import choose_pairs, dipoles
from glassworks.glasses import Glass
from glassworks.models import load_model
from glassworks.vibrations import Factor

BATCH = 256
"""Right-hand sides handed over at a time, to ours and to Pardiso, which takes longer for one after the other."""


class Dipoles(Row):
    """Factorization and 1,000 solutions for a binary inverse-power-law glass in 3D, from its Hessian.

    Peers get the Hessian with one particle held fixed, which is positive definite, so that they may use Cholesky.
    """

    name, tiny, rounds = "dipoles", 250, 3
    sizes: ClassVar = {2000: Goals(1.5, 3.0), 8000: Goals(1.5, 3.0)}

    def setup(self) -> None:
        model = load_model("ipl-3d")
        found = Glass(model, glass(model, self.size, steps=100 if self.brief else 300))
        n = len(found.configuration)
        chosen = choose_pairs(found.bonds, 40 if self.brief else 1000, np.random.default_rng(1))
        self.forces = dipoles(found.bonds, chosen, n)
        self.matrix, self.positions = found.hessian, found.configuration.positions
        self.held = self.matrix.shape[0] - self.positions.shape[1]
        self.grounded = csc_matrix(self.matrix[: self.held, : self.held])
        self.mine = self.responses()

    def responses(self) -> np.ndarray:
        factor = Factor(self.matrix, self.positions)
        return self.joined(factor.solve, self.forces)

    @staticmethod
    def joined(solve, forces: np.ndarray) -> np.ndarray:
        return np.hstack([solve(forces[:, k : k + BATCH]) for k in range(0, forces.shape[1], BATCH)])

    def check(self, found: np.ndarray) -> None:
        """Raises AssertionError unless they are our responses, but for a translation of each."""
        d, k = self.positions.shape[1], found.shape[1]
        moves = np.vstack([found, np.zeros((d, k))]).reshape(-1, d, k)
        moves -= moves.mean(axis=0)
        assert np.allclose(moves.reshape(-1, k), self.mine, rtol=0, atol=1e-8 * abs(self.mine).max())

    def ours(self) -> float:
        return seconds(self.responses)

    def peers(self) -> Peers:
        found: Peers = {}
        missing = []
        try:
            import cvxopt.cholmod  # noqa: F401

            found["CHOLMOD column by column"] = self.cholmod
        except ImportError:
            missing.append("cvxopt")
        try:
            import pypardiso  # noqa: F401

            found["PyPardiso in blocks"] = self.pardiso
        except ImportError:
            missing.append("pypardiso")
        if not found:
            raise Absent(f"{' and '.join(missing)} are not installed; uv sync --group bench")
        return found

    def cholmod(self) -> float:
        from cvxopt import cholmod, matrix, spmatrix

        lower = tril(self.grounded, format="coo")
        given = spmatrix(lower.data, lower.row.tolist(), lower.col.tolist(), lower.shape)
        columns = [matrix(np.ascontiguousarray(each[: self.held])) for each in self.forces.T]

        def work() -> None:
            factor = cholmod.symbolic(given, uplo="L")
            cholmod.numeric(given, factor)
            for each in columns:
                cholmod.solve(factor, each)

        spent = seconds(work)
        self.check(np.hstack([np.asarray(each) for each in columns]))
        return spent

    def pardiso(self) -> float:
        from pypardiso import PyPardisoSolver

        upper = triu(self.grounded, format="csr")
        forces = self.forces[: self.held]
        found = []

        def work() -> None:
            solver = PyPardisoSolver(mtype=2)
            solver.factorize(upper)
            found.append(self.joined(lambda part: solver.solve(upper, np.asfortranarray(part)), forces))
            solver.free_memory(everything=True)

        spent = seconds(work)
        self.check(found[0])
        return spent
