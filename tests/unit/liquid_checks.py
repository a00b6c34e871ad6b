"""Statistics that the tests of liquids share. A deviation beyond ALARM standard errors fails: 1 in 16,000 by chance."""

import numpy as np

ALARM = 4.0


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
