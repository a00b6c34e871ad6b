"""Energies of the inherent structures: landscape, pair energies, collapse, raw values (Figs. 1, 2, 3, 15)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.figures.groups import LOOKS, MISSING, PARENT, REDUCED, curves, legend, printed, rows_of


def landscape(tables: Tables) -> Figure:
    """Fig. 1: the curvature ω_g² at minima against their energy, measured, where the paper has a cartoon."""
    figure = style.figure(style.COLUMN, 10.0 * style.CENTIMETER)
    panels = figure.subplots(2, 1)
    for axes, group, letter in zip(panels, ("rc15", "rc11"), "ab", strict=True):
        rows, look = rows_of(tables["summary"], group, "energy", "omega_g", by="energy"), LOOKS[group]
        axes.set(xlabel=r"$u\ [\varepsilon]$", ylabel=r"$\omega_g^2\ [\varepsilon/m\lambda^2]$")
        style.letter(axes, f"({letter}) {look.label}")
        if rows.empty:
            style.say(axes, MISSING)
            continue
        squares = rows[["omega_g", "omega_g_low", "omega_g_high"]] ** 2
        style.points(axes, rows["energy"], squares, "omega_g", look.marker, look.color, ls="-", lw=0.6)
        middle, spread = squares["omega_g"].mean(), 0.42 * squares["omega_g"].mean()
        axes.set_ylim(middle - spread, middle + 1.25 * spread)
        for place in (0, -1):
            row = rows.iloc[place]
            told, side = f"$T_p={row['temperature']:g}$", "left" if place == 0 else "right"
            point = row["energy"], squares["omega_g"].iloc[place]
            axes.annotate(told, point, xytext=(0, -11), textcoords="offset points", ha=side, fontsize=7)
        style.few_ticks(axes)
        inset = axes.inset_axes([0.64, 0.6, 0.34, 0.37])
        inset.set_in_layout(False)
        _pair_energy(inset, tables["potentials"], group)
        inset.set(xlim=(0.95, 1.75), ylim=(-1.1, 0.9), xticks=[1.0, 1.5], yticks=[-1, 0])
        inset.tick_params(labelsize=5.5, pad=1.5)
        inset.set_xlabel(r"$r/\lambda$", fontsize=6, labelpad=0.5)
        inset.set_ylabel(r"$\varphi/\varepsilon$", fontsize=6, labelpad=0.5)
    return figure


def _pair_energy(axes: Axes, frame: pd.DataFrame, group: str) -> None:
    rows, look = rows_of(frame, group, by="distance"), LOOKS[group]
    if len(rows):
        axes.plot(rows["distance"], rows["pair_energy"], color=look.color, lw=0.9, label=look.label)


def pair_energies(tables: Tables) -> Figure:
    """Fig. 2: φ(r) of the four r_c."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set(
        xlabel=r"$r/\lambda$", ylabel=r"$\varphi_{\mathrm{PSS}}/\varepsilon$", xlim=(0.97, 1.75), ylim=(-1.1, 0.75)
    )
    minimum = 2.0 ** (1.0 / 6.0)
    axes.axhline(0.0, color="0.6", lw=0.5)
    for group, cutoff in STICKY.items():
        _pair_energy(axes, tables["potentials"], group)
        axes.axvline(cutoff * minimum, color=LOOKS[group].color, lw=0.8, ls=":")
    above = axes.secondary_xaxis("top", functions=(lambda r: r / minimum, lambda r: r * minimum))
    above.set_xlabel(r"$r/r_{\min}$")
    axes.tick_params(top=False)
    legend(axes, loc="lower left", bbox_to_anchor=(0.64, 0.03))
    style.few_ticks(axes)
    return figure


def collapse(tables: Tables) -> Figure:
    """Fig. 3: (u − u(T_co))/T_co against T_p/T_co; inset: T_co of the sticky spheres by both routes."""
    figure = style.figure(style.COLUMN, 8.0 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=REDUCED, ylabel=r"$[u(T_p)-u(T_{\mathrm{co}})]/T_{\mathrm{co}}$", xlim=(0.25, 2.0))
    rows = tables["scaled"]
    known = rows[rows["scaled_temperature"] <= 2.0] if len(rows) else rows
    axes.axvline(1.0, color="0.6", lw=0.6)
    axes.axhline(0.0, color="0.6", lw=0.6)
    curves(axes, known, "scaled_temperature", "scaled_energy", list(LOOKS), "no $T_{\\mathrm{co}}$")
    printed(axes, known)
    if len(known):
        low, high = known["scaled_energy"].min(), known["scaled_energy"].max()
        axes.set_ylim(low - 0.08 * (high - low), high + 0.25 * (high - low))
        legend(axes, loc="upper left", ncols=2, columnspacing=0.8)
    style.few_ticks(axes)
    inset = axes.inset_axes([0.63, 0.2, 0.35, 0.33])
    inset.set_in_layout(False)
    _crossovers(inset, tables["crossovers"])
    return figure


ROUTES = {"energy_crossover": ("o", style.BLUE, "$u$"), "moduli_crossover": ("s", style.VERMILION, "$G/K$")}


def _crossovers(axes: Axes, frame: pd.DataFrame) -> None:
    """T_co of the sticky spheres against r_c: by energies, by moduli, and as printed."""
    axes.set_xlabel("$r_c$", fontsize=6.5, labelpad=0.5)
    axes.set_ylabel(r"$T_{\mathrm{co}}$", fontsize=6.5, labelpad=1)
    axes.tick_params(labelsize=5.5, pad=1.5)
    rows = frame[frame["group"].isin(list(STICKY))] if len(frame) else frame
    for shift, (name, (marker, color, label)) in zip((-0.006, 0.006), ROUTES.items(), strict=True):
        known = rows[np.isfinite(rows[name])] if len(rows) else rows
        if len(known):
            x = known["group"].map(STICKY) + shift
            style.points(axes, x, known, name, marker, color, label, ms=2.8)
    told = rows[np.isfinite(rows["printed"])] if len(rows) else rows
    if len(told):
        axes.plot(told["group"].map(STICKY), told["printed"], "x", color="black", ms=4, label="printed")
    axes.set_xlim(1.05, 1.55)
    if len(rows):
        legend(axes, fontsize=5, loc="upper right", handlelength=0.8)
    style.few_ticks(axes, 3, 3)


def raw_energies(tables: Tables) -> Figure:
    """Fig. 15: u(T_p) in simulation units, stars at u(T_co)."""
    figure = style.figure()
    axes = figure.subplots()
    axes.set(xlabel=PARENT, ylabel=r"$u\ [\varepsilon]$", xscale="log")
    curves(axes, tables["summary"], "temperature", "energy", list(STICKY))
    for group in STICKY:
        known = rows_of(tables["crossovers"], group, "unit", "energy_at", by="unit")
        if len(known):
            axes.plot(
                known["unit"], known["energy_at"], "*", mfc="white", mec=LOOKS[group].color, ms=8, mew=0.9, zorder=5
            )
    style.log_ticks(axes)
    legend(axes, loc="lower right")
    style.few_ticks(axes)
    return figure
