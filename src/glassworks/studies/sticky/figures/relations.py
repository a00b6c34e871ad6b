"""How A_g, ω_g and N e_0 are related (Fig. 12), and what the unit, the size and the stiffness of pairs do (Figs. S6 to
S8)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky import DEEP, LIKE_DEEP
from glassworks.studies.sticky.figures.common import (
    PARENT,
    against_temperature,
    decades,
    from_zero,
    ladder,
    looks,
)

CORE_LAW, PREFACTOR_LAW = -3.0, -5.0


def relations(tables: Tables) -> Figure:
    """Fig. 12: N e_0 and A_g ω_0⁵ against ω_g/ω_0, one point a T_p, with the powers −3 and −5."""
    figure = style.figure(style.WIDE, 6.8 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    labels = (r"$N e_0$", r"$A_g\,\omega_0^5$")
    for axes, name, label, power, mark in zip(
        panels, ("core", "prefactor_reduced"), labels, (CORE_LAW, PREFACTOR_LAW), "ab", strict=True
    ):
        axes.set(xlabel=r"$\omega_g/\omega_0$", ylabel=label)
        _relation(axes, tables, name, power)
        style.letter(axes, f"({mark})", (0.04, 0.1))
    return figure


def _relation(axes: Axes, tables: Tables, name: str, power: float) -> None:
    points = []
    for group, color, marker, label in looks():
        rows = ladder(tables, "soft", group, name)
        rows = rows[rows[name] > 0] if len(rows) else rows
        if rows.empty:
            continue
        low, high = (rows[f"omega_reduced_{end}"].to_numpy() for end in ("low", "high"))
        x = rows["omega_reduced"].to_numpy()
        bars = np.nan_to_num(np.clip([x - low, high - x], 0.0, None))
        style.points(axes, x, rows, name, marker, color, label, xerr=bars)
        points.append(rows.assign(sticky=group == "rc11"))
    if not points:
        style.say(axes, "no soft modes\nat this scale")
        return
    axes.set(xscale="log", yscale="log")
    every = pd.concat(points)
    law = every[~every["sticky"]] if (~every["sticky"]).any() else every
    level = np.exp(np.mean(np.log(law[name]) - power * np.log(law["omega_reduced"])))
    span = np.geomspace(every["omega_reduced"].min() / 1.04, every["omega_reduced"].max() * 1.04, 9)
    bounds = axes.get_ylim()
    style.guide(axes, span, (1.0, level), power, rf"$\sim(\omega_g/\omega_0)^{{{power:g}}}$", (10, 6))
    axes.set_ylim(min(bounds[0], 0.8 * level * span[-1] ** power), max(bounds[1], 1.25 * level * span[0] ** power))
    style.log_ticks(axes)
    decades(axes)
    axes.legend(loc="upper right")


def raw_and_reduced(tables: Tables) -> Figure:
    """Fig. S6: ω_g and A_g as they are beside those in units of ω_0, over their values at the highest T_p."""
    figure = style.figure(style.WIDE, 10.6 * style.CENTIMETER)
    panels = figure.subplots(2, 2, sharex=True, sharey="row")
    names = (("omega_g", "omega_reduced"), ("prefactor", "prefactor_reduced"))
    labels = ((r"$\omega_g$", r"$\omega_g/\omega_0$"), (r"$A_g$", r"$A_g\,\omega_0^5$"))
    for line, told, each in zip(panels, names, labels, strict=True):
        for axes, name, label in zip(line, told, each, strict=True):
            drawn = _over_hottest(axes, tables, name)
            axes.set_ylabel(f"{label} over hottest")
            axes.axhline(1.0, color="0.6", lw=0.6, zorder=0.4)
            if not drawn:
                style.say(axes, "five soft modes at no\ntwo parent temperatures")
    for axes in panels[1]:
        axes.set(xlabel=PARENT, xscale="log", yscale="log")
        style.log_ticks(axes)
        decades(axes)
    if panels[0, 0].get_legend_handles_labels()[0]:
        panels[0, 0].legend(loc="upper right")
    return figure


def _over_hottest(axes: Axes, tables: Tables, name: str) -> bool:
    return any([_over_hottest_of(axes, tables, "soft", name, *each) for each in looks()])


def _over_hottest_of(
    axes: Axes, tables: Tables, table: str, name: str, group: str, color: str, marker: str, label: str
) -> bool:
    """A quantity of a group over its value at the highest T_p; whether it is known at two."""
    rows = ladder(tables, table, group, f"{name}_low")
    if len(rows) < 2:
        return False
    scaled = rows[[name, f"{name}_low", f"{name}_high"]] / rows[name].iloc[-1]
    style.points(axes, rows["temperature"], scaled, name, marker, color, label, ls="-", lw=0.6)
    return True


DEEPER = (
    ("shear", "$G$ over hottest"), ("nonaffine", "$G_{na}/G$ over hottest"),
    ("omega_reduced", r"$\omega_g/\omega_0$ over hottest"), ("core", "$Ne_0$ over hottest"),
)  # fmt: skip
KINDS = ((LIKE_DEEP, style.PURPLE, "s", "binary, molecular dynamics"), (DEEP, style.BLACK, "o", "polydisperse, swap"))


def deeper(tables: Tables) -> Figure:
    """Fig. S9: what annealing does to sticky spheres that swap Monte Carlo takes deeper, beside the binary ones."""
    figure = style.figure(style.WIDE, 9.4 * style.CENTIMETER)
    panels = figure.subplots(2, 2, sharex=True)
    for axes, (name, label), mark in zip(panels.flat, DEEPER, "abcd", strict=True):
        axes.set_ylabel(label)
        axes.axhline(1.0, color="0.6", lw=0.6, zorder=0.4)
        drawn = [_over_hottest_of(axes, tables, "summary", name, *each) for each in KINDS]
        if not any(drawn):
            style.say(axes, "not at two parent temperatures\nat this scale")
        style.few_ticks(axes)
        style.letter(axes, f"({mark})", (0.04, 0.1))
    for axes in panels[1]:
        axes.set(xlabel=PARENT, xscale="log")
        style.log_ticks(axes)
    if panels[0, 0].get_legend_handles_labels()[0]:
        panels[0, 0].legend(loc="upper right", title="$r_c=1.2$")
    return figure


SIZED = (
    ("shear", r"$G\ [\varepsilon/\lambda^3]$"), ("bulk", r"$K\ [\varepsilon/\lambda^3]$"),
    ("omega_reduced", r"$\omega_g/\omega_0$"), ("core", r"$Ne_0$"),
)  # fmt: skip


def sizes(tables: Tables) -> Figure:
    """Fig. S7: G, K, ω_g/ω_0 and N e_0 against N, wherever a model was prepared at one T_p in several sizes."""
    figure = style.figure(style.WIDE, 9.4 * style.CENTIMETER)
    panels = figure.subplots(2, 2, sharex=True)
    rows = tables["summary"]
    rows = rows[rows["included"].astype(bool)] if len(rows) else rows
    looks_of = {model: look for look, model in zip(looks(), _models(tables), strict=False)}
    for axes, (name, label) in zip(panels.flat, SIZED, strict=True):
        axes.set_ylabel(label)
        known = rows[rows[name].notna()] if len(rows) else rows
        drawn = False
        for model, (_, color, marker, told) in looks_of.items():
            for temperature, mine in known[known["model"] == model].groupby("temperature") if len(known) else ():
                mine = mine.sort_values("samples").drop_duplicates("n", keep="last").sort_values("n")
                if len(mine) > 1:
                    label = rf"{told}, $T_p={temperature:g}$"
                    style.points(axes, mine["n"], mine, name, marker, color, label, ls="-", lw=0.5)
                    drawn = True
        if not drawn:
            style.say(axes, "one size alone\nat this scale")
            continue
        axes.set_xscale("log")
        style.log_ticks(axes)
        if name == "core":
            from_zero(axes, known[name])
        style.few_ticks(axes)
    for axes in panels[1]:
        axes.set_xlabel(r"$N$")
    handles, told = panels[0, 0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, told, loc="outside lower center", ncols=5, fontsize=6.5)
    return figure


def _models(tables: Tables) -> list[str]:
    """The models of the groups of sticky spheres, in their order."""
    rows = tables["summary"]
    found = (rows[rows["group"] == group]["model"] if len(rows) else rows for group, *_ in looks())
    return [each.iloc[0] if len(each) else "" for each in found]


def negative_stiffness(tables: Tables) -> Figure:
    """Fig. S8: shares of pairs of negative and of strongly negative stiffness against T_p."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    panels = figure.subplots(1, 2)
    labels = (r"share of pairs, $\varphi''<0$", r"share of pairs, $\varphi''\ll0$")
    for axes, name, label, mark in zip(panels, ("negative", "strongly_negative"), labels, "ab", strict=True):
        axes.set_ylabel(label)
        if against_temperature(axes, tables, "stiffness", name, "stiffness of pairs was not\nmeasured at this scale"):
            style.few_ticks(axes)
            axes.legend(loc="best")
        axes.set_title(f"({mark})", loc="left", pad=3)
    return figure
