"""Estimates with intervals: spectra, fits, lengths; what the derived tables of more than one study are made with."""

from glassworks.statistics.resampling import Interval, interval, mean_draws, median_draws, weights
from glassworks.statistics.spectra import Modes, inside, phonon_bands, prefactor_draws, soft_window

__all__ = [
    "Interval",
    "Modes",
    "inside",
    "interval",
    "mean_draws",
    "median_draws",
    "phonon_bands",
    "prefactor_draws",
    "soft_window",
    "weights",
]
