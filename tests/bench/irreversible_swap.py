"""Irreversible exchanges of sizes with the ordinary Metropolis probability, which a row measures against plain ones.

The sizes stand in order on a ring of N ranks, one of them active. The particle there may exchange its size with that of
the particle s = 1 to `span` ranks above. Where it may not, that one becomes active; where it may, the first stays
active with its larger size and is carried on (after Nishikawa, Ghimenti, Berthier and van Wijland, arXiv:2501.09932).
Either way the active rank has moved up by s: each exchange is an ordinary Metropolis move of two ranks that do not
depend on the configuration, and leaves its weight as it was (global balance), but exchanges do not go back the way they
came (no detailed balance). A sweep is a round of exchanges, and then one of displacements.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.liquids import SwapChain
from glassworks.liquids.swap_energies import POWERS, size_change
from glassworks.liquids.swap_kernel import accepts, refresh, sweeps
from glassworks.liquids.xoshiro import below, uniform
from glassworks.models import Model


@njit(error_model="numpy")
def irreversible_sweeps(
    beads,
    order,
    rank,
    neighbors,
    rows,
    drift,
    state,
    marks,
    edges,
    interaction,
    rounds,
    exchanges,
    displacements,
    temperature,
    step,
    span,
    active,
    renewal,
):
    """Rounds of so many exchanges from the active rank, which is changed in place, and then so many displacements.

    Arguments and what is returned are those of :func:`glassworks.liquids.swap_kernel.sweeps`, whose exchange this is.
    """
    n, energy, accepted_moves, accepted_swaps, refreshes = rank.shape[0], 0.0, 0, 0, 0
    cap, count = rows.cap, rows.count
    for _ in range(rounds):
        for _ in range(exchanges):
            if uniform(state) < renewal:
                active[0] = below(state, n)
            i = order[active[0]]
            active[0] = (active[0] + 1 + below(state, span)) % n  # where the larger size is, whatever is accepted
            j = order[active[0]]
            chance = 1.0 - uniform(state)
            if beads[j, 0] > beads[i, 0]:
                i, j = j, i
            high, low = beads[i, 0], beads[j, 0]
            change = size_change(beads, neighbors, count[i], i, low, j, edges, interaction, POWERS)
            grown = size_change(beads, neighbors, count[j], j, high, i, edges, interaction, POWERS)
            if high > cap[j] and accepts(change + grown, temperature, chance):
                neighbors = refresh(neighbors, rows, j, beads, high, marks, edges, interaction)
                refreshes += 1
                grown = size_change(beads, neighbors, count[j], j, high, i, edges, interaction, POWERS)
            if accepts(change + grown, temperature, chance):
                accepted_swaps += 1
                energy += change + grown
                beads[i, 0], beads[j, 0] = low, high
                rank[i], rank[j] = rank[j], rank[i]
                order[rank[i]], order[rank[j]] = i, j
        neighbors, change, _, accepted, _, _, made = sweeps(
            beads, order, rank, neighbors, rows, drift, state, marks, edges, interaction, displacements, temperature,
            step, 0.0, span, POWERS,
        )  # fmt: skip
        energy, accepted_moves, refreshes = energy + change, accepted_moves + accepted, refreshes + made
    return neighbors, energy, rounds * displacements, accepted_moves, rounds * exchanges, accepted_swaps, refreshes


class IrreversibleChain(SwapChain):
    """A chain whose exchanges run up the ranks; the fraction of them is exact.

    Args:
        span: the largest step, in ranks (as far as plain exchanges reach, unless given).
        burst: how many exchanges it takes on average until the active rank is drawn anew; at 1 nothing is carried on.
    """

    def __init__(
        self,
        model: Model,
        start: Configuration,
        temperature: float,
        rng: np.random.Generator,
        span: int | None = None,
        burst: float = inf,
        **others: float,
    ):
        super().__init__(model, start, temperature, rng, **others)
        self.span, self.renewal, self.active = span or self.span, 1.0 / burst, np.zeros(1, dtype=np.int64)
        self.exchanges = round(self.swap_fraction * self.n)

    def advance(self, sweeps: int) -> None:
        self.neighbors, change, *counts = irreversible_sweeps(
            self.beads,
            self.order,
            self.rank,
            self.neighbors,
            self.rows,
            self.drift,
            self.state,
            self.marks,
            self.box.edges,
            self.interaction,
            sweeps,
            self.exchanges,
            self.n - self.exchanges,
            self.temperature,
            self.step,
            self.span,
            self.active,
            self.renewal,
        )
        self.energy += change
        self.counts += np.array(counts)
