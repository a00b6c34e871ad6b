"""The softest modes against SciPy's shift and inversion with SuperLU."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import ClassVar
from unittest.mock import patch

import numpy as np
from protocol import Goals, Line, Peers, Row, seconds
from scipy.sparse import identity
from scipy.sparse.linalg import LinearOperator, eigsh, splu
from systems import glass

from glassworks.campaign.products.files import peak_memory
from glassworks.glasses import Glass
from glassworks.models import load_model
from glassworks.observables.modes import RESIDUAL
from glassworks.vibrations import Modes, krylov, lowest_modes, modes

COUNT = 30
SHIFT = 1e-6  # keeps the translations from making the shifted Hessian singular
ORDERINGS = {
    "COLAMD": dict(permc_spec="COLAMD"),
    "MMD_AT_PLUS_A": dict(permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=dict(SymmetricMode=True)),
}
WORTH_TRYING = 4000
"""Particles up to which every ordering is tried; above, only the symmetric one, which is the best from 2,000 on."""


class LowestModes(Row):
    """30 modes of a binary inverse-power-law glass in 3D, from its Hessian."""

    name, tiny, rounds = "modes", 250, 3
    sizes: ClassVar = {2000: Goals(3.0, 5.0), 8000: Goals(7.0, 12.0)}

    def setup(self) -> None:
        model = load_model("ipl-3d")
        self.glass = Glass(model, glass(model, self.size, steps=100 if self.brief else 300))
        self.hessian, self.positions = self.glass.hessian, self.glass.configuration.positions
        small = self.glass if self.size < 1000 else Glass(model, glass(model, 300, steps=100))
        for factored in (True, False):
            small.modes(COUNT, factored=factored)  # compiles
        self.worst = 0.0

    def modes(self) -> Modes:
        self.glass.__dict__.pop("factor", None)  # where one is used, it is part of the work
        return self.glass.modes(COUNT)

    def ours(self) -> float:
        found: list[Modes] = []
        spent = seconds(lambda: found.append(self.modes()))
        self.worst = max(self.worst, float(found[0].residuals.max()))
        self.squared = found[0].frequencies ** 2
        return spent

    def peers(self) -> Peers:
        orderings = ORDERINGS if self.size <= WORTH_TRYING else ["MMD_AT_PLUS_A"]
        return {f"eigsh, SuperLU {name}": lambda name=name: self.theirs(name) for name in orderings}

    def theirs(self, ordering: str) -> float:
        matrix, n, d = self.hessian, self.hessian.shape[0], self.positions.shape[1]
        found = []

        def work() -> None:
            solver = splu((matrix + SHIFT * identity(n, format="csc")).tocsc(), **ORDERINGS[ordering])
            inverse = LinearOperator((n, n), matvec=solver.solve, dtype=float)
            start = np.random.default_rng(0).normal(size=n)
            found.append(eigsh(matrix, COUNT + d, sigma=-SHIFT, OPinv=inverse, v0=start, tol=1e-12)[0])

        spent = seconds(work)
        theirs = np.sort(found[0])[d:]
        assert np.allclose(theirs, self.squared, rtol=1e-6), "the modes of SciPy are others"
        return spent

    def also(self) -> list[Line]:
        return [self.line(self.worst, "‖Mψ−ω²ψ‖/‖M‖", Goals(RESIDUAL), f"{self.name}-residual")]


@contextmanager
def looks() -> Iterator[list[float]]:
    """The instants at which looks for overlooked modes begin and end, by turns, without a factor and with one."""
    at: list[float] = []

    class Look(krylov.Look):
        def __init__(self, *given):
            at.append(perf_counter())
            super().__init__(*given)

        def chance(self, *given) -> float:
            found = super().chance(*given)
            at.append(perf_counter())
            return found

    def overlooked(*given) -> float:
        at.append(perf_counter())
        found = plain(*given)
        at.append(perf_counter())
        return found

    plain = modes.overlooked
    with patch.object(krylov, "Look", Look), patch.object(modes, "overlooked", overlooked):
        yield at


class SecondLook(LowestModes):
    """The share of the solve that goes into the proof that no mode was overlooked, without a factor and with one."""

    name, tiny, rounds, unit = "modes-look", 250, 3, "of the solve"
    sizes: ClassVar = {2000: Goals(0.2), 8000: Goals(0.2)}

    def ours(self) -> float:
        return self.share(lambda: self.glass.modes(COUNT, factored=False))

    def share(self, solve: Callable[[], Modes]) -> float:
        with looks() as at:
            spent = seconds(solve)
        return (at[-1] - at[0]) / spent

    def peers(self) -> Peers:
        return {}

    def also(self) -> list[Line]:
        factor = self.glass.factor
        share = self.share(lambda: lowest_modes(factor, COUNT))
        return [self.line(share, self.unit, self.goals, f"{self.name}-factored")]


class LargeModes(LowestModes):
    """The same where no peer finishes: time, memory and residual."""

    name, tiny, rounds = "modes-large", 250, 1
    sizes: ClassVar = {16000: Goals(), 64000: Goals(goal=600.0)}
    long: ClassVar = frozenset({64000})

    def peers(self) -> Peers:
        return {}

    def also(self) -> list[Line]:
        return [*super().also(), self.line(peak_memory() / 1024, "GiB", Goals(20.0), f"{self.name}-memory")]
