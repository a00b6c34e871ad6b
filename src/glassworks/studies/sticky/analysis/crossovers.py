"""Crossover temperatures T_co, by two routes (sec. III and appendix C).

**Energies.** [u(T_p) − u(T_co)]/T_co of all models, against T_p/T_co, shall coincide below T_co. If u_m(T) = α_m + T_m
f(T/T_m), any common factor in all T_co makes them coincide as well: the collapse has no scale of its own. One model's
T_co is given (the anchor), the others' are those of the least gap.

**Moduli.** A straight line through the cold part of G/K meets G_∞/K_∞, the mean of the hot plateau, at T_co. That needs
no other model.

Everything is found again in each draw. A T_co below which fewer than `BELOW` parent temperatures lie is none; its draws
may lie lower, because an interval of those alone that have as many below would end where the ladder does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline

from glassworks.statistics.collapses import Sampled
from glassworks.statistics.resampling import deviation

BELOW = 3
"""Parent temperatures that a model needs below its T_co."""
PLACES = np.linspace(0.3, 1.0, 36)[:-1]
"""T_p/T_co at which curves are compared."""
CANDIDATES = 81
ROUNDS, CLOSE = 30, 1e-4
"""Most rounds in which each model is fitted to all others, and the relative change below which they have ended."""
FALLEN = 1.0 / 3.0
"""The cold part of G/K: where its excess over the plateau is this part of the coldest one's, or more."""
PLATEAU = 1.4
"""The hot plateau: all parent temperatures at or above this multiple of T_co."""


def interpolation(kind: str, known: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What each known value counts in the one at a place, (places, points): NaN beyond the points.

    Args:
        kind: 'linear' (as the paper has it), 'inverse' (linear in 1/T), or 'cubic' (a natural spline in ln T).
        known: temperatures, ascending, (points,).
    """
    scale = {"linear": lambda t: t, "inverse": lambda t: -1.0 / t, "cubic": np.log}[kind]
    nodes, x, each = scale(known), scale(places), np.eye(len(known))
    if kind == "cubic":
        found = CubicSpline(nodes, each, bc_type="natural")(x)
    else:
        found = np.stack([np.interp(x, nodes, row) for row in each], axis=-1)
    inside = (places >= known[0] * (1 - 1e-12)) & (places <= known[-1] * (1 + 1e-12))
    return np.where(inside[..., None], found, np.nan)


class Scaled(NamedTuple):
    """[u(xT) − u(T)]/T of one model at `PLACES`, for candidates T of its T_co."""

    candidates: np.ndarray  # (candidates,)
    curves: np.ndarray  # (candidates, places, draws); NaN where it is not known


class Settled(NamedTuple):
    """The curve of a model at its T_co."""

    temperature: np.ndarray  # draws; all NaN where none was found
    curve: np.ndarray  # (places, draws)


def scaled(kind: str, known: Sampled, candidates: np.ndarray, window: tuple[float, float]) -> Scaled:
    """The curves of one model, of x inside a window alone."""
    temperature = known.x[:, 0]
    at = interpolation(kind, temperature, candidates)
    there = interpolation(kind, temperature, np.multiply.outer(candidates, PLACES))
    away = np.where(((PLACES >= window[0]) & (PLACES <= window[1]))[None, :, None], there - at[:, None, :], np.nan)
    return Scaled(candidates, (away @ known.y) / candidates[:, None, None])


def gaps(mine: Scaled, others: Sequence[np.ndarray]) -> np.ndarray:
    """Mean square of the distance of each candidate's curve from others, (places, draws) each, over the mean square of
    both: (candidates, draws).

    All curves meet at T_co, and near it they coincide whatever the candidate; the quotient does not.
    """
    given = np.stack(others)
    known = np.isfinite(given)
    filled = np.where(known, given, 0.0)
    count, first, second = (each.sum(axis=0) for each in (known.astype(float), filled, filled**2))
    y = np.where(np.isfinite(mine.curves), mine.curves, 0.0)
    seen = np.isfinite(mine.curves).astype(float)
    own = np.einsum("gkd,kd->gd", y**2, count)
    cross = np.einsum("gkd,kd->gd", y, first)
    theirs = np.einsum("gkd,kd->gd", seen, second)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (own - 2.0 * cross + theirs) / (0.5 * (own + theirs))


def settle(mine: Scaled, others: Sequence[np.ndarray]) -> Settled:
    """The candidate of the least gap, between candidates by a parabola; NaN where the value is the first or the last of
    them. Draws may be."""
    cost = gaps(mine, others)
    best = np.where(np.isfinite(cost), cost, np.inf).argmin(axis=0)
    last, column = len(mine.candidates) - 1, np.arange(cost.shape[1])
    inside = 0 < best[0] < last
    k = np.clip(best, 1, last - 1)
    before, here, after = (cost[k + step, column] for step in (-1, 0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.clip(np.nan_to_num(0.5 * (before - after) / (before - 2.0 * here + after)), -0.5, 0.5)
    logs = np.log(mine.candidates)
    place = logs[k] + shift * (logs[1] - logs[0])
    low = np.clip(k + np.where(shift < 0, -1, 0), 0, last - 1)
    part = (place - logs[low]) / (logs[1] - logs[0])
    curve = (1.0 - part) * mine.curves[low, :, column].T + part * mine.curves[low + 1, :, column].T
    return Settled(np.where(inside, np.exp(place), np.nan), np.where(inside, curve, np.nan))


def collapse(
    energies: Mapping[str, Sampled],
    anchor: str,
    temperature: float,
    kind: str = "linear",
    window: tuple[float, float] = (0.0, 1.0),
    below: int = BELOW,
) -> dict[str, np.ndarray]:
    """T_co of each model but the anchor, draws, of the least gap between all pairs of models.

    The models are first fitted to the anchor, then each to all others, until none moves.

    Args:
        energies: u(T_p) of each model, by ascending T_p.
        anchor: the model whose T_co is given.
        temperature: that T_co.
        kind: of :func:`interpolation`.
        window: T_p/T_co that are compared.
        below: parent temperatures that a model needs below its T_co; a T_co that has fewer is NaN, all its draws too.
    """
    own = scaled(kind, energies[anchor], np.array([temperature]), window).curves[0]
    tried = {}
    for name, curve in energies.items():
        known = curve.x[:, 0]
        if name != anchor and len(known) > below:
            tried[name] = scaled(kind, curve, np.geomspace(known[1] * 1.001, known[-1], CANDIDATES), window)
    least = {name: energies[name].x[below - 1, 0] for name in tried}
    found = {name: settle(mine, [own]) for name, mine in tried.items()}
    found = {name: each for name, each in found.items() if each.temperature[0] > least[name]}
    for _ in range(ROUNDS):
        moved = 0.0
        for name in list(found):
            others = [own, *(each.curve for other, each in found.items() if other != name)]
            now = settle(tried[name], others)
            if not now.temperature[0] > least[name]:
                del found[name]
                moved = 1.0
                continue
            moved = max(moved, abs(now.temperature[0] / found[name].temperature[0] - 1.0))
            found[name] = now
        if moved < CLOSE:
            break
    nothing = np.full(own.shape[1], np.nan)
    return {name: found[name].temperature if name in found else nothing for name in energies if name != anchor}


class Extrapolated(NamedTuple):
    """Where a straight line through the cold part of a quantity meets its hot plateau."""

    temperature: np.ndarray  # draws; all NaN where fewer than `BELOW` parent temperatures lie below the value
    slope: np.ndarray  # draws, of the line
    plateau: np.ndarray  # draws
    points: int  # parent temperatures in the line


def extrapolated(known: Sampled, plateau: np.ndarray, fallen: float = FALLEN, below: int = BELOW) -> Extrapolated:
    """The crossing of the low-temperature line of a ratio with its plateau (appendix C).

    The line goes, with weights 1/error², through the coldest temperatures in a row whose excess over the plateau is
    `fallen` of the coldest one's or more, two at least.

    Args:
        known: by ascending temperature, y (points, draws).
        plateau: draws.
    """
    temperature, excess = known.x[:, 0], known.y - plateau
    with np.errstate(invalid="ignore", divide="ignore"):
        cold = np.logical_and.accumulate(excess / excess[:1] >= fallen, axis=0)
    error = np.maximum([deviation(row) for row in known.y], 1e-12)
    weight = np.where(cold, (1.0 / error**2)[:, None], 0.0)
    total = weight.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (weight * temperature[:, None]).sum(axis=0) / total
        level = (weight * excess).sum(axis=0) / total
        away = temperature[:, None] - middle
        slope = (weight * away * (excess - level)).sum(axis=0) / (weight * away**2).sum(axis=0)
        place = middle - level / slope
    enough = (cold.sum(axis=0) > 1) & (place > temperature[0]) & (place < temperature[-1])
    enough &= len(temperature) >= below and place[0] > temperature[below - 1]
    return Extrapolated(np.where(enough, place, np.nan), slope, plateau, int(cold[:, 0].sum()))


def plateau_of(known: Sampled, unit: np.ndarray, least: float = PLATEAU) -> tuple[np.ndarray, np.ndarray]:
    """Draws of the mean over all temperatures at or above `least` T_co, the hottest where none is, and which these are
    by the values, (points,).

    Args:
        unit: draws of T_co.
    """
    inside = known.x >= least * np.where(np.isfinite(unit), unit, np.inf)
    inside[-1] = True
    return (known.y * inside).sum(axis=0) / inside.sum(axis=0), inside[:, 0]
