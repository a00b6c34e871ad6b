"""What compares ensembles of sticky spheres: changes by annealing, their order in r_c, and relations between A_g, ω_g
and N e_0 (Fig. 12).

Every ensemble's draws are its own, so that those of different ones are independent; what one ensemble's quantities
have in common (ω_0 in x and y of Fig. 12b) stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from glassworks.statistics.chances import chi_square_above
from glassworks.statistics.fits import errors_in_both, poisson
from glassworks.statistics.measured import FEWEST, Measured, ends
from glassworks.statistics.spectra import LAW
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.counted import (
    FROM_MODES,
    count_of,
    known,
    ladders,
    logarithms,
    pooled_number,
)
from glassworks.studies.sticky.analysis.pinches import TAILS

CHANGES = (
    "omega_g", "unit", "omega_reduced", "prefactor", "prefactor_reduced", "number", "core", "width", *TAILS,
    "shear", "strongly_negative",
)  # fmt: skip


def soft_changes(measured: list[Measured]) -> pd.DataFrame:
    """Ratio of each quantity at the coldest T_p to that at the hottest, of each r_c; which these are is found again in
    each draw for quantities that rest on modes.

    `span` is the difference of the largest and the smallest logarithm along the ladder.
    """
    rows = []
    for group, steps in ladders(measured).items():
        for quantity in CHANGES:
            usable = [one for one in steps if np.isfinite(known(one, quantity)[0])]
            if len(usable) < 2:
                continue
            cold, hot = _end(steps, quantity), _end(steps[::-1], quantity)
            logs = np.array([logarithms(one, quantity) for one in usable])
            rows.append(
                _place(group, quantity, usable)
                | ends("ratio", np.exp(cold - hot))
                | ends("span", logs.max(axis=0) - logs.min(axis=0))
            )
    return pd.DataFrame(rows)


def _place(group: str, quantity: str, usable: list[Measured]) -> dict:
    counted = [int(count_of(one)[0]) for one in (usable[0], usable[-1])]
    return {
        "group": group, "cutoff": STICKY[group], "quantity": quantity, "coldest": usable[0].temperature,
        "hottest": usable[-1].temperature, "temperatures": len(usable),
        "samples": min(len(one.samples) for one in (usable[0], usable[-1])),
        "modes": min(counted) if quantity in FROM_MODES else 0,
    }  # fmt: skip


def _end(steps: list[Measured], quantity: str) -> np.ndarray:
    """Draws of the logarithm of a quantity at the first of some ensembles that tells it, found again in each draw."""
    found = np.full(len(steps[0].weight), np.nan)
    for one in reversed(steps):
        mine = logarithms(one, quantity)
        found = np.where(np.isfinite(mine), mine, found)
    return found


STEPS = ("omega_reduced", "prefactor_reduced", "core")


def soft_steps(measured: list[Measured]) -> pd.DataFrame:
    """Ratio of a quantity at the coldest T_p of an r_c to that at each warmer one: what the hot end does."""
    rows = []
    for group, steps in ladders(measured).items():
        for quantity in STEPS:
            usable = [one for one in steps if np.isfinite(known(one, quantity)[0])]
            for warm in usable[1:]:
                draws = np.exp(logarithms(usable[0], quantity) - logarithms(warm, quantity))
                place = _place(group, quantity, [usable[0], warm])
                rows.append({name: place[name] for name in place if name != "temperatures"} | ends("ratio", draws))
    return pd.DataFrame(rows)


RISES, FALLS = 1.0, -1.0
VARIATION = {"omega_reduced": RISES, "prefactor_reduced": FALLS, "core": FALLS}
"""Which way annealing changes what is ordered by r_c."""


def soft_orders(measured: list[Measured]) -> pd.DataFrame:
    """Whether changes by annealing grow with r_c: log_10(coldest/hottest) in the claimed direction, and the spread of
    log_10(ω_g/ω_0).

    One row a pair of neighbors (`neighbors`), one of the two ends (`ends`), and one of the smallest step between
    neighbors, which is found again in each draw (`least`): above zero where all are in order. Only where all four r_c
    are there.
    """
    rows, known_ladders = [], ladders(measured)
    if len(known_ladders) < len(STICKY):
        return pd.DataFrame(rows)
    for quantity, way in VARIATION.items():
        found = {}
        for group, steps in known_ladders.items():
            usable = [one for one in steps if np.isfinite(known(one, quantity)[0])]
            if len(usable) > 1:
                found[group] = usable, way * (_end(steps, quantity) - _end(steps[::-1], quantity)) / np.log(10.0)
        rows += _order(f"variation of {quantity}", quantity, found)
    spreads = {}
    for group, steps in known_ladders.items():
        logs = np.array([logarithms(one, "omega_reduced") for one in steps])
        logs = logs[np.isfinite(logs[:, 0])]
        if len(logs) > 1:
            spreads[group] = steps, (logs.max(axis=0) - logs.min(axis=0)) / np.log(10.0)
    return pd.DataFrame(rows + _order("spread of omega_reduced", "omega_reduced", spreads))


def _order(name: str, quantity: str, found: dict[str, tuple[list[Measured], np.ndarray]]) -> list[dict]:
    if len(found) < len(STICKY):
        return []
    rows, groups = [], list(found)
    pairs = [*pairwise(groups), (groups[0], groups[-1])]
    steps = [found[weak][1] - found[sticky][1] for sticky, weak in pairs]
    kinds = ["neighbors"] * (len(groups) - 1) + ["ends"]
    for (sticky, weak), kind, step in zip(pairs, kinds, steps, strict=True):
        rows.append(_row(name, quantity, kind, [found[sticky][0], found[weak][0]], step))
    least = np.min(steps[:-1], axis=0)
    rows.append(_row(name, quantity, "least", [usable for usable, _ in found.values()], least))
    return rows


def _row(name: str, quantity: str, kind: str, ladders_: Sequence[list[Measured]], draws: np.ndarray) -> dict:
    each = [one for usable in ladders_ for one in (usable[0], usable[-1])]
    weak = ladders_[-1]
    counted = min(int(count_of(one)[0]) for one in each) if quantity in FROM_MODES else 0
    return {
        "quantity": name, "kind": kind, "stickier": STICKY[each[0].key["group"]],
        "weaker": STICKY[weak[0].key["group"]], "coldest": weak[0].temperature, "hottest": weak[-1].temperature,
        "samples": min(len(one.samples) for one in each), "modes": counted,
    } | ends("step", draws)  # fmt: skip


SETS = {
    "all": tuple(STICKY),
    "without the stickiest": tuple(STICKY)[1:],
} | {group: (group,) for group in STICKY}
LAWS = {"core": "omega_reduced", "prefactor_reduced": "omega_reduced", "prefactor": "omega_g"}
"""What is a power of what: Fig. 12a, b, and b without the unit."""
LEAST = 3
"""Points that a slope needs."""
FEWEST_COUNTED = 20
"""Soft modes in all that a law of counts needs."""
ROUNDS, STEEPEST = 6, 40.0


def slopes(measured: list[Measured]) -> pd.DataFrame:
    """Exponents of N e_0 and A_g as powers of ω_g, over all points (r_c, T_p) of some r_c.

    By `logarithms`: a line through points that have `FEWEST` soft modes or more, with errors in both. Of A_g also by
    `counts`: soft modes are Poisson distributed about what a power law expects, so that ensembles with few of them, or
    none, count too; leaving those out, which are the stiffest ones, would make the law flatter.
    """
    rows, each = [], ladders(measured)
    for quantity, base in LAWS.items():
        for name, groups in SETS.items():
            points = [one for group in groups for one in each.get(group, []) if np.isfinite(known(one, base)[0])]
            place = {"quantity": quantity, "base": base, "set": name}
            if quantity != "core":
                rows.append(place | _by_counts([one for one in points if one.soft], quantity, base))
            seen = [one for one in points if np.isfinite(known(one, quantity)[0])]
            rows.append(place | _by_logarithms(seen, quantity, base))
    return pd.DataFrame([row for row in rows if "slope" in row])


def _by_logarithms(points: list[Measured], quantity: str, base: str) -> dict:
    if len(points) < LEAST:
        return {}
    x, y = (np.array([logarithms(one, what) for one in points]) for what in (base, quantity))
    fitted = errors_in_both(x, y)
    return _about(points, "logarithms", x) | {
        "p_value": fitted.p_value, "intercept": float(fitted.intercept[0])
    } | ends("slope", fitted.slope)  # fmt: skip


def _by_counts(points: list[Measured], quantity: str, base: str) -> dict:
    """ln(modes expected) = intercept + slope x + ln(those expected of A_g = 1): a fixed x, and what the draws' x differ
    by times the slope of the round before as a part of the latter."""
    if len(points) < LEAST or sum(count_of(one)[0] for one in points) < FEWEST_COUNTED:
        return {}
    x = np.array([logarithms(one, base) for one in points])
    count = np.array([count_of(one) for one in points])
    # what is expected of 𝒩 = A_g ω_g⁵ = 1, hence of A_g = 1 in the unit of `base`
    exposure = np.array([one.soft.exposure / one.dimension * known(one, base) ** LAW for one in points])
    center, scale = x[:, 0].mean(), x[:, 0].std()
    slope, fitted = np.zeros(x.shape[1]), None
    for _ in range(ROUNDS):
        shifted = exposure * np.exp(np.clip(slope, -STEEPEST, STEEPEST) * (x - x[:, :1]))
        fitted = poisson((x[:, 0] - center) / scale, count, shifted)
        slope = np.nan_to_num(fitted.coefficients[1] / scale)
    slopes_ = fitted.coefficients[1] / scale
    return _about(points, "counts", x) | {
        "p_value": chi_square_above(float(fitted.deviance[0]), len(points) - 2),
        "intercept": float(fitted.coefficients[0, 0] - center * slopes_[0]),
    } | ends("slope", slopes_)  # fmt: skip


def _about(points: list[Measured], method: str, x: np.ndarray) -> dict:
    counted = [int(count_of(one)[0]) for one in points]
    return {
        "method": method, "points": len(points), "groups": len({one.key["group"] for one in points}),
        "samples": min(len(one.samples) for one in points), "modes": sum(counted),
        "reach": float(x[:, 0].max() - x[:, 0].min()),
    }  # fmt: skip


PLATEAU = 1.5
"""Parent temperature, in ε/k_B, from which on A_g is on its plateau for every r_c: above the largest T_co."""


def soft_ratios(measured: list[Measured]) -> pd.DataFrame:
    """Ratios between r_c, or of pooled ensembles, that claims are about; `which` says which.

    - `plateau`: A_g ω_0⁵ of the stickiest over the least sticky, all T_p from `PLATEAU` on pooled;
    - `width cold`, `width hot`: relative width of p(ω_g^(ij)) of the stickiest over the least sticky;
    - `variation`: relative change of ω_g/ω_0 by annealing of the stickiest over that of the least sticky;
    - `number stickiest`: 𝒩 of r_c = 1.1 over that of the others, all T_p pooled;
    - `number others`: 𝒩 of the next stickiest over that of the least sticky, all T_p pooled;
    - `number annealed`: 𝒩 at the coldest over that at the hottest T_p, pooled over all r_c but the stickiest.
    """
    each = ladders(measured)
    if len(each) < len(STICKY):
        return pd.DataFrame()
    sticky, *others = each.values()
    weak, pooled = others[-1], [one for steps in others for one in steps]
    colds, hots = [steps[0] for steps in others], [steps[-1] for steps in others]
    high = [[one for one in steps if one.temperature >= PLATEAU] or steps[-1:] for steps in (sticky, weak)]
    rows = []

    def add(name: str, top: list[Measured], bottom: list[Measured], draws: np.ndarray, counted: bool = True) -> None:
        modes = [int(sum(count_of(one)[0] for one in several)) for several in (top, bottom)]
        draws = draws if not counted or min(modes) >= FEWEST else np.full(len(draws), np.nan)
        if np.isfinite(draws[0]):
            every = [*top, *bottom]
            rows.append(
                {
                    "which": name,
                    "samples": min(len(one.samples) for one in every),
                    "modes": min(modes) if counted else 0,
                }
                | {"coldest": min(one.temperature for one in every), "hottest": max(one.temperature for one in every)}
                | {"temperatures": len({(one.key["group"], one.temperature) for one in every})}
                | ends("ratio", draws)
            )

    with np.errstate(divide="ignore", invalid="ignore"):
        add(
            "plateau", *high,
            pooled_number(high[0], "omega_reduced") / pooled_number(high[1], "omega_reduced"),
        )  # fmt: skip
        for name, place in (("cold", 0), ("hot", -1)):
            ratio = sticky[place].get("width") / weak[place].get("width")
            add(f"width {name}", [sticky[place]], [weak[place]], ratio, counted=False)
        variations = [
            np.expm1(_end(steps, "omega_reduced") - _end(steps[::-1], "omega_reduced")) for steps in (sticky, weak)
        ]
        add("variation", [sticky[0], sticky[-1]], [weak[0], weak[-1]], variations[0] / variations[1], counted=False)
        add("number stickiest", sticky, pooled, pooled_number(sticky) / pooled_number(pooled))
        add("number others", others[0], weak, pooled_number(others[0]) / pooled_number(weak))
        add("number annealed", colds, hots, pooled_number(colds) / pooled_number(hots))
    return pd.DataFrame(rows)
