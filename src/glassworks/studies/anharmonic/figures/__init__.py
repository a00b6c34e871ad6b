"""The study's figures, by the numbers that the paper has for them."""

from glassworks.studies.anharmonic.figures import modes, pulls, summaries, transitions

FIGURES = {
    "1": pulls.landscape,
    "2": pulls.jump,
    "3": modes.against_frequency("amplitude"),
    "4": modes.against_kind("amplitude"),
    "5": modes.against_frequency("barrier"),
    "6": modes.against_frequency("distance", arrows=False),
    "7": modes.against_kind("distance"),
    "8": transitions.energies,
    "9": pulls.rearrangement,
    "10": modes.against_frequency("rearranged"),
    "11": transitions.participants,
    "12": modes.against_kind("overlap"),
    "13": modes.glass_by_glass,
    "14": modes.third_order,
    "15": modes.against_kind("expected", behind="amplitude"),
    "S1": modes.density_of_states,
    "S2": summaries.onsets,
    "S3": modes.strain,
    "S4": transitions.tails,
    "S5": transitions.shared,
    "S6": summaries.correlations,
    "S7": transitions.saddles,
    "S8": transitions.minimizers,
    "S9": summaries.along_temperature,
    "S10": transitions.histograms,
    "S11": modes.barrier_ratio,
}
