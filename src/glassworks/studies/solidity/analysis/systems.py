"""The same transition in other systems: other packing fractions and interactions, compression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from glassworks.statistics.fits import rank_correlation
from glassworks.studies.solidity import MAIN
from glassworks.studies.solidity.analysis.ensembles import Ensemble, along, told
from glassworks.studies.solidity.analysis.ladders import half

CONTROLS = {"step": ("temperature", 1), "press": ("packing", -1)}
"""What drives the liquid into the solid in each protocol, and the sign by which it falls towards the solid."""


class Ladder(NamedTuple):
    """One path from the solid to the liquid, and what drives it."""

    group: str
    n: int
    rate: float
    rungs: list[Ensemble]
    control: str
    place: np.ndarray  # of the control, from the solid to the liquid, (rungs,)

    @property
    def samples(self) -> int:
        return min(len(ensemble.samples) for ensemble in self.rungs)

    def at_half(self, spanning: np.ndarray, fraction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Draws of the control where P = ½, and of f there, of draws along the ladder (rungs, draws)."""
        sign = CONTROLS[self.rungs[0].keys["protocol"]][1]
        at = half(sign * self.place, spanning)
        found = zip(at, fraction.T, strict=True)
        return sign * at, np.array([np.interp(x, sign * self.place, column) for x, column in found])


def controlled(ensembles: list[Ensemble]) -> Iterator[Ladder]:
    """Every path of a control at some rate."""
    found: dict[tuple, list[Ensemble]] = {}
    for ensemble in ensembles:
        if len(ensemble.samples) and np.isfinite(ensemble.keys["rate"]) and ensemble.keys["protocol"] in CONTROLS:
            found.setdefault((ensemble.keys["group"], ensemble.keys["n"], ensemble.keys["rate"]), []).append(ensemble)
    for key, rungs in found.items():
        control, sign = CONTROLS[rungs[0].keys["protocol"]]
        rungs = sorted(rungs, key=lambda ensemble: sign * _place(ensemble, control))
        yield Ladder(*key, rungs, control, np.array([_place(ensemble, control) for ensemble in rungs]))


def systems(ensembles: list[Ensemble]) -> Iterator[dict]:
    """Where P passes one half on each ladder, at which f, and whether the stress correlation is long-ranged there."""
    rows = []
    for one in controlled(ensembles):
        fraction, largest, amplitude = (along(one.rungs, name) for name in ("fraction", "largest", "amplitude"))
        at, there = one.at_half(along(one.rungs, "spanning"), fraction)
        together = rank_correlation(along(one.rungs, "integral_averaged"), largest)
        row = {
            "group": one.group, "model": one.rungs[0].keys["model"], "n": one.n, "rate": one.rate,
            "reduced_rate": one.rungs[0].head()["reduced_rate"], "control": one.control,
            "samples": one.samples, "points": len(one.rungs),
            **told("transition", at), **told("half", there),
            **told("solid", amplitude[0]), **told("fluid", amplitude[-1]), **told("together", together),
        }  # fmt: skip
        rows.append((row, there))
    yield from _apart(rows)


def _apart(rows: list[tuple[dict, np.ndarray]]) -> Iterator[dict]:
    """Beside each row, how far f at P = ½ lies from that of the main group's fastest ladder of the size, and beside the
    latter, how far that of the system lies that is farthest, which each draw chooses.

    The farthest of several lies too far by chance, in the data as in the draws about it: the interval is reversed, as
    it is for what resampling biases (Davison & Hinkley, Bootstrap Methods and their Application (1997), Eq. 5.6).
    """
    main: dict[int, tuple[dict, np.ndarray]] = {}
    for row, there in sorted(rows, key=lambda each: -each[0]["rate"]):
        if row["group"] == MAIN:
            main.setdefault(row["n"], (row, there))
    for row, there in rows:
        own, center = main.get(row["n"], (None, np.full_like(there, np.nan)))
        if row is not own:
            yield row | told("apart", there - center)
            continue
        fastest = {}
        for other, draws in sorted(rows, key=lambda each: -each[0]["rate"]):
            if other["n"] == row["n"] and other["group"] != MAIN and np.isfinite(draws[0]):
                fastest.setdefault(other["group"], draws - there)
        if not fastest:
            yield row | told("apart", np.full_like(there, np.nan))
            continue
        each = np.array(list(fastest.values()))
        farthest = np.take_along_axis(each, np.nan_to_num(abs(each)).argmax(axis=0)[None], axis=0)[0]
        value, low, high = told("apart", farthest).values()
        yield row | {"apart": value, "apart_low": 2 * value - high, "apart_high": 2 * value - low}


def _place(ensemble: Ensemble, control: str) -> float:
    return ensemble.head()["reduced_temperature"] if control == "temperature" else ensemble.packing
