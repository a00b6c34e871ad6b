"""Vibrations: the Hessian, its factorization, and its modes."""

from glassworks.vibrations.factorization import Factor, Unstable
from glassworks.vibrations.hessian import Contacts, assemble, backbone, contacts, hessian, weighted
from glassworks.vibrations.modes import Modes, lowest_modes, participation, spectrum
from glassworks.vibrations.unfactored import filtered_modes

__all__ = [
    "Contacts",
    "Factor",
    "Modes",
    "Unstable",
    "assemble",
    "backbone",
    "contacts",
    "filtered_modes",
    "hessian",
    "lowest_modes",
    "participation",
    "spectrum",
    "weighted",
]
