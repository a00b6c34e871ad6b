"""The study's figures, by the numbers that the paper has for them."""

FIGURES = {}
