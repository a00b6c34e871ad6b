"""Kapteijns, PhD thesis (University of Amsterdam, 2021), chapter 3: nonlinear quasilocalized excitations; Kapteijns,
Richard & Lerner, Phys. Rev. E 101, 032130 (2020).
"""

from glassworks.studies.study import Study

RAW = (
    "liquids", "glasses", "moduli", "modes", "dipoles", "nonlinear_modes", "strained_cubics", "mode_fields",
    "mode_pictures", "equilibrium",
)  # fmt: skip
TABLES = (
    "references", "softest_modes", "counts", "trends", "slopes", "prefactors", "sizes", "medians", "shares", "tails",
    "pairs", "strained", "decays", "falls", "pictures", "annealing", "densities", "changes",
)  # fmt: skip
NAMES = {"ipl-2d": "2D", "ipl-3d": "3D", "ipl-4d": "4D", "poly-3d": "3D polydisperse"}
"""The chapter's models, with what figures call them."""
STUDY = Study(__name__, RAW, TABLES, "quenched-3d")
