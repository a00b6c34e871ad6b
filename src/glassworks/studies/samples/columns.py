"""What the columns of the derived tables are."""

from glassworks.statistics.columns import KEYS, take

WORDS = KEYS | {
    "samples": ("1", "glasses whose minimization converged"),
    "excluded": ("1", "glasses, or measurements on one, that are left out"),
    "included": ("", "whether the ensemble counts"),
    "reason": ("", "why not, or ok"),
    "density": ("λ^-d", "number density N/V"),
    "energy": ("ε", "mean energy of a particle"),
    "pressure": ("ε/λ^d", "mean pressure"),
    "shear": ("ε/λ^d", "mean athermal shear modulus"),
    "bulk": ("ε/λ^d", "mean athermal bulk modulus"),
    "omega_g": ("(ε/m)^½/λ", "mean frequency of the responses to pinches, ω_g"),
    "softest": ("(ε/m)^½/λ", "mean frequency of each glass's softest mode"),
    "participation": ("1", "mean participation ratio of modes below 0.18 ω_g"),
    "spot_frequency": ("(ε/m)^½/λ", "mean frequency of soft spots"),
    "spot_core": ("λ", "mean size of the core of soft spots"),
    "band": ("(ε/m)^½/λ", "frequency of the first transverse plane wave, 2π (G/ρ)^½/L"),
    "frequency": ("(ε/m)^½/λ", "frequency ω"),
    "density_of_states": ("λ(m/ε)^½", "D(ω), normalized to one"),
    "sample": ("1", "number of the sample"),
    "share": ("1", "share of pinches whose response has at most this frequency"),
}
PLACE = "group ensemble model dimension n protocol temperature rate"
COLUMNS = {
    "summary": take(
        WORDS,
        f"paper {PLACE} samples excluded included reason density band",
        "energy pressure shear bulk omega_g softest participation spot_frequency spot_core",
    ),
    "spectrum": take(WORDS, f"paper {PLACE} frequency", "density_of_states"),
    "localization": take(WORDS, f"paper {PLACE} sample frequency")
    | {"participation": ("1", "participation ratio e = (Σ|ψ_i|²)²/(N Σ|ψ_i|⁴) of a mode")},
    "pinches": take(WORDS, f"paper {PLACE} frequency share"),
}
