"""Kapteijns, PhD thesis (University of Amsterdam, 2021), chapter 2: the nonphononic density of states in two, three and
four dimensions; Kapteijns, Bouchbinder & Lerner, Phys. Rev. Lett. 121, 055501 (2018).
"""

from glassworks.studies.study import Study

RAW = (
    "liquids", "glasses", "modes", "moduli", "dipoles", "nonlinear_modes", "mode_fields", "mode_pictures", "structure",
    "mode_and_wave", "pinched_modes", "equilibrium",
)  # fmt: skip
TABLES = (
    "summary", "densities", "cumulatives", "running_participation", "windows", "bands", "cutoffs", "growth", "laws",
    "rates", "decays", "falls", "weights", "shown", "correlations", "peaks",
    "portrait", "pinched", "likenesses",
)  # fmt: skip
NAMES = {"ipl-2d": "2D", "ipl-3d": "3D", "ipl-4d": "4D"}
"""The chapter's models, with what figures call them."""
STUDY = Study(__name__, RAW, TABLES, "spectra-3d")
