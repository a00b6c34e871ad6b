"""The clusters of the force-bearing network of a window, by their size (Tong et al. 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.observables import Column, Law
from glassworks.watching._windows import Window, frames
from glassworks.watching.network import DRAWN, percolated

if TYPE_CHECKING:
    from glassworks.forces.networks import Percolation
    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run


class Parameters(Window):
    """The frames of a window."""


COLUMNS = {
    "smallest": Column("1", "smallest size of the octave of cluster sizes, which ends below twice of it"),
    "clusters": Column("1", "clusters of the octave, the largest cluster of the network left out"),
    "logarithms": Column("1", "Σ ln s over them, s their sizes"),
    "whole": Column("1", "those of them that do not wrap and have a radius"),
    "whole_logarithms": Column("1", "Σ ln s over those"),
    "radii": Column("1", "Σ ln (R_g/λ) over those, R_g the radius of gyration"),
    "radii_squared": Column("1", "Σ ln² (R_g/λ) over those"),
}
LAWS = {"": Law(scale=0.03, power=1.0)}
TINY = {"every": 0.05, "window": 0.1}
NAMES = ("smallest", "clusters", "logarithms", "whole", "whole_logarithms", "radii", "radii_squared")


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    return frames(parameters, run)


def rows(run: Run, parameters: Parameters) -> float:
    return int(np.log2(run.n)) + 1


class Watch:
    """Finds who bears force."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        from glassworks.forces.networks import ForceWindow

        self.model, self.window = model, ForceWindow(model.interaction)

    def take(self, look: Look) -> None:
        self.window.add(look.configuration, look.pairs, look.bond_forces)

    def rows(self) -> list[dict]:
        return cluster_rows(percolated(self.model, self.window, DRAWN))


def cluster_rows(network: Percolation) -> list[dict]:
    """Clusters by size, in octaves from `smallest` to twice that less one: their number and Σ ln s; and of those that
    are whole (that do not wrap, and have a radius) number, Σ ln s, Σ ln R_g and Σ ln² R_g. The largest is left out.

    Sums of logarithms are all that exponents of n_s ∝ s^−τ and s ∝ R_g^d_f are found from.
    """
    octaves = int(np.log2(len(network.labels))) + 1
    rest = np.delete(np.arange(len(network.sizes)), np.argmax(network.sizes) if len(network.sizes) else [])
    sizes, radii = network.sizes[rest], network.radii[rest]
    octave = np.log2(sizes).astype(np.int64)
    whole = np.isfinite(radii) & (radii > 0.0)
    logs, radius = np.log(sizes), np.log(np.where(whole, radii, 1.0))

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(octave, values, octaves)

    columns = [total(each) for each in (np.ones(len(sizes)), logs, whole, whole * logs, radius, radius**2)]
    rows = zip(2 ** np.arange(octaves), *columns, strict=True)
    return [dict(zip(NAMES, map(float, row), strict=True)) for row in rows]
