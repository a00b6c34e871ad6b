"""Elasticity: pressure, stress and moduli."""

from glassworks.elasticity.moduli import Moduli, moduli, stress

__all__ = ["Moduli", "moduli", "stress"]
