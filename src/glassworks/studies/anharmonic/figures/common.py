"""What the figures of the study have in common: a panel for each model, a color and marker for each size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.figures.panels import MANY, missing
from glassworks.studies.anharmonic import MODELS

OMEGA = r"$\omega_k$"
LABELS = {
    "amplitude": r"$A_c$",
    "distance": r"$|\Delta r|$",
    "size": r"$|\Delta\Phi|$",
    "barrier": r"$\Delta\Phi_{\mathrm{barrier}}$",
    "rearranged": r"$N_{\mathrm{rearr}}$",
    "overlap": r"$I$",
    "expected": r"$A_c$ (third order)",
    "order": r"$O_k$",
    "participation": r"$P_k$",
}
HARMONIC, LENNARD_JONES = MODELS
NO_PULLS = "no modes pulled\nat this scale"


def both_models(
    tables: Tables,
    name: str,
    x: str,
    y: str,
    none: str = "no modes pulled",
    only: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows,
    height: float = 6.4 * style.CENTIMETER,
) -> tuple[Figure, list[tuple[Axes, str, pd.DataFrame]]]:
    """A figure of a panel for each model, titled with its name.

    Args:
        name: of the table.
        x, y: labels of the axes.
        none: what a panel says where the table has no such rows.
        only: chooses them among those of a model.

    Returns:
        the figure, and of each panel that is to be filled the axes, the model, and the rows.
    """
    figure, filled = style.figure(style.WIDE, height), []
    for axes, (model, title), letter in zip(figure.subplots(1, 2), MODELS.items(), "ab", strict=True):
        axes.set_title(f"({letter}) {title}", loc="left", pad=3)
        axes.set(xlabel=x, ylabel=y)
        rows = only(of_model(tables, name, model))
        if rows.empty:
            missing(axes, f"{none}\nat this scale")
        else:
            filled.append((axes, model, rows))
    return figure, filled


def scatter(axes: Axes, x, y, marker: str, color, label: str | None = None, **rest) -> None:
    """Open symbols, a picture inside the vector file where there are many."""
    look = {"s": 9, "facecolors": "none", "edgecolors": [color], "linewidths": 0.6}
    axes.scatter(x, y, marker=marker, label=label, rasterized=len(x) > MANY, **(look | rest))


def of_model(tables: Tables, name: str, model: str) -> pd.DataFrame:
    """The rows of a model; none where the table is empty."""
    frame = tables[name]
    return frame[frame["model"] == model] if len(frame) else frame


def led_away(rows: pd.DataFrame) -> pd.DataFrame:
    """Modes with a pull that led somewhere."""
    return rows[rows["pulled"].astype(bool) & ~rows["censored"].astype(bool)] if len(rows) else rows


def below_boson(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["over_boson"] < 1.0] if len(rows) else rows


def arrow(axes: Axes, tables: Tables, model: str) -> None:
    """The arrow at ω_BP, on the lower edge."""
    rows = of_model(tables, "boson", model)
    rows = rows[rows["chosen"].astype(bool)] if len(rows) else rows
    if rows.empty:
        return
    place = float(rows["frequency"].iloc[0])
    axes.annotate(
        r"$\omega_{\mathrm{BP}}$", (place, 0.0), (place, 0.16), xycoords=("data", "axes fraction"),
        ha="center", fontsize=7.5, arrowprops={"arrowstyle": "-|>", "lw": 0.7, "shrinkB": 0, "shrinkA": 1},
    )  # fmt: skip


def legend(axes: Axes, **rest) -> None:
    axes.legend(**({"loc": "best", "handletextpad": 0.1, "title": "$N$", "title_fontsize": 7} | rest))


def size_of(rows: pd.DataFrame) -> np.ndarray:
    """|ΔΦ|."""
    return abs(rows["energy"].to_numpy(float))
