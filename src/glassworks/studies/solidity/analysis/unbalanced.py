"""Tables of the forces that remain on particles (Tong, Sengupta & Tanaka 2020, Fig. 2a)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import interpolated, mean_draws, ratio_draws
from glassworks.studies.solidity.analysis.ensembles import Ensemble, per_sample, rows_of, told

QUANTILES = {"median": 0.5, "upper": 0.95}
"""Parts of the particles below the quantiles of F_re that are told."""


def counts(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the bins of F_re, (bins + 1,), and particles in them, (trajectories, bins)."""
    rows = rows_of(ensemble, raw["forces"])
    bins = rows.drop_duplicates("inner").sort_values("inner")
    edges = np.append(bins["inner"].to_numpy(), bins["outer"].to_numpy()[-1:])
    rows = rows[rows["sample"].isin(ensemble.samples)]
    found = np.zeros((len(ensemble.samples), len(edges) - 1))
    np.add.at(
        found, (np.searchsorted(ensemble.samples, rows["sample"]), np.searchsorted(edges, rows["inner"])), rows["count"]
    )
    return edges, found


def remaining_bins(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """P(F_re), a row a bin that holds particles."""
    if not len(ensemble.samples):
        return
    edges, found = counts(ensemble, raw)
    total = found.sum(axis=1)
    for k in np.flatnonzero(found.sum(axis=0)):
        draws = ratio_draws(found[:, k], total, ensemble.weight) / (edges[k + 1] - edges[k])
        yield {
            **ensemble.head(),
            "samples": len(ensemble.samples),
            "inner": edges[k],
            "outer": edges[k + 1],
            "middle": float(np.sqrt(edges[k] * edges[k + 1])) if edges[k] > 0 else 0.5 * edges[k + 1],
            **told("density", draws),
        }


def remaining_row(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> dict:
    """Mean and quantiles of F_re, the latter interpolated within bins, and the part of the particles with F_re > 1."""
    edges, found = counts(ensemble, raw)
    row = {**ensemble.head(), "samples": len(ensemble.samples)}
    row |= told(
        "remaining", mean_draws(per_sample(ensemble, rows_of(ensemble, raw["frames"]), "remaining"), ensemble.weight)
    )
    below = np.cumsum(ensemble.weight @ found, axis=1)
    below = np.column_stack([np.zeros(len(below)), below / below[:, -1:]])
    for name, part in QUANTILES.items():
        row |= told(f"remaining_{name}", interpolated(part, below, edges))
    return row | told("unbalanced", 1.0 - interpolated(1.0, edges, below))
