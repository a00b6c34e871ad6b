"""Measures of crossover temperatures, of the collapse that gives them, and of what happens at them."""

from __future__ import annotations

import math

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.statistics.resampling import apart
from glassworks.studies.sticky.measures.common import ends, only, span
from glassworks.studies.sticky.measures.registry import measure

ROUTES = {"energy": "collapse of u(T_p)", "moduli": "line through the cold part of G/K"}


@measure
def crossover(tables: Tables, group: str, by: str = "energy") -> Measurement:
    """T_co of a group by 'energy' or 'moduli' (table `crossovers`)."""
    row = only(tables.rows("crossovers", group=group), f"no ensembles of {group}")
    why = f"{group}, {ROUTES[by]}: {row[f'{by}_reason']} (T_p from {row['coldest']:g})"
    value, low, high = ends(row, f"{by}_crossover", why)
    scope = f"{ROUTES[by]}, {int(row['temperatures'])} T_p from {row['coldest']:g}, {int(row['below'])} below T_co"
    other = "moduli" if by == "energy" else "energy"
    if math.isfinite(row[f"{other}_crossover"]):
        scope += f"; by the {ROUTES[other]} {row[f'{other}_crossover']:.3g}"
    varied = tables.rows("crossover_choices", group=group, method=by)
    known = varied["crossover"].dropna() if len(varied) else varied
    if len(known):
        scope += f"; chosen otherwise {known.min():.3g} to {known.max():.3g}"
    return Measurement(value, low, high, int(row["samples"]), scope, temperatures=int(row["temperatures"]))


@measure
def routes(tables: Tables, least: int = 3) -> Measurement:
    """How far the two T_co of a model lie apart: the root mean square over the models of ln of their ratio, less what
    their intervals alone would give (table `crossovers`).
    """
    rows = tables["crossovers"]
    rows = rows[np.isfinite(rows["routes"]) & np.isfinite(rows["routes_low"])] if len(rows) else rows
    if len(rows) < least:
        raise OutOfReach(f"both T_co of {len(rows)} models alone; {least} are needed")
    value, low, high = apart(rows[["routes", "routes_low", "routes_high"]].to_numpy())
    each = ", ".join(f"{row.group} {row.routes:.3f}" for row in rows.itertuples())
    return Measurement(value, low, high, int(rows["samples"].min()), f"G/K over u: {each}")


@measure
def gap(tables: Tables, quantity: str, least: int = 3) -> Measurement:
    """Distance between the models' curves over T_p/T_co, as a part of their range (table `gaps`)."""
    rows = tables.rows("gaps", quantity=quantity)
    row = only(rows[rows["without"] == ""] if len(rows) else rows, f"no {quantity} of two models over T_p/T_co")
    if row["count"] < least:
        raise OutOfReach(
            f"{quantity} over T_p/T_co of {row['count']} models alone ({row['groups']}); {least} are needed"
        )
    value, low, high = ends(row, "gap", f"no interval of the gap of {quantity}")
    scope = f"{row['groups']}; T_p/T_co from {row['low']:.2f} to {row['high']:.2f}, {int(row['points'])} points"
    others = rows[(rows["without"] != "") & np.isfinite(rows["gap"])]
    if len(others):
        scope += f"; leaving out one of them {others['gap'].min():.3f} to {others['gap'].max():.3f}"
    return Measurement(value, low, high, int(row["samples"]), scope)


@measure
def onset(tables: Tables, quantity: str, groups: list[str], least: int = 2) -> Measurement:
    """Where a quantity leaves its plateau over T_co, geometric mean over groups (table `onsets`)."""
    rows = tables.rows("onsets", quantity=quantity)
    rows = rows[rows["group"].isin(groups) & np.isfinite(rows["over_crossover_low"])] if len(rows) else rows
    if len(rows) < least:
        raise OutOfReach(f"the onset of {quantity} in {len(rows)} of {', '.join(groups)} alone; {least} are needed")
    logs = np.log(rows[["over_crossover", "over_crossover_low", "over_crossover_high"]].to_numpy())
    middle = logs[:, 0].mean()
    below, above = (np.sqrt(((logs[:, k] - logs[:, 0]) ** 2).sum()) / len(rows) for k in (1, 2))
    each = ", ".join(f"{row.group} {row.over_crossover:.2f}" for row in rows.itertuples())
    value, low, high = np.exp([middle, middle - below, middle + above])
    return Measurement(float(value), float(low), float(high), int(rows["samples"].min()), f"onset over T_co: {each}")


@measure
def ordered(tables: Tables, quantity: str, at: str = "equal", groups: int = 4) -> Measurement:
    """The least step between neighboring r_c in the claimed direction (table `orderings`); above zero where all are in
    order.
    """
    row = only(tables.rows("orderings", quantity=quantity, at=at), f"no {quantity} of sticky spheres")
    if row["count"] < groups:
        have = row["groups"] or "none"
        raise OutOfReach(f"{quantity} of {int(row['count'])} of {groups} r_c alone ({have})", int(row["samples"]))
    value, low, high = ends(row, "least", f"no interval of {quantity}")
    scope = f"least step of {row['groups']}, {row['direction']} with r_c; between the ends {row['across']:.3g}"
    scope += f" ({row['across_low']:.3g} to {row['across_high']:.3g})"
    reached = None if quantity == "crossover" else span(row["softest_at"], row["softest_hottest"])
    if reached:
        scope += f"; r_c = 1.5 at T_p = {row['softest_at']:.3g}"
    return Measurement(value, low, high, int(row["samples"]), scope, reached)
