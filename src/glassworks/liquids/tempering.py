"""Parallel tempering: replicas of swap Monte Carlo over a ladder of temperatures, which exchange configurations.

After each round of sweeps, neighbors on the ladder exchange with probability min(1, exp[(β_a − β_b)(U_a − U_b)])
(Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996)): even pairs after even rounds, odd pairs after odd ones.
All temperatures share the same particles and box, so the exchange keeps the canonical distribution at every rung.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from glassworks.configurations.configuration import Configuration
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.swap import DISPLACEMENT, SwapChain
from glassworks.models.specification import Model


@dataclass(frozen=True)
class TemperingRecord:
    """What a run of R rungs and E exchanges gave.

    Attributes:
        temperatures: (R,), falling or rising.
        energies: (E, R) U/N at each rung, after each round of sweeps and before its exchange.
        pressures: (E, R) virial pressure plus N T/V.
        exchange_rates: (R − 1,) accepted over tried between each rung and the next.
        round_trips: how often any replica went from the first rung to the last and back.
        replicas: (E, R) which replica stood at each rung before the exchange.
        configurations: those kept of the last rung, without the drift of their replica.
        owners: (kept,) the replica of each.
        final: (R) the configurations at the end, likewise, to go on from.
    """

    temperatures: np.ndarray
    energies: np.ndarray
    pressures: np.ndarray
    exchange_rates: np.ndarray
    round_trips: int
    replicas: np.ndarray
    configurations: list[Configuration]
    owners: np.ndarray
    final: list[Configuration]


def count_round_trips(replicas: np.ndarray) -> int:
    """Round trips first rung → last rung → first rung of all replicas, from (E, R) replica numbers."""
    trips = 0
    for replica in range(replicas.shape[1]):
        rungs = np.argmax(replicas == replica, axis=1)
        ends = rungs[(rungs == 0) | (rungs == replicas.shape[1] - 1)]
        turns = int((np.diff(ends) != 0).sum()) if len(ends) else 0
        trips += (turns - (ends[0] != 0)) // 2 if turns else 0
    return int(trips)


def filled_ladder(rungs: Sequence[float], n: int, heat_capacity: float, exchange_rate: float) -> list[float]:
    """Falling temperatures that contain `rungs`, filled in until neighbors exchange as often as asked.

    Energies at T fluctuate by T √(N c), c the heat capacity per particle; two such Gaussians exchange at the mean
    rate erfc(½ √(N c) ln(T_a/T_b)) (Kofke, J. Chem. Phys. 117, 6911 (2002)).
    """
    widest = -NormalDist().inv_cdf(0.5 * exchange_rate) * np.sqrt(2.0 / (n * heat_capacity))
    ladder = [float(rungs[0])]
    for warm, cold in pairwise(rungs):
        steps = int(np.ceil(np.log(warm / cold) / widest))
        ladder += [float(warm * (cold / warm) ** (step / steps)) for step in range(1, steps)] + [float(cold)]
    return ladder


def exchange_probability(beta_a: float, beta_b: float, energy_a: float, energy_b: float) -> float:
    """min(1, exp[(β_a − β_b)(U_a − U_b)]): the Metropolis rule for exchanging two configurations."""
    return float(np.exp(min(0.0, (beta_a - beta_b) * (energy_a - energy_b))))


@dataclass(frozen=True)
class Rounds:
    """How a run goes on: rounds of sweeps, each with exchanges after it.

    Attributes:
        sweeps: of each replica in a round.
        exchanges: rounds.
        keep_every: the last rung's configuration is kept every so many rounds, from round `keep_from` on; 0 keeps none.

    Raises:
        ValueError: numbers below one.
    """

    sweeps: int
    exchanges: int
    keep_every: int = 0
    keep_from: int = 1

    def __post_init__(self):
        if self.sweeps < 1 or self.exchanges < 1:
            raise ValueError("tempering needs at least one sweep between exchanges and one exchange")

    def keeps(self, turn: int) -> bool:
        """Whether the last rung's configuration is kept after a round, the first being 1."""
        late = turn - self.keep_from
        return self.keep_every > 0 and late >= 0 and late % self.keep_every == 0


class Replicas:
    """The replicas of a run, and what was seen of them so far: all that a run goes on from.

    What moves along the ladder is the temperature: a replica keeps its configuration, its lists and its stream.

    Attributes:
        chains: the replicas.
        occupant: (R,) which of them stands at each rung.
        rng: of the exchanges.
        done: rounds that are finished.
        tried, accepted: (R − 1,) exchanges between each rung and the next.
    """

    def __init__(self, chains: list[SwapChain], exchanges: int, rng: np.random.Generator):
        rungs = len(chains)
        self.chains, self.occupant, self.rng, self.done = chains, np.arange(rungs), rng, 0
        self.tried, self.accepted = np.zeros(rungs - 1, dtype=np.int64), np.zeros(rungs - 1, dtype=np.int64)
        self.energies, self.pressures = np.empty((exchanges, rungs)), np.empty((exchanges, rungs))
        self.places = np.empty((exchanges, rungs), dtype=np.int64)
        self.kept: list[Configuration] = []
        self.owners: list[int] = []

    @property
    def standing(self) -> list[SwapChain]:
        """The replica of each rung."""
        return [self.chains[replica] for replica in self.occupant]

    def round(self, rounds: Rounds) -> None:
        """Sweeps of all replicas, one after the other, what is seen of them, and exchanges."""
        for chain in self.chains:
            chain.advance(rounds.sweeps)
            chain.settle()
        standing = self.standing
        self.energies[self.done] = [chain.energy / chain.n for chain in standing]
        self.pressures[self.done] = [chain.pressure for chain in standing]
        self.places[self.done] = self.occupant
        if rounds.keeps(self.done + 1):
            self.kept.append(standing[-1].centered)
            self.owners.append(int(self.occupant[-1]))
        self.exchange(self.done % 2)
        self.done += 1

    def exchange(self, first: int) -> None:
        """Try to exchange rungs (first, first + 1), (first + 2, first + 3), …"""
        for rung in range(first, len(self.occupant) - 1, 2):
            a, b = (self.chains[replica] for replica in self.occupant[rung : rung + 2])
            self.tried[rung] += 1
            if self.rng.random() < exchange_probability(1.0 / a.temperature, 1.0 / b.temperature, a.energy, b.energy):
                a.temperature, b.temperature = b.temperature, a.temperature
                self.occupant[rung : rung + 2] = self.occupant[rung : rung + 2][::-1].copy()
                self.accepted[rung] += 1

    def record(self, ladder: np.ndarray) -> TemperingRecord:
        """What the run gave."""
        return TemperingRecord(
            ladder,
            self.energies,
            self.pressures,
            self.accepted / np.maximum(self.tried, 1),
            count_round_trips(self.places),
            self.places,
            self.kept,
            np.array(self.owners),
            [chain.centered for chain in self.standing],
        )


def run_tempering(
    model: Model,
    starts: Sequence[Configuration],
    temperatures: Sequence[float],
    rounds: Rounds,
    rng: np.random.Generator,
    swap_fraction: float = 0.2,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory = NOTHING,
) -> TemperingRecord:
    """Run all replicas.

    Args:
        starts: one configuration a rung, of the same particles and box.
        temperatures: strictly monotonic, one a rung.
        progress: called with (rounds done, rounds in all).
        memory: offered the replicas after every round.

    Raises:
        ValueError: starts and temperatures that do not fit each other.
        ArithmeticError: see :meth:`glassworks.liquids.swap.SwapChain.settle`.
    """
    ladder = np.array(temperatures, dtype=float)
    _check(starts, ladder)
    replicas = memory.recall()
    if replicas is None:
        streams = rng.spawn(len(ladder))
        chains = [
            SwapChain(model, start, temperature, stream, swap_fraction, DISPLACEMENT)
            for start, temperature, stream in zip(starts, ladder, streams, strict=True)
        ]
        replicas = Replicas(chains, rounds.exchanges, rng)
    while replicas.done < rounds.exchanges:
        replicas.round(rounds)
        if progress is not None:
            progress(replicas.done, rounds.exchanges)
        memory.offer(lambda: replicas)
    return replicas.record(ladder)


def _check(starts: Sequence[Configuration], ladder: np.ndarray) -> None:
    """Raises ValueError where starts and temperatures do not fit each other."""
    steps = np.diff(ladder)
    if len(starts) != len(ladder) or len(ladder) < 2 or not ((steps > 0).all() or (steps < 0).all()):
        raise ValueError("tempering needs one start a rung and at least two temperatures, falling or rising")
    sizes = np.sort(starts[0].diameters)
    if any(each.box != starts[0].box or not np.array_equal(np.sort(each.diameters), sizes) for each in starts):
        raise ValueError("the starts of tempering must have the same particles and box")
