"""Evidence of equilibrium: the overlap's relaxation time, drift, and agreement of starts from above and from below.

The energy's autocorrelation is mostly vibration and far too short; what counts is how long particles stay where they
are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, nan, sqrt
from typing import Protocol

import numpy as np

from glassworks.configurations.configuration import Configuration
from glassworks.liquids.dynamics import DynamicsState, run_dynamics, start_dynamics
from glassworks.liquids.overlap import overlap, random_overlap
from glassworks.liquids.swap import SwapChain
from glassworks.models.specification import Model

SNAPSHOTS = 200
ORIGINS = 50
ALARM = 4.0  # a |z| above this fails: one false alarm in 16,000 for a normal deviate
LEAST_BEFORE = 2.0  # relaxation times before the first sample
LEAST_BETWEEN = 0.25  # relaxation times between samples (intervals give closer ones a common weight)


class Chain(Protocol):
    """A trajectory at one temperature: sweeps of Monte Carlo, or steps of molecular dynamics."""

    temperature: float
    drift: np.ndarray

    def advance(self, amount: int) -> None: ...

    def settle(self) -> None: ...

    @property
    def configuration(self) -> Configuration: ...

    @property
    def energy(self) -> float: ...


class DynamicsChain:
    """Molecular dynamics behind the interface of :class:`glassworks.liquids.swap.SwapChain`; amounts are steps."""

    def __init__(self, model: Model, start: Configuration, temperature: float, rng: np.random.Generator):
        self.model, self.temperature = model, float(temperature)
        self.state: DynamicsState = start_dynamics(model, start, temperature, rng)
        self.drift = np.zeros(start.box.dimension)
        self.energy = nan

    def advance(self, amount: int) -> None:
        if amount:
            self.state, trace = run_dynamics(self.model, self.state, amount, self.temperature, every=amount)
            self.energy = float(trace.energy[-1]) * len(self.state.positions)

    def settle(self) -> None:
        """Nothing accumulates."""

    @property
    def configuration(self) -> Configuration:
        return self.state.configuration


ChainMaker = Callable[[Model, Configuration, float, np.random.Generator], Chain]


@dataclass(frozen=True)
class Relaxation:
    """The decay of the overlap, from many origins along one trajectory.

    Attributes:
        time: the first time at which the normalized overlap is 1/e (interpolated), in sweeps (or steps); the length
            of the measurement if it never is.
        resolved: the time lies between one snapshot's spacing and a quarter of the trajectory.
        times: (k,) lags.
        overlap: (k,) (Q − Q_random)/(1 − Q_random) at each lag.
        energies: (snapshots,) U/N along the trajectory.
        end: the last configuration.
    """

    time: float
    resolved: bool
    times: np.ndarray
    overlap: np.ndarray
    energies: np.ndarray
    end: Configuration


def snapshots(chain: Chain, spacing: int, count: int) -> tuple[list[Configuration], np.ndarray, np.ndarray]:
    """`count` configurations `spacing` apart, drifts (count, d) and energies a particle (count,)."""
    frames, drifts, energies = [], [], []
    for _ in range(count):
        chain.advance(spacing)
        chain.settle()
        frames.append(chain.configuration)
        drifts.append(chain.drift.copy())
        energies.append(chain.energy / len(frames[-1]))
    return frames, np.array(drifts), np.array(energies)


def decay(frames: Sequence[Configuration], drifts: np.ndarray, floor: float) -> np.ndarray:
    """Normalized overlap at lags 0, 1, … until it has fallen below 1/e or three quarters of the frames are used."""
    count = len(frames)
    values = [1.0]
    for lag in range(1, max(2, 3 * count // 4)):
        origins = range(0, count - lag, max(1, (count - lag) // ORIGINS))
        mean = np.mean([overlap(frames[o], frames[o + lag], drifts[o + lag] - drifts[o]) for o in origins])
        values.append(float((mean - floor) / (1.0 - floor)))
        if values[-1] < exp(-1.0):
            break
    return np.array(values)


def relaxation_of(chain: Chain, amount: int, count: int = SNAPSHOTS) -> Relaxation:
    """Measure the relaxation along the next `amount` sweeps (or steps) of a chain."""
    if amount < 2:
        raise ValueError(f"a relaxation time cannot be measured in {amount} sweeps")
    count = min(count, amount)
    spacing = amount // count
    frames, drifts, energies = snapshots(chain, spacing, count)
    values = decay(frames, drifts, random_overlap(frames[0].box))
    times = spacing * np.arange(len(values))
    if values[-1] < exp(-1.0):
        above, below = values[-2], values[-1]
        time = spacing * (len(values) - 2 + (above - exp(-1.0)) / (above - below))
    else:
        time = float(spacing * count)
    resolved = spacing <= time <= 0.25 * spacing * count
    return Relaxation(float(time), bool(resolved), times, values, energies, frames[-1])


def relaxation_sweeps(
    model: Model,
    start: Configuration,
    temperature: float,
    sweeps: int,
    rng: np.random.Generator,
    make_chain: ChainMaker = SwapChain,
) -> Relaxation:
    """Overlap relaxation of a liquid that is in equilibrium at `start`, from a run of `sweeps` sweeps.

    Its statistical error is about 10 % when the run lasts twenty relaxation times at N = 1000.

    Args:
        make_chain: `SwapChain`, or `DynamicsChain` (then sweeps are steps).

    Raises:
        ValueError: fewer than two sweeps.
    """
    return relaxation_of(make_chain(model, start, temperature, rng), sweeps)


def correlated_error(values: np.ndarray) -> float:
    """Standard error of the mean of successive values, widened for the correlation of neighbors (AR(1))."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return nan
    centered = values - values.mean()
    variance = float((centered**2).mean())
    if variance == 0.0:
        return 0.0
    neighbor = float((centered[1:] * centered[:-1]).sum() / (len(values) * variance))
    # the estimate of a correlation is low by about (1 + 4ρ)/n
    neighbor = min(max(neighbor + (1.0 + 4.0 * max(neighbor, 0.0)) / len(values), 0.0), 0.95)
    return sqrt(variance / (len(values) - 1) * (1.0 + neighbor) / (1.0 - neighbor))


def mean_of_chains(energies: Sequence[np.ndarray]) -> tuple[float, float]:
    """Mean over all samples and its error (from the scatter of the chains' means, given five of equal length)."""
    everything = np.concatenate([np.asarray(each, dtype=float) for each in energies])
    if len(energies) >= 5 and len({len(each) for each in energies}) == 1:
        means = np.array([np.mean(each) for each in energies])
        return float(means.mean()), float(means.std(ddof=1) / sqrt(len(means)))
    errors = [correlated_error(each) * len(each) for each in energies if len(each) > 1]
    if not errors:
        return float(everything.mean()), nan
    used = sum(len(each) for each in energies if len(each) > 1)
    return float(everything.mean()), float(sqrt(sum(error**2 for error in errors)) / used)


def drift_within(energies: Sequence[np.ndarray]) -> tuple[float, float]:
    """Common slope of U/N against the sample's order within its chain, and its error.

    Each chain's mean is taken off, so differences between chains do not count. The error comes from the scatter of
    the chains' own slopes where there are five or more, else from the residuals.
    """
    long = [np.asarray(each, dtype=float) for each in energies if len(each) > 2]
    if not long:
        return nan, nan
    orders = [np.arange(len(each)) - 0.5 * (len(each) - 1) for each in long]
    weights = np.array([(order**2).sum() for order in orders])
    slopes = np.array([(order * each).sum() for order, each in zip(orders, long, strict=True)]) / weights
    mean = float((weights * slopes).sum() / weights.sum())
    if len(long) >= 5:
        spread = float((weights * (slopes - mean) ** 2).sum() / weights.sum())
        return mean, sqrt(spread / (len(long) - 1))
    residual = sum(
        float(((each - each.mean() - mean * order) ** 2).sum()) for order, each in zip(orders, long, strict=True)
    )
    freedoms = sum(len(each) - 1 for each in long) - 1
    return mean, sqrt(residual / max(freedoms, 1) / weights.sum())


def deviation(difference: float, *errors: float) -> float:
    """Difference over its error; infinite when there is a difference but no error, NaN without errors to judge by."""
    error = sqrt(sum(each**2 for each in errors))
    if error == 0.0:
        return 0.0 if difference == 0.0 else float("inf")
    return difference / error


def from_below(
    chain: Chain, temperature: float, relaxation: int, cold: float, settle: float, samples: int
) -> np.ndarray:
    """Energies (samples,) of a chain that was cooled to 0.9 T for `cold` relaxation times, then brought back to T.

    It settles for `settle` relaxation times; samples are half of one apart.
    """
    chain.temperature = 0.9 * temperature
    chain.advance(max(1, int(cold * relaxation)))
    chain.temperature = temperature
    chain.advance(max(1, int(settle * relaxation)))
    return snapshots(chain, max(1, relaxation // 2), samples)[2]


def faults(row: dict, resolved: bool) -> list[str]:
    """Every reason why an ensemble does not count as equilibrated."""
    found = []
    if not resolved:
        found.append("the overlap's relaxation time was not resolved")
    if not row["before_ratio"] >= LEAST_BEFORE:
        found.append(f"only {row['before_ratio']:.2g} relaxation times before the first sample")
    if not row["between_ratio"] >= LEAST_BETWEEN:
        found.append(f"only {row['between_ratio']:.2g} relaxation times between samples")
    if row["drift_error"] == row["drift_error"]:
        z = deviation(row["drift"], row["drift_error"])
        if abs(z) > ALARM:
            found.append(f"the energy drifts within chains (z = {z:.1f})")
    if not abs(row["agreement_z"]) <= ALARM:
        found.append(f"starts from above and below disagree (z = {row['agreement_z']:.1f})")
    return found


def assess_equilibrium(
    model: Model,
    chains: Sequence[Sequence[Configuration]],
    energies: Sequence[np.ndarray],
    temperature: float,
    declared_relaxation: float,
    before: int,
    between: int,
    rng: np.random.Generator,
    make_chain: ChainMaker = SwapChain,
    window: float = 8.0,
    cold: float = 1.5,
    settle: float = 3.0,
    samples: int = 10,
) -> dict[str, float | bool | str]:
    """Evidence that an ensemble of chains at one temperature is in equilibrium.

    One chain is continued for `window` declared relaxation times to measure the overlap's relaxation time, then
    cooled to 0.9 T and brought back (:func:`from_below`); its mean energy there is compared with that of all chains.
    In all this costs about window + cold + settle + samples/2 relaxation times.

    Args:
        chains: the samples of each chain, in order.
        energies: (samples,) U/N of each.
        declared_relaxation: in sweeps (or steps, with `DynamicsChain`).
        before, between: sweeps before a chain's first sample and between samples.

    Returns:
        one row: relaxation_sweeps, relaxation_declared, before_ratio, between_ratio (over the measured time), drift and
        drift_error (U/N per sample), energy_above, energy_above_error, energy_below, energy_below_error, agreement_z,
        passed, reason. `passed` needs `LEAST_BEFORE` and `LEAST_BETWEEN` ratios and both |z| < `ALARM`, which a sound
        ensemble of many samples fails by chance about once in 8,000.

    Raises:
        ValueError: no samples, or a relaxation time below one sweep.
    """
    if not chains or not all(len(each) for each in chains):
        raise ValueError("no samples to assess")
    if not declared_relaxation >= 1:
        raise ValueError(f"declared relaxation time must be at least one sweep, not {declared_relaxation}")
    start = chains[int(rng.integers(len(chains)))][-1]
    chain = make_chain(model, start, temperature, rng)
    measured = relaxation_of(chain, max(2, int(window * declared_relaxation)))
    unit = max(1, round(max(measured.time, declared_relaxation) if measured.resolved else declared_relaxation))
    below = from_below(chain, temperature, unit, cold, settle, samples)
    energy_above, above_error = mean_of_chains(energies)
    energy_below, below_error = float(below.mean()), correlated_error(below)
    if above_error != above_error:
        above_error = below_error * sqrt(len(below) / sum(len(each) for each in energies))
    drift, drift_error = drift_within(energies)
    row = {
        "relaxation_sweeps": measured.time,
        "relaxation_declared": float(declared_relaxation),
        "before_ratio": before / measured.time,
        "between_ratio": between / measured.time,
        "drift": drift,
        "drift_error": drift_error,
        "energy_above": energy_above,
        "energy_above_error": above_error,
        "energy_below": energy_below,
        "energy_below_error": below_error,
        "agreement_z": deviation(energy_below - energy_above, above_error, below_error),
    }
    found = faults(row, measured.resolved)
    return row | {"passed": not found, "reason": "; ".join(found) or "ok"}
