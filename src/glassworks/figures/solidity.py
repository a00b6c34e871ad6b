"""Figures of 'Emergent solidity of amorphous materials as a consequence of mechanical self-organisation' (Tong,
Sengupta, Tanaka; Nat. Commun. 2020). Temperatures are in the paper's unit, 1e-3 ε/k_B.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables

MISSING = "no stepwise cooling\nat this scale"
TEMPERATURE = r"$T\ [10^{-3}\epsilon/k_B]$"
BEARING = r"$f$"


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest size."""
    return rows[rows["n"] == rows["n"].max()] if len(rows) else rows


def _curves(tables: Tables) -> Iterator[tuple[pd.DataFrame, str, str, str]]:
    """The summary of each size and rate by ascending temperature, with color (rate), marker (size) and label.

    The ladder's top, which all rates share, ends each curve.
    """
    rows = tables["summary"]
    rows = rows[rows["included"].astype(bool)] if len(rows) else rows
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
            label = rf"$\gamma={_power(rate)}$, $N={int(n)}$"
            marker = style.MARKERS[sizes.index(n) % len(style.MARKERS)]
            yield pd.concat([mine, top]).sort_values("temperature"), color, marker, label


def _power(value: float) -> str:
    mantissa, exponent = f"{value:.2g}".split("e") if "e" in f"{value:.2g}" else (f"{value:.2g}", "")
    power = f"10^{{{int(exponent)}}}" if exponent else ""
    return power if power and mantissa == "1" else mantissa + (rf"\times {power}" if power else "")


def _against(axes: Axes, tables: Tables, x: str, y: str, xlabel: str, ylabel: str) -> bool:
    """One quantity against another for each size and rate; says what is missing where there is nothing."""
    axes.set(xlabel=xlabel, ylabel=ylabel)
    drawn = False
    for rows, color, marker, label in _curves(tables):
        style.points(axes, rows[x], rows, y, marker, color, label)
        axes.plot(rows[x], rows[y], color=color, lw=0.5)
        drawn = True
    if not drawn:
        style.say(axes, MISSING)
    return drawn


def stress_correlation(tables: Tables) -> Figure:
    """Fig. 1: C_σ(r) at the temperatures of the slowest cooling of the largest system; C_int against temperature."""
    figure = style.figure(style.WIDE, 7.0 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    left.set(xlabel=r"$r$", ylabel=r"$C_{\sigma}(r)$", xscale="log", yscale="log")
    rows = _largest(tables["correlations"])
    slow = rows[rows["reduced_rate"] == rows["reduced_rate"].min()] if len(rows) else rows
    if slow.empty:
        style.say(left, MISSING)
    temperatures = sorted(slow["reduced_temperature"].unique()) if len(slow) else []
    for temperature, color in zip(temperatures, style.shades(len(temperatures)), strict=False):
        curve = slow[(slow["reduced_temperature"] == temperature) & (slow["distance"] > 1.0)]
        known = curve[curve["correlation"] > 0]
        left.plot(known["distance"], known["correlation"], color=color, lw=0.8, label=f"{temperature:g}")
    if temperatures:
        coldest = slow[(slow["reduced_temperature"] == temperatures[0]) & slow["distance"].between(4, 8)]
        if len(coldest) and (coldest["correlation"] > 0).any():
            span = np.geomspace(3.0, slow["outer"].max(), 20)
            middle = coldest["correlation"].clip(lower=1e-12).median()
            style.guide(left, span, (float(coldest["distance"].median()), float(middle)), -2.0, r"$r^{-2}$")
        if len(temperatures) <= 8:
            left.legend(title=TEMPERATURE)
    style.letter(left, "b")
    if _against(right, tables, "reduced_temperature", "integral", TEMPERATURE, r"$C_{\mathrm{int}}$"):
        right.legend()
    style.letter(right, "c")
    return figure


def percolation(tables: Tables) -> Figure:
    """Fig. 3d, e: P and ψ against temperature, and both against f in the lower row."""
    figure = style.figure(style.WIDE, 12.0 * style.CENTIMETER)
    panels = figure.subplots(2, 2)
    names = (("spanning", r"$P$"), ("largest", r"$\psi$"))
    for row, (x, label) in zip(panels, (("reduced_temperature", TEMPERATURE), ("fraction", BEARING)), strict=True):
        for axes, (name, ylabel) in zip(row, names, strict=True):
            _against(axes, tables, x, name, label, ylabel)
            axes.set_ylim(-0.03, 1.03)
    for axes, text in zip(panels.flat, ("d", "e", "d, inset", "e, inset"), strict=True):
        style.letter(axes, text)
    if panels[0, 0].get_legend_handles_labels()[1]:
        panels[0, 0].legend(loc="lower left")
    return figure


def scaling(tables: Tables) -> Figure:
    """Fig. 4: C_int against ψ; P and ψ against the scaled distance from the threshold, sizes together."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    first, second, third = figure.subplots(1, 3)
    if _against(first, tables, "largest", "integral", r"$\psi$", r"$C_{\mathrm{int}}$"):
        first.legend(loc="lower right")
    style.letter(first, "a")
    thresholds = tables["thresholds"]
    chosen = (
        thresholds[(thresholds["links"] == "contacts") & (thresholds["criterion"] == "spans")]
        if len(thresholds)
        else thresholds
    )
    found = float(chosen["threshold"].iloc[0]) if len(chosen) else np.nan
    center = found if np.isfinite(found) else tables.options.get("threshold", 0.46)
    label = rf"$(f-{center:.2f})\,L^{{3/4}}$"
    for axes, name, ylabel, text in ((second, "spanning", r"$P$", "b"), (third, "largest", r"$\psi$", "c")):
        axes.set(xlabel=label, ylabel=ylabel)
        drawn = False
        for rows, color, marker, _ in _curves(tables):
            x = (rows["fraction"] - center) * rows["length"] ** 0.75
            style.points(axes, x, rows, name, marker, color)
            drawn = True
        if not drawn:
            style.say(axes, MISSING)
        elif not np.isfinite(found):
            axes.set_title("threshold of the paper", fontsize=7)
        style.letter(axes, text)
    return figure


def modulus(tables: Tables) -> Figure:
    """Fig. 5: shear modulus and its standard deviation between trajectories against temperature."""
    figure = style.figure(style.COLUMN, 11.0 * style.CENTIMETER)
    upper, lower = figure.subplots(2, 1, sharex=True)
    if _against(upper, tables, "reduced_temperature", "shear", "", r"$G$"):
        upper.axhline(0.0, color="0.6", lw=0.5)
        upper.legend()
    _against(lower, tables, "reduced_temperature", "shear_spread", TEMPERATURE, r"$\delta G$")
    for axes, text in ((upper, "a"), (lower, "b")):
        style.letter(axes, text)
    return figure


FIGURES = {"1": stress_correlation, "3": percolation, "4": scaling, "5": modulus}
