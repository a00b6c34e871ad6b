"""How prefactor, participation and dipoles change with N, and what Eq. 2.2 says of that.

A_g of several N is compared in one window [0, W], the narrowest of the sizes' own, and again in each size's own:
windows that move with N would turn a bend of D(ω) into a dependence on N. N e is compared up to `CLEAR` of the first
band of the largest N, or of each N's own. W is found again in each draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, ends, key_of, logarithm
from glassworks.statistics.resampling import deviation
from glassworks.studies.thesis2.analysis.curves import crowded
from glassworks.studies.thesis2.analysis.ensembles import Ensemble, ends_of, families, localized

COMMON, OWN, NEITHER = "common", "own", "none"
"""Whose window: that of all sizes, of each, or that of no modes."""


class Size(NamedTuple):
    """One size's part of a comparison: draws of each quantity, and what they rest on."""

    each: Ensemble
    window: np.ndarray
    modes: int
    values: dict[str, np.ndarray]

    @property
    def n(self) -> int:
        return self.each.measured.n


def _in(each: Ensemble, upper: np.ndarray, edge: np.ndarray) -> Size:
    """A_g of the modes of an ensemble in a window, and mean N e of those that are clear of the first band."""
    soft = each.measured.soft
    found = spectra.inside(soft.modes, soft.weight, upper)
    values = {
        "prefactor": spectra.prefactor_draws(soft.modes, found, upper, soft.weight),
        "localized": localized(each, upper, edge),
        "omega_dip": each.measured.get("omega_dip"),
    }
    return Size(each, upper, int(np.nan_to_num(found.count[0])), values)


def common(members: list[Ensemble]) -> list[Size]:
    """Sizes in the window of them all, of those that have enough modes in their own. Where one has too few in it, the
    largest is left out, whose waves make it narrow, and it is made again."""
    members = [each for each in members if each.measured.counts.get("modes", 0) >= FEWEST]
    while members:
        upper = np.fmin.reduce([each.measured.soft.window.upper for each in members])
        edge = np.fmin.reduce([each.limit for each in members])
        sizes = [_in(each, upper, edge) for each in members]
        if min(size.modes for size in sizes) >= FEWEST:
            return sizes
        members = members[:-1]
    return []


def own(members: list[Ensemble]) -> list[Size]:
    """Sizes, each in its own window, of those that have enough modes there."""
    sizes = [_in(each, each.measured.soft.window.upper, each.limit) for each in members]
    return [size for size in sizes if size.modes >= FEWEST]


def growth(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each size and kind of window: A_g and N e in it, and ω_dip."""
    rows = []
    for _, members in families(found):
        for kind, sizes in ((COMMON, common(members)), (OWN, own(members))):
            for size in sizes:
                row = key_of(size.each.measured) | {
                    "samples": size.each.measured.soft.modes.samples, "whose": kind, "window": size.window[0],
                    "modes": size.modes,
                }  # fmt: skip
                for name in ("prefactor", "localized", "omega_dip"):
                    row |= ends_of(name, size.values[name], True)
                rows.append(row)
    return pd.DataFrame(rows)


def fitted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws of slope and intercept of the line through points whose x may change from draw to draw, each (points,
    draws), by least squares weighted with the errors of y. NaN where a point has no error."""
    error = np.array([deviation(row) for row in y])
    weight = np.where(error > 0, 1.0, np.nan) / np.maximum(error, 1e-300) ** 2
    total = weight.sum()
    middle, height = (weight @ x) / total, (weight @ y) / total
    away = x - middle
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (weight @ (away * y)) / (weight @ away**2)
    return slope, height - slope * middle


def _along(sizes: list[Size], x: Callable[[float], float]) -> np.ndarray:
    draws = len(sizes[0].window)
    return np.repeat([[x(float(size.n))] for size in sizes], draws, axis=1)


def _logs(sizes: list[Size], name: str) -> np.ndarray:
    return logarithm(np.array([size.values[name] for size in sizes]))


def power(sizes: list[Size], name: str) -> np.ndarray:
    """d ln y / d ln N."""
    return fitted(_along(sizes, np.log), _logs(sizes, name))[0]


def ratio(sizes: list[Size], name: str) -> np.ndarray:
    """y of the largest N over that of the smallest."""
    logs = _logs(sizes, name)
    return np.exp(logs[-1] - logs[0])


def power_of_logarithm(sizes: list[Size], name: str) -> np.ndarray:
    """d ln y / d ln ln N."""
    return fitted(_along(sizes, lambda n: np.log(np.log(n))), _logs(sizes, name))[0]


def softness(sizes: list[Size]) -> tuple[np.ndarray, np.ndarray]:
    """Slope and intercept of 1/ω_dip² as a line in ln N (Eq. 2.2 in two dimensions)."""
    y = np.array([size.values["omega_dip"] for size in sizes]) ** -2.0
    return fitted(_along(sizes, np.log), y)


def power_of_shifted(sizes: list[Size], name: str) -> np.ndarray:
    """d ln y / d ln (ln N + c), c that of 1/ω_dip² ∝ ln N + c."""
    slope, intercept = softness(sizes)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = logarithm(_along(sizes, np.log) + intercept / slope)
    return fitted(np.where(slope > 0, x, np.nan), _logs(sizes, name))[0]


def power_of_dipoles(sizes: list[Size], name: str) -> np.ndarray:
    """d ln y / d ln ω_dip⁻⁵, with no logarithm and no offset of N."""
    return fitted(-spectra.LAW * _logs(sizes, "omega_dip"), _logs(sizes, name))[0]


def softening(sizes: list[Size], name: str) -> np.ndarray:
    """The slope of 1/ω_dip² in ln N over its mean."""
    slope, _ = softness(sizes)
    return slope / np.mean(np.array([size.values[name] for size in sizes]) ** -2.0, axis=0)


def bend(sizes: list[Size], name: str) -> np.ndarray:
    """The slope of 1/ω_dip² in ln N between the two largest sizes over that between the two smallest; 1 of a line."""
    y = np.array([size.values[name] for size in sizes]) ** -2.0
    steps = [(b - a) / np.log(two.n / one.n) for (a, b), (one, two) in zip(pairwise(y), pairwise(sizes), strict=True)]
    return np.where(steps[0] > 0, steps[-1] / np.where(steps[0] > 0, steps[0], 1.0), np.nan)


def _saturation(sizes: list[Size], name: str) -> tuple[np.ndarray, np.ndarray]:
    """A and ω_{g,∞} of ω_dip = ω_{g,∞} + A N^{−(d−2)/d} (Eq. 2.2 above two dimensions)."""
    d = sizes[0].each.measured.dimension
    return fitted(_along(sizes, lambda n: n ** (-(d - 2) / d)), np.array([size.values[name] for size in sizes]))


def excess(sizes: list[Size], name: str) -> np.ndarray:
    """A N^{−(d−2)/d}/ω_{g,∞} of the smallest N."""
    slope, limit = _saturation(sizes, name)
    d = sizes[0].each.measured.dimension
    return slope * sizes[0].n ** (-(d - 2) / d) / limit


def saturated(sizes: list[Size], name: str) -> np.ndarray:
    """ω_{g,∞} over ω_dip of the largest N."""
    return _saturation(sizes, name)[1] / sizes[-1].values[name]


class Law(NamedTuple):
    """A number made of one quantity of several sizes: of how many at least, and in which dimensions."""

    quantity: str
    law: str
    made: Callable[[list[Size], str], np.ndarray]
    fewest: int = 2
    dimensions: tuple[int, ...] = (2, 3, 4)


OF_MODES = (
    Law("prefactor", "power", power), Law("prefactor", "ratio", ratio),
    Law("prefactor", "power of logarithm", power_of_logarithm, dimensions=(2,)),
    Law("prefactor", "power of shifted logarithm", power_of_shifted, dimensions=(2,)),
    Law("prefactor", "power of dipoles", power_of_dipoles),
    Law("localized", "power", power), Law("localized", "ratio", ratio),
    Law("localized", "power of logarithm", power_of_logarithm, dimensions=(2,)),
)  # fmt: skip
OTHERS = (
    Law("omega_dip", "power", power), Law("omega_dip", "softening", softening, dimensions=(2,)),
    Law("omega_dip", "bend", bend, 3, (2,)), Law("omega_dip", "excess", excess, dimensions=(3, 4)),
    Law("omega_dip", "saturated", saturated, dimensions=(3, 4)),
    Law("wave", "power", power), Law("crowded", "power", power), Law("cutoff", "power", power),
)  # fmt: skip


def _others(members: list[Ensemble], quantity: str) -> list[Size]:
    """Sizes of which a quantity is known that needs no window."""
    found = []
    for each in members:
        one = each.measured
        draws = crowded(each) if quantity == "crowded" else one.get(quantity)
        if np.isfinite(draws[0]) and np.isfinite(draws).mean() > 0.5:
            found.append(Size(each, np.full(len(draws), np.nan), one.counts.get("modes", 0), {quantity: draws}))
    return found


def _spans(sizes: list[Size], fewest: int) -> Iterator[list[Size]]:
    """All sizes, and all but the smallest, whose box its core nearly fills."""
    for chosen in (sizes, sizes[1:]):
        if len(chosen) >= fewest:
            yield chosen


def laws(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each law of each model and rate: its value, of all sizes and of all but the smallest."""
    rows = []
    for told, members in families(found):
        windowed = {COMMON: common(members), OWN: own(members)}
        every = [(kind, law, sizes) for kind, sizes in windowed.items() for law in OF_MODES]
        every += [(NEITHER, law, _others(members, law.quantity)) for law in OTHERS]
        for kind, law, sizes in every:
            if told["dimension"] not in law.dimensions:
                continue
            known = [size for size in sizes if np.isfinite(size.values[law.quantity][0])]
            for chosen in _spans(known, law.fewest):
                draws = law.made(chosen, law.quantity)
                row = told | {
                    "quantity": law.quantity, "law": law.law, "whose": kind, "sizes": len(chosen),
                    "smallest": chosen[0].n, "largest": chosen[-1].n,
                    "samples": min(size.each.measured.soft.modes.samples for size in chosen),
                    "modes": min(size.modes for size in chosen),
                }  # fmt: skip
                rows.append(row | ends("value", draws))
    return pd.DataFrame(rows)


def rates(found: list[Ensemble]) -> pd.DataFrame:
    """A row for each model and N that was cooled at several rates: A_g of the fastest over that of the slowest, in one
    window (footnote to Eq. 2.1)."""
    by: dict[tuple[str, int], list[Ensemble]] = {}
    for each in found:
        if each.measured.included:
            by.setdefault((str(each.measured.key["model"]), each.measured.n), []).append(each)
    rows = []
    for (model, n), members in by.items():
        ordered = sorted(members, key=lambda each: each.family[2])
        sizes = common([ordered[0], ordered[-1]])
        if len(sizes) < 2 or sizes[0].each.family == sizes[1].each.family:
            continue
        slow, fast = sizes
        row = {"model": model, "dimension": slow.each.measured.dimension, "n": n, "slow": slow.each.family[2]}
        row |= {"fast": fast.each.family[2], "window": slow.window[0], "modes": min(slow.modes, fast.modes)}
        row["samples"] = min(size.each.measured.soft.modes.samples for size in sizes)
        with np.errstate(invalid="ignore", divide="ignore"):
            rows.append(row | ends("ratio", fast.values["prefactor"] / slow.values["prefactor"]))
    return pd.DataFrame(rows)
