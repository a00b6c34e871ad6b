"""Pictures of a configuration by hand: its particles, or a field on them as arrows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure

from glassworks.configurations import Configuration
from glassworks.figures import arrows, style

MOST = 200
"""Arrows of a picture in three dimensions."""
PALE = {"facecolor": "0.93", "edgecolor": "0.8"}
"""Of particles behind arrows."""
SPHERE = 0.8
"""How much of its diameter a particle in space is drawn with, so that one sees between them."""


def picture(configuration: Configuration, field: np.ndarray | None = None, most: int | None = None) -> Figure:
    """The particles of a liquid or glass in their sizes, or a field on them around the place where it is largest.

    Of four dimensions the first three are shown.

    >>> from glassworks.configurations import Box, Configuration
    >>> square = Configuration(np.array([[0.5, 0.5], [1.5, 1.5]]), np.ones(2), Box(2.0, 2))
    >>> [axes] = picture(square).axes
    >>> len(axes.collections[0].get_offsets())
    2

    Args:
        field: (N, d), as a mode, a soft spot, the response to a pinch.
        most: how many arrows, of the particles that move farthest; by default all in two dimensions, else 200.

    Raises:
        ValueError: a field of another shape.
    """
    d = configuration.box.dimension
    if field is not None and np.shape(field) != configuration.positions.shape:
        raise ValueError(f"a field of shape {np.shape(field)}; allowed: {configuration.positions.shape}")
    rows, half = _around(configuration, field)
    with style.settings():
        figure = style.figure(1.4 * style.COLUMN, 1.4 * style.COLUMN)
        axes = arrows.space(figure, (1, 1, 1), d)
        if d == 2:
            _discs(axes, rows, configuration.diameters, field is None)
        if field is not None:
            arrows.draw(axes, rows, d, half, most or (len(rows) if d == 2 else MOST), style.VERMILION)
        elif d > 2:
            _spheres(axes, rows, configuration.diameters, half)
        else:
            axes.set(xlim=(-half, half), ylim=(-half, half), xticks=[], yticks=[], aspect="equal")
    return figure


def _around(configuration: Configuration, field: np.ndarray | None) -> tuple[pd.DataFrame, float]:
    """Places of all particles from the one that moves farthest (without a field, from the box's center), with their
    vectors and ranks, as figures draw them; and half of the box."""
    positions, names = configuration.positions, "xyzw"[: configuration.box.dimension]
    middle = 0.5 * configuration.box.vectors.sum(axis=1)
    if field is not None:
        squared = (field**2).sum(axis=1)
        middle = positions[squared.argmax()]
    place = configuration.box.shortest(positions - middle)
    rows = pd.DataFrame(dict(zip(names, place.T, strict=True)))
    if field is not None:
        rows["rank"] = np.argsort(np.argsort(-squared, kind="stable"), kind="stable")
        for name, column in zip(names, field.T, strict=True):
            rows[f"d{name}"] = column
    return rows, float(abs(place).max())


def _shades(diameters: np.ndarray) -> np.ndarray:
    """Small particles dark and large ones light, (N, 4)."""
    span = np.ptp(diameters)
    return colormaps["viridis"](
        0.1 + 0.8 * (diameters - diameters.min()) / span if span else np.full(len(diameters), 0.3)
    )


def _discs(axes: Axes, rows: pd.DataFrame, diameters: np.ndarray, shaded: bool) -> None:
    look = {"facecolor": _shades(diameters), "edgecolor": "white"} if shaded else PALE
    look |= {"offsets": rows[["x", "y"]], "transOffset": axes.transData, "linewidth": 0.3}
    discs = EllipseCollection(diameters, diameters, 0.0, units="xy", **look)
    axes.add_collection(discs)


def _spheres(axes: Axes, rows: pd.DataFrame, diameters: np.ndarray, half: float) -> None:
    inches = 1.4 * style.COLUMN * 0.55  # of the box's edge on paper, about
    sizes = (SPHERE * diameters / (2.0 * half) * inches * style.POINTS) ** 2
    axes.scatter(
        rows["x"], rows["y"], rows["z"], s=sizes, c=_shades(diameters), edgecolors="white", linewidths=0.3, alpha=1
    )
    limits = (-half, half)
    axes.set(xlim=limits, ylim=limits, zlim=limits, xticks=[], yticks=[], zticks=[])
    axes.set_box_aspect((1, 1, 1), zoom=1.1)
