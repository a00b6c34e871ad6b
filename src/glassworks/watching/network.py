"""The force-bearing network of a window: how large it is, and whether it spans the box (Tong et al. 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.observables import Column, Law
from glassworks.watching._windows import Snapshots, Window, frames, snapshots

if TYPE_CHECKING:
    from glassworks.forces.networks import ForceWindow, Percolation
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

LINKS = {"contacts": (1.0, False), "averaged": (1.0, True), "near": (1.3, False)}
"""What connects force-bearing particles: r < reach · λ_ij in the last frame, or at mean positions in the window. Tong
et al. do not say which."""
DRAWN = "averaged"
"""The connection whose clusters are counted by size and drawn."""


class Parameters(Window, Snapshots):
    """The frames of a window, and snapshots among them."""


COLUMNS = {
    "links": Column(
        "",
        "what connects force-bearing particles: contacts, averaged (at mean positions) or near (1.3 λ)",
        words=True,
    ),
    "sampling": Column(
        "", "which frames decide who bears force: all of the window, or its snapshots alone", words=True
    ),
    "fraction": Column("1", "f, force-bearing particles over N: F_str < 1 in more than half of these frames"),
    "tied": Column("1", "fraction of particles with F_str < 1 in exactly half of the frames"),
    "spans": Column("", "whether a cluster reaches from one side of the box to the other in any direction"),
    "wraps": Column("", "whether a cluster meets its own periodic copy in any direction"),
    "largest": Column("1", "ψ, particles of the largest cluster over N"),
    "largest_inside": Column("1", "the same without bonds through the boundary"),
    "mean_size": Column("1", "Σs²/Σs over the sizes s of the clusters but the largest", known=False),
}
LAWS = {"": Law(scale=0.03, power=1.0)}
TINY = {"every": 0.05, "window": 0.1, "apart": 0.1, "snapshots": 1}


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return np.union1d(frames(parameters, run), snapshots(parameters, run))


def rows(run: Run, parameters: Parameters) -> float:
    return 2 * len(LINKS)


class Watch:
    """Finds who bears force, by all frames and by the snapshots alone."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        from glassworks.forces.networks import ForceWindow

        self.model = model
        self.steps = {"window": frames(parameters, run), "snapshots": snapshots(parameters, run)}
        self.windows = {name: ForceWindow(model.interaction) for name in self.steps}

    def take(self, look: Look) -> None:
        for name, window in self.windows.items():
            if look.at in self.steps[name]:
                window.add(look.configuration, look.pairs, look.bond_forces)

    def rows(self) -> list[dict]:
        return [
            {"links": links, "sampling": name} | network_columns(window, percolated(self.model, window, links))
            for name, window in self.windows.items()
            for links in LINKS
        ]


def percolated(model: Model, window: ForceWindow, links: str) -> Percolation:
    """The network of a window with one of :data:`LINKS`."""
    from glassworks.forces.networks import percolation

    reach, averaged = LINKS[links]
    return percolation(model.interaction, window.average if averaged else window.last, window.bearing, reach)


def network_columns(window: ForceWindow, found: Percolation) -> dict:
    """The columns that one window and one way to connect give."""
    return {
        "fraction": found.fraction,
        "tied": window.tied,
        "spans": bool(found.spans.any()),
        "wraps": bool(found.wraps.any()),
        "largest": found.largest,
        "largest_inside": found.largest_inside,
        "mean_size": found.mean_size,
    }
