"""From raw tables to what the figures show: one row an ensemble, a bin of its spectrum, a mode, a range of pinches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import Measured, ends, key_of, measure
from glassworks.statistics.tables import ensembles, good, of

OF_GLASSES = ("energy", "pressure", "shear", "bulk")
OF_SPOTS = ("omega_g", "softest", "participation", "spot_frequency", "spot_core")
"""Means over glasses that the summary has, with their intervals: of a glass as a whole, and of its soft spots."""
BINS = 9
"""Ranges of frequency that a spectrum is cut into."""


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables, by name."""
    measured = [measure(raw, key) for key in ensembles(raw["glasses"]).to_dict("records")]
    return {
        "summary": pd.DataFrame([_summary(one) for one in measured]),
        "spectrum": _joined([_spectrum(one) for one in measured]),
        "localization": _joined([_modes(one, raw["modes"]) for one in measured]),
        "pinches": _joined([_pinches(one, raw["dipoles"]) for one in measured]),
    }


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _summary(one: Measured) -> dict:
    """One ensemble: means over its glasses."""
    row = key_of(one) | {
        "samples": len(one.samples), "excluded": sum(one.excluded.values()), "included": one.included,
        "reason": one.reason or "ok", "density": one.density,
    }  # fmt: skip
    for name in (*OF_GLASSES, *OF_SPOTS):
        row |= ends(name, one.get(name))
    return row | {"band": one.band.frequency if one.band else np.nan}


def _spectrum(one: Measured) -> pd.DataFrame:
    """D(ω) as far as all modes of all glasses were found, in ranges that widen with ω."""
    if one.soft is None:
        return pd.DataFrame()
    found = spectra.density(one.soft.modes, one.soft.weight, one.soft.complete, BINS)
    rows = [ends("density_of_states", draws) for draws in found["draws"].T]
    return pd.DataFrame(rows).assign(frequency=found["center"], **key_of(one)) if rows else pd.DataFrame()


def _modes(one: Measured, modes: pd.DataFrame) -> pd.DataFrame:
    """Frequency and participation ratio of each mode."""
    rows = good(of(modes, one.key["group"], one.key["ensemble"]))
    rows = rows[rows["sample"].isin(one.samples)] if len(rows) else rows
    return rows[["sample", "frequency", "participation"]].assign(**key_of(one)) if len(rows) else pd.DataFrame()


def _pinches(one: Measured, dipoles: pd.DataFrame) -> pd.DataFrame:
    """The share of pinches whose response has a frequency of each range, and of what lies below."""
    rows = good(of(dipoles, one.key["group"], one.key["ensemble"]))
    if rows.empty:
        return pd.DataFrame()
    frequency = np.sort(rows["frequency"].to_numpy())
    places = np.unique(np.geomspace(1, len(frequency), 60).round().astype(int))
    return pd.DataFrame({"frequency": frequency[places - 1], "share": places / len(frequency)}).assign(**key_of(one))
