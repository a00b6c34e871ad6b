"""Structure of configurations: pair correlations, structure factors, crystals."""

from glassworks.structure.bond_order import (
    Neighbors,
    averaged_bond_order,
    bond_order,
    harmonics,
    solid_angle_neighbors,
)
from glassworks.structure.correlations import PairCorrelations, pair_correlations
from glassworks.structure.crystals import Crystals, crystals
from glassworks.structure.factors import StructureFactors, structure_factors

__all__ = [
    "Crystals",
    "Neighbors",
    "PairCorrelations",
    "StructureFactors",
    "averaged_bond_order",
    "bond_order",
    "crystals",
    "harmonics",
    "pair_correlations",
    "solid_angle_neighbors",
    "structure_factors",
]
