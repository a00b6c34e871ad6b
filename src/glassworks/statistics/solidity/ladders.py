"""What is read off whole ladders of temperatures: where quantities rise, and which of their curves collapse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassworks.statistics.collapses import Sampled, gap
from glassworks.statistics.fits import hinge
from glassworks.statistics.resampling import deviation, interval
from glassworks.statistics.scaling import Curve, collapse
from glassworks.statistics.solidity.states import State, along, ladders, told

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
    found = np.full(values.shape[1], np.nan)
    for draw, (curve, here) in enumerate(zip(values.T, np.broadcast_to(level, found.shape), strict=True)):
        above = np.flatnonzero(curve >= here)
        if curve[0] >= here > curve[-1]:
            k = above[-1]
            part = (curve[k] - here) / (curve[k] - curve[k + 1])
            found[draw] = temperatures[k] + part * (temperatures[k + 1] - temperatures[k])
    return found


def transitions(states: list[State]) -> Iterator[dict]:
    """Temperatures of the glass transition of each size and rate.

    T_g where P = ½ (spanning); where δG is largest; where G falls through half of its value at the coldest
    temperature; and where C_int begins to rise.
    """
    for (group, n, rate), rungs in ladders(states):
        if not all({"spanning", "shear", "signed"} <= set(state.draws) for state in rungs):
            continue
        temperatures, unit = np.array([state.keys["temperature"] for state in rungs]), rungs[0].unit
        transition = falling(temperatures, along(rungs, "spanning"), 0.5)
        spreads, shear = along(rungs, "shear_spread"), along(rungs, "shear")
        warm = temperatures >= FROM * transition[0]
        rise = falling(temperatures, shear, 0.5 * shear[0])
        peak = highest(temperatures[warm], spreads[warm])
        correlated = onset(temperatures[warm], along(rungs, "signed")[warm])
        yield {
            "group": group, "model": rungs[0].keys["model"], "n": n, "rate": rate, "reduced_rate": rate / unit,
            "samples": min(len(state.samples) for state in rungs), "temperatures": len(rungs),
            **told("percolation", transition / unit), "percolation_error": deviation(transition / unit),
            **told("peak", peak / unit), **told("rise", rise / unit), **told("correlated", correlated / unit),
            **told("peak_over_percolation", peak / transition),
            **told("rise_over_percolation", rise / transition),
            **told("correlated_over_percolation", correlated / transition),
        }  # fmt: skip


def highest(temperatures: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where curves (points, draws) are highest, (draws,); NaN without points or where one is unknown."""
    if not len(temperatures):
        return np.full(values.shape[1], np.nan)
    known = np.isfinite(values).all(axis=0)
    return np.where(known, temperatures[np.argmax(np.nan_to_num(values), axis=0)], np.nan)


def onset(temperatures: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where a line that falls with temperature meets the constant of the liquid, (draws,); NaN with less than five
    points."""
    if len(temperatures) < 5:
        return np.full(values.shape[1], np.nan)
    error = np.maximum(values[:, 1:].std(axis=1, ddof=1), 1e-12)
    return hinge(temperatures, values, error).position


def collapses(states: list[State]) -> Iterator[dict]:
    """How far the curves of all cooling rates of a size lie apart, against what is said to collapse them and against
    temperature."""
    sizes: dict[tuple, dict[float, list[State]]] = {}
    for (group, n, rate), rungs in ladders(states):
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
                    "samples": min(len(state.samples) for rungs in rates.values() for state in rungs),
                    **_collapse(curves),
                }  # fmt: skip


def _curve(rungs: list[State], x: str, y: str) -> Sampled | None:
    if not all(y in state.draws for state in rungs):
        return None
    height = along(rungs, y)
    if x == "temperature":
        place = np.tile([[state.keys["temperature"]] for state in rungs], height.shape[1])
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
