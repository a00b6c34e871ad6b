"""Dynamics of the liquids and what is compared by it (Fig. 18), and the evidence of equilibrium (Figs. S1, S3)."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.figures.groups import LOOKS, curves, legend, mark_plateau, rows_of

TIME = r"$t\ [\lambda(m/\varepsilon)^{1/2}]$"
DEPTH = r"$\tau\ [a_0(m/T)^{1/2}]$"


def stresses(tables: Tables) -> Figure:
    """Fig. 18: c(t) of the four r_c, circles at the relaxation time τ."""
    figure = style.figure(style.WIDE, 12.0 * style.CENTIMETER)
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    frame = tables["stress_curves"]
    for axes, group, letter in zip(panels.flat, STICKY, "abcd", strict=True):
        style.letter(axes, f"({letter}) {LOOKS[group].label}", (0.03, 0.2))
        rows = rows_of(frame, group, "correlation", by="time")
        temperatures = sorted(rows["temperature"].unique()) if len(rows) else []
        if not temperatures:
            style.say(axes, "no stress autocorrelations\nat this scale")
            continue
        for temperature, color in zip(temperatures, style.shades(len(temperatures)), strict=True):
            mine = rows[(rows["temperature"] == temperature) & (rows["time"] > 0)]
            axes.plot(mine["time"], mine["correlation"], color=color, lw=0.9, label=f"{temperature:g}")
            axes.fill_between(
                mine["time"], mine["correlation_low"], mine["correlation_high"], color=color, alpha=0.2, lw=0
            )
            time = rows_of(tables["dynamics"], group, "stress_time")
            time = time[time["temperature"] == temperature]["stress_time"]
            if len(time):
                level = np.interp(time.iloc[0], mine["time"], mine["correlation"])
                axes.plot(time.iloc[0], level, "o", mfc="white", mec=color, ms=3.4, mew=0.8, zorder=4)
        axes.axhline(0.0, color="0.6", lw=0.5)
        level = rows_of(tables["dynamics"], group, "stress_plateau")["stress_plateau"] / np.e
        axes.axhline(level.iloc[0] if len(level) else np.nan, color="0.6", lw=0.5, ls="--")
        legend(axes, title="$T_p$", loc="upper right", ncols=2, columnspacing=0.8)
    panels[0, 0].set(xscale="log")
    top = [rows_of(frame, group, "correlation", by="time") for group in STICKY]
    levels = [rows.loc[rows["time"].between(0.2, 0.5), "correlation"].max() for rows in top if len(rows)]
    if levels:
        panels[0, 0].set_ylim(-0.08 * max(levels), 1.25 * max(levels))
    for axes in panels[1]:
        axes.set_xlabel(TIME)
    for axes in panels[:, 0]:
        axes.set_ylabel(r"$c(t)\ [\varepsilon/\lambda^3]$")
    return figure


def evidence(tables: Tables) -> Figure:
    """Fig. S1: relaxation times against declared ones, c(0) over ⟨U_γγ⟩/V, starts from above and below."""
    figure = style.figure(style.COLUMN, 13.5 * style.CENTIMETER)
    panels = figure.subplots(3, 1, sharex=True)
    panels[0].set(ylabel="relaxation time over declared:\noverlap (filled), stress (open)", xscale="log", yscale="log")
    style.log_ticks(panels[0], "y")
    panels[1].set(ylabel=r"$c(0)\,V/\langle U_{\gamma\gamma}\rangle$")
    panels[2].set(xlabel=r"declared relaxation time $[\lambda(m/\varepsilon)^{1/2}]$")
    panels[2].set(ylabel="standard errors: above $-$ below\n(filled), drift (open), $c(0)$ (line)")
    frame = tables["dynamics"]
    drawn = frame[np.isfinite(frame["declared_time"])] if len(frame) else frame
    if drawn.empty:
        for axes in panels:
            style.say(axes, "no evidence measured\nat this scale")
        return figure
    for axes in panels[:2]:
        axes.axhline(1.0, color="0.6", lw=0.6)
    for group in [name for name in LOOKS if name in set(drawn["group"])]:
        mine, look = drawn[drawn["group"] == group].sort_values("declared_time"), LOOKS[group]
        x = mine["declared_time"]
        panels[0].plot(x, mine["overlap_time"] / x, look.marker + "-", color=look.color, lw=0.6, label=look.label)
        panels[0].plot(x, mine["stress_time"] / x, look.marker, mfc="white", mec=look.color)
        style.points(panels[1], x, mine, "zero_ratio", look.marker, look.color, ls="-", lw=0.5)
        panels[2].plot(x, mine["agreement_z"], look.marker, color=look.color)
        panels[2].plot(x, mine["drift_z"], look.marker, mfc="white", mec=look.color)
        panels[2].plot(x, mine["zero_z"], color=look.color, lw=0.6)
        out = mine[~mine["included"].astype(bool)]
        for axes, name in zip(panels, ("overlap_time", "zero_ratio", "agreement_z"), strict=True):
            y = out[name] / out["declared_time"] if axes is panels[0] else out[name]
            axes.plot(out["declared_time"], y, "x", color="black", ms=7, mew=1.1, zorder=5)
    style.log_ticks(panels[0])
    panels[2].axhspan(-2, 2, color="0.92", zorder=0)
    legend(panels[0], ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


ROWS = (("scaled_energy", r"$[u-u(T_{\mathrm{co}})]/T_{\mathrm{co}}$"), ("shear_ratio", r"$G/G_\infty$"),
        ("omega_reduced_ratio", r"$(\omega_g/\omega_0)/(\omega_g/\omega_0)_\infty$"))  # fmt: skip


def equal_depth(tables: Tables) -> Figure:
    """Fig. S3: energy, shear modulus and pinching frequency against the relaxation time of the parent liquids."""
    figure = style.figure(style.COLUMN, 14.0 * style.CENTIMETER)
    panels = figure.subplots(3, 1, sharex=True)
    scaled, times = tables["scaled"], tables["dynamics"]
    frame = scaled
    if len(scaled) and len(times):
        place = ["group", "ensemble"]
        frame = scaled.merge(times[[*place, "stress_time_reduced", "included"]], on=place)
    for axes, (name, label) in zip(panels, ROWS, strict=True):
        axes.set(ylabel=label, xscale="log")
        if frame is scaled or not np.isfinite(frame[name]).any():
            style.say(axes, "not measured\nat this scale")
            continue
        mark_plateau(axes) if name.endswith("_ratio") else None
        curves(axes, frame, "stress_time_reduced", name, list(STICKY))
        style.log_ticks(axes)
        style.few_ticks(axes)
    panels[-1].set_xlabel(DEPTH)
    legend(panels[0], loc="best")
    return figure
