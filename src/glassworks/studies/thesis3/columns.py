"""What the columns of the chapter's derived tables are."""

from glassworks.statistics.columns import KEYS, NONE, take

FREQUENCY, STIFFNESS = "ω₀", "m ω₀²"
WORDS = KEYS | {
    "sample": (NONE, "number of the glass in its ensemble"),
    "samples": (NONE, "glasses behind the row"),
    "owner": (NONE, "number of what the glass shares its weight with: a chain, or itself"),
    "density": ("λ^-d", "number density ρ"),
    "shear": ("ε/λ^d", "athermal shear modulus G of glasses of the hottest liquid"),
    "spacing": ("λ", "a₀ = ρ^(-1/d)"),
    "speed": ("λ/(λ(m/ε)^½)", "c = (G/ρ)^½"),
    "unit_frequency": ("(ε/m)^½/λ", "ω₀ = c/a₀"),
    **{
        f"{symbol}{k}": (unit, f"{words} the {name} mode")
        for k, name in ((2, "harmonic"), (4, "quartic"), (3, "cubic"))
        for symbol, unit, words in (
            ("omega", FREQUENCY, "frequency of"), ("e", NONE, "participation ratio of"),
            ("tau", "m c²/a₀³", "|τ| along"), ("chi", "m c²/a₀⁴", "χ along"),
        )
    },
    **{
        f"{symbol}{k}": (unit, f"{words} of the {name} mode")
        for k, name in ((4, "quartic"), (3, "cubic"))
        for symbol, unit, words in (("squares", "m² c⁴/a₀⁶", "τ²"), ("well", "m² c⁴/a₀⁶", "κχ"))
    },
    "nu3": ("m c²/a₀", "|ν| of the cubic mode, simple shear in the x-y plane"),
    "gap": (NONE, "(ω_4² − ω_2²)/ω_4²"),
    "missing": (NONE, "1 − |π_4·ψ| = |Δ|²/2"),
    "delta": (NONE, "|Δ|, Δ = π_4 − ψ"),
    "overlap": (NONE, "|π_4·ψ|"),
    "cubic_missing": (NONE, "1 − |π_3·π_4|"),
    "contraction": (NONE, "|U₄:.π_4π_4π_4|/χ_4"),
    "predicted": (NONE, "cosine of Δ and what Eq. 3.17 says of it"),
    "predicted_length": (NONE, "length of what Eq. 3.17 says over |Δ|"),
    "band_share": (NONE, "part of |Δ|² in the lowest transverse plane waves"),
    "delta_stiffness": (STIFFNESS, "κ_Δ"),
    "second_overlap": (NONE, "|π·ψ| of the quartic mode that ψ − π_4 leads to"),
    "second_same": (NONE, "|π·π_4| of that"),
    "spot_overlap": (NONE, "|π·π_4| of the pseudo-harmonic mode"),
    "spot_stiffness": (NONE, "κ of the pseudo-harmonic mode over ω_4²"),
    "other_stiffness": (STIFFNESS, "κ of the cubic mode on the other side of the well"),
    "predicted_stiffness": (NONE, "κ by one solution over that of the cubic mode"),
    "predicted_third": (NONE, "τ by one solution over that of the cubic mode"),
    "predicted_overlap": (NONE, "overlap of the mode by one solution with the cubic mode"),
    "coupling": ("m c²/a₀⁴", "S = U₃:ψψ·(M − ω_2²)⁺·U₃:ψψ"),
    "band": (FREQUENCY, "2πc_T/L, the first transverse wave, c_T from the ensemble's own G"),
    "rise": (NONE, "(ω_3² − ω_4²)/ω_4²"),
    "over_band": (NONE, "ω_2 over the first transverse wave"),
    "apart": ("", "whether the softest mode is quasilocalized: ω_2 below half the first wave, |π_4·ψ| above 0.9"),
    "barrier": ("m c²", "V_B = (2/3) κ³/τ² of the cubic mode"),
    "strain": (NONE, "κ²/(2|τν|) of the cubic mode, the strain at which it would vanish"),
    "localized4": (NONE, "N e_4"),
    "asymmetry": (NONE, "|τ_3/τ_4|"),
    "hardening": (NONE, "χ_3/χ_4"),
    "pairs_lost": (NONE, "glasses whose cubic mode is on another spot than the quartic one"),
    "hybridized": (NONE, "glasses whose harmonic mode holds a second quasilocalized one"),
    "y": ("", "what follows"),
    "x": ("", "what it follows"),
    "bin": (NONE, "number of the bin, each of as many glasses"),
    "place": ("that of x", "median of x in the bin"),
    "median": ("that of the quantity", "median"),
    "slope": (NONE, "of ln median against ln x over the bins"),
    "spread": (NONE, "standard deviation of ln y about the line"),
    "lowest": ("that of x", "smallest x"),
    "highest": ("that of x", "largest x"),
    "edge": ("a₀", "L = N^(1/d) a₀"),
    "smallest": (NONE, "smallest N behind the row"),
    "largest": (NONE, "largest N behind the row"),
    "top": ("that of the quantity", "largest value that counts"),
    "exponent": (NONE, "exponent: of the prefactor in L, of the cumulative distribution, or of the decay in r"),
    "quantity": ("", "what is told"),
    "span": ("that of the quantity", "width of what 99 % of the glasses lie in"),
    "widest": ("that of the quantity", "width of what 99.9 % of the glasses lie in"),
    "what": ("", "what holds"),
    "found": (NONE, "glasses of which it holds"),
    "share": (NONE, "share of the glasses of which it holds"),
    "x_lower": ("that of x", "lower end of the cell"),
    "x_upper": ("that of x", "upper end of the cell"),
    "y_lower": ("that of y", "lower end of the cell"),
    "y_upper": ("that of y", "upper end of the cell"),
    "count": (NONE, "glasses in the cell"),
    "ratio": (NONE, "dκ/dγ over −τν/κ"),
    "turned": (STIFFNESS, "dκ/dγ"),
    "told": (STIFFNESS, "−τν/κ"),
    "field": (
        NONE, "0 harmonic, 1 quartic, 2 cubic, 3 U₄:.πππ or, of pictures, π_4 − ψ, 4 the second quartic mode",
    ),
    "distance": ("a₀", "middle of the shell"),
    "nearest": ("a₀", "middle of the innermost shell that counts"),
    "farthest": ("a₀", "middle of the outermost shell that counts"),
    "square": (NONE, "median of |z_i|² in the shell, over glasses"),
    "included": ("", "whether its liquid was in equilibrium"),
    "reason": ("", "why not"),
    "modes": (NONE, "modes in the window, at both ends at least"),
    "window": ("ω₀ of the parent temperature", "end of the window in which A_g was measured"),
    "prefactor": ("(λ(m/ε)^½)^5", "A_g of D(ω) = A_g ω⁴"),
    "rescaled": ("ω₀^-5 of the parent temperature", "A_g in ω₀ of the parent temperature"),
    "shear_speed": ("(ε/m)^½", "c_T of the parent temperature"),
    "frequency": ("ω₀ of the parent temperature", "middle of the bin"),
    "density_of_states": ("1/ω₀ of the parent temperature", "D(ω), normalized to the number of modes"),
    "coldest": ("ε/k_B", "lowest parent temperature that tells the quantity"),
    "hottest": ("ε/k_B", "highest"),
    "points": (NONE, "parent temperatures that tell it"),
    "decades": (NONE, "decimal logarithm of the quantity at the coldest over that at the hottest"),
    "shown": ("", "why this glass: its mode is the softest, most of all two quartic ones, or holds most beside one"),
    "rank": (NONE, "0 for the particle that moves farthest"),
    **{axis: ("λ", f"{axis} of the particle, from the quartic mode's center") for axis in "xyzw"},
    **{f"d{axis}": (NONE, f"{axis} component of the field there") for axis in "xyzw"},
}  # fmt: skip
PLACE = "paper group ensemble model dimension n protocol temperature rate"
TOLD = "model dimension temperature protocol n ensemble"
OF_GLASSES = (
    "owner omega2 omega4 omega3 e2 e4 e3 tau2 tau4 tau3 chi2 chi4 chi3 nu3 gap missing delta overlap cubic_missing "
    "contraction predicted predicted_length band_share delta_stiffness second_overlap second_same spot_overlap "
    "spot_stiffness other_stiffness predicted_stiffness predicted_third predicted_overlap coupling band rise over_band "
    "apart barrier strain localized4 asymmetry hardening squares3 squares4 well3 well4"
)
AXES = "x dx y dy z dz w dw"
COLUMNS = {
    "references": take(WORDS, "model dimension temperature samples density spacing speed unit_frequency", "shear"),
    "softest_modes": take(WORDS, f"{PLACE} sample {OF_GLASSES}"),
    "counts": take(WORDS, f"{PLACE} samples apart band pairs_lost hybridized"),
    "trends": take(WORDS, f"{TOLD} y x apart bin samples place", "median"),
    "slopes": take(WORDS, f"{TOLD} y x apart samples spread lowest highest", "slope"),
    "prefactors": take(WORDS, "model dimension protocol temperature rate y n edge samples", "prefactor"),
    "sizes": take(WORDS, "model dimension protocol temperature rate y samples smallest largest", "exponent"),
    "medians": take(WORDS, f"{TOLD} quantity apart samples widest", "median span"),
    "shares": take(WORDS, f"{TOLD} what samples found", "share"),
    "tails": take(WORDS, f"{TOLD} quantity samples top", "exponent"),
    "pairs": take(WORDS, "y x ensemble n x_lower x_upper y_lower y_upper count"),
    "strained": take(WORDS, f"{PLACE} sample ratio omega3 turned told"),
    "decays": take(WORDS, f"{PLACE} field samples distance", "square"),
    "falls": take(WORDS, f"{PLACE} field samples nearest farthest", "exponent"),
    "pictures": take(WORDS, f"{PLACE} sample shown field rank {AXES}"),
    "annealing": take(
        WORDS, f"{PLACE} included reason samples modes unit_frequency band window", "prefactor rescaled shear_speed"
    ),
    "densities": take(WORDS, f"{PLACE} frequency", "density_of_states"),
    "changes": take(WORDS, "group model quantity coldest hottest points samples modes", "decades ratio"),
}
COLUMNS["prefactors"] |= take(
    WORDS | {"prefactor": ("1/ω₀^power", "median of y/ω_4^power: power 2 of the gap, 4 of what is missing, else 0")},
    "",
    "prefactor",
)
COLUMNS["annealing"] |= {
    "unit_frequency": ("(ε/m)^½/λ", "ω₀ = c_T/a₀ with c_T of this parent temperature"),
    "band": ("ω₀ of the parent temperature", "2πc_T/L, the first transverse wave"),
}
AT_ENDS = WORDS | {"ratio": (NONE, "the quantity at the coldest over that at the hottest")}
COLUMNS["changes"] |= take(AT_ENDS, "", "ratio")
COLUMNS["counts"] |= {"apart": (NONE, "glasses whose softest mode is a quasilocalized one")}
