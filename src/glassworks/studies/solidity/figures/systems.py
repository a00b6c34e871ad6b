"""Supplementary figures: the same after a direct quench, and in other systems."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import largest

NO_QUENCH = "no direct quench\nat this scale"
NO_SYSTEM = "no other system\nat this scale"
WAITING = r"$t_w\ [\sigma(m/\epsilon)^{1/2}]$"
MODELS = {
    "harmonic-2d": r"$\varphi=0.91$",
    "harmonic-2d-phi086": r"$\varphi=0.86$",
    "harmonic-2d-phi095": r"$\varphi=0.95$",
    "harmonic-2d-phi100": r"$\varphi=1.0$",
    "lj-2d": "Lennard-Jones",
}


def _rows(tables: Tables, protocol: str | None = None) -> pd.DataFrame:
    rows = tables["summary"]
    if rows.empty:
        return rows
    rows = rows[rows["included"].astype(bool)]
    return rows[rows["protocol"] == protocol] if protocol else rows[rows["protocol"].isin(["step", "press"])]


def quench(tables: Tables) -> Figure:
    """Fig. S7: the amplitude of the stress correlation, P and ψ against the time after a direct quench."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 3)
    rows = largest(_rows(tables, "direct"))
    names = (("amplitude", r"$\kappa\ [\sigma^2]$"), ("spanning", r"$P$"), ("largest", r"$\psi$"))
    temperatures = sorted(rows["reduced_temperature"].unique()) if len(rows) else []
    for axes, (name, label), text in zip(panels, names, "abc", strict=True):
        axes.set(xlabel=WAITING, ylabel=label, xscale="log")
        style.letter(axes, text)
        if rows.empty:
            style.say(axes, NO_QUENCH)
            continue
        for k, temperature in enumerate(temperatures):
            mine = rows[rows["reduced_temperature"] == temperature].sort_values("waited")
            color, marker = style.CYCLE[k % len(style.CYCLE)], style.MARKERS[k % len(style.MARKERS)]
            style.points(axes, mine["waited"], mine, name, marker, color, rf"$T={temperature:g}$")
            axes.plot(mine["waited"], mine[name], color=color, lw=0.5)
        if name == "amplitude":
            axes.axhline(0.0, color="0.6", lw=0.5)
            axes.legend(loc="best")
        else:
            axes.set_ylim(-0.03, 1.03)
    return figure


def systems(tables: Tables) -> Figure:
    """The paper's further systems (its Supplementary Note 2): P against f, ψ against f, κ against ψ."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 3)
    rows = _rows(tables)
    others = rows[~rows["group"].str.startswith("cooled")] if len(rows) else rows
    names = (
        ("fraction", "spanning", r"$f$", r"$P$"),
        ("fraction", "largest", r"$f$", r"$\psi$"),
        ("largest", "amplitude", r"$\psi$", r"$\kappa\ [\sigma^2]$"),
    )
    for axes, (x, y, xlabel, ylabel), text in zip(panels, names, "abc", strict=True):
        axes.set(xlabel=xlabel, ylabel=ylabel)
        style.letter(axes, text)
        if others.empty:
            style.say(axes, NO_SYSTEM)
            continue
        _each(axes, rows[rows["n"].isin(others["n"])], x, y)
        if y == "amplitude":
            axes.axhline(0.0, color="0.6", lw=0.5)
            axes.legend(loc="upper left", bbox_to_anchor=(0.0, 0.9))
        else:
            axes.set_ylim(-0.03, 1.03)
    return figure


def _each(axes: Axes, rows: pd.DataFrame, x: str, y: str) -> None:
    """One curve for each system at the size that most of them have."""
    n = rows.groupby("n")["group"].nunique().idxmax()
    rows = rows[(rows["n"] == n) & np.isfinite(rows["rate"])]
    for k, (group, mine) in enumerate(rows.groupby("group")):
        mine = mine[mine["rate"] == mine["rate"].max()].sort_values(x)
        pressed = (mine["protocol"] == "press").all()
        label = r"compressed, $T=1.0$" if pressed else MODELS.get(mine["model"].iloc[0], str(group))
        color, marker = style.CYCLE[k % len(style.CYCLE)], style.MARKERS[k % len(style.MARKERS)]
        style.points(axes, mine[x], mine, y, marker, color, label)
        axes.plot(mine[x], mine[y], color=color, lw=0.5)
