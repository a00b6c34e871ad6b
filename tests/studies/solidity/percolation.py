"""Raw tables of a made-up cooling whose force-bearing particles are random sites of square lattices, which percolate at
a known fraction with known exponents; sizes are those of the paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
from lattices import THRESHOLD
from scipy import ndimage

from glassworks.statistics.tables import KEYS

RATE = 1e-6


def open_clusters(occupied: np.ndarray) -> tuple[bool, int]:
    """Whether a cluster of neighboring sites reaches from one side to the other in any direction, and the sites of the
    largest; nothing connects through the boundary."""
    labels, _ = ndimage.label(occupied)
    sides = [(labels[0], labels[-1]), (labels[:, 0], labels[:, -1])]
    spans = any(np.intersect1d(first[first > 0], last[last > 0]).size for first, last in sides)
    return spans, int(np.bincount(labels.ravel())[1:].max(initial=0))


def cooling(
    rng: np.random.Generator, sizes: dict[int, int], steps: int = 16, reach: float = 0.12
) -> dict[str, pd.DataFrame]:
    """Tables of trajectories whose sites are drawn anew at each of `steps` temperatures, with chances within `reach` of
    the threshold, all of it shifted so that f_c = 0.46.

    Args:
        sizes: trajectories by the edge of the lattice.
    """
    liquids, network, frames = [], [], []
    for side, count in sizes.items():
        n = side**2
        for number, chance in enumerate(THRESHOLD + np.linspace(reach, -reach, steps)):
            temperature = round((number + 1) * 1e-4, 12)
            name = f"harmonic-2d_N{n}_T{temperature:g}"
            head = dict(
                zip(KEYS, ("solidity", "cooled", name, "harmonic-2d", 2, n, "step", temperature, RATE), strict=True)
            )
            common = {**head, "sample": np.arange(count), "status": "ok"}
            drawn = [rng.random((side, side)) < chance for _ in range(count)]
            spans, largest = zip(*(open_clusters(each) for each in drawn), strict=True)
            fraction = np.array([each.mean() for each in drawn]) - THRESHOLD + 0.46
            liquids.append(pd.DataFrame(common))
            frames.append(pd.DataFrame({**common, "length": float(side)}))
            network.append(pd.DataFrame({
                **common, "links": "averaged", "sampling": "window", "fraction": fraction, "tied": 0.0, "spans": spans,
                "wraps": spans, "largest": np.array(largest) / n, "mean_size": 1.0,
            }))  # fmt: skip
    return {
        name: pd.concat(rows, ignore_index=True)
        for name, rows in (("liquids", liquids), ("network", network), ("frames", frames))
    }
