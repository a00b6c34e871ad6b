"""What the figures of the study have in common: a look for each r_c, and ladders of T_p."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes

from glassworks.figures import Tables, style
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.figures.groups import LOOKS, PARENT

MISSING = "no sticky spheres\nat this scale"
HOT, COLD = style.VERMILION, style.BLUE


def looks() -> Iterator[tuple[str, str, str, str]]:
    """Group, color, marker and label of each r_c."""
    for group in STICKY:
        yield group, LOOKS[group].color, LOOKS[group].marker, LOOKS[group].label


def ladder(tables: Tables, name: str, group: str, quantity: str) -> pd.DataFrame:
    """Included rows of a group by ascending T_p, one each, of the most glasses, where a quantity is known."""
    rows = tables.group(name, group)
    if rows.empty:
        return rows
    rows = rows[rows["included"].astype(bool) & rows[quantity].notna()]
    return rows.sort_values(["temperature", "samples"]).drop_duplicates("temperature", keep="last")


def against_temperature(axes: Axes, tables: Tables, name: str, quantity: str, missing: str = MISSING) -> bool:
    """A quantity of all r_c against T_p; says so in the panel and returns False where there is none."""
    drawn = False
    for group, color, marker, label in looks():
        rows = ladder(tables, name, group, quantity)
        if len(rows):
            style.points(axes, rows["temperature"], rows, quantity, marker, color, label, ls="-", lw=0.6)
            drawn = True
    axes.set(xlabel=PARENT, xscale="log")
    if drawn:
        style.log_ticks(axes)
    else:
        style.say(axes, missing)
    return drawn


def ends(rows: pd.DataFrame) -> list[tuple[pd.Series, str, str, str]]:
    """The hottest and the coldest row of a ladder, with color, marker and style of line; the hottest alone of one."""
    if rows.empty:
        return []
    hot = (rows.iloc[-1], HOT, "o", "--")
    return [hot] if len(rows) == 1 else [hot, (rows.iloc[0], COLD, "s", ":")]


def of_ensemble(frame: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """The rows of a table that belong to the ensemble of another row."""
    if frame.empty:
        return frame
    return frame[(frame["group"] == row["group"]) & (frame["ensemble"] == row["ensemble"])]


def from_zero(axes: Axes, values: pd.Series | None = None) -> None:
    """An ordinate that begins at zero and holds points, if not the whole of the bars of those that hardly tell."""
    top = axes.get_ylim()[1]
    if values is not None and len(values):
        top = min(top, 2.0 * float(values.max()))
    axes.set_ylim(0.0, 1.12 * top)


def decades(axes: Axes) -> None:
    """Plain numbers on a logarithmic ordinate that spans less than two decades."""
    low, high = axes.get_ylim()
    if high < 100.0 * low:
        style.log_ticks(axes, "y")
    else:
        axes.yaxis.set_major_locator(ticker.LogLocator(10))
