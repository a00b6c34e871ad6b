"""Figures of what is chosen, and of structure (Figs. S2, S4)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky.figures.groups import LOOKS, legend

PARTS = (("small-small", "-"), ("small-large", "--"), ("large-large", ":"))
LIQUID = "0.55"


def structures(tables: Tables) -> Figure:
    """Fig. S2: g(r) and S(q) of glasses and of the liquids that they were quenched from, and partial g(r)."""
    figure = style.figure(style.WIDE, 11.0 * style.CENTIMETER)
    frame = tables["structures"]
    names = [name for name in LOOKS if len(frame) and name in set(frame["group"])]
    panels = figure.subplots(max(len(names), 1), 3, squeeze=False, sharex="col")
    for axes, label in zip(panels[-1], (r"$r\ [\lambda]$", r"$r\ [\lambda]$", r"$q\ [1/\lambda]$"), strict=True):
        axes.set_xlabel(label)
    if not names:
        for axes in panels[0]:
            style.say(axes, "no structure measured\nat this scale")
        return figure
    for line, group in zip(panels, names, strict=True):
        for axes, kind, label in zip(line[::2], "gS", ("$g(r)$", "$S(q)$"), strict=True):
            _totals(axes, frame, group, kind)
            axes.set_ylabel(label)
        _partial(line[1], frame, group)
        line[0].legend(loc="upper right", title=LOOKS[group].label)
        for axes in line:
            style.few_ticks(axes, 6, 3)
    return figure


def _totals(axes: Axes, frame: pd.DataFrame, group: str, kind: str) -> None:
    """Of all particles: liquids in gray, below glasses."""
    for phase, color in (("liquid", LIQUID), ("glass", LOOKS[group].color)):
        for end, look in (("hottest", "--"), ("coldest", "-")):
            rows = _rows(frame, group, kind, "total", end, phase)
            if len(rows):
                told = f"{phase}, $T_p={rows['temperature'].iloc[0]:g}$"
                axes.plot(rows["at"], rows["value"], look, color=color, lw=0.8, label=told)


def _partial(axes: Axes, frame: pd.DataFrame, group: str) -> None:
    """g(r) of the pairs of species, of the coldest glasses and liquids, each kind of pair two higher than the last."""
    axes.set_ylabel("partial $g(r)$, shifted")
    for number, (part, look) in enumerate(PARTS):
        for phase, color in (("liquid", LIQUID), ("glass", LOOKS[group].color)):
            for end in ("coldest", "hottest"):  # the hottest where only one temperature was measured
                rows = _rows(frame, group, "g", part, end, phase)
                if len(rows):
                    told = part.replace("-", "–") if phase == "glass" else None
                    axes.plot(rows["at"], rows["value"] + 2.0 * number, look, color=color, lw=0.8, label=told)
                    break
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper right")


def _rows(frame: pd.DataFrame, group: str, kind: str, part: str, end: str, phase: str) -> pd.DataFrame:
    wanted = {"group": group, "kind": kind, "part": part, "end": end, "phase": phase}
    chosen = np.all([frame[name] == value for name, value in wanted.items()], axis=0)
    return frame[chosen].sort_values("at")


METHODS = {"energy": "collapse of $u$", "moduli": "line of $G/K$"}


def crossovers(tables: Tables) -> Figure:
    """Fig. S4: T_co over the one that is used, for whatever is chosen otherwise."""
    frame, known = tables["crossover_choices"], tables["crossovers"]
    rows = frame[np.isfinite(frame["crossover"])] if len(frame) else frame
    figure = style.figure(style.WIDE, 11.0 * style.CENTIMETER)
    panels = figure.subplots(1, 2, width_ratios=(1.4, 1.0))
    for axes, (method, title) in zip(panels, METHODS.items(), strict=True):
        axes.set_title(title)
        mine = rows[rows["method"] == method] if len(rows) else rows
        if mine.empty:
            style.say(axes, "no crossover temperature\nat this scale")
            continue
        _choices(axes, mine, known)
    return figure


def _choices(axes: Axes, mine: pd.DataFrame, known: pd.DataFrame) -> None:
    told = [(row.varied, row.choice) for row in mine[["varied", "choice"]].drop_duplicates().itertuples()]
    place = {each: -number for number, each in enumerate(told)}
    units = known.set_index("group")["unit"]
    groups = [name for name in LOOKS if name in set(mine["group"])]
    for number, group in enumerate(groups):
        rows, look = mine[mine["group"] == group], LOOKS[group]
        shift = 0.5 * (number / max(len(groups) - 1, 1) - 0.5)
        y = np.array([place[row.varied, row.choice] for row in rows.itertuples()]) - shift
        x, low, high = (rows[f"crossover{end}"].to_numpy() / units[group] for end in ("", "_low", "_high"))
        bars = np.nan_to_num(np.clip([x - low, high - x], 0.0, None))
        axes.errorbar(x, y, xerr=bars, fmt=look.marker, ms=3.2, mfc="white", mec=look.color, ecolor=look.color,
                      elinewidth=0.6, ls="none", label=look.label)  # fmt: skip
    axes.axvline(1.0, color="0.5", lw=0.6)
    labels = [_label(varied, choice) for varied, choice in told]
    axes.set_yticks(list(place.values()), labels, fontsize=6.5)
    axes.set_ylim(-len(told) + 0.4, 0.6)
    axes.set_xlabel(r"$T_{\mathrm{co}}$ over the one that is used")
    legend(axes, loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=4, columnspacing=0.8)
    axes.tick_params(axis="y", which="minor", left=False, right=False)


WORDS = {"interpolation": "", "window": "$T_p/T_{\\mathrm{co}}$ ", "models": "", "line": "cold part above ",
         "plateau": "plateau from "}  # fmt: skip


def _label(varied: str, choice: str) -> str:
    """What is chosen otherwise, in words."""
    if varied == "chosen":
        return "as chosen"
    word, _, name = choice.partition(" ")
    choice = f"{word} {LOOKS[name].label}" if name in LOOKS else choice
    if varied == "anchor":
        return f"anchor {LOOKS[choice].label}"
    after = {"interpolation": " interpolation", "plateau": r"$\,T_{\mathrm{co}}$", "line": " of the coldest"}.get(
        varied, ""
    )
    return f"{WORDS[varied]}{choice}{after}"
