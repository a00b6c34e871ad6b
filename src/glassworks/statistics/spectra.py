"""The low-frequency spectrum: the prefactor of the omega^4 law, its exponent and its window, phonon bands, the cutoff.

Conventions. The density of states is normalized to the number of modes, D(w) = (1 / (N d)) < sum_l delta(w - w_l) >,
so that D(w) = A_g w^4 (pinching, Eq. 1) has A_g in units of an inverse frequency to the fifth power. Where a paper
divides by N alone (González-López et al. 2021, Eq. A8) its A_g is d times larger. In a window [0, W] that holds on
average n modes a glass, the maximum-likelihood estimate for a law of known exponent is A_g = 5 n / (N d W^5): the
modes' places within the window carry no information on A_g, only their count does.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.special import gamma

from glassworks.statistics.chances import normal_quantile
from glassworks.statistics.resampling import quantile_draws

LAW = 5.0  # exponent of the cumulative spectrum
LEAST_MODES = 20
SOFT = 0.18
"""End of the window in which A_g and the exponent are measured, in omega_g. No test chooses it, because what passes a
test depends on how many glasses there are. At high parent temperatures the cumulative bends away from omega^5
gradually, its exponent falling from 5 below 0.15 to 4 at 0.3; at low ones the first phonon band raises it from 0.2 on.
Figure S1 shows both."""
SHARE = 1 / 3
"""Modes a glass, on average, in the window of glasses whose omega_g is not known: most have none, as the law wants."""
ZERO_FREQUENCY = 1e-4  # below it a mode is one of the d translations


class Modes(NamedTuple):
    """Modes of an ensemble: `frequency` (modes,), `owner` (modes,) the index of each mode's sample, `samples`, `n`,
    `dimension`.
    """

    frequency: np.ndarray
    owner: np.ndarray
    samples: int
    n: int
    dimension: int

    def counts(self, windows: np.ndarray) -> np.ndarray:
        """Number of modes of each sample in [0, W], shape (samples, windows)."""
        inside = self.frequency[:, None] <= np.atleast_1d(windows)[None, :]
        total = np.zeros((self.samples, inside.shape[1]))
        np.add.at(total, self.owner, inside)
        return total

    def of(self, chosen: np.ndarray) -> Modes:
        """Only the samples with `chosen` (samples,) true, renumbered."""
        number = np.cumsum(chosen) - 1
        keep = chosen[self.owner]
        return self._replace(frequency=self.frequency[keep], owner=number[self.owner[keep]], samples=int(chosen.sum()))


class Band(NamedTuple):
    """A band of transverse plane waves of a periodic cube."""

    frequency: float
    degeneracy: int


def phonon_bands(shear_speed: float, length: float, dimension: int, bands: int = 3) -> list[Band]:
    """The lowest transverse bands: w = 2 pi c_s |n| / L for integer vectors n != 0, each with (d - 1) polarizations.

    The degeneracy counts every mode of a band: vectors of that length times d - 1 (12 for the first band in 3D, 24 in
    4D).
    """
    reach = range(-3, 4)
    squares = [sum(k * k for k in vector) for vector in product(reach, repeat=dimension)]
    found = {}
    for square in squares:
        if 0 < square <= 9:
            found[square] = found.get(square, 0) + 1
    return [
        Band(2.0 * np.pi * shear_speed * np.sqrt(square) / length, found[square] * (dimension - 1))
        for square in sorted(found)[:bands]
    ]


def band_edge(band: Band, shear: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of the lower edge of a disorder-broadened band, given the shear moduli of an ensemble, (samples,).

    Disorder spreads a band of g modes by about sigma sqrt(g) about its center, where sigma = (1/2) std(G)/<G> is the
    relative spread of the shear frequency from sample to sample (degenerate perturbation theory; Bouchbinder and
    Lerner, New J. Phys. 2018); levels then fill a semicircle of radius 2 sigma sqrt(g). The spread of G is taken from
    its quartiles, because single outliers occur. The edge is never put below half of the center, which itself is the
    band's in all draws.
    """
    shear = np.asarray(shear, dtype=float)
    if np.isfinite(shear).sum() < 4:
        return np.full(len(weight), 0.8 * band.frequency)
    low, middle, high = (quantile_draws(shear, weight, share) for share in (0.25, 0.5, 0.75))
    spread = (high - low) / (2.0 * normal_quantile(0.75)) / abs(middle)
    return band.frequency * np.maximum(0.5, 1.0 - spread * np.sqrt(band.degeneracy))


def complete_up_to(modes: Modes) -> float:
    """The frequency up to which every sample's list of lowest modes is complete: the smallest of their last
    frequencies.
    """
    if modes.samples == 0 or len(modes.frequency) == 0:
        return float("nan")
    last = np.zeros(modes.samples)
    np.maximum.at(last, modes.owner, modes.frequency)
    return float(last.min())


class Window(NamedTuple):
    """The frequency window of A_g: its upper end as draws, and what it is tied to."""

    upper: np.ndarray
    reason: str


def soft_window(
    modes: Modes, weight: np.ndarray, pinching: np.ndarray | None, edge: np.ndarray, complete: float
) -> Window:
    """[0, `SOFT` omega_g], or where omega_g is not known, up to where there are `SHARE` modes a glass.

    It ends before the first phonon band and where the computed modes do, and is found again in each draw.

    Args:
        pinching: draws of omega_g, or None.
        edge: draws of the lower edge of the first phonon band; NaN where it is not known.
        complete: :func:`complete_up_to`.
    """
    if pinching is not None and np.isfinite(pinching[0]):
        upper, reason = SOFT * pinching, f"{SOFT:g} of the pinching frequency"
    else:
        upper, reason = _share(modes, weight), f"{SHARE:.2g} modes a glass"
    limit = np.fmin(edge, complete)
    if limit[0] < upper[0]:
        reason = "first phonon band" if edge[0] <= complete else "the computed modes end"
    return Window(np.fmin(upper, limit), reason)


def _share(modes: Modes, weight: np.ndarray) -> np.ndarray:
    """Draws of the frequency below which there are `SHARE` modes a glass."""
    order = np.argsort(modes.frequency)
    enough = np.cumsum(weight[:, modes.owner[order]], axis=1) >= SHARE * weight.sum(axis=1, keepdims=True)
    place = np.where(enough.any(axis=1), enough.argmax(axis=1), len(order) - 1)
    return modes.frequency[order][place]


class Inside(NamedTuple):
    """Sums over the modes in a window that may differ from draw to draw, each (1 + repeats,)."""

    count: np.ndarray  # modes
    logs: np.ndarray  # ln(W/w)
    share: np.ndarray  # participation ratios


def inside(modes: Modes, weight: np.ndarray, upper: np.ndarray, participation: np.ndarray | None = None) -> Inside:
    """Weighted sums over the modes up to `upper` (1 + repeats,); `participation` (modes,) is that of each mode."""
    known = np.nan_to_num(upper, nan=0.0)
    kept = modes.frequency <= known.max(initial=0.0)
    frequency, owner = modes.frequency[kept], modes.owner[kept]
    within = np.where(frequency <= known[:, None], weight[:, owner], 0.0)
    with np.errstate(divide="ignore"):
        logs = np.log(np.where(known > 0, known, 1.0))[:, None] - np.log(frequency)
    share = np.zeros(len(frequency)) if participation is None else participation[kept]
    found = Inside(within.sum(axis=1), (within * logs).sum(axis=1), within @ share)
    return Inside(*(np.where(np.isfinite(upper), each, np.nan) for each in found))


def exponent_draws(found: Inside) -> np.ndarray:
    """Draws of the maximum-likelihood exponent beta of a cumulative law (w/W)^beta; NaN with three modes or fewer.

    (count - 1)/logs is the form of count/logs without bias for independent modes.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(found.count > 3, (found.count - 1.0) / found.logs, np.nan)


def prefactor_draws(modes: Modes, found: Inside, upper: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Draws of A_g = 5 <count> / (N d W^5)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return LAW * found.count / weight.sum(axis=1) / (modes.n * modes.dimension * upper**LAW)


def cumulative(modes: Modes, points: int = 120, limit: float = np.inf) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cumulative spectrum C(w) = <modes up to w> / (N d) at `points` of its steps: (frequency, C, number of modes)."""
    ordered = np.sort(modes.frequency[modes.frequency <= limit])
    if len(ordered) == 0:
        return np.empty(0), np.empty(0), np.empty(0, dtype=int)
    ranks = np.unique(np.geomspace(1, len(ordered), points).round().astype(int))
    return ordered[ranks - 1], ranks / (modes.samples * modes.n * modes.dimension), ranks


def density(modes: Modes, weight: np.ndarray, limit: float, bins: int = 18) -> dict[str, np.ndarray]:
    """Logarithmically binned D(w) up to `limit`, with draws: dict of lower, upper, center and draws (1 + repeats,
    bins).

    A bin's center is the geometric mean of its edges; the first edge is just below the lowest mode.
    """
    inside = modes.frequency[modes.frequency <= limit]
    if len(inside) < 5:
        empty = np.empty(0)
        return {"lower": empty, "upper": empty, "center": empty, "draws": np.empty((len(weight), 0))}
    edges = np.geomspace(inside.min() * 0.999, limit, bins + 1)
    table = np.diff(modes.counts(edges), axis=1)
    mean = (weight @ table) / weight.sum(axis=1, keepdims=True)
    draws = mean / (modes.n * modes.dimension * np.diff(edges))
    return {"lower": edges[:-1], "upper": edges[1:], "center": np.sqrt(edges[1:] * edges[:-1]), "draws": draws}


def debye_frequency(
    density_: float, shear: float, bulk: float, dimension: int, masses: np.ndarray | None = None
) -> float:
    """Debye frequency of an isotropic solid of unit mass particles in d dimensions.

    N d = V S_d / (d (2 pi)^d) w_D^d [(d - 1) c_T^-d + c_L^-d], S_d the area of the unit sphere,
    c_T^2 = G / rho, c_L^2 = (K + 2 (1 - 1/d) G) / rho. In 3D this is w_D^3 = 18 pi^2 rho / (2 c_T^-3 + c_L^-3), with
    which Mizuno, Shimada & Ikeda 2020 have A_D = 3 / w_D^3.

    Args:
        density_: number of particles a volume, which is that of mass where every mass is one.
        masses: of the particles, in m; None where every mass is one.

    Raises:
        ValueError: a mass is not one.
    """
    if masses is not None and np.any(np.asarray(masses) != 1.0):
        raise ValueError(
            "the Debye frequency is that of particles of mass one alone: c^2 = G / rho would need the density of mass"
        )
    transverse = np.sqrt(shear / density_)
    longitudinal = np.sqrt((bulk + 2.0 * (1.0 - 1.0 / dimension) * shear) / density_)
    area = 2.0 * np.pi ** (dimension / 2.0) / gamma(dimension / 2.0)
    speeds = (dimension - 1) * transverse**-dimension + longitudinal**-dimension
    return float((dimension**2 * density_ * (2.0 * np.pi) ** dimension / (area * speeds)) ** (1.0 / dimension))


class Cutoff(NamedTuple):
    """Where the omega^4 law breaks downward."""

    frequency: np.ndarray  # draws; NaN where no break is found
    deficit: (
        np.ndarray
    )  # draws of the modes up to the limit over what the omega^4 law of [0, 0.7 limit] extrapolates to
    reason: str


STEEPEST = 12.0
LEAST_BREAK = 0.5
LEAST_GAIN = 3.0  # in ln likelihood, for two more parameters: chance 0.05
PLATEAU = 0.7  # of the limit


def cutoff(modes: Modes, weight: np.ndarray, limits: np.ndarray, places: int = 60) -> Cutoff:
    """The frequency w_c below a limit (1 + repeats,) at which the spectrum turns down from omega^4.

    The spectrum in [0, limit] is fitted by maximum likelihood with D ~ w^4 below w_c and D ~ w^4 (w / w_c)^-s above,
    which is where C(w)/w^5 leaves its plateau (thesis ch. 2, Fig. 2.4, marks the dip by eye). It counts as found when
    s exceeds 0.5 and the fit gains 3 in ln likelihood over omega^4 throughout. `deficit` needs no fit: the number of
    modes up to the limit over that extrapolated from [0, 0.7 limit] with the fifth power; below 1, the law has broken
    downward before the limit.
    """
    ordered, limit = np.sort(modes.frequency), float(limits[0])
    nothing = np.full(len(weight), np.nan)
    below = int((ordered <= limit).sum()) if np.isfinite(limit) else 0
    if below < 3 * LEAST_MODES:
        return Cutoff(nothing, nothing, f"fewer than {3 * LEAST_MODES} modes below the limit")
    part, whole = (inside(modes, weight, share * limits).count for share in (PLATEAU, 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        deficit = whole * PLATEAU**LAW / part
    grid = np.geomspace(ordered[LEAST_MODES - 1], 0.97 * limit, places)
    frequency, steepness, gain = _break(modes, weight, grid, limit)
    found = bool(steepness[0] > LEAST_BREAK and gain[0] > LEAST_GAIN)
    if not found:
        return Cutoff(nothing, deficit, "no downward break below the limit")
    return Cutoff(np.where(steepness > LEAST_BREAK, frequency, np.nan), deficit, "found")


def _break(
    modes: Modes, weight: np.ndarray, grid: np.ndarray, limit: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best break and steepness on the grid for each draw, and the gain in ln likelihood over no break."""
    inside = modes.frequency <= limit
    frequency, owner = modes.frequency[inside], modes.owner[inside]
    logs = np.zeros((modes.samples, len(grid)))
    np.add.at(logs, owner, np.maximum(np.log(frequency[:, None] / grid[None, :]), 0.0))
    above = weight @ logs  # sum of ln(w / w_c) over modes above each break
    total = weight @ np.bincount(owner, minlength=modes.samples)
    steep = np.linspace(-3.0, STEEPEST, 61)
    best = np.full(len(weight), -np.inf)
    place, slope = np.zeros(len(weight)), np.zeros(len(weight))
    for s in steep:
        power = LAW - s
        ratio = limit / grid
        tail = np.log(ratio) if abs(power) < 1e-9 else (ratio**power - 1.0) / power
        # norm of the law relative to that of omega^4 throughout, limit^5 / 5
        norm = np.log((1.0 / LAW + tail) * LAW * (grid / limit) ** LAW)
        gain = -s * above - total[:, None] * norm[None, :]
        column = gain.argmax(axis=1)
        value = gain[np.arange(len(gain)), column]
        better = value > best
        best, place, slope = (
            np.where(better, value, best),
            np.where(better, grid[column], place),
            np.where(better, s, slope),
        )
    return place, slope, best
