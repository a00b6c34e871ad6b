"""The onset temperature against size (Fig. S2), and all rank correlations (Fig. S6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.figures.panels import missing
from glassworks.studies.anharmonic.figures.common import both_models, of_model, scatter


def onsets(tables: Tables) -> Figure:
    """Fig. S2: T_c of each glass and its mean against N, beside Table I."""
    figure, panels = both_models(tables, "onsets", r"$N$", r"$T_c$")
    for axes, model, rows in panels:
        each = of_model(tables, "onset_samples", model)
        axes.set(xscale="log", yscale="log")
        printed = rows[np.isfinite(rows["published"])]
        axes.plot(printed["n"], printed["published"], "kx", ms=5, label="Table I")
        if len(each):
            scatter(axes, each["n"], each["onset"], "o", "0.6", "a glass", s=8)
            known = rows[rows["samples"] > 0]
            style.points(axes, known["n"], known, "onset", "s", style.BLUE, "geometric mean")
        first = printed.iloc[0] if len(printed) else rows.iloc[0]
        x = np.geomspace(rows["n"].min(), rows["n"].max(), 9)
        style.guide(axes, x, (first["n"], first["published"]), -1.0, r"$N^{-1}$", (6, 6))
        every = np.concatenate([printed["published"], each["onset"] if len(each) else []])
        axes.set_ylim(every.min() / 30.0, every.max() * 30.0)  # bars of two glasses span more
        axes.legend(loc="lower left")
    return figure


def along_temperature(tables: Tables) -> Figure:
    """Fig. S9: A_c of polydisperse glasses, and how near to soft spots their pulls lead, against T_p."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 3)
    rows = tables["annealed"].sort_values("temperature") if len(tables["annealed"]) else tables["annealed"]
    told = {
        "amplitude": "$A_c$, median", "distinct": "destinations over pulls", "nearer": "rank by nearness to soft spots",
    }  # fmt: skip
    for axes, (name, label), letter in zip(panels, told.items(), "abc", strict=True):
        axes.set(xlabel=r"$T_p$", ylabel=label)
        axes.set_title(f"({letter})", loc="left", pad=3)
        if rows.empty:
            missing(axes, "no annealed glasses\nat this scale")
            continue
        style.points(axes, rows["temperature"], rows, name, "o", style.BLUE, ls="-", lw=0.6)
        if name == "nearer":
            axes.axhline(0.5, color="0.4", lw=0.6, ls=":")
        if name == "amplitude":
            axes.set_yscale("log")
    return figure


NAMES = {"amplitude": "$A_c$", "distance": r"$|\Delta r|$", "overlap": "$I$", "rearranged": r"$N_{\mathrm{rearr}}$",
         "expected": "$A_c$ third order"}  # fmt: skip
AGAINST = {
    "order": "$O_k$",
    "order_transverse": "$O_k$, T together",
    "participation": "$P_k$",
    "frequency": r"$\omega$",
}
LIMIT = 0.2


def _within(rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return rows
    rows = rows[(rows["population"] == "below") & (rows["scope"] == "within") & (rows["side"] == "smaller")]
    return rows[rows["partial"].astype(bool) | (rows["against"] == "frequency")]


def correlations(tables: Tables) -> Figure:
    """Fig. S6: rank correlations below ω_BP, within glasses of one size, partial in ω."""
    figure, panels = both_models(
        tables,
        "correlations",
        r"$\tau_b$, partial in $\omega$",
        "",
        "no correlations",
        _within,
        height=8.2 * style.CENTIMETER,
    )
    for axes, _, rows in panels:
        axes.set_xlim(-1, 1)
        rows = rows.iloc[::-1]
        places = np.arange(len(rows))
        axes.axvspan(-LIMIT, LIMIT, color="0.92", zorder=0)
        bars = np.abs(
            rows[["correlation_low", "correlation_high"]].to_numpy(float) - rows[["correlation"]].to_numpy(float)
        )
        axes.errorbar(
            rows["correlation"], places, xerr=np.nan_to_num(bars).T, fmt="o", ms=3, mfc="white", color=style.BLUE,
            ecolor=style.BLUE, elinewidth=0.7, capsize=1.4,
        )  # fmt: skip
        names = [f"{NAMES[y]}, {AGAINST[x]}" for y, x in zip(rows["quantity"], rows["against"], strict=True)]
        axes.set_yticks(places, names, fontsize=6.5)
        axes.axvline(0.0, color="0.4", lw=0.6)
    return figure
