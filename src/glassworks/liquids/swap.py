"""Swap Monte Carlo in the canonical ensemble: displacements of one particle and exchanges of two particles' sizes.

Both moves are symmetric and accepted with the Metropolis probability min(1, exp(−ΔU/T)). An exchange names a particle
and a partner at most N/10 places away in the order of sizes: a wider choice is accepted less often than it gains.
A sweep is N attempted moves of either kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration, first_lost
from glassworks.configurations.fitting import check_kind
from glassworks.configurations.forces import force_state
from glassworks.configurations.neighbors import pair_list
from glassworks.liquids import swap_energies, swap_kernel
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.start import initial_configuration
from glassworks.liquids.xoshiro import random_state
from glassworks.models.specification import Model

SKIN = 0.7  # least skin of the neighbor rows, in λ: the fastest of 0.42 to 0.84 for POLY in 3D at T = 0.42 and 0.7
CELL = 1.2  # edge of a search cell in units of ρ^(−1/d)
DISPLACEMENT = 0.1  # largest displacement along each axis: the shortest relaxation time of POLY in 3D, T = 0.6 to 1.1
PROGRESS_SWEEPS = 200
TOLERANCE = 1e-9  # of the running energy against a fresh sum, relative to |U| + N T


@dataclass(frozen=True)
class SwapRecord:
    """What one chain gave.

    Attributes:
        configurations: the samples, `between` sweeps apart, all without the chain's drift.
        energies: (samples,) U/N, in ε.
        pressures: (samples,) virial pressure plus N T/V, in ε/λ^d.
        acceptance_move, acceptance_swap: accepted over attempted (NaN when none was attempted).
        before, between: sweeps before the first sample and between samples.
    """

    configurations: list[Configuration]
    energies: np.ndarray
    pressures: np.ndarray
    acceptance_move: float
    acceptance_swap: float
    before: int
    between: int


def cell_steps(box: Box, n: int, reach: float) -> tuple[int, np.ndarray, np.ndarray]:
    """Cells along an edge; steps (m, d) to the cells within reach, nearest first; the squared distance (m,) of each."""
    d = box.dimension
    cells = max(1, int(box.length / (CELL * (box.volume / n) ** (1.0 / d))))
    along = np.arange(cells) - (cells - 1) // 2
    steps = np.stack(np.meshgrid(*[along] * d, indexing="ij"), axis=-1).reshape(-1, d)
    squared = ((np.maximum(np.abs(steps) - 1, 0) * (box.length / cells)) ** 2).sum(axis=1)
    kept = np.flatnonzero(squared <= reach**2)
    nearest_first = kept[np.lexsort((*steps[kept].T, squared[kept]))]
    return cells, np.ascontiguousarray(steps[nearest_first]), squared[nearest_first]


class SwapChain:
    """One Markov chain that can be advanced, read and given another temperature.

    Args:
        model: gives the interaction.
        start: where the chain begins; its box must be an upright cube.
        temperature: T > 0, in ε.
        rng: seeds the chain's own stream.
        swap_fraction: probability that a move is an exchange.
        displacement: largest displacement along each axis, in λ.

    Raises:
        ValueError: a parameter out of range, another box than an upright cube, or see
            :func:`glassworks.configurations.check_kind`.
        FloatingPointError: a coordinate of the start is not finite (says of which particle).
    """

    def __init__(
        self,
        model: Model,
        start: Configuration,
        temperature: float,
        rng: np.random.Generator,
        swap_fraction: float = 0.2,
        displacement: float = DISPLACEMENT,
    ):
        if not temperature > 0:
            raise ValueError(f"temperature must be positive, not {temperature}")
        if not 0 <= swap_fraction < 1 or not displacement > 0:
            raise ValueError(f"not 0 <= swap_fraction ({swap_fraction}) < 1 or not displacement ({displacement}) > 0")
        if any(start.box.tilts) or not start.box.equal:
            raise ValueError("Monte Carlo needs a box without tilt, of equal edges")
        check_kind(model, start)
        n, d = len(start), start.box.dimension
        self.interaction, self.box, self.n = model.interaction, start.box, n
        self.temperature, self.step, self.swap_fraction = float(temperature), float(displacement), float(swap_fraction)
        self.law = swap_energies.POWERS if model.potential.kind == "inverse_power" else swap_energies.FORMULA
        self.span = max(1, n // 10)
        self.drift = np.zeros(d)
        self.state = random_state(rng)
        self.counts = np.zeros(5, dtype=np.int64)
        self.take(start)

    def take(self, configuration: Configuration) -> None:
        """Go on from another configuration of the same particles (the stream of random numbers continues)."""
        n, d = self.n, self.box.dimension
        if (particle := first_lost(configuration.positions)) is not None:
            raise FloatingPointError(f"particle {particle} is lost: its place is not finite")
        self.beads = np.full((n + 2, 4 * (d // 4 + 1)), np.nan)
        self.beads[:, 0] = np.append(configuration.diameters, (1.0, 1.0))
        self.beads[:n, 1 : d + 1] = configuration.positions
        self.order = np.argsort(configuration.diameters, kind="stable").astype(np.int64)
        self.rank = np.empty(n, dtype=np.int64)
        self.rank[self.order] = np.arange(n)
        self.marks = np.zeros(n, dtype=np.bool_)
        self.make_rows()
        self.energy, self.virial = self.recomputed()

    def make_rows(self) -> None:
        """Neighbor rows from nothing."""
        n, d = self.n, self.box.dimension
        largest = float(self.beads[:n, 0].max())
        nonadditivity = self.interaction.nonadditivity
        mixing = nonadditivity if 2.0 * nonadditivity * largest <= 1.0 else 0.0
        skin = max(SKIN, 2.02 * self.step * d**0.5)
        reach = self.interaction.cutoff * largest + skin
        cells, offsets, nearest = cell_steps(self.box, n, reach)
        whole = [np.zeros(n, dtype=np.int64) for _ in range(3)]
        self.rows = swap_kernel.Rows(
            origin=np.empty((d, n)),
            cap=np.empty(n),
            count=whole[0],
            place=np.zeros((d, n), dtype=np.int64),
            cell=whole[1],
            head=np.empty(cells**d, dtype=np.int64),
            following=whole[2],
            cells=cells,
            offsets=offsets,
            nearest=nearest,
            skin=skin,
            mixing=mixing,
            largest=largest,
            candidates=np.empty(n + 1, dtype=np.int64),
            excess=np.empty((d + 2, n)),
        )
        blank = np.full((n, 12 * swap_energies.LANES), n, dtype=np.uint32)
        self.neighbors = swap_kernel.make_rows(
            blank, self.rows, self.beads, self.marks, self.box.edges, self.interaction
        )

    def recomputed(self) -> tuple[float, float]:
        """U and the virial W, summed afresh over a list of pairs that owes nothing to the rows."""
        fresh = force_state(self.interaction, self.configuration)
        return fresh.energy, fresh.pressure * self.box.dimension * self.box.volume

    def advance(self, sweeps: int) -> None:
        """Make `sweeps` times N moves."""
        self.neighbors, change, *counts = swap_kernel.sweeps(
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
            sweeps * self.n,
            self.temperature,
            self.step,
            self.swap_fraction,
            self.span,
            self.law,
        )
        self.energy += change
        self.counts += np.array(counts)

    def settle(self) -> None:
        """Replace the running energy by a fresh sum.

        Raises:
            ArithmeticError: they differ by more than rounding (says after which sweep, and which pair the rows lack).
        """
        running = self.energy
        self.energy, self.virial = self.recomputed()
        if not abs(running - self.energy) <= TOLERANCE * (abs(self.energy) + self.n * self.temperature):
            sweep = (self.counts[0] + self.counts[2]) // self.n
            lost = self.lost_pair()
            raise ArithmeticError(
                f"sweep {sweep}: running energy {running} has left the fresh sum {self.energy}"
                + (f"; particle {lost[0]} has lost its neighbor {lost[1]}" if lost else "")
            )

    def lost_pair(self) -> tuple[int, int] | None:
        """The first pair that interacts and is not in the rows of both, if there is one."""
        here, rows = self.configuration, [set(row.tolist()) for row in self.neighbors]
        start, partner = pair_list(here.positions, here.diameters, here.box, self.interaction)
        for i in range(self.n):
            for j in map(int, partner[start[i] : start[i + 1]]):
                if j not in rows[i] or i not in rows[j]:
                    return i, j
        return None

    @property
    def configuration(self) -> Configuration:
        """A copy of the present configuration."""
        beads = self.beads[: self.n]
        return Configuration(beads[:, 1 : self.box.dimension + 1].copy(), beads[:, 0].copy(), self.box)

    @property
    def centered(self) -> Configuration:
        """As `configuration`, with the drift of the mean position since the start taken off."""
        here = self.configuration
        return here.moved(here.positions - self.drift)

    @property
    def pressure(self) -> float:
        """Virial pressure plus N T/V, after :meth:`settle`."""
        return (self.virial / self.box.dimension + self.n * self.temperature) / self.box.volume


def ratio(accepted: int, tried: int) -> float:
    return float(accepted / tried) if tried else float("nan")


def run_swap_chain(
    model: Model,
    start: Configuration | None,
    temperature: float,
    before: int,
    between: int,
    samples: int,
    rng: np.random.Generator,
    swap_fraction: float = 0.2,
    displacement: float = DISPLACEMENT,
    progress: Callable[[int, int], None] | None = None,
    n: int | None = None,
    memory: Memory = NOTHING,
) -> SwapRecord:
    """Run one chain and keep `samples` configurations.

    Args:
        start: the first configuration, or None to begin from :func:`initial_configuration` with `n` particles.
        before, between: sweeps before the first sample and between samples.
        swap_fraction: probability of an exchange; 0 is plain Monte Carlo.
        progress: called with (sweeps done, sweeps in all) every few hundred sweeps; has no effect on the result.
        memory: offered the run's state as often; a run that goes on from there gives the bits of one that was never
            cut off.

    Raises:
        ValueError: a parameter out of range, or neither `start` nor `n`.
        ArithmeticError: the running energy left the fresh sum.
    """
    if start is None:
        if n is None:
            raise ValueError("run_swap_chain needs a start or the number of particles n")
        start = initial_configuration(model, n, rng)
    state = memory.recall()
    chain, done, kept = state or (SwapChain(model, start, temperature, rng, swap_fraction, displacement), 0, [])
    total = before + between * (samples - 1)
    while len(kept) < samples:
        goal = before + len(kept) * between
        while done < goal:
            chunk = min(PROGRESS_SWEEPS, goal - done)
            chain.advance(chunk)
            done += chunk
            if progress is not None:
                progress(done, total)
            memory.offer(partial(tuple, (chain, done, kept)))
        chain.settle()
        kept.append((chain.centered, chain.energy / chain.n, chain.pressure))
    configurations, energies, pressures = zip(*kept, strict=True)
    counts = chain.counts
    return SwapRecord(
        list(configurations),
        np.array(energies),
        np.array(pressures),
        ratio(counts[1], counts[0]),
        ratio(counts[3], counts[2]),
        before,
        between,
    )
