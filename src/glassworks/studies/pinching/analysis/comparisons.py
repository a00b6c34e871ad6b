"""Tables that compare ensembles: changes along a ladder of parent temperatures or sizes, and the onset of plateaus."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import fits
from glassworks.statistics.measured import (
    Measured,
    comparable,
    end_draws,
    ends,
    group_names,
    ladder,
    logarithm,
)
from glassworks.statistics.resampling import deviation
from glassworks.studies.pinching.analysis.units import Units

CHANGES = (
    "prefactor", "omega_g", "number", "xi_g", "xi_qlm", "xi_co", "xi_softest", "xi_response", "xi_spots", "xi_s",
    "shear", "participation", "spot_frequency", "spot_core",
)  # fmt: skip


def changes(measured: list[Measured]) -> pd.DataFrame:
    """Ratios of each quantity between the coldest and the hottest ensemble of a group, and between largest and
    smallest N.

    Ensembles with fewer than five soft modes are passed over for quantities that rest on modes.

    `ratio` is coldest over hottest (largest N over smallest); `decades` its decimal logarithm.
    """
    rows = []
    for group in group_names(measured):
        steps = ladder(measured, group)
        for quantity in CHANGES:
            known = [one for one in steps if comparable(one, quantity)]
            if len(known) > 1:
                place = _place("temperature", group, quantity, known[0], known[-1])
                top, bottom = (end_draws(order, quantity) for order in (steps, steps[::-1]))
                rows.append(place | _ratio(top, bottom))
        sizes = sorted((one for one in measured if one.key["group"] == group and one.included), key=lambda one: one.n)
        for quantity in ("cutoff", "prefactor"):
            known = [one for one in sizes if comparable(one, quantity) and not np.isfinite(one.temperature)]
            if len(known) > 1 and known[0].n < known[-1].n:
                place = _place("n", group, quantity, known[-1], known[0])
                rows.append(place | _ratio(known[-1].get(quantity), known[0].get(quantity)))
    columns = (
        "along group quantity numerator denominator numerator_at denominator_at samples modes ratio ratio_low "
        "ratio_high decades decades_low decades_high"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def _place(along: str, group: str, quantity: str, top: Measured, bottom: Measured) -> dict:
    at = (lambda one: float(one.n)) if along == "n" else (lambda one: one.temperature)
    return dict(
        along=along, group=group, quantity=quantity, numerator=top.key["ensemble"], denominator=bottom.key["ensemble"],
        numerator_at=at(top), denominator_at=at(bottom), samples=min(len(top.samples), len(bottom.samples)),
        modes=min(top.counts.get("modes", 0), bottom.counts.get("modes", 0)),
    )  # fmt: skip


def _ratio(top: np.ndarray, bottom: np.ndarray) -> dict:
    decades = (logarithm(top) - logarithm(bottom)) / np.log(10.0)
    return ends("ratio", 10.0**decades) | ends("decades", decades)


def onset(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Temperature above which G and omega_g are constant: the kink of a line that turns into a plateau, per group.

    Temperatures in units of the declared onset temperature (reduced ones where none is declared). The row `ratio` is
    the onset of omega_g over that of G.
    """
    rows = []
    for group in group_names(measured):
        steps = [
            one
            for one in ladder(measured, group)
            if all(np.isfinite(deviation(one.get(name))) for name in ("shear", "omega_g"))
        ]
        if len(steps) < 5:
            continue
        unit = units.get(steps[0].key["model"])
        scale = unit.onset if unit and np.isfinite(unit.onset) else 1.0
        x = np.array([one.temperature for one in steps]) / scale
        found = {}
        for quantity in ("shear", "omega_g"):
            y = np.array([one.get(quantity) for one in steps])
            error = np.array([deviation(row) for row in y])
            fitted = fits.hinge(x, y, np.where(error > 0, error, error.max()))
            found[quantity] = np.where(fitted.slope < 0, fitted.position, np.nan)
        found["ratio"] = found["omega_g"] / found["shear"]
        for quantity, draws in found.items():
            place = {
                "group": group,
                "quantity": quantity,
                "temperatures": len(steps),
                "samples": min(len(one.samples) for one in steps),
            }
            rows.append(place | ends("onset", draws))
    return pd.DataFrame(
        rows, columns=["group", "quantity", "temperatures", "samples", "onset", "onset_low", "onset_high"]
    )
