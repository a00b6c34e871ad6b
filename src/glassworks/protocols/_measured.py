"""What is measured along trajectories whose liquids go from one to the next: watchers that come with them.

A rung ends with a window in which frames are taken at equal times; its snapshots are some of these frames.
"""

from __future__ import annotations

import functools

from glassworks.observables import Column
from glassworks.watching import load

MEASURED = ("frames", "forces", "stress", "network", "clusters", "fluctuations", "particles", "maps", "inherent")
"""Watchers, in the order of their tables."""
TABLES: dict[str, dict[str, Column]] = {name: load(name).columns for name in MEASURED}
"""Columns by table, beside `sample` and `status`."""


@functools.cache
def tables_in(dimension: int) -> dict[str, dict[str, Column]]:
    """The same of those that work in a space, with what they see there."""
    return {name: load(name).own_columns(dimension) for name in MEASURED if dimension in load(name).dimensions}
