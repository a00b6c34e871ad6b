"""The ensembles of a study of trajectories: sound samples, their weights, and what is common to all its tables.

Trajectories are independent, temperatures of one trajectory are not: all its temperatures share a random weight, so
that what compares them (a glass transition temperature) has the right interval. Temperatures and rates are also given
in the paper's unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import interval, mean_draws, weights
from glassworks.statistics.tables import ensembles, good, left_out, of, seed

REPEATS = 200


@dataclass
class State:
    """One ensemble: its keys, its sound trajectories, and their weights (1 + repeats, trajectories).

    Attributes:
        packing, waited: packing fraction, and how long it has been as it is.
        draws: what was measured on it, (1 + repeats,) each: :func:`glassworks.statistics.solidity.summary.measured`.
    """

    keys: dict
    samples: np.ndarray
    weight: np.ndarray
    excluded: dict[str, int]
    unit: float
    packing: float = np.nan
    waited: float = np.nan
    draws: dict[str, np.ndarray] = field(default_factory=dict)

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
    """Mean of a column over the rows of each trajectory; NaN where it has none."""
    return frame.groupby("sample")[name].mean().reindex(state.samples).to_numpy(dtype=float)


def told(name: str, draws: np.ndarray) -> dict[str, float]:
    value, low, high = interval(draws)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def spread(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the standard deviation of `values` (samples,)."""
    mean, square = mean_draws(values, weight), mean_draws(values**2, weight)
    count = np.isfinite(values).sum()
    return np.sqrt(np.maximum(square - mean**2, 0.0) * count / (count - 1)) if count > 1 else np.full_like(mean, np.nan)


COOLED_TO = 0.1
"""Where cooling ends, in the paper's unit; lower temperatures are quenched to."""


def ladders(states: list[State]) -> Iterator[tuple[tuple, list[State]]]:
    """The states of each cooling by ascending temperature, under (group, n, rate); the top, which all rates share, is
    and what was quenched further down are left out."""
    found: dict[tuple, list[State]] = {}
    for state in states:
        cooled = state.head()["reduced_temperature"] > 0.999 * COOLED_TO
        if len(state.samples) and np.isfinite(state.keys["rate"]) and cooled:
            found.setdefault(tuple(state.keys[key] for key in ("group", "n", "rate")), []).append(state)
    for key, rungs in found.items():
        yield key, sorted(rungs, key=lambda state: state.keys["temperature"])


def along(rungs: list[State], name: str) -> np.ndarray:
    """A quantity's draws along a ladder, (temperatures, 1 + repeats)."""
    return np.array([state.draws[name] for state in rungs])
