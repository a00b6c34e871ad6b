"""Densities of states along the parent temperature (Fig. 1.20 of the thesis' introduction).

Their unit is ω₀ = c_T/a₀ with c_T of each parent temperature itself, unlike that of the chapter.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import (
    Measured,
    comparable,
    end_draws,
    ends,
    key_of,
    known_ends,
    ladder,
    logarithm,
    measure,
)
from glassworks.statistics.tables import ensembles

PARENTS = ("published-parents", "parents")
"""Groups of glasses whose spectra are told, that of the paper first where there is one."""
QUANTITIES = ("prefactor", "rescaled", "shear_speed")


def parents(raw: dict[str, pd.DataFrame]) -> list[Measured]:
    """Ensembles of which modes were computed, `rescaled` A_g ω₀⁵ and `unit` ω₀ among their draws."""
    found = []
    for key in ensembles(raw["glasses"]).to_dict("records"):
        if key["group"] not in PARENTS:
            continue
        one = measure(raw, key)
        if one.soft is None:
            continue
        one.draws["unit"] = one.get("shear_speed") / one.spacing
        one.draws["rescaled"] = one.get("prefactor") * one.get("unit") ** spectra.LAW
        found.append(one)
    return found


def annealing(found: list[Measured]) -> pd.DataFrame:
    """A row for each ensemble: A_g in reduced units and in ω₀, c_T, and the first transverse wave in ω₀."""
    rows = []
    for one in found:
        unit = float(one.get("unit")[0])
        row = key_of(one) | {
            "included": one.included, "reason": one.reason, "samples": one.soft.modes.samples,
            "modes": one.counts.get("modes", 0), "unit_frequency": unit,
            "band": one.band.frequency / unit if one.band else np.nan, "window": one.soft.window.upper[0] / unit,
        }  # fmt: skip
        for name in QUANTITIES:
            row |= known_ends(one, name)
        rows.append(row)
    return pd.DataFrame(rows)


def densities(found: list[Measured]) -> pd.DataFrame:
    """A row for each bin of D(ω) of each ensemble, in ω₀, up to where the computed modes are complete."""
    rows = []
    for one in found:
        unit = float(one.get("unit")[0])
        if not (one.included and np.isfinite(unit)):
            continue
        bins = spectra.density(one.soft.modes, one.soft.weight, one.soft.complete)
        for column, center in enumerate(bins["center"]):
            draws = bins["draws"][:, column] * unit
            rows.append(key_of(one) | {"frequency": center / unit} | ends("density_of_states", draws))
    return pd.DataFrame(rows)


def changes(found: list[Measured]) -> pd.DataFrame:
    """A row for each quantity: coldest over hottest of the ensembles that tell it, and its decimal logarithm."""
    rows = []
    for group in PARENTS:
        steps = ladder(found, group)
        for quantity in QUANTITIES:
            known = [one for one in steps if comparable(one, quantity)]
            if len(known) < 2:
                continue
            decades = (logarithm(end_draws(steps, quantity)) - logarithm(end_draws(steps[::-1], quantity))) / np.log(
                10.0
            )
            row = {"group": group, "model": known[0].key["model"], "quantity": quantity}
            row |= {"coldest": known[0].temperature, "hottest": known[-1].temperature, "points": len(known)}
            row |= {"samples": min(len(known[0].samples), len(known[-1].samples))}
            row |= {"modes": min(one.counts.get("modes", 0) for one in (known[0], known[-1]))}
            rows.append(row | ends("decades", decades) | ends("ratio", 10.0**decades))
        if rows:
            break
    return pd.DataFrame(rows)
