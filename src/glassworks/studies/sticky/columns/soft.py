"""What the columns of the tables of soft modes and pinches are."""

from glassworks.statistics.columns import KEYS, NONE, take

FREQUENCY = "(ε/m)^½/λ"
WORDS = KEYS | {
    "cutoff": (NONE, "r_c, where the attraction ends over where the potential has its minimum"),
    "samples": (NONE, "usable glasses, of the smallest ensemble where there are several"),
    "included": ("", "whether it enters laws and comparisons: in equilibrium by its evidence, and with usable glasses"),
    "modes": (NONE, "soft modes: those in the window that the row's quantities are taken in"),
    "pairs": (NONE, "pinches a glass, the median"),
    "window": ("ω_0", "end of the window that A_g and N e_0 are taken in"),
    "window_reason": ("", "what that end is tied to"),
    "first_phonon": ("ω_0", "first transverse phonon band, 2π N^(-1/3)"),
    "band_edge": ("ω_0", "its lower edge, broadened by disorder"),
    "complete": ("ω_0", "frequency up to which all modes of all glasses were computed"),
    "exponent": (NONE, "exponent β of the cumulative spectrum ω^β in the window"),
    "core_slope": (NONE, "d ln e/d ln ω of the modes in the window, 0 on a plateau"),
    "width": (NONE, "standard deviation over mean of ω_g^(ij), pairs and glasses together"),
    "tail": (
        NONE,
        "share of pairs below that ω_g^(ij)/ω_0 below which the softest 5 % of the hottest ensemble of the same r_c "
        "lie, over 5 %",
    ),
    "distance": (
        NONE,
        "largest difference of the cumulative distributions of ω_g^(ij)/ω_0 here and at the hottest T_p of the r_c",
    ),
    "omega_g": (FREQUENCY, "pinching frequency ω_g, mean over interacting pairs and glasses"),
    "omega_reduced": (NONE, "ω_g/ω_0"),
    "prefactor": ("(λ(m/ε)^½)^5", "A_g of D(ω) = A_g ω⁴ with D a particle (A8)"),
    "prefactor_reduced": (NONE, "A_g ω_0⁵"),
    "number": (NONE, "𝒩 = A_g ω_g⁵"),
    "core": (NONE, "N e_0, mean of N e over the modes in the window"),
    "frequency": ("ω_0", "geometric mean of the ends of the bin of ω"),
    "lower": ("ω_0", "lower end of the bin"),
    "upper": ("ω_0", "upper end of the bin"),
    "density_of_states": ("1/ω_0", "D(ω) a particle (A8)"),
    "density": ("1/ω_0", "p(ω_g^(ij)): share of pairs in the bin over its width"),
    "relative": (NONE, "end of the window over ω_g"),
    "chosen": ("", "whether it is the window that is used"),
    "temperatures": (NONE, "parent temperatures, of all r_c together, behind the row"),
    "coldest": ("ε/k_B", "lowest parent temperature behind the row"),
    "hottest": ("ε/k_B", "highest parent temperature behind the row"),
    "ratio": (NONE, "ratio, as the columns before say"),
    "span": (NONE, "largest less smallest logarithm among all T_p"),
    "step": ("decades", "variation at the larger r_c less that at the smaller one"),
    "stickier": (NONE, "the smaller r_c"),
    "weaker": (NONE, "the larger r_c"),
    "base": ("", "quantity on the abscissa"),
    "set": ("", "which r_c the points are of"),
    "method": ("", "logarithms, with errors in both quantities, or counts: Poisson regression of the soft modes"),
    "points": (NONE, "ensembles behind the slope"),
    "groups": (NONE, "r_c behind the slope"),
    "reach": (NONE, "span of the abscissa, in its natural logarithm"),
    "slope": (NONE, "exponent of the power law"),
    "intercept": (NONE, "natural logarithm of its prefactor"),
    "p_value": (NONE, "chance of so large a chi-square, were it one power law"),
    "definition": ("", "of ξ: hinge, where a power law turns into a constant, or level, where r⁴|u|² has come to 95 %"),
    "omega_length": (NONE, "2π c_s/ξ over ω_0, ξ where the response to a pinch becomes that of a continuum"),
    "finding": ("", "what the value is"),
    "value": (NONE, "the value"),
    "negative": (NONE, "mean share of interacting pairs with φ'' < 0"),
    "strongly_negative": (NONE, "mean share of interacting pairs with strongly negative φ''"),
    "softening": ("ε_ij/λ_ij²", "mean over interacting pairs of min(φ'', 0)"),
}
PLACE = "group ensemble model dimension n protocol temperature rate "
RANGE = "coldest hottest temperatures samples modes"

COLUMNS = {
    "soft": take(
        WORDS,
        f"paper {PLACE} cutoff included samples modes pairs window window_reason first_phonon band_edge complete",
        "exponent core_slope width tail distance omega_reduced omega_g prefactor prefactor_reduced number core",
    ),
    "densities": take(WORDS, f"paper {PLACE} frequency lower upper", "density_of_states"),
    "soft_windows": take(
        WORDS | {"ensemble": (KEYS["ensemble"][0], f"{KEYS['ensemble'][1]}; all where ensembles are pooled")},
        f"paper {PLACE} relative window chosen included samples modes",
        "prefactor_reduced number exponent core",
    ),
    "exponents": take(WORDS, f"group {RANGE}", "exponent"),
    "core_thresholds": take(
        WORDS
        | {
            "relative": (NONE, "threshold over ω_g"),
            "chosen": ("", "whether it is the threshold that is used"),
            "ratio": (NONE, "N e_0 at the coldest T_p over that at the hottest"),
            "group": ("", "r_c of that group, or all"),
        },
        f"group relative chosen {RANGE}",
        "ratio core_slope",
    ),
    "core_profiles": take(
        WORDS | {"core": (NONE, "mean of N e over the modes in the bin"), "modes": (NONE, "modes in the bin")},
        f"paper {PLACE} frequency modes",
        "core",
    ),
    "pinch_densities": take(WORDS, f"paper {PLACE} lower upper included", "density"),
    "soft_changes": take(
        WORDS
        | {
            "quantity": ("", "what changes"),
            "ratio": (NONE, "the quantity at the coldest T_p over that at the hottest"),
        },
        f"group cutoff quantity {RANGE}",
        "ratio span",
    ),
    "soft_steps": take(
        WORDS
        | {
            "quantity": ("", "what changes"),
            "hottest": ("ε/k_B", "the warmer parent temperature"),
            "ratio": (NONE, "the quantity at the coldest T_p over that at a warmer one"),
        },
        "group cutoff quantity coldest hottest samples modes",
        "ratio",
    ),
    "soft_orders": take(
        WORDS
        | {
            "quantity": ("", "what varies with T_p, and how that is told"),
            "kind": ("", "neighbors or ends in r_c, or least: the smallest step between neighbors, of each draw"),
        },
        "quantity kind stickier weaker coldest hottest samples modes",
        "step",
    ),
    "soft_ratios": take(
        WORDS | {"which": ("", "which ratio")},
        f"which {RANGE}",
        "ratio",
    ),
    "slopes": take(
        WORDS | {"quantity": ("", "quantity on the ordinate")},
        "quantity base set method groups points reach samples modes intercept p_value",
        "slope",
    ),
    "routes": take(
        WORDS | {"ratio": (NONE, "2π c_s/ξ over ω_g"), "reason": ("", "found, or why no ξ was")},
        "group ensemble model n temperature cutoff definition reason included samples",
        "omega_reduced omega_length ratio",
    ),
    "stiffness": take(WORDS, f"paper {PLACE} cutoff included samples", "negative strongly_negative softening"),
    "findings": take(WORDS, "finding group model coldest hottest samples", "value"),
}
