"""Derived tables of the study of emergent solidity (Tong, Sengupta & Tanaka, Nat. Commun. 2020).

Trajectories are independent, temperatures of one trajectory are not: all its temperatures share a random weight, so
that what compares them (a glass transition temperature) has the right interval. Temperatures and rates are also given
in the paper's unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.statistics.correlations import correlation_draws, far_field
from glassworks.statistics.resampling import deviation, interval, mean_draws, weights
from glassworks.statistics.scaling import Curve, fit_scaling, proportion
from glassworks.statistics.tables import ensembles, good, left_out, of, seed

RAW = ("liquids", "frames", "forces", "stress", "network", "fluctuations")
DEFAULT_LINKS = "contacts"
REPEATS = 200
FITS = 20
"""Draws of the finite-size scaling, each of which is a search."""
FRACTIONS = np.arange(0.30, 0.6501, 0.025)
"""Edges of the bins of f in which trajectories of one size, whatever temperature and rate, are put together."""
LEAST = 5
"""Fewest trajectories in such a bin."""


@dataclass
class State:
    """One ensemble: its keys, its sound trajectories, and their weights (1 + repeats, trajectories)."""

    keys: dict
    samples: np.ndarray
    weight: np.ndarray
    excluded: dict[str, int]
    unit: float

    def head(self) -> dict:
        """The columns that every derived table starts with."""
        reduced = {
            "reduced_temperature": self.keys["temperature"] / self.unit,
            "reduced_rate": self.keys["rate"] / self.unit,
        }
        return {**self.keys, **reduced}


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    states = list(_states(paper, raw))
    summary = pd.DataFrame([_summary(state, raw) for state in states])
    connections = pd.DataFrame([row for state in states for row in _connections(state, raw)])
    return {
        "summary": summary,
        "correlations": pd.DataFrame([row for state in states for row in _correlations(state, raw)]),
        "connections": connections,
        "transitions": pd.DataFrame(_transitions(states, raw)),
        "thresholds": pd.DataFrame(_thresholds(raw)),
    }


def _states(paper: dict, raw: dict[str, pd.DataFrame]) -> Iterator[State]:
    units = paper.get("units", {}).get("temperature", {})
    for keys in ensembles(raw["liquids"]).to_dict("records"):
        rows = of(raw["liquids"], keys["group"], keys["ensemble"])
        samples = np.sort(good(rows)["sample"].unique())
        # one weight a trajectory, whatever the temperature; the top of the ladder belongs to no rate
        stream = seed(f"{keys['model']} {keys['n']} {keys['rate']:g}")
        weight = weights(int(rows["sample"].max()) + 1, stream, REPEATS)[:, samples]
        yield State(keys, samples, weight, left_out(rows), units.get(keys["model"], 1.0))


def _mine(state: State, frame: pd.DataFrame) -> pd.DataFrame:
    """The sound rows of a raw table that belong to an ensemble."""
    return good(of(frame, state.keys["group"], state.keys["ensemble"]))


def _per_sample(state: State, frame: pd.DataFrame, name: str) -> np.ndarray:
    """Mean of a column over the rows of each trajectory."""
    return frame.groupby("sample")[name].mean().reindex(state.samples).to_numpy(dtype=float)


def _told(name: str, draws: np.ndarray) -> dict[str, float]:
    value, low, high = interval(draws)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _correlation(state: State, raw: dict[str, pd.DataFrame]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges of the shells and draws of C_σ in them, averaged over the axes' directions and along the fixed ones."""
    rows = _mine(state, raw["stress"])
    shells = rows.drop_duplicates("inner").sort_values("inner")
    edges = np.append(shells["inner"].to_numpy(), shells["outer"].to_numpy()[-1:])

    def table(name: str) -> np.ndarray:
        return rows.pivot(index="sample", columns="inner", values=name).reindex(state.samples).to_numpy(dtype=float)

    pairs = table("pairs")
    averaged, fixed = (
        correlation_draws(table(sums), pairs, _per_sample(state, rows, square), state.weight)
        for sums, square in (("turned", "square_turned"), ("fixed", "square_fixed"))
    )
    return edges, averaged, fixed


def _moduli(state: State, raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The moduli over the longest time, a row a trajectory."""
    rows = _mine(state, raw["fluctuations"]).sort_values("window").drop_duplicates("sample", keep="last")
    return rows.set_index("sample").reindex(state.samples)


def _spread(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the standard deviation of `values` (samples,)."""
    mean, square = mean_draws(values, weight), mean_draws(values**2, weight)
    count = np.isfinite(values).sum()
    return np.sqrt(np.maximum(square - mean**2, 0.0) * count / (count - 1)) if count > 1 else np.full_like(mean, np.nan)


def _summary(state: State, raw: dict[str, pd.DataFrame]) -> dict:
    row = {
        **state.head(),
        "samples": len(state.samples),
        "excluded": sum(state.excluded.values()),
        "excluded_why": ", ".join(f"{count} {reason}" for reason, count in state.excluded.items()),
        "included": len(state.samples) > 0,
        "reason": "ok" if len(state.samples) else "no sound trajectory",
    }
    if not len(state.samples):
        return row
    frames, network, moduli = (_mine(state, raw["frames"]), _mine(state, raw["network"]), _moduli(state, raw))
    row["length"] = float(frames["length"].iloc[0])
    for name in ("energy", "pressure", "hexatic", "remaining"):
        row |= _told(name, mean_draws(_per_sample(state, frames, name), state.weight))
    row |= _network(state, network[network["links"] == DEFAULT_LINKS])
    row |= _told("tied", mean_draws(_per_sample(state, network, "tied"), state.weight))
    edges, averaged, fixed = _correlation(state, raw)
    far, along = far_field(edges, averaged), far_field(edges, fixed)
    row |= _told("integral", along.integral) | {"integral_floor": float(along.floor[0])}
    row |= _told("integral_averaged", far.integral) | {"integral_averaged_floor": float(far.floor[0])}
    row |= _told("signed", far.signed) | _told("amplitude", far.amplitude)
    shear = moduli["shear"].to_numpy(dtype=float)
    row |= {"window": float(moduli["window"].mean())}
    row |= _told("shear", mean_draws(shear, state.weight)) | _told("shear_spread", _spread(shear, state.weight))
    for name in ("shear_born", "shear_fluctuation", "shear_initial"):
        row |= _told(name, mean_draws(moduli[name].to_numpy(dtype=float), state.weight))
    return row


def _network(state: State, rows: pd.DataFrame) -> dict:
    """f, P by spanning and by wrapping, ψ and mean cluster size for one way to connect particles."""
    names = {
        "fraction": "fraction",
        "spanning": "spans",
        "wrapping": "wraps",
        "largest": "largest",
        "mean_size": "mean_size",
    }
    means = {
        name: _per_sample(state, rows.assign(**{column: rows[column].astype(float)}), column)
        for name, column in names.items()
    }
    found = {}
    for name, values in means.items():
        found |= _told(name, mean_draws(values, state.weight))
    for name in ("spanning", "wrapping"):
        found[f"{name}_error"] = float(proportion(np.nansum(means[name]), np.isfinite(means[name]).sum())[1])
    return found


def _connections(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    rows = _mine(state, raw["network"])
    for links, mine in rows.groupby("links"):
        yield {**state.head(), "links": links, "samples": len(state.samples), **_network(state, mine)}


def _correlations(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    if not len(state.samples):
        return
    edges, averaged, fixed = _correlation(state, raw)
    for k in range(len(edges) - 1):
        yield {
            **state.head(),
            "inner": edges[k],
            "outer": edges[k + 1],
            "distance": float(np.sqrt(0.5 * (edges[k] ** 2 + edges[k + 1] ** 2))),
            **_told("correlation", averaged[:, k]),
            **_told("correlation_fixed", fixed[:, k]),
        }


def falling(temperatures: np.ndarray, values: np.ndarray, level: float) -> np.ndarray:
    """Where curves fall through a level on the way up in temperature, for the last time from below, (draws,).

    Args:
        temperatures: ascending, (points,).
        values: (points, draws).

    Returns:
        linear interpolation; NaN where a curve is not above the level at the cold end or not below at the hot one.
    """
    found = np.full(values.shape[1], np.nan)
    for draw, curve in enumerate(values.T):
        above = np.flatnonzero(curve >= level)
        if curve[0] >= level > curve[-1]:
            k = above[-1]
            part = (curve[k] - level) / (curve[k] - curve[k + 1])
            found[draw] = temperatures[k] + part * (temperatures[k + 1] - temperatures[k])
    return found


def _transitions(states: list[State], raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """Temperatures of the glass transition of each size and rate: P = ½ (spanning), and the largest δG."""
    ladders: dict[tuple, list[State]] = {}
    for state in states:
        if len(state.samples) and np.isfinite(state.keys["rate"]):
            ladders.setdefault((state.keys["group"], state.keys["n"], state.keys["rate"]), []).append(state)
    for (group, n, rate), rungs in ladders.items():
        rungs = sorted(rungs, key=lambda state: state.keys["temperature"])
        temperatures, unit = np.array([state.keys["temperature"] for state in rungs]), rungs[0].unit
        spans, spreads, moduli = [], [], []
        for state in rungs:
            network = _mine(state, raw["network"])
            network = network[network["links"] == DEFAULT_LINKS]
            network = network.assign(spans=network["spans"].astype(float))
            spans.append(mean_draws(_per_sample(state, network, "spans"), state.weight))
            shear = _moduli(state, raw)["shear"].to_numpy(dtype=float)
            spreads.append(_spread(shear, state.weight))
            moduli.append(mean_draws(shear, state.weight))
        spans, spreads, moduli = np.array(spans), np.array(spreads), np.array(moduli)
        known = np.isfinite(spreads).all(axis=0)
        peak = np.where(known, temperatures[np.argmax(np.nan_to_num(spreads), axis=0)], np.nan)
        transition = falling(temperatures, spans, 0.5)
        rise = falling(temperatures, moduli, 0.5 * float(moduli[0, 0]))
        yield {
            "group": group, "model": rungs[0].keys["model"], "n": n, "rate": rate, "reduced_rate": rate / unit,
            "samples": min(len(state.samples) for state in rungs), "temperatures": len(rungs),
            **_told("percolation", transition / unit), "percolation_error": deviation(transition / unit),
            **_told("peak", peak / unit), **_told("rise", rise / unit),
            **_told("peak_over_percolation", peak / transition),
        }  # fmt: skip


def _thresholds(raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """f_c and ν of each way to connect and to percolate, from the sizes' curves P(f), all rates and temperatures."""
    network = good(raw["network"])
    if network.empty:
        return
    lengths = good(raw["frames"]).groupby(["group", "n"])["length"].first()
    for (group, links), mine in network.groupby(["group", "links"]):
        for criterion in ("spans", "wraps"):
            sizes, curves, counts = [], [], []
            for n, rows in mine.groupby("n"):
                curve, count = _binned(rows, criterion, int(n))
                if curve is not None:
                    sizes.append(float(lengths[group, n]))
                    curves.append(curve)
                    counts.append(count)
            row = {"group": group, "links": links, "criterion": criterion, "sizes": len(sizes), "samples": sum(counts)}
            found = fit_scaling(sizes, curves, 0.46) if len(sizes) > 1 else None
            empty = np.full(2, np.nan)
            yield {
                **row,
                **_told("threshold", empty if found is None else found.threshold),
                **_told("nu", empty if found is None else found.nu),
                "spread": np.nan if found is None else float(found.spread[0]),
                "points": 0 if found is None else found.points,
            }


def _binned(rows: pd.DataFrame, criterion: str, n: int) -> tuple[Curve | None, int]:
    """P against f of one size as draws, and the trajectories of the sparsest bin; None with fewer than three bins."""
    place = np.digitize(rows["fraction"], FRACTIONS)
    bins = [k for k in range(1, len(FRACTIONS)) if (place == k).sum() >= LEAST]
    if len(bins) < 3:
        return None, 0
    owner = rows.groupby(["rate", "sample"], dropna=False).ngroup().to_numpy()
    weight = weights(int(owner.max()) + 1, seed(f"threshold {n}"), FITS)[:, owner]
    values, fraction = rows[criterion].astype(float).to_numpy(), rows["fraction"].to_numpy(dtype=float)
    x = np.array([fraction[place == k].mean() for k in bins])
    y = np.array([mean_draws(values[place == k], weight[:, place == k]) for k in bins])
    count = np.array([(place == k).sum() for k in bins])
    return Curve(x, y, proportion(y[:, 0] * count, count)[1]), int(count.min())
