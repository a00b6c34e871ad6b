"""Paths from a liquid's configuration down to its inherent structure."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, field_validator

from glassworks.models.specification import Strict
from glassworks.observables import LIQUIDS, Column, Law, Means, Snapshot, System

OF = LIQUIDS


class FireParameters(Strict):
    """A descent by FIRE; see :class:`glassworks.landscape.fire.Fire`. Times in 1/ω_max, lengths in λ.

    In the `harmonic` landscape, potential energies are expanded to second order about the inherent structure to which
    the first method leads.
    """

    kind: Literal["fire"]
    landscape: Literal["real", "harmonic"] = "real"
    first: Annotated[float, Field(gt=0)] = 0.1
    longest: Annotated[float, Field(gt=0, le=2)] = 1.0
    mixing: Annotated[float, Field(ge=0, lt=1)] = 0.1
    fade: Annotated[float, Field(gt=0, le=1)] = 0.99
    faster: Annotated[float, Field(gt=1)] = 1.1
    slower: Annotated[float, Field(gt=0, lt=1)] = 0.5
    patience: Annotated[int, Field(ge=0)] = 5
    move: Annotated[float, Field(gt=0)] = 0.1


class SteepestParameters(Strict):
    """A steepest descent, followed to `accuracy` λ; see :class:`glassworks.landscape.steepest.SteepestDescent`."""

    kind: Literal["steepest_descent"]
    accuracy: Annotated[float, Field(gt=0, le=1e-2)] = 1e-3


class Parameters(Strict):
    """Paths from a liquid's configuration down to its inherent structure, by each method until max|F| < `tolerance`
    ε/λ; kept at `per_decade` distances a decade, down to `nearest` λ. The first method goes through the real landscape.
    """

    methods: Annotated[
        dict[str, Annotated[FireParameters | SteepestParameters, Field(discriminator="kind")]], Field(min_length=1)
    ] = Field(default_factory=lambda: {"fire": FireParameters(kind="fire")})
    tolerance: Annotated[float, Field(gt=0)] = 1e-10
    nearest: Annotated[float, Field(gt=0)] = 1e-5
    per_decade: Annotated[int, Field(ge=4)] = 10

    @field_validator("methods")
    @classmethod
    def begins_really(cls, methods: dict) -> dict:
        name, first = next(iter(methods.items()), ("", None))
        if isinstance(first, FireParameters) and first.landscape == "harmonic":
            raise ValueError(
                f"{name}: a harmonic landscape is that of the inherent structure which another method finds"
            )
        return methods


COLUMNS = {
    "method": Column("", "how the path goes downhill, by its name in the paper's file", words=True),
    "point": Column("1", "index of the point on the path: 0 is the start, all others are evenly spaced in ln Δr"),
    "steps": Column("1", "steps of the whole descent"),
    "apart": Column(
        "λ", "√⟨|r_i − r_i'|²⟩ between the path's inherent structure and that of the first method, without rattlers"
    ),
    "distance": Column("λ", "Δr from a point of the path to the inherent structure, √(Σ|r_i − r_i^IS|²/N)"),
    "contour": Column("λ", "Δs, length of the path from the point to the inherent structure over √N"),
    "drop": Column("ε", "ΔE = (U − U_IS)/N; not a number where its digits are lost", known=False),
}

LAWS = {
    "": Law(scale=2.0, power=1.3, memory=60.0),  # a path by FIRE
    "steepest": Law(scale=30.0, power=1.5, memory=60.0),  # a steepest descent, beside which the others cost little
}


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    steepest = sum(method.kind == "steepest_descent" for method in parameters.methods.values())
    return ("steepest", steepest) if steepest else ("", len(parameters.methods))


def rows(system: System, parameters: Parameters) -> float:
    return 50


def measure(liquid: Snapshot, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    """By each method from the same start: the start, then points ever closer to the end."""
    from glassworks.landscape import Fire, SteepestDescent, distance_between, downhill_path, harmonic_path

    kinds = {"fire": Fire, "steepest_descent": SteepestDescent}
    interaction, start, paths = liquid.model.interaction, liquid.configuration, {}
    for name, chosen in parameters.methods.items():
        method = kinds[chosen.kind](**chosen.model_dump(exclude={"kind", "landscape"}))
        if getattr(chosen, "landscape", "real") == "harmonic":
            end = next(iter(paths.values())).end
            paths[name] = harmonic_path(interaction, start, end, method, parameters.tolerance)
        else:
            paths[name] = downhill_path(interaction, start, method, parameters.tolerance)
    apart = distance_between(interaction, start, [path.end for path in paths.values()])
    parts = [
        _rows(name, path, parameters, float(distance))
        for (name, path), distance in zip(paths.items(), apart, strict=True)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _rows(name: str, path, parameters: Parameters, apart: float) -> dict[str, np.ndarray]:
    """The start of a path, then its points from far to near."""
    points = np.vstack([[path.distance[0], path.contour[0], path.energy[0]], _kept(path, parameters)])
    count, stopped = len(points), f"{name}: descent stopped at residual force {path.residual:.1e}"
    return {
        "method": np.full(count, name),
        "point": np.arange(count),
        "steps": np.full(count, path.steps),
        "apart": np.full(count, apart),
        **dict(zip(("distance", "contour", "drop"), points.T, strict=True)),
        "status": np.full(count, "ok" if path.converged else stopped),
    }


def _kept(path, parameters: Parameters) -> np.ndarray:
    """Rows (Δr, Δs, ΔE), the farthest first."""
    from glassworks.landscape import thinned

    rows = thinned(path, parameters.per_decade)[::-1]
    return rows[rows[:, 0] > parameters.nearest * (1.0 - 1e-9)]
