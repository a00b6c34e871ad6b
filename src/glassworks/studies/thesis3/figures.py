"""The chapter's figures, by the numbers that it has for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, arrows, style
from glassworks.figures.panels import MANY, by_value, lettered, logarithmic, missing, of
from glassworks.statistics.spectra import LAW
from glassworks.studies.thesis3 import NAMES
from glassworks.studies.thesis3.analysis.annealing import PARENTS

LABELS = {
    "omega4": r"$\omega_4/\omega_0$", "omega3": r"$\omega_3/\omega_0$", "gap": r"$(\omega_4^2-\omega_2^2)/\omega_4^2$",
    "missing": r"$1-|\pi_4\cdot\psi|$", "chi4": r"$\chi_4$", "localized4": r"$Ne_4$",
    "rise": r"$(\omega_3^2-\omega_4^2)/\omega_4^2$",
    "asymmetry": r"$|\tau_3/\tau_4|$", "hardening": r"$\chi_3/\chi_4$", "cubic_missing": r"$1-|\pi_3\cdot\pi_4|$",
    "contraction": r"$|U_4{:}\cdot\pi_4\pi_4\pi_4|/\chi_4$", "nu3": r"$|\nu_3|$", "chi3": r"$\chi_3$",
    "squares3": r"$\tau_3^2$", "squares4": r"$\tau_4^2$", "well3": r"$\kappa_3\chi_3$", "well4": r"$\kappa_4\chi_4$",
}  # fmt: skip
TWO, THREE = "ipl-2d", "ipl-3d"
HEIGHT = 6.4 * style.CENTIMETER


def _guide(axes: Axes, rows: pd.DataFrame, slope: float, label: str) -> None:
    """A line of some slope through the middle of the medians."""
    x = np.geomspace(rows["place"].min(), rows["place"].max(), 9)
    middle = np.exp(np.log(rows["place"]).mean()), np.exp(np.log(rows["median"]).mean())
    axes.plot(x, 0.6 * middle[1] * (x / middle[0]) ** slope, color="0.2", lw=0.8, ls="--", label=label)


def _trend(axes: Axes, rows: pd.DataFrame, x: str, y: str, slope: float | None, label: str = "", by: str = "n") -> None:
    """Running medians, a line for each size or parent temperature."""
    axes.set(xlabel=LABELS[x], ylabel=LABELS[y])
    if rows.empty:
        missing(axes)
        return
    for value, marker, color, mine in by_value(rows, by):
        mine = mine.sort_values("place")
        name = f"{value:,}" if by == "n" else f"{value:g}"
        style.points(axes, mine["place"], mine, "median", marker, color, name, ls="-", lw=0.5)
    if slope is not None:
        _guide(axes, rows, slope, label)
    logarithmic(axes)
    axes.legend(loc="best", title="$N$" if by == "n" else "$T_p$", title_fontsize=7, handletextpad=0.3)


def blind(tables: Tables) -> Figure:
    """Fig. 3.2: χ_4 against N e_4 of all preparations, with slope −1."""
    figure = style.figure(style.COLUMN, HEIGHT)
    axes = figure.subplots()
    rows = of(tables["trends"], y="chi4", x="localized4")
    axes.set(xlabel=LABELS["localized4"], ylabel=LABELS["chi4"])
    if rows.empty:
        missing(axes)
        return figure
    every = list(dict.fromkeys(zip(rows["model"], rows["temperature"].fillna(-1.0), rows["n"], strict=True)))
    for (model, temperature, n), marker, color in zip(every, style.MARKERS * 4, style.shades(len(every)), strict=False):
        mine = rows[(rows["model"] == model) & (rows["n"] == n) & (rows["temperature"].fillna(-1.0) == temperature)]
        point = f", $T_p={temperature:g}$" if model == "poly-3d" else ""
        style.points(axes, mine["place"], mine, "median", marker, color, f"{NAMES[model]}, {n:,}{point}")
    _guide(axes, rows[rows["model"] == rows["model"].iloc[0]], -1.0, "$-1$")
    logarithmic(axes)
    axes.legend(loc="best", fontsize=5.5)
    return figure


def beside(tables: Tables) -> Figure:
    """Fig. 3.4: N e against ω, harmonic and quartic modes of the ensemble of most glasses, with the first wave."""
    figure, panels = lettered(2)
    for axes, model in zip(panels, (THREE, TWO), strict=True):
        rows = of(tables["softest_modes"], model=model)
        axes.set(xlabel=r"$\omega/\omega_0$", ylabel=r"$Ne$")
        if rows.empty:
            missing(axes)
            continue
        mine = rows[rows["ensemble"] == rows["ensemble"].value_counts().index[0]]
        n = mine["n"].iloc[0]
        for k, color, name in ((2, style.VERMILION, "harmonic"), (4, style.BLUE, "quartic")):
            axes.scatter(
                mine[f"omega{k}"], n * mine[f"e{k}"], s=4, color=color, alpha=0.6, lw=0, label=name,
                rasterized=len(mine) > MANY,
            )  # fmt: skip
        axes.axvline(mine["band"].iloc[0], color="0.4", lw=0.7, ls=":")
        logarithmic(axes)
        axes.legend(loc="best", title=f"{NAMES[model]}, $N={n:,}$", title_fontsize=7)
    return figure


def hybridization(tables: Tables) -> Figure:
    """Fig. 3.5: what harmonic modes lose to waves and to one another, and how that grows with the box."""
    figure, panels = lettered(4, 2)
    for row, model in zip((panels[:4], panels[4:]), (THREE, TWO), strict=True):
        for axes, y, slope in ((row[0], "gap", 2.0), (row[1], "missing", 4.0)):
            rows = of(tables["trends"], model=model, y=y, x="omega4", apart=True)
            _trend(axes, rows, "omega4", y, slope, rf"$\omega_4^{slope:.0f}$")
        for axes, y, waves in ((row[2], "gap", 2.0), (row[3], "missing", 4.0)):
            _prefactors(axes, tables, model, y, waves)
    return figure


def _prefactors(axes: Axes, tables: Tables, model: str, y: str, waves: float) -> None:
    """Prefactors against the box, with the power that waves make of them in two dimensions."""
    rows, found = of(tables["prefactors"], model=model, y=y), of(tables["sizes"], model=model, y=y)
    name = {"gap": "f", "missing": "g"}[y]
    axes.set(xlabel=r"$L/a_0$", ylabel=f"${name}(L)$")
    if rows.empty:
        missing(axes)
        return
    place = ["protocol", "temperature", "rate"]
    groups = (mine for _, mine in rows.groupby(place, dropna=False))
    for mine, marker, color in zip(groups, style.MARKERS, style.CYCLE, strict=False):
        told = found.merge(mine[place].iloc[:1], on=place) if len(found) else found
        rate = float(mine["rate"].iloc[0])
        label = [f"rate {rate:g}"] if np.isfinite(rate) else []
        label += [rf"$\propto L^{{{told['exponent'].iloc[0]:.1f}}}$"] if len(told) else []
        style.points(axes, mine["edge"], mine, "prefactor", marker, color, ", ".join(label) or "one size")
    x = np.array([0.9 * rows["edge"].min(), 1.1 * rows["edge"].max()])
    middle = np.exp(np.log(rows["edge"]).mean()), np.exp(np.log(rows["prefactor"]).mean())
    axes.plot(x, middle[1] * (x / middle[0]) ** waves, color="0.2", lw=0.8, ls="--", label=rf"$\propto L^{waves:.0f}$")
    logarithmic(axes)
    axes.legend(loc="best", fontsize=6)


def _cells(axes: Axes, tables: Tables, y: str, x: str, up: bool) -> None:
    rows = of(tables["pairs"], y=y, x=x)
    axes.set(xlabel=LABELS[x], ylabel=LABELS[y])
    if rows.empty:
        missing(axes)
        return
    xs, ys = (np.unique(np.concatenate([rows[f"{name}_lower"], rows[f"{name}_upper"]])) for name in "xy")
    counts = np.full((len(ys) - 1, len(xs) - 1), np.nan)
    place = np.searchsorted(ys, rows["y_lower"]), np.searchsorted(xs, rows["x_lower"])
    counts[place] = rows["count"]
    axes.pcolormesh(xs, ys, counts, cmap="viridis", rasterized=True)
    logarithmic(axes, y=up)


def cubic_beside_quartic(tables: Tables) -> Figure:
    """Fig. 3.7: two-dimensional histograms of cubic beside quartic modes."""
    figure, panels = lettered(3)
    for axes, (y, x, up) in zip(
        panels,
        (("rise", "omega4", False), ("asymmetry", "cubic_missing", True), ("hardening", "cubic_missing", True)),
        strict=True,
    ):
        _cells(axes, tables, y, x, up)
    if len(tables["pairs"]):
        panels[0].axhline(0.5, color=style.VERMILION, lw=0.7, ls=":")
    return figure


def wells(tables: Tables) -> Figure:
    """Fig. 3.8: τ_3² against κ_3χ_3 by parent temperature, with τ² = 3κχ, above which a second well is
    lower, and τ² = 8κχ/3, below which there is none (Fig. 1.15)."""
    figure = style.figure(style.COLUMN, HEIGHT)
    axes = figure.subplots()
    rows = of(tables["softest_modes"], model="poly-3d")
    axes.set(xlabel=LABELS["well3"], ylabel=LABELS["squares3"])
    if rows.empty:
        missing(axes, "no polydisperse glasses\nat this scale")
        return figure
    rows = rows[rows["n"] == rows["n"].max()]
    parents = rows.groupby("temperature", sort=True)
    colors = (style.BLUE, style.GREEN, style.VERMILION)[-parents.ngroups :]  # red is the hottest
    for (temperature, mine), color in zip(parents, colors, strict=False):
        axes.scatter(
            mine["well3"], mine["squares3"], s=4, color=color, alpha=0.6, lw=0, label=f"{temperature:g}",
            rasterized=len(mine) > MANY,
        )  # fmt: skip
    x = np.geomspace(rows["well3"].min(), rows["well3"].max(), 9)
    axes.plot(x, 3.0 * x, color="0.2", lw=0.8, label=r"$\tau^2=3\kappa\chi$")
    axes.plot(x, 8.0 / 3.0 * x, color="0.2", lw=0.8, ls="-.", label=r"$\tau^2=\frac{8}{3}\kappa\chi$")
    logarithmic(axes)
    axes.legend(loc="best", title="$T_p$", title_fontsize=7)
    return figure


def scalings(tables: Tables) -> Figure:
    """Fig. 3.9: how contraction, ν_3, χ_3, τ_3² , τ_4² and χ_4 depend on frequency."""
    figure, panels = lettered(3, 2)
    _cells(panels[0], tables, "contraction", "omega4", True)
    for axes, y in ((panels[1], "nu3"), (panels[2], "chi3")):
        _trend(axes, of(tables["trends"], model=THREE, y=y, x="omega3"), "omega3", y, None)
    axes = panels[3]
    rows = of(tables["trends"], y="squares3", x="well3")
    axes.set(xlabel=LABELS["well3"], ylabel=LABELS["squares3"])
    if rows.empty:
        missing(axes)
    else:
        for model, marker, color in zip(dict.fromkeys(rows["model"]), style.MARKERS, style.CYCLE, strict=False):
            mine = rows[rows["model"] == model].sort_values("place")
            style.points(axes, mine["place"], mine, "median", marker, color, NAMES[model])
        _guide(axes, rows[rows["model"] == rows["model"].iloc[0]], 1.0, "slope 1")
        logarithmic(axes)
        axes.legend(loc="best")
    _cells(panels[4], tables, "squares4", "well4", True)
    _cells(panels[5], tables, "chi4", "omega4", True)
    return figure


def under_strain(tables: Tables) -> Figure:
    """Fig. S1: dκ/dγ over −τν/κ of cubic modes, which is one where they are soft."""
    figure = style.figure(style.COLUMN, HEIGHT)
    axes = figure.subplots()
    rows = tables["strained"]
    axes.set(xlabel=LABELS["omega3"], ylabel=r"$-(\mathrm{d}\kappa/\mathrm{d}\gamma)\,\kappa/(\tau\nu)$")
    if rows.empty:
        missing(axes, "no strained glasses\nat this scale")
        return figure
    for n, marker, color, mine in by_value(rows, "n"):
        axes.scatter(
            mine["omega3"], mine["ratio"], marker=marker, s=9, facecolors="none", edgecolors=[color], label=f"{n:,}"
        )
    axes.axhline(1.0, color="0.4", lw=0.6, ls=":")
    axes.set_ylim(*np.clip(np.quantile(rows["ratio"], [0.02, 0.98]), -3.0, 5.0) + np.array([-0.2, 0.2]))
    axes.legend(loc="best", title="$N$", title_fontsize=7)
    return figure


def decays(tables: Tables) -> Figure:
    """Fig. S2: median |z_i|² against distance of harmonic, quartic and cubic modes and of the contraction of U_4."""
    figure, panels = lettered(3)
    for axes, (model, d) in zip(panels, (("ipl-2d", 2), ("ipl-3d", 3), ("ipl-4d", 4)), strict=True):
        rows = of(tables["decays"], model=model)
        axes.set(xlabel=r"$r/a_0$", ylabel=r"median $|z_i|^2$")
        if rows.empty:
            missing(axes)
            continue
        mine = rows[rows["n"] == rows["n"].max()]
        names = ("harmonic", "quartic", "cubic", r"$U_4{:}\cdot\pi\pi\pi$")
        for field, marker, color in zip(range(4), style.MARKERS, style.CYCLE, strict=False):
            one = mine[mine["field"] == field].sort_values("distance")
            style.points(axes, one["distance"], one, "square", marker, color, names[field], ls="-", lw=0.5)
        quartic = mine[(mine["field"] == 1) & (mine["distance"] > 2.0)].sort_values("distance")
        if len(quartic) > 2:
            x = quartic["distance"].to_numpy(float)
            axes.plot(x, quartic["square"].iloc[0] * (x / x[0]) ** (-2.0 * (d - 1)), color="0.2", lw=0.8, ls="--")
        logarithmic(axes)
        axes.legend(loc="best", title=f"{NAMES[model]}, $N={mine['n'].iloc[0]:,}$", title_fontsize=7, fontsize=5.5)
    return figure


FIELDS = {
    0: (r"$\psi$", style.VERMILION), 1: (r"$\pi_4$", style.GREEN), 2: (r"$\pi_3$", style.BLUE),
    3: (r"$\Delta=\pi_4-\psi$", "0.15"), 4: (r"second $\pi_4$", style.BLUE),
}  # fmt: skip
"""Fields of a picture by their number in the table."""
SHOWN = {TWO: 800, THREE: 120}
"""Particles that are drawn of a field, those that move farthest."""


def _arrows(figure: Figure, place: int, count: int, rows: pd.DataFrame, model: str, fields: tuple[int, ...]) -> Axes:
    """Fields of a glass as arrows."""
    dimension = 2 if model == TWO else 3
    axes = arrows.space(figure, (1, count, place), dimension)
    every = of(rows, model=model)
    if every.empty or not set(fields) <= set(every["field"]):
        missing(axes, "none\nat this scale")
        return axes
    half = arrows.reach(every, dimension)
    for field in fields:
        label, color = FIELDS[field]
        arrows.draw(axes, of(every, field=field), dimension, half, SHOWN[model], color, label)
    axes.legend(loc="upper right", fontsize=6, borderaxespad=0.1)
    return axes


def _pictures(tables: Tables, panels: tuple[tuple[str, str, tuple[int, ...]], ...]) -> Figure:
    """Panels of a glass each: which, of what model, and fields of it."""
    figure = style.figure(style.WIDE, 1.1 * HEIGHT if len(panels) < 4 else HEIGHT)
    for number, (which, model, fields) in enumerate(panels):
        rows = of(tables["pictures"], shown=which)
        axes = _arrows(figure, number + 1, len(panels), rows, model, fields)
        mine = of(rows, model=model)
        told = f", $N={int(mine['n'].iloc[0]):,}$" if len(mine) else ""
        axes.set_title(f"({'abcd'[number]}) {NAMES[model]}{told}", loc="left", pad=3)
    return figure


def hybridized(tables: Tables) -> Figure:
    """Fig. 3.1: a harmonic mode of two cores and the two quartic modes in it; one with waves, and its quartic mode."""
    two, waves = ("hybridized", THREE), ("mixed", TWO)
    return _pictures(tables, ((*two, (0,)), (*two, (1, 4)), (*waves, (0,)), (*waves, (1,))))


def softest(tables: Tables) -> Figure:
    """Fig. 3.3: the softest harmonic mode of an ensemble and its quartic mode."""
    return _pictures(tables, tuple(("softest", model, (field,)) for model in (THREE, TWO) for field in (0, 1)))


def differences(tables: Tables) -> Figure:
    """Fig. 3.6: what a harmonic mode holds beside its quartic one, and that."""
    return _pictures(tables, tuple(("softest", model, (3, 1)) for model in (THREE, TWO)))


def along_parents(tables: Tables) -> Figure:
    """Fig. 1.20: D(ω) by parent temperature in its own ω₀, with ω⁴ (dashed) and first waves (vertical); A_g in it."""
    figure, (left, right) = lettered(2)
    rows, found = tables["densities"], tables["annealing"]
    left.set(xlabel=r"$\omega/\omega_0(T_p)$", ylabel=r"$\mathcal{D}(\omega)\,\omega_0$")
    right.set(xlabel=r"$T_p$", ylabel=r"$A_g\,\omega_0^5$")
    rows = rows[rows["density_of_states"] > 0] if len(rows) else rows
    if rows.empty:
        for axes in (left, right):
            missing(axes, "no parent temperatures\nat this scale")
        return figure
    group = next(name for name in PARENTS if (rows["group"] == name).any())
    rows, found = of(rows, group=group), of(found, group=group, included=True)
    for temperature, marker, color, mine in by_value(rows, "temperature"):
        one = mine[mine["n"] == mine["n"].max()].sort_values("frequency")
        label = rf"{temperature:g}"
        style.points(left, one["frequency"], one, "density_of_states", marker, color, label, ls="-", lw=0.5, ms=2.6)
        band = of(found, ensemble=one["ensemble"].iloc[0])["band"]
        left.axvline(float(band.iloc[0]), color=color, lw=0.6, ls=":")
    law = LAW - 1.0
    hottest = rows[rows["temperature"] == rows["temperature"].max()].sort_values("frequency")
    level = float(of(found, ensemble=hottest["ensemble"].iloc[0])["rescaled"].iloc[0])
    x = np.geomspace(hottest["frequency"].min(), hottest["frequency"].median(), 9)
    left.plot(x, level * x**law, color="0.2", lw=0.8, ls="--", label=r"$A_g\omega^4$")
    logarithmic(left)
    left.legend(loc="best", title="$T_p$", title_fontsize=7, fontsize=6)
    for n, marker, color, mine in by_value(found[np.isfinite(found["rescaled"]) & (found["rescaled"] > 0)], "n"):
        style.points(right, mine["temperature"], mine, "rescaled", marker, color, f"{n:,}")
    logarithmic(right)
    right.legend(loc="best", title="$N$", title_fontsize=7)
    return figure


FIGURES: dict[str, Callable[[Tables], Figure]] = {
    "1.20": along_parents,
    "3.1": hybridized,
    "3.2": blind,
    "3.3": softest,
    "3.4": beside,
    "3.5": hybridization,
    "3.6": differences,
    "3.7": cubic_beside_quartic,
    "3.8": wells,
    "3.9": scalings,
    "S1": under_strain,
    "S2": decays,
}
