"""Structure of configurations: pair correlations, structure factors, crystals."""

from glassworks.structure.correlations import PairCorrelations, pair_correlations
from glassworks.structure.factors import StructureFactors, structure_factors

__all__ = [
    "PairCorrelations",
    "StructureFactors",
    "pair_correlations",
    "structure_factors",
]
