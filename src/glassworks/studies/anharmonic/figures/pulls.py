"""One mode pulled by every amplitude (Figs. 1, 2), and one rearrangement particle by particle (Fig. 9)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.figures.panels import logarithmic
from glassworks.figures.spaces import Space
from glassworks.studies.anharmonic.figures.common import (
    HARMONIC,
    LABELS,
    both_models,
    of_model,
    scatter,
)

HOME = 1e-7
"""|Δr| below which it is home, in λ."""
ROUNDING = 1e-6
"""What is less than this part of the largest is drawn as zero."""
LONGER, SHOWN, REDDEST = 200.0, 2000, 100
"""Factor by which displacements are drawn too long, and how many of the largest are drawn, and drawn in red."""


def _first(rows: pd.DataFrame) -> pd.DataFrame:
    """The scan of the softest mode that leads away of the largest glass, up to three times the amplitude where it
    does."""
    if rows.empty:
        return rows
    rows = rows[rows["n"] == rows["n"].max()].sort_values(["sample", "mode", "amplitude"])
    away = rows[rows["distance"] > HOME]
    first = (away if len(away) else rows).iloc[0]
    mine = rows[(rows["sample"] == first["sample"]) & (rows["mode"] == first["mode"])]
    return mine[mine["amplitude"] <= 3.0 * first["amplitude"]] if len(away) else mine


def jump(tables: Tables) -> Figure:
    """Fig. 2: |Δr| and |ΔΦ| against A along the softest mode of one glass of each model."""
    figure, panels = both_models(tables, "scans", r"$A$", LABELS["distance"], "no mode scanned", _first)
    for axes, _, rows in panels:
        other = axes.twinx()
        other.set_ylabel(LABELS["size"], color=style.VERMILION)
        looks = ((axes, "distance", "o", style.BLUE, 5.5), (other, "energy", "s", style.VERMILION, 2.6))
        for one, name, marker, color, wide in looks:
            values = abs(rows[name].to_numpy(float))
            values = np.where(values < ROUNDING * values.max(), 0.0, values)
            one.plot(rows["amplitude"], values, marker=marker, ms=wide, color=color, mfc="none", mew=0.8, lw=0.6)
            jumped = np.flatnonzero(values > 0.0)[:1]
            one.plot(rows["amplitude"].iloc[jumped], values[jumped], marker=marker, ms=wide, color=color, ls="none")
            one.set_ylim(-0.06 * values.max(), 1.25 * values.max() or 1.0)
            one.tick_params(axis="y", colors=color)
        axes.set_xscale("log")
        axes.text(
            0.04, 0.93, rf"$N={int(rows['n'].iloc[0]):,}$, $\omega_k={rows['frequency'].iloc[0]:.3g}$",
            transform=axes.transAxes, va="top", fontsize=7.5,
        )  # fmt: skip
    return figure


def landscape(tables: Tables) -> Figure:
    """Fig. 1: the energy at the pulled points of one mode, and where each comes to rest."""
    figure, panels = both_models(tables, "scans", r"$A$", r"$\Phi-\Phi_0$", "no mode scanned", _first)
    for axes, _, rows in panels:
        _cut(axes, rows)
    return figure


def _cut(axes: Axes, rows: pd.DataFrame) -> None:
    a = rows["amplitude"].to_numpy(float)
    harmonic = 0.5 * rows["frequency"].iloc[0] ** 2 * a**2 * rows["n"].iloc[0]
    away = rows["distance"].to_numpy(float) > HOME
    axes.plot(a, harmonic, color="0.5", lw=0.8, ls="--", label=r"$\omega_k^2A^2N/2$")
    axes.plot(a, rows["pulled"], color="0.2", lw=0.8, label="pulled")
    for inside, color, label in ((~away, style.BLUE, "comes home"), (away, style.VERMILION, "leads away")):
        axes.plot(a[inside], rows["pulled"][inside], "o", color=color, mfc="white", mew=0.8, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.legend(loc="upper left")


def rearrangement(tables: Tables) -> Figure:
    """Fig. 9: (a) the displacements of the particles that move farthest; (b) their sizes against the distance from the
    one that moves farthest, with r⁻³."""
    figure = style.figure(style.WIDE, 7.6 * style.CENTIMETER)
    left = figure.add_subplot(1, 2, 1, axes_class=Space)
    right = figure.add_subplot(1, 2, 2)
    right.set(xlabel=r"$r$ from the particle that moves farthest", ylabel=r"$|\Delta r_i|/|\Delta r_1|$")
    left.set_title("(a)", loc="left", pad=0)
    right.set_title("(b)", loc="left", pad=3)
    rows = of_model(tables, "movers", HARMONIC)
    if rows.empty:
        style.say(right, "no rearrangement\nat this scale")
        left.set_axis_off()
        return figure
    rows = rows.sort_values("rank").iloc[:SHOWN]
    start = rows[["x", "y", "z"]].to_numpy(float)
    moves = rows[["dx", "dy", "dz"]].to_numpy(float)
    longest = np.linalg.norm(moves, axis=1).max()
    factor = min(LONGER, 0.25 * np.ptp(start) / longest)
    for part, color, width in ((slice(REDDEST, None), "0.6", 0.35), (slice(0, REDDEST), style.VERMILION, 0.9)):
        left.strokes(start[part], factor * moves[part], color, width)
    half = 0.5 * np.ptp(start, axis=0).max()
    left.set(xlim=(-half, half), ylim=(-half, half), zlim=(-half, half))
    left.set_box_aspect((1, 1, 1), zoom=1.15)
    left.tick_params(labelsize=6, pad=-2)
    told = rf"$N={int(rows['n'].iloc[0]):,}$, displacements $\times${factor:.3g}"
    left.text2D(0.5, 0.98, told, transform=left.transAxes, ha="center", fontsize=7)
    inside = rows["rank"] > 0
    scatter(right, rows["away"][inside], rows["moved"][inside], "o", "0.6", s=3)
    middle, medians = shell_medians(
        rows["away"][inside].to_numpy(float), rows["moved"][inside].to_numpy(float),
        float(rows["number_density"].iloc[0]), int(rows["n"].iloc[0]),
    )  # fmt: skip
    right.plot(middle, medians, "o-", color=style.BLUE, mfc="white", lw=0.8, label="medians of shells")
    if len(middle) > 2:
        x = np.geomspace(max(middle[0], 2.0), middle[-1], 9)
        anchor = (x[0], float(np.interp(x[0], middle, medians)))
        for power, line in ((-3, "-"), (-2, "--")):
            label = rf"$r^{{{power}}}$"
            right.plot(x, anchor[1] * (x / anchor[0]) ** power, color="0.15", lw=0.9, ls=line, zorder=3, label=label)
    logarithmic(right)
    right.legend(loc="lower left")
    return figure


def shell_medians(away: np.ndarray, moved: np.ndarray, density: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Middles of spherical shells up to half of a cube, and medians of the displacements in each.

    A table holds the particles that move farthest. Those that it lacks have moved less than all of it, so that the
    median of a shell is known as long as it holds half of as many particles as fit there.

    Args:
        away, moved: distances from the center and lengths of displacements of particles, (particles,).
        density: particles to a volume.
        n: particles of the cube.
    """
    edges = np.geomspace(away.min(), 0.5 * (n / density) ** (1 / 3), 13)
    middle, medians = [], []
    for low, high in pairwise(edges):
        inside = -np.sort(-moved[(away >= low) & (away < high)])
        fitting = max(len(inside), round(density * 4.0 / 3.0 * np.pi * (high**3 - low**3)))
        if len(inside) and fitting // 2 < len(inside):
            middle.append(np.sqrt(low * high))
            medians.append(0.5 * (inside[(fitting - 1) // 2] + inside[fitting // 2]))
    return np.array(middle), np.array(medians)
