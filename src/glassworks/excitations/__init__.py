"""Excitations: responses to pinches, their decay, and soft spots."""

from glassworks.excitations.decay import Decay, pinch_decay
from glassworks.excitations.dipoles import DipoleResponses, dipole_responses
from glassworks.excitations.softspots import SoftSpots, soft_spots

__all__ = ["Decay", "DipoleResponses", "SoftSpots", "dipole_responses", "pinch_decay", "soft_spots"]
