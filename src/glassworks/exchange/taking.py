"""A configuration of a campaign from a file, as a group says that the file is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassworks.configurations import Configuration, check_fit
from glassworks.exchange.fitting import fitted
from glassworks.exchange.reading import read_snapshot
from glassworks.exchange.units import Units
from glassworks.models import Model


def taken(model: Model, n: int, name: str, frame: int, told: Mapping[str, Any]) -> Configuration:
    """One frame of a file.

    Args:
        told: `species`, `form`, `units` and `unwrapped` as :func:`fitted` and :func:`read_snapshot` take them, where
            they are said.

    Raises:
        ValueError: it cannot be one of the model, or has another number of particles; names the file.
    """
    units = Units(**told["units"]) if told.get("units") else None
    snapshot = read_snapshot(name, frame, told.get("form"))
    if len(snapshot) != n:
        raise ValueError(f"{snapshot.source}: has {len(snapshot)} particles; allowed: {n}, as is declared")
    found = fitted(snapshot, model, told.get("species"), units, bool(told.get("unwrapped")))
    try:
        check_fit(model, found)
    except ValueError as problem:
        raise ValueError(f"{snapshot.source}: {problem}") from None
    return found
