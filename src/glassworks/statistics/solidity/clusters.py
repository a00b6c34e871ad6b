"""Exponents of force-bearing clusters near the threshold: τ of n_s ∝ s^−τ, d_f of s ∝ R_g^d_f and of s_1 ∝ L^d_f."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.fits import line
from glassworks.statistics.resampling import weights
from glassworks.statistics.scaling import radius_exponent, truncated_exponent
from glassworks.statistics.solidity.networks import DEFAULT, PUBLISHED, candidates, default_rows
from glassworks.statistics.solidity.states import REPEATS, told
from glassworks.statistics.tables import good, seed

NEAR = 0.02
"""Trajectories with f within this of the threshold count as critical."""
LOWEST = (4, 8, 16, 32)
"""Smallest cluster sizes of the windows that are compared, and the one that is used: the second."""
CUTOFF = 16
"""A window ends at N over this: larger clusters feel the box."""
FEWEST = 100
"""Fewest clusters in a window."""
COUNTS = ("clusters", "logarithms", "whole", "whole_logarithms", "radii", "radii_squared")


def critical(raw: dict[str, pd.DataFrame], threshold: pd.Series) -> Iterator[tuple[str, int, pd.DataFrame, np.ndarray]]:
    """Group, size, sums over the clusters of its critical trajectories (octaves as index, a column each of COUNTS), and
    the same as draws (1 + repeats, octaves, columns).

    Args:
        threshold: f_c by group.
    """
    network, counted = default_rows(good(raw["network"])), good(raw["clusters"])
    if network.empty or counted.empty:
        return
    center = network["group"].map(threshold).fillna(PUBLISHED)
    near = network[(network["fraction"] - center).abs() <= NEAR]
    place = ["group", "ensemble", "sample"]
    rows = counted.merge(near[place], on=place)
    for (group, n), mine in rows.groupby(["group", "n"]):
        owner = mine.groupby(["rate", "sample"], dropna=False).ngroup()
        table = mine.assign(owner=owner).pivot_table(
            index="owner", columns="smallest", values=list(COUNTS), aggfunc="sum"
        )
        stacked = np.stack([table[name].to_numpy() for name in COUNTS], axis=-1)
        weight = weights(len(stacked), seed(f"clusters {n}"), REPEATS)
        total = pd.DataFrame(stacked.sum(axis=0), columns=list(COUNTS), index=table[COUNTS[0]].columns.astype(int))
        yield group, int(n), total.assign(samples=len(stacked)), np.einsum("ds,sok->dok", weight, stacked)


def cluster_sizes(raw: dict[str, pd.DataFrame], threshold: pd.Series) -> Iterator[dict]:
    """n_s a particle and trajectory, and R_g, of the critical clusters in octaves of s."""
    for group, n, total, draws in critical(raw, threshold):
        samples = int(total["samples"].iloc[0])
        for k, smallest in enumerate(total.index):
            count, _, whole, logs, radii, _ = np.moveaxis(draws[:, k], -1, 0)
            if not count[0] > 0:
                continue
            with np.errstate(invalid="ignore", divide="ignore"):
                size, radius = np.exp(logs / whole), np.exp(radii / whole)
            yield {
                "group": group, "n": n, "samples": samples, "smallest": smallest,
                "size": float(np.exp(draws[0, k, 1] / count[0])), "whole_size": float(size[0]),
                **told("cluster_density", count / (samples * n * smallest)), **told("radius", radius),
            }  # fmt: skip


def exponents(raw: dict[str, pd.DataFrame], threshold: pd.Series) -> Iterator[dict]:
    """Exponents with the windows that they come from; `chosen` is the one that is used."""
    for group, n, total, draws in critical(raw, threshold):
        octaves = total.index.to_numpy()
        for lowest in LOWEST:
            inside = (octaves >= lowest) & (2 * octaves <= n // CUTOFF)
            row = {
                "group": group, "n": n, "samples": int(total["samples"].iloc[0]), "smallest": lowest,
                "ends": int(2 * octaves[inside].max(initial=0)), "chosen": lowest == LOWEST[1],
                "clusters": float(total["clusters"][inside].sum()),
            }  # fmt: skip
            if inside.sum() < 3 or row["clusters"] < FEWEST:
                continue
            tau = _tau(draws[:, inside], lowest, row["ends"] - 1)
            radius = radius_exponent(*np.moveaxis(draws[:, inside, 2:], -1, 0))
            yield {**row, "quantity": "tau", **told("cluster_exponent", tau)}
            yield {**row, "quantity": "radius", **told("cluster_exponent", radius)}
    yield from _largest(raw, threshold)


def _tau(draws: np.ndarray, low: int, high: int) -> np.ndarray:
    sums = draws.sum(axis=1)
    return np.array([truncated_exponent(logs / count, low, high)[0] for count, logs, *_ in sums])


def _largest(raw: dict[str, pd.DataFrame], threshold: pd.Series) -> Iterator[dict]:
    """d_f of s_1 = ψN ∝ L^d_f at the threshold, from the sizes."""
    for group, candidate, known in candidates(raw):
        if candidate != DEFAULT:
            continue
        center = threshold.get(group, PUBLISHED)
        heights = [size.at("largest", np.full(len(size.weight), center)) for size in known]
        kept = [k for k, height in enumerate(heights) if np.isfinite(height).all() and (height > 0).all()]
        if len(kept) < 2:
            continue
        mass = np.log([heights[k] * known[k].n for k in kept])
        error = np.maximum(mass[:, 1:].std(axis=1, ddof=1), 1e-3)
        slope = line(np.log([known[k].length for k in kept]), mass, error).slope
        yield {
            "group": group, "n": known[kept[-1]].n, "samples": sum(int(known[k].near(center).sum()) for k in kept),
            "smallest": known[kept[0]].n, "ends": known[kept[-1]].n, "chosen": True, "clusters": np.nan,
            "quantity": "largest", **told("cluster_exponent", slope),
        }  # fmt: skip
