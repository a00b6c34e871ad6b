"""Tables of ensembles: the summary, spectra, the prefactor against its window, exponents, and where the law breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, Measured, ends, key_of
from glassworks.statistics.resampling import deviation
from glassworks.statistics.units import Units, scale_of

QUANTITIES = (
    "energy", "pressure", "shear", "shear_median", "bulk", "shear_speed", "omega_g", "omega_g_median", "softest",
    "prefactor", "number", "xi_s", "participation", "xi_g", "xi_qlm", "xi_co", "spot_frequency", "spot_core",
)  # fmt: skip


def summary(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """One row an ensemble: every quantity with the ends of its 95% interval, what it rests on and what was left out."""
    rows = []
    for one in measured:
        unit, scale = units.get(one.key["model"]), scale_of(one, units)
        row = key_of(one) | {
            "scaled_temperature": one.temperature / unit.onset if unit else np.nan,
            "included": one.included,
            "reason": one.reason,
            "samples": len(one.samples),
            "excluded": sum(one.excluded.values()),
            "excluded_why": "; ".join(f"{count} {why}" for why, count in one.excluded.items()),
            "density": one.density,
            "length": one.length,
            "spacing": one.spacing,
        }
        for name in ("moduli", "dipoles", "pairs", "modes_samples", "modes", "decay", "softspots"):
            row[f"{name}_count"] = one.counts.get(name, 0)
        for name in QUANTITIES:
            row |= ends(name, one.get(name))
        row |= {
            "pairs_needed": one.pairs.pairs_needed,
            "omega_g_between": one.pairs.between / scale,
            "omega_g_within": one.pairs.within / scale,
            "window": one.window.upper / scale if one.window else np.nan,
            "window_reason": one.window.reason if one.window else "no modes",
            "first_phonon": one.band.frequency / scale if one.band else np.nan,
            "band_edge": one.edge / scale,
            "complete": one.complete / scale,
            "xi_co_reason": one.notes.get("xi_co", "no responses measured"),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def prefactor_windows(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """A_g and the exponent against the window, from the smallest with enough modes to 1.3 times the limit."""
    rows = []
    for one in measured:
        if one.modes is None or not np.isfinite(one.window.limit):
            continue
        scale = scale_of(one, units)
        top = np.fmin(1.3 * one.window.limit, one.complete)
        grid = spectra.candidates(one.modes, top, FEWEST)[::2]
        grid = np.unique(np.append(grid, one.window.upper))
        table = spectra.prefactor_draws(one.modes, grid, one.modes_weight) * scale**spectra.LAW
        for column, upper in enumerate(grid):
            found = spectra.exponent(one.modes.frequency, upper)
            rows.append(
                key_of(one)
                | {
                    "window": upper / scale,
                    "relative": upper / one.window.limit,
                    "chosen": bool(upper == one.window.upper),
                }
                | ends("prefactor", table[:, column])
                | {"exponent": found.value, "exponent_low": found.low, "exponent_high": found.high}
                | {"p_value": found.p_value, "modes": found.count}
            )
    return pd.DataFrame(rows)


def cumulative_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Cumulative spectra up to the frequency where the computed modes are complete."""
    frames = []
    for one in measured:
        if one.modes is None:
            continue
        frequency, value, count = spectra.cumulative(one.modes, limit=one.complete)
        frames.append(
            pd.DataFrame(
                key_of(one) | {"frequency": frequency / scale_of(one, units), "cumulative": value, "modes": count}
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def density_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Binned density of states with intervals."""
    rows = []
    for one in measured:
        if one.modes is None:
            continue
        scale = scale_of(one, units)
        found = spectra.density(one.modes, one.modes_weight, one.complete)
        for column, center in enumerate(found["center"]):
            place = {
                "frequency": center / scale,
                "lower": found["lower"][column] / scale,
                "upper": found["upper"][column] / scale,
            }
            rows.append(key_of(one) | place | ends("density_of_states", found["draws"][:, column] * scale))
    return pd.DataFrame(rows)


def exponents(measured: list[Measured]) -> pd.DataFrame:
    """The exponent of the cumulative of the softest modes, in a window that no test has selected.

    The window of A_g is chosen for passing as omega^4, so an exponent measured inside it would be biased toward 5.
    Here the window ends at the mode that leaves on average `SOFTEST` modes a glass below it (or at the window's limit,
    if that is lower): most glasses have none, which is the regime of the law. A last row of each group (`ensemble`
    'all') pools its ensembles.
    """
    rows = []
    for _, members in _groups(measured):
        pooled_logs, pooled_counts = 0.0, 0.0
        for one in members:
            logs, counts = _softest(one)
            with np.errstate(divide="ignore", invalid="ignore"):
                draws = np.where(counts > 3, (counts - 1) / logs, np.nan)
            pooled_logs, pooled_counts = pooled_logs + logs, pooled_counts + counts
            rows.append(key_of(one) | ends("exponent", draws) | {"modes": int(counts[0]), "error": deviation(draws)})
        with np.errstate(divide="ignore", invalid="ignore"):
            draws = np.where(pooled_counts > 3, (pooled_counts - 1) / pooled_logs, np.nan)
        key = key_of(members[0]) | {"ensemble": "all", "temperature": np.nan, "rate": np.nan, "n": 0}
        rows.append(key | ends("exponent", draws) | {"modes": int(pooled_counts[0]), "error": deviation(draws)})
    return pd.DataFrame(rows)


SOFTEST = 1 / 3
"""Modes a glass below the end of the window in which the exponent is measured."""


def _softest(one: Measured) -> tuple[np.ndarray, np.ndarray]:
    """Draws of sum ln(W/w) and of the number of modes below W, the k-th softest mode of the ensemble.

    Given the k-th, the k - 1 softer modes are independent draws from the law below it.
    """
    modes = one.modes
    ordered = np.sort(modes.frequency)
    limit = one.window.limit if one.window else np.nan
    upper = np.fmin(ordered[min(int(SOFTEST * modes.samples), len(ordered) - 1)], limit)
    inside = modes.frequency < upper
    owner = modes.owner[inside]
    logs = np.bincount(owner, np.log(upper / modes.frequency[inside]), minlength=modes.samples)
    counts = np.bincount(owner, minlength=modes.samples).astype(float)
    return one.modes_weight @ logs, one.modes_weight @ counts


def _groups(measured: list[Measured]) -> list[tuple[str, list[Measured]]]:
    """Included ensembles with modes, by group."""
    found: dict[str, list[Measured]] = {}
    for one in measured:
        if one.included and one.modes is not None:
            found.setdefault(one.key["group"], []).append(one)
    return list(found.items())


def find_cutoffs(measured: list[Measured], units: dict[str, Units]) -> None:
    """Add the draws `cutoff` (in c_inf/a0) and `deficit` to ensembles with modes."""
    for one in measured:
        if one.modes is None or one.window is None:
            continue
        limit = np.fmin(one.edge, one.complete)
        found = spectra.cutoff(one.modes, one.modes_weight, limit)
        one.draws["cutoff"] = found.frequency / scale_of(one, units)
        one.draws["deficit"] = found.deficit
        one.notes["cutoff"] = found.reason


def cutoff_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Where the omega^4 law breaks, beside the first phonon band, one row an ensemble with modes."""
    rows = []
    for one in measured:
        if one.modes is None:
            continue
        scale = scale_of(one, units)
        debye = np.nan
        if np.isfinite(one.get("shear")[0] + one.get("bulk")[0]):
            debye = spectra.debye_frequency(one.density, one.get("shear")[0], one.get("bulk")[0], one.dimension) / scale
        phonon = one.band.frequency / scale if one.band else np.nan
        rows.append(
            key_of(one)
            | {"included": one.included, "samples": one.modes.samples, "debye": debye, "first_phonon": phonon}
            | {
                "band_edge": one.edge / scale,
                "complete": one.complete / scale,
                "reason": one.notes.get("cutoff", "no modes"),
            }
            | {"scale": scale}
            | ends("cutoff", one.get("cutoff"))
            | ends("deficit", one.get("deficit"))
            | ends("cutoff_over_phonon", one.get("cutoff") / phonon)
            | ends("cutoff_over_debye", one.get("cutoff") / debye)
        )
    return pd.DataFrame(rows)
