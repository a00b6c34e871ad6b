"""Tables of the force-bearing network against temperature and against the fraction f of particles that bear force.

Open in the paper is what connects two particles, and which frames of the window decide who bears force. Each way is a
*candidate*; the default is the one that comes closest to the paper's f_c and ψ_c (table `thresholds`, Fig. S18):
contacts of mean positions in the window, which thermal noise does not cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.scaling import (
    Crossing,
    Curve,
    collapse,
    fit_crossing,
    proportion,
    proportion_draws,
    scaled,
)
from glassworks.statistics.tables import seed
from glassworks.studies.numbers import printed_numbers
from glassworks.studies.solidity.analysis.ensembles import Ensemble, per_sample, rows_of, told

CANDIDATE = ["links", "sampling"]
Candidate = tuple[str, str]
DEFAULT = ("averaged", "window")
CRITERIA = {"spans": "spanning", "wraps": "wrapping"}
RANGE = 0.14
"""Ensembles whose f is so far from the paper's threshold are scaled."""
SHOWN = 0.2
"""And so far they are drawn."""
WIDTH = 0.04
"""Trajectories whose f lies within this of another count as near it."""
LEAST = 5
"""Fewest trajectories near the threshold, and of an ensemble whose curve is compared with others'."""
EXPONENTS = (0.9, 1.0, 1.1, 1.5, 1.7, 2.0, 2.5, 3.0)
"""ν whose collapses are compared, beside the paper's and that of rigidity percolation."""


class Printed(NamedTuple):
    """What the paper says of the transition: f_c, where the search for the threshold starts and what stands for it
    where none is found; ν, with which f_c is found; and ν of rigidity percolation."""

    threshold: float
    exponent: float
    rigidity: float

    @classmethod
    def of(cls, paper: dict) -> Printed:
        known = printed_numbers(paper)
        return cls(known["threshold"], known["correlation-length"], known["rigidity-exponent"])


def default_rows(network: pd.DataFrame) -> pd.DataFrame:
    """The rows of the default candidate."""
    return network[(network["links"] == DEFAULT[0]) & (network["sampling"] == DEFAULT[1])] if len(network) else network


NAMES = {"fraction": "fraction", **CRITERIA, "largest": "largest", "mean_size": "mean_size", "tied": "tied"}
"""Columns of the raw table, and of the derived ones."""


def networks(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> dict[Candidate, dict[str, np.ndarray]]:
    """Draws of f, P by spanning and by wrapping, ψ and mean cluster size by each candidate."""
    rows, found = rows_of(ensemble, raw["network"]), {}
    for candidate, mine in rows.groupby(CANDIDATE) if len(rows) else ():
        values = {column: per_sample(ensemble, mine, column) for column in NAMES}
        means = mean_draws(np.stack(list(values.values()), axis=1), ensemble.weight).T
        found[candidate] = dict(zip(NAMES.values(), means, strict=True))
        for criterion, column in CRITERIA.items():
            known = np.isfinite(values[criterion])
            words = seed(f"{ensemble.keys['ensemble']} {' '.join(candidate)} {criterion}")
            found[candidate][column] = proportion_draws(values[criterion][known], ensemble.weight[:, known], words)
    return found


def connections(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """The network of one ensemble by every candidate."""
    for (links, sampling), draws in ensemble.networks.items():
        row = {**ensemble.head(), "links": links, "sampling": sampling, "samples": len(ensemble.samples)}
        for name in draws:
            row |= told(name, draws[name]) if name != "tied" else {}
        yield row


@dataclass
class Size:
    """Trajectories of one size by one candidate: an entry a temperature and rate in every list.

    Attributes:
        length: L.
        expected: f_c of the paper.
        fraction: f of each trajectory, (trajectories,).
        values: whether it percolates by each criterion (0 or 1), and ψ as `largest`, (trajectories,) each.
        weight: (1 + repeats, trajectories); all temperatures of a trajectory share theirs.
    """

    n: int
    length: float
    expected: float
    fraction: list[np.ndarray] = field(default_factory=list)
    values: list[dict[str, np.ndarray]] = field(default_factory=list)
    weight: list[np.ndarray] = field(default_factory=list)

    def near(self, center: float) -> int:
        """How many trajectories have f close to a value."""
        return sum(int((abs(fraction - center) <= WIDTH).sum()) for fraction in self.fraction)

    def crosses(self, criterion: str) -> bool:
        """Whether some trajectories near the paper's threshold percolate and some do not."""
        found = set()
        for fraction, values in zip(self.fraction, self.values, strict=True):
            found |= set(values[criterion][abs(fraction - self.expected) <= WIDTH])
        return len(found) == 2

    def at(self, name: str, center: np.ndarray) -> np.ndarray:
        """Draws of a value at f (draws,): a line through the trajectories near it, which each draw finds anew; NaN
        where fewer than `LEAST` are or none on one side."""
        sums, count, sides = np.zeros((5, len(center))), np.zeros(len(center)), np.zeros((2, len(center)), dtype=bool)
        for fraction, values, weight in zip(self.fraction, self.values, self.weight, strict=True):
            x, y = fraction - center[:, None], values[name]
            near = abs(x) <= WIDTH
            w = weight * near
            sums += [w.sum(axis=1), (w * x).sum(axis=1), w @ y, (w * x * x).sum(axis=1), (w * x) @ y]
            count += near.sum(axis=1)
            sides |= [(near & (x <= 0)).any(axis=1), (near & (x >= 0)).any(axis=1)]
        w, wx, wy, wxx, wxy = sums
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (wxx * wy - wx * wxy) / (w * wxx - wx * wx)
        return np.where((count >= LEAST) & sides.all(axis=0), found, np.nan)

    def chances(self, criterion: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draws of mean f, of the part that percolates, and of the trajectories, of each temperature and rate within
        `RANGE` of the paper's threshold, (draws, ensembles) each.

        "The percolation probability at T or the corresponding occupation fraction f is defined as the proportion of
        configurations in the ensemble" (Methods): P is a function of the f of an ensemble.
        """
        near = [k for k, fraction in enumerate(self.fraction) if abs(fraction.mean() - self.expected) <= RANGE]
        fraction = np.stack([mean_draws(self.fraction[k], self.weight[k]) for k in near], axis=1)
        crossed = np.stack([mean_draws(self.values[k][criterion], self.weight[k]) for k in near], axis=1)
        total = np.stack([self.weight[k].sum(axis=1) for k in near], axis=1)
        return fraction, np.clip(crossed, 0.0, 1.0), total  # below zero where weights of few trajectories are


def candidates(
    ensembles: list[Ensemble], raw: dict[str, pd.DataFrame], expected: float
) -> Iterator[tuple[str, Candidate, list[Size]]]:
    """Group, candidate, and its sizes in ascending order; one trajectory alone, whose error is unknown, is left out.

    Args:
        expected: f_c of the paper.
    """
    found: dict[str, dict[Candidate, dict[int, Size]]] = {}
    for ensemble in ensembles:
        group, n, rows = ensemble.keys["group"], ensemble.keys["n"], rows_of(ensemble, raw["network"])
        length = rows_of(ensemble, raw["frames"])["length"].iloc[0] if len(rows) else np.nan
        for candidate, mine in rows.groupby(CANDIDATE) if len(rows) else ():
            if len(mine) < 2:
                continue
            mine = mine.set_index("sample")
            place = np.searchsorted(ensemble.samples, mine.index)
            size = found.setdefault(group, {}).setdefault(candidate, {}).setdefault(n, Size(n, float(length), expected))
            size.fraction.append(mine["fraction"].to_numpy(dtype=float))
            size.values.append({name: mine[name].to_numpy(dtype=float) for name in (*CRITERIA, "largest")})
            size.weight.append(ensemble.weight[:, place] if len(place) < len(ensemble.samples) else ensemble.weight)
    for group, each in found.items():
        for candidate, sizes in each.items():
            yield group, candidate, [sizes[n] for n in sorted(sizes)]


def crossing(known: list[Size], criterion: str, nu: float | None, draws: int | None = None) -> Crossing | None:
    """Finite-size scaling of the sizes that cross the threshold; None with fewer than two.

    Args:
        draws: as many of them, or None: all.
    """
    used = [size for size in known if size.crosses(criterion)]
    if len(used) < 2:
        return None
    each = [size.chances(criterion) for size in used]
    length = np.repeat([size.length for size in used], [one[0].shape[1] for one in each])
    fraction, crossed, total = (np.concatenate(one, axis=1)[:draws] for one in zip(*each, strict=True))
    known = np.isfinite(total).all(axis=1)
    found = fit_crossing(length, fraction[known], crossed[known], total[known], used[0].expected, nu)
    return Crossing(*(_filled(each, known) for each in found))


def _filled(draws: np.ndarray, known: np.ndarray) -> np.ndarray:
    out = np.full(len(known), np.nan)
    out[known] = draws
    return out


def thresholds(every: list[tuple[str, Candidate, list[Size]]], nu: float) -> Iterator[tuple[dict, np.ndarray]]:
    """f_c of each candidate and criterion with the paper's ν, with its draws; ν where it is free, and ψ at f_c of the
    largest size."""
    for group, candidate, known in every:
        for criterion in CRITERIA:
            fixed, free = crossing(known, criterion, nu), crossing(known, criterion, None)
            empty = np.full(2, np.nan)
            center = empty if fixed is None else fixed.threshold
            row = {
                "group": group, "links": candidate[0], "sampling": candidate[1], "criterion": criterion,
                "chosen": candidate == DEFAULT, "sizes": len(known),
                "samples": sum(size.near(center[0]) for size in known), "largest_n": known[-1].n,
                **told("threshold", center),
                **told("threshold_free", empty if free is None else free.threshold),
                **told("nu", empty if free is None else free.nu),
                **told("critical_size", empty if fixed is None else known[-1].at("largest", center)),
            }  # fmt: skip
            yield row, center


def centers(found: list[tuple[dict, np.ndarray]]) -> dict[str, np.ndarray]:
    """Draws of f_c by group, of the default candidate that spans, where it was found."""
    chosen = ((row, draws) for row, draws in found if row["chosen"] and row["criterion"] == "spans")
    return {row["group"]: draws for row, draws in chosen if np.isfinite(draws[0])}


def curves(ensembles: list[Ensemble], raw: dict[str, pd.DataFrame], expected: float) -> Iterator[dict]:
    """P and ψ of the default candidate against f, a row a size, rate and temperature with f about the paper's f_c."""
    for ensemble in ensembles:
        draws, count = ensemble.draws, len(ensemble.samples)
        if "spanning" not in draws or not abs(draws["fraction"][0] - expected) <= SHOWN:
            continue
        row = {**ensemble.head(), "samples": count, "length": float(rows_of(ensemble, raw["frames"])["length"].iloc[0])}
        for name in ("fraction", *CRITERIA.values(), "largest"):
            row |= told(name, draws[name])
        for name in CRITERIA.values():
            row[f"{name}_error"] = float(proportion(draws[name][0] * count, count)[1])
        yield row


def _curve(size: Size, criterion: str) -> Curve:
    """P against f of the ensembles that hold enough trajectories."""
    fraction, crossed, total = (each[0] for each in size.chances(criterion))
    order = [k for k in np.argsort(fraction) if total[k] >= LEAST]
    return Curve(fraction[order], *proportion(np.rint(crossed * total)[order], total[order]))


def profiles(every: list[tuple[str, Candidate, list[Size]]], printed: Printed) -> Iterator[dict]:
    """How well P of the default candidate collapses with one ν or another, each with its most likely f_c."""
    for group, candidate, known in every:
        for criterion in CRITERIA if candidate == DEFAULT else ():
            curves = {size.length: _curve(size, criterion) for size in known if size.crosses(criterion)}
            curves = {length: curve for length, curve in curves.items() if len(curve.x) > 2}
            for nu in sorted((*EXPONENTS, printed.exponent, printed.rigidity)) if len(curves) > 1 else ():
                threshold = float(crossing(known, criterion, nu, 1).threshold[0])
                spread, points = collapse(scaled(list(curves), list(curves.values()), threshold, nu))
                yield {
                    "group": group, "criterion": criterion, "sizes": len(curves), "nu": nu, "threshold": threshold,
                    "spread": spread, "points": points,
                }  # fmt: skip


def scalings(every: list[tuple[str, Candidate, list[Size]]], nu: float) -> Iterator[dict]:
    """f_c and ν of the default candidate from all sizes and from parts of them, the smaller or the larger ones left
    out: a correction to scaling would make them differ."""
    for group, candidate, known in every:
        for criterion in CRITERIA if candidate == DEFAULT else ():
            used = [size for size in known if size.crosses(criterion)]
            for first, last in combinations(range(len(used) + 1), 2):
                part = used[first:last]
                fixed, free = crossing(part, criterion, nu), crossing(part, criterion, None)
                if fixed is not None:
                    yield {
                        "group": group, "criterion": criterion, "sizes": len(part),
                        "smallest_n": part[0].n, "largest_n": part[-1].n, "chosen": len(part) == len(used),
                        **told("threshold", fixed.threshold), **told("nu", free.nu),
                    }  # fmt: skip
