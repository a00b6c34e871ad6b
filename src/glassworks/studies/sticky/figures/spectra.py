"""Spectra of sticky-sphere glasses: densities of states (Fig. 7), A_g (Fig. 8), participation ratios (Figs. 11, 14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
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
    from_zero,
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
        axes.set_title(rf"({mark}) $r_c={STICKY[group]}$", pad=3)
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
    axes.legend(loc="upper left")


def prefactors(tables: Tables) -> Figure:
    """Fig. 8: A_g ω_0⁵ against T_p."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set_ylabel(r"$A_g\,\omega_0^5$")
    if against_temperature(axes, tables, "soft", "prefactor_reduced", "no soft modes\nat this scale"):
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * (high / low) ** 0.18)
        decades(axes)
        axes.legend(loc="upper center", ncols=4, columnspacing=0.9)
    return figure


def cores(tables: Tables) -> Figure:
    """Fig. 11: N e_0 against T_p."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set_ylabel(r"$N e_0$")
    if against_temperature(axes, tables, "soft", "core", "no soft modes\nat this scale"):
        from_zero(axes, tables["soft"]["core"])
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
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.3)
    axes.legend(loc="upper left", ncols=2)
    return figure


WINDOWED = (
    ("prefactor_reduced", r"$A_g\,\omega_0^5$"),
    ("exponent", "exponent of the cumulative"),
    ("core", r"$Ne_0$"),
)


def windows(tables: Tables) -> Figure:
    """Fig. S5: A_g ω_0⁵, the exponent of the cumulative and N e_0 against the window that they are taken in."""
    figure = style.figure(style.WIDE, 12.0 * style.CENTIMETER)
    panels = figure.subplots(len(WINDOWED), len(STICKY), sharex=True, sharey="row")
    every, rows = tables["soft_windows"], tables["soft"]
    for column, (group, *_, label) in zip(panels.T, looks(), strict=True):
        column[0].set_title(label, pad=3)
        column[-1].set_xlabel(r"window $\omega_{\max}/\omega_g$")
        steps = ladder(tables, "soft", group, "omega_reduced") if len(rows) else rows
        for (_, row), color in zip(steps.iterrows(), style.shades(len(steps)), strict=False):
            _against_window(column, of_ensemble(every, row).sort_values("relative"), row["temperature"], color)
        pooled = every[(every["group"] == group) & (every["ensemble"] == "all")] if len(every) else every
        if len(pooled):
            column[1].plot(pooled["relative"], pooled["exponent"], color=style.BLACK, lw=1.3)
            chosen = pooled[pooled["chosen"].astype(bool)]["relative"]
            for axes in column:
                axes.axvline(chosen.iloc[0] if len(chosen) else np.nan, color="0.3", lw=0.7, zorder=0.5)
        column[1].axhline(LAW, color="0.3", lw=0.7, ls="--")
        if any(axes.has_data() and axes.get_legend_handles_labels()[0] for axes in column[:1]):
            column[-1].legend(title=r"$T_p$", ncols=2, loc="upper left", columnspacing=0.8, fontsize=6.0)
        else:
            style.say(column[0], "too few soft modes\nat this scale")
    for axes, (_, label) in zip(panels[:, 0], WINDOWED, strict=True):
        axes.set_ylabel(label)
    panels[1, 0].set_ylim(1.0, 10.0)
    if len(every):
        panels[0, 0].set_yscale("log")
        panels[-1, 0].set_ylim(0.0, 1.35 * np.nanmax(every["core"].to_numpy(dtype=float)))
    return figure


def _against_window(column: np.ndarray, mine: pd.DataFrame, temperature: float, color: tuple) -> None:
    """One ensemble's quantities as lines with their bands."""
    if mine.empty:
        return
    for axes, (name, _) in zip(column, WINDOWED, strict=True):
        axes.plot(mine["relative"], mine[name], color=color, lw=0.9, label=f"{temperature:g}")
        axes.fill_between(mine["relative"], mine[f"{name}_low"], mine[f"{name}_high"], color=color, alpha=0.14, lw=0)
