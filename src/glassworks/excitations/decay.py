"""How the response to a pinch decays with the distance from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.excitations.dipoles import batches, choose_pairs
from glassworks.vibrations import Bonds, Factor
from glassworks.vibrations.threads import single_threaded


@dataclass(frozen=True)
class Decay:
    """The response in spherical shells around the middle of the pinched pair, averaged over pinches.

    Attributes:
        inner, outer: radii of the shells, (bins,), in λ.
        response: the median of |u_i|² over the particles in a shell, averaged over the pinches whose shell is not
            empty, in (λ²/ε)²; u answers a dipole of norm one (forces ±n/√2). NaN where every shell was empty.
        count: particles met in the shell, summed over pinches.
        pinches: pairs that were pinched.
        backward_error: the largest of any batch.
    """

    inner: np.ndarray
    outer: np.ndarray
    response: np.ndarray
    count: np.ndarray
    pinches: int
    backward_error: float

    @property
    def distance(self) -> np.ndarray:
        """Centers of the shells."""
        return 0.5 * (self.inner + self.outer)


@njit(cache=True)
def shells(distances, squares, radii, medians, counts):
    """Medians (bins,) of `squares` over the particles between consecutive radii, and the numbers of those particles."""
    for b in range(radii.shape[0] - 1):
        chosen = squares[(distances >= radii[b]) & (distances < radii[b + 1])]
        counts[b] = chosen.shape[0]
        medians[b] = np.median(chosen) if chosen.shape[0] else np.nan


def shell_radii(configuration: Configuration, width: float) -> np.ndarray:
    """Shell boundaries from 0 to half of the shortest edge, `width` distances a₀ = (V/N)^{1/d} apart; the last shell
    may be narrower."""
    half = 0.5 * min(configuration.box.edges)
    spacing = width * configuration.density ** (-1.0 / configuration.box.dimension)
    return np.append(np.arange(0.0, half * (1 - 1e-9), spacing), half)


@single_threaded
def pinch_decay(
    configuration: Configuration,
    bonds: Bonds,
    factor: Factor,
    count: int,
    rng: np.random.Generator,
    width: float = 1 / 3,
) -> Decay:
    """Average the decay over `count` random interacting pairs.

    In a d-dimensional continuum |u| falls as r^{1−d}, so the response falls as r^{−2(d−1)}.

    Args:
        width: of the shells, in a₀.
    """
    radii = shell_radii(configuration, width)
    chosen = choose_pairs(bonds, count, rng)
    bins, error = len(radii) - 1, 0.0
    total, filled, medians = np.zeros(bins), np.zeros(bins), np.empty(bins)
    particles, counts = np.zeros(bins, dtype=np.int64), np.empty(bins, dtype=np.int64)
    for part, force, response in batches(bonds, factor, chosen):
        error = max(error, factor.backward_error(response, force))
        squares = 0.5 * (response.reshape(len(configuration), -1, len(part)) ** 2).sum(axis=1)
        for column, pair in enumerate(part):
            middle = configuration.positions[bonds.second[pair]] + 0.5 * bonds.vectors[pair]
            away = np.linalg.norm(configuration.box.shortest(configuration.positions - middle), axis=1)
            shells(away, np.ascontiguousarray(squares[:, column]), radii, medians, counts)
            held = counts > 0
            total[held] += medians[held]
            filled += held
            particles += counts
    response = np.divide(total, filled, out=np.full(len(total), np.nan), where=filled > 0)
    return Decay(radii[:-1], radii[1:], response, particles, len(chosen), error)
