"""Fig. 1: stress correlations."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.solidity.common import MISSING, TEMPERATURE, against, largest
from glassworks.figures.tables import Tables


def stress_correlation(tables: Tables) -> Figure:
    """Fig. 1: C_σ(r) at the temperatures of the slowest cooling of the largest system; C_int against temperature."""
    figure = style.figure(style.WIDE, 7.0 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    left.set(xlabel=r"$r$", ylabel=r"$C_{\sigma}(r)$", xscale="log", yscale="log")
    rows = largest(tables["correlations"])
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
    if against(right, tables, "reduced_temperature", "integral", TEMPERATURE, r"$C_{\mathrm{int}}$"):
        right.legend()
    style.letter(right, "c")
    return figure
