"""Autocorrelation functions over many decades of time, summed while a signal comes in: a multiple-tau correlator.

The signal is correlated as it is at lags 0, 1, … P − 1. Blocks of two successive values are averaged and correlated at
lags P/2 … P − 1 of their own, blocks of two blocks again, and so on (Ramírez, Sukumaran, Vorselaars and Likhtman, J.
Chem. Phys. 133, 154103 (2010), with m = 2): memory and work grow with the logarithm of the longest lag. A value at lag
t of level k is averaged over a triangle of half-width 2ᵏ ≤ 2 t/P about t, which for P = 16 leaves an exponential right
within 0.3 % where t is its time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

LAGS = 16
"""P: lags of each level, an even number."""


class Correlation(NamedTuple):
    """An autocorrelation function.

    Attributes:
        lags: in steps of the signal, ascending from 0.
        pairs: how many pairs of values (of the signal, or of its blocks) are behind each.
        values: Σ_c w_c ⟨x_c(0) x_c(t)⟩.
    """

    lags: np.ndarray
    pairs: np.ndarray
    values: np.ndarray


@njit(cache=True)
def take(values, weights, recent, sums, pairs, counts):
    """Correlate more values of a signal with those before them.

    Args:
        values: (records, components).
        weights: (components,).
        recent: (levels, P, components) the last P blocks of each level, of which the one numbered b is at b mod P.
        sums, pairs: (levels, P) Σ_c w_c x_c(b) x_c(b − lag), and how many.
        counts: (levels,) blocks so far.
    """
    levels, lags, components = recent.shape
    for record in range(values.shape[0]):
        block = values[record].copy()
        for level in range(levels):
            number = counts[level]
            here = number % lags
            for c in range(components):
                recent[level, here, c] = block[c]
            for lag in range(0 if level == 0 else lags // 2, min(lags, number + 1)):
                there = (number - lag) % lags
                product = 0.0
                for c in range(components):
                    product += weights[c] * block[c] * recent[level, there, c]
                sums[level, lag] += product
                pairs[level, lag] += 1
            counts[level] = number + 1
            if number % 2 == 0:
                break
            before = (number - 1) % lags
            for c in range(components):
                block[c] = 0.5 * (block[c] + recent[level, before, c])


class MultipleTau:
    """Correlates a signal of several components with itself.

    Args:
        weights: (components,) w_c of the components' autocorrelations in the sum.
        longest: lag, in steps of the signal, up to which it is correlated at least.

    Raises:
        ValueError: a lag below one.
    """

    def __init__(self, weights: np.ndarray, longest: int):
        if longest < 1:
            raise ValueError(f"the longest lag must be 1 or more, not {longest}")
        self.weights = np.asarray(weights, dtype=np.float64)
        self.longest, levels = longest, 1
        while (LAGS - 1) << (levels - 1) < longest:
            levels += 1
        self.recent = np.zeros((levels, LAGS, len(self.weights)))
        self.sums, self.pairs = np.zeros((levels, LAGS)), np.zeros((levels, LAGS), dtype=np.int64)
        self.counts = np.zeros(levels, dtype=np.int64)

    def take(self, values: np.ndarray) -> None:
        """The next values of the signal, (records, components)."""
        take(
            np.ascontiguousarray(values, dtype=np.float64),
            self.weights,
            self.recent,
            self.sums,
            self.pairs,
            self.counts,
        )

    def found(self) -> Correlation:
        """What has been summed, at the lags up to the longest one of which there is a pair."""
        levels, lags = np.indices(self.sums.shape)
        times = lags << levels
        kept = (self.pairs > 0) & (times <= self.longest)
        return Correlation(times[kept], self.pairs[kept], self.sums[kept] / self.pairs[kept])
