"""Axes in three dimensions that remember what arrows they show, so that a page can show them to be turned."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D
from mpl_toolkits.mplot3d.art3d import Line3DCollection

DIGITS = 5
"""To which coordinates are told."""
GREEK = (("omega", "ω"), ("psi", "ψ"), ("pi", "π"), ("Delta", "Δ"))
PLAIN = (
    *((rf"\{name}", letter) for name, letter in GREEK),
    (r"\times", "×"),
    (r"\mathrm", ""),
    (r"\,", " "),
    ("{,}", ","),
    ("$", ""),
    ("\\", ""),
)
"""What titles have of mathematics, and how a page writes it."""


@dataclass(frozen=True)
class Arrows:
    """A field in space: where each arrow begins and ends, (arrows, 3) each."""

    color: str
    label: str
    start: Sequence[Sequence[float]]
    end: Sequence[Sequence[float]]


@dataclass(frozen=True)
class View:
    """What one of a figure's axes show: its title and half the edge of its box, which is centered at the origin."""

    title: str
    half: float
    fields: list[Arrows] = field(default_factory=list)


class Space(Axes3D):
    """Axes for fields in space, to be had by `figure.add_subplot(..., axes_class=Space)`."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.fields: list[Arrows] = []

    def arrows(self, start: np.ndarray, moves: np.ndarray, color: str, label: str | None = None, **look) -> None:
        """A field of arrows from `start`, (arrows, 3), by `moves`; `look` is that of :meth:`Axes3D.quiver`."""
        self.quiver(*start.T, *moves.T, color=color, label=label, **look)
        self._remember(start, moves, color, label)

    def strokes(self, start: np.ndarray, moves: np.ndarray, color: str, width: float) -> None:
        """The same as plain lines, where there are thousands."""
        lines = np.stack([start, start + moves], axis=1)
        self.add_collection3d(Line3DCollection(lines, colors=[color], linewidths=width, rasterized=True))
        self._remember(start, moves, color, None)

    def _remember(self, start: np.ndarray, moves: np.ndarray, color: str, label: str | None) -> None:
        self.fields.append(Arrows(to_hex(color), plain(label or ""), _told(start), _told(start + moves)))


def views(figure: Figure) -> list[View]:
    """What the axes of a figure that are in space show, in their order."""
    return [
        View(plain(axes.get_title(loc="left")), float(f"{axes.get_xlim3d()[1]:.{DIGITS}g}"), axes.fields)
        for axes in figure.axes
        if isinstance(axes, Space) and axes.fields
    ]


def text(shown: list[View]) -> str:
    """Views as JSON."""
    return json.dumps([asdict(each) for each in shown], ensure_ascii=False, separators=(",", ":"))


def plain(title: str) -> str:
    """A title without its mathematics' marks."""
    for mark, meant in PLAIN:
        title = title.replace(mark, meant)
    return re.sub(r"\s+", " ", title).strip()


def _told(places: np.ndarray) -> list[list[float]]:
    return [[float(f"{x:.{DIGITS}g}") for x in place] for place in places]
