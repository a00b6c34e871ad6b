"""Elasticity: pressure, stress and moduli, athermal and from fluctuations."""

from glassworks.elasticity.fluctuations import FluctuationModulus, StressFluctuations
from glassworks.elasticity.moduli import Moduli, moduli, stress

__all__ = ["FluctuationModulus", "Moduli", "StressFluctuations", "moduli", "stress"]
