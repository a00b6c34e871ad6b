"""Measures of the study of pinched glasses."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, Measures, OutOfReach, Tables
from glassworks.statistics.chances import chi_square_above

MEASURES = Measures()
measure = MEASURES.register


def _only(frame: pd.DataFrame, missing: str) -> pd.Series:
    if frame.empty:
        raise OutOfReach(missing)
    return frame.iloc[0]


def _number(value: float) -> str:
    return f"{value:g}"


@measure
def change(tables: Tables, group: str, quantity: str, form: str = "ratio", along: str = "temperature") -> Measurement:
    """Change of a quantity between the ends of a ladder (table `changes`).

    `form`: 'ratio' coldest over hottest (largest N over smallest), 'decades' its decimal logarithm, 'decades_fall'
    minus that, 'shrinkage' 1 - ratio.
    """
    row = _only(
        tables.rows("changes", group=group, quantity=quantity, along=along),
        f"no {quantity} of group {group} at two points of {along}",
    )
    if form in ("decades", "decades_fall"):
        ends = [row["decades"], row["decades_low"], row["decades_high"]]
    else:
        ends = [row["ratio"], row["ratio_low"], row["ratio_high"]]
    value, low, high = map(float, ends)
    if form == "decades_fall":
        value, low, high = -value, -high, -low
    elif form == "shrinkage":
        value, low, high = 1.0 - value, 1.0 - high, 1.0 - low
    coldest, hottest = float(row["numerator_at"]), float(row["denominator_at"])
    if along == "n":
        scope = f"N {hottest:g} to {coldest:g}, {int(row['samples'])} samples or more each"
        return Measurement(value, low, high, int(row["samples"]), scope)
    scope = f"T_p {_number(coldest)} against {_number(hottest)}, {int(row['samples'])} samples or more each"
    counted = quantity in ("prefactor", "number", "xi_qlm")
    if counted:
        scope += f", {int(row['modes'])} soft modes or more"
    count = tables.rows("summary", group=group)["temperature"].nunique()
    modes = int(row["modes"]) if counted else 10**6
    return Measurement(value, low, high, int(row["samples"]), scope, (coldest, hottest), int(count), modes)


@measure
def exponent(tables: Tables, group: str, least_modes: int = 20) -> Measurement:
    """Exponent of the cumulative spectrum, one for all parent temperatures (table `exponents`).

    Which of them deviates most is no measure: it would be another one in other glasses. How well one exponent fits all
    is told beside it.
    """
    rows = tables.rows("exponents", group=group)
    single = rows[(rows["ensemble"] != "all") & (rows["modes"] >= least_modes)] if len(rows) else rows
    if single.empty:
        raise OutOfReach(f"no ensemble of group {group} has {least_modes} modes in its window")
    pooled = rows[rows["ensemble"] == "all"].iloc[0]
    # errors of a fitted exponent are close to normal in its logarithm
    apart = np.log(single["exponent"] / pooled["exponent"]) * single["exponent"] / single["error"]
    each = ", ".join(
        f"{row.exponent:.1f} at {row.temperature:g}" for row in single.sort_values("temperature").itertuples()
    )
    scope = f"{int(pooled['modes'])} modes; by T_p, {each}"
    if len(single) > 1:
        scope += f" (p of one exponent for all {chi_square_above((apart**2).sum(), len(single) - 1):.2g})"
    reached = (float(single["temperature"].min()), float(single["temperature"].max()))
    value, low, high = (float(pooled[f"exponent{end}"]) for end in ("", "_low", "_high"))
    return Measurement(value, low, high, int(single["samples"].min()), scope, reached, len(single))


@measure
def onset(tables: Tables, group: str, quantity: str = "ratio") -> Measurement:
    """Onset of the high-temperature plateau of 'shear' or 'omega_g', or the 'ratio' of the second to the first (table
    `onset`).
    """
    row = _only(
        tables.rows("onset", group=group, quantity=quantity),
        f"fewer than five parent temperatures of group {group} with G and omega_g",
    )
    both = tables.rows("onset", group=group).set_index("quantity")["onset"]
    scope = f"plateaus of G from {both['shear']:.2f} and of omega_g from {both['omega_g']:.2f} T_onset"
    scope += f", {int(row['temperatures'])} temperatures"
    return Measurement(
        float(row["onset"]),
        float(row["onset_low"]),
        float(row["onset_high"]),
        int(row["samples"]),
        scope,
        temperatures=int(row["temperatures"]),
    )


@measure
def boltzmann(tables: Tables, group: str, quantity: str = "energy") -> Measurement:
    """E_QLM in k_B T_onset ('energy') or the ratio of end slopes ('bend') over the chosen range (table `boltzmann`)."""
    rows = tables.rows("boltzmann", group=group)
    row = _only(
        rows[rows["chosen"]] if len(rows) else rows,
        f"fewer than three parent temperatures of group {group} with soft modes and omega_g",
    )
    others = rows[rows["from_cold"] & (rows["hottest"] <= 1.0 + 1e-9)]["energy"]
    scope = (
        f"line through T_p {row['coldest']:.2f} to {row['hottest']:.2f} T_onset ({int(row['points'])} temperatures, "
        f"p = {row['p_value']:.2f}, {int(row['modes'])} soft modes or more each)"
    )
    if quantity == "energy" and len(others):
        scope += f"; ranges from the cold end give {others.min():.2f} to {others.max():.2f}"
    ends = (float(row[quantity]), float(row[f"{quantity}_low"]), float(row[f"{quantity}_high"]))
    unit = _onset_temperature(tables, group)
    reached = (float(row["coldest"]) * unit, float(row["hottest"]) * unit)
    return Measurement(*ends, int(row["samples"]), scope, reached, int(row["points"]), int(row["modes"]))


def _onset_temperature(tables: Tables, group: str) -> float:
    """T_onset of a group's model, in reduced units."""
    model = tables.rows("summary", group=group)["model"].iloc[0]
    return float(tables.rows("units", model=model)["onset_temperature"].iloc[0])


@measure
def scaled_modulus(tables: Tables, model: str) -> Measurement:
    """G_inf a0^d / (k_B T_onset) of a model (table `units`)."""
    row = _only(tables.rows("units", model=model), f"no moduli of {model}")
    if not math.isfinite(row["scaled_shear"]):
        raise OutOfReach(f"no onset temperature is declared for {model}")
    used = tables.rows("summary", model=model, included=True)
    known = used[(used["moduli_count"] > 0) & (used["temperature"] > row["onset_temperature"])] if len(used) else used
    if known.empty:
        raise OutOfReach(f"no {model} glasses from above the onset temperature ({row['source']})")
    scope = f"mean G of {int(known['moduli_count'].sum())} glasses, {row['source']}"
    return Measurement(
        float(row["scaled_shear"]),
        float(row["scaled_shear_low"]),
        float(row["scaled_shear_high"]),
        int(known["moduli_count"].sum()),
        scope,
    )


@measure
def covariation(tables: Tables, kind: str, model: str, quantity: str = "change") -> Measurement:
    """How a length ('xi_co' or 'xi_qlm') varies with xi_g along the ladder (table `covariation`): 'change', 'power',
    'correlation'.
    """
    row = _only(
        tables.rows("covariation", kind=kind, model=model),
        f"no {kind} beside xi_g at two parent temperatures of {model}",
    )
    scope = (
        f"T_p {row['coldest']:g} against {row['hottest']:g}, {int(row['temperatures'])} temperatures, "
        f"{int(row['samples'])} samples or more each; "
        f"rank correlation {row['correlation']:.2f}, p of a constant ratio {row['p_value']:.2g}"
    )
    ends = (float(row[quantity]), float(row[f"{quantity}_low"]), float(row[f"{quantity}_high"]))
    return Measurement(
        *ends, int(row["samples"]), scope, (float(row["coldest"]), float(row["hottest"])), int(row["temperatures"])
    )


@measure
def band_deficit(tables: Tables, group: str) -> Measurement:
    """Modes below the first phonon band over what the omega^4 law extrapolates to, at the smallest N (table
    `cutoffs`).

    Below 1, the law breaks downward below the band. The smallest system with enough modes has the highest band and so
    shows the break best.
    """
    rows = tables.rows("cutoffs", group=group)
    rows = rows[np.isfinite(rows["deficit_low"])].sort_values("n") if len(rows) else rows
    row = _only(rows, f"no ensemble of group {group} has enough modes below its first phonon band")
    scope = f"N = {int(row['n'])}, {int(row['samples'])} samples"
    if math.isfinite(row["cutoff"]):
        scope += f"; break at {row['cutoff_over_phonon']:.2f} of the band"
        scope += f" and {row['cutoff_over_debye']:.3f} of the Debye frequency"
    return Measurement(
        float(row["deficit"]), float(row["deficit_low"]), float(row["deficit_high"]), int(row["samples"]), scope
    )
