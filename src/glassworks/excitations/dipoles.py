"""Pinching: the response of a glass to a force dipole on a pair of interacting particles.

The dipole d^(ij) is a unit force along n_ij on particle i and its opposite on j, n_ij pointing from j to i. The
response u = M⁻¹ d has the frequency (González-López et al. 2021, Eq. 3; Rainone et al. 2020)

    ω^(ij) = √(u·M·u / u·u) = √(d·M⁻¹·d / d·M⁻²·d),

which does not depend on how d is normalized.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from glassworks.choices import PINCHES
from glassworks.vibrations import Bonds, Factor, participation
from glassworks.vibrations.factorization import apply
from glassworks.vibrations.threads import single_threaded


@dataclass(frozen=True)
class DipoleResponses:
    """Responses to pinching some pairs; every array has one entry a pair.

    Attributes:
        pairs: numbers of the pairs in the list of bonds.
        frequency: √(u·M·u / u·u), in (ε/m)^½/λ.
        frequency_check: √(d·M⁻¹·d / d·M⁻²·d) with M⁻²d from a second solution.
        stiffness: 1/(d·M⁻¹·d), the force that brings the two particles closer by one unit of length, in ε/λ².
        distance: r_ij, in λ.
        participation: (Σ u_k²)²/(N Σ u_k⁴) of the response, u_k the displacement of particle k.
        backward_error: of the batch to which the pair belonged.
    """

    pairs: np.ndarray
    frequency: np.ndarray
    frequency_check: np.ndarray
    stiffness: np.ndarray
    distance: np.ndarray
    participation: np.ndarray
    backward_error: np.ndarray


def choose_pairs(bonds: Bonds, count: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of `count` random interacting pairs without replacement, ascending (all of them if there are fewer)."""
    return np.sort(rng.choice(len(bonds), min(count, len(bonds)), replace=False))


def dipoles(bonds: Bonds, chosen: np.ndarray, n: int) -> np.ndarray:
    """The force dipoles of some pairs: unit forces ±n_ij, shape (dN, len(chosen))."""
    d = bonds.vectors.shape[1]
    unit = bonds.vectors[chosen] / bonds.distances[chosen, None]
    out = np.zeros((n, d, len(chosen)))
    column = np.arange(len(chosen))
    out[bonds.first[chosen], :, column] = unit
    out[bonds.second[chosen], :, column] = -unit
    return out.reshape(n * d, len(chosen))


def batches(bonds: Bonds, factor: Factor, chosen: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(numbers of the pairs, dipoles d, responses M⁻¹ d) of a bounded number of pairs at a time."""
    n = factor.matrix.shape[0] // factor.dimension
    for begin in range(0, len(chosen), PINCHES):
        part = chosen[begin : begin + PINCHES]
        force = dipoles(bonds, part, n)
        yield part, force, factor.solve(force)


@single_threaded
def dipole_responses(
    bonds: Bonds, factor: Factor, count: int, rng: np.random.Generator, only: slice = slice(None)
) -> DipoleResponses:
    """Pinch `count` random interacting pairs, each once.

    Args:
        bonds, factor: of one configuration.
        only: which of these pairs, from the beginning of a batch to that of another.
    """
    chosen = choose_pairs(bonds, count, rng)[only]
    if not len(chosen):
        return DipoleResponses(chosen, *np.empty((6, 0)))
    rows = [measure_batch(factor, force, response) for _, force, response in batches(bonds, factor, chosen)]
    frequency, check, stiffness, share, error = (np.concatenate(column) for column in zip(*rows, strict=True))
    return DipoleResponses(chosen, frequency, check, stiffness, bonds.distances[chosen], share, error)


def measure_batch(factor: Factor, force: np.ndarray, response: np.ndarray) -> tuple[np.ndarray, ...]:
    """Frequency by both forms, stiffness, participation ratio and backward error of a batch of dipoles (dN, k)."""
    strained = apply(factor.matrix, response)
    squared = (response * strained).sum(axis=0) / (response * response).sum(axis=0)
    compliance = (force * response).sum(axis=0)
    again = (force * factor.solve(response)).sum(axis=0)
    error = np.full(force.shape[1], factor.backward_error(response, force))
    share = participation(response.T.reshape(force.shape[1], -1, factor.dimension))
    return np.sqrt(squared), np.sqrt(compliance / again), 1.0 / compliance, share, error


@single_threaded
def likeness(bonds: Bonds, factor: Factor, fields: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """|u·z|/|u| of some fields z and the responses u to pinches on `count` random pairs, (fields, pairs).

    Args:
        bonds, factor: of one configuration.
        fields: normalized, (fields, dN).
    """
    chosen = choose_pairs(bonds, count, rng)
    return np.concatenate(
        [abs(fields @ u) / np.linalg.norm(u, axis=0) for _, _, u in batches(bonds, factor, chosen)], axis=1
    )
