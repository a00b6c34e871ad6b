"""Responses to pinches of sticky-sphere glasses: distributions (Fig. 9), ω_g (Fig. 10), the two routes (Fig. 17)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.figures.common import (
    MISSING,
    against_temperature,
    ends,
    ladder,
    looks,
    of_ensemble,
)
from glassworks.studies.sticky.figures.groups import LOOKS, missing


def distributions(tables: Tables) -> Figure:
    """Fig. 9: p(ω_g^(ij)) at the hottest and the coldest T_p for r_c = 1.1 and 1.5."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    panels = figure.subplots(1, 2, sharey=True)
    curves = tables["pinch_densities"]
    for axes, group, mark in zip(panels, ("rc11", "rc15"), "ab", strict=True):
        axes.set(xlabel=r"$\omega_g^{(ij)}/\omega_0$")
        axes.set_title(rf"({mark}) $r_c={STICKY[group]}$", pad=3)
        drawn = ends(ladder(tables, "soft", group, "omega_reduced"))
        for row, color, marker, line in drawn:
            mine = of_ensemble(curves, row)
            center = 0.5 * (mine["lower"] + mine["upper"])
            style.points(
                axes, center, mine, "density", marker, color, rf"$T_p={row['temperature']:g}$",
                ms=2.5, ls=line, lw=0.7,
            )  # fmt: skip
        if drawn:
            axes.set_yscale("log")
            axes.set_ylim(bottom=1e-3)
            axes.legend(loc="upper right")
        else:
            style.say(axes, MISSING)
    panels[0].set_ylabel(r"$p(\omega_g^{(ij)}/\omega_0)$")
    return figure


def frequencies(tables: Tables) -> Figure:
    """Fig. 10: ω_g/ω_0 against T_p, and the same over its value at the highest T_p."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    left.set_ylabel(r"$\omega_g/\omega_0$")
    right.set_ylabel(r"$(\omega_g/\omega_0)\,/\,(\omega_\infty/\omega_0)$")
    for axes, mark in ((left, "(a)"), (right, "(b)")):
        axes.set_title(mark, loc="left", pad=3)
    if against_temperature(left, tables, "soft", "omega_reduced"):
        style.few_ticks(left)
        left.legend(loc="best")
    drawn = False
    for group, color, marker, label in looks():
        rows = ladder(tables, "soft", group, "omega_reduced")
        if len(rows) > 1:
            names = [f"omega_reduced{end}" for end in ("", "_low", "_high")]
            scaled = pd.DataFrame(rows[names] / rows["omega_reduced"].iloc[-1])
            style.points(right, rows["temperature"], scaled, "omega_reduced", marker, color, label, ls="-", lw=0.6)
            drawn = True
    right.set(xlabel=left.get_xlabel(), xscale="log")
    if not drawn:
        style.say(right, "no two parent temperatures\nat this scale")
        return figure
    style.log_ticks(right)
    style.few_ticks(right)
    low, high = right.get_ylim()
    for name, color in (("sticky", LOOKS["rc11"].color), ("weak", LOOKS["rc15"].color)):
        level = 1.0 + tables.options[name]
        right.axhline(level, color=color, lw=0.7, ls=":", zorder=0.5)
        high = max(high, level + 0.04)
    right.set_ylim(low, high)
    right.text(0.97, 0.55, "dotted: printed changes", transform=right.transAxes, ha="right", va="top", fontsize=7)
    return figure


SHOWN = "level"
"""The definition of ξ_g that is judged."""


def routes(tables: Tables) -> Figure:
    """Fig. 17: ω_g by pinches against 2π c_s/ξ_g, each r_c at its highest T_p."""
    figure = style.figure(style.COLUMN, 7.4 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=r"$2\pi c_s/\xi_g\ [\omega_0]$", ylabel=r"$\omega_g\ [\omega_0]$")
    rows = tables["routes"]
    rows = rows[rows["included"].astype(bool) & (rows["definition"] == SHOWN)] if len(rows) else rows
    found = rows[np.isfinite(rows["omega_length"])] if len(rows) else rows
    if found.empty:
        style.say(axes, "responses to pinches against distance\nneed larger glasses than this scale has")
        return figure
    measured, drawn = (
        [name for name, cutoff in STICKY.items() if cutoff in set(frame["cutoff"])] for frame in (rows, found)
    )
    missing(axes, drawn, measured, r"no $\xi_g$ beyond first neighbors")
    rows = found
    hot = rows.sort_values("temperature").drop_duplicates("cutoff", keep="last").set_index("cutoff")
    for group, color, marker, told in looks():
        if STICKY[group] not in hot.index:
            continue
        row = hot.loc[STICKY[group]]
        bars = [[row["omega_length"] - row["omega_length_low"]], [row["omega_length_high"] - row["omega_length"]]]
        look = {"mfc": "white", "mec": color, "xerr": np.nan_to_num(np.clip(bars, 0.0, None))}
        one = row.to_frame().T.astype({f"omega_reduced{end}": float for end in ("", "_low", "_high")})
        label = rf"{told}, $T_p={row['temperature']:g}$, $N={int(row['n'])}$"
        style.points(axes, [row["omega_length"]], one, "omega_reduced", marker, color, label, **look)
    every = np.concatenate([hot["omega_reduced"], hot["omega_length"]])
    span = np.array([0.9 * every.min(), 1.1 * every.max()])
    axes.plot(span, span, color="0.4", ls="--", lw=0.8)
    axes.legend(loc="upper left", fontsize=6.5)
    return figure
