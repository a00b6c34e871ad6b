"""Tables of stress correlations in space."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.correlations import correlation_draws, decay
from glassworks.statistics.solidity.states import State, per_sample, rows_of, told

THERMAL, INHERENT = "thermal", "inherent"
RELATIVE = 0.1
"""Width of a drawn shell, at least, as a part of its radius."""

Correlation = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Edges of shells, and draws of C_σ in them: averaged over the directions of the axes, and along the fixed ones."""


def correlation(state: State, raw: dict[str, pd.DataFrame], kind: str, relative: float = 0.0) -> Correlation | None:
    """C_σ of an ensemble as it is (thermal) or of its inherent structures; None where it was not measured.

    Args:
        relative: shells narrower than this part of their radius are put together.
    """
    rows = rows_of(state, raw["stress"])
    rows = rows[rows["state"] == kind] if len(rows) else rows
    if rows.empty:
        return None
    shells = rows.drop_duplicates("inner").sort_values("inner")
    edges = np.append(shells["inner"].to_numpy(), shells["outer"].to_numpy()[-1:])
    bounds = wider(edges, relative)
    known = np.isin(state.samples, rows["sample"])
    samples, weight = state.samples[known], state.weight[:, known]

    def table(name: str) -> np.ndarray:
        each = rows.pivot(index="sample", columns="inner", values=name).reindex(samples).to_numpy(dtype=float)
        return np.add.reduceat(each, bounds[:-1], axis=1)

    pairs = table("pairs")
    averaged, fixed = (
        correlation_draws(table(sums), pairs, per_sample(state, rows, square)[known], weight)
        for sums, square in (("turned", "square_turned"), ("fixed", "square_fixed"))
    )
    return edges[bounds], averaged, fixed


def wider(edges: np.ndarray, relative: float) -> np.ndarray:
    """Numbers of the edges that remain where shells narrower than a part of their inner radius are put together."""
    kept = [0]
    for k in range(1, len(edges)):
        if edges[k] - edges[kept[-1]] >= relative * edges[kept[-1]] - 1e-9:
            kept.append(k)
    return np.array(kept)


def correlations(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """C_σ(r), a row a shell; far out, where noise is large, shells are wide."""
    for kind in (THERMAL, INHERENT):
        known = correlation(state, raw, kind, RELATIVE)
        if known is None:
            continue
        edges, averaged, fixed = known
        for k in range(len(edges) - 1):
            yield {
                **state.head(),
                "state": kind,
                "inner": edges[k],
                "outer": edges[k + 1],
                "distance": float(np.sqrt(0.5 * (edges[k] ** 2 + edges[k + 1] ** 2))),
                **told("correlation", averaged[:, k]),
                **told("correlation_fixed", fixed[:, k]),
            }


def powers(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """Exponent of C_σ ∝ r^−x, and κ with x = 2."""
    for kind in (THERMAL, INHERENT):
        known = correlation(state, raw, kind)
        if known is None:
            continue
        found = decay(known[0], known[1])
        yield {
            **state.head(),
            "state": kind,
            "samples": len(state.samples),
            "inner": found.low,
            "outer": found.high,
            **told("decay_power", found.power),
            **told("amplitude", found.amplitude),
        }


def mean_maps(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """⟨σ_xy(r) σ_xy(0)⟩/⟨σ_xy²⟩ over the half plane y ≥ 0, averaged over the trajectories that left a map."""
    rows = rows_of(state, raw["maps"])
    if rows.empty:
        return
    head = state.head() | {"samples": int(rows["sample"].nunique())}
    square = rows.drop_duplicates("sample")["square_fixed"].mean()
    for (x, y), product in rows.groupby(["x", "y"])["product"].mean().items():
        yield {**head, "x": x, "y": y, "product": product / square}
