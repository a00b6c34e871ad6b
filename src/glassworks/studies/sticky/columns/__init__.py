"""What the columns of the study's derived tables are."""

from glassworks.statistics.columns import KEYS, NONE, take
from glassworks.studies.sticky.columns import elastic, soft

WORDS = KEYS | {
    "samples": (NONE, "usable glasses"),
    "included": (
        "",
        "whether it enters laws and comparisons: in equilibrium by its evidence, and with usable glasses",
    ),
    "reason": ("", "why it does not"),
    "excluded": ("", "glasses left out, by reason"),
    "modes": (NONE, "modes in the window that A_g is taken in"),
    "shear_effective": (NONE, "as how many independent glasses they count for G"),
    "omega_g_effective": (NONE, "as how many independent glasses they count for ω_g"),
    "density": ("λ^-d", "number density N/V"),
    "spacing": ("λ", "a_0 = (V/N)^(1/d)"),
    "energy": ("ε", "u(T_p), potential energy a particle of the inherent structures"),
    "pressure": ("ε/λ^d", "pressure of the glasses"),
    "shear": ("ε/λ^d", "athermal shear modulus G"),
    "bulk": ("ε/λ^d", "athermal bulk modulus K"),
    "moduli_ratio": (NONE, "G/K, of means"),
    "nonaffine": (NONE, "G_na/G, of means"),
    "poisson": (NONE, "Poisson's ratio ν, mean of the glasses' own"),
    "pressure_over_bulk": (NONE, "p/K, of means"),
    "pressure_over_forces": (NONE, "p/p_0 = (p_+ − p_-)/(p_+ + p_-), of means"),
    "unit": ("(ε/m)^½/λ", "ω_0 = c_s/a_0 with c_s = √(G/ρ) of this ensemble"),
    "omega_g": ("(ε/m)^½/λ", "pinching frequency ω_g, mean over interacting pairs and glasses"),
    "omega_reduced": (NONE, "ω_g/ω_0"),
    "prefactor": ("(λ(m/ε)^½)^5", "A_g of D(ω) = A_g ω⁴ with D a particle (A8)"),
    "prefactor_reduced": (NONE, "A_g ω_0⁵"),
    "number": (NONE, "𝒩 = A_g ω_g⁵"),
    "core": (NONE, "N e_0, mean of N e over the modes in the window that A_g is taken in"),
}
MEASURED = (
    "energy pressure shear bulk moduli_ratio nonaffine poisson pressure_over_bulk pressure_over_forces unit omega_g "
    "omega_reduced prefactor prefactor_reduced number core"
)
COLUMNS = (
    {
        "summary": KEYS
        | take(
            WORDS,
            "group ensemble model dimension n protocol temperature rate samples included reason excluded modes "
            "shear_effective omega_g_effective density spacing",
            MEASURED,
        ),
    }
    | elastic.COLUMNS
    | soft.COLUMNS
)
