"""Units of each model, and each glass with its modes in these units.

Lengths are in a₀ = ρ^{−1/d} and frequencies in ω₀ = c/a₀ with c² = G/ρ, G that of glasses quenched from the hottest
liquid of the model: so it depends on no parent temperature (Sect. 3.2). With unit mass κ is in ω₀², τ in ω₀²/a₀, χ in
ω₀²/a₀² and ν in ω₀² a₀.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import mean_draws, weights
from glassworks.statistics.tables import KEYS, good, of, owners_of, seed

HOT = ("md", "swap")
"""Protocols of glasses that were quenched at once."""
FAR_BELOW = 0.5
"""Of the frequency of the first transverse wave: below it a softest mode may be a quasilocalized one."""
ONE = 0.9
"""Overlap from which on a quartic mode is that of the harmonic one."""


def units(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each model of which glasses of a hot liquid were measured: G of the hottest, c, a₀ and ω₀."""
    moduli, rows = good(raw["moduli"]), []
    if moduli.empty:
        return pd.DataFrame()
    hot = moduli[moduli["protocol"].isin(HOT)].drop_duplicates(["ensemble", "sample"])
    density = raw["glasses"].drop_duplicates("ensemble").set_index("ensemble")["density"]
    for model, mine in hot.groupby("model", sort=False):
        mine = mine[mine["temperature"] == mine["temperature"].max()]
        draws = mean_draws(mine["shear"].to_numpy(float), weights(len(mine), seed(str(model))))
        rho, d = float(density[mine["ensemble"].iloc[0]]), int(mine["dimension"].iloc[0])
        spacing, speed = rho ** (-1.0 / d), np.sqrt(draws[0] / rho)
        row = {"model": model, "dimension": d, "temperature": mine["temperature"].iloc[0], "samples": len(mine)}
        row |= {"density": rho, "spacing": spacing, "speed": speed, "unit_frequency": speed / spacing}
        rows.append(row | ends("shear", draws))
    return pd.DataFrame(rows)


def glasses(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each glass whose searches converged and whose model has units."""
    found = good(raw["nonlinear_modes"])
    if found.empty or known.empty:
        return pd.DataFrame()
    unit = known.set_index("model")
    found = found[found["model"].isin(unit.index)].drop_duplicates(["ensemble", "sample"]).reset_index(drop=True)
    a, w = (found["model"].map(unit[name]).to_numpy(float) for name in ("spacing", "unit_frequency"))
    stiff, third, fourth = w**2, w**2 / a, w**2 / a**2
    keep = found[[*(key for key in KEYS if key in found), "sample"]].copy()
    omega, kappa4 = found["frequency"].to_numpy(float), found["quartic_stiffness"].to_numpy(float)
    squares, delta = (found[name].to_numpy(float) for name in ("difference", "difference_stiffness"))
    columns = {
        "owner": _owners(raw, found),
        "omega2": omega / w, "omega4": np.sqrt(kappa4) / w, "omega3": np.sqrt(found["cubic_stiffness"]) / w,
        "e2": found["participation"], "e4": found["quartic_participation"], "e3": found["cubic_participation"],
        "tau2": found["third"] / third, "tau4": found["quartic_third"] / third, "tau3": found["cubic_third"] / third,
        "chi2": found["fourth"] / fourth, "chi4": found["quartic_fourth"] / fourth,
        "chi3": found["cubic_fourth"] / fourth, "nu3": abs(found["shear_coupling"]) / (w**2 * a),
        "gap": squares * (delta - omega**2) / kappa4, "missing": 0.5 * squares, "delta": np.sqrt(squares),
        "overlap": found["quartic_overlap"], "cubic_missing": 1.0 - found["cubic_quartic"],
        "contraction": found["quartic_contraction"], "predicted": found["difference_predicted"],
        "predicted_length": found["difference_length"], "band_share": found["difference_band"],
        "delta_stiffness": delta / stiff, "second_overlap": found["second_overlap"],
        "second_same": found["second_same"], "spot_overlap": found["spot_overlap"],
        "spot_stiffness": found["spot_stiffness"] / kappa4, "other_stiffness": found["other_stiffness"] / stiff,
        "predicted_stiffness": found["predicted_stiffness"] / found["cubic_stiffness"],
        "predicted_third": found["predicted_third"] / found["cubic_third"],
        "predicted_overlap": found["predicted_overlap"], "coupling": found["coupling"] / fourth,
    }  # fmt: skip
    each = keep.assign(**columns)
    each["band"] = _bands(raw, each, unit)
    each["rise"] = (each["omega3"] / each["omega4"]) ** 2 - 1.0
    each["over_band"] = each["omega2"] / each["band"]
    each["apart"] = (each["over_band"] < FAR_BELOW) & (each["overlap"] > ONE)
    each["barrier"] = each["omega3"] ** 6 / each["tau3"] ** 2 * 2.0 / 3.0
    each["strain"] = each["omega3"] ** 4 / (2.0 * each["tau3"] * each["nu3"])
    each["localized4"] = each["n"] * each["e4"]
    each["asymmetry"], each["hardening"] = each["tau3"] / each["tau4"], each["chi3"] / each["chi4"]
    for k in (3, 4):
        each[f"squares{k}"], each[f"well{k}"] = each[f"tau{k}"] ** 2, each[f"omega{k}"] ** 2 * each[f"chi{k}"]
    return each


def _owners(raw: dict[str, pd.DataFrame], found: pd.DataFrame) -> np.ndarray:
    """What each glass shares its weight with: glasses of one chain; numbers over all ensembles."""
    owner = np.empty(len(found), dtype=int)
    taken = 0
    for (group, ensemble), rows in found.groupby(["group", "ensemble"], sort=False).groups.items():
        samples = found.loc[rows, "sample"].to_numpy()
        place = str(group), str(ensemble)
        mine = owners_of(of(raw["liquids"], *place), of(raw["equilibrium"], *place), samples)
        numbers = np.unique(mine, return_inverse=True)[1]
        owner[rows] = taken + numbers
        taken += int(numbers.max(initial=-1)) + 1
    return owner


def _bands(raw: dict[str, pd.DataFrame], each: pd.DataFrame, unit: pd.DataFrame) -> np.ndarray:
    """The frequency 2πc_T/L of the first transverse wave of each glass's ensemble, c_T from its own G, in ω₀."""
    shear = good(raw["moduli"]).groupby("ensemble")["shear"].mean()
    n, d = each["n"].to_numpy(float), each["dimension"].to_numpy(float)
    density = each["model"].map(unit["density"]).to_numpy(float)
    length = (n / density) ** (1.0 / d)
    speed = np.sqrt(each["ensemble"].map(shear).to_numpy(float) / density)
    return 2.0 * np.pi * speed / length / each["model"].map(unit["unit_frequency"]).to_numpy(float)


def counts(each: pd.DataFrame) -> pd.DataFrame:
    """A row for each ensemble: how many glasses there are, and of how many the softest mode is a quasilocalized one."""
    if each.empty:
        return pd.DataFrame()
    rows = []
    for _, mine in each.groupby("ensemble", sort=False):
        first = mine.iloc[0]
        row = {key: first[key] for key in KEYS if key in mine} | {
            "samples": len(mine),
            "apart": int(mine["apart"].sum()),
        }
        row |= {"band": first["band"], "pairs_lost": int((mine["cubic_missing"] > 0.5).sum())}
        row |= {"hybridized": int(((mine["second_same"] < 0.5) & (mine["second_overlap"] > 0.5)).sum())}
        rows.append(row)
    return pd.DataFrame(rows)
