"""Molecular dynamics at constant temperature or energy.

Velocity Verlet between half steps of a chain of two Nosé-Hoover thermostats (Martyna, Klein and Tuckerman, J. Chem.
Phys. 97, 2635 (1992)): a time-reversible, second-order integrator with inertias Q_1 = g T τ² and Q_2 = T τ², g = d(N
− 1) degrees of freedom, and relaxation time τ (`PERIOD` unless given). Its conserved quantity is

    H' = U + K + ½ Q_1 ζ_1² + ½ Q_2 ζ_2² + T (g ξ_1 + ξ_2)

A single thermostat (`links` = 1, without the terms of index 2) is what a temperature that changes steadily needs: there
ζ_1 must stay away from zero, which the second thermostat of a chain would take for heat and damp, so that the liquid
would lag behind.

A state holds all that the next step depends on, the points where the neighbor list was made included: a run that is
interrupted and continued gives the bits of one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration, first_lost
from glassworks.configurations.fitting import check_kind
from glassworks.configurations.pair_sums import forces_once
from glassworks.configurations.pencils import arranged, from_slots, layout_of, no_neighbors, to_slots
from glassworks.lanes import processor_lanes
from glassworks.liquids import dynamics_kernel as kernel
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models.specification import Model

PERIOD = 0.5  # τ of the thermostat, in λ (m/ε)^½
# Neighbors (measured at N = 4000, T near freezing, four lanes). By dimension:
SKIN = {2: 0.2, 3: 0.2, 4: 0.25}  # of the narrow rows, in λ
WIDE_SKIN = {2: 1.5, 3: 1.5, 4: 0.9}  # of the wide ones
PLAIN_SKIN = 0.4  # of the plain list
RECORD_EVERY = 10  # steps between two entries of a trace


@dataclass(frozen=True)
class DynamicsState:
    """All that the next step depends on.

    Attributes:
        positions: (N, d), within a skin of the box.
        velocities, forces: (N, d); the momenta's sum is zero.
        origin: (N, d) positions, inside the box, at which the neighbor list was made.
        bath: (2, links) positions ξ (row 0) and velocities ζ (row 1) of the thermostats.
        diameters: (N,).
        box: the box.
        steps: steps made so far.
        masses: m_i, (N,); None for unit masses.
    """

    positions: np.ndarray
    velocities: np.ndarray
    forces: np.ndarray
    origin: np.ndarray
    bath: np.ndarray
    diameters: np.ndarray
    box: Box
    steps: int = 0
    masses: np.ndarray | None = None

    @property
    def configuration(self) -> Configuration:
        return Configuration(self.positions, self.diameters, self.box)

    @property
    def freedoms(self) -> int:
        """g = d (N − 1)."""
        return self.box.dimension * (len(self.positions) - 1)

    @property
    def kinetic_temperature(self) -> float:
        """Σ m v² / g."""
        return twice_kinetic(self.velocities, self.masses) / self.freedoms


def twice_kinetic(velocities: np.ndarray, masses: np.ndarray | None) -> float:
    """Σ m v² of velocities (N, d) and masses (N,), or None for unit masses."""
    return float((velocities**2 if masses is None else masses[:, None] * velocities**2).sum())


def drawn_velocities(
    shape: tuple[int, int], masses: np.ndarray | None, temperature: float, rng: np.random.Generator
) -> np.ndarray:
    """Velocities (N, d) of Maxwell's distribution, of variance T/m_i, less that of the center of mass."""
    velocities = np.sqrt(temperature) * rng.standard_normal(shape)
    if masses is None:
        return velocities - velocities.mean(axis=0)
    velocities /= np.sqrt(masses)[:, None]
    return velocities - masses @ velocities / masses.sum()


@dataclass(frozen=True)
class Trace:
    """Observables at regular steps of one run, each of shape (records,).

    Attributes:
        time: in λ (m/ε)^½, from the start of the run.
        energy: U/N, in ε.
        temperature: Σ m v² / g, in ε.
        pressure: (W/d + N Σ m v²/g) / V, in ε/λ^d.
        conserved: H'/N (H/N without thermostat), in ε; conserved only while the temperature is constant.
        stresses: Σ f_k r_l / V over pairs, k ≤ l (xx, xy, xz, yy, yz, zz in three dimensions), in ε/λ^d: the potential
            part of the pressure tensor, (records, d(d + 1)/2); none unless it was asked for.
    """

    time: np.ndarray
    energy: np.ndarray
    temperature: np.ndarray
    pressure: np.ndarray
    conserved: np.ndarray
    stresses: np.ndarray | None = None


@dataclass(frozen=True)
class DynamicsRecord:
    """A configuration at the end of a run at constant temperature, and averages over its second half.

    Attributes:
        configuration: the end.
        conserved_drift: slope of H'/N in time times the length of the run, over T.
        energy, pressure, temperature: means over the second half, in reduced units (energy a particle).
        state: to go on from.
        trace: the run.
    """

    configuration: Configuration
    conserved_drift: float
    energy: float
    pressure: float
    temperature: float
    state: DynamicsState
    trace: Trace


class Runner:
    """The arrays that the kernel works on, by component and slot, and the neighbors.

    Args:
        lanes: numbers in a register; 0 for the plain list, None for what suits this processor.

    Raises:
        ValueError: see :func:`glassworks.configurations.pencils.layout_of`.
        FloatingPointError: a number of the state is not finite (says of which step and particle).
    """

    def __init__(self, model: Model, state: DynamicsState, lanes: int | None = None):
        n, d = state.positions.shape
        if (particle := first_lost(state.positions, state.velocities, state.forces, state.origin)) is not None:
            raise FloatingPointError(f"step {state.steps}: particle {particle} is lost (not finite)")
        self.box, self.diameters = state.box, state.diameters
        self.vectors = processor_lanes() if lanes is None else lanes
        self.lanes = (0,) * max(self.vectors, 1)
        wide = WIDE_SKIN[d] if self.vectors else PLAIN_SKIN
        self.layout = layout_of(model.interaction, self.diameters, self.box, self.vectors, SKIN[d], wide)
        self.reach = 0.5 * (self.layout.wide_skin - self.layout.skin)
        self.neighbors = no_neighbors(self.layout, n, self.vectors)
        self.places, self.velocities, self.forces, self.origin = np.zeros((4, d, self.layout.slots))
        self.sizes = np.empty(self.layout.slots)
        self.bath = state.bath.copy()
        self.masses = model.masses_of(self.diameters)
        self.list_from(state.origin)
        self.put(state.positions, state.velocities, state.forces)

    @property
    def particle(self) -> np.ndarray:
        """(slots,) the number of the particle that a slot holds, −1 for none."""
        return self.neighbors.particle

    def put(self, positions: np.ndarray, velocities: np.ndarray, forces: np.ndarray) -> None:
        """Fill the slots from arrays (N, d)."""
        for array, rows in ((self.places, positions), (self.velocities, velocities), (self.forces, forces)):
            to_slots(rows, self.particle, self.layout.empty if array is self.places else 0.0, array)

    def get(self) -> list[np.ndarray]:
        """Positions, velocities and forces (N, d)."""
        out = []
        for array in (self.places, self.velocities, self.forces):
            out.append(np.empty((len(self.diameters), self.box.dimension)))
            from_slots(array, self.particle, out[-1])
        return out

    def list_from(self, origin: np.ndarray) -> None:
        """Slots and neighbors for particles near `origin` (N, d)."""
        self.made_at = origin
        order = np.argsort(origin[:, -1], kind="stable")
        self.neighbors = arranged(
            origin, self.diameters, order, self.layout, self.neighbors, self.origin, self.sizes, self.lanes
        )

    def relist(self) -> None:
        """Wrap the particles and make their neighbors anew."""
        positions, velocities, forces = self.get()
        wrapped = self.box.wrap(positions)
        self.list_from(wrapped)
        self.put(wrapped, velocities, forces)

    def sum_forces(self) -> tuple[float, float]:
        """Forces from the present neighbors; returns U and W."""
        return forces_once(self.places, self.sizes, self.neighbors, self.layout, self.forces, self.lanes)

    def run(
        self, course: kernel.Course, steps: int, already: int, onlooker: Onlooker = NOBODY, stresses: bool = False
    ) -> kernel.Record:
        """Make `steps` steps, with a pause where it is looked at; returns what was recorded, steps // every rows.

        Args:
            already: steps that the state had made before.
            stresses: whether stresses are recorded.
        """
        records, d = steps // course.every, self.box.dimension
        record = kernel.Record(np.empty((records, 4)), np.zeros((records, d * (d + 1) // 2)) if stresses else ())
        motion = self.motion()
        done, status = 0, kernel.FINE
        while done < steps:
            wanted = onlooker.next - already
            pause = int(wanted) if done < wanted < steps else steps
            around = kernel.Surroundings(self.layout, self.neighbors, self.sizes, self.origin, self.reach)
            moved = status == kernel.MOVED
            done, status, slot = kernel.steps(motion, around, course, done, moved, pause, record, self.lanes)
            if status == kernel.BROKEN:
                raise FloatingPointError(
                    f"step {already + done}: particle {self.particle[slot]} is lost (not finite or too fast)"
                )
            if status == kernel.MOVED:
                self.relist()
                motion = self.motion()
            elif already + done == onlooker.next:
                onlooker.take(self.state(already + done))
        return record

    def motion(self) -> kernel.Motion:
        """What moves."""
        return kernel.Motion(self.places, self.velocities, self.forces, self.masses_by_slot(), self.bath)

    def masses_by_slot(self) -> np.ndarray | None:
        """(slots,), 1 where there is no particle; None for unit masses."""
        if self.masses is None:
            return None
        return np.where(self.particle >= 0, self.masses[self.particle], 1.0)

    def state(self, steps: int) -> DynamicsState:
        return DynamicsState(*self.get(), self.made_at, self.bath.copy(), self.diameters, self.box, steps, self.masses)


def start_dynamics(
    model: Model, configuration: Configuration, temperature: float, rng: np.random.Generator, links: int = 2
) -> DynamicsState:
    """A state with velocities drawn from Maxwell's distribution, then given zero momentum and exactly the temperature.

    Args:
        links: 2 for a chain of thermostats, 1 for a single one.

    Raises:
        ValueError: a temperature that is not positive, another number of links, or see
            :func:`glassworks.configurations.check_kind`; or a diameter of which the model tells no mass.
        FloatingPointError: a coordinate, or a force there, is not finite (says of which particle).
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, not {temperature}")
    if links not in (1, 2):
        raise ValueError(f"links must be 1 or 2, not {links}")
    check_kind(model, configuration)
    masses = model.masses_of(configuration.diameters)
    velocities = drawn_velocities(configuration.positions.shape, masses, 1.0, rng)
    freedoms = configuration.box.dimension * (len(configuration) - 1)
    velocities *= np.sqrt(temperature * freedoms / twice_kinetic(velocities, masses))
    still = np.zeros_like(velocities)
    points = configuration.positions
    state = DynamicsState(
        points, velocities, still, points, np.zeros((2, links)), configuration.diameters, configuration.box
    )
    runner = Runner(model, state)
    runner.sum_forces()
    return runner.state(0)


def run_dynamics(
    model: Model,
    state: DynamicsState,
    steps: int,
    temperature: float | None,
    step: float | None = None,
    period: float = PERIOD,
    rate: float = 0.0,
    every: int = RECORD_EVERY,
    lanes: int | None = None,
    onlooker: Onlooker = NOBODY,
    stresses: bool = False,
) -> tuple[DynamicsState, Trace]:
    """Go on from a state.

    Args:
        steps: number of steps.
        temperature: of the thermostat, or None for constant energy.
        step: Δt; by default the model's at this temperature (with None: at the state's kinetic temperature).
        period: the thermostat's relaxation time τ.
        rate: dT/dt of the thermostat, from `temperature` at the first step.
        every: steps between two records of the trace.
        lanes: see :class:`Runner`; forces differ by rounding between one number and another.
        onlooker: sees the state at the steps that it wants, counted as the state counts them.
        stresses: whether the trace gets stresses; no bit of the run depends on it.

    Returns:
        the state afterwards and the trace.

    Raises:
        ValueError: a parameter out of range.
        FloatingPointError: a particle's coordinate is not finite, or it moved by half the skin in one step (says
            which step and particle).
    """
    if steps < 0 or every < 1 or not period > 0:
        raise ValueError(f"need steps >= 0, every >= 1 and period > 0, not {steps}, {every} and {period}")
    if temperature is not None and not temperature > 0:
        raise ValueError(f"temperature must be positive, not {temperature}")
    state = replace(state, masses=model.masses_of(state.diameters))
    if step is None:
        step = model.step(state.kinetic_temperature if temperature is None else temperature)
    if temperature is not None and not temperature + rate * step * steps > 0:
        raise ValueError(f"the temperature would fall to {temperature + rate * step * steps}")
    if onlooker.next == state.steps:
        onlooker.take(state)
    runner = Runner(model, state, lanes)
    n, d = state.positions.shape
    target, tau = (0.0, 0.0) if temperature is None else (float(temperature), float(period))
    course = kernel.Course(float(step), n, target, float(rate), tau, every)
    record = runner.run(course, steps, state.steps, onlooker, stresses)
    energy, twice, virial, bath = record.trace.T
    return runner.state(state.steps + steps), Trace(
        time=step * every * np.arange(1, len(record.trace) + 1),
        energy=energy / n,
        temperature=twice / state.freedoms,
        pressure=(virial / d + n * twice / state.freedoms) / state.box.volume,
        conserved=(energy + 0.5 * twice + bath) / n,
        stresses=record.stresses / state.box.volume if stresses else None,
    )


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Least-squares slope of y against x."""
    centered = x - x.mean()
    return float((centered * y).sum() / (centered**2).sum())


def equilibrate_dynamics(
    model: Model,
    configuration: Configuration,
    temperature: float,
    time: float,
    rng: np.random.Generator,
    period: float = PERIOD,
    onlooker: Onlooker = NOBODY,
) -> DynamicsRecord:
    """Run at constant temperature for a time, from fresh velocities; the onlooker sees all of it.

    Raises:
        ValueError: less than 40 records long, or another parameter out of range.
        FloatingPointError: see :func:`run_dynamics`.
    """
    steps = round(time / model.step(temperature))
    if steps < 40 * RECORD_EVERY:
        raise ValueError(f"time {time} is only {steps} steps; at least {40 * RECORD_EVERY} are needed")
    begin = start_dynamics(model, configuration, temperature, rng)
    onlooker.begin(steps, model.step(temperature), temperature, temperature)
    state, trace = run_dynamics(model, begin, steps, temperature, period=period, onlooker=onlooker)
    late = slice(len(trace.time) // 2, None)
    return DynamicsRecord(
        configuration=state.configuration,
        conserved_drift=slope(trace.time, trace.conserved) * time / temperature,
        energy=float(trace.energy[late].mean()),
        pressure=float(trace.pressure[late].mean()),
        temperature=float(trace.temperature[late].mean()),
        state=state,
        trace=trace,
    )
