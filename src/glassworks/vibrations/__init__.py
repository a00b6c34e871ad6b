"""Vibrations: the Hessian, its factorization, and its modes."""

from glassworks.vibrations.factorization import Factor, Unstable
from glassworks.vibrations.hessian import Bonds, assemble, backbone, bonds, hessian, weighted
from glassworks.vibrations.modes import Modes, lowest_modes, participation, spectrum
from glassworks.vibrations.semidefinite import Lowest, lowest
from glassworks.vibrations.unfactored import filtered_modes

__all__ = [
    "Bonds",
    "Factor",
    "Lowest",
    "Modes",
    "Unstable",
    "assemble",
    "backbone",
    "bonds",
    "filtered_modes",
    "hessian",
    "lowest",
    "lowest_modes",
    "participation",
    "spectrum",
    "weighted",
]
