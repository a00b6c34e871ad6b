"""The study's figures, by the numbers that the paper has for them."""

from glassworks.studies.sticky.figures.energies import raw_energies

FIGURES = {"15": raw_energies}
