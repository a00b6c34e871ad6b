"""Observables of liquids: what can be measured on a configuration as it is, each as a table.

A new one is a parameter class in :mod:`glassworks.parameters`, whose name stands in its `OF_LIQUIDS`, a function that
makes its table, and a line in :data:`LIQUID_OBSERVABLES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glassworks.configurations import Configuration
from glassworks.landscape import (
    Fire,
    Path,
    SteepestDescent,
    distance_between,
    downhill_path,
    harmonic_path,
    thinned,
)
from glassworks.models import Model
from glassworks.parameters import DownhillParameters

KINDS = {"fire": Fire, "steepest_descent": SteepestDescent}


def measure_downhill(model: Model, liquid: Configuration, parameters: DownhillParameters) -> pd.DataFrame:
    """Paths to the inherent structure, by each method from the same start: the start, then points ever closer."""
    paths: dict[str, Path] = {}
    for name, chosen in parameters.methods.items():
        method = KINDS[chosen.kind](**chosen.model_dump(exclude={"kind", "landscape"}))
        if getattr(chosen, "landscape", "real") == "harmonic":
            end = next(iter(paths.values())).end
            paths[name] = harmonic_path(model.interaction, liquid, end, method, parameters.tolerance)
        else:
            paths[name] = downhill_path(model.interaction, liquid, method, parameters.tolerance)
    apart = distance_between(model.interaction, liquid, [path.end for path in paths.values()])
    parts = [
        _rows(name, path, parameters).assign(apart=float(distance))
        for (name, path), distance in zip(paths.items(), apart, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)[list(LIQUID_OBSERVABLES["downhill"].columns)]


def _rows(name: str, path: Path, parameters: DownhillParameters) -> pd.DataFrame:
    """The start of a path, then its points from far to near."""
    points = np.vstack([[path.distance[0], path.contour[0], path.energy[0]], _kept(path, parameters)])
    return pd.DataFrame(points, columns=["distance", "contour", "drop"]).assign(
        method=name,
        point=np.arange(len(points)),
        steps=path.steps,
        status="ok" if path.converged else f"{name}: descent stopped at residual force {path.residual:.1e}",
    )


def _kept(path: Path, parameters: DownhillParameters) -> np.ndarray:
    """Rows (Δr, Δs, ΔE), the farthest first."""
    rows = thinned(path, parameters.per_decade)[::-1]
    return rows[rows[:, 0] > parameters.nearest * (1.0 - 1e-9)]


@dataclass(frozen=True)
class LiquidObservable:
    """One kind of table: the function that makes it, and its columns in order, `status` last."""

    measure: Callable[[Model, Configuration, Any], pd.DataFrame]
    columns: tuple[str, ...]


LIQUID_OBSERVABLES: dict[str, LiquidObservable] = {
    "downhill": LiquidObservable(
        measure_downhill, ("method", "point", "steps", "apart", "distance", "contour", "drop", "status")
    ),
}
