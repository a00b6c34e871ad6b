"""Estimates with intervals: spectra, fits, lengths, and the derived tables of a paper."""

from glassworks.statistics.analysis import ANALYSES, analyse, derive
from glassworks.statistics.resampling import Interval, interval, mean_draws, median_draws, weights
from glassworks.statistics.spectra import Modes, inside, phonon_bands, prefactor_draws, soft_window

__all__ = [
    "ANALYSES",
    "Interval",
    "Modes",
    "analyse",
    "derive",
    "inside",
    "interval",
    "mean_draws",
    "median_draws",
    "phonon_bands",
    "prefactor_draws",
    "soft_window",
    "weights",
]
