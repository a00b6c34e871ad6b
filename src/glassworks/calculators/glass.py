"""A glass of atoms whose energy an ASE calculator gives, and what is measured on it as on ours."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations

import numpy as np
from ase import Atoms
from ase.neighborlist import neighbor_list
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import csc_matrix

from glassworks.calculators.curvature import Curvature, curvature, probe
from glassworks.calculators.energies import Energies
from glassworks.calculators.relaxing import relax
from glassworks.choices import factor_pays
from glassworks.configurations import Configuration
from glassworks.elasticity import Moduli, moduli_of_strains
from glassworks.excitations import (
    Decay,
    DipoleResponses,
    SoftSpots,
    dipole_responses,
    pinch_decay,
    soft_spots,
)
from glassworks.vibrations import Bonds, Factor, Modes, Unstable, filtered_modes, lowest_modes, weighted

TOLERANCE = 1e-10
"""max|F| beside the typical force up to which atoms are at rest."""


class CalculatorGlass:
    """Atoms at a minimum of any energy that ASE knows, many-body ones too, with what is measured on a glass.

    >>> from ase.build import bulk
    >>> from ase.calculators.emt import EMT
    >>> copper = CalculatorGlass(bulk("Cu", cubic=True).repeat(2), EMT())
    >>> copper
    CalculatorGlass(Cu32, EMT, 3D)
    >>> from ase.units import GPa
    >>> round(copper.moduli().bulk / GPa)
    125

    Units are the calculator's. With ASE's, energies are in eV, lengths in Å, forces in eV/Å, the Hessian and the
    stiffness of dipoles in eV/Å², moduli in eV/Å³ (160.2 GPa; in a plane eV/Å²). Frequencies of modes are in
    (eV/amu)^½/Å (`ase.units._hbar` and `kJ` lead to others); those of pinches and soft spots are of particles of mass
    one whatever the masses, √(u·M·u / u·u), in eV^½/Å.

    A cell that is not lower triangular is turned, atoms and all: planes of shear and vectors are those of `atoms` here,
    and not of what was given. There is no search for rattlers: an atom that nothing holds is `Unstable`.

    Attributes:
        atoms: an own copy, turned and at rest.
        relaxation: how far they had to move (:class:`glassworks.calculators.Relaxation`).
        reach: distance in Å beyond which no force reacts to the displacement of an atom; infinite in a small cell.
    """

    def __init__(
        self,
        atoms: Atoms,
        calculator=None,
        *,
        reach: float | None = None,
        contact: float | None = None,
        tolerance: float = TOLERANCE,
        seed: int = 0,
    ):
        """Bring the atoms to rest.

        Args:
            atoms: periodic in x, y and z; or in x and y, all at one z, where the third cell vector has any length.
            calculator: an ASE calculator, by default the atoms' own, with forces; moduli need its stress.
            reach: by default found from which forces react to displacements (of many-body energies about twice the
                potential's cutoff). Not asked of a calculator that gives the Hessian.
            contact: distance in Å up to which two atoms are neighbors, by default that of the first minimum of g(r).
            tolerance: of max|F|, beside the typical force (:class:`glassworks.calculators.Relaxation`).
            seed: of the atoms that are displaced to find `reach`, and of the direction that the Hessian is tried along.

        Warns:
            RoughForces: when the Hessian is first asked for, where forces change by jumps.

        Raises:
            ValueError: atoms or a calculator that cannot be used (:class:`glassworks.calculators.energies.Energies`),
                distances or a tolerance that are not positive, a Hessian that does not tell how forces change.
            RuntimeError: atoms that do not come to rest.
            Unstable: atoms at rest that are at no minimum.
        """
        for name, value in (("reach", reach), ("contact", contact), ("tolerance", tolerance)):
            if value is not None and not 0 < value < np.inf:
                raise ValueError(f"{name} must be a positive number, not {value}")
        self.energies, self.seed, self._contact, self._reach = Energies(atoms, calculator), seed, contact, reach
        self.relaxation = relax(self.energies, lambda: self._curvature().matrix, self._held, tolerance)

    def _held(self) -> float:
        """How strongly an atom is held where it is; finds the reach."""
        stiffness, found = probe(self.energies, np.random.default_rng(self.seed))
        self.reach = found if self._reach is None else self._reach
        return stiffness

    def _curvature(self) -> Curvature:
        rng = np.random.default_rng([self.seed, 1])
        found = curvature(self.energies, self.reach, rng, widen=self._reach is None)
        self.reach = found.reach
        return found

    def __len__(self) -> int:
        return len(self.atoms)

    def __repr__(self) -> str:
        name = type(self.atoms.calc).__name__
        return f"CalculatorGlass({self.atoms.get_chemical_formula()}, {name}, {self.energies.dimension}D)"

    @property
    def atoms(self) -> Atoms:
        return self.energies.atoms

    @cached_property
    def configuration(self) -> Configuration:
        """The atoms in their box, with diameters of `contact`."""
        return Configuration(self.energies.positions, np.full(len(self), self.contact), self.energies.box)

    @cached_property
    def curvature(self) -> Curvature:
        """The Hessian, and what its making tells of its precision."""
        return self._curvature()

    @property
    def hessian(self) -> csc_matrix:
        """M, sparse (dN, dN), in eV/Å²."""
        return self.curvature.matrix

    @cached_property
    def masses(self) -> np.ndarray | None:
        """In amu, (N,); None where every mass is one."""
        masses = self.atoms.get_masses()
        return None if (masses == 1.0).all() else masses

    @cached_property
    def factor(self) -> Factor:
        """Of the Hessian; raises `Unstable` unless the atoms are at a minimum."""
        return self._factor(self.hessian)

    @cached_property
    def weighted_factor(self) -> Factor:
        """Of the Hessian weighted by masses; raises as :attr:`factor` does."""
        return self.factor if self.masses is None else self._factor(weighted(self.hessian, self.masses), self.masses)

    def _factor(self, matrix: csc_matrix, masses: np.ndarray | None = None) -> Factor:
        try:
            return Factor(matrix, self.energies.positions, masses=masses)
        except Unstable as failure:
            raise Unstable(f"{failure}; the atoms are at no minimum, or one is held by nothing") from failure

    @cached_property
    def contact(self) -> float:
        """Distance up to which two atoms are neighbors, in Å."""
        return contact_distance(self.energies) if self._contact is None else self._contact

    @cached_property
    def bonds(self) -> Bonds:
        """The neighbors. Their `derivatives` are NaN, because an energy of many bodies has none by pairs."""
        first, second, vectors = neighbor_list("ijD", self.atoms, self.contact)
        once = first < second
        first, second = first[once].astype(np.int32), second[once].astype(np.int32)
        vectors = np.ascontiguousarray(-vectors[once, : self.energies.dimension])
        return Bonds(first, second, vectors, np.full(len(first), self.contact), np.full((len(first), 5), np.nan))

    def modes(self, count: int, seed: int = 0, factored: bool | None = None) -> Modes:
        """The softest modes, weighted by masses, with the factor or without; by default as pays."""
        shape = (len(self), self.energies.dimension)
        if factor_pays(*shape, count) if factored is None else factored:
            return lowest_modes(self.weighted_factor, count, seed)
        matrix = weighted(self.hessian, self.masses)
        return filtered_modes(matrix, self.configuration, count, seed, masses=self.masses)

    def moduli(self) -> Moduli:
        """Pressure and moduli, by the definitions of :mod:`glassworks.elasticity.moduli`, in eV/Å^d.

        Raises:
            ValueError: a calculator without stresses.
        """
        d = self.energies.dimension
        units = np.eye(d)
        swell = self.energies.strain(units)
        shears = [self.energies.strain(np.outer(units[a], units[b])) for a, b in combinations(range(d), 2)]
        return moduli_of_strains(swell, shears, self.factor, self.energies.volume)

    def pinch(self, pairs: int, seed: int = 0) -> DipoleResponses:
        """Responses to force dipoles on random pairs of neighbors."""
        return dipole_responses(self.bonds, self.factor, pairs, np.random.default_rng(seed))

    def decay(self, pairs: int, seed: int = 0) -> Decay:
        """How such responses decay."""
        return pinch_decay(self.configuration, self.bonds, self.factor, pairs, np.random.default_rng(seed))

    def softspots(self, starts: int, seed: int = 0) -> SoftSpots:
        """Pseudo-harmonic modes from so many pinches; the sums of pairs are over neighbors."""
        return soft_spots(self.configuration, self.bonds, self.factor, starts, np.random.default_rng(seed))


def contact_distance(energies: Energies) -> float:
    """Where g(r) has its first minimum after its highest peak, in Å; where it is empty there, the middle of that.

    Distances are counted in bins of a₀/200, smoothed by five of them.
    """
    spacing, d = energies.spacing, energies.dimension
    counts, edges = np.histogram(neighbor_list("d", energies.atoms, 2.6 * spacing), 520, (0.0, 2.6 * spacing))
    r = 0.5 * (edges[1:] + edges[:-1])
    g = gaussian_filter1d(counts / r ** (d - 1), 5)
    peak = r[np.argmax(np.where(r < 1.6 * spacing, g, 0.0))]
    after = (r > peak) & (r < 1.6 * peak)
    low = np.flatnonzero(g[after] <= g[after].min() + 1e-9 * g.max())
    gap = low[: np.append(np.flatnonzero(np.diff(low) > 1), len(low) - 1)[0] + 1]
    return float(r[after][gap].mean())
