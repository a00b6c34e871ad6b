"""Quenching: from any configuration to a nearby inherent structure."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from glassworks.configurations import Configuration, force_state
from glassworks.minimize.evaluation import terrain_of
from glassworks.minimize.methods import METHODS
from glassworks.models.potentials import Interaction

MARGIN = 0.95
"""On the tolerance: the residual is judged by forces that are summed anew, whose rounding differs."""


@dataclass(frozen=True)
class Quench:
    """Where a minimization ended.

    Attributes:
        configuration: the final configuration.
        energy: U, in ε.
        pressure: virial pressure, in ε/λ^d.
        residual: of the force (:attr:`glassworks.configurations.ForceState.residual`).
        evaluations: force evaluations spent.
        converged: whether the residual is below the tolerance.
    """

    configuration: Configuration
    energy: float
    pressure: float
    residual: float
    evaluations: int
    converged: bool


def minimize(
    interaction: Interaction,
    configuration: Configuration,
    method: str = "cg",
    tolerance: float = 1e-10,
    max_evaluations: int = 200_000,
) -> Quench:
    """Move particles downhill until the residual force is below the tolerance.

    Different methods end in different minima: the method belongs to a study's definition.

    Args:
        method: "cg", "lbfgs" or "fire".
        tolerance: of max_i |F_i| / ⟨f⟩; of max_i |F_i| λ/ε where no pair bears force, as in a packing below jamming.
        max_evaluations: force evaluations after which the search gives up.

    Returns:
        a :class:`Quench`; one that did not converge (too few evaluations, or a force that is not finite) has
        `converged` false and is never raised as an error.

    Raises:
        ValueError: an unknown method, a tolerance that is not positive, or see
            :func:`glassworks.configurations.neighbors.longest_reach`.
    """
    if method not in METHODS:
        raise ValueError(f"no minimizer {method!r}; allowed: {', '.join(METHODS)}")
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, not {tolerance}")
    if not np.isfinite(configuration.positions).all():
        return Quench(configuration, inf, inf, inf, 0, False)
    descend, remembered = METHODS[method]
    terrain = terrain_of(interaction, configuration, remembered)
    point, evaluations = descend(terrain, configuration.positions, MARGIN * tolerance, max_evaluations)
    if not np.isfinite(point).all():  # particles nowhere feel no force, which is no equilibrium
        return Quench(configuration, inf, inf, inf, evaluations, False)
    end = configuration.moved(point)
    state = force_state(interaction, end)
    return Quench(end, state.energy, state.pressure, state.residual, evaluations, state.residual < tolerance)
