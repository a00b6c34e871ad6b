"""How A_c, transitions and their energies depend on frequency and size: exponents of power laws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.studies.anharmonic.analysis.populations import Population, by_model


def laws(modes: pd.DataFrame, transitions: pd.DataFrame) -> pd.DataFrame:
    """A row for each exponent, with its interval: model, quantity, variable, and what else was fitted with it."""
    rows = []
    for model, each in by_model(modes, _pulled):
        for population, part in _parts(each.rows):
            rows += _amplitudes(model, population, part)
    for model, each in by_model(transitions):
        rows += _transitions(model, each)
    return pd.DataFrame(rows)


def _pulled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["pulled"] & ~rows["censored"] & (rows["amplitude"] > 0)]


def _parts(rows: pd.DataFrame):
    yield "all", Population(rows)
    below = rows[rows["over_boson"] < 1.0]
    if len(below):
        yield "below", Population(below)


def _row(model: str, population: str, each: Population, quantity: str, variable: str, jointly: str, draws) -> dict:
    row = {"model": model, "population": population, "quantity": quantity, "variable": variable, "jointly": jointly}
    sizes = each.column("n")
    row |= {"rows": len(each), "samples": each.glasses, "smallest": sizes.min(), "largest": sizes.max()}
    return row | ends("exponent", draws)


def _amplitudes(model: str, population: str, each: Population) -> list[dict]:
    omega, size = np.log(each.column("frequency")), np.log(each.column("n"))
    one, rows = np.ones(len(each)), []
    for quantity in ("amplitude", "expected"):
        y = np.log(each.column(quantity))
        if not np.isfinite(y).all():
            continue
        if len(np.unique(size)) > 1:
            found = each.across([one, omega, size], y, 2)
            rows.append(_row(model, population, each, quantity, "frequency", "size", found[:, 1]))
            rows.append(_row(model, population, each, quantity, "size", "frequency", found[:, 2]))
            of_size = [size == value for value in np.unique(size)]
            within = each.fit([*(part.astype(float) for part in of_size), omega], y)
            rows.append(_row(model, population, each, quantity, "frequency", "each size apart", within[:, -1]))
        alone = each.fit([one, omega], y)
        rows.append(_row(model, population, each, quantity, "frequency", "", alone[:, 1]))
    return rows


def _transitions(model: str, each: Population) -> list[dict]:
    size, one, rows = np.log(each.column("n")), np.ones(len(each)), []
    if len(np.unique(size)) > 1:
        for quantity in ("rearranged", "distance", "energy"):
            found = each.across([one, size], np.log(abs(each.column(quantity))), 2)
            rows.append(_row(model, "transitions", each, quantity, "size", "", found[:, 1]))
    x, y = np.log(each.column("distance")), np.log(abs(each.column("energy")))
    rows.append(_row(model, "transitions", each, "energy", "distance", "errors in both", longest_axis(each, x, y)))
    slope = each.fit([one, x], y)[:, 1]
    rows.append(_row(model, "transitions", each, "energy", "distance", "errors in the energy", slope))
    return rows


def longest_axis(each: Population, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Draws of the slope of the longest axis of points, both coordinates in units of their own spread: the ratio of
    their standard deviations (the reduced major axis), with the sign of their correlation."""
    total = each.weight @ each.sums(np.ones(len(x)))
    means = [each.weight @ each.sums(values) / total for values in (x, y)]
    squares = [each.weight @ each.sums(values**2) / total for values in (x, y)]
    product = each.weight @ each.sums(x * y) / total - means[0] * means[1]
    spread = [square - mean**2 for square, mean in zip(squares, means, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sign(product) * np.sqrt(spread[1] / spread[0])
