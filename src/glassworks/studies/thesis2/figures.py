"""The chapter's figures, by the numbers that it has for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure

from glassworks.figures import Tables, arrows, style
from glassworks.figures.panels import LETTERS, by_value, lettered, logarithmic, missing, of
from glassworks.statistics.spectra import LAW
from glassworks.studies.thesis2 import NAMES
from glassworks.studies.thesis2.analysis.fields import HARMONIC
from glassworks.studies.thesis2.analysis.waves import SOFTEST, WAVE

MODELS = {"ipl-2d": "two", "ipl-3d": "three", "ipl-4d": "four"}
"""Models with the name of the option that has the unit ω₀ of their axis."""
TWO, THREE, FOUR = MODELS
HEIGHT = 6.2 * style.CENTIMETER


def _titled(axes: Axes, number: int, model: str, rows: pd.DataFrame) -> None:
    rate = f", rate {rows['rate'].iloc[0]:g}" if len(rows) else ""
    axes.set_title(f"({LETTERS[number]}) {NAMES[model]}{rate}", loc="left", pad=3)


def _family(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    """Rows of a model at the slowest rate at which there are several sizes, or at the slowest."""
    rows = of(frame, model=model)
    if rows.empty:
        return rows
    sizes = rows.groupby("rate")["n"].nunique()
    several = sizes[sizes > 1]
    return rows[rows["rate"] == (several if len(several) else sizes).index.min()]


def _unit(tables: Tables, model: str) -> float:
    return float(tables.options.get(MODELS[model], 1.0))


def _along(axes: Axes, unit: float) -> None:
    axes.set_xlabel(r"$\omega/\omega_0$" if unit != 1.0 else r"$\omega$")


def _legend(axes: Axes) -> None:
    axes.legend(loc="best", title="$N$", title_fontsize=7, handletextpad=0.3)


def densities(tables: Tables) -> Figure:
    """Fig. 2.2: D(ω) of each N, over A_g ω⁴ at the lowest frequency, with ω⁴ (dashed)."""
    figure, panels = lettered(3, height=HEIGHT)
    for number, (axes, model) in enumerate(zip(panels, MODELS, strict=True)):
        rows, unit = _family(tables["densities"], model), _unit(tables, model)
        rows = rows[rows["density_of_states"] > 0] if len(rows) else rows
        _titled(axes, number, model, rows)
        _along(axes, unit)
        axes.set_ylabel(r"$D(\omega)$, arb. units")
        if rows.empty:
            missing(axes)
            continue
        lowest, law = float(rows["frequency"].min()), LAW - 1.0
        softer = rows[rows["frequency"] <= rows["frequency"].median()]
        scale = 1.0 / float((softer["density_of_states"] / softer["frequency"] ** law).median() * lowest**law)
        for n, marker, color, mine in by_value(rows, "n"):
            style.points(
                axes,
                mine["frequency"] / unit,
                mine,
                "density_of_states",
                marker,
                color,
                f"{n:,}",
                scale,
                ls="-",
                lw=0.5,
            )
        x = np.geomspace(lowest, 4.0 * lowest, 9) / unit
        axes.plot(x, (x / x[0]) ** law, color="0.2", lw=0.8, ls="--", label=r"$\omega^4$")
        logarithmic(axes)
        _legend(axes)
    return figure


def participation(tables: Tables) -> Figure:
    """Fig. 2.3: mean N e of modes against their frequency; dotted, the first waves."""
    figure, panels = lettered(3, height=HEIGHT)
    for number, (axes, model) in enumerate(zip(panels, MODELS, strict=True)):
        rows, unit = _family(tables["running_participation"], model), _unit(tables, model)
        _titled(axes, number, model, rows)
        _along(axes, unit)
        axes.set_ylabel(r"$N\bar{e}$")
        if rows.empty:
            missing(axes)
            continue
        for n, marker, color, mine in by_value(rows, "n"):
            mine = mine.sort_values("frequency")
            style.points(axes, mine["frequency"] / unit, mine, "localized", marker, color, f"{n:,}", ls="-", lw=0.5)
            _wave(axes, tables, mine, unit, color)
        logarithmic(axes)
        _legend(axes)
    return figure


def _wave(axes: Axes, tables: Tables, mine: pd.DataFrame, unit: float, color: object) -> None:
    waves = of(tables["bands"], ensemble=mine["ensemble"].iloc[0], band=0)
    if len(waves):
        axes.axvline(float(waves["wave"].iloc[0]) / unit, color=color, lw=0.7, ls=":")


def cumulatives(tables: Tables) -> Figure:
    """Fig. 2.4: C(ω)/ω⁵ with the first waves (dotted) and ω_c, where one is found (arrows)."""
    figure, panels = lettered(2, height=HEIGHT)
    for number, (axes, model) in enumerate(zip(panels, (THREE, FOUR), strict=True)):
        rows, unit = _family(tables["cumulatives"], model), _unit(tables, model)
        rows = rows[rows["modes"] >= LAW] if len(rows) else rows
        _titled(axes, number, model, rows)
        _along(axes, unit)
        axes.set_ylabel(r"$\mathcal{C}(\omega)/\omega^5$")
        if rows.empty:
            missing(axes)
            continue
        for n, marker, color, mine in by_value(rows, "n"):
            mine = mine.sort_values("frequency")
            style.points(
                axes, mine["frequency"] / unit, mine, "scaled", marker, color, f"{n:,}", ls="-", lw=0.5, ms=2.2
            )
            _wave(axes, tables, mine, unit, color)
            found = of(tables["cutoffs"], ensemble=mine["ensemble"].iloc[0])
            if len(found) and np.isfinite(found["cutoff"].iloc[0]):
                place = float(found["cutoff"].iloc[0])
                level = float(np.interp(place, mine["frequency"], mine["scaled"]))
                axes.annotate(
                    "", (place / unit, level), xytext=(0, 20), textcoords="offset points",
                    arrowprops={"arrowstyle": "-|>", "color": color, "lw": 0.8},
                )  # fmt: skip
        logarithmic(axes)
        _legend(axes)
    return figure


SHOWN = {TWO: 400, THREE: 100, FOUR: 60}
"""Particles that are drawn, those that move farthest."""


def _arrows(figure: Figure, number: int, rows: pd.DataFrame, model: str) -> None:
    """A mode as arrows; of a four-dimensional one its first three components."""
    dimension = number + 2
    axes = arrows.space(figure, (2, 2, number + 1), dimension)
    mine = of(rows, model=model)
    told = f", $N={int(mine['n'].iloc[0]):,}$" if len(mine) else ""
    if len(mine) and np.isfinite(mine["over_wave"].iloc[0]):
        told += rf", {mine['over_wave'].iloc[0]:.2f} $\omega_1$"
    axes.set_title(f"({'abc'[number]}) {NAMES[model]}{told}", loc="left", pad=3)
    if mine.empty:
        missing(axes, "none\nat this scale")
    else:
        arrows.draw(axes, mine, dimension, arrows.reach(mine, dimension), SHOWN[model], style.VERMILION)


def modes(tables: Tables) -> Figure:
    """Fig. 2.1: a soft mode of each dimension, and the decay of such modes with r^(−2(d−1))."""
    figure = style.figure(style.WIDE, 2.0 * HEIGHT)
    for number, model in enumerate(MODELS):
        _arrows(figure, number, tables["shown"], model)
    axes = figure.add_subplot(2, 2, 4)
    axes.set_title("(d)", loc="left", pad=3)
    axes.set(xlabel=r"$r/a_0$", ylabel=r"median $|\psi_i|^2$")
    rows = tables["decays"]
    if rows.empty:
        missing(axes, "no soft modes in space\nat this scale")
        return figure
    for model, marker, color in zip(MODELS, style.MARKERS, style.CYCLE, strict=False):
        mine = of(rows, model=model)
        if mine.empty:
            continue
        soft = of(mine, field=HARMONIC)
        mine, name = (soft, "") if len(soft) else (mine, ", quartic")
        mine = mine[mine["n"] == mine["n"].max()]
        mine = mine[mine["ensemble"] == mine["ensemble"].iloc[0]].sort_values("distance")
        style.points(
            axes, mine["distance"], mine, "square", marker, color, f"{NAMES[model]}{name}, {int(mine['n'].iloc[0]):,}"
        )
        far = mine[mine["distance"] > 2.0]
        if len(far) > 1:
            x, d = far["distance"].to_numpy(float), int(mine["dimension"].iloc[0])
            axes.plot(x, far["square"].iloc[0] * (x / x[0]) ** (-2.0 * (d - 1)), color=color, lw=0.8, ls="--")
    logarithmic(axes)
    axes.legend(loc="best")
    return figure


def against_size(tables: Tables) -> Figure:
    """Fig. S1: dipoles against what Eq. 2.2 has them follow, A_g against ω_dip⁻⁵, and N e against N."""
    figure = style.figure(style.WIDE, 2.0 * HEIGHT)
    panels = list(figure.subplots(2, 3).ravel())
    every = of(tables["growth"], whose="common")
    for number, (axes, model) in enumerate(zip(panels, MODELS, strict=False)):
        rows = _family(every, model)
        _titled(axes, number, model, rows)
        d = number + 2
        if d == 2:
            axes.set(xlabel=r"$\ln N$", ylabel=r"$\omega_\mathrm{dip}^{-2}$")
        else:
            axes.set(xlabel=rf"$N^{{-1/{d // (d - 2)}}}$", ylabel=r"$\omega_\mathrm{dip}$")
        if rows.empty:
            missing(axes)
            continue
        x = np.log(rows["n"]) if d == 2 else rows["n"] ** (-(d - 2) / d)
        if d == 2:
            turned = pd.DataFrame({"y": rows["omega_dip"] ** -2.0})
            turned["y_low"], turned["y_high"] = rows["omega_dip_high"] ** -2.0, rows["omega_dip_low"] ** -2.0
            style.points(axes, x, turned, "y", "o", style.BLUE)
        else:
            style.points(axes, x, rows, "omega_dip", "o", style.BLUE)
    for axes, letter, x, y, label, across in (
        (panels[3], "d", "omega_dip", "prefactor", r"$A_g$", r"$\omega_\mathrm{dip}^{-5}$"),
        (panels[4], "e", "n", "prefactor", r"$A_g$", "$N$"), (panels[5], "f", "n", "localized", r"$Ne$", "$N$"),
    ):  # fmt: skip
        axes.set_title(f"({letter})", loc="left", pad=3)
        axes.set(xlabel=across, ylabel=label)
        known = every[np.isfinite(every[x]) & np.isfinite(every[y])] if len(every) else every
        if known.empty:
            missing(axes)
            continue
        for model, marker, color in zip(MODELS, style.MARKERS, style.CYCLE, strict=False):
            rows = _family(known, model)
            if len(rows):
                at = rows[x].astype(float) ** (-LAW if x == "omega_dip" else 1.0)
                style.points(axes, at, rows, y, marker, color, NAMES[model], ls="-", lw=0.5)
        logarithmic(axes)
        axes.legend(loc="best")
    return figure


def exponents(tables: Tables) -> Figure:
    """Fig. S2: the exponent of C(ω) against the end of its window, with 5."""
    figure, panels = lettered(3, height=HEIGHT)
    for number, (axes, model) in enumerate(zip(panels, MODELS, strict=True)):
        rows = _family(tables["windows"], model)
        _titled(axes, number, model, rows)
        axes.set(xlabel="end of window / first band", ylabel=r"exponent of $\mathcal{C}(\omega)$")
        if rows.empty:
            missing(axes)
            continue
        for n, marker, color, mine in by_value(rows, "n"):
            line = mine[~mine["chosen"].astype(bool)].sort_values("relative")
            style.points(axes, line["relative"], line, "exponent", marker, color, f"{n:,}", ls="-", lw=0.5)
            used = mine[mine["chosen"].astype(bool)]
            axes.plot(used["relative"], used["exponent"], marker, color=color, ms=4.5)
        axes.axhline(LAW, color="0.3", lw=0.7, ls="--")
        axes.set_ylim(2.0, 8.0)
        _legend(axes)
    return figure


def correlations(tables: Tables) -> Figure:
    """Fig. S3: g(r) of inherent structures in two, three and four dimensions; vertical lines, their highest peaks."""
    figure = style.figure(style.COLUMN, HEIGHT)
    axes = figure.subplots()
    axes.set(xlabel=r"$r/\lambda$", ylabel=r"$g(r)$")
    rows, found = of(tables["correlations"], part="total"), of(tables["peaks"], part="total")
    if rows.empty:
        missing(axes, "no g(r)\nat this scale")
        return figure
    for model, color in zip(MODELS, style.CYCLE, strict=False):
        mine = of(rows, model=model)
        if mine.empty:
            continue
        most = mine.loc[mine["samples"].idxmax(), "ensemble"]
        mine = mine[mine["ensemble"] == most].drop_duplicates("distance").sort_values("distance")
        axes.plot(mine["distance"], mine["pair_correlation"], color=color, label=NAMES[model])
        place = of(found, ensemble=most)
        if len(place):
            axes.axvline(float(place["position"].iloc[0]), color=color, lw=0.6, ls=":")
    axes.legend(loc="best")
    return figure


def portrait(tables: Tables) -> Figure:
    """Fig. 1.12: a glass, its longest transverse wave, and a localized mode that is softer."""
    figure, panels = lettered(3, height=HEIGHT)
    rows = tables["portrait"]
    if rows.empty:
        for axes in panels:
            missing(axes, "none\nat this scale")
        return figure
    half = arrows.reach(rows, 2)
    glass = of(rows, field=SOFTEST)
    large = (glass["diameter"] > glass["diameter"].mean()).to_numpy()
    panels[0].add_collection(
        EllipseCollection(
            glass["diameter"], glass["diameter"], np.zeros(len(glass)), units="xy", offsets=glass[["x", "y"]],
            offset_transform=panels[0].transData, facecolors=np.where(large, style.BLUE, style.SKY), linewidths=0,
            rasterized=True,
        )
    )  # fmt: skip
    panels[0].set(xlim=(-half, half), ylim=(-half, half), xticks=[], yticks=[])
    panels[0].set_aspect("equal")
    panels[0].set_title(f"(a) $N={int(glass['n'].iloc[0]):,}$", loc="left", pad=3)
    for axes, letter, field, color in ((panels[1], "b", WAVE, style.BLUE), (panels[2], "c", SOFTEST, style.VERMILION)):
        mine = of(rows, field=field)
        squares = mine["dx"] ** 2 + mine["dy"] ** 2
        mine = mine.assign(rank=squares.rank(ascending=False, method="first"))
        arrows.draw(axes, mine, 2, half, SHOWN[TWO] if field == SOFTEST else len(mine), color)
        told = (
            rf"$\omega={mine['frequency'].iloc[0]:.2f}$, $Ne={mine['n'].iloc[0] * mine['participation'].iloc[0]:.0f}$"
        )
        axes.set_title(f"({letter}) {told}", loc="left", pad=3)
    return figure


def pinched(tables: Tables) -> Figure:
    """Fig. S4: how much responses to pinches are like the softest mode (Fig. 1.18), against its frequency."""
    figure, panels = lettered(3, height=HEIGHT)
    for number, (axes, model) in enumerate(zip(panels, MODELS, strict=True)):
        rows = of(tables["pinched"], model=model)
        _titled(axes, number, model, rows.iloc[:0])
        axes.set(xlabel=r"$\omega/\omega_1$", ylabel=r"$|u\cdot\psi|/|u|$")
        if rows.empty:
            missing(axes)
            continue
        for name, marker, color, label in (
            ("likeness", "o", style.VERMILION, "largest"), ("typical", "s", style.BLUE, "median"),
            ("shuffled", "^", "0.5", "largest, shuffled"),
        ):  # fmt: skip
            axes.plot(rows["over_wave"], rows[name], marker, color=color, mfc="none", mew=0.7, ms=3, label=label)
        axes.set_ylim(0.0, 1.25)
        axes.legend(loc="upper center", ncols=3, fontsize=6, columnspacing=0.7, handletextpad=0.1)
    return figure


FIGURES: dict[str, Callable[[Tables], Figure]] = {
    "1.12": portrait,
    "2.1": modes,
    "2.2": densities,
    "2.3": participation,
    "2.4": cumulatives,
    "S1": against_size,
    "S2": exponents,
    "S3": correlations,
    "S4": pinched,
}
