"""Making and looking at one glass by hand, as in a notebook: :func:`make_liquid`, then :func:`quench`; or
:meth:`Glass.from_file`, of somebody's own sample."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassworks import glasses
from glassworks.configurations import Configuration, check_fit, force_state
from glassworks.exchange import Snapshot, Units, fitted, of_atoms, read_snapshot
from glassworks.exchange.columns import spread
from glassworks.exchange.writing import format_of, write
from glassworks.liquids import equilibrate_dynamics, initial_configuration, run_swap_chain
from glassworks.minimize import minimize
from glassworks.models import Model
from glassworks.pictures import picture

if TYPE_CHECKING:
    from ase import Atoms
    from matplotlib.figure import Figure

    from glassworks.excitations.softspots import SoftSpots

BALANCED = 1e-10
"""max_i |F_i| / ⟨f⟩ above which an imported configuration is relaxed."""


class Relaxed(UserWarning):
    """A configuration was no minimum of its model's energy and was moved to one."""


@dataclass(frozen=True)
class Origin:
    """Where an imported glass comes from, and what was done to it.

    Attributes:
        source: the file and frame.
        residual: max_i |F_i| / ⟨f⟩ of the configuration as it was found.
        farthest, typical: how far particles moved to the minimum, at most and root mean square, in λ; the center of all
            stayed where it was.
        energy: by how much the energy per particle fell, in ε.
        units: that the file counts in.
    """

    source: str
    units: Units
    residual: float
    farthest: float = 0.0
    typical: float = 0.0
    energy: float = 0.0

    def __str__(self) -> str:
        found = f"{self.source}: max|F|/⟨f⟩ = {self.residual:.1e}"
        if self.residual <= BALANCED:
            return f"{found}, a minimum as it is"
        return (
            f"{found}; relaxed to the minimum: particles moved by {self.farthest:.2g} λ at most, {self.typical:.2g} in "
            f"root mean square, and the energy fell by {self.energy:.2g} ε a particle"
        )


class Glass(glasses.Glass):
    """A glass, with what one asks of it by hand.

    Attributes:
        origin: where an imported one comes from; None of one made here.

    Further attributes are those of :class:`glassworks.glasses.Glass`; :meth:`modes`, :meth:`pinch` and :meth:`moduli`
    too.
    """

    origin: Origin | None = None

    def __repr__(self) -> str:
        d = self.original.box.dimension
        rattlers = f", {self.rattlers} rattlers" if "_backbone" in self.__dict__ and self.rattlers else ""
        return (
            f"Glass({self.model.name}, N = {len(self.original)}, {d}D, density {self.original.density:.4g}{rattlers}"
            + (f", from {self.origin.source})" if self.origin else ")")
        )

    @classmethod
    def from_file(
        cls,
        path: Path | str,
        model: Model,
        species: Mapping[str, float | str] | None = None,
        *,
        frame: int = -1,
        form: str | None = None,
        units: Units | None = None,
        unwrapped: bool = False,
        minimizer: str = "cg",
    ) -> Glass:
        """A glass from one frame of a file, relaxed to its minimum where it is none (a warning says how far it moved).

        >>> from glassworks import load_model
        >>> Glass.from_file("config/samples/ka-0.data.gz", load_model("ka"), {"1": "large", "2": "small"})
        Glass(ka, N = 500, 3D, density 1.2, from config/samples/ka-0.data.gz)

        Args:
            path: extended XYZ, LAMMPS data or dump (text), packed by gzip or not, GSD, H5MD, or what ASE reads.
            species: λ_i, or the model's name of a species, for each name of one in the file. Without it the file's own
                diameters count (twice its radii), else the one size of the model, else the model's names
                (:func:`glassworks.exchange.fitted`).
            frame: from 0, or backward from −1, the last.
            form: extxyz, lammps-data, lammps-dump, gsd, h5md or a format of `ase.io`; by default as the file looks.
            units: of the file; by default the model's.
            unwrapped: whether particles may lie outside the box.
            minimizer: with which it is relaxed.

        Raises:
            ValueError: the file, the frame, or what it holds cannot be one of the model; says where and what is
                allowed.
            RuntimeError: the minimization did not converge.
        """
        return cls.of_snapshot(read_snapshot(path, frame, form), model, species, units, unwrapped, minimizer)

    @classmethod
    def from_ase(
        cls,
        atoms: Atoms,
        model: Model,
        species: Mapping[str, float | str] | None = None,
        *,
        units: Units | None = None,
        unwrapped: bool = False,
        minimizer: str = "cg",
    ) -> Glass:
        """The same from :class:`ase.Atoms`, whose chemical symbols are the names of its species."""
        return cls.of_snapshot(of_atoms(atoms), model, species, units, unwrapped, minimizer)

    @classmethod
    def of_snapshot(
        cls,
        snapshot: Snapshot,
        model: Model,
        species: Mapping[str, float | str] | None = None,
        units: Units | None = None,
        unwrapped: bool = False,
        minimizer: str = "cg",
    ) -> Glass:
        """The same from a :class:`glassworks.exchange.Snapshot`."""
        found = fitted(snapshot, model, species, units, unwrapped)
        check_fit(model, found)
        relaxed, origin = settled(model, found, snapshot.source, units or Units(), minimizer)
        glass = cls(model, relaxed, trusted=True)
        glass.origin = origin
        return glass

    def softspots(self, starts: int = 100, seed: int = 0, modes: int = 0) -> SoftSpots:
        """Soft spots, as pseudo-harmonic modes (:class:`glassworks.excitations.softspots.SoftSpots`).

        Args:
            starts: random pinches that the search starts from.
            modes: how many of the softest vibrational modes it starts from too.

        Raises:
            ValueError: see :meth:`needs_unit_masses`.
        """
        from glassworks.excitations.softspots import soft_spots

        self.needs_unit_masses("the frequency of a soft spot")
        extra = self.modes(modes, seed).vectors if modes else None
        return soft_spots(self.configuration, self.bonds, self.factor, starts, np.random.default_rng(seed), extra=extra)

    def spectrum(self) -> np.ndarray:
        """All frequencies ω of the glass, softest first, translations left out, ((N − rattlers − 1) d,); seconds at
        N = 1,000 in three dimensions, and as N³."""
        from glassworks.vibrations import spectrum, weighted

        return spectrum(weighted(self.hessian, self.masses))[self.configuration.box.dimension :]

    def picture(self, field: np.ndarray | None = None, most: int | None = None) -> Figure:
        """The particles, or a field on them as arrows around the place where it is largest: a mode, a soft spot
        (:func:`glassworks.pictures.picture`).

        Args:
            field: (N, d), of all particles or of those that are no rattlers.
            most: how many arrows, of the particles that move farthest; by default all in two dimensions, else 200.

        Raises:
            ValueError: a field of another shape.
        """
        if field is not None:
            held = self.held if len(field) < len(self.original) else None
            dimension = self.original.box.dimension
            field = spread({"field": field}, len(self.original), dimension, held)["field"]
        return picture(self.original, field, most)

    def write(self, path: Path | str, *, form: str | None = None, frames: bool = False, **fields) -> None:
        """Write the glass, with fields on its particles, for others (:func:`glassworks.exchange.writing.write`).

        Args:
            path: .xyz, .data, .dump, .gsd or .h5; the suffix tells the format, unless `form` does.
            frames: one frame for each vector field, which OVITO then draws as arrows.
            fields: by name: modes or soft spots as they are found here, their vectors, or any array (N,), (N, d) or
                (k, N, d). Lengths are in the units of the file that the glass came from.

        Raises:
            ValueError: an unknown format, or a field that does not fit.
        """
        arrays = {name: getattr(field, "vectors", field) for name, field in fields.items()}
        form = form or format_of(path)
        units = self.origin.units if self.origin and form != "h5md" else None
        masses = self.model.masses_of(self.original.diameters)
        held = self.held if any(len(self.original) not in np.shape(each)[:2] for each in arrays.values()) else None
        write(path, self.original, arrays, held, [masses], units, form, frames)


def settled(
    model: Model, found: Configuration, source: str, units: Units, minimizer: str
) -> tuple[Configuration, Origin]:
    """A configuration at the minimum that it belongs to, and how far that was; warns where it was none.

    Raises:
        RuntimeError: the minimization did not converge.
    """
    before = force_state(model.interaction, found)
    if before.residual <= BALANCED:
        return found, Origin(source, units, before.residual)
    end = minimize(model.interaction, found, minimizer, tolerance=BALANCED)
    if not end.converged:
        raise RuntimeError(
            f"{source}: {minimizer} stopped at a residual force of {end.residual:.1e} after {end.evaluations} "
            "evaluations"
        )
    moved = found.box.shortest(end.configuration.positions - found.positions)
    moved -= moved.mean(axis=0)
    squared = (moved**2).sum(axis=1)
    fell = (before.energy - end.energy) / len(found)
    origin = Origin(source, units, before.residual, squared.max() ** 0.5, squared.mean() ** 0.5, fell)
    warnings.warn(str(origin), Relaxed, stacklevel=4)
    return end.configuration, origin


def make_liquid(
    model: Model,
    n: int,
    temperature: float,
    sweeps: int = 200,
    seed: int = 1,
    time: float | None = None,
) -> Configuration:
    """A liquid of n particles at a temperature, from a random start: by swap Monte Carlo, or by molecular dynamics
    where a time is given.

    >>> from glassworks import load_model
    >>> liquid = make_liquid(load_model("poly-2d"), n=200, temperature=1.0, sweeps=20)
    >>> len(liquid), round(liquid.density, 2)
    (200, 0.65)

    How long makes it an equilibrium liquid depends on model and temperature: see the relaxation times in
    `config/papers`, and :func:`glassworks.liquids.assess_equilibrium`. Exchanging sizes helps where these are many or
    alike (the polydisperse models); a mixture as Kob and Andersen's is sooner in equilibrium by dynamics.

    Args:
        sweeps: of Monte Carlo, n moves each; not used where a time is given.
        seed: of the random numbers.
        time: of molecular dynamics with a thermostat, in λ (m/ε)^½.

    Raises:
        ValueError: fewer particles than the model's range needs, a temperature that is not positive, fewer than no
            sweeps, or a time of fewer steps than are measured.
    """
    if not sweeps >= 0:
        raise ValueError(f"sweeps must be 0 or more, not {sweeps}")
    rng = np.random.default_rng(seed)
    start = initial_configuration(model, n, rng)
    if time is not None:
        return equilibrate_dynamics(model, start, temperature, time, rng).configuration
    return run_swap_chain(model, start, temperature, before=sweeps, between=1, samples=1, rng=rng).configurations[-1]


def quench(model: Model, liquid: Configuration, minimizer: str = "cg") -> Glass:
    """The glass that a liquid is instantaneously quenched to, at max|F|/⟨f⟩ < 1e-10.

    Raises:
        ValueError: a configuration that cannot be one of the model (:func:`glassworks.configurations.check_fit`, which
            also warns).
        RuntimeError: the minimization did not converge.
    """
    check_fit(model, liquid)
    found = minimize(model.interaction, liquid, minimizer)
    if not found.converged:
        raise RuntimeError(
            f"{minimizer} stopped at a residual force of {found.residual:.1e} after {found.evaluations} evaluations"
        )
    return Glass(model, found.configuration, trusted=True)
