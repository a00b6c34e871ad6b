"""Statistics that the tests of liquids share. A deviation beyond ALARM standard errors fails: 1 in 16,000 by chance."""

from itertools import permutations

import numpy as np

from glassworks.configurations import Box, Configuration
from glassworks.models import load_model, pair_length, pair_terms

ALARM = 4.0
FOUR = Configuration(
    np.array([[0.0, 0.0, 0.0], [1.3, 0.0, 0.0], [0.5, 1.45, 0.0], [0.4, 0.5, 1.4]]),
    np.array([1.0, 1.15, 1.3, 1.5]),
    Box(8.0, 3),
)
"""Places and sizes of four particles, each of which interacts with some others."""
ARRANGEMENTS = list(permutations(range(4)))
"""Which of the four sizes each of the places has."""


def block_mean(values: np.ndarray, blocks: int = 16) -> tuple[float, float]:
    """Mean of a stationary series and its standard error from the scatter of block means."""
    length = len(values) // blocks
    means = np.asarray(values)[: blocks * length].reshape(blocks, length).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(blocks))


def deviation(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Difference of two means over its standard error."""
    return (first[0] - second[0]) / np.hypot(first[1], second[1])


def chi_squared_deviation(counts: np.ndarray, expected: np.ndarray) -> float:
    """χ² of counts as a deviation in standard errors (cube-root transformation of Wilson and Hilferty)."""
    freedoms = len(counts) - 1
    chi = float(((counts - expected) ** 2 / expected).sum())
    return ((chi / freedoms) ** (1 / 3) - (1 - 2 / (9 * freedoms))) / np.sqrt(2 / (9 * freedoms))


def sampled(chain, sweeps: int, between: int) -> np.ndarray:
    """U/N and pressure along a chain, shape (2, sweeps // between)."""
    values = []
    for _ in range(sweeps // between):
        chain.advance(between)
        chain.settle()
        values.append((chain.energy / chain.n, chain.pressure))
    return np.array(values).T


def pair_energy(interaction, distance: float, first: float, second: float) -> float:
    length = pair_length(interaction.nonadditivity, first, second)
    return pair_terms(interaction, distance**2, length, 1.0)[0] if distance < interaction.cutoff * length else 0.0


def arrangement_weights() -> np.ndarray:
    """Boltzmann's probability of each of the 24 arrangements, for POLY in 3D at T = 1."""
    interaction, weights = load_model("poly-3d").interaction, []
    for arrangement in ARRANGEMENTS:
        d = FOUR.diameters[list(arrangement)]
        distances = np.linalg.norm(FOUR.positions[:, None] - FOUR.positions, axis=-1)
        pairs = [(i, j) for i in range(4) for j in range(i)]
        weights.append(np.exp(-sum(pair_energy(interaction, distances[i, j], d[i], d[j]) for i, j in pairs)))
    return np.array(weights) / np.sum(weights)


def visits_deviate(chain, samples: int = 20_000) -> float:
    """χ² of how often a chain of the four, which cannot move, visits each arrangement, in standard errors."""
    weights, counts = arrangement_weights(), dict.fromkeys(ARRANGEMENTS, 0)
    for _ in range(samples):
        chain.advance(25)
        counts[tuple(chain.rank.tolist())] += 1
    likely = weights * samples > 10
    observed = np.array([counts[each] for each in ARRANGEMENTS])
    assert weights.max() < 0.5 and likely.sum() > 8
    gathered = np.append(observed[likely], observed[~likely].sum() + 1e-9)
    expected = np.append(weights[likely], weights[~likely].sum() + 1e-12) * samples
    return abs(chi_squared_deviation(gathered, expected))
