"""Soft modes of sticky glasses as they are counted, and which ensembles can be compared by what rests on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, Measured, ends, ladder
from glassworks.statistics.tables import of
from glassworks.studies.sticky import STICKY

OVER_MODES = ("core", "exponent")
FROM_MODES = ("prefactor", "prefactor_reduced", "number", *OVER_MODES)


def known(one: Measured, quantity: str) -> np.ndarray:
    """Draws of a quantity, NaN where it is not positive or rests on fewer than `FEWEST` modes."""
    draws = one.get(quantity)
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(draws) & (draws > 0)
    if quantity in FROM_MODES:
        usable &= one.soft.inside.count >= FEWEST if one.soft else False
    return np.where(usable, draws, np.nan)


def told(one: Measured, quantity: str) -> dict[str, float]:
    """A quantity with its interval; without one where it rests on fewer than `FEWEST` modes.

    A mean over modes, or an exponent, is none in a draw of fewer: with hardly any mode left it could be anything.
    """
    draws = one.get(quantity)
    if quantity in OVER_MODES:
        draws = np.append(draws[:1], known(one, quantity)[1:])
    few = quantity in FROM_MODES and one.counts.get("modes", 0) < FEWEST
    return ends(quantity, np.append(draws[:1], np.full(len(draws) - 1, np.nan)) if few else draws)


def ladders(measured: list[Measured]) -> dict[str, list[Measured]]:
    """Included ensembles of each group of sticky spheres by ascending T_p, groups by ascending r_c; none that is
    empty."""
    found = {group: ladder(measured, group) for group in STICKY}
    return {group: steps for group, steps in found.items() if steps}


def count_of(one: Measured) -> np.ndarray:
    """Draws of the soft modes of an ensemble; none where its modes were not computed."""
    return one.soft.inside.count if one.soft else np.zeros(len(one.weight))


def pooled_number(several: list[Measured], unit: str = "") -> np.ndarray:
    """Draws of one 𝒩 = A_g ω_g⁵ for several ensembles: their soft modes over what one expects of them for 𝒩 = 1.

    With a `unit`, `omega_reduced`, of one A_g ω_0⁵ = 𝒩 (ω_g/ω_0)⁻⁵.
    By maximum likelihood of Poisson counts, so that ensembles with few modes, or with none, count as what they are.
    """
    usable = [one for one in several if one.soft and np.isfinite(one.soft.exposure[0])]
    if not usable:
        return np.full(len(several[0].weight) if several else 1, np.nan)
    power = [one.get(unit) ** spectra.LAW if unit else 1.0 for one in usable]
    # of A_g a particle (A8)
    expected = sum(one.soft.exposure / one.dimension * each for one, each in zip(usable, power, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        return sum(count_of(one) for one in usable) / expected


def logarithms(one: Measured, quantity: str) -> np.ndarray:
    """Draws of the logarithm of a quantity that is :func:`known`."""
    return np.log(known(one, quantity))


def sticky(measured: list[Measured]) -> list[Measured]:
    """The ensembles of sticky spheres that have modes and a modulus, hence a unit of frequency."""
    return [one for one in measured if one.key["group"] in STICKY and one.soft and np.isfinite(one.get("unit")[0])]


Shares = dict[str, np.ndarray]
"""Participation ratios e of the modes of each ensemble, by its name, in their order."""


def shares(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> Shares:
    """Those of all ensembles of sticky spheres that have modes: what `modes_of` leaves out is left out."""
    found = {}
    for one in sticky(measured):
        frame = of(raw["modes"], one.key["group"], one.key["ensemble"])
        failed = set(frame.loc[frame["status"] != "ok", "sample"])
        kept = frame["sample"].isin(one.samples) & ~frame["sample"].isin(failed)
        kept &= frame["frequency"] > spectra.ZERO_FREQUENCY
        found[one.key["ensemble"]] = frame.loc[kept, "participation"].to_numpy(dtype=float)
    return found
