"""The same transition in other systems: other packing fractions and interactions, compression."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassworks.statistics.fits import rank_correlation
from glassworks.statistics.solidity.ladders import falling
from glassworks.statistics.solidity.states import State, along, told

CONTROLS = {"step": ("temperature", 1), "press": ("packing", -1)}
"""What drives the liquid into the solid in each protocol, and the sign by which it falls towards the solid."""


def systems(states: list[State]) -> Iterator[dict]:
    """Where P passes one half on each ladder, at which f, and whether the stress correlation is long-ranged there."""
    ladders: dict[tuple, list[State]] = {}
    for state in states:
        if len(state.samples) and np.isfinite(state.keys["rate"]) and state.keys["protocol"] in CONTROLS:
            ladders.setdefault((state.keys["group"], state.keys["n"], state.keys["rate"]), []).append(state)
    for (group, n, rate), rungs in ladders.items():
        control, sign = CONTROLS[rungs[0].keys["protocol"]]
        rungs = sorted(rungs, key=lambda state: sign * _place(state, control))
        place = np.array([_place(state, control) for state in rungs])
        fraction, largest, amplitude = (along(rungs, name) for name in ("fraction", "largest", "amplitude"))
        at = falling(sign * place, along(rungs, "spanning"), 0.5)
        half = np.array([np.interp(x, sign * place, column) for x, column in zip(at, fraction.T, strict=True)])
        together = rank_correlation(along(rungs, "integral_averaged"), largest)
        yield {
            "group": group, "model": rungs[0].keys["model"], "n": n, "rate": rate,
            "reduced_rate": rungs[0].head()["reduced_rate"], "control": control,
            "samples": min(len(state.samples) for state in rungs), "points": len(rungs),
            **told("transition", sign * at), **told("half", half),
            **told("solid", amplitude[0]), **told("fluid", amplitude[-1]), **told("together", together),
        }  # fmt: skip


def _place(state: State, control: str) -> float:
    return state.head()["reduced_temperature"] if control == "temperature" else state.packing
