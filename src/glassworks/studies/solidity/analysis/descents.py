"""Tables of the paths downhill (Tong, Sengupta & Tanaka 2020, Fig. 2b, c): curves, and where they bend.

Curves are means of logarithms over trajectories at equal distances Δr, of those distances that all trajectories of the
ensemble come through. Whatever compares temperatures or methods shares the weights of the trajectories.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import mean_draws
from glassworks.studies.solidity.analysis.ensembles import Ensemble, ensembles_of, rows_of, told

WIDTH = 0.2
"""Half the range of log10 Δr over which a local exponent is taken."""


@dataclass
class Curve:
    """The paths of one ensemble by one method.

    Attributes:
        x: ln Δr, ascending, (points,).
        contour: draws of the mean ln Δs, (points, draws).
        drop: the same of ln ΔE; NaN where its digits are lost in any trajectory.
    """

    ensemble: Ensemble
    method: str
    x: np.ndarray
    contour: np.ndarray
    drop: np.ndarray
    steps: np.ndarray
    apart: np.ndarray

    @property
    def temperature(self) -> float:
        return float(self.ensemble.keys["temperature"])


def curves(paper: dict, raw: dict[str, pd.DataFrame]) -> Iterator[Curve]:
    """The curves of every ensemble that paths were followed from, by method."""
    for ensemble in ensembles_of(paper, {"liquids": raw["downhill"]}):
        rows = rows_of(ensemble, raw["downhill"])
        for method, mine in rows.groupby("method", sort=False):
            points = mine[mine["point"] > 0]
            place = np.log(points["distance"])
            table = points.assign(place=(place * 1e6).round()).pivot_table(
                index="sample", columns="place", values=["distance", "contour", "drop"], dropna=False
            )
            table = table.reindex(ensemble.samples)
            if "contour" not in table or table["contour"].empty:
                continue
            logs = {name: np.log(table[name].to_numpy(dtype=float)) for name in ("distance", "contour", "drop")}
            whole = np.isfinite(logs["contour"]).all(axis=0)
            starts = mine[mine["point"] == 0].set_index("sample").reindex(ensemble.samples)
            yield Curve(
                ensemble,
                method,
                logs["distance"][0, whole],
                mean_draws(logs["contour"][:, whole], ensemble.weight).T,
                _mean_where_all(logs["drop"][:, whole], ensemble.weight).T,
                starts["steps"].to_numpy(dtype=float),
                starts["apart"].to_numpy(dtype=float),
            )


def _mean_where_all(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the mean, NaN in columns in which a sample has no value."""
    return np.where(np.isfinite(values).all(axis=0), mean_draws(values, weight), np.nan)


def descent_rows(curve: Curve) -> Iterator[dict]:
    """A row a distance: Δs, ΔE, and how fast both change with Δr."""
    local = [local_exponent(curve.x, each) for each in (curve.contour, curve.drop)]
    for k in range(len(curve.x)):
        yield {
            **curve.ensemble.head(),
            "method": curve.method,
            "samples": len(curve.ensemble.samples),
            "distance": float(np.exp(curve.x[k])),
            **told("contour", np.exp(curve.contour[k])),
            **told("drop", np.exp(curve.drop[k])),
            **told("contour_exponent", local[0][k]),
            **told("drop_exponent", local[1][k]),
        }


def local_exponent(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """d y/d x of logarithms over `WIDTH` decades to both sides, (points, draws); NaN near the ends."""
    found = np.full_like(y, np.nan)
    for k in range(len(x)):
        near = np.abs(x - x[k]) < WIDTH * np.log(10.0) + 1e-6
        if x[k] - x[0] > WIDTH * np.log(10.0) - 1e-6 and x[-1] - x[k] > WIDTH * np.log(10.0) - 1e-6:
            place = x[near] - x[near].mean()
            found[k] = place @ y[near] / (place @ place)
    return found
