"""Rainone, Bouchbinder & Lerner, Pinching a glass reveals key properties of its soft spots, PNAS 117, 5228 (2020)."""

from glassworks.studies.study import Study

RAW = ("liquids", "equilibrium", "glasses", "moduli", "modes", "dipoles", "decay", "softspots")
TABLES = (
    "summary", "units", "prefactor_windows", "cumulative", "densities", "exponents", "changes", "onset", "boltzmann",
    "lengths", "covariation", "cutoffs", "responses",
)  # fmt: skip
MAIN = "parents"
"""The group of the paper's ladder of parent temperatures."""
STUDY = Study(__name__, RAW, TABLES, MAIN)
