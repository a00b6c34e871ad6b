"""González-López, Shivam, Zheng, Pica Ciamarra & Lerner, Mechanical disorder of sticky-sphere glasses. II.
Thermomechanical inannealability, Phys. Rev. E 103, 022606 (2021).
"""

from glassworks.studies.study import Study

RAW = (
    "liquids", "equilibrium", "stress_relaxation", "glasses", "moduli", "pair_forces", "crystals", "structure",
    "liquid_structure", "modes", "dipoles", "decay",
)  # fmt: skip
ELASTIC = (
    "dynamics", "stress_curves", "crossovers", "crossover_choices", "route_choices", "scaled", "variations",
    "orderings", "contrasts", "gaps", "onsets", "potentials", "structures", "crystal_counts",
)  # fmt: skip
"""Derived tables of energies, moduli, crossover temperatures and dynamics."""
SOFT = (
    "soft", "densities", "soft_windows", "exponents", "core_thresholds", "core_profiles", "pinch_densities",
    "soft_changes", "soft_steps", "soft_orders", "soft_ratios", "slopes", "routes", "stiffness", "findings",
)  # fmt: skip
"""Derived tables of soft modes and pinches."""
TABLES = ("summary", *ELASTIC, *SOFT)
STICKY = {"rc11": 1.1, "rc12": 1.2, "rc13": 1.3, "rc15": 1.5}
"""The groups of sticky spheres, with their r_c."""
COMPARED = (*STICKY, "ka", "hertzian", "poly")
"""The groups whose energies and moduli are compared: one for each of the paper's models."""
DEEP, LIKE_DEEP = "deep", "rc12"
"""The polydisperse sticky spheres, and the binary ones of the same r_c."""
STUDY = Study(__name__, RAW, TABLES, "rc11")
