"""Ensembles of cooled glasses with their lowest modes, and what each has on average: the summary.

All is in reduced units (ε, λ, m), as in the chapter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.chances import share_between
from glassworks.statistics.measured import FEWEST, Measured, ends, key_of, measure
from glassworks.statistics.resampling import CONFIDENCE
from glassworks.statistics.tables import ensembles, modes_of, of

SPECTRA = "spectra"
"""How the groups begin whose modes make the spectra."""
OF_MODES = ("prefactor", "exponent", "localized", "core", "boxes")
QUANTITIES = ("shear", "bulk", "omega_dip", "wave", "band_edge", "debye", *OF_MODES)


@dataclass
class Ensemble:
    """Glasses of one model, size and rate.

    Attributes:
        measured: their quantities as draws, in reduced units: `omega_dip` is the mean frequency ω_g of responses to
            force dipoles, `wave` 2πc_T/L, `debye` ω_D, `localized` the mean N e of the modes in the window that are
            clear of the first band, `core` (N e)^{1/d} a₀ and `boxes` L over it.
        share: participation ratios e of the modes, (modes,), in the order of `measured.soft.modes`.
    """

    measured: Measured
    share: np.ndarray

    @property
    def limit(self) -> np.ndarray:
        """Draws of the frequency up to which spectra are free of waves and complete."""
        return np.fmin(self.measured.limit, self.measured.soft.complete)

    @property
    def family(self) -> tuple[str, str, float]:
        """What ensembles have in common that differ in N alone: model, protocol, rate of cooling."""
        key = self.measured.key
        return str(key["model"]), str(key["protocol"]), float(key["rate"])


def spectral(raw: dict[str, pd.DataFrame]) -> list[Ensemble]:
    """The ensembles of the groups of spectra of which modes were computed."""
    found = []
    for key in ensembles(raw["glasses"]).to_dict("records"):
        if not str(key["group"]).startswith(SPECTRA):
            continue
        one = measure(raw, key)
        if one.soft is not None:
            found.append(Ensemble(one, _shares(raw, one)))
            _more(found[-1])
    return found


def _shares(raw: dict[str, pd.DataFrame], one: Measured) -> np.ndarray:
    frame = of(raw["modes"], one.key["group"], one.key["ensemble"])
    _, kept = modes_of(frame, one.samples, one.n, one.dimension)
    rows = frame["sample"].isin(one.samples[kept]) & (frame["frequency"] > spectra.ZERO_FREQUENCY)
    return frame.loc[rows, "participation"].to_numpy(dtype=float)


CLEAR = 0.8
"""Of the lower edge of the first band, up to where N e is averaged: nearer to it modes hybridize with waves, of which
few make a large mean. A_g, which counts modes, needs no such distance."""


def localized(each: Ensemble, upper: np.ndarray, edge: np.ndarray) -> np.ndarray:
    """Draws of the mean N e of the modes in a window that are clear of a band; NaN where there are too few."""
    soft = each.measured.soft
    found = spectra.inside(soft.modes, soft.weight, np.fmin(upper, CLEAR * edge), each.share)
    if not found.count[0] >= FEWEST:
        return np.full(len(upper), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return each.measured.n * found.share / found.count


def _more(each: Ensemble) -> None:
    """Adds the quantities that the chapter has beside the shared ones."""
    one = each.measured
    one.draws["omega_dip"] = one.get("omega_g")
    one.draws["wave"] = 2.0 * np.pi * one.get("shear_speed") / one.length
    one.draws["band_edge"] = one.limit
    one.draws["localized"] = localized(each, one.soft.window.upper, each.limit)
    with np.errstate(invalid="ignore"):
        one.draws["core"] = np.maximum(one.draws["localized"], 0.0) ** (1.0 / one.dimension) * one.spacing
        one.draws["boxes"] = one.length / np.where(one.draws["core"] > 0, one.draws["core"], np.nan)
    one.draws["debye"] = np.array(
        [
            spectra.debye_frequency(one.density, shear, bulk, one.dimension) if min(shear, bulk) > 0 else np.nan
            for shear, bulk in zip(one.get("shear"), one.get("bulk"), strict=True)
        ]
    )


def ends_of(name: str, draws: np.ndarray, enough: bool) -> dict[str, float]:
    """A value with its interval, without one where too few modes are behind it: reweighting hardly any would leave an
    interval of no width."""
    return ends(name, draws if enough else np.append(draws[:1], np.nan))


def softest_of(modes: spectra.Modes) -> np.ndarray:
    """The lowest frequency of each glass, (samples,); infinite where it has none."""
    lowest = np.full(modes.samples, np.inf)
    np.minimum.at(lowest, modes.owner, modes.frequency)
    return lowest


def summary(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each ensemble: what was measured, its window, and the share of glasses whose softest mode is softer
    than the first wave (Fig. 1.12)."""
    rows = []
    for each in found:
        one, soft = each.measured, each.measured.soft
        row = key_of(one) | {
            "included": one.included, "reason": one.reason, "samples": soft.modes.samples,
            "excluded": sum(one.excluded.values()), "density": one.density, "length": one.length,
            "spacing": one.spacing, "modes": one.counts.get("modes", 0), "pairs": one.counts.get("pairs", 0),
            "window": soft.window.upper[0], "window_reason": soft.window.reason, "complete": soft.complete,
        }  # fmt: skip
        for name in QUANTITIES:
            row |= ends_of(name, one.get(name), name not in OF_MODES or row["modes"] >= FEWEST)
        rows.append(row | _softer(each))
    return pd.DataFrame(rows)


def _softer(each: Ensemble) -> dict[str, float]:
    soft, wave = each.measured.soft, each.measured.get("wave")
    if not np.isfinite(wave[0]):
        return {"softer": np.nan, "softer_low": np.nan, "softer_high": np.nan}
    below = softest_of(soft.modes) < wave[0]
    low, high = share_between(int(below.sum()), len(below), CONFIDENCE)
    return {"softer": float(below.mean()), "softer_low": low, "softer_high": high}


def families(found: list[Ensemble]) -> Iterator[tuple[dict, list[Ensemble]]]:
    """Ensembles that differ in N alone, by ascending N, and what they have in common; those that are included."""
    grouped: dict[tuple, list[Ensemble]] = {}
    for each in found:
        if each.measured.included:
            grouped.setdefault(each.family, []).append(each)
    for (model, protocol, rate), members in grouped.items():
        largest: dict[int, Ensemble] = {}
        for each in members:
            n = each.measured.n
            if n not in largest or len(each.measured.samples) > len(largest[n].measured.samples):
                largest[n] = each
        told = {"model": model, "dimension": members[0].measured.dimension, "protocol": protocol, "rate": rate}
        yield told, [largest[n] for n in sorted(largest)]
