"""Units of a paper, measured: a0, the shear speed above the onset temperature, the onset temperature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import Measured
from glassworks.statistics.resampling import interval


@dataclass(frozen=True)
class Units:
    """Units of one model: a0, the shear speed and modulus of its highest parent temperatures, the onset temperature."""

    spacing: float
    speed: float
    shear: np.ndarray  # draws
    onset: float
    source: str
    dimension: int

    @property
    def frequency(self) -> float:
        """c_inf / a0."""
        return self.speed / self.spacing

    @property
    def frequency_draws(self) -> np.ndarray:
        """c_inf / a0, draws."""
        with np.errstate(invalid="ignore"):
            return np.sqrt(self.shear / self.shear[0]) * self.frequency


def onset_temperature(paper: dict, model: str) -> float:
    """The onset temperature that the paper's units declare for a model; NaN when there is none.

    `units.onset_temperature` is a number (for every model), a mapping with `value` and `model`, or one from models to
    numbers.
    """
    declared = paper.get("units", {}).get("onset_temperature", float("nan"))
    if isinstance(declared, dict):
        declared = {declared.get("model", model): declared["value"]} if "value" in declared else declared
        return float(declared.get(model, float("nan")))
    return float(declared)


def units_of(paper: dict, measured: Iterable[Measured]) -> dict[str, Units]:
    """Units of each model.

    c_inf comes from the mean shear modulus over all glasses of the model's included ensembles above the onset
    temperature by 5% or more; without such, from those at the onset, then from the highest parent temperature there
    is; without parent temperatures (cooled glasses), from all.
    """
    found = {}
    for model in dict.fromkeys(one.key["model"] for one in measured):
        onset_value = onset_temperature(paper, model)
        mine = [
            one for one in measured if one.key["model"] == model and one.included and np.isfinite(one.get("shear")[0])
        ]
        chosen, source = _reference(mine, onset_value)
        if not chosen:
            continue
        size = np.array([one.counts["moduli"] for one in chosen], dtype=float)
        shear = sum(one.get("shear") * share for one, share in zip(chosen, size / size.sum(), strict=True))
        first = chosen[0]
        speed = float(np.sqrt(shear[0] / first.density))
        found[model] = Units(first.spacing, speed, shear, onset_value, source, first.dimension)
    return found


def _reference(mine: list[Measured], onset_value: float) -> tuple[list[Measured], str]:
    for factor in (1.05, 1.0):
        warm = [one for one in mine if one.temperature >= onset_value * factor * (1.0 - 1e-9)]
        if warm:
            return warm, "parent temperatures " + ", ".join(sorted({f"{one.temperature:g}" for one in warm}))
    known = [one for one in mine if np.isfinite(one.temperature)]
    if known:
        top = max(one.temperature for one in known)
        return [one for one in known if one.temperature == top], f"highest parent temperature reached, {top:g}"
    return mine, "all glasses of the model"


FREQUENCIES = ("omega_g", "omega_g_median", "softest", "spot_frequency")


LENGTHS = ("xi_g", "xi_qlm", "xi_co", "xi_softest", "xi_response", "xi_spots", "spot_core")


def express(measured: Iterable[Measured], units: dict[str, Units]) -> None:
    """Turn draws into the paper's units: lengths in a0, frequencies in c_inf/a0, A_g in (c_inf/a0)^-5.

    The units' own errors are in all draws alike, so that they cancel where ensembles are compared.
    """
    for one in measured:
        unit = units.get(one.key["model"])
        if unit is None:
            continue
        for name in FREQUENCIES:
            if name in one.draws:
                one.draws[name] = one.draws[name] / unit.frequency_draws
        for name in LENGTHS:
            if name in one.draws:
                one.draws[name] = one.draws[name] / unit.spacing
        if "prefactor" in one.draws:
            one.draws["prefactor"] = one.draws["prefactor"] * unit.frequency_draws**spectra.LAW


def units_table(units: dict[str, Units]) -> pd.DataFrame:
    rows = []
    for model, unit in units.items():
        scaled = interval(unit.shear * unit.spacing**unit.dimension / unit.onset)
        shear = interval(unit.shear)
        rows.append(
            dict(
                model=model,
                dimension=unit.dimension,
                spacing=unit.spacing,
                speed=unit.speed,
                frequency=unit.frequency,
                onset_temperature=unit.onset,
                shear=shear.value,
                shear_low=shear.low,
                shear_high=shear.high,
                scaled_shear=scaled.value,
                scaled_shear_low=scaled.low,
                scaled_shear_high=scaled.high,
                source=unit.source,
            )
        )
    columns = (
        "model dimension spacing speed frequency onset_temperature shear shear_low shear_high scaled_shear "
        "scaled_shear_low scaled_shear_high source"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def scale_of(one: Measured, units: dict[str, Units]) -> float:
    unit = units.get(one.key["model"])
    return unit.frequency if unit else float("nan")
