"""The Hessian M = ∂²U/∂x∂x as a sparse matrix, and the bonds that it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from scipy.sparse import csc_matrix

from glassworks.configurations import Configuration, pair_list
from glassworks.configurations.box import separation
from glassworks.models.potentials import Interaction, pair_energy, pair_length, pair_terms
from glassworks.vibrations.factorization import Unstable


@dataclass(frozen=True)
class Bonds:
    """The pairs that interact, each once.

    Attributes:
        first, second: particle numbers, (pairs,) int32.
        vectors: r_first − r_second through the periodic box, (pairs, d).
        lengths: λ_ij, (pairs,).
        derivatives: U and its first four derivatives with respect to r², (pairs, 5).
    """

    first: np.ndarray
    second: np.ndarray
    vectors: np.ndarray
    lengths: np.ndarray
    derivatives: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    @property
    def distances(self) -> np.ndarray:
        """r_ij, (pairs,)."""
        return np.sqrt((self.vectors**2).sum(axis=1))


@njit(cache=True, error_model="numpy")
def list_bonds(positions, diameters, edges, slant, interaction, start, partner, first, second, vectors, lengths, terms):
    """Fill the arrays of :class:`Bonds`; returns how many pairs interact."""
    vector = np.empty(len(edges))
    filled = 0
    for i in range(positions.shape[0]):
        for slot in range(start[i], start[i + 1]):
            j = partner[slot]
            squared = separation(positions, i, j, edges, slant, vector)
            length = pair_length(interaction.nonadditivity, diameters[i], diameters[j])
            reach = interaction.cutoff * length
            if squared < reach * reach:
                first[filled], second[filled], lengths[filled] = i, j, length
                for k in range(len(edges)):
                    vectors[filled, k] = vector[k]
                scale = pair_energy(interaction, diameters[i], diameters[j])
                u, u1, u2, u3, u4 = pair_terms(interaction, squared, length, scale)
                terms[filled, 0], terms[filled, 1], terms[filled, 2] = u, u1, u2
                terms[filled, 3], terms[filled, 4] = u3, u4
                filled += 1
    return filled


def bonds(interaction: Interaction, configuration: Configuration) -> Bonds:
    """The interacting pairs of a configuration, ordered by their first particle.

    Raises:
        ValueError: see :func:`glassworks.configurations.neighbors.longest_reach`.
    """
    box = configuration.box
    start, partner = pair_list(configuration.positions, configuration.diameters, box, interaction)
    count = len(partner)
    first, second = np.empty(count, np.int32), np.empty(count, np.int32)
    vectors, lengths, terms = np.empty((count, box.dimension)), np.empty(count), np.empty((count, 5))
    filled = list_bonds(
        configuration.positions, configuration.diameters, box.edges, box.slant, interaction, start, partner,
        first, second, vectors, lengths, terms,
    )  # fmt: skip
    return Bonds(first[:filled], second[:filled], vectors[:filled], lengths[:filled], terms[:filled])


@njit(cache=True)
def fill_graph(first, second, start, partner, pair):
    """Full lists of neighbors, ascending in each row; the particle itself is one of its own neighbors (pair −1)."""
    n = start.shape[0] - 1
    count = np.ones(n, dtype=np.int64)
    for p in range(first.shape[0]):
        count[first[p]] += 1
        count[second[p]] += 1
    start[0] = 0
    for i in range(n):
        start[i + 1] = start[i] + count[i]
        partner[start[i]] = i
        pair[start[i]] = -1
        count[i] = 1
    for p in range(first.shape[0]):
        i, j = first[p], second[p]
        partner[start[i] + count[i]], pair[start[i] + count[i]] = j, p
        partner[start[j] + count[j]], pair[start[j] + count[j]] = i, p
        count[i] += 1
        count[j] += 1
    for i in range(n):
        for a in range(start[i] + 1, start[i + 1]):
            j, p = partner[a], pair[a]
            b = a - 1
            while b >= start[i] and partner[b] > j:
                partner[b + 1], pair[b + 1] = partner[b], pair[b]
                b -= 1
            partner[b + 1], pair[b + 1] = j, p


@njit(cache=True)
def fill_columns(vectors, terms, start, partner, pair, pointers, rows, values):
    """The Hessian's columns, rows ascending: blocks −(2U' 1 + 4U'' r r), on the diagonal minus their sum."""
    d = vectors.shape[1]
    block = np.empty((d, d))
    filled = 0
    pointers[0] = 0
    for i in range(start.shape[0] - 1):
        block[:] = 0.0
        for a in range(start[i], start[i + 1]):
            p = pair[a]
            if p >= 0:
                for k in range(d):
                    block[k, k] += 2.0 * terms[p, 1]
                    for m in range(d):
                        block[k, m] += 4.0 * terms[p, 2] * (vectors[p, k] * vectors[p, m])
        for m in range(d):
            for a in range(start[i], start[i + 1]):
                p, j = pair[a], partner[a]
                for k in range(d):
                    rows[filled] = j * d + k
                    if p < 0:
                        values[filled] = block[k, m]
                    else:
                        value = -4.0 * terms[p, 2] * (vectors[p, k] * vectors[p, m])
                        values[filled] = value - 2.0 * terms[p, 1] if k == m else value
                    filled += 1
            pointers[i * d + m + 1] = filled


def assemble(pairs: Bonds, n: int) -> csc_matrix:
    """The Hessian of n particles from their interacting pairs; see :func:`hessian`."""
    d, blocks = pairs.vectors.shape[1], n + 2 * len(pairs)
    start = np.empty(n + 1, dtype=np.int64)
    partner, pair = np.empty(blocks, dtype=np.int32), np.empty(blocks, dtype=np.int32)
    fill_graph(pairs.first, pairs.second, start, partner, pair)
    pointers = np.empty(n * d + 1, dtype=np.int32)
    rows, values = np.empty(blocks * d * d, dtype=np.int32), np.empty(blocks * d * d)
    fill_columns(pairs.vectors, pairs.derivatives, start, partner, pair, pointers, rows, values)
    matrix = csc_matrix((values, rows, pointers), shape=(n * d, n * d))
    matrix.has_sorted_indices = True
    return matrix


def hessian(interaction: Interaction, configuration: Configuration) -> csc_matrix:
    """M = ∂²U/∂x∂x, in ε/λ², shape (dN, dN); component k of particle i is number d·i + k.

    Symmetric with both triangles stored, rows ascending in each column, built in a time proportional to N. Its
    eigenvalues are squared frequencies where masses are one; else those of :func:`weighted` are.
    """
    return assemble(bonds(interaction, configuration), len(configuration))


def weighted(matrix: csc_matrix, masses: np.ndarray | None) -> csc_matrix:
    """m_i^-½ M_ij m_j^-½, whose eigenvalues are the squared frequencies of particles of masses (N,), in ε/(m λ²).

    From m ü = −M u with u_i = m_i^-½ ψ_i e^{iωt} (Ashcroft & Mermin 1976, chapter 22). The same matrix for None, unit
    masses; the translations' ψ are proportional to m_i^½.
    """
    if masses is None:
        return matrix
    roots = np.repeat(1.0 / np.sqrt(masses), matrix.shape[0] // len(masses))
    columns = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    values = matrix.data * (roots[matrix.indices] * roots[columns])
    found = csc_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)
    found.has_sorted_indices = True
    return found


def backbone(interaction: Interaction, configuration: Configuration) -> tuple[Configuration, np.ndarray]:
    """A configuration without its rattlers, and the numbers of the particles that stay.

    A rattler has fewer than d + 1 interacting neighbors and would leave zero modes; removing one can unmake another, so
    the search repeats until nothing changes.

    Raises:
        Unstable: every particle is a rattler.
    """
    kept = np.arange(len(configuration))
    while len(kept):
        part = replace(configuration, positions=configuration.positions[kept], diameters=configuration.diameters[kept])
        pairs = bonds(interaction, part)
        touching = np.bincount(pairs.first, minlength=len(kept)) + np.bincount(pairs.second, minlength=len(kept))
        held = touching > configuration.box.dimension
        if held.all():
            return part, kept
        kept = kept[held]
    raise Unstable("every particle is a rattler")
