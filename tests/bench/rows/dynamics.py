"""Molecular dynamics at constant temperature against LAMMPS."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar

from lammps_peer import SKINS, Pair, dynamics_peers, library, tabulated, type_pairs, types_of
from protocol import Goals, Peers, Row, seconds
from systems import liquid

from glassworks.configurations import Configuration
from glassworks.liquids import run_dynamics
from glassworks.liquids.dynamics import PERIOD
from glassworks.models import Model, load_model, pair_length


class Dynamics(Row):
    """Millions of particle steps a second; both record energy and pressure every hundred steps."""

    model: ClassVar[str]
    temperature: ClassVar[float]
    unit, rate, tiny = "M atom-steps/s", True, 400
    steps: ClassVar[int] = 2000

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        """The ways in which LAMMPS can compute the same potential."""
        raise NotImplementedError

    def setup(self) -> None:
        library()
        self.potential = load_model(self.model)
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


class InversePowerDynamics(Dynamics):
    """Binary inverse power law in 3D, T = 0.6."""

    name, model, temperature = "md-ipl", "ipl-3d", 0.6
    sizes: ClassVar = {4000: Goals(2.5, 4.0)}

    def pairs(self, model: Model, configuration: Configuration, folder: Path) -> list[Pair]:
        return [written(model, configuration), tabulated(model, configuration, folder)]


def written(model: Model, configuration: Configuration) -> Pair:
    """The smoothed inverse power law as a formula that LAMMPS compiles."""
    interaction, (_, sizes) = model.interaction, types_of(configuration)
    half, *smoothing = interaction.coefficients[:5]
    coefficients = {}
    for a, b in type_pairs(sizes):
        length = pair_length(interaction.nonadditivity, sizes[a - 1], sizes[b - 1])
        power = 2 * int(half)
        terms = [f"{length**power:.17g}/r^{power}"]
        terms += [f"({c / length ** (2 * k):.17g})" + (f"*r^{2 * k}" if k else "") for k, c in enumerate(smoothing)]
        coefficients[a, b] = f'"{" + ".join(terms).replace(" ", "")}" {interaction.cutoff * length:.17g}'
    reach = interaction.cutoff * float(sizes.max())
    return Pair("lepton", f"lepton {reach:.17g}", coefficients)
