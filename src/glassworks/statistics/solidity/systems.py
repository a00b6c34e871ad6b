"""The same transition in other systems: other packing fractions and interactions, compression."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.correlations import far_field
from glassworks.statistics.fits import rank_correlation
from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.solidity.fields import correlation
from glassworks.statistics.solidity.ladders import falling
from glassworks.statistics.solidity.networks import DEFAULT_LINKS
from glassworks.statistics.solidity.states import State, per_sample, rows_of, told

CONTROLS = {"step": ("temperature", 1), "press": ("packing", -1)}
"""What drives the liquid into the solid in each protocol, and the sign by which it falls towards the solid."""


def systems(states: list[State], raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """Where P passes one half on each ladder, at which f, and whether the stress correlation is long-ranged there."""
    ladders: dict[tuple, list[State]] = {}
    for state in states:
        if len(state.samples) and np.isfinite(state.keys["rate"]) and state.keys["protocol"] in CONTROLS:
            ladders.setdefault((state.keys["group"], state.keys["n"], state.keys["rate"]), []).append(state)
    for (group, n, rate), rungs in ladders.items():
        control, sign = CONTROLS[rungs[0].keys["protocol"]]
        rungs = sorted(rungs, key=lambda state: sign * _place(state, control))
        place = np.array([_place(state, control) for state in rungs])
        spans, fraction, largest = (
            np.array([_network(state, raw, name) for state in rungs]) for name in ("spans", "fraction", "largest")
        )
        fields = [far_field(*correlation(state, raw)[:2]) for state in rungs]
        at = falling(sign * place, spans, 0.5)
        half = np.array([np.interp(x, sign * place, column) for x, column in zip(at, fraction.T, strict=True)])
        together = rank_correlation(np.array([each.integral for each in fields]), largest)
        yield {
            "group": group, "model": rungs[0].keys["model"], "n": n, "rate": rate,
            "reduced_rate": rungs[0].head()["reduced_rate"], "control": control,
            "samples": min(len(state.samples) for state in rungs), "points": len(rungs),
            **told("transition", sign * at), **told("half", half),
            **told("solid", fields[0].amplitude), **told("fluid", fields[-1].amplitude), **told("together", together),
        }  # fmt: skip


def _place(state: State, control: str) -> float:
    return state.head()["reduced_temperature"] if control == "temperature" else state.packing


def _network(state: State, raw: dict[str, pd.DataFrame], name: str) -> np.ndarray:
    rows = rows_of(state, raw["network"])
    rows = rows[rows["links"] == DEFAULT_LINKS]
    return mean_draws(per_sample(state, rows.assign(**{name: rows[name].astype(float)}), name), state.weight)
