"""Elasticity: pressure, stress and moduli, athermal and from fluctuations."""

from glassworks.elasticity.fluctuations import FluctuationModulus, StressFluctuations
from glassworks.elasticity.moduli import Moduli, Strain, moduli, moduli_of_strains, stress

__all__ = [
    "FluctuationModulus",
    "Moduli",
    "Strain",
    "StressFluctuations",
    "moduli",
    "moduli_of_strains",
    "stress",
]
