"""Fields of particles as arrows, in the plane or seen from aside; of four dimensions the first three."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures.panels import MANY
from glassworks.figures.spaces import Space

LONGEST = 0.2
"""Of half the box: how long the longest arrow of a field is drawn."""
LOOK = {"flat": {"width": 0.006}, "deep": {"linewidths": 0.8, "arrow_length_ratio": 0.35}}


def space(figure: Figure, place: tuple[int, int, int], dimension: int) -> Axes:
    """Axes for a field at a place (rows, columns, number) of a figure."""
    return figure.add_subplot(*place, axes_class=Axes if dimension == 2 else Space)


def reach(rows: pd.DataFrame, dimension: int) -> float:
    """Half of the box that a glass is shown in: the largest coordinate."""
    return float(np.abs(rows[list("xyz"[:dimension])].to_numpy(float)).max())


def draw(
    axes: Axes, rows: pd.DataFrame, dimension: int, half: float, most: int, color: str, label: str | None = None
) -> None:
    """The `most` particles of a field that move farthest as arrows, the longest `LONGEST` of `half`, the box's half.

    Args:
        rows: of one field of one glass: `rank` and the coordinates and components x, dx, y, dy, ...
    """
    names = list("xyz"[:dimension])
    mine = rows.sort_values("rank").iloc[:most]
    start, u = mine[names].to_numpy(float), mine[[f"d{name}" for name in names]].to_numpy(float)
    u = LONGEST * half * u / np.linalg.norm(u, axis=1).max()
    limits = (-half, half)
    if dimension == 2:
        axes.quiver(
            *start.T, *u.T, angles="xy", scale_units="xy", scale=1.0, color=color, label=label,
            rasterized=len(mine) > MANY, **LOOK["flat"],
        )  # fmt: skip
        axes.set(xlim=limits, ylim=limits, xticks=[], yticks=[])
        axes.set_aspect("equal")
        return
    axes.arrows(start, u, color, label, **LOOK["deep"])
    axes.set(xlim=limits, ylim=limits, zlim=limits, xticklabels=[], yticklabels=[], zticklabels=[])
    axes.set_box_aspect((1, 1, 1), zoom=1.1)
