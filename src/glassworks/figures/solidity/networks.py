"""Figs. 3 and 4: the force-bearing network, its percolation and their scaling."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.solidity.common import BEARING, MISSING, TEMPERATURE, against, curves
from glassworks.figures.tables import Tables


def percolation(tables: Tables) -> Figure:
    """Fig. 3d, e: P and ψ against temperature, and both against f in the lower row."""
    figure = style.figure(style.WIDE, 12.0 * style.CENTIMETER)
    panels = figure.subplots(2, 2)
    names = (("spanning", r"$P$"), ("largest", r"$\psi$"))
    for row, (x, label) in zip(panels, (("reduced_temperature", TEMPERATURE), ("fraction", BEARING)), strict=True):
        for axes, (name, ylabel) in zip(row, names, strict=True):
            against(axes, tables, x, name, label, ylabel)
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
    if against(first, tables, "largest", "integral", r"$\psi$", r"$C_{\mathrm{int}}$"):
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
        for rows, color, marker, _ in curves(tables):
            x = (rows["fraction"] - center) * rows["length"] ** 0.75
            style.points(axes, x, rows, name, marker, color)
            drawn = True
        if not drawn:
            style.say(axes, MISSING)
        elif not np.isfinite(found):
            axes.set_title("threshold of the paper", fontsize=7)
        style.letter(axes, text)
    return figure
