"""Figures of 'Pinching a glass reveals key properties of its soft spots' (Rainone, Bouchbinder, Lerner; PNAS 2020)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps, ticker
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables

LADDER_MISSING = "no parent temperatures\nat this scale"


# --- Fig. 1 ------------------------------------------------------------------------------------------------------


def soft_spots(tables: Tables) -> Figure:
    """Fig. 1: soft spots of the poorly (upper) and the deeply annealed (lower) two-dimensional glass."""
    figure = style.figure(style.COLUMN, 15.6 * style.CENTIMETER)
    panels = figure.subplots(2, 1)
    rows = tables.group("summary", "blobs")
    spots = tables.group("softspots", "blobs")
    rows = rows[rows["temperature"].notna()].sort_values("temperature") if len(rows) else rows
    units = tables["units"].set_index("model") if len(tables["units"]) else pd.DataFrame()
    ends = tables.options.get("frequency_up_to", (np.inf, np.inf))
    for axes, place, end in zip(panels, (-1, 0), ends, strict=True):
        if rows.empty or spots.empty or (place == 0 and len(rows) < 2):
            axes.set_axis_off()
            style.say(axes, "no soft spots of this glass\nat this scale")
            continue
        row = rows.iloc[place]
        mine = spots[(spots["ensemble"] == row["ensemble"]) & (spots["status"] == "ok")]
        unit = units.loc[row["model"], "frequency"] if row["model"] in units.index else np.nan
        soft = mine[mine["frequency"] <= end * unit]
        _blobs(figure, axes, row, soft if len(soft) else mine, unit)
    return figure


def _blobs(figure: Figure, axes: Axes, row: pd.Series, spots: pd.DataFrame, unit: float) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal")
    length = row["length"] / row["spacing"]
    axes.set(xlim=(0, length), ylim=(0, length))
    doubt = "" if row["included"] else ", not in equilibrium"
    axes.set_title(rf"$T_p={row['temperature']:g}$, $N={int(row['n'])}${doubt}", pad=3)
    if spots.empty or not np.isfinite(unit):
        style.say(axes, "no soft spot converged" if spots.empty else "no unit of frequency\nat this scale")
        return
    one = spots[spots["sample"] == spots["sample"].min()]
    one = one.assign(frequency=one["frequency"] / unit).sort_values("frequency", ascending=False)
    place = one[["x", "y"]].to_numpy() / row["spacing"] % length
    core = one["core"].to_numpy() / row["spacing"]
    low, high = np.quantile(one["frequency"], [0.0, 0.98])
    norm = Normalize(low, high if high > low else low + 1.0)
    shifts = [np.array([i, j]) * length for i in (-1, 0, 1) for j in (-1, 0, 1)]
    offsets = np.concatenate([place + shift for shift in shifts])
    blobs = EllipseCollection(
        np.tile(core, 9),
        np.tile(core, 9),
        np.zeros(9 * len(core)),
        units="xy",
        offsets=offsets,
        offset_transform=axes.transData,
        array=np.tile(one["frequency"].to_numpy(), 9),
        cmap=colormaps["inferno"],
        norm=norm,
        edgecolors="black",
        linewidths=0.35,
        alpha=0.9,
    )
    axes.add_collection(blobs)
    bar = figure.colorbar(blobs, ax=axes, fraction=0.05, pad=0.025, aspect=24)
    bar.set_label(r"$\omega\ [c_\infty/a_0]$")
    bar.outline.set_linewidth(0.5)
    bar.locator = ticker.MaxNLocator(6)
    bar.update_ticks()
    _scale_bar(axes, length, length / np.sqrt(len(one)))


def _scale_bar(axes: Axes, length: float, distance: float) -> None:
    """A bar of the typical distance between soft spots, xi_s = (V / number)^{1/2}."""
    x, y = 0.05 * length, 0.06 * length
    box = dict(boxstyle="square,pad=0.15", facecolor="white", edgecolor="none", alpha=0.85)
    axes.text(
        x + 0.5 * distance, y + 0.02 * length, r"$\xi_s$", ha="center", va="bottom", fontsize=10, bbox=box, zorder=5
    )
    for width, color in ((3.2, "white"), (1.4, "black")):
        axes.errorbar(
            [x + 0.5 * distance],
            [y],
            xerr=[[0.5 * distance], [0.5 * distance]],
            color=color,
            lw=width,
            capsize=3,
            capthick=width,
            zorder=6,
        )


# --- Fig. 2 ------------------------------------------------------------------------------------------------------


def cumulative(tables: Tables) -> Figure:
    """Fig. 2: cumulative spectra for all parent temperatures with the w^5 law; inset: A_g."""
    figure = style.figure(style.COLUMN, 8.2 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(
        xscale="log",
        yscale="log",
        xlabel=style.OMEGA,
        ylabel=r"$\int_0^{\omega}\!\mathcal{D}(\omega^\prime)\,\mathrm{d}\omega^\prime$",
    )
    rows, curves = tables.ladder(), tables["cumulative"]
    if rows.empty or curves.empty:
        style.say(axes, LADDER_MISSING)
        return figure
    colors = style.shades(len(rows))
    drawn = []
    for (_, row), color, marker in zip(rows.iterrows(), colors, style.MARKERS * 4, strict=False):
        curve = curves[(curves["ensemble"] == row["ensemble"]) & (curves["group"] == row["group"])]
        if len(curve):
            axes.plot(
                curve["frequency"],
                curve["cumulative"],
                marker + "-",
                color=color,
                ms=2.2,
                mew=0,
                lw=0.6,
                label=f"{row['scaled_temperature']:.2f}",
            )
            _mark(axes, curve, row["first_phonon"], marker="|", ms=9, mew=1.2, color=style.ORANGE)
            _mark(axes, curve, row["window"], marker="o", ms=4.5, mew=0.8, mfc="none", color="black")
            drawn.append(curve)
    if not drawn:
        style.say(axes, LADDER_MISSING)
        return figure
    whole = pd.concat(drawn)
    low, high = whole["frequency"].min(), whole["frequency"].max()
    axes.set(
        xlim=(0.72 * max(low, high / 12.0), 2.3 * high),
        ylim=(0.4 * whole["cumulative"].min(), 150 * whole["cumulative"].max()),
    )
    style.log_ticks(axes)
    known = rows[rows["prefactor"] > 0]
    if len(known):
        level = known["prefactor"].max() / 5.0
        span = np.geomspace(0.32, 0.8, 9) * known["window"].max()
        style.guide(axes, span, (1.0, 3.0 * level), 5.0, r"$\sim\omega^5$", (-22, 3))
        _prefactor_inset(axes, known)
    axes.legend(title=PARENT_TITLE, loc="lower right", title_fontsize=7.5)
    return figure


def _mark(axes: Axes, curve: pd.DataFrame, frequency: float, **look) -> None:
    """A sign on a curve at a frequency within its range."""
    if curve["frequency"].min() <= frequency <= curve["frequency"].max():
        axes.plot(frequency, np.interp(frequency, curve["frequency"], curve["cumulative"]), zorder=4, **look)


PARENT_TITLE = style.PARENT


def _prefactor_inset(axes: Axes, known: pd.DataFrame) -> None:
    inset = axes.inset_axes([0.15, 0.665, 0.36, 0.315])
    inset.set_in_layout(False)
    inset.set_yscale("log")
    for (_, row), color in zip(known.iterrows(), style.shades(len(known)), strict=True):
        style.points(
            inset,
            [row["scaled_temperature"]],
            row.to_frame().T.astype({f"prefactor{end}": float for end in ("", "_low", "_high")}),
            "prefactor",
            color=color,
            mfc=color,
            ms=3.0,
        )
    inset.set_xlabel(style.PARENT, fontsize=7, labelpad=1)
    inset.set_ylabel(r"$A_g\ [(c_\infty/a_0)^{-5}]$", fontsize=7, labelpad=1)
    inset.tick_params(labelsize=6)
    style.few_ticks(inset, 4)


# --- Fig. 3 ------------------------------------------------------------------------------------------------------


def cutoffs(tables: Tables) -> Figure:
    """Fig. 3: D(w) of small glasses in three (left) and four (right) dimensions, first phonon band, cutoff."""
    figure = style.figure(style.COLUMN, 6.0 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    for axes, dimension in zip(panels, (3, 4), strict=True):
        axes.set(xscale="log", yscale="log", xlabel=style.OMEGA, title=f"{dimension}D")
        _spectra(axes, tables, f"spectra-{dimension}d")
    panels[0].set_ylabel(r"$\mathcal{D}(\omega)\ [a_0/c_\infty]$")
    return figure


def _spectra(axes: Axes, tables: Tables, group: str) -> None:
    curves, marks = tables.group("densities", group), tables.group("cutoffs", group)
    if curves.empty:
        style.say(axes, "too few modes\nat this scale")
        return
    sizes = sorted(curves["n"].unique())
    for size, color, marker in zip(
        sizes, (style.BLUE, style.GREEN, style.PURPLE, style.BLACK) * 3, style.MARKERS * 2, strict=False
    ):
        curve = curves[(curves["n"] == size) & (curves["density_of_states"] > 0)]
        style.points(
            axes,
            curve["frequency"],
            curve,
            "density_of_states",
            marker,
            color,
            rf"$N={size}$",
            mfc=color,
            ms=2.2,
            elinewidth=0.4,
            capsize=0,
        )
        mark = marks[marks["n"] == size]
        for _, row in mark.iterrows():
            axes.axvline(row["first_phonon"], color=style.ORANGE, lw=1.1, zorder=0.5)
            if np.isfinite(row["cutoff"]):
                axes.axvline(row["cutoff"], color=color, lw=0.8, ls=(0, (3, 2)), zorder=0.6)
    style.log_ticks(axes)
    first = curves[curves["density_of_states"] > 0]
    axes.set_ylim(0.2 * first["density_of_states"].min(), 60 * first["density_of_states"].max())
    center = np.sqrt(first["frequency"].min() * first["frequency"].max())
    near = first.iloc[(np.log(first["frequency"]) - np.log(center)).abs().argmin()]
    span = np.geomspace(first["frequency"].min(), 0.9 * marks["first_phonon"].min(), 9)
    style.guide(axes, span, (near["frequency"], 3.5 * near["density_of_states"]), 4.0, r"$\sim\omega^4$", (-24, 3))
    axes.legend(loc="upper left", fontsize=6.5, frameon=True, facecolor="white", edgecolor="none", framealpha=1.0)


# --- Figs. 4, 5, 6 -----------------------------------------------------------------------------------------------


def stiffening_and_depletion(tables: Tables) -> Figure:
    """Fig. 4: omega_g (left; inset G) and the number of soft spots (right) against the parent temperature."""
    figure = style.figure(style.COLUMN, 5.8 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    left.set(xlabel=style.PARENT, ylabel=r"$\omega_g\ [c_\infty/a_0]$")
    right.set(xlabel=style.PARENT, ylabel=r"$\mathcal{N}=A_g\,\omega_g^5$")
    rows = tables.ladder()
    pinched = rows[rows["omega_g"].notna()] if len(rows) else rows
    if pinched.empty:
        style.say(left, LADDER_MISSING)
        style.say(right, LADDER_MISSING)
        return figure
    style.points(left, pinched["scaled_temperature"], pinched, "omega_g", color=style.BLUE, ls="-", lw=0.6)
    low, high = pinched["omega_g_low"].min(), pinched["omega_g_high"].max()
    if np.isfinite(high - low):
        left.set_ylim(low - 0.12 * (high - low), high + 0.45 * (high - low))
    style.few_ticks(left)
    _modulus_inset(left, rows)
    counted = rows[rows["number"] > 0]
    if counted.empty:
        style.say(right, "no soft modes\nat this scale")
        return figure
    right.set_yscale("log")
    style.points(right, counted["scaled_temperature"], counted, "number", "s", style.VERMILION, ls="-", lw=0.6)
    style.few_ticks(right)
    return figure


def _modulus_inset(axes: Axes, rows: pd.DataFrame) -> None:
    inset = axes.inset_axes([0.5, 0.57, 0.47, 0.4])
    inset.set_in_layout(False)
    style.points(inset, rows["scaled_temperature"], rows, "shear", "^", style.GREEN, ls="-", lw=0.5, ms=2.6)
    inset.set_xlabel(style.PARENT, fontsize=6, labelpad=0.5)
    inset.set_ylabel(r"$G\ [\varepsilon/\lambda^3]$", fontsize=6.5, labelpad=1)
    inset.tick_params(labelsize=5.5, pad=1.5)
    style.few_ticks(inset, 3, 3)


def boltzmann(tables: Tables) -> Figure:
    """Fig. 5: ln N against 1/T_p with the fitted line and E_QLM."""
    figure = style.figure(style.COLUMN, 6.4 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=r"$T_{\mathrm{onset}}/T_p$", ylabel=r"$\mathcal{N}$", yscale="log")
    rows = tables.ladder()
    rows = rows[rows["number"] > 0] if len(rows) else rows
    if rows.empty:
        style.say(axes, LADDER_MISSING)
        return figure
    x = 1.0 / rows["scaled_temperature"]
    fits = tables["boltzmann"]
    fits = fits[(fits["group"] == rows.iloc[0]["group"]) & fits["chosen"].astype(bool)] if len(fits) else fits
    used = pd.Series(False, index=rows.index)
    if len(fits):
        fit = fits.iloc[0]
        used = rows["scaled_temperature"].between(fit["coldest"] * 0.999, fit["hottest"] * 1.001)
        span = np.array([1.0 / fit["hottest"], 1.0 / fit["coldest"]])
        axes.plot(span, np.exp(fit["intercept"] - fit["energy"] * span), color=style.VERMILION, lw=1.1, zorder=1)
        wide = np.array([x.min(), x.max()])
        axes.plot(
            wide, np.exp(fit["intercept"] - fit["energy"] * wide), color=style.VERMILION, lw=0.7, ls=":", zorder=0.9
        )
        more, less = fit["energy_high"] - fit["energy"], fit["energy"] - fit["energy_low"]
        text = rf"$E_{{\mathrm{{QLM}}}}={fit['energy']:.2f}^{{+{more:.2f}}}_{{-{less:.2f}}}\;k_BT_{{\mathrm{{onset}}}}$"
        text += (
            "\n"
            + rf"fitted: $T_p/T_{{\mathrm{{onset}}}}={fit['coldest']:.2f}$ to ${fit['hottest']:.2f}$"
            + "\n"
            + rf"paper: ${tables.options['energy']:g}\;k_BT_{{\mathrm{{onset}}}}$"
        )
        axes.text(0.05, 0.06, text, transform=axes.transAxes, va="bottom", fontsize=8, linespacing=1.5)
        low, high = rows["number_low"], rows["number_high"]
        axes.set_ylim(*_around(low.where(low > 0, rows["number"]), high.fillna(rows["number"])))
    else:
        style.say(axes, "fewer than three temperatures: no fit")
    for chosen, fill in ((used, style.BLUE), (~used, "white")):
        if chosen.any():
            style.points(axes, x[chosen], rows[chosen], "number", color=style.BLUE, mfc=fill, ms=4.2)
    style.few_ticks(axes)
    return figure


def _around(low: pd.Series, high: pd.Series) -> tuple[float, float]:
    return 0.5 * float(low[low > 0].min()), 2.0 * float(high.max())


LENGTH_STYLES = {
    "xi_g": (r"$\xi_g=2\pi c_s/\omega_g$", "o", style.BLUE),
    "xi_co": (r"$\xi_{\mathrm{co}}$", "s", style.VERMILION),
    "xi_qlm": (r"$\xi_{\mathrm{QLM}}$", "^", style.GREEN),
}


def lengths(tables: Tables) -> Figure:
    """Fig. 6: the pinching length, the crossover length and the core size against the parent temperature."""
    figure = style.figure(style.COLUMN, 6.4 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=style.PARENT, ylabel=r"$\xi\ [a_0]$")
    rows = tables["lengths"]
    rows = rows[rows["dimension"] == 3] if len(rows) else rows
    if rows.empty:
        style.say(axes, LADDER_MISSING)
        return figure
    missing = []
    for kind, (label, marker, color) in LENGTH_STYLES.items():
        mine = rows[rows["kind"] == kind].sort_values("temperature")
        if mine.empty:
            missing.append(label)
            continue
        style.points(axes, mine["scaled_temperature"], mine, "value", marker, color, label, ls="-", lw=0.6, ms=4.2)
    if missing:
        axes.text(
            0.97,
            0.05,
            "not measured at this scale: " + ", ".join(missing),
            transform=axes.transAxes,
            ha="right",
            fontsize=7,
            color="0.35",
        )
    top = np.nanmax(np.append(rows["value"], rows.loc[rows["samples"] > 5, "value_high"]))
    axes.set_ylim(0.0, 1.28 * top)
    axes.legend(loc="upper left", ncols=3, columnspacing=1.2, fontsize=8)
    style.few_ticks(axes)
    return figure


# --- supplementary -----------------------------------------------------------------------------------------------


def prefactor_windows(tables: Tables) -> Figure:
    """Fig. S1: N = A_g omega_g^5 and the exponent of the cumulative against the window's end, for all sizes."""
    figure = style.figure(style.COLUMN, 10.4 * style.CENTIMETER)
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.set(yscale="log", ylabel=r"$\mathcal{N}=A_g\,\omega_g^5$")
    lower.set(xlabel=r"window $\omega_{\max}/\omega_g$", ylabel="exponent of the cumulative")
    rows, windows = tables.ladder(), tables["prefactor_windows"]
    if rows.empty or windows.empty:
        for axes in (upper, lower):
            style.say(axes, LADDER_MISSING)
        return figure
    for (_, row), color in zip(rows.iterrows(), style.shades(len(rows)), strict=True):
        same = windows[(windows["model"] == row["model"]) & (windows["temperature"] == row["temperature"])]
        for (group, ensemble), mine in same.groupby(["group", "ensemble"]):
            main = (group, ensemble) == (row["group"], row["ensemble"])
            label = f"{row['scaled_temperature']:.2f}" if main else None
            _against_window((upper, lower), mine.sort_values("relative"), color, main, label)
    lower.axhline(5.0, color="0.3", lw=0.7, ls="--")
    lower.set_ylim(2.0, 10.0)
    chosen = windows[windows["chosen"].astype(bool)]
    for axes in (upper, lower):
        axes.axvline(chosen["relative"].iloc[0] if len(chosen) else np.nan, color="0.3", lw=0.7, zorder=0.5)
    upper.legend(title=PARENT_TITLE, ncols=4, loc="upper left", columnspacing=0.8)
    bottom, top = upper.get_ylim()
    upper.set_ylim(bottom, top * (top / bottom) ** 0.35)
    return figure


def _against_window(panels: tuple[Axes, Axes], mine: pd.DataFrame, color: tuple, main: bool, label: str | None) -> None:
    """One ensemble's N and exponent: the ladder's as a line with its band, other sizes as a thin dashed line; open
    where the window reaches into the first phonon band."""
    edge = float(mine["band_edge"].iloc[0])
    for axes, name in zip(panels, ("number", "exponent"), strict=True):
        look = dict(lw=1.0) if main else dict(lw=0.5, ls="--")
        axes.plot(mine["relative"], mine[name], color=color, label=label, **look)
        label = None
        if main:
            low, high = mine[f"{name}_low"], mine[f"{name}_high"]
            axes.fill_between(mine["relative"], low, high, color=color, alpha=0.16, lw=0)
            beyond = mine[mine["relative"] > edge]
            axes.plot(beyond["relative"], beyond[name], "o", color=color, mfc="white", ms=2.6, mew=0.6)


def slope_ranges(tables: Tables) -> Figure:
    """Fig. S2: E_QLM against the hottest temperature of the fitted range."""
    figure = style.figure(style.COLUMN, 6.0 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=r"hottest fitted $T_p/T_{\mathrm{onset}}$", ylabel=r"$E_{\mathrm{QLM}}\ [k_BT_{\mathrm{onset}}]$")
    fits, rows = tables["boltzmann"], tables.ladder()
    fits = fits[fits["group"] == rows.iloc[0]["group"]] if len(fits) and len(rows) else fits.iloc[:0]
    if fits.empty:
        style.say(axes, "fewer than three temperatures: no fit")
        return figure
    starts = sorted(fits["coldest"].unique())[:3]
    for start, color, marker in zip(starts, style.CYCLE, style.MARKERS, strict=False):
        mine = fits[fits["coldest"] == start].sort_values("hottest")
        shift = 0.006 * starts.index(start)
        style.points(axes, mine["hottest"] + shift, mine, "energy", marker, color, f"{start:.2f}", ls="-", lw=0.5)
        good = mine[mine["p_value"] >= 0.05]
        axes.plot(good["hottest"] + shift, good["energy"], marker, color=color, ms=3.6, zorder=4)
    axes.axhline(tables.options["energy"], color="0.3", lw=0.7, ls="--")
    axes.set_ylim(0.0, min(8.0, 1.25 * fits["energy_high"].fillna(8.0).max()))
    axes.text(
        0.97, 0.95, "filled: a line passes (p ≥ 0.05)", transform=axes.transAxes, ha="right", va="top", fontsize=7
    )
    axes.legend(loc="lower left", title=r"coldest $T_p/T_{\mathrm{onset}}$")
    style.few_ticks(axes)
    return figure


CORE_STYLES = {
    "xi_qlm": ("modes in the window", "^", style.GREEN),
    "xi_softest": ("softest mode", "s", style.VERMILION),
    "xi_response": ("responses to pinches", "D", style.PURPLE),
    "xi_spots": ("softest soft spot", "v", style.SKY),
}


def cores(tables: Tables) -> Figure:
    """Fig. S5: candidates for the core size over xi_g, against the parent temperature."""
    figure = style.figure(style.COLUMN, 6.4 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(xlabel=style.PARENT, ylabel=r"$\xi/\xi_g$ over its value at the highest $T_p$")
    rows = tables["lengths"]
    rows = rows[rows["dimension"] == 3] if len(rows) else rows
    known = rows[rows["kind"] == "xi_g"].set_index("temperature")["value"] if len(rows) else pd.Series(dtype=float)
    if len(known) < 2:
        style.say(axes, LADDER_MISSING)
        return figure
    axes.axhline(1.0, color=style.BLUE, lw=0.9, label=r"$\propto\xi_g$")
    for kind, (label, marker, color) in CORE_STYLES.items():
        mine = rows[(rows["kind"] == kind) & rows["temperature"].isin(known.index)].sort_values("temperature")
        if len(mine) < 2:
            continue
        ratio = mine[["value", "value_low", "value_high"]].div(known[mine["temperature"]].to_numpy(), axis=0)
        style.points(
            axes, mine["scaled_temperature"], ratio / ratio["value"].iloc[-1], "value", marker, color, label,
            ls="-", lw=0.6, ms=3.8,
        )  # fmt: skip
    scaled = rows[rows["kind"] == "xi_g"].sort_values("temperature")
    axes.plot(
        scaled["scaled_temperature"], scaled["value"].iloc[-1] / scaled["value"], color="0.5", lw=0.8, ls="--",
        label="a constant length",
    )  # fmt: skip
    axes.legend(loc="best", fontsize=7)
    style.few_ticks(axes)
    return figure


def decay(tables: Tables) -> Figure:
    """Fig. S3: flattened response to a pinch against distance, with the crossover length."""
    figure = style.figure(style.COLUMN, 6.4 * style.CENTIMETER)
    axes = figure.subplots()
    axes.set(
        xscale="log",
        yscale="log",
        xlabel=r"$r/a_0$",
        ylabel=r"$(r/a_0)^{2(d-1)}\,\mathrm{med}\,|u|^2$  (far level = 1)",
    )
    curves, summary = tables["responses"], tables["summary"]
    if curves.empty:
        style.say(axes, "no responses measured\nat this scale")
        return figure
    names = curves.sort_values("temperature")["ensemble"].unique()
    for name, color, marker in zip(names, style.shades(len(names)), style.MARKERS * 4, strict=False):
        mine = curves[curves["ensemble"] == name].sort_values("distance")
        row = summary[summary["ensemble"] == name].iloc[0]
        far = mine[mine["distance"].between(0.55 * mine["half_box"], 0.8 * mine["half_box"])]["flattened"].median()
        scaled = mine[["flattened", "flattened_low", "flattened_high"]] / far
        style.points(
            axes,
            mine["distance"],
            scaled,
            "flattened",
            marker,
            color,
            f"{row['scaled_temperature']:.2f}",
            ms=2.6,
            mfc=color,
            ls="-",
            lw=0.5,
        )
        if np.isfinite(row["xi_co"]):
            axes.axvline(row["xi_co"], color=color, lw=0.8, ls="--")
    axes.axhline(1.0, color="0.4", lw=0.6)
    style.log_ticks(axes)
    axes.legend(title=PARENT_TITLE, loc="lower right")
    return figure


def evidence(tables: Tables) -> Figure:
    """Fig. S4: evidence of equilibrium, the relaxation times spent and the agreement of starts from above and below."""
    figure = style.figure(style.COLUMN, 11.0 * style.CENTIMETER)
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.set(ylabel="overlap relaxation times\nbefore (filled), between (open)", yscale="log")
    lower.set(xlabel=r"$T_p\ [\varepsilon/k_B]$", ylabel="standard errors: above $-$\nbelow (filled), drift (open)")
    rows = tables["equilibrium"]
    if rows.empty:
        for axes in (upper, lower):
            style.say(axes, "no evidence measured\nat this scale")
        return figure
    for group, color, marker in zip(dict.fromkeys(rows["group"]), style.CYCLE * 3, style.MARKERS * 2, strict=False):
        mine = rows[rows["group"] == group].sort_values("temperature")
        upper.plot(mine["temperature"], mine["before_ratio"], marker + "-", color=color, label=group)
        upper.plot(mine["temperature"], mine["between_ratio"], marker + ":", color=color, mfc="white")
        lower.plot(mine["temperature"], mine["agreement_z"].abs(), marker + "-", color=color)
        lower.plot(
            mine["temperature"], (mine["drift"] / mine["drift_error"]).abs(), marker + ":", color=color, mfc="white"
        )
        failed = mine[~mine["passed"].astype(bool)]
        for axes, column in ((upper, failed["before_ratio"]), (lower, failed["agreement_z"].abs())):
            axes.plot(failed["temperature"], column, "x", color="black", ms=7, mew=1.2, zorder=5)
    upper.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    upper.yaxis.set_minor_formatter(ticker.NullFormatter())
    lower.set_ylim(bottom=0.0)
    upper.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


FIGURES = {
    "1": soft_spots,
    "2": cumulative,
    "3": cutoffs,
    "4": stiffening_and_depletion,
    "5": boltzmann,
    "6": lengths,
    "S1": prefactor_windows,
    "S2": slope_ranges,
    "S3": decay,
    "S4": evidence,
    "S5": cores,
}
