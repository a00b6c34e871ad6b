"""Fig. 5: the shear modulus from fluctuations."""

from __future__ import annotations

from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.solidity.common import TEMPERATURE, against
from glassworks.figures.tables import Tables


def modulus(tables: Tables) -> Figure:
    """Fig. 5: shear modulus and its standard deviation between trajectories against temperature."""
    figure = style.figure(style.COLUMN, 11.0 * style.CENTIMETER)
    upper, lower = figure.subplots(2, 1, sharex=True)
    if against(upper, tables, "reduced_temperature", "shear", "", r"$G$"):
        upper.axhline(0.0, color="0.6", lw=0.5)
        upper.legend()
    against(lower, tables, "reduced_temperature", "shear_spread", TEMPERATURE, r"$\delta G$")
    for axes, text in ((upper, "a"), (lower, "b")):
        style.letter(axes, text)
    return figure
