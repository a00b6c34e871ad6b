"""The length ξ_g at which the response to a pinch becomes that of a continuum, and ω_g = 2π c_s/ξ_g (App. D).

The paper leaves the definition of ξ_g to its companion (Ref. 39). Far from a pinch r^{2(d−1)} |u|² is flat; near it, it
rises with r. Two definitions are told beside each other:

- `hinge`: where a power law that turns into a constant has its turn, the middle of the crossover (the length ξ_co of
  :mod:`glassworks.statistics.lengths`);
- `level`: where that product has first come to `REACHED` of its far level, the crossover's end. The far level is the
  mean over the shells between `FAR` of half a box.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.lengths import NEAREST, flattened
from glassworks.statistics.measured import Measured, ends
from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.tables import good, of
from glassworks.studies.sticky import STICKY

REACHED = 0.95
FAR = (0.55, 0.8)


def routes(measured: list[Measured], raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """ω_g by pinches beside 2π c_s/ξ_g, a row for each definition of ξ_g, with the reason where it finds none."""
    # large glasses may be a group of their own
    cutoffs = {one.key["model"]: STICKY[one.key["group"]] for one in measured if one.key["group"] in STICKY}
    rows = []
    for one in measured:
        if one.key["model"] not in cutoffs or one.decay is None:
            continue
        pinched = one if np.isfinite(one.get("omega_reduced")[0]) else _partner(one, measured)
        found = {
            "hinge": (one.get("xi_co"), one.notes["xi_co"]),
            "level": level(one, of(raw["decay"], one.key["group"], one.key["ensemble"])),
        }
        for definition, (length, why) in found.items():
            if pinched is None:
                continue
            with np.errstate(invalid="ignore"):
                by_length = 2.0 * np.pi * one.spacing / length
            rows.append(
                {name: one.key[name] for name in ("group", "ensemble", "model", "n", "temperature")}
                | {"cutoff": cutoffs[one.key["model"]], "definition": definition, "reason": why}
                | {"included": one.included and pinched.included}
                | {"samples": min(len(one.samples), len(pinched.samples))}
                | ends("omega_reduced", pinched.get("omega_reduced"))
                | ends("omega_length", by_length)
                | ends("ratio", by_length / pinched.get("omega_reduced"))
            )
    return pd.DataFrame(rows)


def _partner(one: Measured, measured: list[Measured]) -> Measured | None:
    """The ensemble of most glasses of a model and T_p whose ω_g is known."""
    same = [
        each
        for each in measured
        if each.key["model"] == one.key["model"]
        and each.temperature == one.temperature
        and each.included
        and np.isfinite(each.get("omega_reduced")[0])
    ]
    return max(same, key=lambda each: len(each.samples), default=None)


def level(one: Measured, frame: pd.DataFrame) -> tuple[np.ndarray, str]:
    """Draws of the distance at which the flattened response first comes to `REACHED` of its far level, and `found`; NaN
    and the reason where no shell is far, or the nearest shells beyond the pair's first neighbors have reached it."""
    rows = good(frame)
    table = rows.assign(bin=rows["distance"].round(6)).pivot_table(index="sample", columns="bin", values="response")
    table = table.reindex(one.samples).sort_index(axis=1)
    distance = table.columns.to_numpy(dtype=float)
    response = np.where(table.to_numpy() > 0, table.to_numpy(), np.nan)
    curve = mean_draws(flattened(distance, response, one.dimension), one.weight)
    far = (distance >= FAR[0] * 0.5 * one.length) & (distance <= FAR[1] * 0.5 * one.length)
    near = (distance >= NEAREST * one.spacing) & (distance <= FAR[1] * 0.5 * one.length)
    if not far.any() or near.sum() < 2:
        return np.full(len(one.weight), np.nan), "too few shells in half a box"
    above = curve[:, near] - curve[:, far].mean(axis=1, keepdims=True) - np.log(REACHED)
    found = _first(np.log(distance[near]), above)
    if np.isfinite(found[0]):
        return found, "found"
    least = distance[near][0] / one.spacing
    return found, f"no shell beyond the first neighbors ({least:.1f} a_0) lies below {REACHED:g} of the far level"


def _first(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """exp of where curves y (draws, points) first come up to zero, by linear interpolation in x."""
    up = (y[:, :-1] < 0) & (y[:, 1:] >= 0)
    place, row = up.argmax(axis=1), np.arange(len(y))
    low, high = y[row, place], y[row, place + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.exp(x[place] - low / (high - low) * (x[place + 1] - x[place]))
    return np.where(up.any(axis=1) & (y[:, 0] < 0), found, np.nan)
