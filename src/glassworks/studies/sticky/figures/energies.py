"""Energies of the inherent structures against parent temperature (Figs. 3 and 15)."""

from __future__ import annotations

from matplotlib.figure import Figure

from glassworks.figures import Tables, style
from glassworks.studies.sticky import STICKY


def raw_energies(tables: Tables) -> Figure:
    """Fig. 15: u(T_p) in simulation units."""
    figure = style.figure()
    axes = figure.subplots()
    for (group, cutoff), color, marker in zip(STICKY.items(), style.CYCLE, style.MARKERS, strict=False):
        rows = tables["summary"]
        rows = rows[(rows["group"] == group) & rows["included"]].sort_values("temperature")
        if len(rows):
            style.points(axes, rows["temperature"], rows, "energy", marker, color, f"$r_c = {cutoff}$")
    axes.set(xlabel=r"$T_p$", ylabel=r"$u$")
    axes.legend()
    return figure
