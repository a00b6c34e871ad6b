"""The study's figures, by the numbers that the paper has for them."""

from glassworks.studies.sticky.figures import choices, dynamics, elasticity, energies, pinches, relations, spectra

FIGURES = {
    "1": energies.landscape,
    "2": energies.pair_energies,
    "3": energies.collapse,
    "4": elasticity.moduli,
    "5": elasticity.nonaffine,
    "6": elasticity.poisson,
    "7": spectra.densities,
    "8": spectra.prefactors,
    "9": pinches.distributions,
    "10": pinches.frequencies,
    "11": spectra.cores,
    "12": relations.relations,
    "13": elasticity.pressures,
    "14": spectra.participation,
    "15": energies.raw_energies,
    "16": elasticity.ratio_of_moduli,
    "17": pinches.routes,
    "18": dynamics.stresses,
    "S1": dynamics.evidence,
    "S2": choices.structures,
    "S3": dynamics.equal_depth,
    "S4": choices.crossovers,
    "S5": spectra.windows,
    "S6": relations.raw_and_reduced,
    "S7": relations.sizes,
    "S8": relations.negative_stiffness,
    "S9": relations.deeper,
}
