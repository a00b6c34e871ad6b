"""Configurations: the box, neighbor lists, forces and files."""

from glassworks.configurations.box import Box
from glassworks.configurations.configuration import Configuration, first_lost
from glassworks.configurations.fitting import Misfit, check_fit, check_kind
from glassworks.configurations.forces import ForceState, force_state
from glassworks.configurations.h5md import read_frames, write_frames
from glassworks.configurations.neighbors import pair_list

__all__ = [
    "Box",
    "Configuration",
    "ForceState",
    "Misfit",
    "check_fit",
    "check_kind",
    "first_lost",
    "force_state",
    "pair_list",
    "read_frames",
    "write_frames",
]
