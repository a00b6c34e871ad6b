"""Parallel tempering: replicas of swap Monte Carlo over a ladder of temperatures, which exchange configurations.

After each round of sweeps, neighbors on the ladder exchange with probability min(1, exp[(β_a − β_b)(U_a − U_b)])
(Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996)): even pairs after even rounds, odd pairs after odd ones.
All temperatures share the same particles and box, so the exchange keeps the canonical distribution at every rung.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
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


def exchange(chains: list[SwapChain], occupant: np.ndarray, first: int, rng: np.random.Generator, tally: np.ndarray):
    """Try to exchange rungs (first, first + 1), (first + 2, first + 3), …; `occupant[rung]` is a replica's number.

    What moves is the temperature: a replica keeps its configuration, its lists and its stream.
    """
    for rung in range(first, len(occupant) - 1, 2):
        a, b = chains[occupant[rung]], chains[occupant[rung + 1]]
        tally[0, rung] += 1
        if rng.random() < exchange_probability(1.0 / a.temperature, 1.0 / b.temperature, a.energy, b.energy):
            a.temperature, b.temperature = b.temperature, a.temperature
            occupant[rung], occupant[rung + 1] = occupant[rung + 1], occupant[rung]
            tally[1, rung] += 1


def run_tempering(
    model: Model,
    starts: Sequence[Configuration],
    temperatures: Sequence[float],
    sweeps_between_exchanges: int,
    exchanges: int,
    rng: np.random.Generator,
    keep_every: int = 0,
    keep_from: int = 1,
    swap_fraction: float = 0.2,
    displacement: float = DISPLACEMENT,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory = NOTHING,
) -> TemperingRecord:
    """Run all replicas, one after the other, for `exchanges` rounds.

    Args:
        starts: one configuration a rung, of the same particles and box.
        temperatures: strictly monotonic, one a rung.
        sweeps_between_exchanges: sweeps of each replica in a round.
        keep_every: keep the last rung's configuration every so many rounds, from round `keep_from` on; 0 keeps none.
        progress: called with (rounds done, rounds in all).
        memory: offered the run's state after every round.

    Raises:
        ValueError: starts and temperatures that do not fit each other, or numbers below one.
        ArithmeticError: see :meth:`glassworks.liquids.swap.SwapChain.settle`.
    """
    ladder = np.array(temperatures, dtype=float)
    if (
        len(starts) != len(ladder)
        or len(ladder) < 2
        or not (np.all(np.diff(ladder) > 0) or np.all(np.diff(ladder) < 0))
    ):
        raise ValueError("tempering needs one start a rung and at least two temperatures, falling or rising")
    sizes = np.sort(starts[0].diameters)
    if any(each.box != starts[0].box or not np.array_equal(np.sort(each.diameters), sizes) for each in starts):
        raise ValueError("the starts of tempering must have the same particles and box")
    if sweeps_between_exchanges < 1 or exchanges < 1:
        raise ValueError("tempering needs at least one sweep between exchanges and one exchange")
    state = memory.recall()
    if state is None:
        chains = [
            SwapChain(model, start, temperature, stream, swap_fraction, displacement)
            for start, temperature, stream in zip(starts, ladder, rng.spawn(len(ladder)), strict=True)
        ]
        shape = (exchanges, len(ladder))
        traces = np.empty(shape), np.empty(shape), np.empty(shape, dtype=np.int64)
        state = 0, chains, np.arange(len(ladder)), np.zeros((2, len(ladder) - 1), dtype=np.int64), traces, [], [], rng
    done, chains, occupant, tally, traces, kept, owners, rng = state
    energies, pressures, replicas = traces
    for turn in range(done, exchanges):
        for chain in chains:
            chain.advance(sweeps_between_exchanges)
            chain.settle()
        standing = [chains[replica] for replica in occupant]
        energies[turn] = [chain.energy / chain.n for chain in standing]
        pressures[turn] = [chain.pressure for chain in standing]
        replicas[turn] = occupant
        if keep_every and turn + 1 >= keep_from and (turn + 1 - keep_from) % keep_every == 0:
            kept.append(standing[-1].centered)
            owners.append(int(occupant[-1]))
        exchange(chains, occupant, turn % 2, rng, tally)
        if progress is not None:
            progress(turn + 1, exchanges)
        memory.offer(partial(tuple, (turn + 1, chains, occupant, tally, traces, kept, owners, rng)))
    rates = tally[1] / np.maximum(tally[0], 1)
    final = [chains[replica].centered for replica in occupant]
    return TemperingRecord(
        ladder, energies, pressures, rates, count_round_trips(replicas), replicas, kept, np.array(owners), final
    )
