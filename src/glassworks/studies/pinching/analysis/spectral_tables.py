"""Tables of ensembles: the summary, spectra, the prefactor against its window, exponents, and where the law breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, Measured, ends, key_of, known_ends, ladder
from glassworks.statistics.resampling import deviation
from glassworks.studies.pinching.analysis.units import Units, scale_of

QUANTITIES = (
    "energy", "pressure", "shear", "shear_median", "bulk", "shear_speed", "omega_g", "omega_g_median", "softest",
    "prefactor", "exponent", "number", "xi_s", "participation", "xi_g", "xi_qlm", "xi_co", "xi_softest", "xi_response",
    "xi_spots", "spot_frequency", "spot_core",
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
            row |= known_ends(one, name)
        row |= {
            **{f"{name}_effective": one.effective.get(name, np.nan) for name in ("shear", "omega_g", "modes")},
            "pairs_needed": one.pairs.pairs_needed,
            "omega_g_between": one.pairs.between / scale,
            "omega_g_within": one.pairs.within / scale,
            "window": one.soft.window.upper[0] / scale if one.soft else np.nan,
            "window_reason": one.soft.window.reason if one.soft else "no modes",
            "first_phonon": one.band.frequency / scale if one.band else np.nan,
            "band_edge": one.limit[0] / scale,
            "complete": one.soft.complete / scale if one.soft else np.nan,
            "xi_co_reason": one.notes.get("xi_co", "no responses measured"),
        }
        rows.append(row)
    return pd.DataFrame(rows)


WINDOWS = np.geomspace(0.11, 0.36, 21)
"""Ends of windows that are compared, in omega_g; the one that is used is among them."""


def prefactor_windows(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """A_g, N and the exponent of the cumulative against the window's end, in omega_g."""
    rows = []
    for one in measured:
        unit = units.get(one.key["model"])
        if one.soft is None or unit is None or not np.isfinite(one.get("omega_g")[0]):
            continue
        pinching = one.get("omega_g") * unit.frequency_draws  # as the modes are
        for relative in np.unique(np.append(WINDOWS, spectra.SOFT)):
            upper = relative * pinching
            found = spectra.inside(one.soft.modes, one.soft.weight, upper)
            if upper[0] > one.soft.complete or found.count[0] < FEWEST:
                continue
            prefactor = spectra.prefactor_draws(one.soft.modes, found, upper, one.soft.weight)
            rows.append(
                key_of(one)
                | {"window": upper[0] / unit.frequency, "relative": relative, "chosen": bool(relative == spectra.SOFT)}
                | {"band_edge": one.limit[0] / pinching[0], "modes": int(found.count[0])}
                | ends("prefactor", prefactor * unit.frequency_draws**spectra.LAW)
                | ends("number", prefactor * pinching**spectra.LAW)
                | ends("exponent", spectra.exponent_draws(found))
            )
    return pd.DataFrame(rows)


def cumulative_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Cumulative spectra up to the frequency where the computed modes are complete."""
    frames = []
    for one in measured:
        if one.soft is None:
            continue
        frequency, value, count = spectra.cumulative(one.soft.modes, limit=one.soft.complete)
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
        if one.soft is None:
            continue
        scale = scale_of(one, units)
        found = spectra.density(one.soft.modes, one.soft.weight, one.soft.complete)
        for column, center in enumerate(found["center"]):
            place = {
                "frequency": center / scale,
                "lower": found["lower"][column] / scale,
                "upper": found["upper"][column] / scale,
            }
            rows.append(key_of(one) | place | ends("density_of_states", found["draws"][:, column] * scale))
    return pd.DataFrame(rows)


def exponents(measured: list[Measured]) -> pd.DataFrame:
    """The exponent of the cumulative in the window of A_g, one row an ensemble with modes there, one of each T_p.

    A last row of each group (`ensemble` 'all') pools its ensembles.
    """
    rows = []
    for group, members in _groups(measured):
        members = [one for one in ladder(members, group) or members if one.soft]
        if not members:
            continue
        for one in members:
            draws = one.get("exponent")
            row = {"modes": int(one.soft.inside.count[0]), "samples": len(one.samples), "error": deviation(draws)}
            rows.append(key_of(one) | ends("exponent", draws) | row)
        count, logs = (sum(getattr(one.soft.inside, name) for one in members) for name in ("count", "logs"))
        draws = spectra.exponent_draws(spectra.Inside(count, logs, count))
        key = key_of(members[0]) | {"ensemble": "all", "group": group, "temperature": np.nan, "rate": np.nan, "n": 0}
        samples = min(len(one.samples) for one in members)
        row = {"modes": int(count[0]), "samples": samples, "error": deviation(draws)}
        rows.append(key | ends("exponent", draws) | row)
    return pd.DataFrame(rows)


def _groups(measured: list[Measured]) -> list[tuple[str, list[Measured]]]:
    """Included ensembles with modes, by group."""
    found: dict[str, list[Measured]] = {}
    for one in measured:
        if one.included and one.soft:
            found.setdefault(one.key["group"], []).append(one)
    return list(found.items())


def find_cutoffs(measured: list[Measured], units: dict[str, Units]) -> None:
    """Add the draws `cutoff` (in c_inf/a0) and `deficit` to ensembles with modes."""
    for one in measured:
        if one.soft is None:
            continue
        limit = np.fmin(one.limit, one.soft.complete)
        found = spectra.cutoff(one.soft.modes, one.soft.weight, limit)
        one.draws["cutoff"] = found.frequency / scale_of(one, units)
        one.draws["deficit"] = found.deficit
        one.notes["cutoff"] = found.reason


def cutoff_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Where the omega^4 law breaks, beside the first phonon band, one row an ensemble with modes."""
    rows = []
    for one in measured:
        if one.soft is None:
            continue
        scale = scale_of(one, units)
        debye = np.nan
        if np.isfinite(one.get("shear")[0] + one.get("bulk")[0]):
            debye = spectra.debye_frequency(one.density, one.get("shear")[0], one.get("bulk")[0], one.dimension) / scale
        phonon = one.band.frequency / scale if one.band else np.nan
        rows.append(
            key_of(one)
            | {"included": one.included, "samples": one.soft.modes.samples, "debye": debye, "first_phonon": phonon}
            | {
                "band_edge": one.limit[0] / scale,
                "complete": one.soft.complete / scale,
                "reason": one.notes.get("cutoff", "no modes"),
            }
            | {"scale": scale}
            | ends("cutoff", one.get("cutoff"))
            | ends("deficit", one.get("deficit"))
            | ends("cutoff_over_phonon", one.get("cutoff") / phonon)
            | ends("cutoff_over_debye", one.get("cutoff") / debye)
        )
    return pd.DataFrame(rows)
