"""A glass particle by particle in its softest mode and in its longest transverse wave (Kapteijns 2021, Fig. 1.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._axes import axes
from glassworks.observables.modes import MISSED, RESIDUAL

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES


class Parameters(Strict):
    """The wave is sought among the `count` softest modes."""

    count: Annotated[int, Field(ge=1)] = 12


COLUMNS = {
    "field": Column(
        "1", "0 for the softest mode, 1 for that of the softest which is most of all a wave of the first band",
        whole=True,
    ),
    "particle": Column("1", "index of the particle in the glass", whole=True),
    "diameter": Column("λ", "its diameter", least=0.0),
    **axes("", "λ", "coordinate of the particle from the softest mode's center"),
    **axes("d", "1", "component of the mode there"),
    "frequency": Column("(ε/m)^½/λ", "ω of the mode", least=0.0),
    "participation": Column("1", "participation ratio e of the mode", least=0.0, below=1.0 + 1e-12),
    "wave": Column("1", "part of the mode in the lowest transverse plane waves", least=0.0, below=1.0 + 1e-9),
    "residual": Column("1", "‖Mψ − ω²ψ‖/‖M‖", below=RESIDUAL),
    "missed": Column("1", "chance that a softer mode was overlooked"),
}  # fmt: skip
LAWS = {"": Law(scale=0.31, power=1.6, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return 2 * system.n


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.hybridization import lowest_waves
    from glassworks.excitations.softspots import centers

    configuration = glass.configuration
    n, d = configuration.positions.shape
    modes = glass.modes(min(parameters.count, (n - 1) * d), int(means.rng.integers(2**31)))
    fields = modes.vectors.astype(float)
    waves = ((fields.reshape(len(fields), -1) @ lowest_waves(configuration)) ** 2).sum(axis=1)
    place = configuration.box.shortest(configuration.positions - centers(configuration, fields[:1])[0])
    columns: dict[str, list] = {}
    for number, mode in enumerate((0, int(waves.argmax()))):
        trusted = modes.missed < MISSED and modes.residuals[mode] < RESIDUAL
        told = {"field": np.full(n, number), "particle": glass.held, "diameter": configuration.diameters}
        told |= dict(zip("xyzw", place.T, strict=False))
        told |= {f"d{axis}": column for axis, column in zip("xyzw"[:d], fields[mode].T, strict=True)}
        same = {
            "frequency": modes.frequencies[mode], "participation": modes.participation[mode], "wave": waves[mode],
            "residual": modes.residuals[mode], "missed": modes.missed,
        }  # fmt: skip
        told |= {name: np.full(n, value) for name, value in same.items()}
        told["status"] = np.full(n, "ok" if trusted else "softer modes may be missing", dtype=object)
        for name, values in told.items():
            columns.setdefault(name, []).append(values)
    return {name: np.concatenate(parts) for name, parts in columns.items()}
