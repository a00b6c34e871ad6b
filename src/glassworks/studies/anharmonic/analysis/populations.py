"""Rows of modes or transitions whose glasses are reweighted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import weights
from glassworks.statistics.tables import seed


class Population:
    """Rows, each of a glass, and the glasses' weights.

    Glasses of all sizes are reweighted together: those of one size are too few to tell their own scatter, which is
    taken to be that of all.

    Attributes:
        rows: the table.
        owner: number of each row's glass, (rows,).
        weight: of each glass, (1 + repeats, glasses); rows of NaN where there is one glass alone.
        glasses: how many there are.
    """

    def __init__(self, rows: pd.DataFrame):
        self.rows = rows.reset_index(drop=True)
        keys = pd.MultiIndex.from_frame(self.rows[["ensemble", "sample"]])
        self.owner, names = pd.factorize(keys)
        self.glasses = len(names)
        self.weight = weights(self.glasses, seed("".join(dict.fromkeys(name[0] for name in names))))

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
        known = np.isfinite(left).all(axis=(1, 2))
        known[known] = np.linalg.cond(left[known]) < 1e12
        found[known] = np.linalg.solve(left[known], right[known][:, :, None])[:, :, 0]
        return found

    def across(self, columns: list[np.ndarray], y: np.ndarray, of_glasses: int) -> np.ndarray:
        """Draws of the coefficients of a least-squares fit one of whose columns is the same for all rows of a glass.

        Of few glasses of a size reweighting tells too little: here all sizes share what glasses scatter by beside
        their modes (a random intercept, its variance by moments), and draws are those of Student's t with as many
        degrees of freedom as there are glasses beyond `of_glasses`, the columns that are constant in a glass.

        Returns:
            (1 + repeats, columns); NaN but for the first where there are no such degrees of freedom.
        """
        design, free = np.stack(columns, axis=1), self.glasses - of_glasses
        found = np.full((len(self.weight), design.shape[1]), np.nan)
        if np.linalg.matrix_rank(design) < design.shape[1]:
            return found
        inverse = np.linalg.inv(design.T @ design)
        found[0] = inverse @ design.T @ y
        if free < 1:
            return found
        rest, counts = y - design @ found[0], self.sums(np.ones(len(y)))
        means = self.sums(rest) / counts
        within = ((rest - means[self.owner]) ** 2).sum() / max(len(y) - self.glasses, 1)
        between = max((means**2).sum() / free - within * (1.0 / counts).mean(), 0.0)
        totals = self.sums(design)
        middle = within * design.T @ design + between * totals.T @ totals
        root = np.linalg.cholesky(inverse @ middle @ inverse + 1e-300 * np.eye(design.shape[1]))
        rng = np.random.default_rng(seed(f"{self.glasses} {len(y)}"))
        normal = rng.normal(size=(len(found) - 1, design.shape[1]))
        chi = rng.chisquare(free, size=(len(found) - 1, 1)) / free
        found[1:] = found[0] + (normal / np.sqrt(chi)) @ root.T
        return found

    def quadratic(self, pairs: np.ndarray) -> np.ndarray:
        """Draws of Σ_ij w_i w_j pairs_ij, w the weights of the rows' glasses."""
        member = np.zeros((len(self), self.glasses))
        member[np.arange(len(self)), self.owner] = 1.0
        between = member.T @ pairs @ member
        return np.einsum("wg,gh,wh->w", self.weight, between, self.weight)


def by_model(rows: pd.DataFrame, chosen: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows):
    """Model and population of each of the models that have rows."""
    for model in dict.fromkeys(rows["model"]) if len(rows) else ():
        mine = chosen(rows[rows["model"] == model])
        if len(mine):
            yield model, Population(mine)
