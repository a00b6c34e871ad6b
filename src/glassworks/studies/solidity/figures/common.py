"""What the figures share: curves of each cooling rate, their colors and labels. Temperatures are in the paper's unit,
1e-3 ε/k_B.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from glassworks.figures import style
from glassworks.figures.tables import Tables

MISSING = "no stepwise cooling\nat this scale"
TEMPERATURE = r"$T\ [10^{-3}\epsilon/k_B]$"
BEARING = r"$f$"
LARGEST = r"$\psi$"
INTEGRAL = r"$C_{\mathrm{int}}\ [\sigma^2]$"


class Cooling(NamedTuple):
    """The summary of one cooling rate, by ascending temperature, and how it is drawn."""

    rows: pd.DataFrame
    color: str
    marker: str
    label: str


def largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest size."""
    return rows[rows["n"] == rows["n"].max()] if len(rows) else rows


def cooled(tables: Tables) -> pd.DataFrame:
    """The summary's rows of the main groups, those that are used."""
    rows = tables["summary"]
    return rows[rows["included"].astype(bool) & rows["group"].str.startswith("cooled")] if len(rows) else rows


def compared(tables: Tables) -> int | None:
    """The size that has most cooling rates, the largest among such: the one whose rates are compared."""
    count = cooled(tables).groupby("n")["reduced_rate"].nunique() if len(cooled(tables)) else pd.Series(dtype=int)
    return int(max(n for n in count.index if count[n] == count.max())) if len(count) else None


def coolings(tables: Tables) -> Iterator[Cooling]:
    """Each cooling rate of the size whose rates are compared, fastest first.

    The ladder's top, which all rates share, ends each curve.
    """
    rows, n = cooled(tables), compared(tables)
    mine = rows[rows["n"] == n] if n else rows
    rates = sorted(mine["reduced_rate"].dropna().unique(), reverse=True) if n else []
    for number, rate in enumerate(rates):
        one = mine[mine["reduced_rate"] == rate]
        top = mine[mine["reduced_rate"].isna() & mine["group"].isin(one["group"])]
        label = rf"$\gamma={power(rate)}$"
        color, marker = (each[number % len(each)] for each in (style.CYCLE, style.MARKERS))
        yield Cooling(pd.concat([one, top]).sort_values("temperature"), color, marker, label)


def power(value: float) -> str:
    """A number as a power of ten, for mathematical text."""
    mantissa, exponent = f"{value:.2g}".split("e") if "e" in f"{value:.2g}" else (f"{value:.2g}", "")
    if not exponent and value > 0 and float(np.log10(value)).is_integer() and value < 0.1:
        return f"10^{{{int(np.log10(value))}}}"
    written = f"10^{{{int(exponent)}}}" if exponent else ""
    return written if written and mantissa == "1" else mantissa + (rf"\times {written}" if written else "")


def against(axes: Axes, tables: Tables, x: str, y: str, xlabel: str, ylabel: str, **rest) -> bool:
    """One quantity against another for each rate; says what is missing where there is nothing."""
    axes.set(xlabel=xlabel, ylabel=ylabel)
    drawn = False
    for rows, color, marker, label in coolings(tables):
        style.points(axes, rows[x], rows, y, marker, color, label, **rest)
        axes.plot(rows[x], rows[y], color=color, lw=0.5, alpha=0.6, zorder=1)
        drawn = True
    if not drawn:
        style.say(axes, MISSING)
    return drawn


def inset(axes: Axes, place: tuple[float, float, float, float], xlabel: str, ylabel: str) -> Axes:
    """Small axes inside a panel, in parts of it."""
    small = axes.inset_axes(place)
    small.tick_params(labelsize=6, pad=1.5)
    small.set_xlabel(xlabel, fontsize=7, labelpad=0.5)
    small.set_ylabel(ylabel, fontsize=7, labelpad=1.0)
    return small


def corner(axes: Axes, text: str) -> None:
    """A panel's letter above its upper left corner, as the journal sets it."""
    axes.text(-0.02, 1.02, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=10, fontweight="bold")
