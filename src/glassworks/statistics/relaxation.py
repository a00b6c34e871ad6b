"""The relaxation time and its laws: Vogel-Fulcher-Tammann, the onset of non-Arrhenius slowing down, mode coupling.

Tong, Sengupta & Tanaka 2020 (Methods) place their temperatures by these three.

Each law is linear in ln τ but for one parameter, which is searched on a grid. Temperatures (points,) come in any order;
`tau` (points, draws) are draws of relaxation times, `error` (points,) is the standard error of ln τ.
"""

from __future__ import annotations

from math import e
from typing import NamedTuple

import numpy as np

from glassworks.statistics.fits import scan


def crossing(times: np.ndarray, values: np.ndarray, level: float = 1 / e) -> np.ndarray:
    """The first time at which a decaying function reaches a level, interpolated in ln t; τ_α of F_s by default.

    Args:
        times: ascending, (points,).
        values: (points, draws), or (points,) for one.

    Returns:
        (draws,), or one number; NaN where a curve never falls to the level, or starts below it.
    """
    curves = np.asarray(values, dtype=float).reshape(len(times), -1)
    below = curves <= level
    k = below.argmax(axis=0)
    known = below.any(axis=0) & (k > 0)
    k = np.maximum(k, 1)
    column = np.arange(curves.shape[1])
    before, after = curves[k - 1, column], curves[k, column]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = times[k - 1] * (times[k] / times[k - 1]) ** ((before - level) / (before - after))
    return np.where(known, found, np.nan).reshape(np.shape(values)[1:])


class VogelFulcher(NamedTuple):
    """ln τ = ln τ_0 + D T_0/(T − T_0)."""

    temperature: np.ndarray  # T_0, draws; NaN where the best one is an end of the searched range
    fragility: np.ndarray  # D, draws
    time: np.ndarray  # τ_0, draws
    chi_square: np.ndarray  # draws


def vogel_fulcher(temperature: np.ndarray, tau: np.ndarray, error: np.ndarray, grid: int = 600) -> VogelFulcher:
    """Fit the Vogel-Fulcher-Tammann law to at least four temperatures; T_0 is searched from 0 to the lowest of them."""
    places = np.linspace(0.0, temperature.min(), grid, endpoint=False)
    found = scan(
        places, lambda t: np.column_stack([np.ones_like(temperature), 1 / (temperature - t)]), np.log(tau), error
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return VogelFulcher(found.place, found.solution[1] / found.place, np.exp(found.solution[0]), found.cost)


class ArrheniusOnset(NamedTuple):
    """ln τ = ln τ_∞ + E/T + J² max(1/T − 1/T_on, 0)²."""

    temperature: np.ndarray  # T_on, draws; NaN where the best one is an end of the searched range
    activation: np.ndarray  # E, draws
    curvature: np.ndarray  # J², draws
    time: np.ndarray  # τ_∞, draws
    chi_square: np.ndarray  # draws


def arrhenius_onset(temperature: np.ndarray, tau: np.ndarray, error: np.ndarray, grid: int = 400) -> ArrheniusOnset:
    """Find where relaxation leaves the Arrhenius law, smoothly, towards faster slowing down.

    The parabola below T_on is that of Elmatad, Chandler & Garrahan, J. Phys. Chem. B 113, 5563 (2009). Needs at least
    six temperatures, two of them above T_on, which is searched between the second and the last but two in order.
    """
    ordered = np.sort(1 / temperature)
    places = np.linspace(ordered[1], ordered[-3], grid)

    def design(place: float) -> np.ndarray:
        x = 1 / temperature
        return np.column_stack([np.ones_like(x), x, np.maximum(x - place, 0.0) ** 2])

    found = scan(places, design, np.log(tau), error)
    return ArrheniusOnset(1 / found.place, found.solution[1], found.solution[2], np.exp(found.solution[0]), found.cost)


class ModeCoupling(NamedTuple):
    """ln τ = ln A − γ ln(T − T_mct)."""

    temperature: np.ndarray  # T_mct, draws; NaN where the best one is an end of the searched range
    exponent: np.ndarray  # γ, draws
    chi_square: np.ndarray  # draws


def mode_coupling(temperature: np.ndarray, tau: np.ndarray, error: np.ndarray, grid: int = 600) -> ModeCoupling:
    """Fit the power law of mode-coupling theory to temperatures above its singularity; at least four are needed.

    The result depends on the range: temperatures near and below T_mct deviate and must be left out by the caller.
    """
    places = np.linspace(0.0, temperature.min(), grid, endpoint=False)
    found = scan(
        places, lambda t: np.column_stack([np.ones_like(temperature), -np.log(temperature - t)]), np.log(tau), error
    )
    return ModeCoupling(found.place, found.solution[1], found.cost)
