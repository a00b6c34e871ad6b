"""How the models look in all figures, and what panels say that lack data."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from glassworks.figures import style
from glassworks.studies.sticky import STICKY


class Look(NamedTuple):
    """Marker, color and name of a model."""

    marker: str
    color: str
    label: str


LOOKS = {
    name: Look(marker, color, f"$r_c={cutoff:g}$")
    for (name, cutoff), marker, color in zip(
        STICKY.items(), "osD^", (style.VERMILION, style.PURPLE, style.GREEN, style.BLUE), strict=True
    )
} | {
    "ka": Look("v", style.ORANGE, "KABLJ"),
    "hertzian": Look("p", style.SKY, "Hertzian"),
    "poly": Look("h", style.BLACK, "poly IPL"),
}
MISSING = "no ensembles in equilibrium\nat this scale"
REDUCED = r"$T_p/T_{\mathrm{co}}$"
PARENT = r"$T_p\ [\varepsilon/k_B]$"


def rows_of(frame: pd.DataFrame, group: str, *known: str, by: str = "temperature") -> pd.DataFrame:
    """The included rows of a group that know some columns, by ascending temperature."""
    if frame.empty or "group" not in frame:
        return frame.iloc[:0]
    found = frame[frame["group"] == group]
    if "included" in found:
        found = found[found["included"].astype(bool)]
    for name in known:
        found = found[np.isfinite(found[name].astype(float))]
    return found.sort_values(by)


def curve(axes: Axes, frame: pd.DataFrame, x: str, y: str, group: str, label: str | None = None, **rest) -> bool:
    """Points with intervals of a group, joined; whether there were any. Filled where the group is in `filled`."""
    rows = rows_of(frame, group, x, y, by=x)
    look = LOOKS[group]
    if rows.empty:
        return False
    told = look.label if label is None else label
    style.points(axes, rows[x], rows, y, look.marker, look.color, told or None, **({"ls": "-", "lw": 0.6} | rest))
    return True


def note(axes: Axes, text: str) -> None:
    """Say above a panel, in small letters, what it lacks or rests on."""
    said = axes.get_title(loc="right")
    axes.set_title(f"{said}; {text}" if said else text, loc="right", fontsize=6, color="0.35", pad=2)


def missing(axes: Axes, drawn: list[str], wanted: list[str], why: str = "not at this scale") -> None:
    """Say above a panel which models are missing; in its middle where all are."""
    out = [LOOKS[name].label for name in wanted if name not in drawn]
    if not drawn:
        style.say(axes, MISSING)
    elif out:
        note(axes, f"{why}: {', '.join(out)}")


def printed(axes: Axes, frame: pd.DataFrame) -> None:
    """Say above a panel of which models T_co is the printed one."""
    used = set(frame.loc[frame["source"] == "printed", "group"]) if len(frame) else set()
    if used:
        note(
            axes, "printed $T_{\\mathrm{co}}$: " + ", ".join(look.label for name, look in LOOKS.items() if name in used)
        )


def curves(axes: Axes, frame: pd.DataFrame, x: str, y: str, groups: list[str], why: str = "not at this scale") -> None:
    """A curve of each group, and which are missing."""
    missing(axes, [group for group in groups if curve(axes, frame, x, y, group)], groups, why)


def mark_plateau(axes: Axes, text: str = "") -> None:
    """A line at 1, the plateau of what is told over it."""
    axes.axhline(1.0, color="0.6", lw=0.6, zorder=0.5)
    if text:
        axes.annotate(text, (0.98, 1.0), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=6)


def legend(axes: Axes, **rest) -> None:
    """A legend, where something has a name."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**rest)
