"""Fields in space: how they fall off around their cores, told by shells; and the particles that move most in one.

Rows of shells are those of the observable `mode_fields`: `square` is the median of |z_i|² over the particles of a
sample between `inner` and `outer` from the field's core. Lengths are told in a₀ = ρ^{−1/d}.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.fits import line
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import deviation, median_draws, weights
from glassworks.statistics.tables import KEYS, seed

CORE, FARTHEST = 2.5, 0.25
"""Where the far field begins, in a₀, and ends, in box lengths: beyond it periodic images bend it."""
FEWEST_SHELLS, FEWEST_GLASSES = 4, 3
"""How many tell an exponent."""


def place_of(row: pd.Series) -> dict:
    """What ensemble a row is of."""
    return {key: row[key] for key in KEYS if key in row.index}


def decay(rows: pd.DataFrame, density: float) -> Iterator[dict]:
    """A row for each shell of one field of an ensemble, from the inside out: its place, and the median over glasses of
    `square` with its interval."""
    first = rows.iloc[0]
    spacing = density ** (-1.0 / first["dimension"])
    for inner, mine in rows.groupby("inner", sort=True):
        draws = median_draws(mine["square"].to_numpy(float), weights(len(mine), seed(str(first["ensemble"]))))
        middle = 0.5 * (inner + float(mine["outer"].median())) / spacing
        yield place_of(first) | {"samples": len(mine), "distance": middle} | ends("square", draws)


def fall(rows: pd.DataFrame, density: float) -> dict | None:
    """The exponent of |z|² in r of one field of an ensemble, between `CORE` and `FARTHEST`, of shells in which all
    glasses have particles; None where too few tell it."""
    first = rows.iloc[0]
    dimension = int(first["dimension"])
    spacing, length = density ** (-1.0 / dimension), (first["n"] / density) ** (1.0 / dimension)
    middle = 0.5 * (rows["inner"] + rows["outer"])
    mine = rows[(middle >= CORE * spacing) & (rows["outer"] <= FARTHEST * length) & (rows["square"] > 0)]
    squares = mine.pivot_table(index="sample", columns="inner", values="square", aggfunc="first").dropna()
    if squares.shape[1] < FEWEST_SHELLS or len(squares) < FEWEST_GLASSES:
        return None
    place = mine.groupby("inner")[["inner", "outer"]].mean().mean(axis=1)[squares.columns].to_numpy(float) / spacing
    weight = weights(len(squares), seed(str(first["ensemble"])))
    logs = np.stack([np.log(median_draws(column, weight)) for column in squares.to_numpy(float).T])
    errors = np.array([deviation(draws) for draws in logs])
    if not (errors > 0).all():
        return None
    told = place_of(first) | {"samples": len(squares), "nearest": place.min(), "farthest": place.max()}
    return told | ends("exponent", line(np.log(place), logs, errors).slope)


AXES = "xyzw"


def picture(rows: pd.DataFrame, ensemble: str, sample: int) -> pd.DataFrame:
    """The rows of one glass in a table of particles (`mode_pictures`), each particle of each field once."""
    one = rows[(rows["ensemble"] == ensemble) & (rows["sample"] == sample)].drop_duplicates(["field", "rank"])
    axes = [name for axis in AXES for name in (axis, f"d{axis}") if name in one]
    return one[[*(key for key in KEYS if key in one), "sample", "field", "rank", *axes]]


def stacked(pictures: list[pd.DataFrame]) -> pd.DataFrame:
    """Pictures of all dimensions in one table, NaN in axes that a glass does not have."""
    if not pictures:
        return pd.DataFrame()
    whole = pd.concat(pictures, ignore_index=True)
    lacking = [name for axis in AXES for name in (axis, f"d{axis}") if name not in whole]
    return whole.assign(**dict.fromkeys(lacking, np.nan))
