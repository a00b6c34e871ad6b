"""Neighbor lists for quenches, in which avalanches carry some particles far while most hardly move."""

from __future__ import annotations

from math import inf

import numpy as np
from numba import njit

from glassworks.configurations import Box
from glassworks.configurations.box import separation
from glassworks.configurations.neighbors import largest_displacement, within
from glassworks.models.potentials import Interaction, pair_length


@njit(cache=True, error_model="numpy")
def sweep(columns, sizes, order, edges, tilt, interaction, skin, longest, begin, end, partner):
    """All pairs with r < x_c λ_ij + skin, by a window that slides along the last axis.

    Particles stand in the order of their last coordinate; each looks `longest` ahead, through the boundary too, so
    that it meets every pair once. The distances of a whole window are computed at a time, without branches.

    Args:
        columns: coordinates inside the box, (d, N), ascending in the last row.
        sizes: λ_i in that order, (N,); `order` the particles' numbers, (N,).
        begin, end: (N,), filled with where a particle's partners begin and end in `partner`.

    Returns:
        the number of pairs, or −1 when `partner` is too short.
    """
    d, n = columns.shape
    gap, across = np.empty(n), np.empty(n)
    ahead = columns[d - 1]
    filled = 0
    for a in range(n):
        begin[order[a]] = filled
        limit = ahead[a] + longest
        for piece in range(2):
            low = a + 1 if piece == 0 else 0
            high = np.searchsorted(ahead, limit) if piece == 0 else np.searchsorted(ahead, limit - edges[d - 1])
            if filled + high - low > partner.shape[0]:
                return -1
            for b in range(low, high):
                reach = interaction.cutoff * pair_length(interaction.nonadditivity, sizes[a], sizes[b]) + skin
                gap[b] = -reach * reach
                across[b] = columns[0, b] - columns[0, a]
                if tilt != 0.0:
                    rows = np.floor((columns[1, b] - columns[1, a]) / edges[1] + 0.5)
                    across[b] -= rows * tilt * edges[0]
            for k in range(d):
                for b in range(low, high):
                    x = across[b] if k == 0 else columns[k, b] - columns[k, a]
                    x -= edges[k] * np.floor(x / edges[k] + 0.5)
                    gap[b] += x * x
            for b in range(low, high):
                partner[filled] = order[b]
                filled += gap[b] < 0.0
        end[order[a]] = filled
    return filled


@njit(cache=True)
def narrow(positions, diameters, edges, tilt, interaction, skin, begin, end, wide, start, partner):
    """The pairs of a wide half list that lie within a smaller skin, in compressed rows; returns their number."""
    vector = np.empty(len(edges))
    filled = 0
    for i in range(positions.shape[0]):
        start[i] = filled
        for slot in range(begin[i], end[i]):
            j = wide[slot]
            squared = separation(positions, i, j, edges, tilt, vector)
            partner[filled] = j
            filled += within(interaction, diameters, i, j, squared, skin)
    start[positions.shape[0]] = filled
    return filled


class NestedList:
    """A narrow half list cut from a wide one: a cut costs a tenth of a fresh list.

    Attributes:
        start, partner: the narrow list, `partner` longer than its `start[-1]` entries.
        builds, cuts: wide and narrow lists made so far.
    """

    def __init__(self, interaction: Interaction, diameters: np.ndarray, box: Box, skin: float, wide_skin: float):
        largest = max(0.999 * (0.5 * box.length - interaction.cutoff * float(diameters.max())), 0.0)
        self.interaction, self.diameters, self.box = interaction, diameters, box
        self.skin, self.wide_skin = min(skin, largest), min(wide_skin, largest)
        self.origin = self.wide_origin = np.full((len(diameters), box.dimension), inf)
        self.start = np.empty(len(diameters) + 1, dtype=np.int32)
        self.begin, self.end = np.empty((2, len(diameters)), dtype=np.int64)
        self.wide = np.empty(64 * len(diameters), dtype=np.int32)
        self.builds = self.cuts = 0

    def update(self, positions: np.ndarray) -> bool:
        """Follow positions (N, d); they are wrapped into the box, in place, when the wide list is made anew.

        Returns:
            whether it was.

        Raises:
            FloatingPointError: a coordinate is not finite.
        """
        if largest_displacement(positions, self.origin) < (0.5 * self.skin) ** 2:
            return False
        spare = 0.5 * (self.wide_skin - self.skin)
        anew = not largest_displacement(positions, self.wide_origin) < spare**2
        if anew:
            if not np.isfinite(positions).all():
                raise FloatingPointError("a coordinate is not finite")
            positions[:] = self.box.wrap(positions)
            self.widen(positions)
        edges, tilt = self.box.edges, self.box.tilt
        self.partner = np.empty(int((self.end - self.begin).sum()) + 1, dtype=np.int32)
        narrow(
            positions,
            self.diameters,
            edges,
            tilt,
            self.interaction,
            self.skin,
            self.begin,
            self.end,
            self.wide,
            self.start,
            self.partner,
        )
        self.origin = positions.copy()
        self.cuts += 1
        return anew

    def widen(self, positions: np.ndarray) -> None:
        """Make the wide list anew."""
        box, interaction = self.box, self.interaction
        order = np.argsort(positions[:, -1], kind="stable")
        columns, sizes = np.ascontiguousarray(positions[order].T), self.diameters[order]
        longest = interaction.cutoff * float(sizes.max()) + self.wide_skin
        fixed = columns, sizes, order, box.edges, box.tilt, interaction, self.wide_skin, longest, self.begin, self.end
        while sweep(*fixed, self.wide) < 0:
            self.wide = np.empty(2 * len(self.wide), dtype=np.int32)
        self.wide_origin = positions.copy()
        self.builds += 1
