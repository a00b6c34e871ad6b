"""Tables of macroscopic elasticity against T_p/T_co, and of how models differ in it (Figs. 3 to 6, 13, 16)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glassworks.statistics import collapses, fits
from glassworks.statistics.collapses import Sampled
from glassworks.statistics.measured import ends, key_of, logarithm
from glassworks.statistics.resampling import deviation
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.crossovers import PLATEAU
from glassworks.studies.sticky.analysis.depths import Ladder, common_depth, common_scaled
from glassworks.studies.sticky.analysis.temperatures import energy_at

RATIOS = ("shear", "bulk", "moduli_ratio", "nonaffine", "poisson", "omega_reduced")
"""Quantities that are told over their plateaus."""
VARIED = (*RATIOS, "pressure_over_bulk", "pressure_over_forces")
ORDERED = {"crossover": -1, "energy_drop": -1, "shear": 1, "bulk": 1, "omega_reduced": 1}
"""What is ordered by r_c, and whether it rises (1) or falls with it."""


def scaled(ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """Each ensemble in the units of Figs. 3, 4, 6b and 16: T_p/T_co, (u − u(T_co))/T_co, quantities over plateaus."""
    rows = []
    for one in ladders.values():
        level = energy_at(one)
        plateaus = {name: one.plateau(name)[0] for name in RATIOS}
        for step in one.steps:
            row = key_of(step) | {"samples": len(step.samples), "source": one.source}
            row |= ends("scaled_temperature", step.temperature / one.unit)
            row |= ends("scaled_energy", (step.get("energy") - level) / one.unit)
            for name in RATIOS:
                row |= ends(f"{name}_ratio", step.get(name) / plateaus[name])
            rows.append(row)
    return pd.DataFrame(rows)


def _drop(one: Ladder, energy: np.ndarray) -> np.ndarray:
    """|u − u(T_co)|/T_co."""
    return (energy_at(one) - energy) / one.unit


def _at(one: Ladder, name: str, at: str, depth: np.ndarray) -> tuple[float, np.ndarray]:
    """T_p and a quantity's draws at the coldest T_p, or at a depth."""
    if at == "coldest":
        return one.coldest(name)
    return one.at_depth(name, depth) if at == "equal" else one.at_scaled(name, float(depth[0]))


def _places(ladders: Mapping[str, Ladder]) -> list[tuple[str, np.ndarray]]:
    """Where models are compared: a word, and the depth there (ln τ, or T_p/T_co), as draws where it has any."""
    return [
        ("coldest", np.array([np.nan])), ("equal", common_depth(ladders, STICKY)),
        ("scaled", np.array([common_scaled(ladders, STICKY)])),
    ]  # fmt: skip


PLATEAUS = (PLATEAU, 1.2, 2.0)
"""From which multiples of T_co plateaus are taken: the one that counts, and others to see what that does."""


def variations(ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """Each quantity at the coldest T_p, at equal depth and at equal T_p/T_co, over its plateau."""
    rows = []
    for one in ladders.values():
        for at, depth in _places(ladders):
            for name in VARIED:
                place, value = _at(one, name, at, depth)
                for least in PLATEAUS if np.isfinite(value[0]) else ():
                    plateau, inside = one.plateau(name, least)
                    row = {
                        "group": one.group, "quantity": name, "at": at, "temperature": place, "depth": float(depth[0]),
                        "hottest": float(one.temperature[-1]), "samples": one.samples, "source": one.source,
                        "temperatures": len(one.steps), "multiple": least, "chosen": least == PLATEAU,
                        "plateau_from": float(inside.min()), "plateau_points": len(inside),
                    }  # fmt: skip
                    row |= ends("value", value) | ends("plateau", plateau)
                    rows.append(row | ends("ratio", value / plateau) | ends("fall", 1.0 - value / plateau))
    return pd.DataFrame(rows)


def _told(one: Ladder, name: str, at: str, depth: np.ndarray) -> np.ndarray:
    """What is ordered: ln T_co, |u − u(T_co)|/T_co, or the logarithm of a quantity over its plateau; draws."""
    if name == "crossover":
        return logarithm(one.unit) if one.source == "collapse" else np.full(len(one.unit), np.nan)
    if name == "energy_drop":
        return _drop(one, _at(one, "energy", at, depth)[1])
    return logarithm(_at(one, name, at, depth)[1] / one.plateau(name)[0])


def orderings(ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """Whether quantities are ordered by r_c: the least step between neighbors in the claimed direction, and that
    between the ends, both found again in each draw.
    """
    names, rows = [name for name in STICKY if name in ladders], []
    for quantity, sign in ORDERED.items():
        for at, depth in _places(ladders):
            if quantity == "crossover" and at != "coldest":
                continue
            told = {name: _told(ladders[name], quantity, at, depth) for name in names}
            known = [name for name in names if np.isfinite(told[name][0])]
            row = {
                "quantity": quantity, "at": at, "direction": "rises" if sign > 0 else "falls",
                "groups": " ".join(known), "count": len(known),
                "samples": min((ladders[name].samples for name in known), default=0), "softest_at": np.nan,
                "softest_hottest": np.nan,
            }  # fmt: skip
            if "rc15" in known:
                place = _at(ladders["rc15"], "energy", at, depth)[0]
                row |= {"softest_at": place, "softest_hottest": float(ladders["rc15"].temperature[-1])}
            values = sign * np.array([told[name] for name in known])
            nothing = np.full(1, np.nan)
            steps = np.diff(values, axis=0) if len(known) > 1 else nothing[None]
            across = values[-1] - values[0] if len(known) > 1 else nothing
            rows.append(row | ends("least", steps.min(axis=0)) | ends("across", across))
    return pd.DataFrame(rows)


def contrasts(ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """How models differ: of each quantity the largest plateau over the smallest, and the relative variation of
    r_c = 1.5 over that of 1.1.
    """
    names, rows = [name for name in STICKY if name in ladders], []
    for quantity in VARIED:
        plateaus = {name: ladders[name].plateau(quantity)[0] for name in names}
        known = [name for name in names if np.isfinite(plateaus[name][0])]
        if len(known) > 1:
            values = np.array([plateaus[name] for name in known])
            rows.append(_contrast(quantity, "plateau", known, ladders, values.max(axis=0) / values.min(axis=0)))
        for at, depth in _places(ladders):
            pair = [name for name in ("rc15", "rc11") if name in ladders]
            told = [abs(_at(ladders[n], quantity, at, depth)[1] / ladders[n].plateau(quantity)[0] - 1.0) for n in pair]
            if len(told) == 2 and np.isfinite([each[0] for each in told]).all():
                with np.errstate(divide="ignore", invalid="ignore"):
                    row = _contrast(quantity, f"variation {at}", pair, ladders, np.minimum(told[0] / told[1], MOST))
                place = _at(ladders["rc15"], quantity, at, depth)[0]
                rows.append(row | {"softest_at": place, "softest_hottest": float(ladders["rc15"].temperature[-1])})
    columns = "quantity of groups count samples softest_at softest_hottest ratio ratio_low ratio_high".split()
    return pd.DataFrame(rows, columns=columns)


MOST = 1000.0
"""Of a ratio of variations, one of which may be none."""


def _contrast(quantity: str, of: str, groups: list[str], ladders: Mapping[str, Ladder], ratio: np.ndarray) -> dict:
    samples = min(ladders[name].samples for name in groups)
    row = {"quantity": quantity, "of": of, "groups": " ".join(groups), "count": len(groups), "samples": samples}
    return row | {"softest_at": np.nan, "softest_hottest": np.nan} | ends("ratio", ratio)


def gaps(ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """How far curves lie apart over T_p/T_co: energies below T_co, of all models and without each, and ν/ν_∞."""
    found = {name: one for name, one in ladders.items() if np.isfinite(one.unit[0]) and one.source != "none"}
    rows = []
    curves = {name: _curve(one, (one.quantity("energy").y - energy_at(one)) / one.unit, 1.0)
              for name, one in found.items() if one.source in ("collapse", "anchor")}  # fmt: skip
    rows.append(_gap("scaled_energy", "", curves, ladders))
    rows += [_gap("scaled_energy", name, {k: v for k, v in curves.items() if k != name}, ladders) for name in curves]
    for quantity in ("poisson", "shear", "bulk"):
        mine = {name: _curve(one, one.quantity(quantity).y / one.plateau(quantity)[0], np.inf)
                for name, one in found.items() if name in STICKY and len(one.quantity(quantity).x)}  # fmt: skip
        rows.append(_gap(f"{quantity}_ratio", "", mine, ladders))
    return pd.DataFrame(rows)


def _curve(one: Ladder, y: np.ndarray, up_to: float) -> Sampled:
    x = one.quantity("energy").x / one.unit if y.shape[0] == len(one.steps) else np.full(y.shape, np.nan)
    kept = x[:, 0] <= up_to
    return Sampled(x[kept], y[kept])


def _gap(quantity: str, without: str, curves: Mapping[str, Sampled], ladders: Mapping[str, Ladder]) -> dict:
    usable = {name: each for name, each in curves.items() if len(each.x) > 1}
    row = {"quantity": quantity, "without": without, "groups": " ".join(usable), "count": len(usable)}
    row |= {"samples": min((ladders[name].samples for name in usable), default=0)}
    if len(usable) < 2:
        return row | {"low": np.nan, "high": np.nan, "points": 0} | ends("gap", np.full(3, np.nan))
    found = collapses.gap(list(usable.values()))
    places = np.concatenate([each.x[:, 0] for each in usable.values()])
    return row | {"low": places.min(), "high": places.max(), "points": found.points} | ends("gap", found.gap)


def onsets(ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """Where a quantity leaves its plateau: a constant above, a straight line in T_p below, found from all T_p up to
    twice the plateau's begin; and that over T_co.
    """
    rows = []
    for one in ladders.values():
        for name in ("shear", "nonaffine", "poisson", "omega_reduced"):
            known = one.quantity(name)
            x = known.x[:, 0] if len(known.x) else np.array([])
            kept = x <= 2.0 * PLATEAU * one.unit[0] if np.isfinite(one.unit[0]) else np.ones(len(x), dtype=bool)
            place = np.full(len(one.unit), np.nan)
            if kept.sum() >= 5:
                y = logarithm(known.y[kept])
                place = fits.hinge(x[kept], y, np.array([max(deviation(row), 1e-9) for row in y])).position
            row = {"group": one.group, "quantity": name, "temperatures": int(kept.sum()), "samples": one.samples}
            rows.append(row | ends("onset", place) | ends("over_crossover", place / one.unit))
    return pd.DataFrame(rows)
