"""Down to a minimum of an energy known by its forces: roughly by FIRE, closer by L-BFGS, the rest by Newton."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ase.optimize import FIRE, LBFGS
from scipy.sparse import csc_matrix

from glassworks.calculators.energies import Energies
from glassworks.vibrations import Factor, Unstable

ROUGH, CLOSE = 1e-2, 1e-5
"""max|F| beside the typical force to which FIRE and then L-BFGS go."""

STEPS = 20000
"""Of each of these at most."""

HESSIANS = 6
"""Newton's method with so many Hessians at most; each serves while max|F| falls by half from step to step."""

LONGEST = 0.05
"""Displacement of an atom in a step of FIRE or L-BFGS at most, in mean distances a₀."""


@dataclass(frozen=True)
class Relaxation:
    """How atoms came to rest.

    Attributes:
        moved: the largest displacement of an atom from where it was given, in Å, a drift of all left out.
        before, after: max_i |F_i|, in eV/Å.
        typical: the force that `before` and `after` are to be held against, in eV/Å: how strongly an atom is held,
            times the mean distance a₀.
    """

    moved: float
    before: float
    after: float
    typical: float

    @property
    def residual(self) -> float:
        """max_i |F_i| beside the typical force."""
        return self.after / self.typical


def relax(
    energies: Energies, hessian: Callable[[], csc_matrix], stiffness: Callable[[], float], tolerance: float
) -> Relaxation:
    """Move the atoms to a minimum, unless max_i |F_i| is below the tolerance already.

    Args:
        hessian: at the atoms' positions, (dN, dN).
        stiffness: how strongly an atom is held there, in eV/Å². It is asked again on the way: atoms that overlap are
            held by more.
        tolerance: of max_i |F_i| beside the typical force.

    Raises:
        RuntimeError: atoms that do not come to rest.
        Unstable: atoms at rest that are at no minimum, or of which some can move freely.
    """
    start, held = energies.positions, stiffness()
    before = after = energies.largest_force(energies.forces())
    if before > tolerance * held * energies.spacing:
        descend(energies, held, CLOSE)
        held = stiffness()
        after = polish(energies, hessian, held, tolerance)
        if not after <= tolerance * held * energies.spacing:
            raise RuntimeError(
                f"atoms must come to rest to {tolerance:.0e} of a typical force, {held * energies.spacing:.3g}, but "
                f"stopped at a force of {after:.1e}: a calculator of less precision needs a higher tolerance"
            )
    moves = energies.positions - start
    moved = float(np.linalg.norm(moves - moves.mean(axis=0), axis=1).max())
    return Relaxation(moved, before, after, held * energies.spacing)


def descend(energies: Energies, held: float, tolerance: float) -> None:
    """FIRE to `ROUGH` and L-BFGS to a tolerance, in steps that suit the stiffness whatever the units."""
    time, longest, typical = held**-0.5, LONGEST * energies.spacing, held * energies.spacing
    FIRE(energies.atoms, logfile=None, dt=0.2 * time, dtmax=time, maxstep=longest).run(ROUGH * typical, STEPS)
    LBFGS(energies.atoms, logfile=None, alpha=held, maxstep=longest).run(tolerance * typical, STEPS)


def polish(energies: Energies, hessian: Callable[[], csc_matrix], held: float, tolerance: float) -> float:
    """Newton's method until max|F| no longer falls by half; max_i |F_i| at the end."""
    closer = CLOSE
    descend(energies, held, closer)
    for attempt in range(HESSIANS):
        try:
            factor = Factor(hessian(), energies.positions)
        except Unstable:
            if attempt == HESSIANS - 1:
                raise
            closer = max(closer / 100, tolerance)
            descend(energies, held, closer)
            continue
        forces = solve(energies, factor, energies.forces())
        if energies.largest_force(forces) <= tolerance * held * energies.spacing:
            break
    return energies.largest_force(energies.forces())


def solve(energies: Energies, factor: Factor, forces: np.ndarray) -> np.ndarray:
    """Newton's steps with one factor while they pay; the forces where they end."""
    while True:
        here, step = energies.positions, factor.solve(forces.ravel()).reshape(forces.shape)
        if np.linalg.norm(step, axis=1).max() > energies.spacing:
            return forces
        energies.positions = here + step
        found, before = energies.forces(), energies.largest_force(forces)
        if not energies.largest_force(found) < before:
            energies.positions = here
            return forces
        forces = found
        if energies.largest_force(found) > before / 2:
            return forces
