"""One row an ensemble: what it holds, and the means of what was measured on it."""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.correlations import far_field
from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.solidity.fields import correlation
from glassworks.statistics.solidity.networks import DEFAULT_LINKS, network_columns
from glassworks.statistics.solidity.states import State, moduli_of, per_sample, rows_of, spread, told


def summary_row(state: State, raw: dict[str, pd.DataFrame]) -> dict:
    row = {
        **state.head(),
        "samples": len(state.samples),
        "excluded": sum(state.excluded.values()),
        "excluded_why": ", ".join(f"{count} {reason}" for reason, count in state.excluded.items()),
        "included": len(state.samples) > 0,
        "reason": "ok" if len(state.samples) else "no sound trajectory",
    }
    if not len(state.samples) or state.keys["protocol"] == "relax":
        return row
    frames, network, moduli = (rows_of(state, raw["frames"]), rows_of(state, raw["network"]), moduli_of(state, raw))
    row["length"] = float(frames["length"].iloc[0])
    for name in ("energy", "pressure", "hexatic", "remaining"):
        row |= told(name, mean_draws(per_sample(state, frames, name), state.weight))
    row |= network_columns(state, network[network["links"] == DEFAULT_LINKS])
    row |= told("tied", mean_draws(per_sample(state, network, "tied"), state.weight))
    edges, averaged, fixed = correlation(state, raw)
    far, along = far_field(edges, averaged), far_field(edges, fixed)
    row |= told("integral", along.integral) | {"integral_floor": float(along.floor[0])}
    row |= told("integral_averaged", far.integral) | {"integral_averaged_floor": float(far.floor[0])}
    row |= told("signed", far.signed) | told("amplitude", far.amplitude)
    shear = moduli["shear"].to_numpy(dtype=float)
    row |= {"window": float(moduli["window"].mean())}
    row |= told("shear", mean_draws(shear, state.weight)) | told("shear_spread", spread(shear, state.weight))
    for name in ("shear_born", "shear_fluctuation", "shear_initial"):
        row |= told(name, mean_draws(moduli[name].to_numpy(dtype=float), state.weight))
    return row
