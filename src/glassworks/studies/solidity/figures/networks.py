"""Fig. 3: the force-bearing network and its percolation; Fig. S18: what its definition changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import (
    BEARING,
    LARGEST,
    TEMPERATURE,
    against,
    coolings,
    corner,
    inset,
    largest,
)

PARTS = ((0, "#e3e3e3", "no force"), (1, style.SKY, "bears force"), (2, style.VERMILION, "largest cluster"))
"""A particle's part in the network: its color, and what it is called."""
NO_PICTURE = "no picture\nat this scale"


def percolation(tables: Tables) -> Figure:
    """Fig. 3: pictures at three temperatures; P and ψ against temperature, and against f in the insets."""
    figure = style.figure(style.WIDE, 13.2 * style.CENTIMETER)
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.12, 1.0))
    _pictures(upper.subplots(1, 3), upper, tables)
    panels = lower.subplots(1, 2)
    for axes, text, (name, ylabel) in zip(panels, "de", (("spanning", r"$P$"), ("largest", LARGEST)), strict=True):
        corner(axes, text)
        if not against(axes, tables, "reduced_temperature", name, TEMPERATURE, ylabel):
            continue
        axes.set(ylim=(-0.04, 1.06), xlim=(0.0, None))
        style.few_ticks(axes)
        small = inset(axes, (0.55, 0.42, 0.42, 0.54), BEARING, ylabel)
        for rows, color, marker, _ in coolings(tables):
            style.points(small, rows["fraction"], rows, name, marker, color, ms=2.2, elinewidth=0.5, capsize=0.8)
        small.set(ylim=(-0.06, 1.09), xlim=(0.15, 1.0), yticks=(0.0, 0.5, 1.0), xticks=(0.2, 0.4, 0.6, 0.8, 1.0))
        small.axvline(threshold(tables), color="0.5", lw=0.6, ls=":", zorder=0)
    if panels[0].get_legend_handles_labels()[1]:
        panels[0].legend(loc="lower left", bbox_to_anchor=(0.02, 0.02))
    return figure


def threshold(tables: Tables) -> float:
    """f_c of the default candidate, or the paper's where it was not found."""
    rows = tables["thresholds"]
    if len(rows):
        rows = rows[rows["chosen"].astype(bool) & (rows["criterion"] == "spans")]
        rows = rows[rows["threshold"].notna()]
    return float(rows["threshold"].iloc[0]) if len(rows) else tables.options["threshold"]


def _pictures(panels: np.ndarray, figure, tables: Tables) -> None:
    """The network of one trajectory at the stills' temperatures, hot to cold, of the largest system's slowest rate."""
    rows = tables["particles"]
    rows = largest(rows[rows["status"] == "ok"]) if len(rows) else rows
    rates = rows["rate"].dropna() if len(rows) else []
    if len(rates):
        rows = rows[rows["rate"].isna() | (rows["rate"] == rates.min())]
    chosen = sorted(rows["temperature"].unique(), reverse=True)[:3] if len(rows) else []
    summary = tables["summary"]
    for axes, text, temperature in zip(panels, "abc", [*chosen, None, None, None], strict=False):
        corner(axes, text)
        axes.set(xticks=[], yticks=[], aspect="equal")
        if temperature is None:
            style.say(axes, NO_PICTURE)
            continue
        mine = rows[rows["temperature"] == temperature]
        row = summary[summary["ensemble"] == mine["ensemble"].iloc[0]].iloc[0]
        picture(axes, mine, float(row["length"]))
        share = (mine["part"] > 0).mean()
        axes.set_title(rf"$T={row['reduced_temperature']:.1f}$, $f={share:.2f}$", pad=3)
    if chosen:
        handles = [
            Line2D([], [], marker="o", ls="none", mfc=color, mec="0.3", mew=0.3, ms=5, label=name)
            for _, color, name in PARTS
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3, columnspacing=2.0, handletextpad=0.2)


def picture(axes: Axes, particles: pd.DataFrame, length: float) -> None:
    """All particles of a box, in color by their part in the network; those that cross its edge on both sides."""
    axes.set(xlim=(0, length), ylim=(0, length))
    edge = 0.25 if len(particles) < 3000 else 0.1
    for part, color, _ in PARTS:
        mine = particles[particles["part"] == part]
        place, size = mine[["x", "y"]].to_numpy(), mine["diameter"].to_numpy()
        shifts = [np.array([i, j]) * length for i in (-1, 0, 1) for j in (-1, 0, 1)]
        copies = np.concatenate([place + shift for shift in shifts])
        sizes = np.tile(size, 9)
        seen = ((copies > -sizes[:, None]) & (copies < length + sizes[:, None])).all(axis=1)
        axes.add_collection(
            EllipseCollection(
                sizes[seen], sizes[seen], np.zeros(seen.sum()), units="xy", offsets=copies[seen],
                offset_transform=axes.transData, facecolors=color, edgecolors="0.25", linewidths=edge, rasterized=True,
            )
        )  # fmt: skip


# --- candidates --------------------------------------------------------------------------------------------------

LINKS = {
    "contacts": "touching, last frame",
    "averaged": "touching, mean positions",
    "near": r"$r<1.3\,\sigma_{ij}$, last frame",
}
SAMPLINGS = {"window": "all frames", "snapshots": "ten snapshots"}


def candidates(tables: Tables) -> Figure:
    """Fig. S18: the threshold by what connects two particles, which frames decide, and what counts as percolation."""
    figure = style.figure(style.WIDE, 6.0 * style.CENTIMETER)
    left, right = figure.subplots(1, 2, sharey=True)
    rows = tables["thresholds"]
    names = [(links, sampling) for links in LINKS for sampling in SAMPLINGS]
    labels = [f"{LINKS[links]};\n{SAMPLINGS[sampling]}" for links, sampling in names]
    for axes, name, xlabel, text in (
        (left, "threshold", r"$f_c$", "a"),
        (right, "critical_size", r"$\psi(f_c)$", "b"),
    ):
        corner(axes, text)
        axes.set_xlabel(xlabel)
        sure = rows[rows[f"{name}_low"].notna()] if len(rows) else rows
        if sure.empty:
            style.say(axes, "fewer than two sizes cross\nthe threshold at this scale")
            continue
        axes.axvspan(*tables.options[name], color="0.88", zorder=0)
        for number, (criterion, color, marker) in enumerate((("spans", style.BLUE, "o"), ("wraps", style.ORANGE, "s"))):
            for place, (links, sampling) in enumerate(names):
                one = sure[(sure["links"] == links) & (sure["sampling"] == sampling) & (sure["criterion"] == criterion)]
                if one.empty:
                    continue
                value, low, high = (float(one[f"{name}{end}"].iloc[0]) for end in ("", "_low", "_high"))
                height = len(names) - 1 - place + (0.14 if number == 0 else -0.14)
                bars = np.clip([[value - low], [high - value]], 0.0, None)
                axes.errorbar(
                    value, height, xerr=bars, fmt=marker, color=color, mfc="white", mew=0.8, ms=3.6, elinewidth=0.7,
                    capsize=1.4, label=criterion if place == 0 else None,
                )  # fmt: skip
        axes.set_yticks(range(len(names))[::-1], labels, fontsize=6.5)
        axes.tick_params(axis="y", which="both", length=0)
        axes.grid(axis="y", color="0.92", lw=0.5)
        axes.set_axisbelow(True)
    if left.get_legend_handles_labels()[1]:
        left.legend(loc="best")
    return figure
