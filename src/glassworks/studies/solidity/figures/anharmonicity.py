"""Fig. 2 and Supplementary Fig. 12: remaining forces, and the paths downhill to inherent structures."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import TEMPERATURE, largest

MISSING = "no such paths\nat this scale"
DISTANCE, CONTOUR = r"$\Delta r\ [\sigma]$", r"$\Delta s\ [\sigma]$"
RATIO = r"$\Delta s/\Delta r$"
SHOWN = 7
"""Temperatures drawn at most."""
SYSTEMS = {"harmonic-2d": "harmonic, 2D", "harmonic-3d": "harmonic, 3D", "lj-2d": "Lennard-Jones, 2D"}


def slowest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest size's slowest cooling, with the ladder's top."""
    rows = largest(rows)
    if rows.empty or rows["reduced_rate"].isna().all():
        return rows
    return rows[(rows["reduced_rate"] == rows["reduced_rate"].min()) | rows["reduced_rate"].isna()]


def some(values: Iterable[float]) -> list[float]:
    """At most `SHOWN` of some values, ascending, evenly spaced in their order, both ends included."""
    known = sorted(set(values))
    return [known[k] for k in np.unique(np.linspace(0, len(known) - 1, min(SHOWN, len(known))).round().astype(int))]


def line(axes: Axes, rows: pd.DataFrame, x: str, y: str, color, label: str | None = None, over: str | None = None):
    """A curve with its 95 % interval as a band; `over` divides it."""
    rows = rows.dropna(subset=[y]).sort_values(x)
    scale = rows[over] if over else 1.0
    axes.plot(rows[x], rows[y] / scale, color=color, lw=0.9, label=label)
    axes.fill_between(rows[x], rows[f"{y}_low"] / scale, rows[f"{y}_high"] / scale, color=color, alpha=0.25, lw=0)


def anharmonicity(tables: Tables) -> Figure:
    """Fig. 2: P(F_re); Δs and ΔE against Δr, from the temperatures of the largest system's slowest cooling."""
    figure = style.figure(style.WIDE, 6.6 * style.CENTIMETER)
    first, second, third = figure.subplots(1, 3)
    first.set(xlabel=r"$F_{\mathrm{re}}$", ylabel=r"$P(F_{\mathrm{re}})$", xscale="log", yscale="log")
    second.set(xlabel=DISTANCE, ylabel=CONTOUR, xscale="log", yscale="log")
    third.set(xlabel=DISTANCE, ylabel=r"$\Delta E\ [\epsilon]$", xscale="log", yscale="log")
    forces, paths = slowest(tables.group("remaining_bins", "cooled")), slowest(tables.group("descents", "descents"))
    forces = slowest(tables["remaining_bins"]) if forces.empty else forces
    forces = forces[forces["inner"] > 0] if len(forces) else forces
    paths = slowest(tables["descents"]) if paths.empty else paths
    paths = paths[paths["method"] == paths["method"].iloc[0]] if len(paths) else paths
    shown = [some(each["reduced_temperature"]) if len(each) else [] for each in (forces, paths)]
    every = sorted({*shown[0], *shown[1]})
    colors = dict(zip(every, style.shades(len(every)), strict=False))
    for temperature in shown[0]:
        mine = forces[forces["reduced_temperature"] == temperature]
        line(first, mine, "middle", "density", colors[temperature], f"{temperature:g}")
    for temperature in shown[1]:
        mine = paths[paths["reduced_temperature"] == temperature]
        line(second, mine, "distance", "contour", colors[temperature], f"{temperature:g}")
        line(third, mine, "distance", "drop", colors[temperature])
    if len(forces):
        first.set_xlim(10 ** np.floor(np.log10(forces["middle"].min())), 10.0)
        first.set_ylim(1e-3, 2.0 * forces["density"].max())
        columns = 2 if len(shown[0]) > 4 else 1
        first.legend(title=TEMPERATURE, loc="lower center", bbox_to_anchor=(0.57, 0.0), ncols=columns, columnspacing=1)
    else:
        style.say(first, MISSING)
    if len(paths):
        _guides(second, third, paths, tables)
        second.legend(title=TEMPERATURE, loc="lower right")
    else:
        for axes in (second, third):
            style.say(axes, MISSING)
    for axes, text in ((first, "a"), (second, "b"), (third, "c")):
        style.letter(axes, text)
    return figure


def _guides(second: Axes, third: Axes, paths: pd.DataFrame, tables: Tables) -> None:
    """Δs ∼ Δr, the paper's power law, ΔE ∼ Δr², and the fitted crossover."""
    exponent, near = tables.options["dimension"], tables.options["crossover"]
    hottest = paths[paths["reduced_temperature"] == paths["reduced_temperature"].max()].sort_values("distance")
    r, s = hottest["distance"].to_numpy(), hottest["contour"].to_numpy()
    begin = np.searchsorted(r, near)
    anchor = (float(r[begin // 3]), 0.5 * float(s[begin // 3]))
    style.guide(second, (r[0], near), anchor, 1.0, r"$\Delta r$", (6, -8))
    if r[-1] > 2 * near:
        far = (float(r[-1]), 1.8 * float(s[-1]))
        style.guide(
            second,
            (2 * near, float(np.sqrt(2 * near * r[-1])), r[-1]),
            far,
            exponent,
            rf"$\Delta r^{{{exponent:g}}}$",
            (-28, 4),
        )
    known = hottest.dropna(subset=["drop"])
    if len(known):
        row = known.iloc[len(known) // 3]
        anchor = (float(row["distance"]), 0.3 * float(row["drop"]))
        style.guide(
            third, (known["distance"].iloc[0], float(row["distance"]), near), anchor, 2.0, r"$\Delta r^2$", (6, -8)
        )
    fitted = _fitted(tables)
    if fitted is not None and np.isfinite(fitted["crossover"]):
        for axes in (second, third):
            axes.axvspan(fitted["crossover_low"], fitted["crossover_high"], color="0.85", lw=0, zorder=0)
            axes.axvline(fitted["crossover"], color="0.55", lw=0.6, ls=":", zorder=0)


def _fitted(tables: Tables) -> pd.Series | None:
    """The chosen fit of all temperatures together."""
    rows = slowest(tables.group("dimensions", "descents"))
    rows = rows[rows["chosen"].astype(bool)] if len(rows) else rows
    return rows.sort_values("temperatures").iloc[-1] if len(rows) else None


def descents(tables: Tables) -> Figure:
    """Supplementary Fig. 12: local exponents of the paths, other methods from the same starts, other systems."""
    figure = style.figure(style.WIDE, 6.6 * style.CENTIMETER)
    first, second, third = figure.subplots(1, 3)
    exponent = tables.options["dimension"]
    first.set(xlabel=DISTANCE, ylabel=r"$\mathrm{d}\ln\Delta s/\mathrm{d}\ln\Delta r$", xscale="log", ylim=(0.7, 1.8))
    for axes in (second, third):
        axes.set(xlabel=DISTANCE, ylabel=RATIO, xscale="log", yscale="log")
    paths = slowest(tables.group("descents", "descents"))
    shown = some(paths["reduced_temperature"]) if len(paths) else []
    for temperature, color in zip(shown, style.shades(len(shown)), strict=False):
        mine = paths[paths["reduced_temperature"] == temperature]
        line(first, mine, "distance", "contour_exponent", color, f"{temperature:g}")
    if shown:
        for level in (1.0, exponent):
            first.axhline(level, color="0.25", lw=0.6, ls=(0, (4, 2)), zorder=1)
        first.legend(title=TEMPERATURE, loc="upper left", bbox_to_anchor=(0.08, 1.0))
    else:
        style.say(first, MISSING)
    checked = slowest(tables.group("descents", "descents-methods"))
    if len(checked):
        checked = checked[checked["reduced_temperature"] == checked["reduced_temperature"].max()]
    methods = list(dict.fromkeys(checked["method"])) if len(checked) else []
    for number, method in enumerate(methods):
        mine = checked[checked["method"] == method]
        label = "FIRE" if method == "fire" else method
        line(second, mine, "distance", "contour", style.CYCLE[number % len(style.CYCLE)], label, "distance")
    rows = tables["descents"]
    systems = [name for name in SYSTEMS if len(rows) and (rows["model"] == name).any()]
    for number, name in enumerate(systems):
        mine = slowest(
            rows[(rows["model"] == name) & (rows["method"] == "fire") & (rows["group"] != "descents-methods")]
        )
        if len(mine):
            mine = mine[mine["temperature"] == mine["temperature"].max()]
            line(third, mine, "distance", "contour", style.CYCLE[number], SYSTEMS[name], "distance")
    for axes, found in ((second, methods), (third, systems)):
        if found:
            span = np.array([2e-2, 1e-1, 4e-1])
            style.guide(axes, span, (0.3, 4.5), exponent - 1.0, rf"$\Delta r^{{{exponent - 1:g}}}$", (-30, 4))
            style.log_ticks(axes, "y")
            axes.legend(loc="upper left", bbox_to_anchor=(0.08, 1.0))
        else:
            style.say(axes, MISSING)
    for axes, text in ((first, "a"), (second, "b"), (third, "c")):
        style.letter(axes, text)
    return figure
