"""Frames in time: where the particles are at equal times, or at times evenly spaced in their logarithm, kept as H5MD.

Positions are unwrapped: a particle that leaves the box through one side is not put back on the other. They are those
of the run to the last bit at the first frame, to rounding after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from glassworks.models.strict import Positive, Strict
from glassworks.observables import Array, Column, Law
from glassworks.watching._schedules import equal, logarithmic, steps_of, window_of

if TYPE_CHECKING:
    from pathlib import Path

    from glassworks.models import Model
    from glassworks.watching._look import Look
    from glassworks.watching._run import Run

FASTEST = 10.0
"""No particle is faster than so many times √T for long: by that, none crosses half the box between two looks."""
KINDS = {"single": "float32", "double": "float64"}


class Parameters(Strict):
    """When frames are taken: one of the first two.

    Attributes:
        every: time between frames; the last one is the end of the run.
        per_decade: frames a decade of the time since the window began, where they are spaced so; its begin is one.
        window: length of the window at the run's end; the whole run by default.
        velocities: whether they are kept, too.
        precision: of the kept numbers.
    """

    every: Positive | None = None
    per_decade: Annotated[int, Field(ge=1, le=1000)] | None = None
    window: Positive | None = None
    velocities: bool = False
    precision: Literal["single", "double"] = "single"

    @model_validator(mode="after")
    def one_spacing(self) -> Parameters:
        if (self.every is None) == (self.per_decade is None):
            raise ValueError("every: and per_decade exclude each other; allowed: one of them")
        return self


COLUMNS = {
    "frame": Column("1", "index of the frame in the trajectory", whole=True),
    "time": Column("λ(m/ε)^½", "time of the frame since the run began"),
    "target": Column("ε/k_B", "the thermostat's temperature then"),
    "kinetic_temperature": Column("ε/k_B", "Σv²/d(N−1)"),
    "energy": Column("ε", "potential energy a particle, U/N, of the frame"),
    "pressure": Column("ε/λ^d", "pressure of the frame with its kinetic part"),
}
LAWS = {"": Law(scale=0.01, power=1.0)}
TINY = {"per_decade": 3}


def frames(parameters: Parameters, run: Run) -> np.ndarray:
    """The steps of the frames."""
    window = window_of(parameters.window, run)
    if parameters.per_decade:
        return logarithmic(run, parameters.per_decade, window)
    every = steps_of("every", parameters.every, run.step)
    if every > window:
        raise ValueError(
            f"every: {parameters.every:g}: is longer than the window; allowed: up to {window * run.step:g}"
        )
    return equal(run, every, window)


def schedule(parameters: Parameters, run: Run) -> np.ndarray:
    """The frames, and between them as often as ways through the box must be followed."""
    kept = frames(parameters, run)
    hottest = max(run.first, run.last)
    often = max(1, int(0.5 * run.edge / (FASTEST * hottest**0.5 * run.step)))
    return np.unique(np.concatenate([kept, np.arange(kept[0], kept[-1], often)]))


def rows(run: Run, parameters: Parameters) -> float:
    return len(frames(parameters, run))


def arrays(parameters: Parameters) -> dict[str, Array]:
    kind, vectors = KINDS[parameters.precision], "(frames, particles, d)"

    def coordinates(run: Run, parameters: Parameters) -> float:
        return len(frames(parameters, run)) * run.n * run.dimension

    found = {"position": Array(vectors, "λ", "positions, unwrapped", kind, coordinates)}
    if parameters.velocities:
        found["velocity"] = Array(vectors, "λ/λ(m/ε)^½", "velocities", kind, coordinates)
    return found | {
        "step": Array("(frames,)", "1", "steps since the run began", "int64", rows),
        "time": Array("(frames,)", "λ(m/ε)^½", "time since the run began", "float64", rows),
        "diameter": Array("(particles,)", "λ", "diameters λ_i", "float64", lambda run, parameters: run.n),
        "edge": Array("()", "λ", "edge of the periodic box", "float64", lambda run, parameters: 1),
    }


class Watch:
    """Follows the particles through the box's sides."""

    def __init__(self, model: Model, parameters: Parameters, run: Run):
        self.parameters, self.run = parameters, run
        self.steps = frames(parameters, run)
        self.kept: list[dict[str, np.ndarray]] = []
        self.table: list[dict] = []
        self.last: np.ndarray | None = None

    def take(self, look: Look) -> None:
        configuration, box = look.configuration, look.state.box
        if self.last is None:
            self.place = configuration.positions.copy()
            self.diameters, self.edge = configuration.diameters, box.length
        else:
            self.place = self.place + box.shortest(configuration.positions - self.last)
        self.last = configuration.positions
        if look.at in self.steps:
            self._keep(look)

    def _keep(self, look: Look) -> None:
        kind = KINDS[self.parameters.precision]
        vectors = {"position": self.place}
        if self.parameters.velocities:
            vectors["velocity"] = look.state.velocities
        self.kept.append({name: value.astype(kind) for name, value in vectors.items()})
        self.table.append({
            "frame": len(self.table), "time": look.time, "target": look.temperature,
            "kinetic_temperature": look.kinetic_temperature, "energy": look.energy, "pressure": look.pressure,
        })  # fmt: skip

    def rows(self) -> list[dict]:
        return self.table

    def arrays(self) -> dict[str, np.ndarray]:
        found = {name: np.stack([each[name] for each in self.kept]) for name in self.kept[0]}
        return found | {
            "step": self.steps,
            "time": self.steps * self.run.step,
            "diameter": self.diameters,
            "edge": np.array(self.edge),
        }


def write(path: Path, found: dict, attributes: dict) -> None:
    from glassworks.configurations.trajectory import write_trajectories

    write_trajectories(path, found, attributes)


def read(file) -> dict[int, dict[str, np.ndarray]]:
    from glassworks.configurations.trajectory import read_trajectories

    return read_trajectories(file.filename, file)
