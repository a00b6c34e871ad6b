"""How liquids relax: scattering functions and displacements in time, bare and relative to the cage; hexatic order."""

from glassworks.dynamics.correlators import (
    TwoTimes,
    TwoTimesTable,
    grid_vectors,
    logarithmic_steps,
    scattering,
    scattering_on_grid,
    structure_peak,
)
from glassworks.dynamics.hexatic import HexaticOrder, bond_order, hexatic_order
from glassworks.dynamics.relaxation import RelaxationRecord, View, Watch, watch_liquid

__all__ = [
    "HexaticOrder",
    "RelaxationRecord",
    "TwoTimes",
    "TwoTimesTable",
    "View",
    "Watch",
    "bond_order",
    "grid_vectors",
    "hexatic_order",
    "logarithmic_steps",
    "scattering",
    "scattering_on_grid",
    "structure_peak",
    "watch_liquid",
]
