"""How much of a glass in three dimensions is crystal-like, its rattlers included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._flags import flagged

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
CRYSTAL = "crystal"
"""The status of a glass in which a crystal was found: it is left out of averages by this name."""


class Parameters(Strict):
    """A bond is crystalline where d_6 > `likeness`, a particle crystal-like with `bonds` of them, and a glass is
    flagged where `cluster` such particles hang together (:mod:`glassworks.structure.crystals`).
    """

    likeness: Annotated[float, Field(gt=0, lt=1)] = 0.7
    bonds: Annotated[int, Field(ge=1, le=12)] = 6
    cluster: Annotated[int, Field(ge=2)] = 10


COLUMNS = {
    "crystalline": Column("1", "share of particles that are crystal-like by their bond order", least=0.0),
    "cluster": Column(
        "1",
        "particles of the largest cluster of crystal-like ones, connected by crystalline bonds",
        whole=True,
        least=0,
    ),
    "order": Column(
        "1",
        "mean over particles of q̄_6, the bond order averaged over a particle and its neighbors",
        least=0.0,
        below=1.0,
    ),
}

LAWS = {"": Law(scale=0.023, power=1.1, memory=6.0)}


def rows(system: System, parameters: Parameters) -> float:
    return 1


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    """Of the glass as it was quenched; raises ValueError in other dimensions than three."""
    from glassworks.structure import crystals

    found = crystals(glass.original, parameters.likeness, parameters.bonds)
    return {
        "crystalline": np.array([found.share]),
        "cluster": np.array([found.largest]),
        "order": np.array([float(found.order.mean())]),
        "status": flagged(np.array([found.largest < parameters.cluster]), CRYSTAL),
    }
