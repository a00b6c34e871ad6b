"""Tables of the three lengths of soft spots, of how they vary together, and of the response to a pinch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import fits
from glassworks.statistics.chances import chi_square_above
from glassworks.statistics.measured import Measured, comparable, ends, key_of, logarithm
from glassworks.statistics.resampling import deviation
from glassworks.statistics.tables import KEYS
from glassworks.studies.pinching.analysis.units import Units

CORES = ("xi_qlm", "xi_softest", "xi_response", "xi_spots")
"""What the paper, which leaves it to its supplement, may mean by the size of a core: (N e)^{1/d} a0 of the modes in the
window of A_g, of each glass's softest mode, of the responses to pinches, and of each glass's softest pseudo-harmonic
mode. The first is what the works that it cites measure, and is judged."""
KINDS = ("xi_g", "xi_co", *CORES)


def _length_sources(measured: list[Measured], kind: str) -> dict[tuple[str, float], Measured]:
    """Which ensemble gives a length at (model, temperature): that of the group with most temperatures, then with most
    samples.
    """
    known = [one for one in measured if one.included and np.isfinite(one.temperature) and comparable(one, kind)]
    reach: dict[str, int] = {}
    for one in known:
        reach[one.key["group"]] = reach.get(one.key["group"], 0) + 1
    best: dict[tuple[str, float], Measured] = {}
    for one in sorted(known, key=lambda one: (reach[one.key["group"]], len(one.samples))):
        best[one.key["model"], one.temperature] = one
    return best


def lengths_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """xi_g, xi_co and the candidates for xi_QLM in a0, one row for each kind, model and parent temperature."""
    rows = []
    for kind in KINDS:
        for (model, temperature), one in sorted(_length_sources(measured, kind).items()):
            scaled = temperature / units[model].onset if model in units else np.nan
            rows.append(
                key_of(one)
                | {"kind": kind, "scaled_temperature": scaled, "samples": len(one.samples)}
                | ends("value", one.get(kind))
            )
    columns = [*KEYS, "kind", "scaled_temperature", "samples", "value", "value_low", "value_high"]
    return pd.DataFrame(rows, columns=columns)


def covariation(measured: list[Measured]) -> pd.DataFrame:
    """Whether xi_co and xi_QLM are proportional to xi_g along the ladder of one model.

    `correlation` is Spearman's; `change` the ratio length / xi_g at the coldest common temperature over that at the
    hottest; `power` the slope of ln(length) against ln(xi_g); `p_value` that of a constant ratio.
    """
    reference = _length_sources(measured, "xi_g")
    rows = []
    for kind in ("xi_co", *CORES):
        mine = _length_sources(measured, kind)
        for model in dict.fromkeys(name for name, _ in mine):
            common = sorted(
                temperature for name, temperature in mine if name == model and (model, temperature) in reference
            )
            if len(common) < 2:
                continue
            first = np.array([logarithm(mine[model, temperature].get(kind)) for temperature in common])
            # the pinching length of the same glasses where they have one, so that common errors cancel
            second = np.array(
                [logarithm(_partner(mine, reference, model, temperature).get("xi_g")) for temperature in common]
            )
            rows.append(
                _covary(kind, model, common, first, second)
                | {"samples": min(len(mine[model, t].samples) for t in common)}
            )
    columns = (
        "kind model temperatures coldest hottest samples correlation correlation_low correlation_high change "
        "change_low change_high power power_low power_high p_value"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def _partner(mine: dict, reference: dict, model: str, temperature: float) -> Measured:
    own = mine[model, temperature]
    return own if np.isfinite(own.get("xi_g")[0]) else reference[model, temperature]


def _covary(kind: str, model: str, common: list[float], first: np.ndarray, second: np.ndarray) -> dict:
    difference = first - second
    error = np.array([max(deviation(row), 1e-9) for row in difference])
    mean = np.average(difference[:, 0], weights=1.0 / error**2)
    chi_square = float((((difference[:, 0] - mean) / error) ** 2).sum())
    center = second - second.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = (center * (first - first.mean(axis=0))).sum(axis=0) / (center**2).sum(axis=0)
    return (
        {"kind": kind, "model": model, "temperatures": len(common), "coldest": common[0], "hottest": common[-1]}
        | ends("correlation", fits.rank_correlation(first, second))
        | ends("change", np.exp(difference[0] - difference[-1]))
        | ends("power", power)
        | {"p_value": chi_square_above(chi_square, len(common) - 1)}
    )


def responses(measured: list[Measured]) -> pd.DataFrame:
    """Mean response to a pinch against distance, flattened by r^{2(d-1)}, distances in a0."""
    frames = []
    for one in measured:
        if one.decay is None:
            continue
        factor = (one.decay["distance"] / one.spacing) ** (2 * (one.dimension - 1))
        table = pd.DataFrame({"distance": one.decay["distance"] / one.spacing})
        for name in ("response", "response_low", "response_high"):
            table[name] = one.decay[name]
            table[name.replace("response", "flattened")] = one.decay[name] * factor
        table["half_box"] = 0.5 * one.length / one.spacing
        frames.append(table.assign(**key_of(one)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
