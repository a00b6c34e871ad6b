"""Repulsive and attractive parts of a glass's pressure, and the stiffness of its pairs, without its rattlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
STRESS = "ε/λ^d"


class Parameters(Strict):
    """A pair's stiffness φ'' is strongly negative below −`strong`, in ε_ij/λ_ij² of the pair; by default a tenth of a
    Lennard-Jones pair's stiffness at its minimum, 72 · 2^{−1/3} (:data:`glassworks.forces.pair_forces.STRONG`).
    """

    strong: Annotated[float, Field(ge=0)] = 5.7


def share(what: str) -> Column:
    return Column("1", f"share of interacting pairs {what}", least=0.0, below=1.0 + 1e-12)


COLUMNS = {
    "pressure": Column(STRESS, "pressure p = p₊ − p₋, its virial part"),
    "repulsive_pressure": Column(STRESS, "p₊, what pairs with f_ij > 0 contribute to the pressure", least=0.0),
    "attractive_pressure": Column(STRESS, "p₋, minus what pairs with f_ij < 0 contribute to the pressure", least=0.0),
    "coordination": Column("1", "interacting neighbors a particle: twice the pairs over particles", least=0.0),
    "attractive": share("that attract, f_ij < 0"),
    "negative": share("of negative stiffness, φ'' < 0"),
    "strongly_negative": share("of strongly negative stiffness, φ'' < −strong ε_ij/λ_ij²"),
    "softening": Column(
        "ε_ij/λ_ij²", "mean over all interacting pairs of min(φ'', 0); over `negative` it is the mean of those"
    ),
    "rattlers": Column(
        "1", "particles with fewer than d + 1 interacting neighbors, left out of all else", whole=True, least=0
    ),
}

LAWS = {"": Law(scale=0.004, power=1.0, memory=10.0)}


def rows(system: System, parameters: Parameters) -> float:
    return 1


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    """Raises Unstable where no particle has so many neighbors: a packing without contacts."""
    from glassworks.forces.pair_forces import pair_forces

    here = glass.configuration
    found = pair_forces(glass.model.interaction, here, glass.bonds, parameters.strong)
    shares = {name: getattr(found, name) / found.pairs for name in ("attractive", "negative", "strongly_negative")}
    row = {
        "pressure": found.pressure,
        "repulsive_pressure": found.repulsive_pressure,
        "attractive_pressure": found.attractive_pressure,
        "coordination": 2.0 * found.pairs / len(here),
        **shares,
        "softening": found.softening / found.pairs,
        "rattlers": glass.rattlers,
    }
    return {name: np.array([value]) for name, value in row.items()} | {"status": np.array(["ok"])}
