"""Spectra of soft modes: their density, the windows that A_g and N e_0 are taken in, exponents.

Frequencies in ω_0 = c_s/a_0 of each ensemble's own G; densities of states a particle (A8), d times those a mode.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, Measured, ends, key_of
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.counted import Shares, count_of, ladders, sticky, told

BINS = 16
WINDOWS = np.geomspace(0.11, 0.36, 13)
"""Ends of windows that are compared, in ω_g; the one that is used is among them."""
ALL = "all"
"""What pooled rows have for an ensemble, and for a group where they pool all."""


def densities(measured: list[Measured]) -> pd.DataFrame:
    """D(ω)ω_0 against ω/ω_0, binned, up to where all modes were found; bins are those of ω/ω_0 as it is."""
    rows = []
    for one in sticky(measured):
        unit = one.get("unit")
        found = spectra.density(one.soft.modes, one.soft.weight, one.soft.complete, BINS)
        for column, center in enumerate(found["center"]):
            place = {
                "frequency": center / unit[0],
                "lower": found["lower"][column] / unit[0],
                "upper": found["upper"][column] / unit[0],
            }
            values = found["draws"][:, column] * one.dimension * unit
            rows.append(key_of(one) | place | ends("density_of_states", values))
    return pd.DataFrame(rows)


def soft(measured: list[Measured]) -> pd.DataFrame:
    """What each ensemble's soft modes and pinches are like, and the window that A_g and N e_0 are taken in."""
    rows = []
    for one in measured:
        if one.key["group"] not in STICKY:
            continue
        unit = one.get("unit")[0]
        row = key_of(one) | {
            "cutoff": STICKY[one.key["group"]],
            "included": one.included,
            "samples": len(one.samples),
            "modes": one.counts.get("modes", 0),
            "pairs": one.counts.get("pairs", 0),
            "window": one.soft.window.upper[0] / unit if one.soft else np.nan,
            "window_reason": one.soft.window.reason if one.soft else "no modes",
            "first_phonon": one.band.frequency / unit if one.band else np.nan,
            "band_edge": one.limit[0] / unit,
            "complete": one.soft.complete / unit if one.soft else np.nan,
        }
        for name in ("exponent", "core_slope", "width", "tail", "distance", "omega_reduced", "omega_g", "prefactor",
                     "prefactor_reduced", "number", "core"):  # fmt: skip
            row |= told(one, name)
        rows.append(row)
    return pd.DataFrame(rows)


def soft_windows(measured: list[Measured], share: Shares) -> pd.DataFrame:
    """A_g, 𝒩, the exponent of the cumulative and N e_0 against the window's end, an ensemble a row and pooled ones.

    A window that reaches into the first phonon band, or beyond the modes that were found, has no row.
    """
    rows = []
    for relative in np.unique(np.append(WINDOWS, spectra.SOFT)):
        sums: dict[str, list] = {}
        for one in sticky(measured):
            upper = relative * one.get("omega_g")
            if not upper[0] <= min(one.soft.complete, one.limit[0]):
                continue
            found = spectra.inside(one.soft.modes, one.soft.weight, upper, share[one.key["ensemble"]])
            if one.included:
                for group in (one.key["group"], ALL):
                    sums.setdefault(group, []).append((one, found))
            if found.count[0] >= FEWEST:
                rows.append(key_of(one) | _window(one, found, upper, relative))
        rows += [_pooled(group, several, relative) for group, several in sums.items()]
    frame = pd.DataFrame(rows)
    return frame.sort_values(["group", "ensemble", "relative"], ignore_index=True) if len(frame) else frame


def _window(one: Measured, found: spectra.Inside, upper: np.ndarray, relative: float) -> dict:
    unit = one.get("unit")
    prefactor = spectra.prefactor_draws(one.soft.modes, found, upper, one.soft.weight) * one.dimension
    with np.errstate(divide="ignore", invalid="ignore"):
        core = one.n * found.share / found.count
    return (
        {"relative": relative, "window": upper[0] / unit[0], "chosen": bool(relative == spectra.SOFT)}
        | {"included": one.included, "samples": one.soft.modes.samples, "modes": int(found.count[0])}
        | ends("prefactor_reduced", prefactor * unit**spectra.LAW)
        | ends("number", prefactor * one.get("omega_g") ** spectra.LAW)
        | ends("exponent", spectra.exponent_draws(found))
        | ends("core", core)
    )


def _pooled(group: str, several: list[tuple[Measured, spectra.Inside]], relative: float) -> dict:
    """The exponent of all modes of several ensembles, each in its own window."""
    count, logs = (sum(getattr(found, name) for _, found in several) for name in ("count", "logs"))
    key = dict.fromkeys(key_of(several[0][0]), None) | {"group": group, "ensemble": ALL}
    key |= {"paper": several[0][0].key.get("paper"), "temperature": np.nan, "rate": np.nan}
    key |= {"dimension": several[0][0].dimension, "n": 0, "model": ALL, "protocol": ALL}
    samples = min(len(one.samples) for one, _ in several)
    return (
        key
        | {"relative": relative, "window": np.nan, "chosen": bool(relative == spectra.SOFT)}
        | {"included": True, "samples": samples, "modes": int(count[0])}
        | ends("exponent", spectra.exponent_draws(spectra.Inside(count, logs, count)))
    )


def exponents(measured: list[Measured]) -> pd.DataFrame:
    """The exponent of the cumulative in the window of A_g, one for all included ensembles of each group, and of all."""
    rows, every = [], []
    for group, steps in ladders(sticky(measured)).items():
        rows.append(_exponent(group, steps))
        every += steps
    if every:
        rows.append(_exponent(ALL, every))
    return pd.DataFrame(rows)


def _exponent(group: str, several: list[Measured]) -> dict:
    inside = [one.soft.inside for one in several]
    count, logs = (sum(getattr(each, name) for each in inside) for name in ("count", "logs"))
    draws = spectra.exponent_draws(spectra.Inside(count, logs, count))
    counted = [one for one in several if count_of(one)[0] >= FEWEST]
    reach = [one.temperature for one in counted] or [np.nan]
    return {
        "group": group, "temperatures": len(counted), "coldest": min(reach), "hottest": max(reach),
        "samples": min(len(one.samples) for one in several), "modes": int(count[0]),
    } | ends("exponent", draws)  # fmt: skip
