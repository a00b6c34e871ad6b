"""Fig. 5: the shear modulus from fluctuations; Fig. S19: the time that they are given."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import MISSING, TEMPERATURE, against, compared, coolings, corner

MODULUS, SPREAD = r"$G\ [\epsilon/\sigma^2]$", r"$\delta G\ [\epsilon/\sigma^2]$"


def modulus(tables: Tables) -> Figure:
    """Fig. 5: shear modulus and its standard deviation between trajectories against temperature; at the lowest
    temperature, filled, the athermal modulus of the inherent structures."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    if against(left, tables, "reduced_temperature", "shear", TEMPERATURE, MODULUS):
        left.axhline(0.0, color="0.6", lw=0.5, zorder=0)
        _athermal(left, tables)
        left.legend(loc="upper right")
    if against(right, tables, "reduced_temperature", "shear_spread", TEMPERATURE, SPREAD):
        _transitions(right, tables)
        right.set_ylim(bottom=0.0)
    for axes, text in ((left, "a"), (right, "b")):
        corner(axes, text)
        axes.set_xlim(left=0.0 if axes is right else None)
        style.few_ticks(axes)
    return figure


def _athermal(axes: Axes, tables: Tables) -> None:
    """At T = 0, filled: inherent structures of each rate's coldest temperature."""
    for rows, color, marker, _ in coolings(tables):
        still = rows[rows["athermal_shear"].notna()] if "athermal_shear" in rows else rows.iloc[:0]
        if len(still):
            style.points(axes, [0.0], still.iloc[:1], "athermal_shear", marker, color, mfc=color)


def _transitions(axes: Axes, tables: Tables) -> None:
    """T_g, where P = ½, as a dotted line in the rate's color."""
    known = tables["transitions"]
    for rows, color, *_ in coolings(tables):
        mine = (
            known[(known["n"] == compared(tables)) & known["rate"].isin(rows["rate"].dropna())] if len(known) else known
        )
        for place in mine["percolation"].dropna() if len(mine) else ():
            axes.axvline(place, color=color, lw=0.8, ls=":", zorder=0)


def windows(tables: Tables) -> Figure:
    """Fig. S19: G against the time that stresses are given to fluctuate, from liquid to glass, at the slowest rate."""
    figure = style.figure(style.COLUMN, 6.8 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=r"time $[\sigma(m/\epsilon)^{1/2}]$", ylabel=MODULUS, xscale="log")
    rows, n = tables["windows"], compared(tables)
    rows = rows[(rows["n"] == n) & rows["rate"].notna()] if n and len(rows) else rows.iloc[:0]
    if rows.empty:
        style.say(axes, MISSING)
        return figure
    rows = rows[rows["rate"] == rows["rate"].min()]
    temperatures = sorted(rows["reduced_temperature"].unique())
    chosen = [temperatures[k] for k in np.unique(np.linspace(0, len(temperatures) - 1, 6).round().astype(int))]
    for temperature, color, marker in zip(chosen, style.shades(len(chosen)), style.MARKERS, strict=False):
        mine = rows[rows["reduced_temperature"] == temperature].sort_values("window")
        style.points(axes, mine["window"], mine, "shear", marker, color, f"{temperature:g}")
        axes.plot(mine["window"], mine["shear"], color=color, lw=0.5, alpha=0.6, zorder=1)
    axes.axhline(0.0, color="0.6", lw=0.5, zorder=0)
    style.log_ticks(axes)
    axes.legend(title=TEMPERATURE, title_fontsize=7, ncols=2, columnspacing=0.8)
    return figure
