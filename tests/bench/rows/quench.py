"""Instantaneous quenches against LAMMPS, and what they cost as systems grow."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import ClassVar

import numpy as np
from peer_lammps import Lammps, library, tabulated
from protocol import Goals, Peers, Row, seconds
from systems import liquid

from glassworks.configurations import force_state
from glassworks.minimize import minimize
from glassworks.models import load_model

FORCE = 1e-10
"""max_i |F_i| at which a quench ends, in ε/λ."""

SEARCHES = {
    "cg": ("min_style cg",),
    "cg forcezero": ("min_style cg", "min_modify line forcezero"),
    "fire": ("min_style fire", "timestep 0.02"),
    "fire abc": ("min_style fire", "min_modify abcfire yes", "timestep 0.02"),
}


RESTARTS = 5
"""How often a search that stopped short goes on from there, then with the line search that LAMMPS has by default."""


def largest(forces: np.ndarray) -> float:
    return float(np.sqrt((forces**2).sum(axis=1).max()))


class Quench(Row):
    """Binary inverse power law in 3D from T = 1 to max|F| < 1e-10; the best LAMMPS search that gets there."""

    method: ClassVar[str]
    searches: ClassVar[tuple[str, ...]] = tuple(SEARCHES)
    tiny = 300

    def setup(self) -> None:
        library()
        self.model = load_model("ipl-3d")
        self.start = liquid(self.model, self.size, 1.0, 200 if self.brief else 1500).configuration
        self.tolerance = 1e-10
        glass = minimize(self.model.interaction, self.start, self.method).configuration
        self.tolerance = FORCE / force_state(self.model.interaction, glass).typical_force

    def ours(self) -> float:
        found = []
        spent = seconds(lambda: found.append(minimize(self.model.interaction, self.start, self.method, self.tolerance)))
        reached = largest(force_state(self.model.interaction, found[0].configuration).forces)
        assert reached < 2 * FORCE, f"ours stopped at max|F| = {reached}"
        return spent

    def peers(self) -> Peers:
        with tempfile.TemporaryDirectory() as folder:
            table = tabulated(self.model, self.start, Path(folder))
            for suffix in table.suffixes:  # both are read before the folder goes
                Lammps(self.start, table, suffix, 0.3).check(self.start, self.model, table.tolerance)
        return {
            f"LAMMPS {search} table {suffix}": lambda search=search, suffix=suffix: self.theirs(search, suffix)
            for search in self.searches
            for suffix in table.suffixes
        }

    def theirs(self, search: str, suffix: str) -> float:
        """Seconds, or infinity when the search does not reach the force."""
        with tempfile.TemporaryDirectory() as folder:
            peer = Lammps(self.start, tabulated(self.model, self.start, Path(folder)), suffix, 0.3)
        peer.commands(*SEARCHES[search], "min_modify norm max", "thermo 0", "run 0")
        spent, reached = 0.0, np.inf
        for _ in range(RESTARTS):
            spent += seconds(lambda: peer.commands(f"minimize 0.0 {FORCE} 100000 200000"))
            reached = largest(peer.gathered("f"))
            if reached < FORCE:
                break
            peer.commands("min_modify line quadratic")
        peer.close()
        return spent if reached < FORCE else np.inf


class ConjugateGradients(Quench):
    name, method = "quench-cg", "cg"
    sizes: ClassVar = {2000: Goals(2.0, 4.0)}


class LimitedMemory(Quench):
    name, method = "quench-lbfgs", "lbfgs"
    sizes: ClassVar = {2000: Goals(2.0, 4.0)}


class Fire(Quench):
    """Like with like: FIRE against FIRE (no goal is set for it)."""

    name, method, searches = "quench-fire", "fire", ("fire", "fire abc")
    sizes: ClassVar = {2000: Goals()}
    rounds = 3


class Growth(Row):
    """Time per force evaluation and particle, over that at N = 1,000 in the same run."""

    method: ClassVar[str]
    unit, rate, rounds, tiny = "ns/evaluation/particle", True, 3, 400
    small: ClassVar = 1000

    def setup(self) -> None:
        self.model = load_model("ipl-3d")
        self.reference = self.tiny if self.brief else self.small
        melt = 100 if self.brief else 500
        self.starts = {n: liquid(self.model, n, 1.0, melt).configuration for n in {self.reference, self.size}}
        self.cost(self.reference)

    def cost(self, n: int) -> float:
        """The median over several quenches of a small system, so that each size is timed for about as long."""
        return median(self.quench(n) for _ in range(1 if self.brief else max(1, min(5, 16000 // n))))

    def quench(self, n: int) -> float:
        found = []
        spent = seconds(lambda: found.append(minimize(self.model.interaction, self.starts[n], self.method)))
        assert found[0].converged
        return 1e9 * spent / found[0].evaluations / n

    def ours(self) -> float:
        return self.cost(self.size)

    def peers(self) -> Peers:
        return {f"itself, N = {self.reference}": lambda: self.cost(self.reference)}


class ConjugateGradientsGrowth(Growth):
    name, method = "growth-cg", "cg"
    sizes: ClassVar = {64000: Goals(1.3, 1.1)}


class LimitedMemoryGrowth(Growth):
    name, method = "growth-lbfgs", "lbfgs"
    sizes: ClassVar = {4000: Goals(1.3, 1.1), 16000: Goals(1.3, 1.1), 64000: Goals(1.3, 1.1)}


class FireGrowth(Growth):
    name, method = "growth-fire", "fire"
    sizes: ClassVar = {64000: Goals(1.3, 1.1)}
