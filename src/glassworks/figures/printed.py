"""Tables as a paper prints them: as text that other programs read, and as a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from glassworks.figures import style

LINE, LETTER = 0.42 * style.CENTIMETER, 0.16 * style.CENTIMETER
"""Height of a row and width of a letter."""
DIGITS = 4
"""Digits of a number in the picture; the text has all."""


def texts(frame: pd.DataFrame) -> list[list[str]]:
    """The cells of a table as they are printed, its head first; a dash where there is no number."""
    rows = [[_text(value) for value in row] for row in frame.itertuples(index=False)]
    return [list(map(str, frame.columns)), *rows]


def _text(value: object) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.{DIGITS}g}" if np.isfinite(value) else "–"
    return str(value)


def picture(frame: pd.DataFrame) -> Figure:
    """A table between two rules, with one below its head; as wide as its text."""
    cells = texts(frame)
    widths = [max(map(len, column)) + 2 for column in zip(*cells, strict=True)]
    ends = np.cumsum([0, *widths])
    width, height = max(float(ends[-1]), 1.0), len(cells)
    figure = Figure(figsize=(width * LETTER + 0.2, height * LINE + 0.2))
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    axes.set_axis_off()
    axes.set(xlim=(0.0, width), ylim=(height, 0.0))
    for place in (0, 1, height):
        axes.axhline(place, color="black", lw=1.0 if place != 1 else 0.5, clip_on=False)
    for y, row in enumerate(cells):
        for x, text in zip(ends[:-1], row, strict=True):
            axes.text(x + 1, y + 0.5, text, ha="left", va="center", fontsize=8)
    return figure


def write(frame: pd.DataFrame, stem: Path) -> None:
    """Writes `stem`.csv and `stem`.png."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    (stem.parent / f"{stem.name}.csv").write_text(frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    with style.settings():
        made = picture(frame)
    (stem.parent / f"{stem.name}.png").write_bytes(style.render(made, "png"))
