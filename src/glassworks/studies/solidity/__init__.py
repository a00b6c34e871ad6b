"""Tong, Sengupta & Tanaka, Emergent solidity of amorphous materials as a consequence of mechanical self-organisation,
Nat. Commun. 11, 4863 (2020).
"""

from glassworks.studies.study import Study

RAW = (
    "liquids", "frames", "forces", "stress", "network", "clusters", "fluctuations", "particles", "maps", "inherent",
    "relaxation", "downhill",
)  # fmt: skip
TABLES = (
    "summary", "correlations", "powers", "mean_maps", "connections", "thresholds", "scalings", "curves", "profiles",
    "cluster_sizes", "cluster_exponents", "liquid_amplitudes", "transitions", "onsets", "halves", "collapses",
    "windows", "limits", "systems", "decays", "relaxation_times", "laws", "remaining", "remaining_bins", "descents",
    "ranges", "dimensions",
)  # fmt: skip
MAIN = "cooled"
"""Groups whose name begins so are those of the paper's main text; others show how general it is."""
STUDY = Study(__name__, RAW, TABLES, MAIN)
