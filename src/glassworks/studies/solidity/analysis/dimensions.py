"""Where paths downhill bend, and by which exponents (Tong, Sengupta & Tanaka 2020, Fig. 2b, c).

The paper says neither how its exponent nor how its crossover were fitted. Candidates are told beside one another; each
is fitted to single temperatures and to all of them, which then share it but have prefactors of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from glassworks.statistics.fits import elbow
from glassworks.statistics.resampling import interpolated
from glassworks.studies.solidity.analysis.descents import Curve
from glassworks.studies.solidity.analysis.ensembles import Ensemble, told
from glassworks.studies.solidity.analysis.ladders import falling

NEAR = (1e-5, 1e-3)
"""Δr, in λ, between which paths are near inherent structures: Δs ∼ Δr and ΔE ∼ Δr²."""
FAR = 10.0**-1.5
"""Δr, in λ, from which the candidate `lines` fits a power law: half a decade beyond the paper's crossover."""
REACH = 10.0
"""A temperature tells an exponent by itself where its paths begin so many times further away than the crossover."""
EXCESS = 2.0
"""ΔE over what ΔE ∼ Δr² near the inherent structure gives, from which the deviation counts as strong."""
SAME = 1e-4
"""Inherent structures closer than this, in λ, count as the same."""
LEAST = 5
"""Fewest points of a curve for an exponent."""


class Law(NamedTuple):
    """A power law that curves share: its exponent, draws, and ln of each one's prefactor, (curves, draws), NaN for a
    curve with too few points.
    """

    exponent: np.ndarray
    prefactors: np.ndarray


class Exponent(NamedTuple):
    """Draws of a candidate's exponent and of the Δr where it begins to hold."""

    exponent: np.ndarray
    crossover: np.ndarray


def law(
    curves: list[Curve], low: float, high: float = np.inf, name: str = "contour", exponent: float | None = None
) -> Law:
    """One power law between two distances, by least squares; NaN where no curve has `LEAST` points there.

    Args:
        name: `contour` or `drop`.
        exponent: where it is known.
    """
    draws = curves[0].contour.shape[1]
    centers = np.full((len(curves), 1), np.nan)
    levels, numerator, denominator = np.full((len(curves), draws), np.nan), np.zeros(draws), 0.0
    for number, curve in enumerate(curves):
        x, y = _inside(curve, low, high, name)
        if len(x) >= LEAST:
            centers[number], levels[number] = x.mean(), y.mean(axis=0)
            numerator += (x - x.mean()) @ y
            denominator += (x - x.mean()) @ (x - x.mean())
    if exponent is None:
        found = numerator / denominator if denominator > 0.0 else np.full(draws, np.nan)
    else:
        found = np.full(draws, exponent)
    return Law(found, levels - found * centers)


def _inside(curve: Curve, low: float, high: float, name: str) -> tuple[np.ndarray, np.ndarray]:
    """ln Δr and draws of ln Δs or ln ΔE of a curve's points between two distances."""
    y = getattr(curve, name)
    inside = (curve.x >= np.log(max(low, 1e-300)) - 1e-6) & (curve.x <= np.log(high) + 1e-6) & np.isfinite(y[:, 0])
    return curve.x[inside], y[inside]


def lines(curves: list[Curve]) -> Exponent:
    """A power law beyond `FAR`, and where it meets Δs ∼ Δr within `NEAR`: mean of logarithms over the curves."""
    far, near = law(curves, FAR), law(curves, *NEAR, exponent=1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        meet = (near.prefactors - far.prefactors) / (far.exponent - 1.0)
        return Exponent(far.exponent, np.exp(_mean(meet)))


def bent(curves: list[Curve], low: float, before: float | None) -> Exponent:
    """Two power laws that meet, from Δr = `low` to where the paths begin."""
    parts = [_inside(curve, low, np.inf, "contour") for curve in curves]
    owner = np.repeat(np.arange(len(parts)), [len(x) for x, _ in parts])
    x, y = np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])
    found = elbow(x, y, before=before, owner=owner)
    return Exponent(found.after, np.exp(found.position))


CANDIDATES: dict[str, Callable[[list[Curve]], Exponent]] = {
    "lines": lines,
    "bent": lambda curves: bent(curves, 1e-4, 1.0),
    "bent-near": lambda curves: bent(curves, 1e-3, 1.0),
    "bent-free": lambda curves: bent(curves, 1e-4, None),
}
"""Ways to read d_PEL off: a power law far from the inherent structure, drawn beside the curves; two power laws that
meet, the first with exponent 1, from Δr = 1e-4 or 1e-3; both exponents fitted."""
DEFAULT = "lines"


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over curves, (draws,), of those that have a value."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)


def dimension_rows(curves: list[Curve], crossover: float) -> Iterator[dict]:
    """A row for each size, rate, method, candidate and set of temperatures: each alone, and all together.

    Args:
        crossover: Δr, in λ, where the paper sees the crossover.
    """
    for mine in _families(curves):
        first: dict[tuple, np.ndarray] = {}
        for method in dict.fromkeys(curve.method for curve in mine):
            chosen = [curve for curve in mine if curve.method == method]
            hot: dict[str, np.ndarray] = {}
            for temperatures in [[curve] for curve in chosen if len(chosen) > 1] + [chosen]:
                for row, exponent in _rows(temperatures, method, mine[-1].ensemble, crossover):
                    same = first.setdefault((row["candidate"], row["temperatures"], row["hottest"]), exponent)
                    alone = row["temperatures"] == 1 and row["told"]
                    hottest = hot.setdefault(row["candidate"], exponent) if alone else np.full_like(exponent, np.nan)
                    yield row | told("difference", exponent - same) | told("from_hottest", exponent - hottest)


def _families(curves: list[Curve]) -> Iterator[list[Curve]]:
    """Curves that differ in temperature and method alone, hot to cold; the ladder's top, which has no rate, joins each
    rate.
    """
    found: dict[tuple, list[Curve]] = {}
    for curve in curves:
        keys = curve.ensemble.keys
        rate = float(keys["rate"]) if np.isfinite(keys["rate"]) else None
        found.setdefault((keys["group"], keys["model"], keys["n"], rate), []).append(curve)
    rated = {key[:-1] for key in found if key[-1] is not None}
    for key, mine in found.items():
        top = found.get((*key[:-1], None), []) if key[-1] is not None else []
        if key[-1] is not None or key[:-1] not in rated:
            yield sorted([*top, *mine], key=lambda curve: -curve.temperature)


def _rows(curves: list[Curve], method: str, family: Ensemble, crossover: float) -> Iterator[tuple[dict, np.ndarray]]:
    """The rows of a set of temperatures, each with the draws of its exponent."""
    farthest = max(float(np.exp(curve.x[-1])) for curve in curves)
    leaves = _leaves(curves)
    head = {
        **{key: family.keys[key] for key in ("group", "model", "dimension", "n", "protocol", "rate")},
        "reduced_rate": family.keys["rate"] / family.unit,
        "method": method,
        "temperatures": len(curves),
        "hottest": curves[0].temperature / family.unit,
        "coldest": curves[-1].temperature / family.unit,
        "samples": min(len(curve.ensemble.samples) for curve in curves),
        "farthest": farthest,
        "told": farthest >= REACH * crossover,
        "steps": float(np.mean([curve.steps.mean() for curve in curves])),
        "same": float(np.mean([(curve.apart < SAME).mean() for curve in curves])),
        **told("linear", law(curves, *NEAR).exponent),
        **told("quadratic", law(curves, *NEAR, name="drop").exponent),
        **told("leaves_harmonic", leaves),
        **told("drop_at_crossover", _drop_at(curves, np.full(len(leaves), crossover))),
    }
    for candidate, fit in CANDIDATES.items():
        found = fit(curves)
        row = {
            **head,
            "candidate": candidate,
            "chosen": candidate == DEFAULT,
            **told("exponent", found.exponent),
            **told("crossover", found.crossover),
            **told("drop_at_bend", _drop_at(curves, found.crossover)),
        }
        yield row, found.exponent


def _leaves(curves: list[Curve]) -> np.ndarray:
    """Draws of the Δr from which on ΔE exceeds the law ΔE ∼ Δr² near the inherent structure by `EXCESS`: mean of
    logarithms over the curves that come that far.
    """
    near = law(curves, *NEAR, name="drop", exponent=2.0)
    found = np.full(near.prefactors.shape, np.nan)
    for number, curve in enumerate(curves):
        x, y = _inside(curve, NEAR[0], np.inf, "drop")
        excess = y - 2.0 * x[:, None] - near.prefactors[number] - np.log(EXCESS)
        if len(x) > 1:
            found[number] = falling(x, -excess, 0.0)
    return np.exp(_mean(found))


def _drop_at(curves: list[Curve], distance: np.ndarray) -> np.ndarray:
    """Draws of ΔE at a distance of each draw: mean of logarithms over the curves that come through it."""
    heights, place = [], np.log(distance)
    for curve in curves:
        x, y = _inside(curve, 0.0, np.inf, "drop")
        if len(x):
            heights.append(np.where((place >= x[0]) & (place <= x[-1]), interpolated(place, x, y.T), np.nan))
    return np.exp(_mean(np.array(heights))) if heights else np.full(len(distance), np.nan)
