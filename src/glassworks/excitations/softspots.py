r"""Soft spots as pseudo-harmonic modes (Richard et al. 2021; Kapteijns 2021, Sect. 4.2).

A pseudo-harmonic mode is a displacement field at which

    C(z) = (z·M·z)² / Q(z),   Q(z) = Σ_⟨ij⟩ (z_ij·z_ij)²,   z_ij = z_j − z_i,

has a local minimum; the sum runs over interacting pairs. The denominator prefers localized fields and suppresses plane
waves, so that the minima are the quasilocalized modes also where vibrations mix with phonons. With ζ = ¼ ∂Q/∂z a
minimum obeys M z = (z·M·z / Q) ζ(z), hence it is a fixed point of z → M⁻¹ ζ(z) (the thesis' Eq. 4.4). Q being convex,
no step of this map raises C, and only minima attract it; so it finds them without any parameter, all starts at once,
each step one solution of M x = b with many right-hand sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.excitations.dipoles import batches, choose_pairs
from glassworks.vibrations import Bonds, Factor, participation
from glassworks.vibrations.factorization import apply
from glassworks.vibrations.threads import single_threaded

CONVERGED = 1e-8
"""Relative gradient ‖M z − (z·M·z/Q) ζ‖ / ‖M z‖ below which a field counts as a minimum."""


@dataclass(frozen=True)
class SoftSpots:
    """Distinct soft spots in order of frequency; every array has one entry a spot.

    Attributes:
        frequency: ω = √(π·M·π) of the normalized mode, in (ε/m)^½/λ.
        vectors: π, (spots, N, d).
        centers: (spots, d), in λ.
        participation: e.
        core: (N e)^{1/d} a₀, the linear size of the core, in λ.
        gradient: ‖M π − (π·M·π/Q) ζ‖ / ‖M π‖, zero at an exact minimum.
        hits: how many starts ended there.
    """

    frequency: np.ndarray
    vectors: np.ndarray
    centers: np.ndarray
    participation: np.ndarray
    core: np.ndarray
    gradient: np.ndarray
    hits: np.ndarray


@njit(cache=True, error_model="numpy")
def quartic_force(first, second, z, out):
    """ζ = ¼ ∂Q/∂z and Q of many fields.

    Args:
        z: (N, d, k).
        out: (N, d, k), overwritten by ζ.

    Returns:
        Q, (k,).
    """
    d, k = z.shape[1], z.shape[2]
    quartic = np.zeros(k)
    squared = np.empty(k)
    out[:] = 0.0
    for p in range(first.shape[0]):
        i, j = first[p], second[p]
        squared[:] = 0.0
        for m in range(d):
            for c in range(k):
                squared[c] += (z[i, m, c] - z[j, m, c]) ** 2
        for c in range(k):
            quartic[c] += squared[c] * squared[c]
        for m in range(d):
            for c in range(k):
                pull = squared[c] * (z[i, m, c] - z[j, m, c])
                out[i, m, c] += pull
                out[j, m, c] -= pull
    return quartic


def gradients(bonds: Bonds, factor: Factor, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ζ (dN, k), C (k,) and the relative gradient (k,) of fields z (dN, k)."""
    shaped = np.ascontiguousarray(z).reshape(-1, factor.dimension, z.shape[1])
    zeta = np.empty_like(shaped)
    quartic = quartic_force(bonds.first, bonds.second, shaped, zeta)
    zeta = zeta.reshape(z.shape)
    force = apply(factor.matrix, z)
    energy = (z * force).sum(axis=0)
    missing = np.linalg.norm(force - (energy / quartic) * zeta, axis=0) / np.linalg.norm(force, axis=0)
    return zeta, energy**2 / quartic, missing


def distinct(z: np.ndarray, overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """Group normalized fields (dN, k), best first.

    A field joins the first kept one with |z·z'| > `overlap`.

    Returns:
        the numbers of the fields to keep, and for each field the place among them of its stand-in.
    """
    products = abs(z.T @ z) > overlap
    kept: list[int] = []
    stand_in = np.empty(z.shape[1], dtype=np.int64)
    for column in range(z.shape[1]):
        same = np.flatnonzero(products[column, kept])
        stand_in[column] = same[0] if len(same) else len(kept)
        if not len(same):
            kept.append(column)
    return np.array(kept, dtype=np.int64), stand_in


@dataclass
class Found:
    """Fields gathered by the search: columns z (dN, k), their C and relative gradient, the starts that led to each."""

    z: np.ndarray
    cost: np.ndarray
    gradient: np.ndarray
    hits: np.ndarray

    @classmethod
    def none(cls, size: int) -> Found:
        return cls(np.empty((size, 0)), np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))

    def joined(self, other: Found) -> Found:
        return Found(
            np.concatenate([self.z, other.z], axis=1),
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("cost", "gradient", "hits")),
        )

    def part(self, which: np.ndarray) -> Found:
        return Found(self.z[:, which], self.cost[which], self.gradient[which], self.hits[which])

    def merged(self, overlap: float) -> Found:
        """Each group of like fields becomes its lowest member, with the hits of all."""
        ordered = self.part(np.argsort(self.cost, kind="stable"))
        kept, stand_in = distinct(ordered.z, overlap)
        hits = np.bincount(stand_in, weights=ordered.hits, minlength=len(kept)).astype(np.int64)
        return Found(ordered.z[:, kept], ordered.cost[kept], ordered.gradient[kept], hits)


def descend(bonds: Bonds, factor: Factor, starts: np.ndarray, steps: int, overlap: float) -> Found:
    """Follow the map from many starts (dN, k) at once until each has converged, joined another, or used up its steps.

    Fields that have come to overlap by more than 1 − (1 − `overlap`)/10 on the way share a basin and go on as one.
    """
    done = Found.none(len(starts))
    active = Found(
        starts / np.linalg.norm(starts, axis=0), *np.zeros((2, starts.shape[1])), np.ones(starts.shape[1], int)
    )
    for step in range(steps):
        zeta, active.cost, active.gradient = gradients(bonds, factor, active.z)
        ended = active.gradient < CONVERGED
        done = done.joined(active.part(ended))
        active = active.part(~ended)
        if not len(active.cost):
            break
        moved = factor.solve(np.ascontiguousarray(zeta[:, ~ended]))
        active.z = moved / np.linalg.norm(moved, axis=0)
        if step % 5 == 4:
            active = active.merged(1.0 - 0.1 * (1.0 - overlap))
    if len(active.cost):
        _, active.cost, active.gradient = gradients(bonds, factor, active.z)
    return done.joined(active).merged(overlap)


def centers(configuration: Configuration, vectors: np.ndarray) -> np.ndarray:
    """Centers (k, d) of fields (k, N, d): the particles' mean place weighted by |z_i|⁴, near the one moving most."""
    weights = (vectors**2).sum(axis=2) ** 2
    middle = configuration.positions[np.argmax(weights, axis=1)]
    away = [configuration.box.shortest(configuration.positions - point) for point in middle]
    shift = [
        (weight[:, None] * vector).sum(axis=0) / weight.sum() for weight, vector in zip(weights, away, strict=True)
    ]
    return configuration.box.wrap(middle + np.array(shift))


@single_threaded
def soft_spots(
    configuration: Configuration,
    bonds: Bonds,
    factor: Factor,
    starts: int,
    rng: np.random.Generator,
    extra: np.ndarray | None = None,
    steps: int = 200,
    overlap: float = 0.9,
) -> SoftSpots:
    """The distinct pseudo-harmonic modes that the responses to `starts` random pinches lead to.

    Args:
        configuration, bonds, factor: of one glass.
        starts: pinched pairs.
        extra: further starting fields (k, N, d), for example the softest vibrational modes.
        steps: of the map, after which a start that has not converged is kept with the gradient that it has.
        overlap: two fields with |π·π'| above this are one spot.
    """
    chosen = choose_pairs(bonds, starts, rng)
    found = Found.none(factor.matrix.shape[0])
    if extra is not None:
        found = found.joined(descend(bonds, factor, extra.reshape(len(extra), -1).T.copy(), steps, overlap))
    for _, _, response in batches(bonds, factor, chosen):
        found = found.joined(descend(bonds, factor, response, steps, overlap)).merged(overlap)
    return describe(configuration, factor, found)


def describe(configuration: Configuration, factor: Factor, found: Found) -> SoftSpots:
    """Frequencies, places and sizes of the fields found, softest first."""
    squared = (found.z * apply(factor.matrix, found.z)).sum(axis=0)
    order = np.argsort(squared, kind="stable")
    vectors = np.ascontiguousarray(found.z[:, order].T).reshape(len(order), *configuration.positions.shape)
    share = participation(vectors)
    d = configuration.box.dimension
    core = (share * len(configuration)) ** (1.0 / d) * configuration.density ** (-1.0 / d)
    place = centers(configuration, vectors) if len(order) else np.empty((0, d))
    return SoftSpots(np.sqrt(squared[order]), vectors, place, share, core, found.gradient[order], found.hits[order])
