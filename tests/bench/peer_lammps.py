"""LAMMPS through its Python library, on the same configuration, potential, thermostat and step as ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lammps_peer import lammps_class
from numba import njit
from protocol import Absent, seconds

from glassworks.configurations import Configuration, force_state
from glassworks.liquids import DynamicsState
from glassworks.models import Model, pair_energy, pair_length, pair_terms

SUFFIXES: dict[str, list[str]] = {"plain": [], "opt": ["-sf", "opt"], "omp(1)": ["-pk", "omp", "1", "-sf", "omp"]}
SKINS = (0.2, 0.3, 0.4, 0.5)
TABLE = 4000
"""Points of a tabulated potential, equidistant in r²: pair energies right to about 1e-8."""


@dataclass(frozen=True)
class Pair:
    """How LAMMPS is told of a pair energy.

    Attributes:
        name: for the table's reader.
        style: arguments of `pair_style`.
        coefficients: what follows `pair_coeff i j`, by types (1, 1), (1, 2), (2, 2).
        suffixes: accelerated styles that exist, by the names of SUFFIXES.
        tolerance: to which energy and forces agree with ours, relatively.
        extra: commands that follow.
    """

    name: str
    style: str
    coefficients: dict[tuple[int, int], str]
    suffixes: tuple[str, ...] = ("plain", "omp(1)")
    tolerance: float = 1e-10
    extra: tuple[str, ...] = ()


def library():
    """The class `lammps.lammps`.

    Raises:
        Absent: LAMMPS is not installed, or finds no MPI.
    """
    try:
        return lammps_class()
    except ImportError as error:
        raise Absent(f"lammps is not installed ({error}); uv sync --group bench") from error


def types_of(configuration: Configuration) -> tuple[np.ndarray, np.ndarray]:
    """Type numbers (N,), from 1, and the diameter that each type means."""
    sizes, types = np.unique(configuration.diameters, return_inverse=True)
    return types + 1, sizes


def type_pairs(sizes: np.ndarray) -> list[tuple[int, int]]:
    return [(a, b) for a in range(1, len(sizes) + 1) for b in range(a, len(sizes) + 1)]


def unlike(model: Model, sizes: np.ndarray) -> Iterator[tuple[tuple[int, int], float, float, float]]:
    """(types, λ_ij, ε_ij, cutoff distance) of every pair of types."""
    for a, b in type_pairs(sizes):
        length = pair_length(model.interaction.nonadditivity, sizes[a - 1], sizes[b - 1])
        energy = pair_energy(model.interaction, sizes[a - 1], sizes[b - 1])
        yield (a, b), length, energy, model.interaction.cutoff * length


@njit(cache=True)
def tabulate(interaction, squared, length, energy, out):
    """U and −dU/dr at squared distances; out is (points, 2)."""
    for k in range(squared.shape[0]):
        terms = pair_terms(interaction, squared[k], length, energy)
        out[k, 0], out[k, 1] = terms[0], -2.0 * terms[1] * np.sqrt(squared[k])


def tabulated(model: Model, configuration: Configuration, folder: Path, closest: float = 0.6) -> Pair:
    """Any of our pair energies as a spline table from `closest` λ_ij to the cutoff."""
    coefficients, text = {}, []
    for (a, b), length, energy, reach in unlike(model, types_of(configuration)[1]):
        squared = np.linspace((closest * length) ** 2, reach**2, TABLE)
        values = np.zeros((TABLE, 2))
        tabulate(model.interaction, squared[:-1], length, energy, values)
        rows = [
            f"{k} {s**0.5:.17g} {u:.17g} {force:.17g}"
            for k, (s, (u, force)) in enumerate(zip(squared, values, strict=True), 1)
        ]
        text += [f"P{a}{b}", f"N {TABLE} RSQ {closest * length:.17g} {reach:.17g}", "", *rows, ""]
        coefficients[a, b] = f"{folder / 'pairs.table'} P{a}{b} {reach:.17g}"
    (folder / "pairs.table").write_text("\n".join(["# pair energies", "", *text]))
    return Pair("table", f"table spline {TABLE}", coefficients, tolerance=1e-6)


class Lammps:
    """One LAMMPS instance that holds a configuration.

    Args:
        suffix: a name of SUFFIXES.
    """

    def __init__(
        self,
        configuration: Configuration,
        pair: Pair,
        suffix: str,
        skin: float,
        velocities: np.ndarray | None = None,
    ):
        quiet = ["-log", "none", "-screen", "none", "-nocite"]
        self.lammps = library()(cmdargs=[*quiet, *SUFFIXES[suffix]])
        n, d = configuration.positions.shape
        edge = configuration.box.length
        types, sizes = types_of(configuration)
        self.commands(
            "units lj",
            f"dimension {d}",
            "atom_style atomic",
            "atom_modify map array",
            f"region box block 0 {edge:.17g} 0 {edge:.17g} " + (f"0 {edge:.17g}" if d == 3 else "-0.5 0.5"),
            f"create_box {len(sizes)} box",
            "mass * 1.0",
        )
        places, moves = np.zeros((n, 3)), np.zeros((n, 3))
        places[:, :d] = configuration.positions
        if velocities is not None:
            moves[:, :d] = velocities
        made = self.lammps.create_atoms(
            n, list(range(1, n + 1)), types.astype(int).tolist(), places.ravel().tolist(), moves.ravel().tolist()
        )
        assert made == n, f"LAMMPS took {made} of {n} particles"
        self.commands(
            f"neighbor {skin} bin",
            "neigh_modify delay 0 every 1 check yes",
            f"pair_style {pair.style}",
            *(f"pair_coeff {a} {b} {what}" for (a, b), what in pair.coefficients.items()),
            *pair.extra,
            "thermo 100",
            "thermo_modify norm no",
            *(["fix plane all enforce2d"] if d == 2 else []),
        )
        self.n, self.d = n, d

    def commands(self, *lines: str) -> None:
        for each in lines:
            self.lammps.command(each)

    def gathered(self, name: str) -> np.ndarray:
        """A per-atom vector (N, d) in the order of the particles' numbers."""
        flat = np.ctypeslib.as_array(self.lammps.gather_atoms(name, 1, 3))
        return flat.reshape(self.n, 3)[:, : self.d].copy()

    @property
    def energy(self) -> float:
        return self.lammps.get_thermo("pe")

    def check(self, configuration: Configuration, model: Model, tolerance: float) -> None:
        """Compare energy and forces with ours; raises AssertionError when they differ by more than the tolerance."""
        self.commands("run 0")
        ours = force_state(model.interaction, configuration)
        scale = abs(ours.energy) + self.n * ours.typical_force
        assert abs(self.energy - ours.energy) < tolerance * scale, f"energies {self.energy} and {ours.energy}"
        differ = abs(self.gathered("f") - ours.forces).max()
        assert differ < 10 * tolerance * max(abs(ours.forces).max(), ours.typical_force), f"forces differ by {differ}"

    def thermostat(self, temperature: float, step: float, period: float) -> None:
        """Two Nosé-Hoover links, as ours."""
        self.commands(
            f"timestep {step}",
            f"fix heat all nvt temp {temperature} {temperature} {period} tchain 2",
            "run 0",
        )

    def run(self, steps: int) -> float:
        """Go on; returns the seconds."""
        return seconds(lambda: self.commands(f"run {steps} pre no post no"))

    def close(self) -> None:
        self.lammps.close()


def dynamics_peers(
    model: Model,
    state: DynamicsState,
    pairs: Sequence[Pair],
    temperature: float,
    step: float,
    period: float,
    trial: int,
    skins: Sequence[float] = SKINS,
) -> dict[str, Lammps]:
    """Every potential and accelerated style, each with the skin that is fastest for its potential.

    Args:
        trial: steps a skin is tried for.

    Raises:
        AssertionError: energy or forces differ from ours.
    """

    def made(pair: Pair, suffix: str, skin: float) -> Lammps:
        each = Lammps(state.configuration, pair, suffix, skin, state.velocities)
        each.check(state.configuration, model, pair.tolerance)
        each.thermostat(temperature, step, period)
        return each

    chosen: dict[str, Lammps] = {}
    for pair in pairs:
        spent = {}
        for skin in skins if len(skins) > 1 else ():
            each = made(pair, "plain", skin)
            spent[skin] = min(each.run(trial) for _ in range(2))
            each.close()
        best = min(spent, key=spent.get) if spent else skins[0]
        chosen |= {f"LAMMPS {pair.name} {suffix}": made(pair, suffix, best) for suffix in pair.suffixes}
    return chosen
