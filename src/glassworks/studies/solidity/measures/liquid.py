"""Measures of how the liquid in equilibrium relaxes."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.studies.solidity.measures.registry import measure

VERSIONS = {"plain": "plain F_s", "cage": "F_s relative to the cage"}


def _view(row: pd.Series | tuple) -> str:
    """What F_s is taken of, in words."""
    cage = f" (r < {row.cage:g} λ)" if row.version == "cage" else ""
    return f"{VERSIONS[row.version]}{cage} of {row.particles} particles at q = {row.wave_number:g}"


def _others(rows: pd.DataFrame, chosen: int, name: str) -> str:
    """What the other views and versions give; a cage does not matter to plain displacements."""
    rest = rows[(rows.index != chosen) & np.isfinite(rows[name])]
    plain = rest["version"] == "plain"
    rest = rest[~plain | ~rest.duplicated(["version", "particles", "wave_number"])]
    return "; ".join(f"{_view(row)}: {getattr(row, name):.3g}" for row in rest.itertuples())


def _chosen(rows: pd.DataFrame, version: str, view: int) -> pd.DataFrame:
    return rows[(rows["version"] == version) & (rows["view"] == view)] if len(rows) else rows


@measure
def relaxation_time(
    tables: Tables, group: str, temperature: float, version: str = "cage", view: int = 0
) -> Measurement:
    """τ_α at a temperature (the paper's unit) of the largest system there (table `relaxation_times`)."""
    rows = tables.rows("relaxation_times", group=group, included=True)
    rows = rows[np.isclose(rows["reduced_temperature"], temperature)] if len(rows) else rows
    rows = rows[rows["n"] == rows["n"].max()] if len(rows) else rows
    mine = _chosen(rows, version, view)
    if mine.empty:
        raise OutOfReach(f"no liquid of group {group} was watched in equilibrium at T = {temperature:g}")
    row = mine.iloc[0]
    scope = f"{_view(row)}, N = {int(row['n'])}, watched after {row['waited_ratio']:.1f} relaxation times; "
    ends = (float(row[name]) for name in ("tau", "tau_low", "tau_high"))
    return Measurement(*ends, int(row["parts"]), scope + _others(rows, mine.index[0], "tau"))


@measure
def relaxation_law(
    tables: Tables,
    group: str,
    law: str,
    version: str = "cage",
    view: int = 0,
    hottest: float = math.inf,
    coldest: float = 0.0,
) -> Measurement:
    """T_0, the onset or the mode-coupling temperature in the paper's unit (table `laws`), from the widest range of
    temperatures between `coldest` and `hottest`, of the size that reaches coldest.
    """
    rows = tables.rows("laws", group=group, law=law)
    rows = rows[(rows["hottest"] <= hottest * 1.001) & (rows["coldest"] >= coldest * 0.999)] if len(rows) else rows
    mine = _chosen(rows, version, view)
    if mine.empty:
        raise OutOfReach(f"too few temperatures of group {group} were watched in equilibrium for the law {law}")
    mine = mine.sort_values(["coldest", "points", "n"], ascending=[True, False, False])
    row = mine.iloc[0]
    scope = (
        f"{_view(row)}, N = {int(row['n'])}, T from {row['coldest']:g} to {row['hottest']:g} "
        f"({int(row['points'])} temperatures, chi-square {row['chi_square']:.1f})"
    )
    parts = mine[(mine["n"] == row["n"]) & np.isfinite(mine["place"])]["place"].iloc[1:]
    if len(parts):
        scope += f"; parts of this range give {parts.min():.2f} to {parts.max():.2f}"
    whole = rows[(rows["n"] == row["n"]) & (rows["points"] == rows["points"].max())]
    others = _others(whole, mine.index[0], "place")
    if others:
        scope += f"; over the whole range, {others}"
    ends = (float(row[name]) for name in ("place", "place_low", "place_high"))
    return Measurement(*ends, int(row["parts"]), scope, temperatures=int(row["points"]))
