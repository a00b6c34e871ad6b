"""Tables of the force-bearing network and its percolation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import mean_draws, weights
from glassworks.statistics.scaling import Curve, fit_scaling, proportion
from glassworks.statistics.solidity.states import State, per_sample, rows_of, told
from glassworks.statistics.tables import good, seed

DEFAULT_LINKS = "contacts"
FITS = 20
"""Draws of the finite-size scaling, each of which is a search."""
FRACTIONS = np.arange(0.30, 0.6501, 0.025)
"""Edges of the bins of f in which trajectories of one size, whatever temperature and rate, are put together."""
LEAST = 5
"""Fewest trajectories in such a bin."""


def network_columns(state: State, rows: pd.DataFrame) -> dict:
    """f, P by spanning and by wrapping, ψ and mean cluster size for one way to connect particles."""
    names = {
        "fraction": "fraction",
        "spanning": "spans",
        "wrapping": "wraps",
        "largest": "largest",
        "mean_size": "mean_size",
    }
    means = {
        name: per_sample(state, rows.assign(**{column: rows[column].astype(float)}), column)
        for name, column in names.items()
    }
    found = {}
    for name, values in means.items():
        found |= told(name, mean_draws(values, state.weight))
    for name in ("spanning", "wrapping"):
        found[f"{name}_error"] = float(proportion(np.nansum(means[name]), np.isfinite(means[name]).sum())[1])
    return found


def connections(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    rows = rows_of(state, raw["network"])
    for links, mine in rows.groupby("links"):
        yield {**state.head(), "links": links, "samples": len(state.samples), **network_columns(state, mine)}


def thresholds(raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
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
                **told("threshold", empty if found is None else found.threshold),
                **told("nu", empty if found is None else found.nu),
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
