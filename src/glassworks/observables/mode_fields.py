"""How the harmonic, quartic and cubic modes of a glass fall off around their cores (Kapteijns 2021, Fig. 2.1d)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
NEEDS = FIELDS = ("nonlinear_modes",)
WHICH = ("harmonic", "quartic", "cubic", "contraction")


class Parameters(Strict):
    """Shells `width` a₀ wide around a mode's center; the weight of the largest `part` of its components."""

    width: Annotated[float, Field(gt=0)] = 1 / 3
    part: Annotated[float, Field(gt=0, lt=1)] = 0.001


COLUMNS = {
    "field": Column(
        "1", "0 for the harmonic mode ψ, 1 for π_4, 2 for π_3, 3 for U₄:.π_4π_4π_4, each normalized", whole=True
    ),
    "frequency": Column("(ε/m)^½/λ", "√κ along the mode; of the last that of π_4", least=0.0),
    "participation": Column("1", "participation ratio e of the field", least=0.0, below=1.0 + 1e-12),
    "components": Column("1", "share of the weight in the largest components", least=0.0, below=1.0 + 1e-12),
    "particles": Column("1", "share of the weight of as large a part of all particles", least=0.0, below=1.0 + 1e-12),
    "inner": Column("λ", "lower end of the bin of distances from the center", least=0.0),
    "outer": Column("λ", "upper end of the bin", least=0.0),
    "square": Column("1", "median of |z_i|² over the bin's particles", least=0.0),
    "count": Column("1", "particles in the bin", whole=True),
}
LAWS = {"": Law(scale=0.01, power=1.1, memory=10.0, rising=1.0)}


def rows(system: System, parameters: Parameters) -> float:
    return len(WHICH) * 30


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.fields import field_decay, weight
    from glassworks.vibrations import Unstable, participation
    from glassworks.vibrations.expansion import contractions

    before = means.found["nonlinear_modes"]
    if "quartic" not in before:
        raise Unstable(str(before["status"][0]))
    fields = {name: before[name][0].astype(float) for name in WHICH[:3]}
    told = contractions(glass.bonds, fields["quartic"]).of_fourth
    fields["contraction"] = told / np.linalg.norm(told)
    quartic = float(np.sqrt(before["quartic_stiffness"][0]))
    frequency = {
        "harmonic": float(before["frequency"][0]), "quartic": quartic, "contraction": quartic,
        "cubic": float(np.sqrt(before["cubic_stiffness"][0])),
    }  # fmt: skip
    columns: dict[str, list] = {name: [] for name in (*COLUMNS, "status")}
    for number, name in enumerate(WHICH):
        found = field_decay(glass.configuration, fields[name], parameters.width)
        components, particles = weight(fields[name], parameters.part)
        share = float(participation(fields[name][None])[0])
        count = len(found.inner)
        same = {"field": number, "frequency": frequency[name], "participation": share}
        same |= {"components": components, "particles": particles}
        for column, value in same.items():
            columns[column].append(np.full(count, value))
        each = {"inner": found.inner, "outer": found.outer, "square": found.squares, "count": found.counts}
        for column, values in each.items():
            columns[column].append(values)
        columns["status"].append(np.where(found.counts > 0, "ok", "empty shell"))
    return {name: np.concatenate(parts) for name, parts in columns.items()}
