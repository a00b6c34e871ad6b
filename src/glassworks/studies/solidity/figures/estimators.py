"""Supplementary figures of what is read off: each estimator against the range, the sizes or the definition that it
takes, so that it is seen where it holds and where not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.anharmonicity import DISTANCE, slowest, some
from glassworks.studies.solidity.figures.common import MISSING, corner
from glassworks.studies.solidity.figures.scaling import NO_CURVES, PAPER, PLANE, RANDOM

NO_PATHS = "no such paths\nat this scale"
NO_LAWS = "too few temperatures\nat this scale"
CRITERIA = (("spans", style.BLUE, "o"), ("wraps", style.ORANGE, "s"))
LAWS = (
    ("vogel-fulcher", r"$T_0$", "coldest"),
    ("onset", r"$T_{\mathrm{on}}$", "coldest"),
    ("mode-coupling", r"$T_{\mathrm{mct}}$", "hottest"),
)
"""Law, its temperature, and the end of the range that moves it most."""
LINKS = {"averaged": "mean positions", "contacts": "contacts", "near": "$r<1.3\\,\\sigma_{ij}$"}
MOST = 2.0
"""Widest intervals that are drawn of an exponent: wider ones hide the others."""


def _level(axes: Axes, value: float, label: str | None = None, dashes=PAPER) -> None:
    axes.axhline(value, color="0.25", lw=0.7, ls=dashes, label=label, zorder=1)


def _letters(panels) -> None:
    for axes, text in zip(panels, "abcd", strict=False):
        corner(axes, text)


def scalings(tables: Tables) -> Figure:
    """f_c and ν from all sizes and from parts of them."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    rows = tables["scalings"]
    rows = rows[rows["threshold_low"].notna()] if len(rows) else rows
    for axes, name, ylabel, level in (
        (panels[0], "threshold", r"$f_c$", tables.options["threshold"]),
        (panels[1], "nu", r"$\nu$", tables.options["exponent"]),
    ):
        axes.set(xlabel=r"sizes $N$", ylabel=ylabel)
        if rows.empty:
            style.say(axes, NO_CURVES)
            continue
        parts = rows[["smallest_n", "largest_n"]].drop_duplicates().sort_values(["largest_n", "smallest_n"])
        place = {tuple(part): k for k, part in enumerate(parts.itertuples(index=False))}
        for shift, (criterion, color, marker) in zip((-0.08, 0.08), CRITERIA, strict=True):
            mine = rows[rows["criterion"] == criterion]
            x = [place[one.smallest_n, one.largest_n] + shift for one in mine.itertuples()]
            style.points(axes, x, mine, name, marker, color, criterion)
        _level(axes, level)
        axes.set_xticks(range(len(place)), [f"{int(low)}–{int(high)}" for low, high in place])
        axes.set_xlim(-0.5, len(place) - 0.5)
    if len(rows):
        _level(panels[1], tables.options["rigidity"], dashes=RANDOM)
        panels[0].legend(loc="best")
    _letters(panels)
    return figure


def windows(tables: Tables) -> Figure:
    """τ and d_f of radii against the smallest cluster of the window, and d_f of s_1."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    rows = tables["cluster_exponents"]
    rows = rows[rows["cluster_exponent_low"].notna()] if len(rows) else rows
    for axes, quantity, ylabel, levels in (
        (panels[0], "tau", r"$\tau$", (tables.options["tau"], PLANE["tau"])),
        (panels[1], "radius", r"$d_f$", (tables.options["dimension"], PLANE["dimension"])),
    ):
        axes.set(xlabel=r"smallest $s$ of the window", ylabel=ylabel)
        mine = rows[rows["quantity"] == quantity] if len(rows) else rows
        sizes = sorted(mine["n"].unique()) if len(mine) else []
        for k, (n, color, marker) in enumerate(zip(sizes, style.shades(len(sizes)), style.MARKERS, strict=False)):
            one = mine[mine["n"] == n].sort_values("smallest")
            style.points(axes, one["smallest"] * 1.04**k, one, "cluster_exponent", marker, color, rf"$N={int(n)}$")
        if len(mine):
            for level, dashes in zip(levels, (PAPER, RANDOM), strict=True):
                _level(axes, level, dashes=dashes)
            axes.set(xscale="log", xlim=(2.5, 50.0))
            style.log_ticks(axes)
            axes.legend(loc="best")
        else:
            style.say(axes, NO_CURVES)
    largest = rows[rows["quantity"] == "largest"] if len(rows) else rows
    if len(largest):
        one = largest.iloc[:1]
        label = rf"$s_1\sim L^{{d_f}}$, $N={int(one['smallest'].iloc[0])}$ to ${int(one['ends'].iloc[0])}$"
        style.points(panels[1], [3.0], one, "cluster_exponent", "*", style.VERMILION, label, ms=6)
        panels[1].legend(loc="best")
    _letters(panels)
    return figure


def path_ranges(tables: Tables) -> Figure:
    """d_PEL over half decades of Δr: by temperature, by size and by minimizer."""
    figure = style.figure(style.WIDE, 6.6 * style.CENTIMETER)
    panels = figure.subplots(1, 3, sharey=True)
    rows = tables["ranges"]
    rows = rows[rows["range"] == "half"] if len(rows) else rows
    fire = rows[(rows["group"] == "descents") & (rows["method"] == "fire")] if len(rows) else rows
    _by_temperature(panels[0], fire)
    _by_size(panels[1], fire)
    _by_method(panels[2], rows[rows["group"] == "descents-methods"] if len(rows) else rows)
    for axes in panels:
        axes.set(xlabel=DISTANCE, xscale="log", xlim=(1e-3, 1.0), ylim=(0.85, 1.65))
        for level in (1.0, tables.options["dimension"]):
            _level(axes, level)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(loc="upper left", fontsize=6.5)
    panels[0].set_ylabel(r"$d_{\mathrm{PEL}}$")
    _letters(panels)
    return figure


def _curve(axes: Axes, rows: pd.DataFrame, color, marker: str, label: str, shift: float = 1.0) -> None:
    """d_PEL in the middle of its ranges."""
    rows = rows.sort_values("nearest")
    x = np.sqrt(rows["nearest"] * rows["farthest"]) * shift
    style.points(axes, x, rows, "exponent", marker, color, label)
    axes.plot(x, rows["exponent"], color=color, lw=0.5, alpha=0.6, zorder=1)


def _by_temperature(axes: Axes, rows: pd.DataFrame) -> None:
    rows = slowest(rows) if len(rows) else rows
    shown = some(rows["reduced_temperature"]) if len(rows) else []
    for k, (temperature, color) in enumerate(zip(shown, style.shades(len(shown)), strict=False)):
        mine = rows[rows["reduced_temperature"] == temperature]
        _curve(axes, mine, color, style.MARKERS[k], rf"$T={temperature:g}$", 1.03**k)
    if not shown:
        style.say(axes, NO_PATHS)


def _by_size(axes: Axes, rows: pd.DataFrame) -> None:
    """Of the hottest starts, which all sizes have."""
    rows = rows[rows["temperature"] == rows["temperature"].max()] if len(rows) else rows
    sizes = sorted(rows["n"].unique()) if len(rows) else []
    for k, (n, color) in enumerate(zip(sizes, style.shades(len(sizes)), strict=False)):
        mine = rows[rows["n"] == n]
        label = rf"$N={int(n)}$, $T={mine['reduced_temperature'].iloc[0]:g}$"
        _curve(axes, mine, color, style.MARKERS[k], label, 1.04**k)
    if not sizes:
        style.say(axes, NO_PATHS)


def _by_method(axes: Axes, rows: pd.DataFrame) -> None:
    rows = rows[rows["temperature"] == rows["temperature"].max()] if len(rows) else rows
    methods = list(dict.fromkeys(rows["method"])) if len(rows) else []
    for k, method in enumerate(methods):
        label = "FIRE" if method == "fire" else method
        color, marker = style.CYCLE[k % len(style.CYCLE)], style.MARKERS[k % len(style.MARKERS)]
        _curve(axes, rows[rows["method"] == method], color, marker, label, 1.03**k)
    if not methods:
        style.say(axes, NO_PATHS)


def law_ranges(tables: Tables) -> Figure:
    """T_0, T_on and T_mct against the end of the fitted range that moves them most."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    panels = figure.subplots(1, 3)
    rows = tables["laws"]
    rows = rows[(rows["view"] == 0) & (rows["version"] == "cage") & rows["place_low"].notna()] if len(rows) else rows
    rows = rows[rows["n"] == rows.groupby("n")["points"].max().idxmax()] if len(rows) else rows
    for axes, (law, ylabel, moves) in zip(panels, LAWS, strict=True):
        other = "hottest" if moves == "coldest" else "coldest"
        axes.set(xlabel=rf"{moves} temperature $[10^{{-3}}\epsilon/k_B]$", ylabel=ylabel)
        mine = rows[rows["law"] == law] if len(rows) else rows
        mine = mine[mine["place_high"] - mine["place_low"] < MOST] if len(mine) else mine
        if mine.empty:
            style.say(axes, NO_LAWS)
            continue
        ends = some(mine[other])[-3:] if other == "hottest" else some(mine[other])[:3]
        for k, (end, color) in enumerate(zip(ends, style.shades(len(ends)), strict=True)):
            one = mine[mine[other] == end].sort_values(moves)
            style.points(axes, one[moves] * (1 + 0.004 * k), one, "place", style.MARKERS[k], color, f"{other} {end:g}")
            axes.plot(one[moves] * (1 + 0.004 * k), one["place"], color=color, lw=0.5, alpha=0.6, zorder=1)
        _level(axes, tables.options[law])
        axes.legend(loc="best")
    _letters(panels)
    return figure


def definitions(tables: Tables) -> Figure:
    """Onset of the stress correlation over T_g, and f at P = ½ of each system, by their definitions."""
    figure = style.figure(style.WIDE, 7.4 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    onsets, halves = tables["onsets"], tables["halves"]
    onsets = onsets[onsets["correlated_over_percolation_low"].notna()] if len(onsets) else onsets
    halves = halves[(halves["criterion"] == "spans") & halves["half_low"].notna()] if len(halves) else halves
    _onsets(
        left, onsets[(onsets["criterion"] == "spans") & (onsets["sampling"] == "window")] if len(onsets) else onsets
    )
    _halves(right, halves)
    _letters((left, right))
    return figure


def _onsets(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set(ylabel=r"$T(\mathrm{onset\ of}\ C_{\mathrm{int}})/T_g$")
    if rows.empty:
        style.say(axes, MISSING)
        return
    ways, places = list(dict.fromkeys(rows["onset_by"])), rows[["n", "rate"]].drop_duplicates()
    places = places.sort_values(["n", "rate"], ascending=[True, False])
    count = len(places)
    for k, (one, color) in enumerate(zip(places.itertuples(), style.shades(count), strict=True)):
        here = rows[(rows["n"] == one.n) & (rows["rate"] == one.rate) & (rows["links"] == "averaged")]
        x = [ways.index(name) + 0.5 * (k - 0.5 * (count - 1)) / count for name in here["onset_by"]]
        label = rf"$N={int(one.n)}$, $\gamma={here['reduced_rate'].iloc[0]:g}$" if len(here) else None
        style.points(axes, x, here, "correlated_over_percolation", style.MARKERS[k % 8], color, label)
    axes.axhspan(0.85, 1.15, color="0.9", lw=0, zorder=0)
    axes.set_xticks(range(len(ways)), ways, rotation=30, ha="right")
    axes.legend(loc="best")


def _halves(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set(ylabel=r"$f$ where $P=\frac{1}{2}$")
    rows = rows[rows["n"] == rows["n"].min()] if len(rows) else rows
    rows = rows.sort_values("rate", ascending=False) if len(rows) else rows
    rows = rows.drop_duplicates(["group", "links", "sampling"]) if len(rows) else rows
    ways = sorted(set(zip(rows["sampling"], rows["links"], strict=True)), reverse=True) if len(rows) else []
    if not ways:
        style.say(axes, MISSING)
        return
    groups = sorted(rows["group"].unique())
    for k, group in enumerate(groups):
        mine, shift = rows[rows["group"] == group], 0.5 * (k - 0.5 * (len(groups) - 1)) / len(groups)
        x = [ways.index(way) + shift for way in zip(mine["sampling"], mine["links"], strict=True)]
        color, marker = style.CYCLE[k % len(style.CYCLE)], style.MARKERS[k % len(style.MARKERS)]
        style.points(axes, x, mine, "half", marker, color, group)
    axes.set_xticks(
        range(len(ways)), [f"{LINKS[links]}, {sampling}" for sampling, links in ways], rotation=30, ha="right"
    )
    axes.legend(title=rf"$N={int(rows['n'].iloc[0])}$", title_fontsize=7, loc="best")
