"""One ensemble of annealed glasses: its quantities as draws, in reduced units and in those of the paper.

Frequencies are told in ω_0 = c_s/a_0 with the ensemble's own G, which varies with r_c and T_p and is carried on the
same draws (sec. II). A_g is that of D(ω) = (1/N)⟨Σ δ(ω − ω_l)⟩ (A8), d times that of a density a mode.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import Measured, key_of, measure
from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.tables import aligned, good, of
from glassworks.studies.sticky.analysis.counted import told

CRYSTAL = "crystal"
"""What the status of a glass begins with in which a crystal was recognized."""
PUBLISHED, STRUCTURE = "published-", "order-"
"""What names of groups begin with that have the ensembles of others: as often as published, or for their structure."""
STRUCTURES = ("structure", "liquid_structure")
QUANTITIES = (
    "energy", "pressure", "shear", "bulk", "moduli_ratio", "nonaffine", "poisson", "pressure_over_bulk",
    "pressure_over_forces", "unit", "omega_g", "omega_reduced", "prefactor", "prefactor_reduced", "number", "core",
)  # fmt: skip
"""What the summary tells of each ensemble, with its interval."""


def without_crystals(raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The raw tables in which glasses that crystallized are left out, named in the `status` of their row of glasses."""
    crystals, glasses = raw["crystals"], raw["glasses"]
    if crystals.empty or glasses.empty:
        return raw
    places = ["group", "ensemble", "sample"]
    flagged = crystals[crystals["status"].astype(str).str.startswith(CRYSTAL)]
    named = glasses[places].merge(flagged[[*places, "status"]], on=places, how="left")["status"].to_numpy()
    status = np.where(pd.notna(named) & (glasses["status"] == "ok"), named, glasses["status"])
    return raw | {"glasses": glasses.assign(status=status)}


def pooled(raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The raw tables in which the ensembles as published belong to the group whose name theirs ends in, and the
    structure of some ensembles to the group that has their other quantities."""
    found = {}
    for name, frame in raw.items():
        if not frame.empty:
            own = frame["group"].str.startswith(STRUCTURE)
            frame = frame if name in STRUCTURES else frame[~own]
            frame = frame.assign(group=frame["group"].str.replace(f"^({PUBLISHED}|{STRUCTURE})", "", regex=True))
        found[name] = frame
    return found


def annealed(raw: dict[str, pd.DataFrame], key: dict) -> Measured:
    """All quantities of one ensemble."""
    one = measure(raw, key)
    place = key["group"], key["ensemble"]
    _moduli(one, of(raw["moduli"], *place))
    _forces(one, of(raw["pair_forces"], *place))
    with np.errstate(invalid="ignore"):
        one.draws["unit"] = np.sqrt(one.get("shear") / one.density) / one.spacing
        one.draws["omega_reduced"] = one.get("omega_g") / one.get("unit")
        one.draws["prefactor"] = one.get("prefactor") * one.dimension
        one.draws["prefactor_reduced"] = one.get("prefactor") * one.get("unit") ** spectra.LAW
        one.draws["number"] = one.get("prefactor") * one.get("omega_g") ** spectra.LAW
        one.draws["core"] = one.n * one.get("participation")
    return one


def _means(one: Measured, frame: pd.DataFrame, *names: str) -> list[np.ndarray]:
    """Draws of the mean of columns that have one row a glass."""
    table = good(frame).set_index("sample")
    return [mean_draws(aligned(table[name], one.samples), one.weight) for name in names]


def _moduli(one: Measured, frame: pd.DataFrame) -> None:
    if frame.empty or not len(one.samples):
        return
    table = good(frame).set_index("sample")
    shear, bulk = (aligned(table[name], one.samples) for name in ("shear", "bulk"))
    with np.errstate(invalid="ignore", divide="ignore"):
        poisson = (3.0 * bulk - 2.0 * shear) / (6.0 * bulk + 2.0 * shear)  # A6, a glass at a time
        nonaffine, pressure = _means(one, frame, "shear_nonaffine", "pressure")
        one.draws["poisson"] = mean_draws(poisson, one.weight)
        one.draws["nonaffine"] = nonaffine / one.get(
            "shear"
        )  # of means: a glass of G near 0 would rule a mean of ratios
        one.draws["moduli_ratio"] = one.get("shear") / one.get("bulk")
        one.draws["pressure_over_bulk"] = pressure / one.get("bulk")


def _forces(one: Measured, frame: pd.DataFrame) -> None:
    if frame.empty or not len(one.samples):
        return
    repulsive, attractive = _means(one, frame, "repulsive_pressure", "attractive_pressure")
    with np.errstate(invalid="ignore", divide="ignore"):
        one.draws["pressure_over_forces"] = (repulsive - attractive) / (repulsive + attractive)  # p/p_0, A7


def summary(measured: list[Measured]) -> pd.DataFrame:
    """What each ensemble is and its quantities."""
    rows = []
    for one in measured:
        row = key_of(one) | {
            "samples": len(one.samples),
            "included": one.included,
            "reason": one.reason,
            "excluded": "; ".join(f"{count} {why}" for why, count in one.excluded.items()),
            "modes": one.counts.get("modes", 0),
            "shear_effective": one.effective.get("shear", np.nan),
            "omega_g_effective": one.effective.get("omega_g", np.nan),
            "density": one.density,
            "spacing": one.spacing,
        }
        for name in QUANTITIES:
            row |= told(one, name)
        rows.append(row)
    return pd.DataFrame(rows)
