"""Mizuno, Shimada & Ikeda, Anharmonic properties of vibrational excitations in amorphous solids, Phys. Rev. Research 2,
013215 (2020).
"""

from glassworks.studies.study import Study

RAW = (
    "liquids", "glasses", "moduli", "crystals", "selected_modes", "pulls", "destinations", "pull_scans",
    "rearrangement", "pull_variants", "saddles", "destination_spots", "equilibrium",
)  # fmt: skip
TABLES = (
    "states", "modes", "transitions", "spectra", "bands", "boson", "onset_samples", "onsets", "correlations", "laws",
    "shares", "barriers", "classes", "ratios", "samples", "jumps", "scans", "movers", "fields", "variants", "edges",
    "controls", "annealed", "findings",
)  # fmt: skip
MODELS = {"harmonic-mono-3d": "harmonic", "lj-mono-3d": "Lennard-Jones"}
"""The paper's two models, with what figures call them."""
NAMES = {"harmonic-mono-3d": "harmonic", "lj-mono-3d": "lj"}
"""With what the names of their printed numbers and claims begin or end."""
ANNEALED = "annealed"
"""The group of polydisperse glasses along the parent temperature."""
CRYSTALS = ("fcc", "fcc-lj")
"""The groups of perfect crystals, the control in which nothing rearranges."""
STUDY = Study(__name__, RAW, TABLES, "harmonic")
