"""Exponents of force-bearing clusters near the threshold: τ of n_s ∝ s^−τ, d_f of s ∝ R_g^d_f and of s_1 ∝ L^d_f."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics.fits import line
from glassworks.statistics.scaling import radius_exponent, truncated_exponent
from glassworks.studies.solidity.analysis.ensembles import Ensemble, rows_of, told
from glassworks.studies.solidity.analysis.networks import DEFAULT, Candidate, Size, default_rows

Thresholds = dict[str, np.ndarray]
"""Draws of f_c by group, where it was found; elsewhere the paper's stands for it."""
NEAR = 0.02
"""Trajectories with f within this of the threshold count as critical."""
LOWEST = (4, 8, 16, 32)
"""Smallest cluster sizes of the windows that are compared, and the one that is used: the second."""
CUTOFF = 16
"""A window ends at N over this: larger clusters feel the box."""
FEWEST = 100
"""Fewest clusters in a window."""
KNOWN = 0.5
"""Part of the draws in which ψ of a size is known at the threshold, at least, where the size counts."""
COUNTS = ("clusters", "logarithms", "whole", "whole_logarithms", "radii", "radii_squared")


class Critical(NamedTuple):
    """Clusters of one size's trajectories that are near the threshold, which each draw chooses anew."""

    group: str
    n: int
    samples: int  # trajectories
    octaves: np.ndarray  # least sizes, (octaves,)
    sums: np.ndarray  # over clusters, a column each of COUNTS, (1 + repeats, octaves, columns)
    weight: np.ndarray  # of the configurations that they are of, (1 + repeats,)


def critical(
    ensembles: list[Ensemble], raw: dict[str, pd.DataFrame], threshold: Thresholds, expected: float
) -> Iterator[Critical]:
    """The critical clusters of each group and size; `expected` is f_c of the paper."""
    found: dict[tuple, list] = {}
    for ensemble in ensembles:
        rows = rows_of(ensemble, raw["clusters"])
        network = default_rows(rows_of(ensemble, raw["network"])).set_index("sample") if len(rows) else rows
        if len(network) < 2:  # one trajectory alone tells nothing of its error
            continue
        draws = len(ensemble.weight)
        fraction = network["fraction"].reindex(ensemble.samples).to_numpy(dtype=float)
        center = threshold.get(ensemble.keys["group"], np.full(draws, expected))
        near = abs(fraction - center[:, None]) <= NEAR
        if not near.any():
            continue
        table = rows.pivot_table(index="sample", columns="smallest", values=list(COUNTS), aggfunc="sum")
        table = table.reindex(ensemble.samples).fillna(0.0)
        octaves = table[COUNTS[0]].columns.to_numpy(dtype=int)
        stacked = np.stack([table[name].to_numpy(dtype=float) for name in COUNTS], axis=-1)
        weight = ensemble.weight * near
        sums = (weight @ stacked.reshape(len(stacked), -1)).reshape(draws, *stacked.shape[1:])
        owners = {(ensemble.keys["rate"], sample) for sample in ensemble.samples[near[0]]}
        found.setdefault((ensemble.keys["group"], ensemble.keys["n"]), []).append(
            (octaves, sums, weight.sum(axis=1), owners)
        )
    for (group, n), parts in sorted(found.items()):
        samples = len(set().union(*(owners for *_, owners in parts)))
        if samples:
            sums, weight = sum(each for _, each, _, _ in parts), sum(each for _, _, each, _ in parts)
            yield Critical(group, n, samples, parts[0][0], sums, weight)


def cluster_sizes(found: Iterable[Critical]) -> Iterator[dict]:
    """n_s a particle and configuration, and R_g, of the critical clusters in octaves of s."""
    for one in found:
        for k, smallest in enumerate(one.octaves):
            count, _, whole, logs, radii, _ = np.moveaxis(one.sums[:, k], -1, 0)
            if not count[0] > 0:
                continue
            with np.errstate(invalid="ignore", divide="ignore"):
                size, radius = np.exp(logs / whole), np.exp(radii / whole)
                density = count / (one.weight * one.n * smallest)
            yield {
                "group": one.group, "n": one.n, "samples": one.samples, "smallest": int(smallest),
                "size": float(np.exp(one.sums[0, k, 1] / count[0])), "whole_size": float(size[0]),
                **told("cluster_density", density), **told("radius", radius),
            }  # fmt: skip


def exponents(found: Iterable[Critical]) -> Iterator[dict]:
    """τ and d_f of radii with the windows that they come from; `chosen` is the one that is used."""
    for one in found:
        for lowest in LOWEST:
            inside = (one.octaves >= lowest) & (2 * one.octaves <= one.n // CUTOFF)
            row = {
                "group": one.group, "n": one.n, "samples": one.samples, "smallest": lowest,
                "ends": int(2 * one.octaves[inside].max(initial=0)), "chosen": lowest == LOWEST[1],
                "clusters": float(one.sums[0, inside, 0].sum()),
            }  # fmt: skip
            if inside.sum() < 3 or row["clusters"] < FEWEST:
                continue
            count, logs, *_ = np.moveaxis(one.sums[:, inside].sum(axis=1), -1, 0)
            with np.errstate(invalid="ignore", divide="ignore"):
                tau, _ = truncated_exponent(logs / count, lowest, row["ends"] - 1)
            radius = radius_exponent(*np.moveaxis(one.sums[:, inside, 2:], -1, 0))
            yield {**row, "quantity": "tau", **told("cluster_exponent", tau)}
            yield {**row, "quantity": "radius", **told("cluster_exponent", radius)}


def largest(every: list[tuple[str, Candidate, list[Size]]], threshold: Thresholds) -> Iterator[dict]:
    """d_f of s_1 = ψN ∝ L^d_f at the threshold of each draw, from the sizes."""
    for group, candidate, known in every:
        if candidate != DEFAULT:
            continue
        center = threshold.get(group, np.full(len(known[0].weight[0]), known[0].expected))
        heights = [size.at("largest", center) for size in known]
        kept = [k for k, height in enumerate(heights) if height[0] > 0 and np.isfinite(height).mean() > KNOWN]
        if len(kept) < 2:
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            mass = np.log([heights[k] * known[k].n for k in kept])
        mass[~np.isfinite(mass)] = np.nan
        error = np.maximum(np.nanstd(mass[:, 1:], axis=1, ddof=1), 1e-3)
        slope = line(np.log([known[k].length for k in kept]), mass, error).slope
        yield {
            "group": group, "n": known[kept[-1]].n, "samples": sum(known[k].near(center[0]) for k in kept),
            "smallest": known[kept[0]].n, "ends": known[kept[-1]].n, "chosen": True, "clusters": np.nan,
            "quantity": "largest", **told("cluster_exponent", slope),
        }  # fmt: skip
