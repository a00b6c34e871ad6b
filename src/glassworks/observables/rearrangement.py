"""The particles that move farthest in one rearrangement of a glass, one by one (Mizuno et al. 2020, Fig. 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
NEEDS = FIELDS = ("pulls",)
UNIT_MASSES = True


class Parameters(Strict):
    """The `most` particles that move farthest where the greatest number of pulls end."""

    most: Annotated[int, Field(ge=1)] = 2000


COLUMNS = {
    "particle": Column("1", "index in the glass", whole=True),
    "rank": Column("1", "0 for the particle that moves farthest", whole=True),
    "x": Column("λ", "first coordinate at home, from the particle that moves farthest, in the nearest image"),
    "y": Column("λ", "second coordinate"),
    "z": Column("λ", "third coordinate"),
    "dx": Column("λ", "first component of Δr_i"),
    "dy": Column("λ", "second component"),
    "dz": Column("λ", "third component"),
    "destination": Column("1", "number of the state among those that this glass's pulls end in", whole=True),
}
LAWS = {"": Law(scale=0.01, power=1.0, memory=1.0, rising=1.0)}


def rows(system: System, parameters: Parameters) -> float:
    return min(parameters.most, system.n)


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.vibrations import Unstable

    pulls = means.found["pulls"]
    if "destinations" not in pulls:
        raise Unstable(str(pulls["status"][0]))
    ends = pulls["destination"][pulls["destination"] >= 0]
    if not len(ends):
        raise Unstable("no pull led anywhere else")
    chosen = int(np.bincount(ends).argmax())
    field = pulls["destinations"][chosen].astype(float)
    order = np.argsort(-np.linalg.norm(field, axis=1))[: parameters.most]
    home = glass.configuration
    places = home.box.shortest(home.positions[order] - home.positions[order[0]])
    return {
        "particle": glass.held[order],
        "rank": np.arange(len(order)),
        **dict(zip("xyz", places.T, strict=True)),
        **dict(zip(("dx", "dy", "dz"), field[order].T, strict=True)),
        "destination": np.full(len(order), chosen),
        "status": np.full(len(order), "ok"),
    }
