"""The study's figures, by the numbers that the paper has for them."""

from glassworks.studies.sticky.figures import pinches, relations, spectra
from glassworks.studies.sticky.figures.energies import raw_energies

FIGURES = {
    "15": raw_energies,
    "7": spectra.densities,
    "8": spectra.prefactors,
    "9": pinches.distributions,
    "10": pinches.frequencies,
    "11": spectra.cores,
    "12": relations.relations,
    "14": spectra.participation,
    "17": pinches.routes,
    "S5": spectra.windows,
    "S6": relations.raw_and_reduced,
    "S7": relations.sizes,
    "S8": relations.negative_stiffness,
}
