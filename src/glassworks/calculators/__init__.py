"""Glasses whose energy an ASE calculator gives: of many bodies, in its units (eV, Å and amu, where it has ASE's)."""

from glassworks.calculators.curvature import Curvature, RoughForces
from glassworks.calculators.glass import CalculatorGlass
from glassworks.calculators.relaxing import Relaxation

__all__ = ["CalculatorGlass", "Curvature", "Relaxation", "RoughForces"]
