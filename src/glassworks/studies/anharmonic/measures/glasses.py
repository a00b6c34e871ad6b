"""Measures of the glasses, of the control, and of the onset temperature."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.statistics.chances import share_between
from glassworks.statistics.measured import ends as interval_ends
from glassworks.statistics.resampling import CONFIDENCE
from glassworks.studies.anharmonic import CRYSTALS, MODELS
from glassworks.studies.anharmonic.analysis.onsets import along_size
from glassworks.studies.anharmonic.analysis.populations import Population
from glassworks.studies.anharmonic.measures.registry import ends, measure, only


@measure
def state(tables: Tables, model: str, quantity: str) -> Measurement:
    """Pressure, or pressure over bulk modulus, of a model's glasses: of the ensemble of most particles (`states`)."""
    rows = tables.rows("states", model=model)
    rows = rows[(rows["protocol"] != "crystal") & np.isfinite(rows[f"{quantity}_low"].astype(float))]
    if rows.empty:
        raise OutOfReach(f"no two glasses of {MODELS[model]}")
    row = rows.loc[(rows["samples"] * rows["n"]).idxmax()]
    value, low, high = ends(row, quantity, f"no {quantity}")
    every = rows.drop_duplicates("ensemble")
    each = ", ".join(f"N = {n}: {value:.4g}" for n, value in zip(every["n"], every[quantity], strict=True))
    return Measurement(value, low, high, int(row["samples"]), each)


@measure
def crystals(tables: Tables) -> Measurement:
    """Share of the glasses in which a crystal was found, with the interval of a binomial share (`states`)."""
    rows = tables["states"]
    rows = rows[(rows["protocol"] != "crystal") & rows["model"].isin(MODELS)] if len(rows) else rows
    rows = rows.drop_duplicates("ensemble") if len(rows) else rows
    if rows.empty:
        raise OutOfReach("no glasses")
    found, of = int(rows["crystals"].sum()), int(rows["samples"].sum())
    low, high = share_between(found, of, CONFIDENCE)
    return Measurement(found / of, low, high, of, f"{found} of {of} glasses")


@measure
def rearranging(tables: Tables) -> Measurement:
    """Share of the pulls of perfect crystals that led elsewhere (`controls`)."""
    rows = tables["controls"]
    rows = rows[rows["group"].isin(CRYSTALS)] if len(rows) else rows
    if rows.empty:
        raise OutOfReach("no crystals")
    found, of = int(rows["away"].sum()), int(rows["pulls"].sum())
    low, high = share_between(found, of, CONFIDENCE)
    each = ", ".join(
        f"{row['label']}: all home up to {row['home']:.2g}, glasses' median A_c {row['glasses']:.2g}"
        for row in rows.to_dict("records")
    )
    return Measurement(found / of, low, high, of, f"{found} of {of} pulls; {each}")


@measure
def onset(tables: Tables, model: str, n: int) -> Measurement:
    """T_c of a size: geometric mean over glasses (`onsets`)."""
    rows = tables.rows("onsets", model=model, n=n)
    row = only(rows[rows["samples"] > 0] if len(rows) else rows, f"no glasses of N = {n} of {MODELS[model]}")
    value, low, high = ends(row, "onset", f"one glass of N = {n} alone: {row['onset']:.3g}")
    scope = f"{int(row['samples'])} glasses, {row['modes']:.0f} modes each; "
    scope += f"from {row['lowest']:.2g} to {row['highest']:.2g}"
    return Measurement(value, low, high, int(row["samples"]), scope)


def _told(name: str, draws: np.ndarray, each: Population) -> tuple[float, float, float]:
    row = pd.Series(interval_ends(name, draws) | {"samples": each.glasses})
    return ends(row, name, "too few glasses")


@measure
def onset_slope(tables: Tables, model: str) -> Measurement:
    """x of T_c ∝ N^x over all glasses (`onset_samples`)."""
    found = along_size(tables["onset_samples"], model)
    if found is None:
        raise OutOfReach(f"glasses of {MODELS[model]} of one size alone")
    draws, each = found
    n = each.column("n")
    scope = f"N = {n.min():.0f} to {n.max():.0f}"
    return Measurement(*_told("slope", draws, each), each.glasses, scope, (n.max(), n.min()))


@measure
def onset_product(tables: Tables, model: str) -> Measurement:
    """N T_c, geometric mean over all glasses (`onset_samples`)."""
    rows = tables.rows("onset_samples", model=model)
    if rows.empty:
        raise OutOfReach(f"no pulled glasses of {MODELS[model]}")
    each = Population(rows)
    value = np.log(each.column("onset") * each.column("n"))
    draws = np.exp(each.fit([np.ones(len(each))], value)[:, 0])
    told = rows.assign(product=rows["onset"] * rows["n"]).groupby("n")["product"].median()
    scope = ", ".join(f"N = {n}: {value:.2g}" for n, value in told.items())
    reached = float(rows["n"].max()), float(rows["n"].min())
    return Measurement(*_told("product", draws, each), each.glasses, f"medians {scope}", reached)
