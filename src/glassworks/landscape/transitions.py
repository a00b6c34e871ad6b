"""What a transition from one inherent structure to another moves, and by how much the energy changes
(Mizuno, Shimada & Ikeda 2020, Eqs. 6 to 10)."""

from __future__ import annotations

from math import fsum

import numpy as np

from glassworks.configurations import Configuration
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, bonds

SAME = 0.1
"""Two displacement fields are of one destination where their difference is less than this part of the larger one."""


def distance(moved: np.ndarray) -> float:
    """|Δr| = √(Σ_i |Δr_i|²), a sum and no mean (Eq. 6); `moved` (N, 3) of the particles that are no rattlers."""
    return float(np.sqrt((moved**2).sum()))


def rearranged(moved: np.ndarray) -> float:
    """N_rearr = (Σ Δr_i²)²/Σ (Δr_i²)², how many particles take part (Eq. 9)."""
    squares = (moved**2).sum(axis=1)
    return float(squares.sum() ** 2 / (squares**2).sum())


def overlap(moved: np.ndarray, vector: np.ndarray) -> float:
    """I = |Σ Δr_i·e_i|/√(Σ Δr_i²) (Eq. 10); `vector` normalized, (N, 3)."""
    return float(abs((moved * vector).sum()) / distance(moved))


def centered(moved: np.ndarray) -> np.ndarray:
    """A displacement field without its mean."""
    return moved - moved.mean(axis=0)


class Change:
    """How the energy changes from an inherent structure, pair by pair: totals of many particles would lose its digits.

    Args:
        interaction: the model's.
        configuration: the inherent structure, rattlers included.
    """

    def __init__(self, interaction: Interaction, configuration: Configuration):
        self.interaction, self.configuration = interaction, configuration
        self.pairs, self.energies = _by_pair(bonds(interaction, configuration), len(configuration))

    def to(self, moved: np.ndarray) -> tuple[float, int]:
        """ΔΦ where particles have moved by `moved` (N, 3), and how many pairs interact that did not, or the reverse."""
        box = self.configuration.box
        there = self.configuration.moved(box.wrap(self.configuration.positions + moved))
        pairs, energies = _by_pair(bonds(self.interaction, there), len(there))
        both, here, also = np.intersect1d(self.pairs, pairs, assume_unique=True, return_indices=True)
        lost, found = np.ones(len(self.pairs), bool), np.ones(len(pairs), bool)
        lost[here] = found[also] = False
        changes = (energies[also] - self.energies[here], energies[found], -self.energies[lost])
        return fsum(np.concatenate(changes)), len(pairs) + len(self.pairs) - 2 * len(both)


def _by_pair(found: Bonds, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A number for each pair, ascending, and its energy."""
    low, high = np.minimum(found.first, found.second).astype(np.int64), np.maximum(found.first, found.second)
    pairs = low * n + high
    order = np.argsort(pairs)
    return pairs[order], found.derivatives[order, 0]


class Destinations:
    """Distinct displacement fields, in the order in which they were found."""

    def __init__(self) -> None:
        self.fields: list[np.ndarray] = []

    def number(self, moved: np.ndarray) -> int:
        """The number of a field's destination, a new one where it is none of those found."""
        size = distance(moved)
        for number, field in enumerate(self.fields):
            if distance(moved - field) < SAME * max(size, distance(field)):
                return number
        self.fields.append(moved)
        return len(self.fields) - 1
