"""Supplementary figure: how the liquid in equilibrium relaxes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import TEMPERATURE

MISSING = "no liquid in equilibrium\nat this scale"
TIME = r"$t\ [\sigma(m/\epsilon)^{1/2}]$"
LABELS = {"plain": "plain", "cage": "relative to the cage"}


def relaxation(tables: Tables) -> Figure:
    """Figs. S1 to S3 of the paper: F_s and squared displacements in time, τ_α against temperature, its laws."""
    figure = style.figure(style.WIDE, 13.0 * style.CENTIMETER)
    (left, right), (angell, laws) = figure.subplots(2, 2)
    decays, times, fits = (_main(tables[name]) for name in ("decays", "relaxation_times", "laws"))
    _curves(left, decays, "scattering", r"$F_s(q,t)$")
    left.set(ylim=(0.0, 1.02))
    left.axhline(1 / np.e, color="0.6", lw=0.5)
    _curves(right, decays, "squared", r"$\langle\Delta r^2(t)\rangle\ [\sigma^2]$")
    right.set(yscale="log")
    _times(angell, times, fits)
    _inverse(laws, times, fits)
    for axes, text in zip((left, right, angell, laws), "abcd", strict=True):
        style.letter(axes, text, {"a": (0.92, 0.95), "c": (0.04, 0.12)}.get(text, (0.04, 0.95)))
    return figure


def _main(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the view that is compared, and of the size that was watched at most temperatures."""
    if rows.empty:
        return rows
    rows = rows[rows["view"] == 0]
    if "reduced_temperature" not in rows:
        return rows
    return rows[rows["n"] == rows.groupby("n")["reduced_temperature"].nunique().idxmax()]


def _curves(axes: Axes, rows: pd.DataFrame, name: str, label: str) -> None:
    """Curves in time, cage-relative as lines and plain as dots, from cold to hot."""
    axes.set(xlabel=TIME, ylabel=label, xscale="log")
    if rows.empty:
        style.say(axes, MISSING)
        return
    temperatures = sorted(rows["reduced_temperature"].unique())
    for temperature, color in zip(temperatures, style.shades(len(temperatures)), strict=True):
        mine = rows[rows["reduced_temperature"] == temperature].sort_values("time")
        axes.plot(mine["time"], mine[f"cage_{name}"], color=color, lw=0.9, label=f"{temperature:g}")
        axes.plot(mine["time"], mine[name], color=color, lw=0.7, ls=(0, (1, 1.2)))
    if name == "squared":
        axes.legend(title=TEMPERATURE, ncols=2, loc="lower right", title_fontsize=7, columnspacing=0.8)


def _included(times: pd.DataFrame, version: str) -> pd.DataFrame:
    mine = times[(times["version"] == version) & times["included"].astype(bool)]
    return mine.sort_values("reduced_temperature")


def _chosen(fits: pd.DataFrame, law: str) -> pd.Series | None:
    """A law of the cage-relative relaxation time over the widest range."""
    mine = fits[(fits["law"] == law) & (fits["version"] == "cage")] if len(fits) else fits
    mine = mine[np.isfinite(mine["place"])] if len(mine) else mine
    return mine.loc[mine["points"].idxmax()] if len(mine) else None


def _times(axes: Axes, times: pd.DataFrame, fits: pd.DataFrame) -> None:
    """τ_α against temperature with the law of Vogel, Fulcher and Tammann."""
    axes.set(xlabel=TEMPERATURE, ylabel=r"$\tau_\alpha\ [\sigma(m/\epsilon)^{1/2}]$", yscale="log")
    if times.empty:
        style.say(axes, MISSING)
        return
    for version, marker, color in (("cage", "o", style.BLUE), ("plain", "s", style.VERMILION)):
        mine = _included(times, version)
        style.points(axes, mine["reduced_temperature"], mine, "tau", marker, color, LABELS[version])
    found = _chosen(fits, "vogel-fulcher")
    mine = _included(times, "cage")
    if found is not None and len(mine):
        t = np.linspace(found["coldest"], found["hottest"], 200)
        scale = np.mean(
            np.log(mine["tau"]) - found["parameter"] * found["place"] / (mine["reduced_temperature"] - found["place"])
        )
        label = rf"VFT from {found['coldest']:g} to {found['hottest']:g}: $T_0={found['place']:.2f}$"
        axes.plot(
            t,
            np.exp(scale + found["parameter"] * found["place"] / (t - found["place"])),
            color="0.25",
            lw=0.8,
            label=label,
        )
    axes.legend(loc="upper right")


def _inverse(axes: Axes, times: pd.DataFrame, fits: pd.DataFrame) -> None:
    """ln τ_α against 1/T: where it leaves a straight line; the paper's temperatures beside those found here."""
    axes.set(xlabel=r"$1/T\ [10^3 k_B/\epsilon]$", ylabel=r"$\tau_\alpha\ [\sigma(m/\epsilon)^{1/2}]$", yscale="log")
    if times.empty:
        style.say(axes, MISSING)
        return
    mine = _included(times, "cage")
    inverse = mine.assign(inverse=1 / mine["reduced_temperature"])
    style.points(axes, inverse["inverse"], inverse, "tau", "o", style.BLUE)
    found = _chosen(fits, "onset")
    if found is not None:
        above = mine[mine["reduced_temperature"] >= found["place"]]
        x = np.array([inverse["inverse"].min(), inverse["inverse"].max()])
        level = np.mean(np.log(above["tau"]) - found["parameter"] / above["reduced_temperature"])
        axes.plot(x, np.exp(level + found["parameter"] * x), color="0.25", lw=0.8, ls=(0, (4, 2)), label="Arrhenius")
        axes.axvline(1 / found["place"], color=style.VERMILION, lw=0.8, label=rf"onset, $T={found['place']:.2f}$")
        axes.legend(loc="lower right")
