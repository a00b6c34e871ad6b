"""Whether a configuration is one of its model: what cannot be is refused, what is merely unlike it is warned of.

Jobs ask :func:`check_kind` alone, which costs nothing: what they read was made from the model that they name. What a
person brings along goes through :func:`check_fit`.
"""

from __future__ import annotations

import warnings

import numpy as np

from glassworks.configurations.configuration import Configuration, first_lost
from glassworks.configurations.forces import force_state
from glassworks.configurations.neighbors import longest_reach, pair_list
from glassworks.models.specification import Model

COINCIDENT = 1e-6
"""Two particles nearer than this, in λ_ij, stand on one spot: a force of 1e60 ε/λ, or one without a direction."""

DENSITY, BALANCE = 0.01, 1e-6
"""Relative difference of the density, and max_i |F_i| / ⟨f⟩ of a glass, above which a warning says so."""


class Misfit(UserWarning):
    """A configuration is unlike its model, or a glass is no minimum."""


def check_kind(model: Model, configuration: Configuration) -> None:
    """Refuse particles that the model cannot have.

    Raises:
        ValueError: no particles, another dimension than the model's, or see
            :func:`glassworks.configurations.neighbors.longest_reach`.
    """
    d = configuration.box.dimension
    if d != model.dimension:
        raise ValueError(f"the configuration has {d} dimensions, but the model {model.name} has {model.dimension}")
    if not len(configuration):
        raise ValueError("the configuration has no particles")
    longest_reach(model.interaction, configuration.diameters, configuration.box)


def check_places(model: Model, configuration: Configuration) -> None:
    """Refuse particles that are nowhere, or two on one spot.

    Raises:
        ValueError: a coordinate that is not finite, or two particles nearer than :data:`COINCIDENT`; says which.
    """
    positions = configuration.positions
    if (lost := first_lost(positions)) is not None:
        raise ValueError(f"particle {lost}: its position {positions[lost].tolist()} is not finite")
    touching = model.interaction._replace(cutoff=COINCIDENT)
    start, partner = pair_list(positions, configuration.diameters, configuration.box, touching)
    if len(partner):
        first = int(np.searchsorted(start, 0, side="right")) - 1
        raise ValueError(f"particles {first} and {partner[0]} stand on one spot, {positions[first].tolist()}")


def check_distances(model: Model, configuration: Configuration) -> None:
    """Refuse pairs that are nearer than the first row of the table which is the model's pair energy.

    Raises:
        ValueError: names the first such pair.
    """
    shortest = model.potential.first_distance
    nearer = model.interaction._replace(cutoff=shortest)
    start, partner = pair_list(configuration.positions, configuration.diameters, configuration.box, nearer)
    if len(partner):
        first = int(np.searchsorted(start, 0, side="right")) - 1
        raise ValueError(
            f"particles {first} and {partner[0]} are nearer than the table of {model.name} begins, {shortest:g} λ_ij"
        )


def doubts(model: Model, configuration: Configuration, balanced: bool) -> list[str]:
    """What is unlike the model, a sentence each.

    Args:
        balanced: whether the configuration should be an inherent structure.
    """
    found = [model.mixture.unlike(configuration.diameters)]
    if not abs(configuration.density / model.density - 1.0) <= DENSITY:
        found.append(f"its density is {configuration.density:.6g}, but that of {model.name} {model.density:.6g}")
    if balanced and (residual := force_state(model.interaction, configuration).residual) > BALANCE:
        found.append(f"its forces do not balance, max|F|/⟨f⟩ = {residual:.1e}: quench it first")
    return [sentence for sentence in found if sentence]


def check_fit(model: Model, configuration: Configuration, balanced: bool = False) -> None:
    """Refuse a configuration that cannot be one of the model, and warn once, for the caller's caller, where it is
    unlike the model (:class:`Misfit`).

    Args:
        balanced: whether it should be an inherent structure.

    Raises:
        ValueError: see :func:`check_kind`, :func:`check_places` and :func:`check_distances`.
    """
    check_kind(model, configuration)
    check_places(model, configuration)
    if hasattr(model.potential, "first_distance"):
        check_distances(model, configuration)
    if found := doubts(model, configuration, balanced):
        warnings.warn(f"the configuration does not fit {model.name}: {'; '.join(found)}", Misfit, stacklevel=3)
