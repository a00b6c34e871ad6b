"""One step of a stepwise cooling: molecular dynamics at one temperature, and what is measured along it.

A step ends with a window in which frames are taken at equal times; its snapshots are some of these frames, the last one
at the end (Tong, Sengupta & Tanaka, Nat. Commun. 2020, Methods). Stresses are sampled over the whole step too, more
sparsely, because a modulus from fluctuations depends on the time that they are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from glassworks.configurations import Configuration
from glassworks.dynamics.hexatic import hexatic_order
from glassworks.dynamics.states import redrawn, revived
from glassworks.elasticity.fluctuations import StressFluctuations
from glassworks.forces.networks import BondForces, ForceWindow, Percolation, percolation
from glassworks.forces.stress import ShellSums, StressMap, merged, shear_stresses, shell_sums, stress_map
from glassworks.liquids.dynamics import DynamicsState, run_dynamics
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.liquids.onlooker import NOBODY, Onlooker
from glassworks.models.specification import Model
from glassworks.stills import (
    SMOOTHING,
    SPACING,
    Still,
    absent,
    inherent_structure,
    map_rows,
    particle_rows,
)
from glassworks.stills import TABLES as STILLS
from glassworks.vibrations import contacts

WHOLE_FRAMES = 200
"""About how many frames sample the stresses of a whole step."""
PARTS = (8, 4, 2, 1)
"""Parts of a whole step whose stresses give a modulus: it depends on the time that they are given."""
SHELL = 0.5
"""Width of the shells of the stress correlation, in λ."""
REMAINING = np.concatenate([[0.0], np.logspace(-3, 2, 61)])
"""Edges of the bins of F_re, twelve a decade; beyond them it is not counted."""
LINKS = {"contacts": (1.0, False), "averaged": (1.0, True), "near": (1.3, False)}
"""What connects force-bearing particles: r < reach · λ_ij in the last frame, or at mean positions in the window. Tong
et al. do not say which."""
DRAWN = "averaged"
"""The connection whose clusters are counted by size and drawn."""

TABLES: dict[str, tuple[str, ...]] = {
    "frames": ("before", "length", "energy", "pressure", "kinetic_temperature", "hexatic", "remaining"),
    "forces": ("inner", "outer", "count"),
    "stress": ("state", "inner", "outer", "pairs", "ideal", "fixed", "turned", "square_fixed", "square_turned"),
    "network": ("links", "sampling", "fraction", "tied", "spans", "wraps", "largest", "largest_inside", "mean_size"),
    "clusters": ("smallest", "clusters", "logarithms", "whole", "whole_logarithms", "radii", "radii_squared"),
    "fluctuations": (
        "window", "frames", "shear", "shear_born", "shear_kinetic", "shear_fluctuation", "shear_initial",
    ),
    **STILLS,
}  # fmt: skip
"""Columns of what is measured along a step, by table, beside `sample` and `status`."""


@dataclass(frozen=True)
class Schedule:
    """When a step is looked at, in steps of molecular dynamics.

    Attributes:
        steps: length of the step.
        every: between the frames of the window.
        window: length of the window, a multiple of `every`, at most `steps`.
        apart: between snapshots, a multiple of `every`.
        snapshots: how many, all inside the window.
        redraw: between two instants at which velocities are drawn anew, at the next look; 0 for never.

    Raises:
        ValueError: lengths that do not fit into one another.
    """

    steps: int
    every: int
    window: int
    apart: int
    snapshots: int
    redraw: int = 0

    def __post_init__(self):
        if self.every < 1 or self.window % self.every or self.apart % self.every or self.apart < 1:
            raise ValueError(f"window {self.window} and apart {self.apart} must be multiples of every {self.every}")
        if not (self.snapshots - 1) * self.apart < self.window <= self.steps:
            raise ValueError(f"a step of {self.steps} and its window of {self.window} must hold the snapshots")

    @property
    def stride(self) -> int:
        """Steps between the frames that sample the stresses of the whole step."""
        return max(1, self.steps // (WHOLE_FRAMES * self.every)) * self.every

    @property
    def looks(self) -> list[int]:
        """Steps at which anything is measured, ascending."""
        window = range(self.steps, self.steps - self.window, -self.every)
        return sorted({*window, *range(self.steps, 0, -self.stride)})

    def inside(self, at: int) -> bool:
        """Whether a look is a frame of the window."""
        return at > self.steps - self.window

    def whole(self, at: int) -> bool:
        """Whether a look samples the stresses of the whole step."""
        return (self.steps - at) % self.stride == 0

    def redrawn(self, before: int, at: int) -> bool:
        """Whether velocities are drawn anew at a look, the one before which was at `before`."""
        return self.redraw > 0 and before // self.redraw < at // self.redraw and at < self.steps

    def snapshot(self, at: int) -> bool:
        """Whether a look is a snapshot."""
        return (self.steps - at) % self.apart == 0 and self.steps - at < self.snapshots * self.apart


class Looks:
    """What has been measured so far along one step; `still` says what its end is looked at for more closely."""

    def __init__(self, model: Model, temperature: float, schedule: Schedule, still: Still | None = None):
        self.model, self.temperature, self.schedule, self.still = model, temperature, schedule, still
        self.bearing, self.sparse = ForceWindow(model.interaction), ForceWindow(model.interaction)
        self.window, self.whole = StressFluctuations(model.interaction), StressFluctuations(model.interaction)
        self.snapshots: list[dict] = []
        self.shells: list[ShellSums] = []
        self.maps: list[StressMap] = []
        self.remaining = np.zeros(len(REMAINING) - 1, dtype=np.int64)

    def take(self, at: int, configuration: Configuration, observed: dict[str, float]) -> None:
        """Measure the configuration after `at` steps; `observed` are its energy, pressure and kinetic temperature."""
        pairs = contacts(self.model.interaction, configuration)
        if self.schedule.whole(at):
            self.whole.add(configuration, pairs)
        if self.schedule.inside(at):
            self.window.add(configuration, pairs)
            forces = self.bearing.add(configuration, pairs)
            if self.schedule.snapshot(at):
                self.sparse.add(configuration, pairs, forces)
                stress = shear_stresses(self.model.interaction, configuration, pairs)
                self.shells.append(shell_sums(configuration, stress, SHELL))
                if self.still and self.still.maps:
                    self.maps.append(stress_map(configuration, stress[:, 0], SPACING, SMOOTHING))
                self._snapshot(at, configuration, forces, observed)

    def _snapshot(self, at: int, configuration: Configuration, forces: BondForces, observed: dict) -> None:
        self.remaining += np.histogram(forces.remaining, REMAINING)[0]
        self.snapshots.append({
            "before": (self.schedule.steps - at) * self.model.step(self.temperature),
            "length": configuration.box.length,
            **observed,
            "hexatic": hexatic_order(configuration).local,
            "remaining": float(forces.remaining.mean()),
        })  # fmt: skip

    @property
    def hexatic(self) -> float:
        """Mean |ψ_6| of the last snapshot."""
        return self.snapshots[-1]["hexatic"]

    def tables(self) -> dict[str, list[dict]]:
        """The rows of :data:`TABLES`, without sample, and without status where all is well."""
        windows = {"window": self.bearing, "snapshots": self.sparse}
        networks = {(links, name): self._network(links, each) for name, each in windows.items() for links in LINKS}
        found = {
            "frames": self.snapshots,
            "forces": [
                {"inner": low, "outer": high, "count": count}
                for low, high, count in zip(REMAINING[:-1], REMAINING[1:], self.remaining, strict=True)
            ],
            "stress": shell_rows("thermal", merged(self.shells)),
            "network": [
                {"links": links, "sampling": name} | network_columns(windows[name], network)
                for (links, name), network in networks.items()
            ],
            "clusters": cluster_rows(networks[DRAWN, "window"]),
            "fluctuations": self._moduli(),
        }
        return found | self._still_tables(networks[DRAWN, "window"], found["stress"])

    def _still_tables(self, network: Percolation, stress: list[dict]) -> dict[str, list[dict]]:
        """Pictures and inherent structure, whose stress correlation joins that of the step."""
        if self.still is None:
            return {name: absent("no still of this step") for name in STILLS}
        row, sums = inherent_structure(self.model, self.bearing.last, SHELL)
        if sums is not None:
            stress += shell_rows("inherent", sums)
        none = absent("no picture of this trajectory")
        drawn = (self.bearing.last, self.bearing.bearing, network)
        return {
            "particles": particle_rows(*drawn) if self.still.particles else none,
            "maps": map_rows(self.maps) if self.still.maps else none,
            "inherent": [row],
        }

    def _network(self, links: str, window: ForceWindow) -> Percolation:
        reach, averaged = LINKS[links]
        place = window.average if averaged else window.last
        return percolation(self.model.interaction, place, window.bearing, reach)

    def _moduli(self) -> list[dict]:
        """Moduli from the window, and from parts of the whole step, where it is longer than the window."""
        rows = [self._modulus(self.window, self.schedule.every)]
        if self.schedule.window < self.schedule.steps:
            frames = len(self.whole.frames)
            parts = [frames // part for part in PARTS if frames // part > 1]
            rows += [self._modulus(self.whole, self.schedule.stride, count) for count in parts]
        return rows

    def _modulus(self, stresses: StressFluctuations, between: int, count: int | None = None) -> dict:
        count = len(stresses.frames) if count is None else count
        found = stresses.modulus(self.temperature, count)
        return {
            "window": count * between * self.model.step(self.temperature),
            "frames": count,
            "shear": found.shear,
            "shear_born": found.born,
            "shear_kinetic": found.kinetic,
            "shear_fluctuation": found.fluctuation,
            "shear_initial": found.pressure,
        }


def shell_rows(state: str, sums: ShellSums) -> list[dict]:
    """The stress correlation in shells, of the liquid or glass as it is (`thermal`) or of its inherent structure."""
    edges = sums.edges
    return [
        {
            "state": state, "inner": edges[k], "outer": edges[k + 1], "pairs": sums.pairs[k], "ideal": sums.ideal[k],
            "fixed": sums.fixed[k], "turned": sums.turned[k], "square_fixed": sums.squares[0],
            "square_turned": sums.squares[1],
        }
        for k in range(len(edges) - 1)
    ]  # fmt: skip


def network_columns(window: ForceWindow, found: Percolation) -> dict:
    """The columns of the table `network` that one window and one way to connect give."""
    return {
        "fraction": found.fraction,
        "tied": window.tied,
        "spans": bool(found.spans.any()),
        "wraps": bool(found.wraps.any()),
        "largest": found.largest,
        "largest_inside": found.largest_inside,
        "mean_size": found.mean_size,
    }


def cluster_rows(network: Percolation) -> list[dict]:
    """Clusters by size, in octaves from `smallest` to twice that less one: their number and Σ ln s; and of those that
    are whole (that do not wrap, and have a radius) number, Σ ln s, Σ ln R_g and Σ ln² R_g. The largest is left out.

    Sums of logarithms are all that exponents of n_s ∝ s^−τ and s ∝ R_g^d_f are found from.
    """
    octaves = int(np.log2(len(network.labels))) + 1
    rest = np.delete(np.arange(len(network.sizes)), np.argmax(network.sizes) if len(network.sizes) else [])
    sizes, radii = network.sizes[rest], network.radii[rest]
    octave = np.log2(sizes).astype(np.int64)
    whole = np.isfinite(radii) & (radii > 0.0)
    logs, radius = np.log(sizes), np.log(np.where(whole, radii, 1.0))

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(octave, values, octaves)

    columns = [total(each) for each in (np.ones(len(sizes)), logs, whole, whole * logs, radius, radius**2)]
    names = TABLES["clusters"]
    rows = zip(2 ** np.arange(octaves), *columns, strict=True)
    return [dict(zip(names, map(float, row), strict=True)) for row in rows]


@dataclass(frozen=True)
class StepRecord:
    """The end of a step.

    Attributes:
        state: to go on from, wrapped into the box and its neighbors made there: :func:`revived` gives the same bits.
        energy, pressure: means over the snapshots (energy a particle, pressure with its kinetic part).
        hexatic: mean |ψ_6| at the end.
        tables: rows of :data:`TABLES`.
    """

    state: DynamicsState
    energy: float
    pressure: float
    hexatic: float
    tables: dict[str, list[dict]]


def run_step(
    model: Model,
    state: DynamicsState,
    temperature: float,
    schedule: Schedule,
    memory: Memory = NOTHING,
    still: Still | None = None,
    rng: np.random.Generator | None = None,
    onlooker: Onlooker = NOBODY,
) -> StepRecord:
    """Go on from a state at a constant temperature, and measure on the way; two dimensions.

    Args:
        memory: offered the state at every look.
        still: what the end is looked at for more closely.
        rng: for the velocities, where the schedule draws any.
        onlooker: sees the step; where velocities are drawn anew, those before.

    Raises:
        FloatingPointError: see :func:`glassworks.liquids.dynamics.run_dynamics`.
    """
    begin = (0, replace(state, steps=0), Looks(model, temperature, schedule, still), rng)
    at, state, looks, rng = memory.recall() or begin
    step = model.step(temperature)
    onlooker.begin(schedule.steps, step, temperature, temperature)
    for look in schedule.looks:
        if look > at:
            state, trace = run_dynamics(model, state, look - at, temperature, every=look - at, onlooker=onlooker)
            observed = {
                "energy": float(trace.energy[-1]),
                "pressure": float(trace.pressure[-1]),
                "kinetic_temperature": float(trace.temperature[-1]),
            }
            looks.take(look, state.configuration, observed)
            if schedule.redrawn(at, look):
                state = redrawn(state, temperature, rng)
            at = look
            memory.offer(partial(tuple, (at, state, looks, rng)))
    energy, pressure = (float(np.mean([row[name] for row in looks.snapshots])) for name in ("energy", "pressure"))
    end = revived(state.configuration, state.velocities, state.forces, state.bath)
    return StepRecord(end, energy, pressure, looks.hexatic, looks.tables())
