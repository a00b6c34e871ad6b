"""What is read off whole ladders of temperatures: where quantities rise, and which of their curves collapse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import isotonic_regression

from glassworks.statistics.collapses import Sampled, gap
from glassworks.statistics.fits import hinge
from glassworks.statistics.resampling import deviation, interval
from glassworks.statistics.scaling import Curve, collapse
from glassworks.studies.solidity.analysis.ensembles import Ensemble, along, ladders, told

FROM = 0.5
"""Onset of correlation and peak of δG are sought from this part of T_g upward: far below, C_int goes on rising in its
own way, and aging within a step, divided by a small T, scatters G."""
COLLAPSES = (("largest", "signed"), ("fraction", "spanning"), ("fraction", "largest"))
"""What is said to collapse the curves of all rates (x, y); the same y against temperature is compared with it."""


def falling(temperatures: np.ndarray, values: np.ndarray, level: np.ndarray | float) -> np.ndarray:
    """Where curves fall through a level on the way up in temperature, for the last time from below, (draws,).

    Args:
        temperatures: ascending, (points,).
        values: (points, draws).
        level: one for all, or (draws,).

    Returns:
        linear interpolation; NaN where a curve is not above the level at the cold end or not below at the hot one.
    """
    high = values - level
    last = len(high) - 1 - np.argmax(high[::-1] >= 0, axis=0)
    k, draw = np.minimum(last, len(high) - 2), np.arange(high.shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        part = high[k, draw] / (high[k, draw] - high[k + 1, draw])
        found = temperatures[k] + part * (temperatures[k + 1] - temperatures[k])
        return np.where((high[0] >= 0) & (high[-1] < 0), found, np.nan)


def half(temperatures: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Where P passes ½ on the way up in temperature, (draws,), of the curves nearest to those given, (points, draws),
    that nowhere rise: of few trajectories P crosses ½ more than once by chance."""
    known = np.isfinite(chance).all(axis=0)
    found = np.where(known, chance, np.nan)
    for draw in np.flatnonzero(known & (np.diff(chance, axis=0) > 0.0).any(axis=0)):
        found[:, draw] = isotonic_regression(chance[:, draw], increasing=False).x
    return falling(temperatures, found, 0.5)


def transitions(ensembles: list[Ensemble]) -> Iterator[dict]:
    """Temperatures of the glass transition of each size and rate.

    T_g where P = ½ (spanning); where δG is largest; where G falls through half of its value at the coldest
    temperature; and where C_int begins to rise. Each over T_g, and over what it is at the fastest rate.
    """
    rows, first = [], {}
    for (group, n, rate), rungs in ladders(ensembles):
        if not all({"spanning", "shear", "signed"} <= set(ensemble.draws) for ensemble in rungs):
            continue
        temperatures = np.array([ensemble.keys["temperature"] for ensemble in rungs])
        transition = half(temperatures, along(rungs, "spanning"))
        spreads, shear = along(rungs, "shear_spread"), along(rungs, "shear")
        rise = falling(temperatures, shear, 0.5 * shear[0])
        peak = from_there(highest, temperatures, spreads, FROM * transition)
        correlated = from_there(onset, temperatures, along(rungs, "signed"), FROM * transition)
        found = {"percolation": transition, "peak": peak, "rise": rise, "correlated": correlated}
        fastest = first.setdefault((group, n), (rate, found))  # if none is faster
        if rate > fastest[0]:
            fastest = first[group, n] = (rate, found)
        rows.append((group, n, rate, rungs, found))
    for group, n, rate, rungs, found in rows:
        unit, fastest = rungs[0].unit, first[group, n][1]
        transition = found["percolation"]
        yield {
            "group": group, "model": rungs[0].keys["model"], "n": n, "rate": rate, "reduced_rate": rate / unit,
            "samples": min(len(ensemble.samples) for ensemble in rungs), "temperatures": len(rungs),
            **_told({name: draws / unit for name, draws in found.items()}),
            **_told({f"{name}_over_percolation": found[name] / transition for name in found if name != "percolation"}),
            **_told({f"{name}_over_fastest": draws / fastest[name] for name, draws in found.items()}),
            "percolation_error": deviation(transition / unit),
        }  # fmt: skip


def liquid(ensembles: list[Ensemble]) -> Iterator[dict]:
    """Mean κ of C_σ = κ/r² from each temperature of a cooling upward over κ at its coldest; what a mean over
    temperatures is known to comes from the trajectories, which share their weights."""
    for _, rungs in ladders(ensembles):
        if len(rungs) < 2 or not all("amplitude" in ensemble.draws for ensemble in rungs):
            continue
        amplitude = along(rungs, "amplitude")
        for k, ensemble in enumerate(rungs[1:], 1):
            yield {
                **ensemble.head(), "samples": min(len(each.samples) for each in (rungs[0], *rungs[k:])),
                "temperatures": len(rungs), "warmer": len(rungs) - k,
                **told("amplitude_over_coldest", amplitude[k:].mean(axis=0) / amplitude[0]),
            }  # fmt: skip


def _told(draws: dict[str, np.ndarray]) -> dict[str, float]:
    return {column: value for name, each in draws.items() for column, value in told(name, each).items()}


def from_there(
    read: Callable[[np.ndarray, np.ndarray], np.ndarray],
    temperatures: np.ndarray,
    values: np.ndarray,
    least: np.ndarray,
) -> np.ndarray:
    """What is read off curves (points, draws) from a temperature of each draw upward, (draws,)."""
    found, start = np.full(values.shape[1], np.nan), np.searchsorted(temperatures, least)
    for k in np.unique(start[np.isfinite(least)]):
        mine = (start == k) & np.isfinite(least)
        found[mine] = read(temperatures[k:], values[k:])[mine]
    return found


def highest(temperatures: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where curves (points, draws) are highest, by a parabola through the highest point and its neighbors, (draws,);
    NaN without points or where one is unknown."""
    if not len(temperatures):
        return np.full(values.shape[1], np.nan)
    known, best = np.isfinite(values).all(axis=0), np.argmax(np.nan_to_num(values), axis=0)
    if len(temperatures) < 3:
        return np.where(known, temperatures[best], np.nan)
    k, draw = np.clip(best, 1, len(temperatures) - 2), np.arange(values.shape[1])
    before, after = temperatures[k] - temperatures[k - 1], temperatures[k + 1] - temperatures[k]
    down, up = values[k, draw] - values[k - 1, draw], values[k, draw] - values[k + 1, draw]
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = 0.5 * (down * after**2 - up * before**2) / (down * after + up * before)
    between = np.isfinite(shift) & (best == k)
    return np.where(known, np.where(between, temperatures[k] + shift, temperatures[best]), np.nan)


def onset(temperatures: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where a line that falls with temperature meets the constant of the liquid, (draws,); NaN with less than five
    points."""
    if len(temperatures) < 5:
        return np.full(values.shape[1], np.nan)
    error = np.maximum(values[:, 1:].std(axis=1, ddof=1), 1e-12)
    return hinge(temperatures, values, error).position


def collapses(ensembles: list[Ensemble]) -> Iterator[dict]:
    """How far the curves of all cooling rates of a size lie apart, against what is said to collapse them and against
    temperature."""
    sizes: dict[tuple, dict[float, list[Ensemble]]] = {}
    for (group, n, rate), rungs in ladders(ensembles):
        sizes.setdefault((group, n), {})[rate] = rungs
    for (group, n), rates in sizes.items():
        if len(rates) < 2:
            continue
        for name, y in COLLAPSES:
            for x in (name, "temperature"):
                curves = [_curve(rungs, x, y) for rungs in rates.values()]
                if None in curves:
                    continue
                first = next(iter(rates.values()))[0]
                yield {
                    "group": group, "model": first.keys["model"], "n": n, "x": x, "y": y, "rates": len(rates),
                    "fastest": max(rates) / first.unit, "slowest": min(rates) / first.unit,
                    "samples": min(len(ensemble.samples) for rungs in rates.values() for ensemble in rungs),
                    **_collapse(curves),
                }  # fmt: skip


def _curve(rungs: list[Ensemble], x: str, y: str) -> Sampled | None:
    if not all(y in ensemble.draws for ensemble in rungs):
        return None
    height = along(rungs, y)
    if x == "temperature":
        place = np.tile([[ensemble.keys["temperature"]] for ensemble in rungs], height.shape[1])
    else:
        place = along(rungs, x)
    return Sampled(place, height)


def _collapse(curves: list[Sampled]) -> dict:
    """The gap with its interval, the spread in units of errors, and how many points are compared."""
    found = gap(curves)
    ordered = []
    for curve in curves:
        order = np.argsort(curve.x[:, 0], kind="stable")
        error = np.maximum(curve.y[order, 1:].std(axis=1, ddof=1), 1e-3 * np.ptp(curve.y[:, 0]))
        ordered.append(Curve(curve.x[order, 0], curve.y[order, 0], error))
    _, low, high = interval(found.gap)
    return {
        "gap": float(found.gap[0]), "gap_low": low, "gap_high": high, "points": found.points,
        "spread": collapse(ordered).spread,
    }  # fmt: skip
