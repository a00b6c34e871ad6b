"""Where a displacement field is: its decay around its core, and how much of its weight few of its components bear."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glassworks.configurations import Configuration
from glassworks.excitations.decay import shell_radii, shells
from glassworks.excitations.softspots import centers


class FieldDecay(NamedTuple):
    """A field in spherical shells around its center.

    Attributes:
        inner, outer: radii of the shells, (shells,), in λ.
        squares: median of |z_i|² over the particles of a shell, (shells,); NaN where it is empty.
        counts: particles in it.
    """

    inner: np.ndarray
    outer: np.ndarray
    squares: np.ndarray
    counts: np.ndarray


def field_decay(configuration: Configuration, field: np.ndarray, width: float) -> FieldDecay:
    """How a field (N, d) falls off from its center.

    Args:
        width: of the shells, in a₀.
    """
    radii = shell_radii(configuration, width)
    middle = centers(configuration, field[None])[0]
    away = np.linalg.norm(configuration.box.shortest(configuration.positions - middle), axis=1)
    medians, counts = np.empty(len(radii) - 1), np.empty(len(radii) - 1, dtype=np.int64)
    shells(away, np.ascontiguousarray((field**2).sum(axis=1)), radii, medians, counts)
    return FieldDecay(radii[:-1], radii[1:], medians, counts)


def weight(field: np.ndarray, part: float) -> tuple[float, float]:
    """The share of Σ z² that the largest part of all coordinates bears, and that of the largest part of all particles;
    at least one of them.

    Args:
        field: (N, d).
        part: of their number.
    """
    squares = field**2
    return _largest(squares.ravel(), part), _largest(squares.sum(axis=1), part)


def _largest(squares: np.ndarray, part: float) -> float:
    count = max(1, round(part * len(squares)))
    return float(np.sort(squares)[-count:].sum() / squares.sum())
