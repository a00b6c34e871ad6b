"""Where a rearrangement is, and how it falls off with distance (Mizuno, Shimada & Ikeda 2020, Sec. III C)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from scipy.stats import binned_statistic

from glassworks.configurations import Configuration

TAKES_PART = 0.1
"""A particle is of a region where it moves by at least this part of the farthest |Δr_i|."""
LINKED = 1.5
"""Two of them are of one region where they are no farther apart, in a_0 = (N/V)^(-1/3)."""
SHELLS = 12
"""Shells of equal width in ln r within the window of a fit."""
OUTER = 0.8
"""Of half the box: beyond, periodic images and the fixed center of mass bend the tail."""


def regions(configuration: Configuration, moved: np.ndarray) -> int:
    """How many regions that do not touch hold the particles that move `TAKES_PART` of the farthest (N, 3)."""
    steps = np.linalg.norm(moved, axis=1)
    part = configuration.positions[steps >= TAKES_PART * steps.max()]
    reach = LINKED * configuration.density ** (-1.0 / 3.0)
    edges = np.array(configuration.box.edges)
    pairs = cKDTree(np.mod(part, edges), boxsize=edges).query_pairs(reach, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), pairs.T.reshape(2, -1)), shape=(len(part), len(part)))
    return int(connected_components(links, directed=False)[0])


class Tail(NamedTuple):
    """How a field falls off with the distance r from a place.

    Attributes:
        inner, outer: ends of the window, in λ.
        exponent: a of |Δr| ∝ r^-a by least squares of ln |Δr| on ln r, the medians of shells; NaN where fewer than
            three shells hold particles.
    """

    inner: float
    outer: float
    exponent: float


def tail(configuration: Configuration, place: np.ndarray, moved: np.ndarray, inner: float) -> Tail:
    """The tail of a displacement field (N, 3) around a place, from `inner` to `OUTER` of half the box."""
    outer = OUTER * 0.5 * min(configuration.box.edges)
    if outer <= inner:
        return Tail(inner, outer, np.nan)
    away = np.linalg.norm(configuration.box.shortest(configuration.positions - place), axis=1)
    edges = np.geomspace(inner, outer, SHELLS + 1)
    sizes = np.linalg.norm(moved, axis=1)
    medians = binned_statistic(away, sizes, "median", edges).statistic
    known = np.isfinite(medians) & (medians > 0.0)
    if known.sum() < 3:
        return Tail(inner, outer, np.nan)
    middle = np.sqrt(edges[1:] * edges[:-1])
    return Tail(inner, outer, -float(np.polyfit(np.log(middle[known]), np.log(medians[known]), 1)[0]))


def standing(weights: np.ndarray, chosen: int) -> float:
    """Which part of all particles has a smaller weight than one of them, ties halved: uniform where it is any."""
    return float((weights < weights[chosen]).mean() + 0.5 * (weights == weights[chosen]).mean())
