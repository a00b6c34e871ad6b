"""Forces in space: the stress field and its correlations, and the network of particles that bear force."""

from glassworks.forces.networks import (
    Clusters,
    ForceWindow,
    Percolation,
    bond_forces,
    clusters,
    connections,
    percolation,
    spanning,
)
from glassworks.forces.stress import ShellSums, StressMap, grid_sums, merged, shear_stresses, shell_sums, stress_map

__all__ = [
    "Clusters",
    "ForceWindow",
    "Percolation",
    "ShellSums",
    "StressMap",
    "bond_forces",
    "clusters",
    "connections",
    "grid_sums",
    "merged",
    "percolation",
    "shear_stresses",
    "shell_sums",
    "spanning",
    "stress_map",
]
