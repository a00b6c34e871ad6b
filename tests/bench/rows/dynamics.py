"""Molecular dynamics at constant temperature against LAMMPS."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar

from peer_lammps import SKINS, Pair, dynamics_peers, library, tabulated, types_of, unlike
from protocol import Goals, Peers, Row, seconds
from systems import liquid

from glassworks.configurations import Configuration
from glassworks.dynamics.annealing import shear_stresses, shear_weights
from glassworks.dynamics.multiple_tau import MultipleTau
from glassworks.liquids import run_dynamics
from glassworks.liquids.dynamics import PERIOD, Trace
from glassworks.models import Model, load_model


class Dynamics(Row):
    """Millions of particle steps a second; both record energy and pressure every hundred steps."""

    model: ClassVar[str]
    temperature: ClassVar[float]
    unit, rate, tiny = "M atom-steps/s", True, 400
    steps: ClassVar[int] = 2000

    def read(self) -> Model:
        return load_model(self.model)

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        """The ways in which LAMMPS can compute the same potential."""
        raise NotImplementedError

    def setup(self) -> None:
        library()
        self.potential = self.read()
        self.step = self.potential.step(self.temperature)
        self.count = 200 if self.brief else self.steps
        self.size = max(self.size, self.potential.smallest_system())
        self.state = liquid(self.potential, self.size, self.temperature, **({"steps": 200} if self.brief else {}))
        with tempfile.TemporaryDirectory() as folder:
            self.theirs = dynamics_peers(
                self.potential,
                self.state,
                self.pairs(self.potential, self.state.configuration, Path(folder)),
                self.temperature,
                self.step,
                PERIOD,
                50 if self.brief else 200,
                SKINS[2:3] if self.brief else SKINS,
            )
        self.ours()

    def speed(self, spent: float) -> float:
        return self.size * self.count / spent / 1e6

    def ours(self) -> float:
        def work() -> None:
            self.state, _ = run_dynamics(
                self.potential, self.state, self.count, self.temperature, self.step, PERIOD, every=100
            )

        return self.speed(seconds(work))

    def peers(self) -> Peers:
        return {name: lambda each=each: self.speed(each.run(self.count)) for name, each in self.theirs.items()}


class KobAndersen(Dynamics):
    """Kob-Andersen mixture with the plain truncation that LAMMPS has as `lj/cut`."""

    name, model, temperature = "md-ka", "ka", 0.6
    sizes: ClassVar = {4000: Goals(2.5, 3.5), 1000: Goals(2.2, 3.0)}

    def read(self) -> Model:
        model = super().read()
        return model.model_copy(update={"potential": model.potential.model_copy(update={"truncation": "shift"})})

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        coefficients = {
            types: f"{energy:.17g} {length:.17g} {reach:.17g}"
            for types, length, energy, reach in unlike(model, types_of(configuration)[1])
        }
        style = f"lj/cut {model.interaction.cutoff:.17g}"
        return [Pair("lj/cut", style, coefficients, ("plain", "opt", "omp(1)"), extra=("pair_modify shift yes",))]


class InversePower(Dynamics):
    """Binary inverse power law in 3D, as a formula that LAMMPS compiles and as a table."""

    name, model, temperature = "md-ipl", "ipl-3d", 0.6
    sizes: ClassVar = {4000: Goals(2.5, 4.0)}

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        half, *smoothing = model.interaction.coefficients[:5]
        power, coefficients, sizes = 2 * int(half), {}, types_of(configuration)[1]
        for types, length, _, reach in unlike(model, sizes):
            terms = [f"{length**power:.17g}/r^{power}"]
            terms += [f"({c / length ** (2 * k):.17g})*r^{2 * k}" for k, c in enumerate(smoothing)]
            coefficients[types] = f'"{"+".join(terms)}" {reach:.17g}'
        formula = Pair("lepton", f"lepton {model.interaction.cutoff * sizes.max():.17g}", coefficients)
        return [formula, tabulated(model, configuration, folder)]


class StickySpheres(Dynamics):
    """Piecewise sticky spheres, r_c = 1.2; LAMMPS computes formulas more slowly than tables (see the row before)."""

    name, model, temperature = "md-pss", "pss-3d", 0.6
    sizes: ClassVar = {4000: Goals(2.5, 4.0)}

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        return [tabulated(model, configuration, folder)]


class StickiestSpheres(StickySpheres):
    """The same with r_c = 1.1."""

    name, model, temperature = "md-pss-1.1", "pss-3d-rc11", 0.8
    sizes: ClassVar = {4000: Goals(2.5, 4.0)}


class LessStickySpheres(StickySpheres):
    """The same with r_c = 1.3."""

    name, model, temperature = "md-pss-1.3", "pss-3d-rc13", 0.8
    sizes: ClassVar = {4000: Goals(2.5, 4.0)}


class LeastStickySpheres(StickySpheres):
    """The same with r_c = 1.5."""

    name, model, temperature = "md-pss-1.5", "pss-3d-rc15", 0.7
    sizes: ClassVar = {4000: Goals(2.5, 4.0)}


class Stresses(Row):
    """Dynamics whose stresses are recorded every five steps and correlated, over the same recorded every ten as usual.

    The ratio is the share of the speed that the stress autocorrelation leaves: 0.95 where it costs a twentieth.
    """

    name, unit, rate, tiny, rounds = "md-stresses", "M atom-steps/s", True, 400, 11
    sizes: ClassVar = {1000: Goals(0.95)}
    model, temperature = "pss-3d", 0.91

    def setup(self) -> None:
        self.potential = load_model(self.model)
        self.count = 200 if self.brief else 10000
        self.size = max(self.size, self.potential.smallest_system())
        self.state = liquid(self.potential, self.size, self.temperature, **({"steps": 200} if self.brief else {}))
        self.correlator = MultipleTau(shear_weights(3), 10000)
        self.ours(), self.recorded_less()

    def run(self, **recorded) -> Trace:
        self.state, trace = run_dynamics(self.potential, self.state, self.count, self.temperature, **recorded)
        return trace

    def speed(self, spent: float) -> float:
        return self.size * self.count / spent / 1e6

    def ours(self) -> float:
        return self.speed(
            seconds(lambda: self.correlator.take(shear_stresses(self.run(every=5, stresses=True).stresses, 3)))
        )

    def recorded_less(self) -> float:
        return self.speed(seconds(lambda: self.run(every=10)))

    def peers(self) -> Peers:
        return {"without stresses": self.recorded_less}


class HarmonicDisks(Dynamics):
    """Binary harmonic disks in 2D at the step of the solidity study."""

    name, model, temperature, steps = "md-harmonic", "harmonic-2d", 0.003, 5000
    sizes: ClassVar = {4096: Goals(1.3, 2.0)}

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        coefficients = {
            types: f"{0.5 * energy / length**2:.17g} {reach:.17g}"
            for types, length, energy, reach in unlike(model, types_of(configuration)[1])
        }
        return [Pair("harmonic/cut", "harmonic/cut", coefficients)]
