"""How far the glasses of each model are annealed, and their quantities over what they are on the hot plateau.

"∞" in the paper is the high-T_p plateau, of which it does not say which points enter: here it is the mean over all
parent temperatures at or above `crossovers.PLATEAU` T_co, chosen again in each draw. A model's T_co is the one found
here by the collapse of energies, where that is out of reach the printed one; without either the hottest T_p alone is
its plateau.

Percentages depend on how cold one goes. Models are compared at their coldest T_p (`coldest`), and at the longest
relaxation time that all of them reach (`equal`), where each quantity is interpolated in ln τ, τ that of the stress (the
overlap's is known as an upper bound only where samples lie farther apart than it) in units of a_0 √(m/T), and at the
lowest T_p/T_co that all reach (`scaled`), where it is interpolated in T_p. Depths are chosen again in each draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from glassworks.statistics.collapses import Sampled
from glassworks.statistics.measured import Measured, group_names, ladder
from glassworks.studies.sticky import COMPARED
from glassworks.studies.sticky.analysis.crossovers import PLATEAU, interpolation, plateau_of


@dataclass
class Ladder:
    """One model's ensembles by ascending parent temperature.

    Attributes:
        unit: draws of the T_co that temperatures are told in; NaN where there is none.
        source: where it comes from: collapse, printed, or none.
    """

    group: str
    steps: list[Measured]
    unit: np.ndarray
    source: str = "none"

    @property
    def temperature(self) -> np.ndarray:
        return np.array([one.temperature for one in self.steps])

    @property
    def samples(self) -> int:
        """Glasses of the smallest ensemble."""
        return min((len(one.samples) for one in self.steps), default=0)

    def quantity(self, name: str) -> Sampled:
        """A quantity against T_p, of the ensembles where it is known."""
        known = [one for one in self.steps if np.isfinite(one.get(name)[0])]
        return sampled(known, name, len(self.unit))

    def plateau(self, name: str, least: float = PLATEAU) -> tuple[np.ndarray, np.ndarray]:
        """Draws of a quantity's "∞", and the temperatures that it is a mean over: those from `least` T_co on."""
        known = self.quantity(name)
        if not len(known.x):
            return np.full(len(self.unit), np.nan), np.array([])
        value, inside = plateau_of(known, self.unit, least)
        return value, known.x[inside, 0]

    def coldest(self, name: str) -> tuple[float, np.ndarray]:
        """The lowest T_p where a quantity is known, and its draws there."""
        known = self.quantity(name)
        if not len(known.x):
            return np.nan, np.full(len(self.unit), np.nan)
        return float(known.x[0, 0]), known.y[0]

    def depth(self) -> np.ndarray:
        """Draws of ln τ of each ensemble, NaN where τ was not measured; (ensembles, draws)."""
        with np.errstate(invalid="ignore"):
            return np.log([one.get("stress_time") for one in self.steps])

    def at_depth(self, name: str, depth: np.ndarray) -> tuple[float, np.ndarray]:
        """T_p and a quantity's draws at draws of ln τ = `depth`, by linear interpolation; NaN beyond what was reached.

        Of an estimate that lies within reach, draws beyond it take the value at its end.
        """
        depths = self.depth()
        known = np.isfinite(depths[:, 0]) & np.isfinite([one.get(name)[0] for one in self.steps])
        x, nothing = depths[known], np.full(len(self.unit), np.nan)
        if known.sum() < 2 or not x[:, 0].min() <= depth[0] <= x[:, 0].max():
            return np.nan, nothing
        y = np.array([one.get(name) for one, kept in zip(self.steps, known, strict=True) if kept])
        place = float(_between(x[:, 0], self.temperature[known], depth[0]))
        return place, np.array([_between(x[:, k], y[:, k], depth[k]) for k in range(len(depth))])

    def at_scaled(self, name: str, scaled: float) -> tuple[float, np.ndarray]:
        """T_p and a quantity's draws at T_p/T_co, by linear interpolation; NaN beyond what was reached."""
        known = self.quantity(name)
        place = scaled * self.unit
        if len(known.x) < 2 or not known.x[0, 0] * (1 - 1e-9) <= place[0] <= known.x[-1, 0]:
            return np.nan, np.full(len(self.unit), np.nan)
        kept = np.clip(place, known.x[0, 0], known.x[-1, 0])
        return float(place[0]), np.einsum("dp,pd->d", interpolation("linear", known.x[:, 0], kept), known.y)


def _between(x: np.ndarray, y: np.ndarray, place: float) -> float:
    """y at a place, linear between points whose x is known, in whatever order they are."""
    order = np.argsort(x)  # NaN last
    order = order[np.isfinite(x[order])]
    return np.interp(place, x[order], y[order]) if len(order) else np.nan


def sampled(steps: list[Measured], name: str, draws: int) -> Sampled:
    """Draws of a quantity against T_p."""
    y = np.array([one.get(name) for one in steps]).reshape(len(steps), draws)
    x = np.array([one.temperature for one in steps])
    return Sampled(np.repeat(x[:, None], draws, axis=1), y)


def ladders(measured: list[Measured]) -> dict[str, Ladder]:
    """The ladder of each of the paper's models that has an included ensemble."""
    found = {name: ladder(measured, name) for name in group_names(measured) if name in COMPARED}
    return {name: Ladder(name, steps, np.full(len(steps[0].weight), np.nan)) for name, steps in found.items() if steps}


def common_depth(known: Mapping[str, Ladder], groups: Iterable[str]) -> np.ndarray:
    """Draws of the largest ln τ that all groups reach; NaN where one of them was not measured."""
    depths = [known[name].depth() if name in known else np.full((1, 1), np.nan) for name in groups]
    if any(np.isnan(each[:, 0]).all() for each in depths):
        return np.full(max(each.shape[1] for each in depths), np.nan)
    reached = [np.nanmax(np.where(np.isnan(each), -np.inf, each), axis=0) for each in depths]
    return np.min(reached, axis=0)


def common_scaled(known: Mapping[str, Ladder], groups: Iterable[str]) -> float:
    """The lowest T_p/T_co that all groups reach; NaN where one of them has no T_co."""
    reached = [known[name].temperature[0] / known[name].unit[0] if name in known else np.nan for name in groups]
    return float(np.max(reached))
