"""What the ends of some steps of a cooling are looked at for more closely: the force-bearing network as a picture, the
stress correlation as a map, and the inherent structure (Tong, Sengupta & Tanaka 2020: Figs. 1a, 3a-c, and T = 0 in 1b).

Rows are plain dictionaries, a list a table, without sample and status where all is well.
"""

from __future__ import annotations

import numpy as np

from glassworks.configurations import Configuration
from glassworks.elasticity import moduli
from glassworks.forces.networks import Percolation
from glassworks.forces.stress import ShellSums, StressMap, shear_stresses, shell_sums
from glassworks.minimize import minimize
from glassworks.models.specification import Model
from glassworks.vibrations import Unstable, backbone, bonds

MINIMIZER = "fire"
"""What the paper quenches with (Methods)."""
SPACING = SMOOTHING = 0.5
"""Of the map's grid and of the Gaussian that stands for each particle, in λ."""
REACH = 16.0
"""The map goes so far from its middle, in λ, or to half the box."""

TABLES: dict[str, tuple[str, ...]] = {
    "particles": ("x", "y", "diameter", "part"),
    "maps": ("x", "y", "product", "square_fixed"),
    "inherent": (
        "energy", "pressure", "residual", "iterations", "shear", "shear_born", "shear_nonaffine", "rattlers",
    ),
}  # fmt: skip
"""Columns of the tables, beside `sample` and `status`."""


def particle_rows(configuration: Configuration, bearing: np.ndarray, network: Percolation) -> list[dict]:
    """Each particle with its part in the network: 0 none, 1 bears force, 2 bears force in the largest cluster."""
    largest = np.argmax(network.sizes) if len(network.sizes) else -1
    points = configuration.box.wrap(configuration.positions)
    part = bearing.astype(np.int64) + (bearing & (network.labels == largest))
    columns = (*points.T, configuration.diameters, part)
    return [
        dict(zip(TABLES["particles"], row, strict=True)) for row in zip(*map(np.ndarray.tolist, columns), strict=True)
    ]


def map_rows(maps: list[StressMap]) -> list[dict]:
    """⟨σ_xy(r) σ_xy(0)⟩ averaged over frames, within :data:`REACH`; y ≥ 0 is all, because r and −r are the same."""
    values, spacing = np.mean([each.values for each in maps], axis=0), maps[0].spacing
    square = float(np.mean([each.square for each in maps]))
    reach = int(min(REACH, 0.5 * spacing * len(values)) / spacing)
    across = np.arange(-reach, reach + 1)
    return [
        {"x": spacing * x, "y": spacing * y, "product": float(values[x, y]), "square_fixed": square}
        for x in across
        for y in range(reach + 1)
    ]


def inherent_structure(model: Model, configuration: Configuration, width: float) -> tuple[dict, ShellSums | None]:
    """The inherent structure of a configuration: its row, and in two dimensions its stress correlation in shells of
    some width.

    A row whose status tells what failed has no correlation beside it. Rattlers bear no stress and are left out of the
    moduli.
    """
    found = minimize(model.interaction, configuration, MINIMIZER)
    row = {
        "energy": found.energy / len(configuration),
        "pressure": found.pressure,
        "residual": found.residual,
        "iterations": found.evaluations,
    }
    if not found.converged:
        return row | {"status": f"minimization stopped at residual force {found.residual:.1e}"}, None
    try:
        held, kept = backbone(model.interaction, found.configuration)
        athermal = moduli(model.interaction, held)
    except (Unstable, np.linalg.LinAlgError) as failure:
        return row | {"status": str(failure)}, None
    row |= {name: float(getattr(athermal, name)) for name in ("shear", "shear_born", "shear_nonaffine")}
    row |= {"rattlers": len(configuration) - len(kept)}
    if model.dimension != 2:
        return row, None
    pairs = bonds(model.interaction, found.configuration)
    stress = shear_stresses(model.interaction, found.configuration, pairs)
    sums = shell_sums(found.configuration, stress, width)
    return row, sums
