"""What the figures share: curves of each size and rate, and their labels. Temperatures are in the paper's unit,
1e-3 ε/k_B.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes

from glassworks.figures import style
from glassworks.figures.tables import Tables

MISSING = "no stepwise cooling\nat this scale"
TEMPERATURE = r"$T\ [10^{-3}\epsilon/k_B]$"
BEARING = r"$f$"


def largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest size."""
    return rows[rows["n"] == rows["n"].max()] if len(rows) else rows


def curves(tables: Tables) -> Iterator[tuple[pd.DataFrame, str, str, str]]:
    """The summary of each size and rate by ascending temperature, with color (rate), marker (size) and label.

    The ladder's top, which all rates share, ends each curve.
    """
    rows = tables["summary"]
    rows = rows[rows["included"].astype(bool) & rows["group"].str.startswith("cooled")] if len(rows) else rows
    if rows.empty:
        return
    sizes, rates = sorted(rows["n"].unique()), sorted(rows["reduced_rate"].dropna().unique(), reverse=True)
    for n in sizes:
        for rate in rates:
            mine = rows[(rows["n"] == n) & (rows["reduced_rate"] == rate)]
            if mine.empty:
                continue
            top = rows[(rows["n"] == n) & rows["reduced_rate"].isna() & rows["group"].isin(mine["group"])]
            color = style.CYCLE[rates.index(rate) % len(style.CYCLE)]
            label = rf"$\gamma={power(rate)}$, $N={int(n)}$"
            marker = style.MARKERS[sizes.index(n) % len(style.MARKERS)]
            yield pd.concat([mine, top]).sort_values("temperature"), color, marker, label


def power(value: float) -> str:
    mantissa, exponent = f"{value:.2g}".split("e") if "e" in f"{value:.2g}" else (f"{value:.2g}", "")
    power = f"10^{{{int(exponent)}}}" if exponent else ""
    return power if power and mantissa == "1" else mantissa + (rf"\times {power}" if power else "")


def against(axes: Axes, tables: Tables, x: str, y: str, xlabel: str, ylabel: str) -> bool:
    """One quantity against another for each size and rate; says what is missing where there is nothing."""
    axes.set(xlabel=xlabel, ylabel=ylabel)
    drawn = False
    for rows, color, marker, label in curves(tables):
        style.points(axes, rows[x], rows, y, marker, color, label)
        axes.plot(rows[x], rows[y], color=color, lw=0.5)
        drawn = True
    if not drawn:
        style.say(axes, MISSING)
    return drawn
