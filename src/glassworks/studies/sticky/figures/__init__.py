"""The study's figures, by the numbers that the paper has for them."""

from glassworks.studies.sticky.figures import choices, dynamics, elasticity, energies

FIGURES = {
    "1": energies.landscape,
    "2": energies.pair_energies,
    "3": energies.collapse,
    "4": elasticity.moduli,
    "5": elasticity.nonaffine,
    "6": elasticity.poisson,
    "13": elasticity.pressures,
    "15": energies.raw_energies,
    "16": elasticity.ratio_of_moduli,
    "18": dynamics.stresses,
    "S1": dynamics.evidence,
    "S2": choices.structures,
    "S3": dynamics.equal_depth,
    "S4": choices.crossovers,
}
