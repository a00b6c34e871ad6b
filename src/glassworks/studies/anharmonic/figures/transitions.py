"""Distinct transitions (Figs. 8, 11), where their tails lead, how many modes share them, and their saddles."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.figures.panels import by_value, logarithmic
from glassworks.studies.anharmonic import NAMES
from glassworks.studies.anharmonic.figures.common import (
    LABELS,
    both_models,
    legend,
    of_model,
    scatter,
    size_of,
)

NONE = "no transitions"


def energies(tables: Tables) -> Figure:
    """Fig. 8: |ΔΦ| against |Δr| of distinct transitions, with |Δr|³ and the fitted power."""
    figure, panels = both_models(tables, "transitions", LABELS["distance"], LABELS["size"], NONE)
    for axes, model, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            scatter(axes, mine["distance"], size_of(mine), marker, color, f"{n:,}")
        logarithmic(axes)
        middle = (np.exp(np.log(rows["distance"]).mean()), np.exp(np.log(size_of(rows)).mean()))
        x = np.geomspace(rows["distance"].min(), rows["distance"].max(), 9)
        axes.plot(x, middle[1] * (x / middle[0]) ** 3, color="0.2", lw=0.8, label=r"$|\Delta r|^3$")
        laws = of_model(tables, "laws", model)
        laws = laws[(laws["variable"] == "distance") & (laws["jointly"] == "errors in both")] if len(laws) else laws
        if len(laws):
            power = float(laws["exponent"].iloc[0])
            label = rf"$|\Delta r|^{{{power:.2f}}}$"
            axes.plot(x, middle[1] * (x / middle[0]) ** power, color="0.2", lw=0.8, ls="--", label=label)
        legend(axes)
    return figure


def participants(tables: Tables) -> Figure:
    """Fig. 11: Δr² against N_rearr of distinct transitions, with the printed bands (`<model>_least`, `_most`)."""
    figure, panels = both_models(tables, "transitions", LABELS["rearranged"], r"$\Delta r^2$", NONE)
    for axes, model, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            scatter(axes, mine["rearranged"], mine["distance"] ** 2, marker, color, f"{n:,}")
        x = np.geomspace(0.8 * rows["rearranged"].min(), 1.2 * rows["rearranged"].max(), 9)
        for end, line in (("least", ":"), ("most", "--")):
            level = tables.options[f"{NAMES[model]}_{end}"]
            axes.plot(x, level * x, color="0.3", lw=0.8, ls=line, label=rf"{level:g} $N_{{\mathrm{{rearr}}}}$")
        logarithmic(axes)
        legend(axes)
    return figure


def tails(tables: Tables) -> Figure:
    """Fig. S4: exponents a of the tails of transitions against those of the response to a force dipole there, with
    the printed range (`least`, `most`)."""
    figure, panels = both_models(
        tables,
        "fields",
        r"$a$ of the response to a dipole (2 in a continuum)",
        r"$a$ of the transition",
        "no window for a tail",
    )
    for axes, _, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            outer, inner = mine["outer"].iloc[0], mine["inner"].iloc[0]
            scatter(axes, mine["exponent_dipole"], mine["exponent"], marker, color, f"{n:,}: r = {inner:g}–{outer:.2g}")
        axes.axhspan(tables.options["least"], tables.options["most"], color="0.9", zorder=0)
        ends = axes.get_xlim()
        axes.plot(ends, ends, color="0.4", lw=0.7, ls="--")
        axes.axvline(2.0, color="0.4", lw=0.6, ls=":")
        axes.set_xlim(ends)
        style.few_ticks(axes)
        legend(axes)
    return figure


def shared(tables: Tables) -> Figure:
    """Fig. S5: how many of a glass's pulled modes lead to each of its destinations, ranked."""
    figure, panels = both_models(
        tables, "transitions", "rank of the destination in its glass", "share of the pulls that led away", NONE
    )
    for axes, _, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            of_glass = mine.groupby(["ensemble", "sample"])["hits"]
            share = mine["hits"] / of_glass.transform("sum")
            rank = of_glass.rank(ascending=False, method="first")
            mean = share.groupby(rank).sum() / mine[["ensemble", "sample"]].drop_duplicates().shape[0]
            axes.plot(mean.index, mean, marker=marker, color=color, mfc="white", lw=0.6, label=f"{n:,}")
        axes.set_yscale("log")
        style.few_ticks(axes)
        legend(axes)
    return figure


def histograms(tables: Tables) -> Figure:
    """Fig. S10: how |Δr| is distributed over the distinct transitions of all glasses, each size by itself."""
    figure, panels = both_models(tables, "transitions", LABELS["distance"], "distinct transitions a glass", NONE)
    for axes, _, rows in panels:
        edges = 10.0 ** np.arange(np.floor(4 * np.log10(rows["distance"].min())) / 4, 2.0, 0.25)
        edges = edges[: np.searchsorted(edges, rows["distance"].max()) + 1]
        for n, _, color, mine in by_value(rows, "n"):
            glasses = len(mine[["ensemble", "sample"]].drop_duplicates())
            counts = np.histogram(mine["distance"], edges)[0] / glasses
            axes.stairs(counts, edges, color=color, lw=1.0, label=f"{n:,}")
        logarithmic(axes, y=False)
        axes.set_ylim(bottom=0.0)
        legend(axes)
    return figure


def saddles(tables: Tables) -> Figure:
    """Fig. S7: height of the saddle against ΔΦ_barrier of the pulled point."""
    figure, panels = both_models(tables, "edges", LABELS["barrier"], "saddle above home", "no saddles")
    for axes, _, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            scatter(axes, mine["barrier"], mine["saddle"], marker, color, f"{n:,}")
        ends = np.array([min(rows["saddle"].min(), rows["barrier"].min()), rows["barrier"].max()])
        axes.plot(ends, ends, color="0.4", lw=0.7, ls="--")
        logarithmic(axes, x=False)
        axes.set_xscale("log")
        legend(axes)
    return figure


def minimizers(tables: Tables) -> Figure:
    """Fig. S8: A_c by other minimizers and tolerances over that by FIRE, against ω_k."""
    figure, panels = both_models(tables, "variants", r"$\omega_k$", r"$A_c$ over that by FIRE", "no other minimizers")
    for axes, _, rows in panels:
        for variant, marker, color in zip(dict.fromkeys(rows["variant"]), style.MARKERS, style.CYCLE, strict=False):
            mine = rows[rows["variant"] == variant]
            scatter(axes, mine["frequency"], mine["ratio"], marker, color, variant)
        axes.axhline(1.0, color="0.4", lw=0.6, ls=":")
        logarithmic(axes, x=False)
        axes.legend(loc="best")
    return figure
