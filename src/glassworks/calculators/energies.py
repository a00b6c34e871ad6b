"""An ASE calculator asked for forces, and for stresses under strain: of periodic atoms in three dimensions or two.

Units are the calculator's: eV, Å and amu in ASE (Larsen et al. 2017), or whatever it takes its numbers for.
"""

from __future__ import annotations

import numpy as np
from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError
from scipy.linalg import expm

from glassworks.configurations import Box
from glassworks.elasticity import Strain

FLAT = 1e-9
"""Spread of z, and forces along z beside the largest, up to which atoms lie in a plane; spread in mean distances a₀."""

STRAIN = 2e-5
"""ε of the finite differences by strain, which are of fourth order: their error is about 100 ε⁴ and 1e-16/ε."""

STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
"""Steps and weights of a first derivative, over ε."""


class Energies:
    """What the atoms' calculator says at positions of our choice.

    Attributes:
        atoms: an own copy, turned so that the first cell vector lies along x and the second in the x-y plane.
        dimension: d, 3 or 2: of those coordinates that are free to move.
        box: the cell.
        spacing: a₀ = (V/N)^{1/d}.
    """

    def __init__(self, atoms: Atoms, calculator=None):
        """
        Raises:
            ValueError: atoms that are not periodic as they must be, not finite, or constrained; a cell that encloses
                nothing, or is left-handed; a calculator that is missing, or gives no finite forces.
        """
        self.dimension = checked_dimension(atoms)
        calculator = atoms.calc if calculator is None else calculator
        if calculator is None:
            raise ValueError("a calculator is needed, from atoms.calc or as an argument: the atoms have none")
        self.atoms = turned(atoms)
        self.atoms.calc = calculator
        self.box = Box.of_vectors(self.atoms.cell.array[: self.dimension, : self.dimension].T)
        self.spacing = (self.volume / len(atoms)) ** (1 / self.dimension)
        self._check_forces()

    def _check_forces(self) -> None:
        try:
            forces = np.asarray(self.atoms.get_forces(apply_constraint=False))
        except (PropertyNotImplementedError, NotImplementedError) as failure:
            raise ValueError("the calculator must give forces, but has none") from failure
        if forces.shape != (len(self), 3) or not np.isfinite(forces).all():
            raise ValueError(f"the calculator's forces must be finite and of shape ({len(self)}, 3)")
        if self.dimension == 2 and abs(forces[:, 2]).max() > FLAT * max(abs(forces).max(), 1.0):
            raise ValueError(f"atoms in a plane must feel no force along z, not {abs(forces[:, 2]).max():.1e}")

    def __len__(self) -> int:
        return len(self.atoms)

    @property
    def volume(self) -> float:
        """V, or the area of the plane."""
        return self.box.volume

    @property
    def positions(self) -> np.ndarray:
        """(N, d), a copy."""
        return self.atoms.positions[:, : self.dimension].copy()

    @positions.setter
    def positions(self, values: np.ndarray) -> None:
        self.atoms.positions[:, : self.dimension] = values

    def forces(self, positions: np.ndarray | None = None) -> np.ndarray:
        """F at some positions, (N, d), in eV/Å; by default at the atoms' own, where they stay in either case."""
        if positions is None:
            return np.array(self.atoms.get_forces(apply_constraint=False)[:, : self.dimension])
        here, self.positions = self.positions, positions
        found = self.forces()
        self.positions = here
        return found

    def largest_force(self, forces: np.ndarray) -> float:
        """max_i |F_i|."""
        return float(np.linalg.norm(forces, axis=1).max())

    def deformed(self, tensor: np.ndarray, strain: float) -> tuple[float, np.ndarray]:
        """∂U/∂γ = V σ:e and the forces (N, d) at r → exp(γ e) r, reduced coordinates fixed.

        With F = exp(γ e), (∂F/∂γ) F⁻¹ = e at every γ, and so ∂U/∂γ = V σ:e with the stress σ there.

        Args:
            tensor: e, (d, d).

        Raises:
            ValueError: a calculator without stresses.
        """
        gradient, d = np.eye(3), self.dimension
        gradient[:d, :d] = expm(strain * tensor)
        atoms = self.atoms.copy()
        atoms.set_cell(atoms.cell.array @ gradient.T, scale_atoms=True)
        atoms.calc = self.atoms.calc
        forces = np.array(atoms.get_forces(apply_constraint=False)[:, :d])
        try:
            stress = atoms.get_stress(voigt=False, apply_constraint=False)
        except (PropertyNotImplementedError, NotImplementedError) as failure:
            raise ValueError("moduli need a calculator that gives stresses, but this one has none") from failure
        return float(atoms.get_volume() * (stress[:d, :d] * tensor).sum()), forces

    def strain(self, tensor: np.ndarray, step: float = STRAIN) -> Strain:
        """The energy's response to r → exp(γ e) r: for e = e_a e_bᵀ a simple shear, for e = 1 an expansion by e^γ.

        In equilibrium ∂²U/∂γ∂x is minus what the strain changes of the forces, in space as it is after the strain, and
        for a pair energy that is what :func:`glassworks.elasticity.moduli` has in closed form.
        """
        first = self.deformed(tensor, 0.0)[0]
        second, mixed = 0.0, np.zeros((len(self), self.dimension))
        for steps, weight in STENCIL:
            slope, forces = self.deformed(tensor, steps * step)
            second += weight / step * slope
            mixed -= weight / step * forces
        return Strain(first, second, mixed.ravel())


def checked_dimension(atoms: Atoms) -> int:
    """3 for atoms that are periodic everywhere, 2 for those in one plane; refuses others."""
    if not isinstance(atoms, Atoms):
        raise ValueError(f"atoms must be of ase.Atoms, not of {type(atoms).__name__}")
    if len(atoms) < 2:
        raise ValueError(f"a glass needs two atoms or more, not {len(atoms)}")
    if atoms.constraints:
        raise ValueError("atoms must be free to move, but have constraints: remove them with set_constraint()")
    if not (np.isfinite(atoms.positions).all() and np.isfinite(atoms.cell.array).all()):
        raise ValueError("positions and cell must be finite")
    if not np.linalg.det(atoms.cell.array) > 0:
        raise ValueError("the three cell vectors must be right-handed and enclose a volume (in a plane: any height)")
    if all(atoms.pbc):
        return 3
    if tuple(atoms.pbc) != (True, True, False):
        raise ValueError(f"atoms must be periodic in x, y and z, or in x and y alone, not in {tuple(atoms.pbc)}")
    area = np.linalg.norm(np.cross(*atoms.cell.array[:2]))
    height = np.ptp(atoms.positions[:, 2])
    if height > FLAT * np.sqrt(area / len(atoms)):
        raise ValueError(f"atoms that are periodic in x and y alone must have one z, not z up to {height:.3g} apart")
    if atoms.cell.array[:2, 2].any() or atoms.cell.array[2, :2].any():
        raise ValueError("the cell of atoms in a plane must have two vectors in x and y, and the third along z")
    return 2


def turned(atoms: Atoms) -> Atoms:
    """A copy whose cell is lower triangular (vectors are rows), turned with its atoms where it was not."""
    copy = atoms.copy()
    if np.triu(atoms.cell.array, 1).any() or not (atoms.cell.array.diagonal() > 0).all():
        cell, turn = atoms.cell.standard_form()
        copy.set_cell(np.tril(cell.array))
        copy.positions = atoms.positions @ np.asarray(turn).T
    return copy
