"""One mode pulled at every amplitude (Figs. 1, 2), one rearrangement particle by particle (Fig. 9), and at which
amplitude distance and energy jump."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.tables import KEYS, good
from glassworks.studies.anharmonic.analysis.states import glasses_of

SHELLS = 24
"""Shells of equal width in ln r in which Fig. 9b's particles are averaged."""


def scans(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What becomes of each pull of the modes that were scanned."""
    rows = glasses_of(raw["pull_scans"])
    if rows.empty:
        return rows
    rows = good(rows)
    keep = [*(key for key in KEYS if key in rows), "sample", "mode", "frequency", "amplitude"]
    return rows[[*keep, "pulled", "distance", "energy"]].reset_index(drop=True)


def jumps(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a scanned mode: the amplitudes between which |Δr|, and between which |ΔΦ|, first rises most.

    Each curve tells its own jump: the largest ratio of neighboring values, what lies below rounding counted as that.
    """
    rows = []
    every = scans(raw)
    for place, mine in every.groupby(["model", "n", "ensemble", "sample", "mode"], sort=False) if len(every) else ():
        mine = mine.sort_values("amplitude")
        row = dict(zip(("model", "n", "ensemble", "sample", "mode"), place, strict=True))
        for name, rounding in (("distance", 1e-7), ("energy", 1e-13)):
            values = np.maximum(abs(mine[name].to_numpy(float)), rounding)
            steps = np.log(values[1:] / values[:-1]) if len(values) > 1 else np.zeros(1)
            first = int(np.argmax(steps > 0.5 * steps.max())) if steps.max() > np.log(10.0) else -1
            row |= {f"{name}_jump": first, f"{name}_amplitude": float(mine["amplitude"].iloc[first + 1])}
            if first < 0:
                row[f"{name}_amplitude"] = np.nan
        row["together"] = row["distance_jump"] == row["energy_jump"]
        rows.append(row)
    found = pd.DataFrame(rows)
    return found[found["distance_jump"] >= 0].reset_index(drop=True) if len(found) else found


def movers(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The particles of one rearrangement of each model, in the largest glass."""
    rows = glasses_of(raw["rearrangement"])
    if rows.empty:
        return rows
    rows = good(rows)
    parts, densities = [], raw["glasses"].drop_duplicates("ensemble").set_index("ensemble")["density"]
    for model in rows["model"].unique():
        mine = rows[rows["model"] == model]
        mine = mine[mine["n"] == mine["n"].max()]
        first = mine[["ensemble", "sample"]].iloc[0]
        mine = mine[(mine["ensemble"] == first["ensemble"]) & (mine["sample"] == first["sample"])]
        away = np.linalg.norm(mine[["x", "y", "z"]].to_numpy(float), axis=1)
        steps = np.linalg.norm(mine[["dx", "dy", "dz"]].to_numpy(float), axis=1)
        keep = [*(key for key in KEYS if key in mine), "sample", "rank", "x", "y", "z", "dx", "dy", "dz"]
        crowd = float(densities[first["ensemble"]])
        parts.append(mine[keep].assign(away=away, moved=steps / steps.max(), number_density=crowd))
    return pd.concat(parts, ignore_index=True)


def fields(transitions: pd.DataFrame) -> pd.DataFrame:
    """Exponents of tails, a row a distinct transition whose window holds at least a factor of two in r."""
    if transitions.empty:
        return transitions
    rows = transitions[np.isfinite(transitions["exponent"].astype(float))]
    keep = [*(key for key in KEYS if key in rows), "sample", "rearranged", "regions", "inner", "outer"]
    return rows[[*keep, "exponent", "exponent_dipole"]].reset_index(drop=True)
