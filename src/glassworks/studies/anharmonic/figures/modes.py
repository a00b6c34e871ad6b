"""What pulls along modes find, against frequency and against what kind of mode it is (Figs. 3–7, 10, 12–15)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.figures.panels import by_value, logarithmic, missing
from glassworks.studies.anharmonic.figures.common import (
    HARMONIC,
    LABELS,
    NO_PULLS,
    OMEGA,
    arrow,
    below_boson,
    both_models,
    led_away,
    legend,
    of_model,
    scatter,
)


def against_frequency(quantity: str, arrows: bool = True) -> Callable[[Tables], Figure]:
    """A figure of a quantity against ω_k, both models."""

    def draw(tables: Tables) -> Figure:
        figure, panels = both_models(tables, "modes", OMEGA, LABELS[quantity], only=led_away)
        for axes, model, found in panels:
            for n, marker, color, mine in by_value(found, "n"):
                scatter(axes, mine["frequency"], mine[quantity], marker, color, f"{n:,}")
            rows = of_model(tables, "modes", model)
            bounds = rows[rows["censored"].astype(bool)]
            if quantity == "amplitude" and len(bounds):
                scatter(axes, bounds["frequency"], bounds["amplitude"], "^", "0.6", "overlap: $A_c$ above", s=7)
            logarithmic(axes)
            if arrows:
                arrow(axes, tables, model)
            legend(axes)
        return figure

    return draw


def against_kind(quantity: str, behind: str | None = None) -> Callable[[Tables], Figure]:
    """A figure of a quantity against O_k and P_k, harmonic spheres below ω_BP, with another one behind it in gray."""

    def draw(tables: Tables) -> Figure:
        figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
        panels = figure.subplots(1, 2, sharey=True)
        every = below_boson(of_model(tables, "modes", HARMONIC))
        rows = led_away(every) if quantity != "expected" else every
        for axes, kind, letter in zip(panels, ("order", "participation"), "ab", strict=True):
            axes.set_xlabel(LABELS[kind])
            axes.set_title(f"({letter})", loc="left", pad=3)
            if rows.empty:
                missing(axes, NO_PULLS)
                continue
            if behind:
                past = led_away(every)
                scatter(axes, past[kind], past[behind], "o", "0.75", "measured", s=6)
            for n, marker, color, mine in by_value(rows, "n"):
                scatter(axes, mine[kind], mine[quantity], marker, color, f"{n:,}")
            logarithmic(axes, x=False, y=quantity != "overlap")
            style.few_ticks(axes)
        panels[0].set_ylabel(LABELS[quantity])
        if len(rows):
            legend(panels[1])
        return figure

    return draw


def third_order(tables: Tables) -> Figure:
    """Fig. 14: A_c by the energy to third order against ω_k, the measured one behind it in gray."""
    figure, panels = both_models(tables, "modes", OMEGA, LABELS["amplitude"])
    for axes, model, rows in panels:
        past = led_away(rows)
        scatter(axes, past["frequency"], past["amplitude"], "o", "0.75", "measured", s=6)
        for n, marker, color, mine in by_value(rows, "n"):
            scatter(axes, mine["frequency"], mine["expected"], marker, color, f"{n:,}")
        logarithmic(axes)
        arrow(axes, tables, model)
        legend(axes)
    return figure


GLASSES = 4
"""As many as the paper shows one by one."""


def glass_by_glass(tables: Tables) -> Figure:
    """Fig. 13: |Δr| and |ΔΦ| against ω_k of four harmonic glasses of the largest size that has as many."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    rows = led_away(of_model(tables, "modes", HARMONIC))
    counts = rows.groupby("n")["sample"].nunique() if len(rows) else pd.Series(dtype=int)
    enough = counts[counts >= min(GLASSES, counts.max() if len(counts) else GLASSES)]
    for axes, letter, name in zip(panels, "ab", ("distance", "size"), strict=True):
        axes.set(xlabel=OMEGA, ylabel=LABELS[name])
        axes.set_title(f"({letter})", loc="left", pad=3)
        if enough.empty:
            missing(axes, NO_PULLS)
            continue
        n = int(enough.index.max())
        mine = rows[rows["n"] == n]
        chosen = sorted(mine["sample"].unique())[:GLASSES]
        for sample, marker, color, mark in zip(chosen, style.MARKERS, style.CYCLE, "ABCD", strict=False):
            glass = mine[mine["sample"] == sample]
            y = glass["distance"] if name == "distance" else abs(glass["energy"])
            scatter(axes, glass["frequency"], y, marker, color, mark)
        logarithmic(axes)
        axes.legend(loc="best", title=f"$N={n:,}$", title_fontsize=7)
    return figure


def strain(tables: Tables) -> Figure:
    """Fig. S3: ω_k A_c, which is proportional to the strain of a wave, against ω_k."""
    figure, panels = both_models(tables, "modes", OMEGA, r"$\omega_k A_c$", only=led_away)
    for axes, model, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            scatter(axes, mine["frequency"], mine["frequency"] * mine["amplitude"], marker, color, f"{n:,}")
        logarithmic(axes)
        arrow(axes, tables, model)
        legend(axes)
    return figure


def barrier_ratio(tables: Tables) -> Figure:
    """Fig. S11: ΔΦ_barrier over ω_k² A_c² N/2 against A_c, with medians in decades of A_c."""
    figure, panels = both_models(
        tables, "modes", LABELS["amplitude"], r"$2\Delta\Phi_{\mathrm{barrier}}/(\omega_k^2A_c^2N)$", only=led_away
    )
    for axes, model, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            scatter(axes, mine["amplitude"], mine["harmonic"], marker, color, f"{n:,}")
        medians = of_model(tables, "barriers", model)
        if len(medians):
            middle = np.sqrt(medians["lower_amplitude"] * medians["upper_amplitude"])
            style.points(axes, middle, medians, "median", "s", style.BLUE, "median", ls="-", lw=0.6)
        axes.axhline(1.0, color="0.4", lw=0.6, ls=":")
        logarithmic(axes)
        legend(axes)
    return figure


def density_of_states(tables: Tables) -> Figure:
    """Fig. S1: g(ω)/ω² with the Debye level, ω_BP and the bands of plane waves."""
    figure, panels = both_models(tables, "spectra", r"$\omega$", r"$g(\omega)/\omega^2$", "no modes above the lowest")
    for axes, model, rows in panels:
        for n, marker, color, mine in by_value(rows, "n"):
            best = mine[mine["ensemble"] == mine.loc[mine["samples"].idxmax(), "ensemble"]]
            best = best[best["modes"] >= 1.0]
            style.points(axes, best["frequency"], best, "reduced", marker, color, f"{n:,}", ls="-", lw=0.6)
        bands = of_model(tables, "bands", model)
        if len(bands):
            largest = bands[bands["n"] == bands["n"].max()]
            level = float(largest["level"].iloc[0])
            axes.axhline(level, color="0.4", lw=0.8, ls="--", zorder=0.5, label="Debye")
            for name, color in (("transverse", style.ORANGE), ("longitudinal", style.SKY)):
                for place in largest.loc[largest["polarization"] == name, "frequency"]:
                    axes.axvline(place, ymax=0.06, color=color, lw=1.0)
        logarithmic(axes)
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * (high / low) ** 0.15)
        arrow(axes, tables, model)
        legend(axes)
    return figure
