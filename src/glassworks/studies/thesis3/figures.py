"""The chapter's figures, by the numbers that it has for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.thesis3 import NAMES

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
MANY = 400
"""Points from which on they are drawn as a picture inside the vector file."""


def _panels(count: int, rows: int = 1) -> tuple[Figure, list[Axes]]:
    figure = style.figure(style.WIDE, HEIGHT * rows)
    panels = np.atleast_1d(figure.subplots(rows, count)).ravel()
    for axes, letter in zip(panels, "abcdefgh", strict=False):
        axes.set_title(f"({letter})", loc="left", pad=3)
    return figure, list(panels)


def _of(frame: pd.DataFrame, **equal) -> pd.DataFrame:
    for name, value in equal.items():
        frame = frame[frame[name] == value] if len(frame) else frame
    return frame


def _lines(rows: pd.DataFrame, by: str) -> Iterator[tuple[object, str, object, pd.DataFrame]]:
    every = sorted(rows[by].unique())
    for value, marker, color in zip(every, style.MARKERS, style.shades(len(every)), strict=False):
        yield value, marker, color, rows[rows[by] == value]


def _missing(axes: Axes, what: str = "too few glasses\nat this scale") -> None:
    style.say(axes, what)
    axes.set(xticks=[], yticks=[])


def _logarithmic(axes: Axes, x: bool = True, y: bool = True) -> None:
    if x:
        axes.set_xscale("log")
    if y:
        axes.set_yscale("log")
    for wanted, along, (low, high) in ((x, "x", axes.get_xlim()), (y, "y", axes.get_ylim())):
        if wanted and high < 30.0 * low and 1e-3 < low < 1e3:
            style.log_ticks(axes, along)


def _guide(axes: Axes, rows: pd.DataFrame, slope: float, label: str) -> None:
    """A line of some slope through the middle of the medians."""
    x = np.geomspace(rows["place"].min(), rows["place"].max(), 9)
    middle = np.exp(np.log(rows["place"]).mean()), np.exp(np.log(rows["median"]).mean())
    axes.plot(x, 0.6 * middle[1] * (x / middle[0]) ** slope, color="0.2", lw=0.8, ls="--", label=label)


def _trend(axes: Axes, rows: pd.DataFrame, x: str, y: str, slope: float | None, label: str = "", by: str = "n") -> None:
    """Running medians, a line for each size or parent temperature."""
    axes.set(xlabel=LABELS[x], ylabel=LABELS[y])
    if rows.empty:
        _missing(axes)
        return
    for value, marker, color, mine in _lines(rows, by):
        mine = mine.sort_values("place")
        name = f"{value:,}" if by == "n" else f"{value:g}"
        style.points(axes, mine["place"], mine, "median", marker, color, name, ls="-", lw=0.5)
    if slope is not None:
        _guide(axes, rows, slope, label)
    _logarithmic(axes)
    axes.legend(loc="best", title="$N$" if by == "n" else "$T_p$", title_fontsize=7, handletextpad=0.3)


def blind(tables: Tables) -> Figure:
    """Fig. 3.2: χ_4 against N e_4 of all preparations, with slope −1."""
    figure = style.figure(style.COLUMN, HEIGHT)
    axes = figure.subplots()
    rows = _of(tables["trends"], y="chi4", x="localized4")
    axes.set(xlabel=LABELS["localized4"], ylabel=LABELS["chi4"])
    if rows.empty:
        _missing(axes)
        return figure
    every = list(dict.fromkeys(zip(rows["model"], rows["temperature"].fillna(-1.0), rows["n"], strict=True)))
    for (model, temperature, n), marker, color in zip(every, style.MARKERS * 4, style.shades(len(every)), strict=False):
        mine = rows[(rows["model"] == model) & (rows["n"] == n) & (rows["temperature"].fillna(-1.0) == temperature)]
        point = f", $T_p={temperature:g}$" if model == "poly-3d" else ""
        style.points(axes, mine["place"], mine, "median", marker, color, f"{NAMES[model]}, {n:,}{point}")
    _guide(axes, rows[rows["model"] == rows["model"].iloc[0]], -1.0, "$-1$")
    _logarithmic(axes)
    axes.legend(loc="best", fontsize=5.5)
    return figure


def beside(tables: Tables) -> Figure:
    """Fig. 3.4: N e against ω, harmonic and quartic modes of the ensemble of most glasses, with the first wave."""
    figure, panels = _panels(2)
    for axes, model in zip(panels, (THREE, TWO), strict=True):
        rows = _of(tables["modes"], model=model)
        axes.set(xlabel=r"$\omega/\omega_0$", ylabel=r"$Ne$")
        if rows.empty:
            _missing(axes)
            continue
        mine = rows[rows["ensemble"] == rows["ensemble"].value_counts().index[0]]
        n = mine["n"].iloc[0]
        for k, color, name in ((2, style.VERMILION, "harmonic"), (4, style.BLUE, "quartic")):
            axes.scatter(
                mine[f"omega{k}"], n * mine[f"e{k}"], s=4, color=color, alpha=0.6, lw=0, label=name,
                rasterized=len(mine) > MANY,
            )  # fmt: skip
        axes.axvline(mine["band"].iloc[0], color="0.4", lw=0.7, ls=":")
        _logarithmic(axes)
        axes.legend(loc="best", title=f"{NAMES[model]}, $N={n:,}$", title_fontsize=7)
    return figure


def hybridization(tables: Tables) -> Figure:
    """Fig. 3.5: what harmonic modes lose to waves and to one another, and how that grows with the box."""
    figure, panels = _panels(4, 2)
    for row, model in zip((panels[:4], panels[4:]), (THREE, TWO), strict=True):
        for axes, y, slope in ((row[0], "gap", 2.0), (row[1], "missing", 4.0)):
            rows = _of(tables["trends"], model=model, y=y, x="omega4", apart=True)
            _trend(axes, rows, "omega4", y, slope, rf"$\omega_4^{slope:.0f}$")
        for axes, y in ((row[2], "gap"), (row[3], "missing")):
            rows = _of(tables["sizes"], model=model, y=y)
            axes.set(xlabel=r"$L$", ylabel="exponent of $L$ of the prefactor")
            if rows.empty:
                _missing(axes, "no two sizes with enough\nquasilocalized modes")
                continue
            places = np.arange(len(rows))
            style.points(axes, places, rows, "exponent", "o", style.BLUE)
            axes.set_xticks(
                places, [f"{low:,}–{high:,}" for low, high in zip(rows["smallest"], rows["largest"], strict=True)]
            )
            axes.set_xlabel(f"$N$, {NAMES[model]}")
    return figure


def _cells(axes: Axes, tables: Tables, y: str, x: str, logarithmic: bool) -> None:
    rows = _of(tables["pairs"], y=y, x=x)
    axes.set(xlabel=LABELS[x], ylabel=LABELS[y])
    if rows.empty:
        _missing(axes)
        return
    xs, ys = (np.unique(np.concatenate([rows[f"{name}_lower"], rows[f"{name}_upper"]])) for name in "xy")
    counts = np.full((len(ys) - 1, len(xs) - 1), np.nan)
    place = np.searchsorted(ys, rows["y_lower"]), np.searchsorted(xs, rows["x_lower"])
    counts[place] = rows["count"]
    axes.pcolormesh(xs, ys, counts, cmap="viridis", rasterized=True)
    _logarithmic(axes, y=logarithmic)


def cubic_beside_quartic(tables: Tables) -> Figure:
    """Fig. 3.7: two-dimensional histograms of cubic beside quartic modes."""
    figure, panels = _panels(3)
    for axes, (y, x, logarithmic) in zip(
        panels,
        (("rise", "omega4", False), ("asymmetry", "cubic_missing", True), ("hardening", "cubic_missing", True)),
        strict=True,
    ):
        _cells(axes, tables, y, x, logarithmic)
    if len(tables["pairs"]):
        panels[0].axhline(0.5, color=style.VERMILION, lw=0.7, ls=":")
    return figure


def wells(tables: Tables) -> Figure:
    """Fig. 3.8: τ_3² against κ_3χ_3 by parent temperature, with τ² = 3κχ, above which a second well is
    lower, and τ² = 8κχ/3, below which there is none (Fig. 1.15)."""
    figure = style.figure(style.COLUMN, HEIGHT)
    axes = figure.subplots()
    rows = _of(tables["modes"], model="poly-3d")
    axes.set(xlabel=LABELS["well3"], ylabel=LABELS["squares3"])
    if rows.empty:
        _missing(axes, "no polydisperse glasses\nat this scale")
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
    _logarithmic(axes)
    axes.legend(loc="best", title="$T_p$", title_fontsize=7)
    return figure


def scalings(tables: Tables) -> Figure:
    """Fig. 3.9: how contraction, ν_3, χ_3, τ_3² , τ_4² and χ_4 depend on frequency."""
    figure, panels = _panels(3, 2)
    _cells(panels[0], tables, "contraction", "omega4", True)
    for axes, y in ((panels[1], "nu3"), (panels[2], "chi3")):
        _trend(axes, _of(tables["trends"], model=THREE, y=y, x="omega3"), "omega3", y, None)
    axes = panels[3]
    rows = _of(tables["trends"], y="squares3", x="well3")
    axes.set(xlabel=LABELS["well3"], ylabel=LABELS["squares3"])
    if rows.empty:
        _missing(axes)
    else:
        for model, marker, color in zip(dict.fromkeys(rows["model"]), style.MARKERS, style.CYCLE, strict=False):
            mine = rows[rows["model"] == model].sort_values("place")
            style.points(axes, mine["place"], mine, "median", marker, color, NAMES[model])
        _guide(axes, rows[rows["model"] == rows["model"].iloc[0]], 1.0, "slope 1")
        _logarithmic(axes)
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
        _missing(axes, "no strained glasses\nat this scale")
        return figure
    for n, marker, color, mine in _lines(rows, "n"):
        axes.scatter(
            mine["omega3"], mine["ratio"], marker=marker, s=9, facecolors="none", edgecolors=[color], label=f"{n:,}"
        )
    axes.axhline(1.0, color="0.4", lw=0.6, ls=":")
    axes.set_ylim(*np.clip(np.quantile(rows["ratio"], [0.02, 0.98]), -3.0, 5.0) + np.array([-0.2, 0.2]))
    axes.legend(loc="best", title="$N$", title_fontsize=7)
    return figure


def decays(tables: Tables) -> Figure:
    """Fig. S2: median |z_i|² against distance of harmonic, quartic and cubic modes and of the contraction of U_4."""
    figure, panels = _panels(3)
    for axes, (model, d) in zip(panels, (("ipl-2d", 2), ("ipl-3d", 3), ("ipl-4d", 4)), strict=True):
        rows = _of(tables["decays"], model=model)
        axes.set(xlabel=r"$r/a_0$", ylabel=r"median $|z_i|^2$")
        if rows.empty:
            _missing(axes)
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
        _logarithmic(axes)
        axes.legend(loc="best", title=f"{NAMES[model]}, $N={mine['n'].iloc[0]:,}$", title_fontsize=7, fontsize=5.5)
    return figure


FIELDS = {
    0: (r"$\psi$", style.VERMILION), 1: (r"$\pi_4$", style.GREEN), 2: (r"$\pi_3$", style.BLUE),
    3: (r"$\Delta=\pi_4-\psi$", "0.15"), 4: (r"second $\pi_4$", style.BLUE),
}  # fmt: skip
"""Fields of a picture by their number in the table."""
LONGEST = 0.2
"""Of half the box: how long the longest arrow is drawn."""
SHOWN = {TWO: 800, THREE: 120}
"""Particles that are drawn of a field, those that move farthest."""


def _arrows(figure: Figure, place: int, count: int, rows: pd.DataFrame, model: str, fields: tuple[int, ...]) -> Axes:
    """Fields of a glass as arrows, each as long as the longest of the first; in three dimensions seen from aside."""
    axes = figure.add_subplot(1, count, place, **({"projection": "3d"} if model == THREE else {}))
    every = _of(rows, model=model)
    if not all((every["field"] == field).any() for field in fields) if len(every) else True:
        if model == THREE:
            axes.set_axis_off()
            axes.text2D(0.5, 0.5, "none\nat this scale", transform=axes.transAxes, ha="center", fontsize=7)
        else:
            _missing(axes, "none\nat this scale")
        return axes
    names = list("xyz")[: 2 if model == TWO else 3]
    reach = float(np.abs(every[names].to_numpy(float)).max())
    for field in fields:
        label, color = FIELDS[field]
        mine = _of(every, field=field).sort_values("rank").iloc[: SHOWN[model]]
        start, u = mine[names].to_numpy(float), mine[[f"d{name}" for name in names]].to_numpy(float)
        u = LONGEST * reach * u / np.linalg.norm(u, axis=1).max()
        if model == TWO:
            axes.quiver(
                *start.T, *u.T, angles="xy", scale_units="xy", scale=1.0, color=color, width=0.006,
                label=label, rasterized=len(mine) > MANY,
            )  # fmt: skip
        else:
            axes.quiver(*start.T, *u.T, color=color, linewidths=0.8, arrow_length_ratio=0.35, label=label)
    limits = (-reach, reach)
    if model == TWO:
        axes.set(xlim=limits, ylim=limits, xticks=[], yticks=[])
        axes.set_aspect("equal")
    else:
        axes.set(xlim=limits, ylim=limits, zlim=limits, xticklabels=[], yticklabels=[], zticklabels=[])
        axes.set_box_aspect((1, 1, 1), zoom=1.1)
    axes.legend(loc="upper right", fontsize=6, borderaxespad=0.1)
    return axes


def _pictures(tables: Tables, which: str, panels: tuple[tuple[str, tuple[int, ...]], ...]) -> Figure:
    figure = style.figure(style.WIDE, 1.1 * HEIGHT if len(panels) < 4 else HEIGHT)
    rows = _of(tables["pictures"], shown=which)
    for number, (model, fields) in enumerate(panels):
        axes = _arrows(figure, number + 1, len(panels), rows, model, fields)
        mine = _of(rows, model=model)
        told = f", $N={int(mine['n'].iloc[0]):,}$" if len(mine) else ""
        axes.set_title(f"({'abcd'[number]}) {NAMES[model]}{told}", loc="left", pad=3)
    return figure


def hybridized(tables: Tables) -> Figure:
    """Fig. 3.1: a harmonic mode of two cores and the two quartic modes in it; one with waves, and its quartic mode."""
    return _pictures(tables, "hybridized", ((THREE, (0,)), (THREE, (1, 4)), (TWO, (0,)), (TWO, (1, 4))))


def softest(tables: Tables) -> Figure:
    """Fig. 3.3: the softest harmonic mode of an ensemble and its quartic mode."""
    return _pictures(tables, "softest", ((THREE, (0,)), (THREE, (1,)), (TWO, (0,)), (TWO, (1,))))


def differences(tables: Tables) -> Figure:
    """Fig. 3.6: what a harmonic mode holds beside its quartic one, and that."""
    return _pictures(tables, "softest", ((THREE, (3, 1)), (TWO, (3, 1))))


FIGURES: dict[str, Callable[[Tables], Figure]] = {
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
