"""Spectra of soft modes: their density, the windows that A_g and N e_0 are taken in, exponents, participation ratios.

Frequencies in ω_0 = c_s/a_0 of each ensemble's own G; densities of states a particle (A8), d times those a mode.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, Measured, ends, key_of
from glassworks.statistics.resampling import ratio_draws
from glassworks.statistics.tables import of
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.counted import count_of, ladders, told

BINS = 16
WINDOWS = np.geomspace(0.11, 0.36, 13)
"""Ends of windows that are compared, in ω_g; the one that is used is among them."""
ALL = "all"
"""What pooled rows have for an ensemble, and for a group where they pool all."""


def sticky(measured: list[Measured]) -> list[Measured]:
    """The ensembles of sticky spheres that have modes and a modulus, hence a unit of frequency."""
    return [one for one in measured if one.key["group"] in STICKY and one.soft and np.isfinite(one.get("unit")[0])]


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
        for name in ("exponent", "core_slope", "width", "tail", "omega_reduced", "omega_g", "prefactor",
                     "prefactor_reduced", "number", "core"):  # fmt: skip
            row |= told(one, name)
        rows.append(row)
    return pd.DataFrame(rows)


def soft_windows(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
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
            found = spectra.inside(one.soft.modes, one.soft.weight, upper, shares(one, raw))
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


def shares(one: Measured, raw: dict[str, pd.DataFrame]) -> np.ndarray:
    """Participation ratios e of an ensemble's modes, in their order."""
    frame = of(raw["modes"], one.key["group"], one.key["ensemble"])
    failed = set(frame.loc[frame["status"] != "ok", "sample"])
    kept = frame["sample"].isin(one.samples) & ~frame["sample"].isin(failed)
    return frame.loc[kept & (frame["frequency"] > spectra.ZERO_FREQUENCY), "participation"].to_numpy(dtype=float)


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


def add_core_slopes(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> None:
    """Add the draws `core_slope`: d ln e / d ln ω over the modes in the window of N e_0, 0 on a plateau."""
    for one in sticky(measured):
        x, y, weight = _in_window(one, raw)
        if len(x) >= FEWEST:
            one.draws["core_slope"] = _slope(x, y, weight)


def _in_window(one: Measured, raw: dict[str, pd.DataFrame]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ln ω, ln e and the weights of the modes below the threshold, which is chosen again in each draw."""
    modes, upper = one.soft.modes, one.soft.window.upper
    kept = modes.frequency <= np.nan_to_num(upper).max()
    frequency, owner, share = modes.frequency[kept], modes.owner[kept], shares(one, raw)[kept]
    weight = np.where(frequency <= upper[:, None], one.soft.weight[:, owner], 0.0)
    return np.log(frequency), np.log(share), weight


def _slope(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the slope of the least-squares line through points with weights (1 + repeats, points)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = ratio_draws(x, np.ones(len(x)), weight), ratio_draws(y, np.ones(len(y)), weight)
        square = weight @ (x * x) - weight.sum(axis=1) * mean_x**2
        return (weight @ (x * y) - weight.sum(axis=1) * mean_x * mean_y) / square


def plateaus(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """d ln e / d ln ω below the threshold, one slope for the included ensembles of each group, and of all: each
    ensemble about its own means."""
    rows, every = [], []
    for group, steps in ladders(sticky(measured)).items():
        rows.append(_plateau(group, steps, raw))
        every += steps
    if every:
        rows.append(_plateau(ALL, every, raw))
    return pd.DataFrame([row for row in rows if row])


def _plateau(group: str, several: list[Measured], raw: dict[str, pd.DataFrame]) -> dict:
    up, down, modes, used = 0.0, 0.0, 0, []
    for one in several:
        x, y, weight = _in_window(one, raw)
        if count_of(one)[0] < FEWEST:
            continue
        total = weight.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean_x, mean_y = weight @ x / total, weight @ y / total
        up = up + weight @ (x * y) - total * mean_x * mean_y
        down = down + weight @ (x * x) - total * mean_x**2
        modes, used = modes + int(count_of(one)[0]), [*used, one]
    if not used:
        return {}
    reach = [one.temperature for one in used]
    return {
        "group": group, "temperatures": len(used), "coldest": min(reach), "hottest": max(reach),
        "samples": min(len(one.samples) for one in used), "modes": modes,
    } | ends("core_slope", up / down)  # fmt: skip


def core_profiles(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """N e averaged over modes in bins of ω/ω_0: the running average beside which N e_0 is set (Fig. 14)."""
    rows = []
    for one in sticky(measured):
        modes, share, unit = one.soft.modes, shares(one, raw), one.get("unit")[0]
        inside = modes.frequency <= one.soft.complete
        if inside.sum() < FEWEST:
            continue
        edges = np.geomspace(modes.frequency[inside].min() * 0.999, one.soft.complete, BINS + 1)
        place = np.digitize(modes.frequency, edges) - 1
        for number in range(BINS):
            mine = inside & (place == number)
            if mine.sum() < FEWEST:
                continue
            size = np.bincount(modes.owner[mine], share[mine] * one.n, modes.samples)
            count = np.bincount(modes.owner[mine], minlength=modes.samples).astype(float)
            rows.append(
                key_of(one)
                | {"frequency": np.sqrt(edges[number] * edges[number + 1]) / unit, "modes": int(mine.sum())}
                | ends("core", ratio_draws(size, count, one.soft.weight))
            )
    return pd.DataFrame(rows)
