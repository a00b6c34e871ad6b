"""The ensembles of a study of trajectories: sound samples, their weights, and what is common to all its tables.

Trajectories are independent, temperatures of one trajectory are not: all its temperatures share a random weight, in
every table, so that what compares them (a glass transition temperature) or builds on what others found (a fractal
dimension at the threshold) has the right interval. Temperatures and rates are also given in the paper's unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import concentration, interval, mean_draws, weights
from glassworks.statistics.tables import ensembles, good, left_out, of, seed
from glassworks.studies.numbers import printed_numbers


@dataclass
class Ensemble:
    """One ensemble: its keys, its sound trajectories, and their weights (1 + repeats, trajectories).

    Attributes:
        packing, waited: packing fraction, and how long it has been as it is.
        cooled: whether cooling comes so far down; lower temperatures are quenched to.
        draws: what was measured on it, (1 + repeats,) each: :func:`.summary.measured`.
        networks: what was measured on the force-bearing network by each candidate, by links and sampling.
        rows: its sound rows of raw tables, each found once: the table, and they, by the table's identity.
    """

    keys: dict
    samples: np.ndarray
    weight: np.ndarray
    excluded: dict[str, int]
    unit: float
    packing: float = np.nan
    waited: float = np.nan
    cooled: bool = True
    draws: dict[str, np.ndarray] = field(default_factory=dict)
    networks: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict)
    rows: dict[int, tuple[pd.DataFrame, pd.DataFrame]] = field(default_factory=dict, repr=False)

    def head(self) -> dict:
        """The columns that every derived table starts with."""
        reduced = {
            "reduced_temperature": self.keys["temperature"] / self.unit,
            "reduced_rate": self.keys["rate"] / self.unit,
        }
        return {**self.keys, **reduced, "packing": self.packing, "waited": self.waited}


def ensembles_of(paper: dict, raw: dict[str, pd.DataFrame]) -> Iterator[Ensemble]:
    units, end = paper.get("units", {}).get("temperature", {}), printed_numbers(paper)["cooled-to"]
    liquids, shared = raw["liquids"], {}
    for keys in ensembles(liquids).to_dict("records"):
        rows = of(liquids, keys["group"], keys["ensemble"])
        samples = np.sort(good(rows)["sample"].unique())
        # one weight a trajectory, whatever the temperature; the top of the ladder belongs to no rate
        stream = f"{keys['model']} {keys['n']} {keys['rate']:g}"
        if stream not in shared:
            rate = liquids["rate"].isna() if np.isnan(keys["rate"]) else liquids["rate"] == keys["rate"]
            mine = liquids[(liquids["model"] == keys["model"]) & (liquids["n"] == keys["n"]) & rate]
            shared[stream] = weights(int(mine["sample"].max()) + 1, seed(stream))
        weight = of_these(shared[stream], samples)
        known = {name: float(rows[name].iloc[0]) for name in ("packing", "waited") if name in rows}
        unit = units.get(keys["model"], 1.0)
        cooled = keys["temperature"] / unit > 0.999 * end
        yield Ensemble(keys, samples, weight, left_out(rows), unit, cooled=cooled, **known)


def of_these(weight: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Weights (1 + repeats, kept) of some trajectories of all (1 + repeats, trajectories), scattering as much more as
    the interval of so few must be wider."""
    every, count = weight.shape[1], len(kept)
    if count == every or not count:
        return weight[:, kept] if count < every else weight
    if count == 1:
        return np.vstack([np.ones((1, 1)), np.full((len(weight) - 1, 1), np.nan)])
    (shape, stretch), (wanted, wider) = concentration(every), concentration(count)
    factor = np.sqrt((wider / stretch) ** 2 * (count * shape + 1) / (count * wanted + 1))
    mine = weight[:, kept] / weight[:, kept].mean(axis=1, keepdims=True)
    return 1.0 + factor * (mine - 1.0)


def rows_of(ensemble: Ensemble, frame: pd.DataFrame) -> pd.DataFrame:
    """The sound rows of a raw table that belong to an ensemble."""
    if id(frame) not in ensemble.rows:
        ensemble.rows[id(frame)] = frame, good(of(frame, ensemble.keys["group"], ensemble.keys["ensemble"]))
    return ensemble.rows[id(frame)][1]


def per_sample(ensemble: Ensemble, frame: pd.DataFrame, name: str) -> np.ndarray:
    """Mean of a column over the rows of each trajectory; NaN where it has none."""
    values = frame[name].to_numpy(dtype=float)
    known = np.isfinite(values) & frame["sample"].isin(ensemble.samples).to_numpy()
    place = np.searchsorted(ensemble.samples, frame["sample"].to_numpy()[known])
    count = np.bincount(place, minlength=len(ensemble.samples))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(place, values[known], len(ensemble.samples)) / count


def told(name: str, draws: np.ndarray) -> dict[str, float]:
    value, low, high = interval(draws)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def spread(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the standard deviation of `values` (samples,)."""
    mean, square = mean_draws(values, weight), mean_draws(values**2, weight)
    count = np.isfinite(values).sum()
    return np.sqrt(np.maximum(square - mean**2, 0.0) * count / (count - 1)) if count > 1 else np.full_like(mean, np.nan)


def ladders(ensembles: list[Ensemble]) -> Iterator[tuple[tuple, list[Ensemble]]]:
    """The ensembles of each cooling by ascending temperature, under (group, n, rate); the top, which all rates share,
    and what was quenched further down are left out."""
    found: dict[tuple, list[Ensemble]] = {}
    for ensemble in ensembles:
        if len(ensemble.samples) and np.isfinite(ensemble.keys["rate"]) and ensemble.cooled:
            found.setdefault(tuple(ensemble.keys[key] for key in ("group", "n", "rate")), []).append(ensemble)
    for key, rungs in found.items():
        yield key, sorted(rungs, key=lambda ensemble: ensemble.keys["temperature"])


def along(rungs: list[Ensemble], name: str) -> np.ndarray:
    """A quantity's draws along a ladder, (temperatures, 1 + repeats)."""
    return np.array([ensemble.draws[name] for ensemble in rungs])
