"""Measures of the liquids' dynamics, and of crystals among their glasses."""

from __future__ import annotations

import math

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.statistics.chances import share_between
from glassworks.statistics.resampling import CONFIDENCE
from glassworks.studies.sticky.measures.registry import measure


def _time(tables: Tables, group: str, temperature: float, name: str = "stress_time_reduced"):
    """The row of an ensemble at a temperature; raises OutOfReach where it is not there, or not in equilibrium."""
    rows = tables.rows("dynamics", group=group, temperature=temperature)
    rows = rows[rows["included"].astype(bool) & np.isfinite(rows[name].astype(float))] if len(rows) else rows
    if rows.empty:
        known = tables.rows("dynamics", group=group, included=True)
        coldest = f"{known['temperature'].min():g}" if len(known) else "none"
        raise OutOfReach(f"no relaxation time of {group} at T_p = {temperature:g}; the coldest is {coldest}")
    return rows.sort_values("samples").iloc[-1]


def _ratio(first, second, name: str = "stress_time_reduced") -> np.ndarray:
    """ln of the ratio of two independent values, with its interval."""
    logs = [np.log([float(row[f"{name}{end}"]) for end in ("", "_low", "_high")]) for row in (first, second)]
    value = logs[0][0] - logs[1][0]
    below = math.hypot(logs[0][0] - logs[0][1], logs[1][2] - logs[1][0])
    above = math.hypot(logs[0][2] - logs[0][0], logs[1][0] - logs[1][1])
    return np.array([value, value - below, value + above])


@measure
def relaxation_ratio(
    tables: Tables, first: str, first_temperature: float, second: str, second_temperature: float
) -> Measurement:
    """τ of one liquid over that of another, each in its a_0 √(m/T) (table `dynamics`)."""
    rows = _time(tables, first, first_temperature), _time(tables, second, second_temperature)
    value, low, high = np.exp(_ratio(*rows))
    scope = f"τ = {rows[0]['stress_time_reduced']:.3g} of {first} and {rows[1]['stress_time_reduced']:.3g} of {second}"
    return Measurement(value, low, high, int(min(row["samples"] for row in rows)), scope)


@measure
def decades(tables: Tables, groups: list[str], coldest: list[float], hottest: list[float]) -> Measurement:
    """Decades between the relaxation times of the coldest and the hottest published T_p, the least over groups (table
    `dynamics`).
    """
    found, samples = {}, []
    for group, cold, hot in zip(groups, coldest, hottest, strict=True):
        try:
            rows = _time(tables, group, cold), _time(tables, group, hot)
        except OutOfReach as missing:
            raise OutOfReach(f"{missing}; {_so_far(tables, groups)}", missing.samples) from None
        found[group] = _ratio(*rows) / np.log(10.0)
        samples += [int(row["samples"]) for row in rows]
    value, low, high = min(found.values(), key=lambda each: each[0])
    return Measurement(
        value, low, high, min(samples), ", ".join(f"{name} {each[0]:.2f}" for name, each in found.items())
    )


def _so_far(tables: Tables, groups: list[str]) -> str:
    """How many decades each group spans here."""
    words = []
    for group in groups:
        rows = tables.rows("dynamics", group=group, included=True)
        known = rows["stress_time_reduced"].dropna() if len(rows) else []
        if len(known) > 1:
            words.append(f"{group} {np.log10(known.max() / known.min()):.1f}")
    return "decades here: " + (", ".join(words) or "none")


@measure
def crystals(tables: Tables, groups: list[str]) -> Measurement:
    """Share of glasses in which a crystal was found (table `crystal_counts`), with Clopper and Pearson's interval."""
    rows = tables["crystal_counts"]
    rows = rows[rows["group"].isin(groups)] if len(rows) else rows
    if rows.empty or not rows["tested"].sum():
        raise OutOfReach("no glass was looked at for crystals")
    tested, flagged = int(rows["tested"].sum()), int(rows["flagged"].sum())
    low, high = share_between(flagged, tested, CONFIDENCE)
    where = rows[rows["flagged"] > 0]
    scope = f"{flagged} of {tested} glasses of {rows['ensemble'].nunique()} ensembles"
    scope += f"; largest cluster {rows['largest'].max():g}"
    scope += "".join(f"; {row.flagged} at {row.group}, T_p = {row.temperature:g}" for row in where.itertuples())
    return Measurement(flagged / tested, low, high, tested, scope)
