"""What the columns of the derived tables are.

`a0` = (V/N)^{1/d}; `c` = c_inf = (G_inf/rho)^{1/2}, G_inf the model's high-temperature shear modulus (table `units`).
"""

from __future__ import annotations

from glassworks.statistics.columns import KEYS, NONE, Columns, take

FREQUENCY, LENGTH, PREFACTOR, ONSET = "c/a0", "a0", "(c/a0)^-5", "T_onset"
STRESS, TEMPERATURE = "ε/λ^d", "ε/k_B"

WORDS = KEYS | {
    # what a row rests on
    "included": ("", "whether the ensemble enters averages, fits and claims"),
    "reason": ("", "why the ensemble is left out, or 'ok'"),
    "samples": (NONE, "usable glasses of the ensemble"),
    "modes": (NONE, "modes in the fitting window"),
    "temperatures": (NONE, "number of parent temperatures"),
    "scaled_temperature": (ONSET, "parent temperature over the onset temperature"),
    # of the ensemble
    "spacing": ("λ", "a0"),
    "energy": ("ε", "mean potential energy a particle"),
    "pressure": (STRESS, "mean pressure"),
    "shear": (STRESS, "mean athermal shear modulus G"),
    "shear_median": (STRESS, "median over glasses of G"),
    "bulk": (STRESS, "mean bulk modulus K"),
    "shear_speed": ("(ε/m)^½", "c_s = (G/ρ)^½ of the ensemble's mean G"),
    "omega_g": (FREQUENCY, "mean over pairs, then glasses, of the pinching frequency ω_g^(ij)"),
    "omega_g_median": (FREQUENCY, "median over glasses of a glass's mean ω_g^(ij)"),
    "softest": (FREQUENCY, "mean over glasses of the lowest frequency"),
    "prefactor": (
        PREFACTOR,
        "A_g of D(ω) = A_g ω^4, D normalized to the N d modes: 5 <modes in window>/(N d window^5)",
    ),
    "number": (NONE, "N = A_g ω_g^5"),
    "xi_s": (NONE, "N^(-1/d), proportional to the distance between soft spots"),
    "participation": (NONE, "e_0, mean participation ratio of the modes in the window"),
    "exponent": (NONE, "maximum-likelihood exponent of the cumulative spectrum in the window, 5 for D ~ ω^4"),
    "xi_g": (LENGTH, "2π c_s/ω_g (pinching, Eq. 4)"),
    "xi_qlm": (LENGTH, "core size (N e_0)^(1/d)"),
    "xi_softest": (LENGTH, "(N e)^(1/d) of each glass's softest mode, e its geometric mean over glasses"),
    "xi_response": (LENGTH, "(N e)^(1/d), e the mean participation ratio of the responses to pinches"),
    "xi_spots": (LENGTH, "mean over glasses of the core size of the softest soft spot"),
    "xi_co": (LENGTH, "crossover of the response to a pinch: kink of ln(r^{2(d-1)}|u|²) against ln r"),
    "spot_frequency": (FREQUENCY, "mean frequency of soft spots"),
    "spot_core": (LENGTH, "mean core size of soft spots"),
    # of spectra
    "first_phonon": (FREQUENCY, "2π c_s/L, the first phonon band"),
    "band_edge": (FREQUENCY, "predicted lower edge of the first phonon band"),
    "complete": (FREQUENCY, "frequency up to which the computed modes are complete"),
    "window": (FREQUENCY, "upper end of the window for A_g"),
}
"""Names that mean the same wherever they stand."""

SIZE_OR_TEMPERATURE = "ε/k_B or 1"

COLUMNS: dict[str, Columns] = {
    "summary": KEYS
    | take(
        WORDS
        | {
            "excluded": (NONE, "glasses or measurements left out"),
            "excluded_why": ("", "how many for which reason"),
            "density": ("λ^-d", "number density N/V"),
            "length": ("λ", "edge of the periodic box"),
            "moduli_count": (NONE, "glasses with moduli"),
            "dipoles_count": (NONE, "glasses with pinched pairs"),
            "pairs_count": (NONE, "pinched pairs a glass, median"),
            "modes_samples_count": (NONE, "glasses with a complete list of lowest modes"),
            "modes_count": (NONE, "modes in the fitting window"),
            "decay_count": (NONE, "glasses with responses against distance"),
            "softspots_count": (NONE, "soft spots"),
            "shear_effective": (
                NONE,
                "as how many independent samples those of G count, by scatter between chains",
            ),
            "omega_g_effective": (NONE, "as how many independent samples those of ω_g count"),
            "modes_effective": (
                NONE,
                "as how many independent samples those of the modes in the window count",
            ),
            "pairs_needed": (NONE, "pairs a glass that make the error of its mean equal to the spread between glasses"),
            "omega_g_between": (FREQUENCY, "standard deviation of ω_g between glasses"),
            "omega_g_within": (FREQUENCY, "standard deviation of ω_g^(ij) within a glass"),
            "window_reason": ("", "how the window came about"),
            "xi_co_reason": ("", "found, or why there is no crossover length"),
        },
        "scaled_temperature included reason samples excluded excluded_why density length spacing moduli_count "
        "dipoles_count pairs_count modes_samples_count modes_count decay_count softspots_count shear_effective "
        "omega_g_effective modes_effective pairs_needed omega_g_between omega_g_within window window_reason "
        "first_phonon band_edge complete xi_co_reason",
        "energy pressure shear shear_median bulk shear_speed omega_g omega_g_median softest prefactor exponent number "
        "xi_s participation xi_g xi_qlm xi_co xi_softest xi_response xi_spots spot_frequency spot_core",
    ),
    "units": take(
        WORDS
        | {
            "speed": ("(ε/m)^½", "c_inf"),
            "frequency": ("(ε/m)^½/λ", "c/a0, the unit of frequency, in reduced units"),
            "onset_temperature": (TEMPERATURE, "T_onset as the paper's file declares it"),
            "source": ("", "which ensembles G_inf comes from"),
            "shear": (STRESS, "G_inf, mean athermal shear modulus of glasses from above the onset temperature"),
            "scaled_shear": (NONE, "G_inf a0^d/(k_B T_onset)"),
        },
        "model dimension spacing speed frequency onset_temperature source",
        "shear scaled_shear",
    ),
    "prefactor_windows": KEYS
    | take(
        WORDS
        | {
            "window": (FREQUENCY, "upper end of the row's window"),
            "relative": (NONE, "upper end of the row's window over ω_g"),
            "chosen": ("", "whether this window is the one that is used elsewhere"),
            "band_edge": ("ω_g", "predicted lower edge of the first phonon band"),
            "modes": (NONE, "modes in the row's window"),
        },
        "window relative chosen band_edge modes",
        "prefactor number exponent",
    ),
    "cumulative": KEYS
    | take(
        {
            "frequency": (FREQUENCY, "frequency of a mode, in ascending order"),
            "cumulative": (NONE, "share of all N d modes a glass with frequencies up to this one"),
            "modes": (NONE, "modes of all glasses with frequencies up to this one"),
        },
        "frequency cumulative modes",
    ),
    "densities": KEYS
    | take(
        {
            "frequency": (FREQUENCY, "geometric mean of the bin's edges"),
            "lower": (FREQUENCY, "lower edge of the bin"),
            "upper": (FREQUENCY, "upper edge of the bin"),
            "density_of_states": ("a0/c", "D(ω) in the bin"),
        },
        "frequency lower upper",
        "density_of_states",
    ),
    "exponents": KEYS
    | take(
        WORDS
        | {
            "ensemble": ("", "the ensemble; all: those of the group together"),
            "samples": (NONE, "usable glasses of the ensemble (all: of the smallest)"),
            "error": (NONE, "standard error of the exponent"),
        },
        "ensemble modes samples error",
        "exponent",
    ),
    "changes": take(
        WORDS
        | {
            "along": ("", "what differs between the two ensembles: temperature or n"),
            "quantity": ("", "which column of the summary (or cutoff, of the table cutoffs)"),
            "numerator": ("", "ensemble of the numerator: the coldest, or the largest"),
            "denominator": ("", "ensemble of the denominator: the hottest, or the smallest"),
            "numerator_at": (SIZE_OR_TEMPERATURE, "its temperature or N"),
            "denominator_at": (SIZE_OR_TEMPERATURE, "its temperature or N"),
            "samples": (NONE, "usable glasses of the smaller ensemble"),
            "modes": (NONE, "modes in the fitting window of the ensemble with fewer"),
            "ratio": (NONE, "value of the numerator's ensemble over the denominator's"),
            "decades": (NONE, "decimal logarithm of ratio"),
        },
        "along group quantity numerator denominator numerator_at denominator_at samples modes",
        "ratio decades",
    ),
    "onset": take(
        WORDS
        | {
            "quantity": ("", "shear, omega_g, or ratio: the latter's onset over the former's"),
            "samples": (NONE, "usable glasses of the smallest ensemble"),
            "onset": (ONSET, "temperature above which the quantity is constant; of ratio a number without a unit"),
        },
        "group quantity temperatures samples",
        "onset",
    ),
    "boltzmann": take(
        WORDS
        | {
            "coldest": (ONSET, "lowest parent temperature of the range"),
            "hottest": (ONSET, "highest parent temperature of the range"),
            "points": (NONE, "temperatures in the range"),
            "samples": (NONE, "usable glasses of the smallest ensemble"),
            "modes": (NONE, "modes in the fitting window of the ensemble with fewest"),
            "intercept": (NONE, "ln N of the fitted line at 1/T_p = 0"),
            "p_value": (NONE, "of the law, by its deviance"),
            "from_cold": ("", "whether the range starts at the coldest temperature"),
            "chosen": ("", "whether this range is the one that is judged"),
            "energy": ("k_B T_onset", "E_QLM, minus the slope of ln N against T_onset/T_p"),
            "bend": (
                NONE,
                "slope at the cold over slope at the hot end of a parabola through the range; 1 for a line",
            ),
        },
        "group coldest hottest points samples modes intercept p_value from_cold chosen",
        "energy bend",
    ),
    "lengths": KEYS
    | take(
        WORDS | {"kind": ("", "which length, by its column of the summary"), "value": (LENGTH, "the length")},
        "kind scaled_temperature samples",
        "value",
    ),
    "covariation": take(
        WORDS
        | {
            "kind": ("", "which length is compared with ξ_g, by its column of the summary"),
            "coldest": (TEMPERATURE, "lowest common parent temperature"),
            "hottest": (TEMPERATURE, "highest common parent temperature"),
            "samples": (NONE, "usable glasses of the smallest ensemble"),
            "p_value": (NONE, "of a constant ratio length/ξ_g, by chi-square"),
            "correlation": (NONE, "Spearman's rank correlation with ξ_g"),
            "change": (NONE, "length/ξ_g at the coldest over that at the hottest common temperature"),
            "power": (NONE, "slope of ln(length) against ln(ξ_g)"),
        },
        "kind model temperatures coldest hottest samples p_value",
        "correlation change power",
    ),
    "cutoffs": KEYS
    | take(
        WORDS
        | {
            "samples": (NONE, "glasses with a complete list of lowest modes"),
            "debye": (FREQUENCY, "Debye frequency from G, K and the density"),
            "reason": ("", "found, or why there is no cutoff"),
            "scale": ("(ε/m)^½/λ", "c/a0, the unit of frequency, in reduced units"),
            "cutoff": (FREQUENCY, "frequency where the ω^4 law breaks downward below the first phonon band"),
            "deficit": (NONE, "modes up to the band's lower edge over those extrapolated from 0.7 of it with ω^5"),
            "cutoff_over_phonon": (NONE, "cutoff over the first phonon band's frequency"),
            "cutoff_over_debye": (NONE, "cutoff over the Debye frequency"),
        },
        "included samples debye first_phonon band_edge complete reason scale",
        "cutoff deficit cutoff_over_phonon cutoff_over_debye",
    ),
    "responses": KEYS
    | take(
        {
            "distance": (LENGTH, "center of the radial bin from the pinch"),
            "half_box": (LENGTH, "half the box's edge"),
            "response": ("λ²", "mean over glasses of ln of the median squared response in the bin, as its exponential"),
            "flattened": ("λ²", "response times (r/a0)^{2(d-1)}"),
        },
        "distance half_box",
        "response flattened",
    ),
}
"""Unit and definition of each column, by table."""
