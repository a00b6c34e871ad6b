"""Evidence of equilibrium: the overlap's relaxation time, drift, and agreement of starts from above and from below.

The energy's autocorrelation is mostly vibration and far too short; what counts is how long particles stay where they
are. That is measured on the samples themselves: the overlap of two samples of one chain, against how far apart they
are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import e, exp, inf, isfinite, isnan, log, nan, sqrt
from typing import Protocol

import numpy as np

from glassworks.configurations.configuration import Configuration
from glassworks.liquids.dynamics import DynamicsState, run_dynamics, start_dynamics
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.overlap import overlap, random_overlap
from glassworks.liquids.swap import SwapChain
from glassworks.liquids.tempering import Rounds, run_tempering
from glassworks.models.specification import Model

ALARM = 4.0  # a |z| above this fails: one false alarm in 16,000
LEAST_BEFORE = 2.0  # relaxation times before the first sample: what is left of the start has decayed to exp(-2) or so
LEAST_BETWEEN = 0.02  # relaxation times between samples: closer ones add nothing, because hardly anything has moved
SURELY = 2.0  # standard errors by which the measured relaxation time must be too long before that counts
LEAST_SPAN = 2.0  # relaxation times that all chains together last, or the decay was hardly seen twice
MANY = 10  # chains whose scatter gives an error to a quarter; of fewer, the correlation of neighbors tells more
COLD, COLDER = 1.0, 0.9  # relaxation times that a start from below spends at this fraction of the temperature
CONTINUED, SNAPSHOTS = 3, 20  # independent samples that are run on for as long again, and what is kept of each run
PIECES = 500  # of a chain from below, between which it can be cut off
BELOW_SAMPLES = 8  # of a chain from below: half a relaxation time apart they are half of the test's cost


class Chain(Protocol):
    """A trajectory at one temperature: sweeps of Monte Carlo, or steps of molecular dynamics."""

    temperature: float

    def advance(self, amount: int) -> None: ...

    def settle(self) -> None: ...

    @property
    def centered(self) -> Configuration: ...

    @property
    def energy(self) -> float: ...


class DynamicsChain:
    """Molecular dynamics behind the interface of :class:`glassworks.liquids.swap.SwapChain`; amounts are steps."""

    def __init__(self, model: Model, start: Configuration, temperature: float, rng: np.random.Generator):
        self.model, self.temperature = model, float(temperature)
        self.state: DynamicsState = start_dynamics(model, start, temperature, rng)
        self.energy = nan

    def advance(self, amount: int) -> None:
        if amount:
            self.state, trace = run_dynamics(self.model, self.state, amount, self.temperature, every=amount)
            self.energy = float(trace.energy[-1]) * len(self.state.positions)

    def settle(self) -> None:
        """Nothing accumulates."""

    @property
    def centered(self) -> Configuration:
        """The configuration; the momentum is zero, so nothing drifts."""
        return self.state.configuration


def snapshots(chain: Chain, spacing: int, count: int) -> tuple[list[Configuration], np.ndarray]:
    """`count` configurations, `spacing` sweeps (or steps) apart and without drift, and their energies a particle."""
    frames, energies = [], []
    for _ in range(count):
        chain.advance(spacing)
        chain.settle()
        frames.append(chain.centered)
        energies.append(chain.energy / len(frames[-1]))
    return frames, np.array(energies)


@dataclass(frozen=True)
class Pooled:
    """Mean of the values of several stationary series, and what its error rests on.

    Attributes:
        variance: of a single value about the common mean.
        inefficiency: how many successive values count as one.
        count: values in all.
        freedoms: degrees of freedom of the error.
    """

    mean: float
    variance: float
    inefficiency: float
    count: int
    freedoms: float

    def error(self, count: int | None = None) -> float:
        """Standard error of the mean, or of that of `count` other successive values."""
        return sqrt(self.variance * self.inefficiency / (count or self.count))


def pooled(series: Sequence[np.ndarray]) -> Pooled:
    """Pool series of successive values.

    The correlation of successive values comes from the scatter of the series' means where there are `MANY` of equal
    length, else from that of neighbors (AR(1)).
    """
    values = [np.asarray(each, dtype=float) for each in series]
    everything = np.concatenate(values)
    count, mean = len(everything), float(everything.mean())
    if count < 2:
        return Pooled(mean, nan, 1.0, count, nan)
    variance = float(((everything - mean) ** 2).sum() / (count - 1))
    length = len(values[0])
    if variance == 0.0:
        return Pooled(mean, 0.0, 1.0, count, count - 1)
    if len(values) >= MANY and all(len(each) == length for each in values):
        means = [float(each.mean()) for each in values]
        return Pooled(mean, variance, length * float(np.var(means, ddof=1)) / variance, count, len(values) - 1)
    inefficiency = _inefficiency([each - mean for each in values], variance, count)
    return Pooled(mean, variance, inefficiency, count, max(count / inefficiency - 1.0, 1.0))


def _inefficiency(centered: Sequence[np.ndarray], variance: float, length: float) -> float:
    """(1 + ρ)/(1 − ρ) from the correlation ρ of neighbors, which is low by about (1 + 4ρ)/length where the mean of so
    many values was taken off."""
    pairs = sum(len(each) - 1 for each in centered)
    if not pairs or variance == 0.0:
        return 1.0
    neighbor = sum(float((each[1:] * each[:-1]).sum()) for each in centered) / (pairs * variance)
    neighbor = min(max(neighbor + (1.0 + 4.0 * max(neighbor, 0.0)) / length, 0.0), 0.95)
    return (1.0 + neighbor) / (1.0 - neighbor)


@dataclass(frozen=True)
class Relaxation:
    """The decay of the overlap between samples of one chain, averaged over origins and chains.

    Attributes:
        time: where the normalized overlap is 1/e, in the unit of the spacing (sweeps or steps); an upper bound where
            `bound` says so; the length of the longest chain where the overlap does not fall so far.
        error: standard error of `time` (NaN where it is not known).
        resolved: the overlap fell to 1/e, and all chains together last `LEAST_SPAN` times as long or longer.
        bound: it had done so after one spacing.
        times: (k,) lags.
        overlap: (k,) (Q − Q_random)/(1 − Q_random) at each lag.
    """

    time: float
    error: float
    resolved: bool
    bound: bool
    times: np.ndarray
    overlap: np.ndarray


def relaxation_of(
    chains: Sequence[Sequence[Configuration]], spacing: float, owners: Sequence[Sequence[int]] | None = None
) -> Relaxation:
    """The overlap's relaxation time from samples `spacing` apart, saved without drift.

    Between two lags ln(−ln Q) is interpolated against ln t, which is exact for a stretched exponential. Where the
    first lag lies beyond, an exponential through it is an upper bound, because no liquid relaxes faster than
    exponentially; it goes through the overlap and two of its standard errors.

    Args:
        owners: of tempered samples, the replica of each. Only samples of one replica are then compared: exchanges soon
            bring another replica to the rung, but only what renews the replicas themselves brings new configurations.

    Raises:
        ValueError: no chain with two samples, or a spacing that is not positive.
    """
    longest = max((len(chain) for chain in chains), default=0)
    if longest < 2 or not spacing > 0:
        raise ValueError("a relaxation time needs two samples of a chain, some time apart")
    floor, least = random_overlap(chains[0][0].box), 1.0 / len(chains[0][0])
    owned = owners or [[0] * len(chain) for chain in chains]
    lags, values, error = [0], [1.0], nan
    for lag in range(1, longest):
        series = [_overlaps(chain, owner, lag) for chain, owner in zip(chains, owned, strict=True)]
        known = [each for each in series if len(each)]
        if not known:
            continue
        found = pooled(known)
        lags.append(lag)
        values.append((found.mean - floor) / (1.0 - floor))
        error = found.error() / (1.0 - floor)
        if values[-1] < exp(-1.0):
            break
    times, overlaps, last = spacing * np.array(lags, dtype=float), np.array(values), len(values) - 1
    if overlaps[-1] >= exp(-1.0):
        return Relaxation(float(times[-1]), nan, False, False, times, overlaps)
    if last == 1:
        upper = min(max(overlaps[1] + (2.0 * error if isfinite(error) else 0.0), least), exp(-1.0))
        time, error = -times[1] / log(upper), nan
    else:
        before, after = np.log(-np.log(np.clip(overlaps[-2:], least, 1.0 - least)))
        slope = (after - before) / log(lags[-1] / lags[-2])
        time = times[-2] * exp(-before / slope)
        error = time * e * error / slope
    span = spacing * sum(len(chain) - 1 for chain in chains)
    return Relaxation(float(time), float(error), bool(span >= LEAST_SPAN * time), last == 1, times, overlaps)


def _overlaps(chain: Sequence[Configuration], owner: Sequence[int], lag: int) -> np.ndarray:
    pairs = range(len(chain) - lag)
    return np.array([overlap(chain[k], chain[k + lag]) for k in pairs if owner[k] == owner[k + lag]])


def score(difference: float, error: float, freedoms: float) -> float:
    """The normal deviate as unlikely as a difference whose standard error has some degrees of freedom (Student).

    Infinite when there is a difference but no error, NaN without errors to judge by.
    """
    if error == 0.0:
        return 0.0 if difference == 0.0 else inf
    if isnan(error) or isnan(difference):
        return nan
    from scipy.special import ndtri, stdtr  # a tenth of a second that only this needs

    tail = max(stdtr(freedoms, -abs(difference) / error), 1e-300)
    return float(np.copysign(-ndtri(tail), difference))


def drift_within(energies: Sequence[np.ndarray]) -> tuple[float, float, float]:
    """Common slope of U/N against the sample's order within its chain, its error, and its degrees of freedom.

    Each chain's mean is taken off, so differences between chains do not count. The error comes from the scatter of
    the chains' own slopes where there are `MANY`, else from the residuals and the correlation of neighbors.
    """
    long = [np.asarray(each, dtype=float) for each in energies if len(each) > 2]
    if not long:
        return nan, nan, nan
    orders = [np.arange(len(each)) - 0.5 * (len(each) - 1) for each in long]
    weights = np.array([(order**2).sum() for order in orders])
    slopes = np.array([(order * each).sum() for order, each in zip(orders, long, strict=True)]) / weights
    mean = float((weights * slopes).sum() / weights.sum())
    if len(long) >= MANY:
        spread = float((weights * (slopes - mean) ** 2).sum() / weights.sum())
        return mean, sqrt(spread / (len(long) - 1)), len(long) - 1
    left = [each - each.mean() - mean * order for order, each in zip(orders, long, strict=True)]
    residual, values = sum(float((each**2).sum()) for each in left), sum(map(len, left))
    inefficiency = _inefficiency(left, residual / values, values / len(left))
    freedoms = max((values - len(left) - 1) / inefficiency, 1.0)
    return mean, sqrt(residual / freedoms / weights.sum()), freedoms


def from_below(
    chain: Chain,
    cold: int,
    before: int,
    between: int,
    samples: int = BELOW_SAMPLES,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory = NOTHING,
) -> np.ndarray:
    """Energies (samples,) U/N of a chain that is cooled to 0.9 T for `cold` sweeps (or steps), then brought back to T.

    There it makes the `before` and `between` of the ensemble that it is to be compared with.

    Args:
        progress, memory: as those of :func:`glassworks.liquids.swap.run_swap_chain`.
    """
    warm = chain.temperature
    legs = [(COLDER * warm, cold), (warm, max(before - between, 0)), *[(warm, between)] * samples]
    total = sum(amount for _, amount in legs)
    chain, leg, done, energies = memory.recall() or (chain, 0, 0, [])
    while leg < len(legs):
        chain.temperature, amount = legs[leg]
        while done < amount:
            piece = min(max(1, total // PIECES), amount - done)
            chain.advance(piece)
            done += piece
            if progress is not None:
                progress(sum(each for _, each in legs[:leg]) + done, total)
            memory.offer(partial(tuple, (chain, leg, done, energies)))
        if leg > 1:
            chain.settle()
            energies.append(chain.energy / len(chain.centered))
        leg, done = leg + 1, 0
    return np.array(energies)


def tempered_from_below(
    model: Model,
    start: Configuration,
    temperatures: Sequence[float],
    sweeps_between_exchanges: int,
    cold: int,
    before: int,
    between: int,
    rng: np.random.Generator,
    swap_fraction: float = 0.2,
    samples: int = BELOW_SAMPLES,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory = NOTHING,
) -> np.ndarray:
    """Energies (samples,) U/N at the coldest rung of a tempering run whose replicas all come from below.

    A chain cools the start to 0.9 of the coldest temperature for `cold` sweeps; the replicas start from what it
    leaves along the second half.

    Args:
        temperatures: of the ladder, falling.
        before, between: rounds of exchanges before the first sample and between samples.
        progress, memory: as those of :func:`glassworks.liquids.tempering.run_tempering`.
    """
    frames = [start] * len(temperatures)
    if memory.recall() is None:
        chain = SwapChain(model, start, COLDER * temperatures[-1], rng, swap_fraction)
        chain.advance(cold // 2)
        frames, _ = snapshots(chain, max(1, cold // (2 * len(temperatures))), len(temperatures))
    rounds = Rounds(sweeps_between_exchanges, before + between * (samples - 1))
    record = run_tempering(model, frames, temperatures, rounds, rng, swap_fraction, progress, memory)
    return record.energies[before - 1 :: between, -1]


def faults(row: dict, relaxation: Relaxation) -> list[str]:
    """Every reason why an ensemble does not count as equilibrated."""
    found = []
    if not relaxation.resolved:
        found.append("the overlap's relaxation time was not resolved")
    error = relaxation.error if isfinite(relaxation.error) else 0.0
    surely = max(relaxation.time - SURELY * error, 0.5 * relaxation.time)
    if not row["before_ratio"] * relaxation.time >= LEAST_BEFORE * surely:
        found.append(f"only {row['before_ratio']:.2g} relaxation times before the first sample")
    if row["between_ratio"] < LEAST_BETWEEN:
        found.append(f"only {row['between_ratio']:.2g} relaxation times between samples")
    if abs(row["drift_z"]) > ALARM:
        found.append(f"the energy drifts within chains (z = {row['drift_z']:.1f})")
    if not abs(row["agreement_z"]) <= ALARM:
        found.append(f"starts from above and below disagree (z = {row['agreement_z']:.1f})")
    if row["round_trips"] == 0:
        found.append("no replica went from the warmest rung to the coldest and back")
    return found


def assess_equilibrium(
    relaxation: Relaxation,
    energies: Sequence[np.ndarray],
    below: np.ndarray,
    before: float,
    between: float,
    declared: float = nan,
    round_trips: float = nan,
) -> dict[str, float | bool | str]:
    """Evidence that an ensemble of chains at one temperature is in equilibrium.

    Args:
        relaxation: measured on the chains, in the unit of the next two.
        energies: (samples,) U/N of each chain.
        below: U/N of samples that come from below (:func:`from_below`), spaced as those of the chains.
        before, between: sweeps (or steps) before a chain's first sample and between samples; NaN between samples that
            are independent.
        declared: the relaxation time that was expected.
        round_trips: of replicas, where these samples were tempered.

    Returns:
        one row: relaxation_sweeps, relaxation_error, relaxation_bound, relaxation_declared, before_ratio and
        between_ratio (over the measured time), drift and drift_error (U/N per sample), drift_z, energy_above,
        energy_above_error, energy_below, energy_below_error, agreement_z, round_trips, passed, reason. `passed` needs
        a resolved time, `LEAST_BEFORE` (short of it by more than `SURELY` errors of the time), `LEAST_BETWEEN`, both
        |z| < `ALARM` (which a sound ensemble fails by chance once in 8,000; once in 1,000 where a single chain of
        twenty samples, their correlation 0.3, is all there is), and a round trip where tempered. Errors of both
        energies come from the fluctuations of the chains, because a handful of samples from below cannot tell their
        own.

    Raises:
        ValueError: no energies.
    """
    if not energies or not all(len(each) for each in energies) or not len(below):
        raise ValueError("no samples to assess")
    above, energy_below = pooled(energies), float(np.mean(below))
    errors = above.error(), above.error(len(below))
    drift, drift_error, freedoms = drift_within(energies)
    row = {
        "relaxation_sweeps": relaxation.time,
        "relaxation_error": relaxation.error,
        "relaxation_bound": relaxation.bound,
        "relaxation_declared": float(declared),
        "before_ratio": before / relaxation.time,
        "between_ratio": between / relaxation.time,
        "drift": drift,
        "drift_error": drift_error,
        "drift_z": score(drift, drift_error, freedoms),
        "energy_above": above.mean,
        "energy_above_error": errors[0],
        "energy_below": energy_below,
        "energy_below_error": errors[1],
        "agreement_z": score(energy_below - above.mean, float(np.hypot(*errors)), above.freedoms),
        "round_trips": float(round_trips),
    }
    found = faults(row, relaxation)
    return row | {"passed": not found, "reason": "; ".join(found) or "ok"}
