"""Unbalanced forces, particles that bear force, and the clusters that they form (Tong, Sengupta & Tanaka 2020)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from glassworks.configurations import Configuration, pair_list
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, bonds


@dataclass(frozen=True)
class BondForces:
    """Forces of one configuration, bond by bond; F_re and F_str as in Tong et al. 2020 (Fig. 2a, Methods).

    Attributes:
        net: |Σ_j f_ij| of each particle, (N,), in ε/λ.
        strongest: the two largest |f_ij| of each particle, (N, 2); 0 stands for a bond that is missing.
        typical: ⟨f⟩, the mean |f_ij| over bonds.
    """

    net: np.ndarray
    strongest: np.ndarray
    typical: float

    @property
    def remaining(self) -> np.ndarray:
        """F_re = |Σ_j f_ij| / ⟨f⟩, (N,)."""
        return self.net / self.typical

    @property
    def strong(self) -> np.ndarray:
        """F_str = |Σ_j f_ij| over the mean of the two strongest bonds, (N,).

        A particle with a single bond has 2, one without bonds ∞: neither can bear force.
        """
        mean = self.strongest.mean(axis=1)
        return np.divide(self.net, mean, out=np.full(len(mean), np.inf), where=mean > 0)


@njit(cache=True)
def sum_bonds(first, second, vectors, terms, total, strongest):
    """Net force (N, d) and two strongest bonds (N, 2) of each particle; returns the mean |f_ij|."""
    magnitude = 0.0
    for p in range(first.shape[0]):
        squared = 0.0
        for k in range(vectors.shape[1]):
            component = -2.0 * terms[p, 1] * vectors[p, k]
            total[first[p], k] += component
            total[second[p], k] -= component
            squared += component * component
        force = np.sqrt(squared)
        magnitude += force
        for i in (first[p], second[p]):
            if force > strongest[i, 0]:
                strongest[i, 1] = strongest[i, 0]
                strongest[i, 0] = force
            elif force > strongest[i, 1]:
                strongest[i, 1] = force
    return magnitude / max(first.shape[0], 1)


def bond_forces(interaction: Interaction, configuration: Configuration, pairs: Bonds | None = None) -> BondForces:
    """Net forces and strongest bonds of a configuration.

    Args:
        pairs: of the configuration, when already at hand.
    """
    pairs = bonds(interaction, configuration) if pairs is None else pairs
    total, strongest = np.zeros_like(configuration.positions), np.zeros((len(configuration), 2))
    typical = sum_bonds(pairs.first, pairs.second, pairs.vectors, pairs.derivatives, total, strongest)
    return BondForces(np.sqrt((total**2).sum(axis=1)), strongest, typical)


class ForceWindow:
    """The frames of a time window, taken one by one: how often F_str < 1, and where the particles are on average.

    Attributes:
        frames: frames so far.
        held: how many of them had F_str < 1, (N,).
        last: the last frame.
    """

    def __init__(self, interaction: Interaction):
        self.interaction = interaction
        self.frames = 0
        self.last: Configuration | None = None

    def add(
        self, configuration: Configuration, pairs: Bonds | None = None, forces: BondForces | None = None
    ) -> BondForces:
        """Take one more frame, in which no particle has moved by half the box since the one before.

        Args:
            pairs, forces: of the configuration, when already at hand.
        """
        found = bond_forces(self.interaction, configuration, pairs) if forces is None else forces
        if self.last is None:
            self.held = np.zeros(len(configuration), dtype=np.int64)
            self.first, self.moved = configuration, np.zeros_like(configuration.positions)
            self.sum = np.zeros_like(configuration.positions)
        else:
            self.moved += configuration.box.shortest(configuration.positions - self.last.positions)
        self.held += found.strong < 1.0
        self.sum += self.moved
        self.frames += 1
        self.last = configuration
        return found

    @property
    def bearing(self) -> np.ndarray:
        """Force-bearing particles, (N,) bool: F_str < 1 in more than half of the frames."""
        return 2 * self.held > self.frames

    @property
    def tied(self) -> float:
        """Fraction of particles with F_str < 1 in exactly half of the frames: too few frames where it is not small."""
        return float(np.mean(2 * self.held == self.frames))

    @property
    def average(self) -> Configuration:
        """Each particle at its mean position in the window."""
        return self.first.moved(self.first.positions + self.sum / self.frames)


@dataclass(frozen=True)
class Connections:
    """Pairs that connect, each once.

    Attributes:
        first, second: particle numbers, (pairs,).
        images: box edges by which r_first − r_second differs from its shortest copy, (pairs, d); all 0 inside the box.
    """

    first: np.ndarray
    second: np.ndarray
    images: np.ndarray

    def among(self, occupied: np.ndarray) -> Connections:
        """The pairs of which both ends are occupied."""
        kept = occupied[self.first] & occupied[self.second]
        return Connections(self.first[kept], self.second[kept], self.images[kept])


def connections(interaction: Interaction, configuration: Configuration, reach: float = 1.0) -> Connections:
    """Pairs with r < reach · λ_ij.

    Which pairs connect a cluster is open in Tong et al. 2020; candidates are `reach` 1 (contacts of a contact
    potential) in the last frame or at mean positions (:attr:`ForceWindow.average`), and `reach` 1.3.

    Raises:
        ValueError: a tilted box, one of unequal edges, or one narrower than twice reach · λ_max: there two particles
            may touch through both sides.
    """
    box = configuration.box
    if any(box.tilts) or not box.equal:
        raise ValueError("clusters are for a box without tilt, of equal edges")
    short = interaction._replace(cutoff=float(reach))
    start, second = pair_list(configuration.positions, configuration.diameters, box, short)
    first = np.repeat(np.arange(len(configuration), dtype=np.int32), np.diff(start))
    apart = configuration.positions[first] - configuration.positions[second]
    return Connections(first, second, np.rint((apart - box.shortest(apart)) / box.length).astype(np.int32))


@dataclass(frozen=True)
class Clusters:
    """Connected components of the occupied particles in the periodic box.

    Attributes:
        labels: cluster of each particle, (N,), −1 where not occupied.
        sizes: particles of each cluster, (clusters,).
        wraps: whether a cluster meets its own periodic copy along each axis, (clusters, d).
        offsets: box edges to add to each position so that a cluster that does not wrap is in one piece, (N, d).
    """

    labels: np.ndarray
    sizes: np.ndarray
    wraps: np.ndarray
    offsets: np.ndarray

    @property
    def largest(self) -> int:
        return int(self.sizes.max(initial=0))

    @property
    def mean_size(self) -> float:
        """Σ s² / Σ s over all clusters but the largest; NaN when there is no other."""
        rest = np.sort(self.sizes)[:-1].astype(float)
        return float((rest**2).sum() / rest.sum()) if len(rest) else np.nan

    def gyration(self, positions: np.ndarray, length: float) -> np.ndarray:
        """Radius of gyration of each cluster, (clusters,); NaN where it wraps."""
        kept = self.labels >= 0
        labels, count = self.labels[kept], len(self.sizes)
        whole = (positions + length * self.offsets)[kept]
        squared = np.zeros(count)
        for column in whole.T:
            mean = np.bincount(labels, column, count) / self.sizes
            squared += np.bincount(labels, (column - mean[labels]) ** 2, count)
        return np.where(self.wraps.any(axis=1), np.nan, np.sqrt(squared / self.sizes))


@njit(cache=True)
def walk(start, partner, images, occupied, labels, offsets, wraps):
    """Visit every cluster breadth first, carrying box offsets along; returns the number of clusters.

    A bond to a particle that was reached with another offset closes a loop around the box.
    """
    n, d = offsets.shape
    queue = np.empty(n, dtype=np.int64)
    count = 0
    for seed in range(n):
        if not occupied[seed] or labels[seed] >= 0:
            continue
        labels[seed] = count
        queue[0] = seed
        head, tail = 0, 1
        while head < tail:
            i = queue[head]
            head += 1
            for slot in range(start[i], start[i + 1]):
                j = partner[slot]
                if labels[j] < 0:
                    labels[j] = count
                    for k in range(d):
                        offsets[j, k] = offsets[i, k] + images[slot, k]
                    queue[tail] = j
                    tail += 1
                else:
                    for k in range(d):
                        if offsets[j, k] != offsets[i, k] + images[slot, k]:
                            wraps[count, k] = True
        count += 1
    return count


def clusters(links: Connections, occupied: np.ndarray) -> Clusters:
    """Clusters of the occupied particles, (N,) bool, and which of them wrap around the periodic box."""
    links = links.among(occupied)
    n, d = len(occupied), links.images.shape[1]
    ends = np.concatenate([links.first, links.second])
    order = np.argsort(ends, kind="stable")
    partner = np.concatenate([links.second, links.first])[order]
    # from i = first to j = second: r_i − r_j − L·image is the shortest copy, so j lies at r_j + L·image beside i
    images = np.concatenate([links.images, -links.images])[order]
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=n))])
    labels, offsets = np.full(n, -1, dtype=np.int64), np.zeros((n, d), dtype=np.int64)
    wraps = np.zeros((int(occupied.sum()), d), dtype=np.bool_)
    count = walk(start, partner, images, occupied, labels, offsets, wraps)
    return Clusters(labels, np.bincount(labels[occupied], minlength=count), wraps[:count], offsets)


def spanning(links: Connections, occupied: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, int]:
    """Whether a cluster reaches from one side of the box to the other, walls instead of periodic boundaries.

    Args:
        low, high: whether each particle touches the lower and the upper side along each axis, (N, d) bool.

    Returns:
        (d,) bool, an entry an axis; and the size of the largest cluster when nothing connects through the boundary.
    """
    inside = links.among(occupied)
    kept = ~inside.images.any(axis=1)
    n = len(occupied)
    graph = coo_matrix((np.ones(kept.sum(), dtype=np.int8), (inside.first[kept], inside.second[kept])), shape=(n, n))
    count, labels = connected_components(graph, directed=False)
    crossed = np.empty(low.shape[1], dtype=np.bool_)
    for k in range(low.shape[1]):
        reached = np.zeros((2, count), dtype=np.bool_)
        reached[0, labels[low[:, k] & occupied]] = True
        reached[1, labels[high[:, k] & occupied]] = True
        crossed[k] = (reached[0] & reached[1]).any()
    return crossed, int(np.bincount(labels[occupied], minlength=1).max())


@dataclass(frozen=True)
class Percolation:
    """The force-bearing network of one configuration.

    Attributes:
        fraction: f, occupied particles over N.
        spans: a cluster goes from one side to the other along each axis, no bond through the boundary, (d,) bool.
        wraps: a cluster meets its own periodic copy along each axis, (d,) bool.
        largest, largest_inside: s_1/N = ψ with periodic bonds, and without bonds through the boundary.
        mean_size: Σ s² / Σ s without the largest cluster.
        sizes, radii: of every cluster, (clusters,); NaN radius where it wraps.
        labels: cluster of each particle, (N,), −1 where not occupied.
    """

    fraction: float
    spans: np.ndarray
    wraps: np.ndarray
    largest: float
    largest_inside: float
    mean_size: float
    sizes: np.ndarray
    radii: np.ndarray
    labels: np.ndarray


def percolation(
    interaction: Interaction, configuration: Configuration, occupied: np.ndarray, reach: float = 1.0
) -> Percolation:
    """Clusters of the occupied particles, connected where r < reach · λ_ij.

    A particle touches a side of the box from which it is less than ½ reach · λ_i away.

    Raises:
        ValueError: see :func:`connections`.
    """
    links = connections(interaction, configuration, reach)
    found = clusters(links, occupied)
    length, n = configuration.box.length, len(configuration)
    skin = 0.5 * reach * configuration.diameters[:, None]
    low, high = configuration.positions < skin, configuration.positions > length - skin
    spans, inside = spanning(links, occupied, low, high)
    return Percolation(
        fraction=float(occupied.mean()),
        spans=spans,
        wraps=found.wraps.any(axis=0),
        largest=found.largest / n,
        largest_inside=inside / n,
        mean_size=found.mean_size,
        sizes=found.sizes,
        radii=found.gyration(configuration.positions, length),
        labels=found.labels,
    )
