"""Shared look of all figures: column widths, fonts, colors, axes, and writing a figure so that its bytes depend neither
on the day nor on anybody's settings.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import matplotlib.style
import numpy as np
from matplotlib import colormaps, ticker
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from PIL.PngImagePlugin import PngInfo

from glassworks.figures import spaces

VIEWS = "Views"
"""Name of the text in a png file that holds what it shows in space."""
CENTIMETER = 1.0 / 2.54
COLUMN = 8.7 * CENTIMETER
WIDE = 17.8 * CENTIMETER
PIXELS, POINTS = 300, 72
"""In an inch of a png and of a pdf."""
# Okabe and Ito's palette, told apart with any color vision
BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, BLACK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#CC79A7",
    "#000000",
)
CYCLE = (BLUE, VERMILION, GREEN, PURPLE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "p", "h", "<")

SETTINGS = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 8.0,
    "axes.labelsize": 9.0,
    "axes.titlesize": 8.5,
    "legend.fontsize": 7.0,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.minor.size": 1.6,
    "ytick.minor.size": 1.6,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "lines.linewidth": 0.9,
    "lines.markersize": 3.6,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.5,
    "legend.borderaxespad": 0.4,
    "legend.labelspacing": 0.25,
    "figure.dpi": 150,
    "savefig.dpi": PIXELS,
    "pdf.fonttype": 42,
}
OMEGA = r"$\omega\,a_0/c_\infty$"
PARENT = r"$T_p/T_{\mathrm{onset}}$"


def settings() -> AbstractContextManager:
    """The look of all figures in a `with` statement: matplotlib's own defaults and `SETTINGS`, nothing of a person's
    matplotlibrc."""
    return matplotlib.style.context(["default", SETTINGS])


def figure(width: float = COLUMN, height: float = 6.4 * CENTIMETER) -> Figure:
    """An empty figure with a constrained layout."""
    made = Figure(figsize=(width, height), layout="constrained")
    made.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.03, hspace=0.03)
    return made


def shades(count: int) -> list[tuple]:
    """`count` colors from cold (dark blue) to hot (yellow-green), dark enough to print."""
    return [colormaps["viridis"](x) for x in np.linspace(0.0, 0.88, max(count, 1))]


def say(axes: Axes, text: str) -> None:
    """Write inside an empty panel what is missing."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=7, color="0.35", wrap=True)


def points(
    axes: Axes,
    x,
    frame,
    name: str,
    marker: str = "o",
    color: str = BLUE,
    label: str | None = None,
    scale: float = 1.0,
    **rest,
) -> None:
    """Points of column `name` with their intervals (`name`_low, `name`_high) as bars."""
    value = frame[name].to_numpy() * scale
    low, high = frame[f"{name}_low"].to_numpy() * scale, frame[f"{name}_high"].to_numpy() * scale
    bars = np.nan_to_num(np.clip(np.vstack([value - low, high - value]), 0.0, None))
    style = dict(
        ms=3.6,
        mfc="white",
        mec=color,
        mew=0.8,
        ecolor=color,
        elinewidth=0.7,
        capsize=1.4,
        capthick=0.6,
        ls="none",
        color=color,
    )
    axes.errorbar(x, value, yerr=bars, fmt=marker, label=label, **(style | rest))


def guide(
    axes: Axes,
    x: Iterable[float],
    anchor: tuple[float, float],
    power: float,
    label: str,
    shift: tuple[float, float] = (4, -8),
) -> None:
    """A power law through `anchor`, drawn over the range `x` and labeled at its middle."""
    x = np.asarray(list(x), dtype=float)
    y = anchor[1] * (x / anchor[0]) ** power
    axes.plot(x, y, color="0.25", lw=0.8, ls=(0, (4, 2)), zorder=1)
    middle = len(x) // 2
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    axes.annotate(label, (x[middle], y[middle]), xytext=shift, textcoords="offset points", fontsize=8, bbox=paper)


def letter(axes: Axes, text: str, place: tuple[float, float] = (0.04, 0.93)) -> None:
    """A panel's letter, in parts of its axes."""
    axes.text(*place, text, transform=axes.transAxes, ha="left", va="top", fontsize=9)


def log_ticks(axes: Axes, along: str = "x") -> None:
    """Plain numbers at 1, 2, 5 of each decade on a logarithmic axis that spans little more than one."""
    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_locator(ticker.LogLocator(10, subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(ticker.LogLocator(10, subs=np.arange(1.0, 10.0)))
    axis.set_minor_formatter(ticker.NullFormatter())


def few_ticks(axes: Axes, x: int = 5, y: int = 5) -> None:
    """At most so many major ticks, with minor ones between, on linear axes."""
    if axes.get_xscale() == "linear":
        axes.xaxis.set_major_locator(ticker.MaxNLocator(x, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_minor_locator(ticker.AutoMinorLocator(2))
    if axes.get_yscale() == "linear":
        axes.yaxis.set_major_locator(ticker.MaxNLocator(y, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_minor_locator(ticker.AutoMinorLocator(2))


CANVASES = {"pdf": (FigureCanvasPdf, POINTS), "png": (FigureCanvasAgg, PIXELS)}
"""What draws a format, and at how many points or pixels an inch."""


def render(made: Figure, suffix: str) -> bytes:
    """The figure as the bytes of a pdf or png file, without dates or versions; a png tells what it shows in space."""
    if suffix == "png":
        more = {"pil_kwargs": {"pnginfo": _information(made)}}
    else:
        more = {"metadata": {"CreationDate": None, "Producer": None, "Creator": None}}
    buffer = io.BytesIO()
    with settings(), _laid_out(made, suffix):
        made.savefig(buffer, format=suffix, dpi=PIXELS, **more)
    return buffer.getvalue()


def _information(made: Figure) -> PngInfo:
    """Text in a png file: what the figure shows in space (:func:`glassworks.figures.spaces.views`), if it does."""
    found, shown = PngInfo(), spaces.views(made)
    if shown:
        found.add_itxt(VIEWS, spaces.text(shown), zip=True)
    return found


@contextmanager
def _laid_out(made: Figure, suffix: str) -> Iterator[None]:
    """A figure whose layout has been found for a format, as wide as that draws its text, and is not sought again.

    matplotlib would find it by drawing all of the figure once more, of which the layout needs the extents alone.
    """
    engine, canvas, dpi = made.get_layout_engine(), made.canvas, made.dpi
    if engine is None:
        yield
        return
    draws, made.dpi = CANVASES[suffix]
    draws(made)
    engine.execute(made)
    made.set_layout_engine(None)
    made.set_canvas(canvas)
    made.dpi = dpi
    try:
        yield
    finally:
        made.set_layout_engine(engine)


def write(made: Figure, stem: Path) -> None:
    """Write `stem`.pdf and `stem`.png, each whole or not at all."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("pdf", "png"):
        temporary = stem.parent / f".{stem.name}.{suffix}.tmp"
        with temporary.open("wb") as file:
            file.write(render(made, suffix))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, stem.parent / f"{stem.name}.{suffix}")
