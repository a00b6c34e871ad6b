"""Units and definitions of the columns of derived tables, for the tables' metadata.

`a0` = (V/N)^{1/d}; `c` = c_inf = (G_inf/rho)^{1/2}, G_inf the model's high-temperature shear modulus (table `units`).
"""

from __future__ import annotations

FREQUENCY, LENGTH, PREFACTOR, NONE = "c/a0", "a0", "(c/a0)^-5", "1"

_VALUES = {
    "energy": (
        "ε",
        "mean potential energy a particle; boltzmann: E_QLM/(k_B T_onset), minus the slope of ln N against T_onset/T_p",
    ),
    "pressure": ("ε/λ^d", "mean pressure"),
    "shear": ("ε/λ^d", "mean athermal shear modulus G"),
    "shear_median": ("ε/λ^d", "median over glasses of G"),
    "bulk": ("ε/λ^d", "mean bulk modulus K"),
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
    "xi_g": (LENGTH, "2π c_s/ω_g (pinching, Eq. 4)"),
    "xi_qlm": (LENGTH, "core size (N e_0)^(1/d)"),
    "xi_co": (LENGTH, "crossover of the response to a pinch: kink of ln(r^{2(d-1)}|u|²) against ln r"),
    "spot_frequency": (FREQUENCY, "mean frequency of soft spots"),
    "spot_core": (LENGTH, "mean core size of soft spots"),
    "exponent": (NONE, "maximum-likelihood exponent of the cumulative spectrum; 5 for D ~ ω^4"),
    "density_of_states": ("a0/c", "D(ω) in the bin"),
    "ratio": (NONE, "value of the numerator's ensemble over the denominator's"),
    "decades": (NONE, "decimal logarithm of ratio"),
    "onset": (
        "T_onset",
        "temperature above which the quantity is constant (ratio: that of omega_g over that of shear)",
    ),
    "bend": (NONE, "slope at the cold end over slope at the hot end of a parabola through the range; 1 for a line"),
    "value": (LENGTH, "the length"),
    "change": (NONE, "length/ξ_g at the coldest over that at the hottest common temperature"),
    "power": (NONE, "slope of ln(length) against ln(ξ_g)"),
    "cutoff": (FREQUENCY, "frequency where the ω^4 law breaks downward below the first phonon band"),
    "deficit": (NONE, "modes up to the band's lower edge over those extrapolated from 0.7 of it with ω^5"),
    "cutoff_over_phonon": (NONE, "cutoff over the first phonon band's frequency"),
    "cutoff_over_debye": (NONE, "cutoff over the Debye frequency"),
    "response": ("λ²", "mean over glasses of ln of the median squared response, as its exponential"),
    "flattened": ("λ²", "response times (r/a0)^{2(d-1)}"),
    "scaled_shear": (NONE, "G_inf a0^d/(k_B T_onset)"),
}
_OTHERS = {
    "scaled_temperature": ("T_onset", "parent temperature over the onset temperature"),
    "included": ("", "whether the ensemble enters averages, fits and claims"),
    "samples": (NONE, "usable glasses of the ensemble (comparisons: of the smaller one)"),
    "excluded": (NONE, "glasses or measurements left out"),
    "excluded_why": ("", "how many for which reason"),
    "spacing": ("λ", "a0"),
    "moduli_count": (NONE, "glasses with moduli"),
    "dipoles_count": (NONE, "glasses with pinched pairs"),
    "pairs_count": (NONE, "pinched pairs a glass, median"),
    "modes_samples_count": (NONE, "glasses with a complete list of lowest modes"),
    "modes_count": (NONE, "modes in the fitting window"),
    "decay_count": (NONE, "glasses with responses against distance"),
    "softspots_count": (NONE, "soft spots"),
    "pairs_needed": (NONE, "pairs a glass that make the error of its mean equal to the spread between glasses"),
    "omega_g_between": (FREQUENCY, "standard deviation of ω_g between glasses"),
    "omega_g_within": (FREQUENCY, "standard deviation of ω_g^(ij) within a glass"),
    "window": (
        f"{FREQUENCY}; solidity: λ(m/ε)^½",
        "upper end of the window for A_g; time over which stresses fluctuate",
    ),
    "window_reason": ("", "how the window came about"),
    "first_phonon": (FREQUENCY, "2π c_s/L"),
    "band_edge": (FREQUENCY, "predicted lower edge of the first phonon band"),
    "complete": (FREQUENCY, "frequency up to which the computed modes are complete"),
    "xi_co_reason": ("", "found, or why there is no crossover length"),
    "speed": ("(ε/m)^½", "c_inf"),
    "onset_temperature": ("ε/k_B", "T_onset as the paper's file declares it"),
    "source": ("", "which ensembles G_inf comes from"),
    "relative": (NONE, "window over its limit (band edge or end of the computed modes)"),
    "chosen": ("", "whether this window or range is the one used"),
    "modes": (NONE, "number of modes"),
    "p_value": (NONE, "of the law: Kolmogorov-Smirnov for windows, chi-square for fits and constancy"),
    "cumulative": (NONE, "share of all N d modes with frequencies up to this one"),
    "lower": (FREQUENCY, "lower edge of the bin"),
    "upper": (FREQUENCY, "upper edge of the bin"),
    "error": (NONE, "standard error of the exponent"),
    "along": ("", "what differs between the two ensembles: temperature or n"),
    "quantity": ("", "which quantity"),
    "numerator": ("", "ensemble of the numerator: the coldest, or the largest"),
    "denominator": ("", "ensemble of the denominator: the hottest, or the smallest"),
    "numerator_at": ("ε/k_B or 1", "its temperature or N"),
    "denominator_at": ("ε/k_B or 1", "its temperature or N"),
    "temperatures": (NONE, "number of parent temperatures"),
    "coldest": ("T_onset; covariation: ε/k_B", "lowest parent temperature of the range"),
    "hottest": ("T_onset; covariation: ε/k_B", "highest parent temperature of the range"),
    "points": (NONE, "temperatures in the range"),
    "intercept": (NONE, "ln N of the fitted line at 1/T_p = 0"),
    "from_cold": ("", "whether the range starts at the coldest temperature"),
    "kind": ("", "which length: xi_g, xi_co, xi_qlm"),
    "debye": (FREQUENCY, "Debye frequency from G, K and the density"),
    "scale": ("(ε/m)^½/λ", "c/a0, the unit of frequency, in reduced units"),
    "half_box": (LENGTH, "half the box's edge"),
}

STRESS = "ε/λ^d"
PAPER_TEMPERATURE = "the paper's unit"
_SOLIDITY = {
    "hexatic": (NONE, "mean over particles and snapshots of |ψ_6|"),
    "remaining": (NONE, "mean F_re, the unbalanced force on a particle over the mean pair force"),
    "fraction": (NONE, "f, fraction of force-bearing particles"),
    "tied": (NONE, "fraction of particles that bear force in exactly half of the window's frames"),
    "spanning": (NONE, "P, share of trajectories with a cluster from one side to the other in any direction"),
    "wrapping": (NONE, "share of trajectories with a cluster that meets its own periodic copy"),
    "largest": (NONE, "ψ, particles of the largest force-bearing cluster over N"),
    "mean_size": (NONE, "mean cluster size without the largest cluster"),
    "integral": ("λ²", "C_int = ∫ 2πr |C_σ| dr from r = 4 to L/2 along the fixed axes, biased upward by noise"),
    "integral_averaged": ("λ²", "the same of C_σ averaged over the directions of the axes, with less noise"),
    "signed": ("λ²", "∫ 2πr C_σ dr, unbiased"),
    "amplitude": ("λ²", "κ of C_σ = κ/r² beyond r = 4, unbiased"),
    "correlation": (
        NONE,
        "lengths: Spearman's rank correlation with ξ_g; C_σ(r), averaged over the directions of the axes",
    ),
    "correlation_fixed": (NONE, "C_σ(r) along the fixed axes"),
    "shear_spread": (STRESS, "δG, standard deviation between trajectories of G"),
    "shear_born": (STRESS, "mean Born term of G"),
    "shear_fluctuation": (STRESS, "mean stress-fluctuation term of G, subtracted"),
    "shear_initial": (STRESS, "mean pressure, the term of the initial stress, subtracted"),
    "percolation": (PAPER_TEMPERATURE, "T_g, where P falls through one half"),
    "peak": (PAPER_TEMPERATURE, "temperature of the largest δG"),
    "rise": (PAPER_TEMPERATURE, "temperature at which G falls through half of its value at the coldest temperature"),
    "peak_over_percolation": (NONE, "temperature of the largest δG over T_g"),
    "threshold": (NONE, "f_c by finite-size scaling of P(f)"),
    "nu": (NONE, "ν by finite-size scaling of P(f)"),
}
_OTHERS |= {
    "reduced_temperature": (PAPER_TEMPERATURE, "temperature"),
    "reduced_rate": (PAPER_TEMPERATURE, "cooling rate γ, in this unit per λ(m/ε)^½"),
    "integral_floor": ("λ²", "what noise alone would give for C_int"),
    "integral_averaged_floor": ("λ²", "what noise alone would give for the averaged C_int"),
    "spanning_error": (NONE, "standard error of P"),
    "wrapping_error": (NONE, "standard error of the share that wraps"),
    "percolation_error": (PAPER_TEMPERATURE, "standard error of T_g"),
    "inner": ("λ", "inner radius of the shell"),
    "outer": ("λ", "outer radius of the shell"),
    "links": ("", "what connects force-bearing particles"),
    "criterion": ("", "what counts as percolation: spans or wraps"),
    "sizes": (NONE, "sizes behind the scaling"),
    "spread": (
        NONE,
        "squared distance between the scaled curves over their squared errors; about 1 where they coincide",
    ),
}

_LIQUID = {
    "scattering": (NONE, "F_s(q, t)"),
    "cage_scattering": (NONE, "F_s(q, t) of displacements relative to the mean one of a particle's neighbors"),
    "squared": ("λ²", "mean squared displacement"),
    "cage_squared": ("λ²", "mean squared displacement relative to the mean one of a particle's neighbors"),
    "tau": ("λ(m/ε)^½", "τ_α, where F_s falls through 1/e"),
    "aging": (NONE, "ln of the cage-relative τ_α of the later parts over that of the earlier ones"),
    "place": (PAPER_TEMPERATURE, "T_0, onset or mode-coupling temperature of the law"),
    "parameter": (
        NONE,
        "D of Vogel-Fulcher-Tammann, activation E (the paper's unit) at the onset, exponent γ of mode coupling",
    ),
}
_OTHERS |= {
    "view": (NONE, "number of what F_s is taken of: particles, wave number and cage; 0 is compared with the paper"),
    "particles": ("", "which particles count: all, small or large"),
    "wave_number": ("1/λ", "q of F_s(q, t)"),
    "cage": (NONE, "particles closer than this many λ_ij make up each other's cage"),
    "time": ("λ(m/ε)^½", "lag t"),
    "version": ("", "plain displacements, or relative to the cage"),
    "chains": (NONE, "independent chains, the fewest at any temperature"),
    "parts": (NONE, "independent parts of their times, the fewest at any temperature"),
    "tau_error": (NONE, "standard error of ln τ_α"),
    "waited_ratio": (NONE, "cage-relative relaxation times before the liquid was watched"),
    "law": ("", "vogel-fulcher, onset (of slowing down faster than Arrhenius) or mode-coupling"),
    "chi_square": (NONE, "squared deviations of ln τ_α over squared errors"),
}  # fmt: skip

COLUMNS: dict[str, tuple[str, str]] = dict(_OTHERS)
for _name, (_unit, _definition) in (_VALUES | _SOLIDITY | _LIQUID).items():
    COLUMNS[_name] = (_unit, _definition)
    COLUMNS[f"{_name}_low"] = (_unit, f"lower end of the 95% interval of {_name}")
    COLUMNS[f"{_name}_high"] = (_unit, f"upper end of the 95% interval of {_name}")
