"""How liquids relax: scattering functions and displacements in time, bare and relative to the cage; hexatic order."""

from glassworks.dynamics.correlators import (
    TwoTimes,
    TwoTimesTable,
    crossing,
    grid_vectors,
    logarithmic_steps,
    scattering,
    scattering_on_grid,
    structure_peak,
)
from glassworks.dynamics.hexatic import HexaticOrder, bond_order, hexatic_order

__all__ = [
    "HexaticOrder",
    "TwoTimes",
    "TwoTimesTable",
    "bond_order",
    "crossing",
    "grid_vectors",
    "hexatic_order",
    "logarithmic_steps",
    "scattering",
    "scattering_on_grid",
    "structure_peak",
]
