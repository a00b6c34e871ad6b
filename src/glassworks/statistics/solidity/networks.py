"""Tables of the force-bearing network against temperature and against the fraction f of particles that bear force.

Open in the paper is what connects two particles, and which frames of the window decide who bears force. Each way is a
*candidate*; the default is the one that comes closest to the paper's f_c = 0.46 and ψ_c ≈ 0.4 (table `thresholds`,
Fig. S18): contacts of mean positions in the window, which thermal noise does not cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import mean_draws, weights
from glassworks.statistics.scaling import Crossing, Curve, collapse, fit_crossing, proportion, scaled
from glassworks.statistics.solidity.states import State, per_sample, rows_of, told
from glassworks.statistics.tables import good, seed

CANDIDATE = ["links", "sampling"]
DEFAULT = ("averaged", "window")
CRITERIA = {"spans": "spanning", "wraps": "wrapping"}
PUBLISHED = 0.46
"""f_c of the paper: where the search for the threshold starts, and what stands for it where none is found."""
NU = 4 / 3
"""ν of the paper, with which f_c is found."""
FITS = 100
"""Draws of the finite-size scaling, each of which is a search."""
RANGE, CELL = 0.14, 0.002
"""Trajectories with f so far from the paper's threshold are scaled, in cells of f so wide."""
WIDTH = 0.04
"""Trajectories whose f lies within this of another count as near it."""
FRACTIONS = np.arange(0.30, 0.6501, 0.025)
"""Edges of the bins of f in which trajectories of one size, whatever temperature and rate, are put together."""
LEAST = 5
"""Fewest trajectories in such a bin."""
EXPONENTS = (0.9, 1.0, 1.1, 1.21, 4 / 3, 1.5, 1.7, 2.0, 2.5, 3.0)
"""ν whose collapses are compared; 1.21 is that of rigidity percolation (Tong et al. 2020)."""


def default_rows(network: pd.DataFrame) -> pd.DataFrame:
    """The rows of the default candidate."""
    return network[(network["links"] == DEFAULT[0]) & (network["sampling"] == DEFAULT[1])] if len(network) else network


def network_draws(state: State, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Draws of f, P by spanning and by wrapping, ψ and mean cluster size of one candidate."""
    rows = rows.astype({name: float for name in CRITERIA})
    names = {"fraction": "fraction", **CRITERIA, "largest": "largest", "mean_size": "mean_size"}
    return {name: mean_draws(per_sample(state, rows, column), state.weight) for column, name in names.items()}


def connections(state: State, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """The network of one ensemble by every candidate."""
    rows = rows_of(state, raw["network"])
    for (links, sampling), mine in rows.groupby(CANDIDATE) if len(rows) else ():
        row = {**state.head(), "links": links, "sampling": sampling, "samples": len(state.samples)}
        for name, draws in network_draws(state, mine).items():
            row |= told(name, draws)
        yield row


@dataclass
class Size:
    """Trajectories of one size by one candidate, whatever temperature and rate.

    Attributes:
        length: L.
        fraction: f of each, (trajectories,).
        values: whether it percolates by each criterion (0 or 1), and ψ as `largest`, (trajectories,) each.
        weight: (1 + fits, trajectories); all temperatures of a trajectory share theirs.
    """

    n: int
    length: float
    fraction: np.ndarray
    values: dict[str, np.ndarray]
    weight: np.ndarray

    def near(self, center: float) -> np.ndarray:
        """Which trajectories have f close to a value."""
        return abs(self.fraction - center) <= WIDTH

    def at(self, name: str, center: np.ndarray) -> np.ndarray:
        """Draws of a value at f (draws,): a line through the trajectories nearby; NaN without f on both sides."""
        near = self.near(float(center[0]))
        x, y, w = self.fraction[near], self.values[name][near], self.weight[:, near]
        if near.sum() < LEAST or not x.min() <= center[0] <= x.max():
            return np.full(len(center), np.nan)
        total = w.sum(axis=1)
        mean_x, mean_y = (w @ x) / total, (w @ y) / total
        slope = ((w @ (x * y)) / total - mean_x * mean_y) / ((w @ x**2) / total - mean_x**2)
        return mean_y + slope * (center - mean_x)

    def cells(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """f in steps of :data:`CELL` within :data:`RANGE` of the threshold, percolating or not, and the weights (draws,
        cells) of the trajectories there: as good as the trajectories one by one, and few however many they are."""
        inside = abs(self.fraction - PUBLISHED) <= RANGE
        crossed = self.values[name][inside] > 0.5
        number = 2 * np.rint(self.fraction[inside] / CELL).astype(int) + crossed
        cells, place = np.unique(number, return_inverse=True)
        weight = np.zeros((len(cells), len(self.weight)))
        np.add.at(weight, place, self.weight[:, inside].T)
        return CELL * (cells // 2), cells % 2 == 1, weight.T

    def bins(self) -> Iterator[np.ndarray]:
        """Numbers of the trajectories in each bin of f that holds enough."""
        place = np.digitize(self.fraction, FRACTIONS)
        for k in range(1, len(FRACTIONS)):
            inside = np.flatnonzero(place == k)
            if len(inside) >= LEAST:
                yield inside

    def curve(self, name: str) -> Curve:
        """Chance to percolate in bins of f."""
        bins = list(self.bins())
        count = np.array([len(inside) for inside in bins])
        hits = np.array([self.values[name][inside].sum() for inside in bins])
        return Curve(np.array([self.fraction[inside].mean() for inside in bins]), *proportion(hits, count))


def candidates(raw: dict[str, pd.DataFrame]) -> Iterator[tuple[str, tuple[str, str], list[Size]]]:
    """Group, candidate, and its sizes in ascending order."""
    network, frames = good(raw["network"]), good(raw["frames"])
    if network.empty:
        return
    lengths = frames.groupby(["group", "n"])["length"].first()
    for (group, links, sampling), rows in network.groupby(["group", *CANDIDATE]):
        yield group, (links, sampling), [_size(mine, int(n), float(lengths[group, n])) for n, mine in rows.groupby("n")]


def _size(rows: pd.DataFrame, n: int, length: float) -> Size:
    owner = rows.groupby(["rate", "sample"], dropna=False).ngroup().to_numpy()
    weight = weights(int(owner.max()) + 1, seed(f"threshold {n}"), FITS)[:, owner]
    values = {name: rows[name].to_numpy(dtype=float) for name in (*CRITERIA, "largest")}
    return Size(n, length, rows["fraction"].to_numpy(dtype=float), values, weight)


def crossing(known: list[Size], criterion: str, nu: float | None) -> Crossing | None:
    """Finite-size scaling of the sizes that cross the threshold: that hold trajectories on both sides near it.

    None with fewer than two sizes.
    """
    used = [size for size in known if len(np.unique(size.values[criterion][size.near(PUBLISHED)])) == 2]
    if len(used) < 2:
        return None
    cells = [size.cells(criterion) for size in used]
    length = np.repeat([size.length for size in used], [len(each[0]) for each in cells])
    fraction, crossed, weight = (np.concatenate(each, axis=-1) for each in zip(*cells, strict=True))
    return fit_crossing(length, fraction, crossed, weight, PUBLISHED, nu)


def thresholds(raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """f_c of each candidate and criterion with ν = 4/3, ν where it is free, and ψ at f_c of the largest size."""
    for group, (links, sampling), known in candidates(raw):
        for criterion in CRITERIA:
            fixed, free = crossing(known, criterion, NU), crossing(known, criterion, None)
            empty = np.full(2, np.nan)
            center = empty if fixed is None else fixed.threshold
            yield {
                "group": group, "links": links, "sampling": sampling, "criterion": criterion,
                "chosen": (links, sampling) == DEFAULT, "sizes": len(known),
                "samples": sum(int(size.near(center[0]).sum()) for size in known),
                "largest_n": known[-1].n,
                **told("threshold", center),
                **told("threshold_free", empty if free is None else free.threshold),
                **told("nu", empty if free is None else free.nu),
                **told("critical_size", empty if fixed is None else known[-1].at("largest", center)),
            }  # fmt: skip


def default_thresholds(found: pd.DataFrame) -> pd.Series:
    """f_c by group of the default candidate that spans, where it was found."""
    if found.empty:
        return pd.Series(dtype=float)
    rows = found[(found["criterion"] == "spans") & found["threshold"].notna()]
    return default_rows(rows).set_index("group")["threshold"]


def curves(raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """P and ψ of the default candidate against f, a row a size and bin."""
    for group, candidate, known in candidates(raw):
        for size in known if candidate == DEFAULT else ():
            for inside in size.bins():
                count = len(inside)
                row = {"group": group, "n": size.n, "length": size.length, "samples": count}
                row["fraction"] = float(size.fraction[inside].mean())
                for name, column in {**CRITERIA, "largest": "largest"}.items():
                    draws = mean_draws(size.values[name][inside], size.weight[:, inside])
                    row |= told(column, draws)
                    if name in CRITERIA:
                        row[f"{column}_error"] = float(proportion(draws[0] * count, count)[1])
                yield row


def profiles(raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """How well P of the default candidate collapses with one ν or another, each with its most likely f_c."""
    for group, candidate, known in candidates(raw):
        for criterion in CRITERIA if candidate == DEFAULT else ():
            used = [size for size in known if len(list(size.bins())) > 2]
            for nu in EXPONENTS if len(used) > 1 else ():
                plain = [replace(size, weight=size.weight[:1]) for size in known]
                found = crossing(plain, criterion, nu)
                if found is None:
                    continue
                threshold = float(found.threshold[0])
                curve = scaled([size.length for size in used], [size.curve(criterion) for size in used], threshold, nu)
                spread, points = collapse(curve)
                yield {
                    "group": group, "criterion": criterion, "sizes": len(used), "nu": nu, "threshold": threshold,
                    "spread": spread, "points": points,
                }  # fmt: skip
