"""Fig. 4: stress correlation and network, and their finite-size scaling; Fig. S8: exponents of the network."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import BEARING, INTEGRAL, LARGEST, against, coolings, corner, inset
from glassworks.studies.solidity.figures.networks import threshold

PLANE = {"tau": 187 / 91, "dimension": 91 / 48}
"""τ and d_f of random percolation in the plane (Stauffer & Aharony, Introduction to Percolation Theory, Table 2)."""
PAPER, RANDOM = (0, (4, 2)), (0, (1, 1.5))
"""Dashes of the paper's exponents, and of random percolation's."""
NO_CURVES = "too few trajectories near\nthe threshold at this scale"


def scaling(tables: Tables) -> Figure:
    """Fig. 4: C_int against ψ; P and ψ against f for each size, and scaled with ν = 4/3 in the insets."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    panels = figure.subplots(1, 3)
    if against(panels[0], tables, "largest", "signed", LARGEST, INTEGRAL):
        panels[0].axhline(0.0, color="0.8", lw=0.5, zorder=0)
        _large_systems(panels[0], tables)
        panels[0].legend(loc="upper left", bbox_to_anchor=(0.02, 0.94))
        style.few_ticks(panels[0])
    center, rows = threshold(tables), tables["curves"]
    for axes, name, ylabel in ((panels[1], "spanning", r"$P$"), (panels[2], "largest", LARGEST)):
        axes.set(xlabel=BEARING, ylabel=ylabel)
        if rows.empty:
            style.say(axes, NO_CURVES)
            continue
        scaled = rf"$(f-{center:.2f})\,L^{{3/4}}$"
        small = inset(axes, (0.17, 0.56, 0.42, 0.40) if name == "largest" else (0.62, 0.17, 0.36, 0.42), scaled, ylabel)
        _sizes(axes, small, rows, name, center, tables.options["exponent"])
        axes.axvline(center, color="0.5", lw=0.6, ls=":", zorder=0)
        style.few_ticks(axes)
    if len(rows):
        panels[1].set(ylim=(-0.04, 1.06), xlim=(0.3, 0.92))  # room for the inset
        panels[2].set_ylim(0.0, 1.0)
        panels[1].legend(loc="center left", bbox_to_anchor=(0.6, 0.76), handletextpad=0.2)
    for axes, text in zip(panels, "abc", strict=True):
        corner(axes, text)
    return figure


def _sizes(axes: Axes, small: Axes, rows: pd.DataFrame, name: str, center: float, nu: float) -> None:
    """One curve a size against f, and in the inset against the scaled distance from the threshold."""
    known = sorted(rows["n"].unique())
    for n, color, marker in zip(known, style.shades(len(known)), style.MARKERS, strict=False):
        mine = rows[rows["n"] == n].sort_values("fraction")
        style.points(axes, mine["fraction"], mine, name, marker, color, rf"$N={int(n)}$")
        axes.plot(mine["fraction"], mine[name], color=color, lw=0.5, alpha=0.6, zorder=1)
        below = mine[mine["fraction"] <= center + 0.03] if name == "largest" else mine
        x = (below["fraction"] - center) * below["length"] ** (1 / nu)
        style.points(small, x, below, name, marker, color, ms=2.2, elinewidth=0.5, capsize=0.8)


def _large_systems(axes: Axes, tables: Tables) -> None:
    """What the paper concludes for N → ∞: nothing at the origin, a jump at ψ_c, a line (a power law of the points)."""
    critical, rows = tables.options["critical"], pd.concat([each.rows for each in coolings(tables)])
    solid = rows[(rows["largest"] >= critical) & (rows["signed"] > 0)]
    if solid["largest"].nunique() < 4:
        return
    power, front = np.polyfit(np.log(solid["largest"]), np.log(solid["signed"]), 1)
    x = np.linspace(critical, solid["largest"].max(), 50)
    shape = np.exp(front) * x**power
    axes.plot(x, shape, color="0.25", lw=1.0, zorder=0)
    axes.plot([0.0, critical], [0.0, shape[0]], color="0.25", lw=0.8, ls=(0, (4, 2)), zorder=0)
    axes.plot([0.0], [0.0], "o", color=style.BLACK, ms=4.5, zorder=5)


def exponents(tables: Tables) -> Figure:
    """Fig. S8: cluster sizes and radii at the threshold, and how well ν = 4/3 collapses P beside other values."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    first, second, third = figure.subplots(1, 3)
    first.set(xlabel=r"$s$", ylabel=r"$n_s$", xscale="log", yscale="log")
    second.set(xlabel=r"$R_g\ [\sigma]$", ylabel=r"$s$", xscale="log", yscale="log")
    rows = tables["cluster_sizes"]
    known = sorted(rows["n"].unique()) if len(rows) else []
    for n, color, marker in zip(known, style.shades(len(known)), style.MARKERS, strict=False):
        mine = rows[rows["n"] == n].sort_values("smallest")
        style.points(first, mine["size"], mine, "cluster_density", marker, color, rf"$N={int(n)}$")
        whole = mine[mine["whole_size"].notna() & (mine["whole_size"] > 2.5)]
        bars = np.clip([whole["radius"] - whole["radius_low"], whole["radius_high"] - whole["radius"]], 0.0, None)
        second.errorbar(
            whole["radius"], whole["whole_size"], xerr=bars, fmt=marker, color=color, mfc="white", mew=0.8, ms=3.6,
            elinewidth=0.7, capsize=1.4,
        )  # fmt: skip
    if not known:
        style.say(first, NO_CURVES)
        style.say(second, NO_CURVES)
    else:
        _laws(first, second, rows[rows["n"] == known[-1]].sort_values("smallest"), tables.options)
        style.log_ticks(second)
        first.legend(loc="lower left")
    _profile(third, tables)
    for axes, text in zip((first, second, third), "abc", strict=True):
        corner(axes, text)
    return figure


def _laws(first: Axes, second: Axes, rows: pd.DataFrame, known: dict[str, float]) -> None:
    """The paper's τ and d_f, and those of random percolation, as guides through a middle point."""
    middle = rows.iloc[min(3, len(rows) - 1)]
    whole = rows[rows["whole_size"].notna() & (rows["whole_size"] > 2.5)]
    taus = ((known["tau"], PAPER, rf"$\tau={known['tau']:g}$"), (PLANE["tau"], RANDOM, r"$\tau=187/91$"))
    for tau, dashes, label in taus:
        x = np.geomspace(rows["size"].min(), rows["size"].max(), 20)
        line = middle["cluster_density"] * (x / middle["size"]) ** -tau
        first.plot(x, line, color="0.25", lw=0.8, ls=dashes, label=label, zorder=1)
    if whole.empty:
        return
    middle = whole.iloc[min(2, len(whole) - 1)]
    dimensions = (
        (known["dimension"], PAPER, rf"$d_f={known['dimension']:g}$"),
        (PLANE["dimension"], RANDOM, r"$d_f=91/48$"),
    )
    for power, dashes, label in dimensions:
        x = np.geomspace(whole["radius"].min(), whole["radius"].max(), 20)
        line = middle["whole_size"] * (x / middle["radius"]) ** power
        second.plot(x, line, color="0.25", lw=0.8, ls=dashes, label=label, zorder=1)
    second.legend(loc="upper left")


def _profile(axes: Axes, tables: Tables) -> None:
    axes.set(xlabel=r"$\nu$", ylabel="spread of the collapse")
    rows = tables["profiles"]
    rows = rows[rows["spread"].notna()] if len(rows) else rows
    if rows.empty:
        style.say(axes, "fewer than two sizes cross\nthe threshold at this scale")
        return
    for criterion, color, marker in (("spans", style.BLUE, "o"), ("wraps", style.ORANGE, "s")):
        mine = rows[rows["criterion"] == criterion].sort_values("nu")
        axes.plot(
            mine["nu"], mine["spread"], marker, color=color, mfc="white", mew=0.8, ls="-", lw=0.6, label=criterion
        )
    published, rigidity = tables.options["exponent"], tables.options["rigidity"]
    for nu, label in ((published, r"$4/3$"), (rigidity, f"{rigidity:g}")):
        axes.axvline(nu, color="0.5", lw=0.6, ls=":", zorder=0)
        axes.annotate(
            label, (nu, 0.98), xycoords=("data", "axes fraction"), xytext=(2 if nu == published else -2, -2),
            textcoords="offset points", ha="left" if nu == published else "right", va="top", fontsize=7,
        )  # fmt: skip
    axes.set_ylim(bottom=0.0)
    axes.legend(loc="lower right")
