"""Spectra of sticky-sphere glasses: densities of states (Fig. 7), A_g (Fig. 8), participation ratios (Figs. 11, 14)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.statistics.spectra import LAW
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.figures.common import (
    MISSING,
    against_temperature,
    decades,
    ends,
    ladder,
    looks,
    of_ensemble,
)

REDUCED = r"$\omega/\omega_0$"


def densities(tables: Tables) -> Figure:
    """Fig. 7: D(ω) at the hottest and the coldest T_p for r_c = 1.2 and 1.5, with the ω⁴ laws that tell A_g."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, group, mark in zip(panels, ("rc12", "rc15"), "ab", strict=True):
        axes.set(xlabel=REDUCED)
        style.letter(axes, rf"({mark}) $r_c={STICKY[group]}$")
        _spectrum(axes, tables, group)
    panels[0].set_ylabel(r"$\mathcal{D}(\omega)\,\omega_0$")
    return figure


def _spectrum(axes: Axes, tables: Tables, group: str) -> None:
    curves, drawn = tables["densities"], False
    for row, color, marker, line in ends(ladder(tables, "soft", group, "prefactor_reduced")):
        curve = of_ensemble(curves, row)
        curve = curve[curve["density_of_states"] > 0] if len(curve) else curve
        if curve.empty:
            continue
        drawn = True
        label = rf"$T_p={row['temperature']:g}$, $N={int(row['n'])}$"
        style.points(axes, curve["frequency"], curve, "density_of_states", marker, color, label, mfc=color, ms=2.8)
        span = np.array([0.7 * curve["frequency"].min(), row["window"]])
        axes.plot(span, row["prefactor_reduced"] * span ** (LAW - 1.0), color=color, ls=line, lw=1.0)
        axes.axvline(row["window"], color=color, lw=0.5, ls=line, zorder=0.4)
        axes.axvline(row["first_phonon"], color=style.ORANGE, lw=0.9, zorder=0.3)
    if not drawn:
        style.say(axes, "too few soft modes\nat this scale")
        return
    axes.set(xscale="log", yscale="log")
    style.log_ticks(axes)
    axes.legend(loc="lower right")


def prefactors(tables: Tables) -> Figure:
    """Fig. 8: A_g ω_0⁵ against T_p."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set_ylabel(r"$A_g\,\omega_0^5$")
    if against_temperature(axes, tables, "soft", "prefactor_reduced", "no soft modes\nat this scale"):
        axes.set_yscale("log")
        decades(axes)
        axes.legend(loc="best", ncols=2)
    return figure


def cores(tables: Tables) -> Figure:
    """Fig. 11: N e_0 against T_p."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set_ylabel(r"$N e_0$")
    if against_temperature(axes, tables, "soft", "core", "no soft modes\nat this scale"):
        axes.set_ylim(bottom=0.0)
        style.few_ticks(axes)
        axes.legend(loc="best", ncols=2)
    return figure


def participation(tables: Tables) -> Figure:
    """Fig. 14: N e of every mode against ω, with threshold, N e_0 and running average; r_c = 1.5, hottest T_p."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set(xlabel=REDUCED, ylabel=r"$N e$", yscale="log")
    rows, modes = ladder(tables, "soft", "rc15", "omega_reduced"), tables["modes"]
    mine = of_ensemble(modes, rows.iloc[-1]) if len(rows) else rows
    if mine.empty:
        style.say(axes, MISSING)
        return figure
    row = rows.iloc[-1]
    mine = mine[mine["status"] == "ok"]
    unit = row["omega_g"] / row["omega_reduced"]
    known = mine[(mine["frequency"] <= row["complete"] * unit) & (mine["frequency"] > 0.02 * row["omega_g"])]
    size = known["participation"] * row["n"]
    axes.plot(known["frequency"] / unit, size, ".", color=style.SKY, ms=1.6, mew=0, alpha=0.5, rasterized=True)
    mean = of_ensemble(tables["core_profiles"], row)
    style.points(axes, mean["frequency"], mean, "core", "o", style.BLACK, "running average", ms=2.8, ls="-", lw=0.8)
    axes.axvline(row["window"], color=style.VERMILION, ls="--", lw=0.9, label="threshold")
    if np.isfinite(row["core"]):
        span = [known["frequency"].min() / unit, row["window"]]
        axes.plot(span, [row["core"]] * 2, color=style.BLUE, ls="--", lw=1.2, label=rf"$Ne_0={row['core']:.0f}$")
    axes.axvline(row["first_phonon"], color=style.ORANGE, lw=0.8, label="first phonon band", zorder=0.5)
    axes.set_title(rf"$r_c=1.5$, $T_p={row['temperature']:g}$, $N={int(row['n'])}$", pad=3)
    axes.legend(loc="upper left", frameon=True, facecolor="white", edgecolor="none")
    return figure


def windows(tables: Tables) -> Figure:
    """Fig. S5: A_g ω_0⁵ and the exponent of the cumulative against the window that they are taken in, each r_c."""
    figure = style.figure(style.WIDE, 9.0 * style.CENTIMETER)
    panels = figure.subplots(2, 4, sharex=True, sharey="row")
    every, rows = tables["soft_windows"], tables["soft"]
    for column, (group, *_, label) in enumerate(looks()):
        upper, lower = panels[:, column]
        upper.set_title(label, pad=3)
        lower.set_xlabel(r"window $\omega_{\max}/\omega_g$")
        steps = ladder(tables, "soft", group, "omega_reduced") if len(rows) else rows
        known = [row for _, row in steps.iterrows() if len(of_ensemble(every, row))]
        if not any(np.isfinite(of_ensemble(every, row)["prefactor_reduced_low"]).any() for row in known):
            style.say(upper, "too few soft modes\nat this scale")
        for row, color in zip(known, style.shades(len(known)), strict=True):
            mine = of_ensemble(every, row).sort_values("relative")
            for axes, name in ((upper, "prefactor_reduced"), (lower, "exponent")):
                axes.plot(mine["relative"], mine[name], color=color, lw=0.9, label=f"{row['temperature']:g}")
                axes.fill_between(
                    mine["relative"], mine[f"{name}_low"], mine[f"{name}_high"], color=color, alpha=0.14, lw=0
                )
        pooled = every[(every["group"] == group) & (every["ensemble"] == "all")] if len(every) else every
        if len(pooled):
            lower.plot(pooled["relative"], pooled["exponent"], color=style.BLACK, lw=1.3, label="all")
            chosen = pooled[pooled["chosen"].astype(bool)]["relative"]
            for axes in (upper, lower):
                axes.axvline(chosen.iloc[0] if len(chosen) else np.nan, color="0.3", lw=0.7, zorder=0.5)
        lower.axhline(LAW, color="0.3", lw=0.7, ls="--")
        if known:
            upper.legend(title=r"$T_p$", ncols=2, loc="lower right", columnspacing=0.8)
    panels[1, 0].set_ylim(1.0, 10.0)
    panels[0, 0].set_ylabel(r"$A_g\,\omega_0^5$")
    panels[1, 0].set_ylabel("exponent of the cumulative")
    if len(every):
        panels[0, 0].set_yscale("log")
    return figure
