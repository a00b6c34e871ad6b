"""Spectra as curves: density, cumulative, participation against frequency; bands of waves and the cutoff."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, ends, key_of
from glassworks.statistics.resampling import deviation, interpolated
from glassworks.studies.thesis2.analysis.ensembles import Ensemble, ends_of

WINDOWS = np.geomspace(0.4, 1.0, 13)
"""Ends of windows that are compared, in that of the frequencies without waves."""
STEP = 1.06
"""Ratio of neighboring ends of the bins in which participation ratios are averaged."""
REACH = 1.2
"""Of the frequency of the first wave, up to which the first peak of the participation ratio is sought: before the
second band, at 2^½ of it."""
PLACES = 80
"""Frequencies between which the cumulative number of modes is interpolated."""
BANDS = 3


def densities(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each bin of D(ω) (Fig. 2.2), up to where the computed modes are complete."""
    rows = []
    for each in found:
        soft = each.measured.soft
        bins = spectra.density(soft.modes, soft.weight, soft.complete)
        for column, center in enumerate(bins["center"]):
            place = {"frequency": center, "lower": bins["lower"][column], "upper": bins["upper"][column]}
            rows.append(key_of(each.measured) | place | ends("density_of_states", bins["draws"][:, column]))
    return pd.DataFrame(rows)


def cumulatives(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each of some steps of C(ω): it, and C/ω⁵ with its interval (Fig. 2.4)."""
    rows = []
    for each in found:
        modes, weight = each.measured.soft.modes, each.measured.soft.weight
        frequency, value, count = spectra.cumulative(modes, limit=each.measured.soft.complete)
        draws = weight @ modes.counts(frequency) / weight.sum(axis=1, keepdims=True) / (modes.n * modes.dimension)
        for column, (place, height, number) in enumerate(zip(frequency, value, count, strict=True)):
            row = {"frequency": place, "modes": int(number), "cumulative": height}
            row |= ends_of("scaled", draws[:, column] / place**spectra.LAW, number >= FEWEST)
            rows.append(key_of(each.measured) | row)
    return pd.DataFrame(rows)


class Bins(NamedTuple):
    """Modes in bins of frequency: ends (bins + 1,), modes in each (bins,), and draws (draws, bins) of their number, of
    Σ N e and of Σ N e ln ω."""

    edges: np.ndarray
    count: np.ndarray
    numbers: np.ndarray
    sums: np.ndarray
    logs: np.ndarray


def _bins(each: Ensemble) -> Bins:
    modes, weight = each.measured.soft.modes, each.measured.soft.weight
    lowest, complete = float(modes.frequency.min()), each.measured.soft.complete
    count = max(1, math.ceil(math.log(complete / lowest) / math.log(STEP)))
    edges = np.geomspace(lowest * (1.0 - 1e-9), complete, count + 1)
    number = np.searchsorted(edges, modes.frequency, side="right") - 1
    kept = (number >= 0) & (number < count)
    numbers, sums, logs = np.zeros((3, modes.samples, count))
    place, share = (modes.owner[kept], number[kept]), modes.n * each.share[kept]
    np.add.at(numbers, place, 1.0)
    np.add.at(sums, place, share)
    np.add.at(logs, place, share * np.log(modes.frequency[kept]))
    return Bins(edges, numbers.sum(axis=0), weight @ numbers, weight @ sums, weight @ logs)


def running_participation(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each bin of frequency that holds `FEWEST` modes: their mean N e (Fig. 2.3)."""
    rows = []
    for each in found:
        edges, count, numbers, sums, _ = _bins(each)
        for column in np.flatnonzero(count >= FEWEST):
            place = {"lower": edges[column], "upper": edges[column + 1], "modes": int(count[column])}
            place["frequency"] = math.sqrt(edges[column] * edges[column + 1])
            with np.errstate(invalid="ignore", divide="ignore"):
                draws = sums[:, column] / numbers[:, column]
            rows.append(key_of(each.measured) | place | ends("localized", draws))
    return pd.DataFrame(rows)


def windows(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each end of the window [0, W]: exponent of C and A_g of the modes in it; the one that is used is
    `chosen`."""
    rows = []
    for each in found:
        soft, limit = each.measured.soft, each.limit
        if not np.isfinite(limit[0]):
            continue
        used = soft.window.upper
        for relative, upper, chosen in [*((x, x * limit, False) for x in WINDOWS), (used[0] / limit[0], used, True)]:
            inside = spectra.inside(soft.modes, soft.weight, upper)
            if inside.count[0] < FEWEST:
                continue
            draws = spectra.exponent_draws(inside)
            row = {"window": upper[0], "relative": relative, "chosen": chosen, "modes": int(inside.count[0])}
            row |= {"samples": soft.modes.samples, "error": deviation(draws)}
            row |= ends("prefactor", spectra.prefactor_draws(soft.modes, inside, upper, soft.weight))
            rows.append(key_of(each.measured) | row | ends("exponent", draws))
    return pd.DataFrame(rows)


def crowded(each: Ensemble) -> np.ndarray:
    """Draws of the frequency below which a glass has half as many modes as the first band of waves: it needs no
    modulus, and is where waves begin to outnumber all other modes."""
    modes, weight, complete = each.measured.soft.modes, each.measured.soft.weight, each.measured.soft.complete
    half = 0.5 * spectra.phonon_bands(1.0, 1.0, modes.dimension, 1)[0].degeneracy
    grid = np.geomspace(float(modes.frequency.min()), complete, PLACES)
    counts = weight @ modes.counts(grid) / weight.sum(axis=1, keepdims=True)
    place = np.exp(interpolated(np.full(len(weight), half), counts, np.log(grid)))
    return np.where((counts[:, 0] < half) & (half < counts[:, -1]), place, np.nan)


HALF = 0.5
"""Of the height of a peak, above which bins belong to it."""


def peak_of(each: Ensemble) -> np.ndarray:
    """Draws of the frequency of the first peak of the mean N e, up to `REACH` of the first wave: the mean of ln ω,
    weighted with Σ N e, over the bins that are at least `HALF` as high as the highest; NaN where that is the last."""
    wave = each.measured.get("wave")
    nothing = np.full(len(wave), np.nan)
    if not np.isfinite(wave[0]):
        return nothing
    edges, count, numbers, sums, logs = _bins(each)
    center = np.sqrt(edges[1:] * edges[:-1])
    run = np.flatnonzero(center < REACH * wave[0])
    if len(run) < FEWEST or len(run) == len(center):
        return nothing
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count[run] >= FEWEST, np.nan_to_num(sums[:, run] / numbers[:, run]), 0.0)
        inside = mean >= HALF * mean.max(axis=1, keepdims=True)
        place = np.exp((logs[:, run] * inside).sum(axis=1) / (sums[:, run] * inside).sum(axis=1))
    return np.where(mean.argmax(axis=1) < len(run) - 1, place, np.nan)


def bands(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each of the lowest bands of transverse waves: frequency and degeneracy; beside the first its lower
    edge, the peak of N e and where modes crowd."""
    rows = []
    for each in found:
        one = each.measured
        wave, lacking = one.get("wave"), np.full(len(one.weight), np.nan)
        if not np.isfinite(wave[0]):
            continue
        peak = peak_of(each)
        levels = spectra.phonon_bands(1.0, 2.0 * np.pi, one.dimension, BANDS)
        for number, level in enumerate(levels):
            first = number == 0
            row = {"band": number, "degeneracy": level.degeneracy, "samples": one.soft.modes.samples}
            row |= ends("wave", wave * level.frequency) | ends("band_edge", one.limit if first else lacking)
            row |= ends("crowded", crowded(each) if first else lacking) | ends("peak", peak if first else lacking)
            rows.append(key_of(one) | row | ends("peak_over_wave", peak / wave if first else lacking))
    return pd.DataFrame(rows)


def find_cutoffs(found: list[Ensemble]) -> None:
    """Adds the draws `cutoff` and `deficit` to each ensemble."""
    for each in found:
        told = spectra.cutoff(each.measured.soft.modes, each.measured.soft.weight, each.limit)
        each.measured.draws |= {"cutoff": told.frequency, "deficit": told.deficit}
        each.measured.notes["cutoff"] = told.reason


def cutoffs(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each ensemble: ω_c, over the first wave and over ω_D, and how many modes the law of lower frequencies
    has too many below the band."""
    rows = []
    for each in found:
        one = each.measured
        row = key_of(one) | {"samples": one.soft.modes.samples, "reason": one.notes["cutoff"]}
        cutoff = one.get("cutoff")
        row |= ends("cutoff", cutoff) | ends("deficit", one.get("deficit"))
        row |= ends("cutoff_over_wave", cutoff / one.get("wave"))
        rows.append(row | ends("cutoff_over_debye", cutoff / one.get("debye")))
    return pd.DataFrame(rows)
