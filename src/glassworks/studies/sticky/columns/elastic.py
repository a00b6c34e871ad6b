"""What the columns of the tables of energies, moduli, crossover temperatures and dynamics are."""

from glassworks.statistics.columns import KEYS, NONE, Columns, take

TEMPERATURE, TIME, ENERGY, STRESS = "ε/k_B", "λ(m/ε)^½", "ε", "ε/λ^d"
OVER_PLATEAU = {
    "shear": "G/G_∞",
    "bulk": "K/K_∞",
    "moduli_ratio": "(G/K)/(G_∞/K_∞)",
    "nonaffine": "(G_na/G)/(G_na/G)_∞",
    "poisson": "ν/ν_∞",
    "omega_reduced": "(ω_g/ω_0)/(ω_g/ω_0)_∞",
}
INFINITE = "∞ is the mean over all T_p at or above 1.4 T_co, the hottest where none is"
QUANTITY = "of the column, whose unit the summary tells"

WORDS = KEYS | {
    "samples": (NONE, "usable glasses of the smallest ensemble"),
    "included": ("", "whether the ensemble is in equilibrium by its evidence, and has usable glasses"),
    "reason": ("", "why it does not count"),
    "source": (
        "",
        "where the T_co comes from that temperatures are told in: anchor (given), collapse (of energies), printed (in "
        "the paper), none",
    ),
    "temperatures": (NONE, "parent temperatures"),
    "count": (NONE, "groups that are compared"),
    "groups": ("", "which these are"),
    "coldest": (TEMPERATURE, "lowest parent temperature"),
    "hottest": (TEMPERATURE, "highest parent temperature"),
    # T_co
    "below": (NONE, "parent temperatures below T_co"),
    "printed": (TEMPERATURE, "T_co as the paper prints it, or T_p over a printed T_p/T_co"),
    "unit": (TEMPERATURE, "the T_co that the figures' temperatures are told in"),
    "energy_crossover": (TEMPERATURE, "T_co by the collapse of u(T_p) below T_co, the anchor's being given"),
    "energy_reason": ("", "why there is none"),
    "moduli_crossover": (
        TEMPERATURE,
        "T_co where the straight line through the cold part of G/K meets its hot plateau",
    ),
    "moduli_reason": ("", "why there is none"),
    "moduli_points": (NONE, "parent temperatures in the line"),
    "moduli_slope": ("k_B/ε", "its slope"),
    "moduli_plateau": (NONE, "G_∞/K_∞, mean over the plateau"),
    "routes": (NONE, "T_co by moduli over T_co by energies"),
    "energy_at": (ENERGY, "u(T_co), interpolated by a natural cubic spline in ln T_p"),
    "method": ("", "energy: collapse of energies; moduli: line of G/K"),
    "varied": ("", "what is chosen otherwise than for the table of crossover temperatures; chosen: nothing"),
    "choice": ("", "to what"),
    "crossover": (TEMPERATURE, "T_co so found"),
    "over_printed": (NONE, "T_co so found over the printed one"),
    # against T_p/T_co
    "scaled_temperature": (NONE, "T_p/T_co"),
    "scaled_energy": (NONE, "(u(T_p) − u(T_co))/T_co"),
    "quantity": ("", "which column of the summary, or of the table of scaled ones"),
    "at": (
        "",
        "coldest: at the lowest T_p; equal: at the longest relaxation time of the stress, in units of a_0 √(m/T), "
        "that all groups of sticky spheres reach, by linear interpolation in its logarithm; scaled: at the lowest "
        "T_p/T_co that they all reach, by linear interpolation in T_p",
    ),
    "depth": (NONE, "ln of that relaxation time, or that T_p/T_co"),
    "multiple": (NONE, "the multiple of T_co from which the plateau is taken"),
    "chosen": ("", "whether it is the one that counts"),
    "fall": (NONE, "1 − ratio"),
    "plateau_from": (TEMPERATURE, "lowest T_p of the plateau"),
    "plateau_points": (NONE, "parent temperatures of the plateau"),
    "value": (QUANTITY, "the quantity there"),
    "plateau": (QUANTITY, f"the quantity's ∞; {INFINITE}"),
    "ratio": (NONE, "value over plateau"),
    "direction": ("", "whether it is claimed to rise or to fall with r_c"),
    "softest_at": (TEMPERATURE, "T_p of the r_c = 1.5 glasses there"),
    "softest_hottest": (TEMPERATURE, "their highest T_p"),
    "least": (NONE, "least step between neighboring r_c in the claimed direction, of ln (|u − u(T_co)|/T_co itself)"),
    "across": (NONE, "step from r_c = 1.1 to 1.5 in the claimed direction, as that"),
    "of": (
        "",
        "plateau: the largest plateau over the smallest; variation: |value/plateau − 1| of r_c = 1.5 over that of "
        "1.1, at the coldest T_p of each, at equal relaxation times, or at equal T_p/T_co",
    ),
    "without": ("", "the group that is left out"),
    "low": (NONE, "lowest T_p/T_co of the curves"),
    "high": (NONE, "highest T_p/T_co of the curves"),
    "points": (NONE, "points where another curve is known"),
    "gap": (NONE, "root mean square of the distance between curves over the range that they span, noise subtracted"),
    "onset": (TEMPERATURE, "where a constant and a straight line in T_p below it meet"),
    "over_crossover": (NONE, "onset over T_co"),
    # dynamics
    "chains": (NONE, "chains that are averaged over"),
    "correlation": (STRESS, "c(t) = V⟨σ(0)σ(t)⟩/T"),
    "time": (TIME, "lag t"),
    "time_reduced": ("a_0(m/T)^½", "lag t"),
    "stress_time": (TIME, "τ, the first time at which c(τ) = c_p/e"),
    "stress_time_reduced": ("a_0(m/T)^½", "the same τ"),
    "stress_plateau": (
        STRESS,
        "c_p: c(t) of the group's coldest liquid in equilibrium at t = 0.5 a_0 √(m/T)",
    ),
    "overlap_time": (TIME, "relaxation time of the overlap, measured on the samples"),
    "overlap_time_error": (TIME, "its standard error"),
    "overlap_time_reduced": ("a_0(m/T)^½", "the same time"),
    "declared_time": (TIME, "relaxation time that the configuration declares"),
    "relaxation_bound": ("", "whether the measured time of the overlap is only an upper bound"),
    "before_ratio": (NONE, "measured relaxation times before a chain's first sample"),
    "between_ratio": (NONE, "measured relaxation times between samples of a chain"),
    "drift_z": (NONE, "normal deviate as unlikely as the energy's drift within chains"),
    "agreement_z": (NONE, "normal deviate as unlikely as the difference of starts from above and from below"),
    "passed": ("", "whether the ensemble counts as equilibrated"),
    "zero": (STRESS, "c(0)"),
    "affine": (STRESS, "⟨U_γγ⟩/V"),
    "zero_ratio": (NONE, "c(0) V/⟨U_γγ⟩, which is 1 in equilibrium"),
    "zero_z": (NONE, "its difference from 1 in standard errors"),
    # structure
    "cutoff": (NONE, "r_c"),
    "distance": ("λ", "r"),
    "pair_energy": (ENERGY, "φ(r)"),
    "phase": ("", "glass, or the liquid that it was quenched from"),
    "kind": ("", "g: pair correlation function; S: structure factor"),
    "part": ("", "the two species, as small-large; total: all particles; scaled: in r/λ_ij"),
    "end": ("", "hottest or coldest parent temperature of the group"),
    "tested": (NONE, "glasses whose bond order was looked at"),
    "flagged": (NONE, "of these, in which a crystal was found"),
    "largest": (NONE, "particles of the largest crystal-like cluster of all"),
}
PLACE = (
    "group model samples temperatures coldest hottest below source printed energy_reason moduli_reason moduli_points"
)
EVIDENCE = "relaxation_bound before_ratio between_ratio drift_z agreement_z passed"
_RATIOS = {
    f"{name}_ratio": (NONE, f"{what}; {INFINITE}" if name == "shear" else what) for name, what in OVER_PLATEAU.items()
}

COLUMNS: dict[str, Columns] = {
    "dynamics": KEYS
    | take(
        WORDS | {"unit": (TIME, "a_0 (m/T)^½, the unit of reduced times"), "samples": (NONE, "usable glasses")},
        "samples included reason unit chains overlap_time overlap_time_error overlap_time_reduced declared_time zero_z "
        + EVIDENCE,
        "stress_plateau stress_time stress_time_reduced zero affine zero_ratio",
    ),
    "stress_curves": KEYS | take(WORDS, "included chains time time_reduced", "correlation"),
    "crossovers": take(
        WORDS,
        PLACE,
        "unit energy_crossover moduli_crossover moduli_slope moduli_plateau routes energy_at",
    ),
    "crossover_choices": take(WORDS, "group method varied choice samples over_printed", "crossover"),
    "route_choices": take(
        WORDS
        | {
            "count": (NONE, "models of which both T_co are known"),
            "apart": (NONE, "root mean square over the models of ln of T_co by G/K over T_co by u, errors apart"),
        },
        "varied choice count samples",
        "apart",
    ),
    "scaled": KEYS
    | take(
        WORDS | _RATIOS | {"samples": (NONE, "usable glasses")},
        "samples source",
        "scaled_temperature scaled_energy " + " ".join(_RATIOS),
    ),
    "variations": take(
        WORDS | {"temperature": (TEMPERATURE, "T_p there")},
        "group quantity at temperature depth hottest samples temperatures multiple chosen plateau_from plateau_points "
        "source",
        "value plateau ratio fall",
    ),
    "orderings": take(
        WORDS, "quantity at direction groups count samples softest_at softest_hottest", "least across"
    ),
    "contrasts": take(
        WORDS | {"ratio": (NONE, "what `of` says")},
        "quantity of groups count samples softest_at softest_hottest",
        "ratio",
    ),
    "gaps": take(WORDS, "quantity without groups count samples low high points", "gap"),
    "onsets": take(WORDS, "group quantity temperatures samples", "onset over_crossover"),
    "potentials": take(WORDS, "group cutoff distance pair_energy"),
    "structures": KEYS
    | take(
        WORDS | {
            "at": ("λ; 1/λ", "distance r (of the scaled part in λ_ij), or wave number q"),
            "value": (NONE, "g(r) or S(q), mean over glasses or liquids"),
            "samples": (NONE, "usable glasses"),
        },
        "phase kind part at end samples included",
        "value",
    ),
    "crystal_counts": KEYS | take(WORDS, "tested flagged largest"),
}  # fmt: skip
"""Unit and definition of each column, by table."""
