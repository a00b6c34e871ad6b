"""What is read off whole ladders of temperatures: where quantities rise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import deviation, mean_draws
from glassworks.statistics.solidity.networks import DEFAULT_LINKS
from glassworks.statistics.solidity.states import State, moduli_of, per_sample, rows_of, spread, told


def falling(temperatures: np.ndarray, values: np.ndarray, level: float) -> np.ndarray:
    """Where curves fall through a level on the way up in temperature, for the last time from below, (draws,).

    Args:
        temperatures: ascending, (points,).
        values: (points, draws).

    Returns:
        linear interpolation; NaN where a curve is not above the level at the cold end or not below at the hot one.
    """
    found = np.full(values.shape[1], np.nan)
    for draw, curve in enumerate(values.T):
        above = np.flatnonzero(curve >= level)
        if curve[0] >= level > curve[-1]:
            k = above[-1]
            part = (curve[k] - level) / (curve[k] - curve[k + 1])
            found[draw] = temperatures[k] + part * (temperatures[k + 1] - temperatures[k])
    return found


def transitions(states: list[State], raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """Temperatures of the glass transition of each size and rate: P = ½ (spanning), and the largest δG."""
    ladders: dict[tuple, list[State]] = {}
    for state in states:
        if len(state.samples) and np.isfinite(state.keys["rate"]):
            ladders.setdefault((state.keys["group"], state.keys["n"], state.keys["rate"]), []).append(state)
    for (group, n, rate), rungs in ladders.items():
        rungs = sorted(rungs, key=lambda state: state.keys["temperature"])
        temperatures, unit = np.array([state.keys["temperature"] for state in rungs]), rungs[0].unit
        spans, spreads, moduli = [], [], []
        for state in rungs:
            network = rows_of(state, raw["network"])
            network = network[network["links"] == DEFAULT_LINKS]
            network = network.assign(spans=network["spans"].astype(float))
            spans.append(mean_draws(per_sample(state, network, "spans"), state.weight))
            shear = moduli_of(state, raw)["shear"].to_numpy(dtype=float)
            spreads.append(spread(shear, state.weight))
            moduli.append(mean_draws(shear, state.weight))
        spans, spreads, moduli = np.array(spans), np.array(spreads), np.array(moduli)
        known = np.isfinite(spreads).all(axis=0)
        peak = np.where(known, temperatures[np.argmax(np.nan_to_num(spreads), axis=0)], np.nan)
        transition = falling(temperatures, spans, 0.5)
        rise = falling(temperatures, moduli, 0.5 * float(moduli[0, 0]))
        yield {
            "group": group, "model": rungs[0].keys["model"], "n": n, "rate": rate, "reduced_rate": rate / unit,
            "samples": min(len(state.samples) for state in rungs), "temperatures": len(rungs),
            **told("percolation", transition / unit), "percolation_error": deviation(transition / unit),
            **told("peak", peak / unit), **told("rise", rise / unit),
            **told("peak_over_percolation", peak / transition),
        }  # fmt: skip
