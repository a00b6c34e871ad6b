"""Macroscopic elasticity against parent temperature (Figs. 4, 5, 6, 13, 16)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.figures.groups import (
    LOOKS,
    PARENT,
    REDUCED,
    curves,
    legend,
    mark_plateau,
    note,
    printed,
    rows_of,
)

UNKNOWN = "no $T_{\\mathrm{co}}$"


def moduli(tables: Tables) -> Figure:
    """Fig. 4: G/G_∞ and K/K_∞ against T_p/T_co."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    told = (("shear_ratio", r"$G/G_\infty$"), ("bulk_ratio", r"$K/K_\infty$"))
    for axes, (name, label), letter in zip(panels, told, "ab", strict=True):
        axes.set(xlabel=REDUCED, ylabel=label, xscale="log")
        mark_plateau(axes)
        curves(axes, tables["scaled"], "scaled_temperature", name, list(STICKY), UNKNOWN)
        printed(axes, _sticky(tables))
        style.log_ticks(axes)
        style.letter(axes, f"({letter})", (0.02, 0.97))
        style.few_ticks(axes)
    legend(panels[0], loc="upper right")
    return figure


def _sticky(tables: Tables) -> pd.DataFrame:
    """The rows of sticky spheres over T_p/T_co."""
    rows = tables["scaled"]
    return rows[rows["group"].isin(list(STICKY))] if len(rows) else rows


def nonaffine(tables: Tables) -> Figure:
    """Fig. 5: G_na/G against T_p/T_co."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set(xlabel=REDUCED, ylabel=r"$G_{\mathrm{na}}/G$", xscale="log")
    curves(axes, _joined(tables, "nonaffine"), "scaled_temperature", "nonaffine", list(STICKY), UNKNOWN)
    printed(axes, _sticky(tables))
    _up(axes)
    style.log_ticks(axes)
    legend(axes, loc="upper left", ncols=4, columnspacing=0.8, handletextpad=0.2)
    style.few_ticks(axes)
    return figure


def _joined(tables: Tables, *names: str) -> pd.DataFrame:
    """Scaled temperatures beside quantities of the summary."""
    scaled, summary = tables["scaled"], tables["summary"]
    if scaled.empty or summary.empty:
        return scaled
    told = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    place = ["group", "ensemble"]
    return scaled[[*place, "temperature", "scaled_temperature"]].merge(summary[[*place, "included", *told]], on=place)


def _up(axes: Axes, room: float = 0.16) -> None:
    """Room for a legend above what is drawn."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + room * (high - low))


def poisson(tables: Tables) -> Figure:
    """Fig. 6: ν against T_p, its plateau's points circled; ν/ν_∞ against T_p/T_co."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    left.set(xlabel=PARENT, ylabel=r"$\nu$", xscale="log")
    right.set(xlabel=REDUCED, ylabel=r"$\nu/\nu_\infty$", xscale="log")
    curves(left, tables["summary"], "temperature", "poisson", list(STICKY))
    for group in STICKY:
        rows, plateau = rows_of(tables["summary"], group, "poisson"), _plateau(tables, group, "poisson")
        hot = rows[rows["temperature"] >= plateau] if len(rows) else rows
        if len(hot):
            left.plot(hot["temperature"], hot["poisson"], "o", mfc="none", mec="0.2", mew=0.6, ms=8)
    mark_plateau(right)
    curves(right, tables["scaled"], "scaled_temperature", "poisson_ratio", list(STICKY), UNKNOWN)
    printed(right, _sticky(tables))
    for axes, letter in ((left, "a"), (right, "b")):
        style.log_ticks(axes)
        style.letter(axes, f"({letter})", (0.02, 0.97))
        style.few_ticks(axes)
    legend(right, loc="best")
    return figure


def _plateau(tables: Tables, group: str, quantity: str) -> float:
    """The lowest T_p of a quantity's plateau, infinite where there is none."""
    rows = tables["variations"]
    chosen = (rows["group"] == group) & (rows["quantity"] == quantity) & rows["chosen"] if len(rows) else []
    rows = rows[chosen] if len(rows) else rows
    return float(rows["plateau_from"].iloc[0]) if len(rows) else np.inf


def pressures(tables: Tables) -> Figure:
    """Fig. 13: p/K and p/p_0 against T_p."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    told = (("pressure_over_bulk", "$p/K$"), ("pressure_over_forces", "$p/p_0$"))
    for axes, (name, label), letter in zip(panels, told, "ab", strict=True):
        axes.set(xlabel=PARENT, ylabel=label, xscale="log")
        rows = tables["summary"]
        if rows.empty or not np.isfinite(rows[name]).any():
            style.say(axes, "no pressures of repulsive and attractive forces\nat this scale")
        else:
            curves(axes, rows, "temperature", name, list(STICKY))
            low, high = axes.get_ylim()
            axes.set_ylim(min(0.0, low), high * 1.1)
        style.log_ticks(axes)
        style.letter(axes, f"({letter})", (0.02, 0.97))
        style.few_ticks(axes)
    legend(panels[0], loc="lower right", ncols=2)
    return figure


def ratio_of_moduli(tables: Tables) -> Figure:
    """Fig. 16: G/K over its plateau against T_p over the T_co that its own line gives; inset: T_co by both routes."""
    figure = style.figure(style.COLUMN, 8.0 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=REDUCED + " (by $G/K$)", ylabel=r"$(G/K)/(G_\infty/K_\infty)$", xlim=(0.3, 2.5))
    mark_plateau(axes)
    crossovers, drawn = tables["crossovers"], []
    for group in LOOKS:
        found = rows_of(crossovers, group, "moduli_crossover", by="coldest")
        rows = rows_of(tables["scaled"], group, "moduli_ratio_ratio")
        if found.empty or rows.empty:
            continue
        row, look = found.iloc[0], LOOKS[group]
        x = rows["temperature"] / row["moduli_crossover"]
        near = x <= 2.5
        style.points(
            axes, x[near], rows[near], "moduli_ratio_ratio", look.marker, look.color, look.label, ls="-", lw=0.5
        )
        drawn.append(group)
        line = np.array([x.min(), 1.0])
        slope = row["moduli_slope"] * row["moduli_crossover"] / row["moduli_plateau"]
        axes.plot(line, 1.0 + slope * (line - 1.0), color=look.color, lw=0.7, ls="--", zorder=1)
    if not drawn:
        style.say(axes, "no line through G/K\nat this scale")
        return figure
    out = [LOOKS[name].label for name in LOOKS if name not in drawn]
    if out:
        note(axes, "no line: " + ", ".join(out))
    legend(axes, loc="upper right", ncols=2, columnspacing=0.8, bbox_to_anchor=(1.0, 1.0))
    style.few_ticks(axes)
    _both(axes.inset_axes([0.56, 0.33, 0.41, 0.35]), crossovers)
    return figure


def _both(axes: Axes, frame: pd.DataFrame) -> None:
    """T_co by moduli over T_co by energies, model by model."""
    axes.set_in_layout(False)
    known = frame[np.isfinite(frame["routes"])] if len(frame) else frame
    for place, row in enumerate(known.itertuples()):
        one = known[known["group"] == row.group]
        look = LOOKS[row.group]
        style.points(axes, [place], one, "routes", look.marker, look.color, ms=3)
    axes.axhline(1.0, color="0.5", lw=0.5)
    axes.axhspan(0.9, 1.1, color="0.9", zorder=0)
    axes.set_xticks(range(len(known)), [LOOKS[name].label for name in known["group"]], rotation=45, fontsize=5)
    axes.tick_params(axis="y", labelsize=5.5, pad=1.5)
    axes.set_ylabel(r"$T_{\mathrm{co}}$: $G/K$ over $u$", fontsize=6, labelpad=1)
    axes.set_xlim(-0.6, max(len(known) - 0.4, 0.6))
