"""The Hessian of an energy that is known by its forces, or by a calculator that has it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from ase.geometry import find_mic
from ase.neighborlist import neighbor_list
from scipy.optimize._numdiff import group_columns
from scipy.sparse import bsr_matrix, csc_matrix, csr_matrix, diags, identity
from scipy.sparse.linalg import cg

from glassworks.calculators.energies import Energies

STEP = 1e-5
"""Displacement of the finite differences, in mean distances a₀: the error is about 100 STEP² and 1e-15/STEP."""

PROBES = 8
"""Atoms, at least, whose neighbors are looked at for the range of the forces."""

REACTS = 1e-9
"""Change of a force, beside the largest, from which on an atom reacts: rounding is below, and a range's far end."""

MARGIN = 1.05
"""On the range that was found."""

WIDER = 1.15
"""By how much a range that was found is widened where forces turn out to reach farther, as those of large particles may
of which none was looked at."""

DRIFT = 1e-6
"""Cost of a translation, beside ‖M‖, from which on they do."""

MATCH, ROUGH = 1e-4, 1e-2
"""‖Mv − what finite differences along v give‖ / ‖Mv‖ of a chance direction up to which M is the Hessian, and up to
which it is so with a warning: tables of embedded atoms as LAMMPS interpolates them jump in their curvature from row to
row."""


class RoughForces(UserWarning):
    """Forces change by jumps, or reach a little farther than was found: the Hessian is good to a part in 10² to 10⁴."""


@dataclass(frozen=True)
class Curvature:
    """The Hessian M = ∂²U/∂x∂x of atoms at rest, and how it was before it was made symmetric.

    Attributes:
        matrix: M, (dN, dN), symmetric, whose rows of blocks sum to zero; in eV/Å².
        skew: max |M − Mᵀ| / ‖M‖ before.
        drift: max |Σ_j M_ij| / ‖M‖ before: what a translation would cost (the acoustic sum rule).
        mismatch: ‖Mv − ∂F‖ / ‖Mv‖ of the change of forces along a chance direction v: what was missed altogether.
        calls: how often forces were asked for; 0 where the calculator gave M.
        reach: distance in Å beyond which no force reacts to a displacement; infinite where that is not known.
    """

    matrix: csc_matrix
    skew: float
    drift: float
    mismatch: float
    calls: int
    reach: float


def probe(energies: Energies, rng: np.random.Generator) -> tuple[float, float]:
    """How strongly an atom is held, in eV/Å², and the distance in Å beyond which no force reacts to its displacement.

    Two atoms of each kind, `PROBES` at least, are displaced one by one. The distance has a margin, because no atom need
    stand at the end of a range. It is infinite where it is more than half of the cell's least height: such a cell shows
    no range.
    """
    kinds = energies.atoms.numbers
    some = [rng.permutation(np.flatnonzero(kinds == kind))[:2] for kind in np.unique(kinds)]
    chosen = np.unique(np.append(np.concatenate(some), rng.permutation(len(kinds))[:PROBES]))
    step, here = STEP * energies.spacing, energies.positions
    stiffness, reach = 0.0, 0.0
    for atom in chosen:
        move = np.zeros_like(here)
        way = rng.normal(size=energies.dimension)
        move[atom] = step * way / np.linalg.norm(way)
        change = np.linalg.norm(energies.forces(here + move) - energies.forces(here - move), axis=1)
        away = np.zeros((len(here), 3))
        away[:, : energies.dimension] = here - here[atom]
        distances = find_mic(away, energies.atoms.cell, energies.atoms.pbc)[1]
        reach = max(reach, float(distances[change > REACTS * change.max()].max(initial=0.0)))
        stiffness += float(change[atom]) / (2.0 * step * len(chosen))
    if not stiffness > 0:
        raise ValueError(f"atoms must be held by forces, but none changes when one of {len(chosen)} is displaced")
    return stiffness, within(energies, MARGIN * reach)


def within(energies: Energies, reach: float) -> float:
    """A distance of at most half of the cell's least height; else infinite."""
    return reach if reach <= 0.5 * min(np.array(energies.box.edges) / energies.box.slants) else np.inf


def near(energies: Energies, reach: float) -> csr_matrix:
    """Ones (N, N) where two atoms are within a distance, periodic copies too, and on the diagonal."""
    n = len(energies)
    if not np.isfinite(reach):
        return csr_matrix(np.ones((n, n)))
    first, second = neighbor_list("ij", energies.atoms, reach)
    found = csr_matrix((np.ones(len(first)), (first, second)), shape=(n, n)) + identity(n, format="csr")
    found.sort_indices()
    return found


def differences(energies: Energies, reach: float) -> tuple[bsr_matrix, int]:
    """The Hessian by central differences of the forces, and how often these were asked for.

    Atoms are displaced together where no third one is within the reach of two of them (Curtis, Powell & Reid 1974):
    each atom then reacts to one at most, and the number of groups depends on reach and density, not on N.

    Args:
        reach: distance in Å beyond which no force reacts to a displacement; of forces that depend on the surroundings
            of neighbors (embedded atoms, angles) twice the potential's cutoff.
    """
    here, d, step = energies.positions, energies.dimension, STEP * energies.spacing
    graph = near(energies, reach)
    rows, columns = np.repeat(np.arange(len(here)), np.diff(graph.indptr)), graph.indices
    group = group_columns(graph)
    slots = np.argsort(group[columns], kind="stable")
    blocks, calls = np.empty((len(columns), d, d)), 0
    for each, part in enumerate(np.split(slots, np.cumsum(np.bincount(group[columns]))[:-1])):
        for k in range(d):
            before, after = here.copy(), here.copy()
            before[group == each, k] -= step
            after[group == each, k] += step
            change = energies.forces(before) - energies.forces(after)
            blocks[part, :, k] = change[rows[part]] / (after - before)[columns[part], k, None]
            calls += 2
    return bsr_matrix((blocks, columns, graph.indptr), shape=(d * len(here),) * 2), calls


def curvature(energies: Energies, reach: float, rng: np.random.Generator, widen: bool = True) -> Curvature:
    """The Hessian: the calculator's own where it offers one (`get_hessian`, as matscipy's do), else by differences.

    Args:
        reach: see :func:`differences`.
        widen: whether it is widened while that makes translations cost less, which cost nothing once it is wide enough.

    Raises:
        ValueError: forces that change along a chance direction as the Hessian does not tell.
    """
    calculator, calls = energies.atoms.calc, 0
    energies.forces()  # a calculator may give the Hessian of where it was asked last
    if energies.dimension == 3 and hasattr(calculator, "get_hessian"):
        matrix, skew, drift = balanced(calculator.get_hessian(energies.atoms, format="sparse"), energies.dimension)
        return Curvature(matrix, skew, drift, mismatch(energies, matrix, reach, rng), calls, reach)
    before = np.inf
    while True:
        found, asked = differences(energies, reach)
        matrix, skew, drift = balanced(found, energies.dimension)
        calls += asked
        if not widen or drift < DRIFT or drift > before / 2 or not np.isfinite(reach):
            return Curvature(matrix, skew, drift, mismatch(energies, matrix, reach, rng), calls, reach)
        reach, before = within(energies, WIDER * reach), drift


def balanced(found, d: int) -> tuple[csc_matrix, float, float]:
    """A Hessian made symmetric and without cost of translations; its skew and its drift before.

    What the blocks of row i sum to, v_i, comes off: its symmetric part from the block on the diagonal; its
    antisymmetric part a_i from those beside it, b_ij = φ_i − φ_j with Σ_j b_ij = a_i, of all such the least (b_ji =
    b_ijᵀ, as it must).
    """
    matrix = csr_matrix(found)
    norm = float(abs(matrix).sum(axis=1).max())
    skew, drift = abs(matrix - matrix.T).max() / norm, abs(row_sums(matrix, d)).max() / norm
    blocks = ((matrix + matrix.T) / 2).tobsr((d, d))
    blocks.sort_indices()
    n, columns = matrix.shape[0] // d, blocks.indices
    rows, left = np.repeat(np.arange(n), np.diff(blocks.indptr)), row_sums(blocks, d)
    own = rows == columns
    if own.sum() != n:
        raise ValueError("an atom feels no force from its displacement: it must be held by others")
    turning = (left - left.transpose(0, 2, 1)) / 2
    beside = csr_matrix(((~own).astype(float), columns, blocks.indptr), shape=(n, n))
    flow = potentials(beside, turning.reshape(n, -1)).reshape(n, d, d)
    blocks.data[~own] -= flow[rows[~own]] - flow[columns[~own]]
    blocks.data[own] -= (left - turning)[rows[own]]
    result = csc_matrix(blocks.tocsc())
    result.sort_indices()
    return result, float(skew), float(drift)


def row_sums(matrix, d: int) -> np.ndarray:
    """Σ_j M_ij, (N, d, d)."""
    return (matrix @ np.tile(np.eye(d), (matrix.shape[1] // d, 1))).reshape(-1, d, d)


def potentials(beside: csr_matrix, sources: np.ndarray) -> np.ndarray:
    """φ with Σ_j (φ_i − φ_j) = a_i over neighbors, (N, k), for sources a that sum to zero."""
    laplacian = diags(np.asarray(beside.sum(axis=1)).ravel()) - beside
    out = np.zeros_like(sources)
    for column in np.flatnonzero(abs(sources).max(axis=0) > 0):
        out[:, column] = cg(laplacian, sources[:, column] - sources[:, column].mean(), rtol=1e-12)[0]
    return out


def mismatch(energies: Energies, matrix: csc_matrix, reach: float, rng: np.random.Generator) -> float:
    """See :class:`Curvature`; warns of more than `MATCH`, and refuses more than `ROUGH`."""
    here, step = energies.positions, STEP * energies.spacing
    way = rng.normal(size=here.shape)
    change = (energies.forces(here - step * way) - energies.forces(here + step * way)) / (2.0 * step)
    told = (matrix @ way.ravel()).reshape(here.shape)
    found = float(np.linalg.norm(change - told) / np.linalg.norm(told))
    why = (
        f"forces may reach farther than {reach:.4g}, or change too little or by jumps in a step of {step:.1e}, as "
        "tables do that are interpolated without a continuous second derivative"
    )
    if not found < ROUGH:
        raise ValueError(f"the Hessian must tell how forces change, to {ROUGH:.0e}, but misses {found:.1e}: {why}")
    if not found < MATCH:
        warnings.warn(f"the Hessian tells how forces change to {found:.1e} only: {why}", RoughForces, stacklevel=2)
    return found
