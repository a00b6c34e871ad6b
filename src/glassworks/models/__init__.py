"""Models: pair potentials, compositions and densities, read from `config/models`."""

from glassworks.models.library import load_model, make_model, model_names
from glassworks.models.potentials import Interaction, pair_energy, pair_length, pair_terms
from glassworks.models.specification import Model

__all__ = [
    "Interaction",
    "Model",
    "load_model",
    "make_model",
    "model_names",
    "pair_energy",
    "pair_length",
    "pair_terms",
]
