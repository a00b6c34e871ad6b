"""The figures of anybody's own samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, panels, style

OMEGA = r"$\omega\;[(\varepsilon/m)^{1/2}/\lambda]$"


def _label(rows: pd.DataFrame) -> str:
    """What the legend calls an ensemble."""
    return f"{rows['group'].iloc[0]}, $N = {rows['n'].iloc[0]}$"


def _panel(tables: Tables, name: str, lacking: str) -> tuple[Figure, Axes, pd.DataFrame]:
    """A figure of one panel, and the rows of its table; where there are none, it says what is lacking."""
    figure = style.figure()
    axes, rows = figure.subplots(), tables[name]
    if rows.empty:
        panels.missing(axes, lacking)
    return figure, axes, rows


def moduli(tables: Tables) -> Figure:
    """Fig. 1: shear and bulk modulus and pressure of each ensemble."""
    figure, axes = panels.lettered(3)
    rows = tables["summary"]
    for panel, (name, label) in zip(axes, (("shear", "$G$"), ("bulk", "$K$"), ("pressure", "$p$")), strict=True):
        if rows.empty or rows[name].isna().all():
            panels.missing(panel, "not measured")
            continue
        style.points(panel, np.arange(len(rows)), rows, name)
        panel.set(xticks=range(len(rows)), xlim=(-0.6, len(rows) - 0.4), ylabel=rf"{label} $[\varepsilon/\lambda^d]$")
        panel.set_xticklabels([f"{row.group}\n$N = {row.n}$" for row in rows.itertuples()])
    return figure


def spectrum(tables: Tables) -> Figure:
    """Fig. 2: the density of states, with ω⁴ and the first plane wave beside it."""
    figure, axes, rows = _panel(tables, "spectrum", "too few modes")
    if rows.empty:
        return figure
    for number, (_, marker, color, mine) in enumerate(panels.by_value(rows, "ensemble")):
        here = mine[mine["density_of_states"] > 0]
        style.points(axes, here["frequency"], here, "density_of_states", marker, color, _label(here))
        band = tables["summary"].set_index("ensemble")["band"].get(here["ensemble"].iloc[0], np.nan)
        if np.isfinite(band):
            axes.axvline(band, color=color, lw=0.6, ls=":", label="first plane wave" if number == 0 else None)
    panels.logarithmic(axes)
    seen = rows[rows["density_of_states"] > 0]
    through = seen.iloc[len(seen) // 3]
    x = through["frequency"] * np.geomspace(0.5, 2.0, 20)
    law = through["density_of_states"] * (x / through["frequency"]) ** 4
    axes.plot(x, law, color="0.5", lw=0.7, label=r"$\omega^4$")
    axes.set(xlabel=OMEGA, ylabel=r"$D(\omega)$", ylim=(0.1 * seen["density_of_states"].min(), None))
    axes.legend(loc="upper left")
    return figure


def localization(tables: Tables) -> Figure:
    """Fig. 3: the participation ratio of each mode against its frequency."""
    figure, axes, rows = _panel(tables, "localization", "no modes")
    if rows.empty:
        return figure
    for _, marker, color, mine in panels.by_value(rows, "ensemble"):
        axes.plot(
            mine["frequency"], mine["participation"], marker, ms=2.0, mec="none", mfc=color, alpha=0.6,
            label=_label(mine), rasterized=len(mine) > panels.MANY,
        )  # fmt: skip
    panels.logarithmic(axes)
    axes.set(xlabel=OMEGA, ylabel="$e$")
    axes.legend(loc="lower right")
    return figure


def pinches(tables: Tables) -> Figure:
    """Fig. 4: how many pinches answer below a frequency."""
    figure, axes, rows = _panel(tables, "pinches", "no pinches")
    if rows.empty:
        return figure
    for _, _, color, mine in panels.by_value(rows, "ensemble"):
        axes.plot(
            mine["frequency"], mine["share"], color=color, drawstyle="steps-post",
            label=_label(mine),
        )  # fmt: skip
    panels.logarithmic(axes)
    axes.set(xlabel=OMEGA, ylabel="share of pinches below")
    axes.legend(loc="upper left")
    return figure


FIGURES = {"1": moduli, "2": spectrum, "3": localization, "4": pinches}
