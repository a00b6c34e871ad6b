"""Panels: rows of them with letters, what is drawn in which color, logarithmic axes, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style

LETTERS = "abcdefgh"
MANY = 400
"""Points from which on they are drawn as a picture inside the vector file."""
NARROW = {30.0: (1.0, 2.0, 5.0), 100.0: (1.0, 3.0)}
"""Which numbers of each decade have ticks where the ends of a logarithmic axis have a ratio below this."""
PLAIN = (1e-3, 1e5)
"""Between which numbers are written without powers of ten."""


def lettered(count: int, rows: int = 1, height: float = 6.4 * style.CENTIMETER) -> tuple[Figure, list[Axes]]:
    """A wide figure of `rows` rows of `count` panels, (a), (b), ..., each row `height` inches high."""
    figure = style.figure(style.WIDE, height * rows)
    panels = list(np.atleast_1d(figure.subplots(rows, count)).ravel())
    for axes, letter in zip(panels, LETTERS, strict=False):
        axes.set_title(f"({letter})", loc="left", pad=3)
    return figure, panels


def of(frame: pd.DataFrame, **equal) -> pd.DataFrame:
    """The rows whose columns have these values; none of an empty table, whatever its columns."""
    for name, value in equal.items():
        frame = frame[frame[name] == value] if len(frame) else frame
    return frame


def by_value(rows: pd.DataFrame, name: str) -> Iterator[tuple[object, str, tuple, pd.DataFrame]]:
    """Each value of a column, ascending, with its marker, its color and its rows."""
    every = sorted(rows[name].unique())
    for value, marker, color in zip(every, style.MARKERS * 4, style.shades(len(every)), strict=False):
        yield value, marker, color, rows[rows[name] == value]


def missing(axes: Axes, what: str = "too few glasses\nat this scale") -> None:
    """An empty panel that says why."""
    if hasattr(axes, "get_zlim"):
        axes.set_axis_off()
        axes.text2D(0.5, 0.5, what, transform=axes.transAxes, ha="center", fontsize=7)
        return
    style.say(axes, what)
    axes.set(xticks=[], yticks=[])


def logarithmic(axes: Axes, x: bool = True, y: bool = True) -> None:
    """Logarithmic axes, with ticks between the powers of ten where they span few of these; one without any positive
    number stays as it is."""
    for asked, name, axis in ((x, "x", axes.xaxis), (y, "y", axes.yaxis)):
        if not (asked and np.isfinite(axis.get_minpos())):
            continue
        getattr(axes, f"set_{name}scale")("log")
        low, high = axis.get_view_interval()
        axis.set_minor_formatter(ticker.NullFormatter())
        between = next((subs for wide, subs in NARROW.items() if high < wide * low), None)
        if between is None:
            continue
        few = sum(low <= 10.0**k * sub <= high for k in range(-30, 31) for sub in between) < 2
        axis.set_major_locator(
            ticker.MaxNLocator(3, steps=[1, 2, 5, 10]) if few else ticker.LogLocator(10, subs=between)
        )
        if PLAIN[0] < low and high < PLAIN[1]:
            axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        else:
            axis.set_major_formatter(ticker.LogFormatterSciNotation(minor_thresholds=(np.inf, np.inf)))
