"""Fig. 1: stress correlations; Figs. S16 and S17: their maps at several temperatures, and how they decay."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables
from glassworks.studies.solidity.figures.common import (
    INTEGRAL,
    MISSING,
    TEMPERATURE,
    against,
    cooled,
    coolings,
    corner,
    largest,
    power,
)

CORE = 3.0
"""The map's colors are for what lies further out than this, in σ; nearer, it is saturated."""
NO_STILLS = "no stills\nat this scale"


def stress_correlation(tables: Tables) -> Figure:
    """Fig. 1: the map at the lowest temperature, C_σ(r) along the slowest cooling of the largest system, C_int(T)."""
    figure = style.figure(style.WIDE, 6.2 * style.CENTIMETER)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1.06, 1.0, 1.0))
    _coldest_map(figure, left, tables)
    decay(figure, middle, tables)
    if against(right, tables, "reduced_temperature", "integral_averaged", TEMPERATURE, INTEGRAL):
        for rows, color, *_ in coolings(tables):
            right.plot(rows["reduced_temperature"], rows["integral_averaged_floor"], color=color, lw=0.8, ls=":")
        right.set_ylim(bottom=0.0)
        right.set_xlim(left=0.0)
        right.legend(loc="upper right")
        style.few_ticks(right)
    for axes, text in ((left, "a"), (middle, "b"), (right, "c")):
        corner(axes, text)
    return figure


# --- maps --------------------------------------------------------------------------------------------------------


def _slowest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest size at its slowest rate; the ladder's top has none and stays."""
    rows = largest(rows)
    rates = rows["rate"].dropna()
    return rows[rows["rate"].isna() | (rows["rate"] == rates.min())] if len(rates) else rows


def _coldest_map(figure: Figure, axes: Axes, tables: Tables) -> None:
    rows = _slowest(tables["mean_maps"]) if len(tables["mean_maps"]) else tables["mean_maps"]
    if rows.empty:
        axes.set(xticks=[], yticks=[])
        style.say(axes, NO_STILLS)
        return
    near = rows["reduced_temperature"].loc[(rows["reduced_temperature"] - tables.options["cold"]).abs().idxmin()]
    mine = rows[rows["reduced_temperature"] == near]
    image = draw_map(axes, mine, _limit(mine))
    bar = figure.colorbar(image, ax=axes, fraction=0.05, pad=0.02, aspect=22)
    bar.set_label(r"$\langle\sigma_{xy}(\mathbf{r})\,\sigma_{xy}(0)\rangle/\langle\sigma_{xy}^2\rangle$", fontsize=8)
    bar.outline.set_linewidth(0.5)
    bar.formatter.set_powerlimits((-2, 2))
    bar.update_ticks()


def _limit(rows: pd.DataFrame) -> float:
    """Where the colors end: what only the strongest two hundredths of the map beyond the core exceed."""
    far = rows[np.hypot(rows["x"], rows["y"]) > CORE]
    return float(np.quantile(far["product"].abs(), 0.98)) if len(far) else 1.0


def draw_map(axes: Axes, rows: pd.DataFrame, limit: float):
    """⟨σ_xy(r) σ_xy(0)⟩ over the whole plane, the half that is not in the table turned over."""
    table = rows.pivot(index="y", columns="x", values="product")
    half = table.to_numpy()
    whole = np.vstack([half[:0:-1, ::-1], half])
    reach = float(table.columns.max()) + 0.5 * float(np.diff(table.columns[:2])[0])
    image = axes.imshow(
        whole,
        origin="lower",
        extent=(-reach, reach, -reach, reach),
        cmap=colormaps["RdBu_r"],
        vmin=-limit,
        vmax=limit,
        interpolation="bilinear",
        rasterized=True,
    )
    axes.set(xlabel=r"$x\ [\sigma]$", ylabel=r"$y\ [\sigma]$")
    axes.xaxis.labelpad = axes.yaxis.labelpad = 1.5
    ticks = [t for t in (-15, -10, -5, 0, 5, 10, 15) if abs(t) < reach]
    axes.set(xticks=ticks, yticks=ticks)
    axes.tick_params(direction="out", top=False, right=False)
    return image


def stress_maps(tables: Tables) -> Figure:
    """Fig. S16: maps at the stills' temperatures, hot to cold, in the same colors."""
    rows = _slowest(tables["mean_maps"]) if len(tables["mean_maps"]) else tables["mean_maps"]
    temperatures = sorted(rows["temperature"].unique(), reverse=True) if len(rows) else []
    chosen = temperatures[:3]
    figure = style.figure(style.WIDE, 6.0 * style.CENTIMETER)
    panels = figure.subplots(1, 3, sharey=True)
    limit = max((_limit(rows[rows["temperature"] == t]) for t in chosen), default=1.0)
    image = None
    for axes, text, temperature in zip(panels, "abc", [*chosen, None, None, None], strict=False):
        corner(axes, text)
        if temperature is None:
            axes.set(xticks=[], yticks=[])
            style.say(axes, NO_STILLS)
            continue
        mine = rows[rows["temperature"] == temperature]
        image = draw_map(axes, mine, limit)
        axes.set_title(rf"$T={mine['reduced_temperature'].iloc[0]:.1f}$, $N={int(mine['n'].iloc[0])}$", pad=3)
        axes.label_outer()
    if image is not None:
        bar = figure.colorbar(image, ax=list(panels), fraction=0.03, pad=0.01, aspect=26)
        bar.set_label(r"$\langle\sigma_{xy}(\mathbf{r})\,\sigma_{xy}(0)\rangle/\langle\sigma_{xy}^2\rangle$")
        bar.formatter.set_powerlimits((-2, 2))
        bar.outline.set_linewidth(0.5)
        bar.update_ticks()
    return figure


# --- decay -------------------------------------------------------------------------------------------------------


def decay(figure: Figure, axes: Axes, tables: Tables) -> None:
    """C_σ(r) at all temperatures of the slowest cooling of the largest system, three of them black with 1/r²."""
    axes.set(xlabel=r"$r\ [\sigma]$", ylabel=r"$C_{\sigma}(r)$", xscale="log", yscale="log")
    rows = _slowest(tables["correlations"]) if len(tables["correlations"]) else tables["correlations"]
    if rows.empty:
        style.say(axes, MISSING)
        return
    thermal = rows[rows["state"] == "thermal"]
    temperatures = sorted(thermal["reduced_temperature"].unique())
    norm = Normalize(0.0, max(temperatures))
    cmap = ListedColormap(colormaps["plasma"](np.linspace(0.0, 0.88, 256)))  # its end is too bright to print
    for t in temperatures[::-1]:
        known = thermal[(thermal["reduced_temperature"] == t) & (thermal["correlation"] > 0)]
        axes.plot(known["distance"], known["correlation"], color=cmap(norm(t)), lw=0.7, alpha=0.8)
    for curve, marker, label in _singled(tables, rows, temperatures):
        known = curve[(curve["correlation_low"] > 0) & (curve["distance"] > 1.0)]
        style.points(axes, known["distance"], known, "correlation", marker, style.BLACK, label, ms=2.8)
        far = known[known["distance"].between(4.0, 10.0)]
        if len(far):
            amplitude = np.average(far["correlation"] * far["distance"] ** 2, weights=1 / far["distance"])
            line = np.geomspace(3.0, rows["outer"].max(), 20)
            axes.plot(line, amplitude / line**2, color=style.BLACK, lw=0.8, ls=(0, (4, 2)))
    hot = thermal[(thermal["reduced_temperature"] == temperatures[-1]) & (thermal["distance"] > 4.0)]
    noise = float(hot["correlation"].abs().median()) if len(hot) else 1e-4
    axes.set(xlim=(0.9, rows["outer"].max() * 1.05), ylim=(0.3 * noise, 3.0 * float(thermal["correlation"].max())))
    axes.text(0.95, 0.93, r"$\sim r^{-2}$", transform=axes.transAxes, ha="right", va="top", fontsize=8)
    style.log_ticks(axes)
    axes.legend(loc="lower left", borderaxespad=0.2, handletextpad=0.2)
    bar = figure.colorbar(ScalarMappable(norm, cmap), ax=axes, fraction=0.05, pad=0.02, aspect=22)
    bar.set_label(TEMPERATURE, fontsize=8)
    bar.outline.set_linewidth(0.5)


def _singled(tables: Tables, rows: pd.DataFrame, temperatures: list[float]):
    """T = 0 (inherent structures of the coldest), the temperature nearest T_0, and that just below T_g."""
    inherent = rows[rows["state"] == "inherent"]
    if len(inherent):
        yield inherent[inherent["temperature"] == inherent["temperature"].min()], "o", r"$T=0$"
    thermal = rows[rows["state"] == "thermal"]
    near = min(temperatures, key=lambda t: abs(t - tables.options["ideal"]))
    n, rate = rows["n"].iloc[0], rows["rate"].min()
    known = tables["transitions"]
    known = known[(known["n"] == n) & (known["rate"] == rate)] if len(known) else known
    transition = float(known["percolation"].iloc[0]) if len(known) else np.nan
    below = [t for t in temperatures if near < t < transition]
    chosen = [(near, "s", rf"$T={near:.2g}\approx T_0$")]
    if below:
        chosen.append((below[-1], "^", rf"$T={below[-1]:.2g}<T_g$"))
    for temperature, marker, label in chosen:
        yield thermal[thermal["reduced_temperature"] == temperature], marker, label


def powers(tables: Tables) -> Figure:
    """Fig. S17: amplitude of 1/r² and exponent of the decay against temperature, thermal and inherent."""
    figure = style.figure(style.WIDE, 6.4 * style.CENTIMETER)
    left, right = figure.subplots(1, 2)
    left.set(xlabel=TEMPERATURE, ylabel=r"$\kappa\ [\sigma^2]$")
    right.set(xlabel=TEMPERATURE, ylabel=r"$x$ of $C_\sigma\sim r^{-x}$")
    rows = tables["powers"]
    known = cooled(tables)["ensemble"] if len(cooled(tables)) else []
    rows = rows[rows["ensemble"].isin(known)] if len(rows) else rows
    if rows.empty:
        style.say(left, MISSING)
        style.say(right, MISSING)
    keys = rows[["n", "reduced_rate"]].dropna().drop_duplicates() if len(rows) else rows
    keys = keys.sort_values(["reduced_rate", "n"], ascending=[False, True]) if len(keys) else keys
    for number, key in enumerate(keys.itertuples()):
        mine = rows[(rows["n"] == key.n) & (rows["reduced_rate"] == key.reduced_rate)].sort_values("temperature")
        color, marker = (each[number % len(each)] for each in (style.CYCLE, style.MARKERS))
        label = rf"$\gamma={power(key.reduced_rate)}$, $N={int(key.n)}$"
        for kind, filled in (("thermal", "white"), ("inherent", color)):
            one = mine[mine["state"] == kind]
            style.points(
                left, one["reduced_temperature"], one, "amplitude", marker, color, label if filled == "white" else None,
                mfc=filled,
            )  # fmt: skip
            sure = one[(one["decay_power_high"] - one["decay_power_low"]) < 1.0]
            style.points(right, sure["reduced_temperature"], sure, "decay_power", marker, color, mfc=filled)
    left.axhline(0.0, color="0.6", lw=0.5)
    right.axhline(2.0, color="0.25", lw=0.8, ls=(0, (4, 2)))
    right.set_ylim(0.5, 3.5)
    if left.get_legend_handles_labels()[1]:
        left.legend(loc="upper right")
    for axes, text in ((left, "a"), (right, "b")):
        corner(axes, text)
        style.few_ticks(axes)
    return figure
