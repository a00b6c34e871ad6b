"""Rows of modes or transitions whose glasses are reweighted together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import weights
from glassworks.statistics.tables import seed


class Population:
    """Rows, each of a glass, and the glasses' weights, drawn for each ensemble alone.

    Attributes:
        rows: the table.
        owner: number of each row's glass, (rows,).
        weight: of each glass, (1 + repeats, glasses); rows of NaN where no ensemble has two glasses.
        glasses: how many there are.
    """

    def __init__(self, rows: pd.DataFrame):
        self.rows = rows.reset_index(drop=True)
        keys = pd.MultiIndex.from_frame(self.rows[["ensemble", "sample"]])
        self.owner, names = pd.factorize(keys)
        self.glasses = len(names)
        ensemble = np.array([name[0] for name in names])
        parts = [np.ones((1001, 0))]
        order = []
        for each in dict.fromkeys(ensemble):
            mine = np.flatnonzero(ensemble == each)
            order.append(mine)
            parts.append(weights(len(mine), seed(each)))
        self.weight = np.hstack(parts)[:, np.argsort(np.concatenate(order))] if order else np.ones((1001, 0))
        if order and not any(len(mine) > 1 for mine in order):
            self.weight[1:] = np.nan
        self.weight = np.where(np.isnan(self.weight) & (max(map(len, order), default=0) > 1), 1.0, self.weight)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> np.ndarray:
        return self.rows[name].to_numpy(dtype=float)

    def row_weights(self) -> np.ndarray:
        """Weight of each row, (1 + repeats, rows)."""
        return self.weight[:, self.owner]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums of values (rows, …) over the rows of each glass, (glasses, …)."""
        found = np.zeros((self.glasses, *values.shape[1:]))
        np.add.at(found, self.owner, values)
        return found

    def share(self, inside: np.ndarray) -> np.ndarray:
        """Draws of the share of rows (rows,) of bool."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self.weight @ self.sums(inside.astype(float))) / (self.weight @ self.sums(np.ones(len(self))))

    def fit(self, columns: list[np.ndarray], y: np.ndarray) -> np.ndarray:
        """Draws of the coefficients of a least-squares fit of y on columns (rows,), (1 + repeats, columns)."""
        design = np.stack(columns, axis=1)
        squares = self.sums(design[:, :, None] * design[:, None, :])
        products = self.sums(design * y[:, None])
        left = np.einsum("wg,gab->wab", self.weight, squares)
        right = np.einsum("wg,ga->wa", self.weight, products)
        found = np.full(right.shape, np.nan)
        for draw in range(len(found)):
            if np.isfinite(left[draw]).all() and np.linalg.cond(left[draw]) < 1e12:
                found[draw] = np.linalg.solve(left[draw], right[draw])
        return found

    def concordance(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Σ over pairs of rows of the product of two signs, x and y (rows, rows), as draws."""
        return self.quadratic(x * y)

    def quadratic(self, pairs: np.ndarray) -> np.ndarray:
        """Draws of Σ_ij w_i w_j pairs_ij, w the weights of the rows' glasses."""
        member = np.zeros((len(self), self.glasses))
        member[np.arange(len(self)), self.owner] = 1.0
        between = member.T @ pairs @ member
        return np.einsum("wg,gh,wh->w", self.weight, between, self.weight)


def told(name: str, draws: np.ndarray) -> dict[str, float]:
    """A value with its interval."""
    return ends(name, draws)


def by_model(rows: pd.DataFrame, chosen: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows):
    """Model and population of each of the models that have rows."""
    for model in dict.fromkeys(rows["model"]) if len(rows) else ():
        mine = chosen(rows[rows["model"] == model])
        if len(mine):
            yield model, Population(mine)
