"""Self-intermediate scattering function and mean squared displacement, bare and cage-relative.

In two dimensions long waves move whole neighborhoods and make F_s depend on the system's size. Displacements relative
to the mean one of a particle's neighbors do not feel them (Vivek et al. and Illing et al., Proc. Natl. Acad. Sci. USA
114, 1850 and 1856 (2017)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gamma, pi

import numpy as np
from scipy.special import jv

from glassworks.configurations import Box, Configuration
from glassworks.forces import connections
from glassworks.models.potentials import Interaction

CAGE = 1.3
"""Neighbors are those within this many λ_ij at the origin of time."""


def logarithmic_steps(last: int, per_decade: int = 10) -> np.ndarray:
    """Different whole numbers from 1 to `last`, evenly spaced in the logarithm where they can be."""
    count = int(np.ceil(np.log10(last) * per_decade)) + 1
    return np.unique(np.rint(np.geomspace(1, last, count)).astype(np.int64))


def scattering(displacements: np.ndarray, wave_number: float) -> float:
    """F_s(q) = ⟨e^{iq·Δr}⟩, averaged over all directions of q; displacements (N, d).

    That of one particle is Γ(d/2) (2/x)^{d/2−1} J_{d/2−1}(x) with x = q|Δr|: J_0 in two dimensions, sin x/x in three.
    """
    half = displacements.shape[1] / 2
    x = np.maximum(wave_number * np.sqrt((displacements**2).sum(axis=1)), 1e-8)
    return float((gamma(half) * (2.0 / x) ** (half - 1) * jv(half - 1, x)).mean())


def grid_vectors(box: Box, wave_number: float, width: float) -> np.ndarray:
    """Wave vectors of the box with |q − wave_number| ≤ width/2, one of each pair ±q, (vectors, d).

    In a cube they are 2π(n_x, n_y, …)/L, in any box of vectors h_k those with h_k·q = 2π n_k, so that |n_k| is at most
    |h_k| |q|/2π.

    Raises:
        ValueError: none is there.
    """
    cube = box.equal and not any(box.tilts)
    units = 2 * pi / np.linalg.norm(box.vectors, axis=0) if not cube else np.full(box.dimension, 2 * pi / box.length)
    axes = [np.arange(-most, most + 1) for most in ((wave_number + 0.5 * width) / units).astype(int)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, box.dimension)
    grid = grid[len(grid) // 2 + 1 :]  # the first half is minus the second
    vectors = units[0] * grid if cube else 2 * pi * grid @ np.linalg.inv(box.vectors)
    vectors = vectors[abs(np.sqrt((vectors**2).sum(axis=1)) - wave_number) <= 0.5 * width]
    if not len(vectors):
        raise ValueError(f"no wave vector of the box is within {width / 2} of {wave_number}")
    return vectors


def scattering_on_grid(displacements: np.ndarray, vectors: np.ndarray) -> float:
    """F_s from the box's own wave vectors (vectors, d); displacements (N, d)."""
    return float(np.cos(displacements @ vectors.T).mean())


def structure_peak(
    configurations: Sequence[Configuration], low: float, high: float, chosen: np.ndarray | None = None
) -> tuple[float, np.ndarray, np.ndarray]:
    """Where S(q) is largest, and S(q) = ⟨|Σ_i e^{iq·r_i}|²⟩/N in shells of q of width 2π/L between two wave numbers.

    Args:
        chosen: (N,) bool, the particles to count; all by default.

    Returns:
        wave number of the highest shell, shells' mean wave numbers and S, each (shells,).

    Raises:
        ValueError: a box of unequal edges, of which no one width of shells follows; or see :func:`grid_vectors`.
    """
    box = configurations[0].box
    vectors = grid_vectors(box, 0.5 * (low + high), high - low)
    length = np.sqrt((vectors**2).sum(axis=1))
    shell = ((length - low) * box.length / (2 * pi)).astype(np.int64)
    power = np.zeros(len(vectors))
    for configuration in configurations:
        points = configuration.positions if chosen is None else configuration.positions[chosen]
        for part in np.array_split(np.arange(len(vectors)), len(vectors) * len(points) // 4_000_000 + 1):
            power[part] += abs(np.exp(1j * (points @ vectors[part].T)).sum(axis=0)) ** 2 / len(points)
    count = np.bincount(shell)
    known = count > 0
    mean_length = np.bincount(shell, length)[known] / count[known]
    mean_power = np.bincount(shell, power)[known] / count[known] / len(configurations)
    return float(mean_length[mean_power.argmax()]), mean_length, mean_power


@dataclass(frozen=True)
class TwoTimesTable:
    """Means over origins at each lag, arrays (lags,); `*_error` are standard errors over origins, NaN for a single one.

    Attributes:
        lags: in steps.
        origins: how many origins each lag has.
        scattering, scattering_error: F_s(q, t).
        cage_scattering, cage_scattering_error: F_s of cage-relative displacements.
        squared, squared_error: mean squared displacement, in λ².
        cage_squared, cage_squared_error: of cage-relative displacements.
    """

    lags: np.ndarray
    origins: np.ndarray
    scattering: np.ndarray
    scattering_error: np.ndarray
    cage_scattering: np.ndarray
    cage_scattering_error: np.ndarray
    squared: np.ndarray
    squared_error: np.ndarray
    cage_squared: np.ndarray
    cage_squared_error: np.ndarray


class TwoTimes:
    """Correlations between frames of one trajectory at chosen lags from several origins, as frames come in.

    Attributes:
        schedule: steps at which a frame is wanted, ascending, (frames,).
    """

    def __init__(
        self,
        interaction: Interaction,
        wave_number: float,
        lags: np.ndarray,
        origins: Sequence[int],
        reach: float = CAGE,
        chosen: np.ndarray | None = None,
    ):
        """Args:
        wave_number: q, in 1/λ; see :func:`structure_peak`.
        lags: in steps, ascending, positive.
        origins: steps, ascending.
        reach: particles closer than `reach` λ_ij at an origin make up each other's cage.
        chosen: (N,) bool, the particles to average over; all by default.
        """
        self.interaction, self.wave_number, self.reach, self.chosen = interaction, wave_number, reach, chosen
        self.lags, self.origins = np.asarray(lags, dtype=np.int64), np.asarray(origins, dtype=np.int64)
        self.schedule = np.unique(np.concatenate([self.origins, (self.origins[:, None] + self.lags).ravel()]))
        self.open: dict[int, tuple] = {}
        self.values: dict[int, list[tuple[float, ...]]] = {int(lag): [] for lag in self.lags}
        self.last: Configuration | None = None

    def wants(self, step: int) -> bool:
        """Whether a step is on the schedule."""
        place = np.searchsorted(self.schedule, step)
        return bool(place < len(self.schedule) and self.schedule[place] == step)

    def add(self, step: int, configuration: Configuration) -> None:
        """Take the frame of one step of the schedule; since the one before, no particle moved by half the box.

        Raises:
            ValueError: a step that is not the schedule's next.
        """
        done = 0 if self.last is None else int(np.searchsorted(self.schedule, self.at, side="right"))
        if done == len(self.schedule) or step != self.schedule[done]:
            raise ValueError(f"step {step} is not the next of the schedule")
        if self.last is None:
            self.travelled = np.zeros_like(configuration.positions)
        else:
            self.travelled += configuration.box.shortest(configuration.positions - self.last.positions)
        self.last, self.at = configuration, step
        for origin, (place, links) in list(self.open.items()):
            if step - origin in self.values:
                moved = self.travelled - place
                caged = moved - cage_motion(moved, *links)
                pair = [each if self.chosen is None else each[self.chosen] for each in (moved, caged)]
                self.values[step - origin].append(
                    tuple(scattering(each, self.wave_number) for each in pair)
                    + tuple(float((each**2).sum(axis=1).mean()) for each in pair)
                )
            if step >= origin + self.lags[-1]:
                del self.open[origin]
        if step in self.origins:
            links = connections(self.interaction, configuration, self.reach)
            self.open[step] = self.travelled.copy(), (links.first, links.second)

    def table(self) -> TwoTimesTable:
        """Means over the origins so far; lags without any are left out."""
        known = [lag for lag in self.lags if self.values[int(lag)]]
        mean, error = np.empty((len(known), 4)), np.full((len(known), 4), np.nan)
        count = np.array([len(self.values[int(lag)]) for lag in known])
        for row, lag in enumerate(known):
            found = np.array(self.values[int(lag)])
            mean[row] = found.mean(axis=0)
            if len(found) > 1:
                error[row] = found.std(axis=0, ddof=1) / np.sqrt(len(found))
        (bare, caged, squared, cage_squared), errors = mean.T, error.T
        return TwoTimesTable(
            np.array(known), count, bare, errors[0], caged, errors[1], squared, errors[2], cage_squared, errors[3]
        )


def cage_motion(moved: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Mean displacement of each particle's neighbors, (N, d); zero without neighbors.

    Args:
        moved: (N, d).
        first, second: neighboring pairs, each once.
    """
    n = len(moved)
    count = np.maximum(np.bincount(first, minlength=n) + np.bincount(second, minlength=n), 1)
    columns = [np.bincount(first, column[second], n) + np.bincount(second, column[first], n) for column in moved.T]
    return np.stack(columns, axis=1) / count[:, None]
