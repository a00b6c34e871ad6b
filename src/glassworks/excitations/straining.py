"""A cubic mode followed through a small strain."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np

from glassworks.elasticity.moduli import simple_shear
from glassworks.excitations.nonlinear import Mode, cubic_mode
from glassworks.minimize import minimize
from glassworks.vibrations import Factor, assemble, bonds
from glassworks.vibrations.threads import single_threaded

RESIDUAL = 1e-12
"""max_i |F_i|/⟨f⟩ of a strained glass."""
SAME = 0.99
"""Overlap of the modes at both strains, below which the mode was lost."""


@single_threaded
def strained_cubic(glass: Any, start: np.ndarray, strain: float) -> dict[str, Any]:
    """What :data:`glassworks.observables.strained_cubics.COLUMNS` says of a glass, by name, with `status`.

    Along a cubic mode particles move by −M⁺ ∂²U/∂γ∂x as the box is sheared; with κ small this is −(ν/κ) π_3, along
    which κ changes by τ: dκ/dγ = −τν/κ.

    Args:
        glass: a :class:`glassworks.glasses.Glass`.
        start: the mode, (N, d), as near as it is known.
        strain: γ.
    """
    here = cubic_mode(glass.bonds, glass.factor, start)
    coupling = float(simple_shear(glass.bonds, len(start), 0, 1).mixed @ here.vector.ravel())
    row = {
        "stiffness": here.stiffness, "third": here.third, "shear_coupling": coupling, "slope": nan,
        "predicted": -here.third * coupling / here.stiffness, "ratio": nan, "followed": nan,
    }  # fmt: skip
    sides = [_sheared(glass, here.vector, sign * strain) for sign in (1.0, -1.0)]
    if any(side is None or not side.converged for side in sides):
        return row | {"status": "no cubic mode under strain"}
    plus, minus = sides
    followed = float((plus.vector * minus.vector).sum())
    slope = (plus.stiffness - minus.stiffness) / (2.0 * strain)
    row |= {"slope": slope, "ratio": slope / row["predicted"], "followed": max(followed, 0.0)}
    return row | {"status": "ok" if followed > SAME else "the mode was lost"}


def _sheared(glass: Any, start: np.ndarray, strain: float) -> Mode | None:
    """The cubic mode of a glass under simple shear; None where it did not come to rest."""
    gradient = np.eye(start.shape[1])
    gradient[0, 1] = strain
    interaction = glass.model.interaction
    end = minimize(interaction, glass.configuration.deformed(gradient), "cg", RESIDUAL)
    if not end.converged:
        return None
    pairs = bonds(interaction, end.configuration)
    factor = Factor(assemble(pairs, len(start)), end.configuration.positions)
    return cubic_mode(pairs, factor, start)
