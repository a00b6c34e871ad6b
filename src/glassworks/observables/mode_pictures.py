"""The particles that move most in the harmonic, quartic and cubic modes of a glass, for pictures of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._axes import axes

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
NEEDS = FIELDS = ("nonlinear_modes",)
WHICH = ("harmonic", "quartic", "cubic", "difference", "second")


class Parameters(Strict):
    """The `most` particles that move farthest in each."""

    most: Annotated[int, Field(ge=1)] = 400


COLUMNS = {
    "field": Column(
        "1", "0 for the harmonic mode ψ, 1 for π_4, 2 for π_3, 3 for π_4 − ψ, 4 for the second quartic mode", whole=True
    ),
    "rank": Column("1", "0 for the particle that moves farthest in this field", whole=True),
    **axes("", "λ", "coordinate of the particle from the quartic mode's center"),
    **axes("d", "1", "component of the field there"),
}
LAWS = {"": Law(scale=0.005, power=1.0, memory=5.0, rising=1.0)}


def rows(system: System, parameters: Parameters) -> float:
    return len(WHICH) * min(parameters.most, system.n)


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.softspots import centers
    from glassworks.vibrations import Unstable

    before = means.found["nonlinear_modes"]
    if "quartic" not in before:
        raise Unstable(str(before["status"][0]))
    fields = [before[name][0].astype(float) for name in WHICH[:3]]
    fields.append(fields[1] - fields[0])
    fields.append(before["second"][0].astype(float))
    configuration, d = glass.configuration, glass.factor.dimension
    place = configuration.box.shortest(configuration.positions - centers(configuration, fields[1][None])[0])
    columns: dict[str, list] = {}
    for number, field in enumerate(fields):
        if not field.any():
            continue
        order = np.argsort(-(field**2).sum(axis=1), kind="stable")[: parameters.most]
        rows_of = {"field": np.full(len(order), number), "rank": np.arange(len(order))}
        rows_of |= dict(zip("xyzw", place[order].T, strict=False))
        rows_of |= {f"d{axis}": column for axis, column in zip("xyzw"[:d], field[order].T, strict=True)}
        for name, values in rows_of.items():
            columns.setdefault(name, []).append(values)
    found = {name: np.concatenate(parts) for name, parts in columns.items()}
    return found | {"status": np.full(len(found["rank"]), "ok", dtype=object)}
