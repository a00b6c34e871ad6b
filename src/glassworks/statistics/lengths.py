"""Lengths of soft spots: the pinching length, the crossover of a pinch's response, the core size.

xi_g = 2 pi c_s / omega_g (pinching, Eq. 4). The paper leaves the other two to its supplement; here:

- xi_co: far from a pinch the squared displacement of a continuum falls as r^{-2(d-1)}, so that r^{2(d-1)} |u|^2 is
  flat. The mean over samples of the logarithm of that product is fitted, in ln r, by a straight line that turns into a
  constant at xi_co.
- xi_QLM: (N e_0)^{1/d} a0, with e_0 the mean participation ratio of the modes in the window that A_g is taken in.
"""

from __future__ import annotations

import numpy as np

from glassworks.statistics.fits import hinge

NEAREST = 1.2  # in a0: closer shells hold the pinched pair's first neighbors only
FARTHEST = 0.8  # in half box lengths: farther out periodic images bend the response


def pinching_length(shear_speed: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """xi_g = 2 pi c_s / omega_g (pinching, Eq. 4), for numbers or draws."""
    return 2.0 * np.pi * shear_speed / frequency


def core_size(participation: np.ndarray, n: int, dimension: int) -> np.ndarray:
    """(N e_0)^{1/d}, in units of a0."""
    with np.errstate(invalid="ignore"):  # draws of few modes
        return (n * participation) ** (1.0 / dimension)


def flattened(distance: np.ndarray, response: np.ndarray, dimension: int) -> np.ndarray:
    """ln(r^{2(d-1)} |u|^2): constant where the response is that of a continuum. `response` (..., bins)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(response) + 2.0 * (dimension - 1) * np.log(distance)


def crossover(
    distance: np.ndarray, response: np.ndarray, weight: np.ndarray, dimension: int, spacing: float, length: float
) -> tuple[np.ndarray, str]:
    """Draws of xi_co and 'found' or the reason why there is none.

    `distance` (bins,) ascending, `response` (samples, bins) with NaN where a sample has none, `weight` (1 + repeats,
    samples), `spacing` a0, `length` L; shells between 1.2 a0 and 0.8 L/2 are used, at least six of them.
    """
    inside = (distance >= NEAREST * spacing) & (distance <= FARTHEST * 0.5 * length)
    inside &= np.isfinite(response).any(axis=0) if len(response) else False
    nothing = np.full(len(weight), np.nan)
    if inside.sum() < 6:
        return nothing, f"only {int(inside.sum())} shells between {NEAREST} a0 and {FARTHEST} L/2"
    curves = flattened(distance[inside], response[:, inside], dimension)
    known = np.isfinite(curves)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weight @ np.where(known, curves, 0.0)) / (weight @ known)
    mean = np.where(np.isfinite(mean), mean, mean[0])
    found = np.exp(hinge(np.log(distance[inside]), mean.T).position)
    return found, "found" if np.isfinite(found[0]) else "no crossover between the nearest and the farthest shells"
