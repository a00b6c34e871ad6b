"""A chain of molecular dynamics at one temperature: it relaxes, then leaves samples, its stresses correlated.

The stress autocorrelation c(t) = V⟨σ(0)σ(t)⟩/T (González-López et al. 2021, E1) is a mean over the shears of a liquid
that is the same in all directions: the d(d − 1)/2 planes, and shears at 45° of them, ½(σ_aa − σ_bb), which stand for
the d − 1 independent differences of normal stresses. In equilibrium c(0) = ⟨U_γγ⟩/V for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from glassworks.configurations import Configuration
from glassworks.dynamics.multiple_tau import MultipleTau
from glassworks.elasticity.fluctuations import strain_derivatives
from glassworks.liquids.dynamics import DynamicsState, run_dynamics
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models.specification import Model
from glassworks.vibrations import bonds

PIECE = 10_000
"""Steps between two moments from which a chain can go on, about."""


@dataclass(frozen=True)
class Course:
    """When a chain leaves samples, in steps of molecular dynamics, whole multiples of `every`.

    Attributes:
        before: steps before the first sample.
        between: steps between samples.
        samples: how many it leaves.
        every: steps between two stresses.
        longest: longest lag of their correlation.
        period: relaxation time of the thermostats, in λ (m/ε)^½.

    Raises:
        ValueError: steps that are no such multiples, or a lag that is longer than the run between the samples.
    """

    before: int
    between: int
    samples: int
    every: int
    longest: int
    period: float

    def __post_init__(self):
        if self.before < 1 or self.between < 1 or self.before % self.every or self.between % self.every:
            raise ValueError(f"{self.before} and {self.between} steps must be multiples of {self.every}, above zero")
        if not self.every <= self.longest <= self.between * (self.samples - 1):
            raise ValueError(
                f"a lag of {self.longest} steps must be {self.every} or more, and at most the "
                f"{self.between * (self.samples - 1)} between the first sample and the last"
            )

    @property
    def end(self) -> int:
        return self.before + self.between * (self.samples - 1)

    def pieces(self) -> Iterator[tuple[int, bool]]:
        """The steps of each piece of a chain, and whether a sample is left at its end."""
        for leg in (self.before, *[self.between] * (self.samples - 1)):
            count, records = max(1, round(leg / PIECE)), leg // self.every
            ends = [self.every * (records * (k + 1) // count) for k in range(count)]
            yield from ((end - begin, end == leg) for begin, end in zip([0, *ends[:-1]], ends, strict=True))


@dataclass
class Walk:
    """A chain on its way.

    Attributes:
        start: where it began.
        state: where it is.
        correlator: of the stresses since the first sample.
        left: its samples.
        energies, pressures: means (energy a particle, pressure with its kinetic part) over the time since the sample
            before, of the first sample over the second half of its way.
        affine: U_γγ/V of each sample, a mean over shears, in ε/λ^d.
    """

    start: Configuration
    state: DynamicsState
    correlator: MultipleTau
    left: list[Configuration] = field(default_factory=list)
    energies: list[float] = field(default_factory=list)
    pressures: list[float] = field(default_factory=list)
    affine: list[float] = field(default_factory=list)
    observed: list[tuple[float, float, int]] = field(default_factory=list)

    @classmethod
    def of(cls, start: Configuration, state: DynamicsState, course: Course) -> Walk:
        """One that has not begun."""
        d = start.box.dimension
        return cls(start, replace(state, steps=0), MultipleTau(shear_weights(d), course.longest // course.every))

    def leave(self, model: Model) -> None:
        """Leave a sample."""
        energies, pressures, counts = np.array(self.observed).T
        self.left.append(self.state.configuration)
        self.energies.append(float(np.average(energies, weights=counts)))
        self.pressures.append(float(np.average(pressures, weights=counts)))
        self.observed = []
        _, born, initial = strain_derivatives(bonds(model.interaction, self.state.configuration))
        self.affine.append(float(mean_over_shears(born + initial)) / self.state.box.volume)


def anneal(
    model: Model,
    walk: Walk,
    temperature: float,
    course: Course,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory = NOTHING,
    onlooker: Onlooker = NOBODY,
) -> None:
    """Go on to the end of a chain.

    Args:
        progress: called with steps done and in all.
        memory: offered the chain between pieces.
        onlooker: sees all of it.

    Raises:
        FloatingPointError: see :func:`glassworks.liquids.dynamics.run_dynamics`.
    """
    already, done, step = walk.state.steps, 0, model.step(temperature)
    if not already:
        onlooker.begin(course.end, step, temperature, temperature)
    for steps, leaves in course.pieces():
        done += steps
        if done <= already:
            continue
        walk.state, trace = run_dynamics(
            model, walk.state, steps, temperature, period=course.period, every=course.every, onlooker=onlooker,
            stresses=done > course.before,
        )  # fmt: skip
        late = max(0, course.before // 2 - (done - steps)) // course.every
        if late < len(trace.energy):
            energy, pressure = trace.energy[late:], trace.pressure[late:]
            walk.observed.append((float(energy.mean()), float(pressure.mean()), len(energy)))
        if trace.stresses is not None:
            walk.correlator.take(shear_stresses(trace.stresses, model.dimension))
        if leaves:
            walk.leave(model)
        if progress is not None:
            progress(done, course.end)
        memory.offer(lambda: walk)


def shear_stresses(stresses: np.ndarray, d: int) -> np.ndarray:
    """σ_ab of all planes a < b, then ½(σ_aa − σ_bb), (records, d(d − 1)), from the components k ≤ l of stress tensors,
    (records, d(d + 1)/2)."""
    at = {pair: m for m, pair in enumerate(zip(*np.triu_indices(d), strict=True))}
    planes = list(combinations(range(d), 2))
    across = [stresses[:, at[a, b]] for a, b in planes]
    turned = [0.5 * (stresses[:, at[a, a]] - stresses[:, at[b, b]]) for a, b in planes]
    return np.stack([*across, *turned], axis=1)


def shear_weights(d: int) -> np.ndarray:
    """What each of these counts in a mean over the independent components of a deviator, (d(d − 1),)."""
    planes, independent = d * (d - 1) // 2, d * (d + 1) // 2 - 1
    return np.repeat([1.0 / independent, (d - 1) / (planes * independent)], planes)


def mean_over_shears(values: np.ndarray) -> np.ndarray:
    """The same mean of what :func:`glassworks.elasticity.fluctuations.strain_derivatives` gives, (…, d(d − 1)), each
    plane as it is and at 45°."""
    d = round(0.5 + np.sqrt(0.25 + values.shape[-1]))
    across, turned = np.split(shear_weights(d), 2)
    return values[..., 0::2] @ across + values[..., 1::2] @ turned
