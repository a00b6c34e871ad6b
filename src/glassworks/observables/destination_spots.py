"""How near to a glass's soft spots its rearrangements are, which pulls along modes lead to (beyond Mizuno et al.
2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
NEEDS = ("selected_modes", "pulls", "softspots")
FIELDS = ("selected_modes", "pulls")
UNIT_MASSES = True


class Parameters(Strict):
    """Nothing is chosen."""


COLUMNS = {
    "destination": Column("1", "number of the state among those that this glass's pulls end in", whole=True),
    "away": Column("λ", "distance of the particle that moves farthest from the nearest soft spot's center", least=0.0),
    "nearer": Column(
        "1", "part of the particles that are nearer to a soft spot, one half on average for places that are any",
        least=0.0, below=1.0 + 1e-12,
    ),
    "spots": Column("1", "soft spots of the glass", whole=True),
    "softest": Column("(ε/m)^½/λ", "ω of the nearest one", least=0.0),
}  # fmt: skip
LAWS = {"": Law(scale=0.01, power=1.0, memory=5.0, rising=1.0)}


def rows(system: System, parameters: Parameters) -> float:
    return 10


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from scipy.spatial import cKDTree

    from glassworks.landscape.fields import standing
    from glassworks.vibrations import Unstable

    pulls, spots = means.found["pulls"], means.found["softspots"]
    if "destinations" not in pulls:
        raise Unstable(str(pulls["status"][0]))
    home, edges = glass.configuration, np.array(glass.configuration.box.edges)
    centers = np.mod(np.stack([spots[axis] for axis in "xyz"], axis=1), edges)
    away, nearest = cKDTree(centers, boxsize=edges).query(np.mod(home.positions, edges))
    movers = [int(np.linalg.norm(field, axis=1).argmax()) for field in pulls["destinations"]]
    return {
        "destination": np.arange(len(movers)),
        "away": away[movers],
        "nearer": np.array([standing(away, mover) for mover in movers]),
        "spots": np.full(len(movers), len(centers)),
        "softest": spots["frequency"][nearest[movers]],
        "status": np.full(len(movers), "ok"),
    }
