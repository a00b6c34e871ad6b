"""The ensembles of a study of trajectories: sound samples, their weights, and what is common to all its tables.

Trajectories are independent, temperatures of one trajectory are not: all its temperatures share a random weight, so
that what compares them (a glass transition temperature) has the right interval. Temperatures and rates are also given
in the paper's unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import interval, mean_draws, weights
from glassworks.statistics.tables import ensembles, good, left_out, of, seed

REPEATS = 200


@dataclass
class State:
    """One ensemble: its keys, its sound trajectories, and their weights (1 + repeats, trajectories); its packing
    fraction and how long it has been as it is."""

    keys: dict
    samples: np.ndarray
    weight: np.ndarray
    excluded: dict[str, int]
    unit: float
    packing: float = np.nan
    waited: float = np.nan

    def head(self) -> dict:
        """The columns that every derived table starts with."""
        reduced = {
            "reduced_temperature": self.keys["temperature"] / self.unit,
            "reduced_rate": self.keys["rate"] / self.unit,
        }
        return {**self.keys, **reduced, "packing": self.packing, "waited": self.waited}


def states(paper: dict, raw: dict[str, pd.DataFrame]) -> Iterator[State]:
    units = paper.get("units", {}).get("temperature", {})
    for keys in ensembles(raw["liquids"]).to_dict("records"):
        rows = of(raw["liquids"], keys["group"], keys["ensemble"])
        samples = np.sort(good(rows)["sample"].unique())
        # one weight a trajectory, whatever the temperature; the top of the ladder belongs to no rate
        stream = seed(f"{keys['model']} {keys['n']} {keys['rate']:g}")
        weight = weights(int(rows["sample"].max()) + 1, stream, REPEATS)[:, samples]
        known = {name: float(rows[name].iloc[0]) for name in ("packing", "waited") if name in rows}
        yield State(keys, samples, weight, left_out(rows), units.get(keys["model"], 1.0), **known)


def rows_of(state: State, frame: pd.DataFrame) -> pd.DataFrame:
    """The sound rows of a raw table that belong to an ensemble."""
    return good(of(frame, state.keys["group"], state.keys["ensemble"]))


def per_sample(state: State, frame: pd.DataFrame, name: str) -> np.ndarray:
    """Mean of a column over the rows of each trajectory."""
    return frame.groupby("sample")[name].mean().reindex(state.samples).to_numpy(dtype=float)


def told(name: str, draws: np.ndarray) -> dict[str, float]:
    value, low, high = interval(draws)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def spread(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the standard deviation of `values` (samples,)."""
    mean, square = mean_draws(values, weight), mean_draws(values**2, weight)
    count = np.isfinite(values).sum()
    return np.sqrt(np.maximum(square - mean**2, 0.0) * count / (count - 1)) if count > 1 else np.full_like(mean, np.nan)


def moduli_of(state: State, raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The moduli over the longest time, a row a trajectory."""
    rows = rows_of(state, raw["fluctuations"]).sort_values("window").drop_duplicates("sample", keep="last")
    return rows.set_index("sample").reindex(state.samples)
