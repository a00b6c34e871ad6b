"""The correlation of particle stresses in space, in shells of distance, over a few snapshots (Tong et al. 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassworks.observables import Column, Law
from glassworks.watching._windows import Snapshots, snapshots

if TYPE_CHECKING:
    import numpy as np

    from glassworks.forces.stress import ShellSums
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

DIMENSIONS = (2,)
SHELL = 0.5
"""Width of the shells, in λ."""


class Parameters(Snapshots):
    """Which snapshots; and whether the inherent structure of the last one is looked at, too."""

    inherent: bool = False


COLUMNS = {
    "state": Column("", "thermal: as it is, its snapshots; inherent: quenched to its inherent structure", words=True),
    "inner": Column("λ", "lower end of the shell of distances"),
    "outer": Column("λ", "upper end of the shell"),
    "pairs": Column("1", "pairs of particles in the shell, summed over snapshots"),
    "ideal": Column("1", "pairs that the shell would hold without any structure, summed over snapshots"),
    "fixed": Column("ε²", "Σ −σ_xy σ_xy cos 4θ over the pairs of the shell and the snapshots"),
    "turned": Column("ε²", "the same averaged over all directions of the axes"),
    "square_fixed": Column("ε²", "⟨σ_xy²⟩ over particles and snapshots"),
    "square_turned": Column("ε²", "the same averaged over all directions of the axes"),
}
LAWS = {"": Law(scale=0.1, power=2.0)}
TINY = {"apart": 0.1, "snapshots": 1}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return snapshots(parameters, run)


def rows(run: Run, parameters: Parameters) -> float:
    return (1 + parameters.inherent) * 0.5 * run.edge / SHELL


class Watch:
    """Sums over pairs."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        self.parameters, self.run = parameters, run
        self.shells: list[ShellSums] = []
        self.inherent: ShellSums | None = None

    def take(self, look: Look) -> None:
        from glassworks.forces.stress import shell_sums

        self.shells.append(shell_sums(look.configuration, look.shear_stress, SHELL))
        if self.parameters.inherent and look.at == self.run.steps:
            self.inherent = look.inherent(SHELL)[1]

    def rows(self) -> list[dict]:
        from glassworks.forces.stress import merged

        found = shell_rows("thermal", merged(self.shells))
        return found if self.inherent is None else found + shell_rows("inherent", self.inherent)


def shell_rows(state: str, sums: ShellSums) -> list[dict]:
    """The stress correlation in shells, of the liquid or glass as it is (`thermal`) or of its inherent structure."""
    edges = sums.edges
    return [
        {
            "state": state, "inner": edges[k], "outer": edges[k + 1], "pairs": sums.pairs[k], "ideal": sums.ideal[k],
            "fixed": sums.fixed[k], "turned": sums.turned[k], "square_fixed": sums.squares[0],
            "square_turned": sums.squares[1],
        }
        for k in range(len(edges) - 1)
    ]  # fmt: skip
