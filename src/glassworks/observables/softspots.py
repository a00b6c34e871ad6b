"""Soft spots of a glass: localized excitations that are as soft as they can be made."""

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
UNIT_MASSES = True


class Parameters(Strict):
    """Searches from `starts` pinches and the `modes` softest modes; fields that overlap by `overlap` are one spot."""

    starts: Annotated[int, Field(ge=1)] = 400
    modes: Annotated[int, Field(ge=0)] = 30
    steps: Annotated[int, Field(ge=1)] = 200
    overlap: Annotated[float, Field(gt=0, lt=1)] = 0.9


COLUMNS = {
    "frequency": Column("(ε/m)^½/λ", "ω of the excitation", least=0.0),
    "x": Column("λ", "first coordinate of the excitation's center"),
    "y": Column("λ", "second coordinate"),
    "z": Column("λ", "third coordinate", dimension=3),
    "w": Column("λ", "fourth coordinate", dimension=4),
    "core": Column("λ", "linear size (N e)^{1/d} a0 of the excitation's core"),
    "participation": Column(
        "1", "participation ratio e = (Σ|ψ_i|²)²/(N Σ|ψ_i|⁴) of the soft spot", least=0.0, below=1.0 + 1e-12
    ),
    "stiffness": Column("ε/λ²", "ω², the curvature along the excitation"),
    "gradient": Column("1", "norm of the gradient of the excitation's cost function where the search ended"),
    "hits": Column("1", "searches that ended in this excitation", whole=True),
}

LAWS = {"": Law(scale=2.93, power=1.5, memory=60.0, rising=1.5)}
SEARCHES = 430
"""Searches in a glass that the law counts as one."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    return "", (parameters.starts + parameters.modes) / SEARCHES


def rows(system: System, parameters: Parameters) -> float:
    return 50


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations import soft_spots

    glass.needs_unit_masses("the frequency of a soft spot")
    count = min(parameters.modes, glass.hessian.shape[0] - glass.factor.dimension)
    extra = glass.modes(count, int(means.rng.integers(2**31))).vectors if count else None
    found = soft_spots(
        glass.configuration,
        glass.bonds,
        glass.factor,
        parameters.starts,
        means.rng,
        extra,
        parameters.steps,
        parameters.overlap,
    )
    axes = dict(zip("xyzw", found.centers.T, strict=False))
    return {
        "frequency": found.frequency,
        **axes,
        "core": found.core,
        "participation": found.participation,
        "stiffness": found.frequency**2,
        "gradient": found.gradient,
        "hits": found.hits,
        "status": flagged(found.gradient < 1e-6, "search did not converge"),
    }
