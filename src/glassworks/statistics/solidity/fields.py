"""Tables of stress correlations in space."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.correlations import correlation_draws
from glassworks.statistics.solidity.states import State, per_sample, rows_of, told


def correlation(state: State, raw: dict[str, pd.DataFrame]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges of the shells and draws of C_σ in them, averaged over the axes' directions and along the fixed ones."""
    rows = rows_of(state, raw["stress"])
    rows = rows[rows["state"] == "thermal"]
    shells = rows.drop_duplicates("inner").sort_values("inner")
    edges = np.append(shells["inner"].to_numpy(), shells["outer"].to_numpy()[-1:])

    def table(name: str) -> np.ndarray:
        return rows.pivot(index="sample", columns="inner", values=name).reindex(state.samples).to_numpy(dtype=float)

    pairs = table("pairs")
    averaged, fixed = (
        correlation_draws(table(sums), pairs, per_sample(state, rows, square), state.weight)
        for sums, square in (("turned", "square_turned"), ("fixed", "square_fixed"))
    )
    return edges, averaged, fixed


def correlations(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    if not len(state.samples):
        return
    edges, averaged, fixed = correlation(state, raw)
    for k in range(len(edges) - 1):
        yield {
            **state.head(),
            "inner": edges[k],
            "outer": edges[k + 1],
            "distance": float(np.sqrt(0.5 * (edges[k] ** 2 + edges[k + 1] ** 2))),
            **told("correlation", averaged[:, k]),
            **told("correlation_fixed", fixed[:, k]),
        }
