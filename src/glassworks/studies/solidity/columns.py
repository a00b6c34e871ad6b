"""What the columns of the derived tables are."""

from __future__ import annotations

from glassworks.statistics.columns import KEYS, NONE, Columns, take

PAPER, STRESS, LENGTH, TIME, AREA = "the paper's unit", "ε/λ^d", "λ", "λ(m/ε)^½", "λ²"
"""The paper's unit of temperature stands in its file, config/papers/solidity.yaml."""

WORDS = KEYS | {
    # of the ensemble
    "reduced_temperature": (PAPER, "temperature"),
    "reduced_rate": (PAPER, "cooling rate γ, in this unit per λ(m/ε)^½"),
    "packing": (NONE, "packing fraction: volume of balls of diameters λ_i over that of the box"),
    "waited": (TIME, "time that the liquid has had at its temperature and density when it is measured"),
    "samples": (NONE, "sound trajectories"),
    "temperatures": (NONE, "temperatures of the cooling"),
    "length": (LENGTH, "edge of the periodic box"),
    # of the network
    "links": ("", "what connects force-bearing particles: contacts, averaged (at mean positions) or near (1.3 λ)"),
    "sampling": ("", "which frames decide who bears force: all of the window, or its snapshots alone"),
    "criterion": ("", "what counts as percolation: spans or wraps"),
    "fraction": (NONE, "f, fraction of force-bearing particles"),
    "spanning": (NONE, "P, share of trajectories with a cluster from one side to the other in any direction"),
    "wrapping": (NONE, "share of trajectories with a cluster that meets its own periodic copy"),
    "spanning_error": (NONE, "standard error of P"),
    "wrapping_error": (NONE, "standard error of the share that wraps"),
    "largest": (NONE, "ψ, particles of the largest force-bearing cluster over N"),
    "mean_size": (NONE, "mean cluster size without the largest cluster"),
    "sizes": (NONE, "sizes behind the scaling"),
    "smallest_n": (NONE, "N of the smallest systems"),
    "largest_n": (NONE, "N of the largest systems"),
    "threshold": (NONE, "f_c by finite-size scaling of P(f) with ν = 4/3"),
    "nu": (NONE, "ν by finite-size scaling of P(f)"),
    # of stresses
    "state": ("", "thermal: as it is; inherent: quenched to its inherent structure"),
    "amplitude": (AREA, "κ of C_σ = κ/r² beyond r = 4, unbiased"),
    "shear": (STRESS, "mean shear modulus G from stress fluctuations"),
    "shear_spread": (STRESS, "δG, standard deviation between trajectories of G"),
    "athermal_shear": (STRESS, "mean athermal shear modulus of the inherent structures"),
    # of transitions
    "percolation": (PAPER, "T_g, where P falls through one half"),
    "correlated": (PAPER, "temperature at which ∫ 2πr C_σ dr begins to rise"),
    "correlated_over_percolation": (NONE, "temperature at which ∫ 2πr C_σ dr begins to rise over T_g"),
    "half": (NONE, "f where P passes one half"),
    # of liquids in equilibrium
    "view": (NONE, "number of what F_s is taken of: particles, wave number and cage; 0 is compared with the paper"),
    "particles": ("", "which particles count: all, small or large"),
    "wave_number": ("1/λ", "q of F_s(q, t)"),
    "cage": (NONE, "particles closer than this many λ_ij make up each other's cage"),
    "version": ("", "plain displacements, or relative to the cage"),
    # of paths downhill
    "method": ("", "how the paths go downhill"),
}
"""Names that mean the same wherever they stand."""

PATH = KEYS | take(WORDS, "reduced_temperature reduced_rate packing waited")
"""What every table of ensembles begins with."""
NETWORK = "fraction spanning wrapping largest mean_size"
SHELL = {"inner": (LENGTH, "inner radius of the shell"), "outer": (LENGTH, "outer radius of the shell")}
CHOSEN = {"chosen": ("", "whether this row's way is the one that is judged")}
FEWEST = {"samples": (NONE, "sound trajectories, the fewest at any temperature")}
NEAR = {"samples": (NONE, "trajectories with f near the threshold")}
TRANSITIONS = {
    "percolation": "T_g",
    "peak": "temperature of the largest δG",
    "rise": "temperature at which G falls through half of its value at the coldest temperature",
    "correlated": "temperature at which ∫ 2πr C_σ dr begins to rise",
}

COLUMNS: dict[str, Columns] = {
    "summary": PATH
    | take(
        WORDS
        | {
            "excluded": (NONE, "trajectories left out"),
            "excluded_why": ("", "how many for which reason"),
            "included": ("", "whether the ensemble enters averages, fits and claims"),
            "reason": ("", "why the ensemble is left out, or 'ok'"),
            "window": (TIME, "time over which stresses fluctuate for G, the longest"),
            "integral_floor": (AREA, "what noise alone would give for C_int"),
            "integral_averaged_floor": (AREA, "what noise alone would give for the averaged C_int"),
            "energy": ("ε", "mean potential energy a particle"),
            "pressure": (STRESS, "mean pressure"),
            "hexatic": (NONE, "mean over particles and snapshots of |ψ_6|"),
            "remaining": (NONE, "mean F_re, the unbalanced force on a particle over the mean pair force"),
            "shear_born": (STRESS, "mean Born term of G"),
            "shear_fluctuation": (STRESS, "mean stress-fluctuation term of G, subtracted"),
            "shear_initial": (STRESS, "mean pressure, the term of the initial stress, subtracted"),
            "tied": (NONE, "fraction of particles that bear force in exactly half of the window's frames"),
            "integral": (AREA, "C_int = ∫ 2πr |C_σ| dr from r = 4 to L/2 along the fixed axes, biased upward by noise"),
            "integral_averaged": (AREA, "C_int of C_σ averaged over the directions of the axes, with less noise"),
            "signed": (AREA, "∫ 2πr C_σ dr, unbiased"),
            "athermal_energy": ("ε", "mean energy a particle of the inherent structures"),
            "athermal_pressure": (STRESS, "mean pressure of the inherent structures"),
            "athermal_rattlers": (NONE, "mean number of rattlers of the inherent structures"),
            "inherent_amplitude": (AREA, "κ of the inherent structures' C_σ = κ/r²"),
            "inherent_signed": (AREA, "∫ 2πr C_σ dr of the inherent structures"),
        },
        "samples excluded excluded_why included reason length window integral_floor integral_averaged_floor "
        "spanning_error wrapping_error",
        f"energy pressure hexatic remaining shear shear_born shear_fluctuation shear_initial shear_spread {NETWORK} "
        "tied integral integral_averaged signed amplitude athermal_energy athermal_pressure athermal_shear "
        "athermal_rattlers inherent_amplitude inherent_signed",
    ),
    "correlations": PATH
    | take(
        WORDS
        | SHELL
        | {
            "distance": (LENGTH, "r, root mean square of the shell's radii"),
            "correlation": (NONE, "C_σ(r), averaged over the directions of the axes"),
            "correlation_fixed": (NONE, "C_σ(r) along the fixed axes"),
        },
        "state inner outer distance",
        "correlation correlation_fixed",
    ),
    "powers": PATH
    | take(
        WORDS
        | {
            "state": ("", f"{WORDS['state'][1]}; below: just below T_g"),
            "inner": (LENGTH, "distance where the fitted range begins"),
            "outer": (LENGTH, "distance where the fitted range ends"),
            "decay_power": (NONE, "x of C_σ ∝ r^−x beyond r = 4"),
        },
        "state samples inner outer",
        "decay_power amplitude",
    ),
    "mean_maps": PATH
    | take(
        {
            "samples": (NONE, "trajectories that left a map"),
            "x": (LENGTH, "first coordinate of r"),
            "y": (LENGTH, "second coordinate of r"),
            "product": (NONE, "⟨σ_xy(r) σ_xy(0)⟩/⟨σ_xy²⟩, each particle a Gaussian of width ½ λ"),
        },
        "samples x y product",
    ),
    "connections": PATH | take(WORDS, "links sampling samples", NETWORK),
    "thresholds": take(
        WORDS
        | CHOSEN
        | NEAR
        | {
            "threshold_free": (NONE, "f_c where ν is found too"),
            "critical_size": (NONE, "ψ of the largest systems at f_c"),
        },
        "group links sampling criterion chosen sizes samples largest_n",
        "threshold threshold_free nu critical_size",
    ),
    "scalings": take(
        WORDS | {"chosen": ("", "whether all sizes are scaled")},
        "group criterion sizes smallest_n largest_n chosen",
        "threshold nu",
    ),
    "curves": PATH | take(WORDS, "samples length spanning_error wrapping_error", "fraction spanning wrapping largest"),
    "profiles": take(
        WORDS
        | {
            "nu": (NONE, "ν with which the curves are scaled"),
            "threshold": (NONE, "most likely f_c with the row's ν"),
            "spread": (
                NONE,
                "squared distance between the scaled curves over their squared errors; about 1 where they coincide",
            ),
            "points": (NONE, "points that are compared"),
        },
        "group criterion sizes nu threshold spread points",
    ),
    "cluster_sizes": take(
        WORDS
        | NEAR
        | {
            "smallest": (NONE, "smallest s of the octave"),
            "size": (NONE, "geometric mean of s"),
            "whole_size": (NONE, "geometric mean of s over clusters that do not wrap"),
            "cluster_density": (NONE, "n_s, clusters of s particles over N, the largest cluster left out"),
            "radius": (LENGTH, "R_g, geometric mean over clusters that do not wrap"),
        },
        "group n samples smallest size whole_size",
        "cluster_density radius",
    ),
    "cluster_exponents": take(
        WORDS
        | CHOSEN
        | NEAR
        | {
            "quantity": ("", "tau, radius or largest"),
            "smallest": (NONE, "smallest s of the window; largest: N of the smallest systems"),
            "ends": (NONE, "the window ends below this s; largest: N of the largest systems"),
            "clusters": (NONE, "clusters in the window; largest: not a number"),
            "cluster_exponent": (NONE, "τ of n_s ∝ s^−τ; radius: d_f of s ∝ R_g^d_f; largest: d_f of s_1 ∝ L^d_f"),
        },
        "group n samples smallest ends chosen clusters quantity",
        "cluster_exponent",
    ),
    "liquid_amplitudes": PATH
    | take(
        WORDS
        | FEWEST
        | {
            "warmer": (NONE, "temperatures from this one upward"),
            "amplitude_over_coldest": (
                NONE,
                "mean κ at this and all higher temperatures of the cooling over κ at its coldest",
            ),
        },
        "samples temperatures warmer",
        "amplitude_over_coldest",
    ),
    "transitions": take(
        WORDS
        | FEWEST
        | {name: (PAPER, definition) for name, definition in TRANSITIONS.items() if name != "percolation"}
        | {f"{name}_over_percolation": (NONE, f"{definition}, over T_g") for name, definition in TRANSITIONS.items()}
        | {
            f"{name}_over_fastest": (NONE, f"{definition}, over what it is at the fastest cooling of the size")
            for name, definition in TRANSITIONS.items()
        }
        | {"percolation_error": (PAPER, "standard error of T_g")},
        "group model n rate reduced_rate samples temperatures percolation_error",
        "percolation peak rise correlated peak_over_percolation rise_over_percolation correlated_over_percolation "
        "percolation_over_fastest peak_over_fastest rise_over_fastest correlated_over_fastest",
    ),
    "onsets": take(
        WORDS | CHOSEN | FEWEST | {"onset_by": ("", "how the onset of the stress correlation is read off")},
        "group n rate reduced_rate onset_by links sampling criterion chosen samples",
        "percolation correlated correlated_over_percolation",
    ),
    "halves": take(
        WORDS
        | CHOSEN
        | FEWEST
        | {"apart": (NONE, "f where P passes one half less that of the main group's fastest cooling of the size")},
        "group n rate reduced_rate links sampling criterion chosen samples",
        "half apart",
    ),
    "collapses": take(
        WORDS
        | FEWEST
        | {
            "x": ("", "the abscissa, by its column of the summary"),
            "y": ("", "the ordinate, by its column of the summary"),
            "rates": (NONE, "cooling rates whose curves are compared"),
            "fastest": (PAPER, "fastest of the cooling rates, in this unit per λ(m/ε)^½"),
            "slowest": (PAPER, "slowest of the cooling rates, in this unit per λ(m/ε)^½"),
            "points": (NONE, "points that are compared"),
            "spread": (
                NONE,
                "squared distance between the curves over their squared errors; about 1 where they agree",
            ),
            "gap": (NONE, "root mean square distance between the curves over their range, less what noise gives"),
        },
        "group model n x y rates fastest slowest samples points spread",
        "gap",
    ),
    "windows": PATH
    | take(
        WORDS
        | {
            "window": (TIME, "time over which stresses fluctuate"),
            "frames": (NONE, "frames in that time"),
            "shear": (STRESS, "mean shear modulus G from the stress fluctuations in that time"),
        },
        "window frames samples",
        "shear shear_spread",
    ),
    "limits": PATH
    | take(
        WORDS | {"shear_over_athermal": (NONE, "G over the athermal G of the inherent structures")},
        "samples",
        "shear athermal_shear shear_over_athermal",
    ),
    "systems": take(
        WORDS
        | FEWEST
        | {
            "control": ("", "what drives the liquid into the solid: temperature or packing"),
            "points": (NONE, "temperatures or packing fractions of the ladder"),
            "transition": (f"{PAPER}; packing: 1", "temperature or packing fraction where P passes one half"),
            "solid": (AREA, "κ of C_σ = κ/r² at the solid end of the ladder"),
            "fluid": (AREA, "κ of C_σ = κ/r² at the fluid end of the ladder"),
            "together": (NONE, "Spearman's rank correlation between C_int and ψ along the ladder"),
            "apart": (
                NONE,
                "f where P passes one half less that of the main group's fastest cooling of the size; of the latter "
                "itself, that of the system that is farthest",
            ),
        },
        "group model n rate reduced_rate control samples points",
        "transition half solid fluid together apart",
    ),
    "decays": PATH
    | take(
        WORDS
        | {
            "time": (TIME, "lag t"),
            "scattering": (NONE, "F_s(q, t)"),
            "cage_scattering": (NONE, "F_s(q, t) of displacements relative to the mean one of a particle's neighbors"),
            "squared": (AREA, "mean squared displacement"),
            "cage_squared": (AREA, "mean squared displacement relative to the mean one of a particle's neighbors"),
        },
        "view particles wave_number cage time",
        "scattering cage_scattering squared cage_squared",
    ),
    "relaxation_times": PATH
    | take(
        WORDS
        | {
            "chains": (NONE, "independent chains"),
            "parts": (NONE, "independent parts of their times"),
            "tau_error": (NONE, "standard error of ln τ_α"),
            "waited_ratio": (NONE, "cage-relative relaxation times before the liquid was watched"),
            "included": ("", "whether the liquid counts as equilibrated and enters the laws"),
            "reason": ("", "why the liquid is left out, or 'ok'"),
            "tau": (TIME, "τ_α, where F_s falls through 1/e"),
            "aging": (NONE, "ln of the cage-relative τ_α of the later parts over that of the earlier ones"),
        },
        "view particles wave_number cage version chains parts tau_error waited_ratio included reason",
        "tau aging",
    ),
    "laws": take(
        WORDS
        | {
            "law": ("", "vogel-fulcher, onset (of slowing down faster than Arrhenius) or mode-coupling"),
            "hottest": (PAPER, "highest temperature of the range"),
            "coldest": (PAPER, "lowest temperature of the range"),
            "points": (NONE, "temperatures in the range"),
            "chains": (NONE, "independent chains, the fewest at any temperature"),
            "parts": (NONE, "independent parts of their times, the fewest at any temperature"),
            "chi_square": (NONE, "squared deviations of ln τ_α over squared errors"),
            "place": (PAPER, "T_0, onset or mode-coupling temperature of the law"),
            "parameter": (
                f"1; onset: {PAPER}",
                "D of Vogel-Fulcher-Tammann, activation E at the onset, exponent γ of mode coupling",
            ),
        },
        "group model n view particles wave_number cage version law hottest coldest points chains parts chi_square",
        "place parameter",
    ),
    "remaining": PATH
    | take(
        WORDS
        | {
            "remaining": (NONE, "mean F_re, the unbalanced force on a particle over the mean pair force"),
            "remaining_median": (NONE, "median F_re"),
            "remaining_upper": (NONE, "F_re that 95 % of the particles stay below"),
            "unbalanced": (NONE, "part of the particles with F_re > 1"),
        },
        "samples",
        "remaining remaining_median remaining_upper unbalanced",
    ),
    "remaining_bins": PATH
    | take(
        WORDS
        | {
            "inner": (NONE, "lower end of the bin of F_re"),
            "outer": (NONE, "upper end of the bin of F_re"),
            "middle": (NONE, "geometric mean of the bin's ends; of the first, half its upper end"),
            "density": (NONE, "P(F_re), probability density"),
        },
        "samples inner outer middle",
        "density",
    ),
    "descents": PATH
    | take(
        WORDS
        | {
            "distance": (LENGTH, "Δr from a point of the path to the inherent structure, √(Σ|r_i − r_i^IS|²/N)"),
            "contour": (LENGTH, "Δs: exponential of the mean logarithm over trajectories"),
            "drop": ("ε", "ΔE: exponential of the mean logarithm over trajectories"),
            "contour_exponent": (NONE, "d ln Δs/d ln Δr over 0.4 decades"),
            "drop_exponent": (NONE, "d ln ΔE/d ln Δr over 0.4 decades"),
        },
        "method samples distance",
        "contour drop contour_exponent drop_exponent",
    ),
    "ranges": PATH
    | take(
        WORDS
        | {
            "range": ("", "the range of Δr: half a decade, a decade, or to where the paths begin"),
            "nearest": (LENGTH, "smallest Δr of the range"),
            "farthest": (LENGTH, "largest Δr of the range"),
            "exponent": (NONE, "d_PEL of Δs ∼ Δr^d in the range"),
        },
        "method samples range nearest farthest",
        "exponent",
    ),
    "dimensions": take(
        WORDS
        | FEWEST
        | {
            "temperatures": (NONE, "temperatures from which paths are fitted together"),
            "hottest": (PAPER, "highest of them"),
            "coldest": (PAPER, "lowest of them"),
            "farthest": (LENGTH, "largest Δr that all paths of a temperature come through, the largest of these"),
            "told": ("", "whether paths begin ten times further away than the paper's crossover"),
            "steps": (NONE, "mean number of steps of a descent"),
            "same": (NONE, "part of the starts from which the method ends where the first one does"),
            "candidate": ("", "how the exponent is read off: lines, bent, bent-near or bent-free"),
            "chosen": ("", "whether this candidate is the one that is judged"),
            "linear": (NONE, "exponent of Δs ∼ Δr^x for Δr between 1e-5 and 1e-3"),
            "quadratic": (NONE, "exponent of ΔE ∼ Δr^x for Δr between 1e-5 and 1e-3"),
            "leaves_harmonic": (
                LENGTH,
                "Δr from which on ΔE is more than twice what ΔE ∼ Δr² near the inherent structure gives",
            ),
            "drop_at_crossover": ("ε", "ΔE at the Δr where the paper sees the crossover"),
            "exponent": (NONE, "d_PEL of Δs ∼ Δr^d beyond the crossover"),
            "crossover": (LENGTH, "Δr at which Δs turns from one power law to the other"),
            "drop_at_bend": ("ε", "ΔE at the fitted crossover"),
            "difference": (NONE, "d_PEL minus that by the first method from the same starts"),
            "from_hottest": (NONE, "d_PEL of one temperature minus that of the hottest one that tells it"),
        },
        "group model dimension n protocol rate reduced_rate method temperatures hottest coldest samples farthest told "
        "steps same candidate chosen",
        "linear quadratic leaves_harmonic drop_at_crossover exponent crossover drop_at_bend difference from_hottest",
    ),
}
"""Unit and definition of each column, by table."""
