"""One ensemble's quantities, as draws over the same resampled glasses: what all derived tables are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics import lengths, spectra
from glassworks.statistics.resampling import (
    Components,
    components,
    effective_number,
    interval,
    mean_draws,
    median_draws,
    ratio_draws,
    weights,
)
from glassworks.statistics.tables import KEYS, aligned, good, left_out, modes_of, of, owners_of, seed


class Soft(NamedTuple):
    """An ensemble's modes, and those of them that count as soft.

    Attributes:
        weight: of the samples whose modes are complete, (1 + repeats, samples).
        complete: up to which frequency all modes of all samples were found.
        window: below which they are soft.
        inside: those in the window.
        exposure: what their expected number is over N = A_g omega_g^5, draws.
    """

    modes: spectra.Modes
    weight: np.ndarray
    complete: float
    window: spectra.Window
    inside: spectra.Inside
    exposure: np.ndarray


@dataclass
class Measured:
    """One ensemble's quantities in reduced units, as draws, with what they rest on.

    Attributes:
        owners: of each sample: what the weights are shared by.
        effective: as how many independent samples those of a quantity count.
        soft: its modes, where some were found.
        band, edge: the first phonon band, where there is a modulus, and draws of its lower edge.
        decay: how the response to a pinch decays with the distance from it, where that was measured.
    """

    key: dict
    samples: np.ndarray
    owners: np.ndarray
    weight: np.ndarray
    included: bool
    reason: str
    excluded: dict[str, int]
    density: float
    length: float
    draws: dict[str, np.ndarray] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    effective: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    soft: Soft | None = None
    band: spectra.Band | None = None
    edge: np.ndarray | None = None
    pairs: Components = field(default_factory=lambda: Components(np.nan, np.nan, np.nan))
    decay: pd.DataFrame | None = None

    @property
    def n(self) -> int:
        return int(self.key["n"])

    @property
    def dimension(self) -> int:
        return int(self.key["dimension"])

    @property
    def temperature(self) -> float:
        return float(self.key["temperature"])

    @property
    def spacing(self) -> float:
        """a0 = (V/N)^{1/d}."""
        return self.density ** (-1.0 / self.dimension)

    @property
    def limit(self) -> np.ndarray:
        """Draws of the lower edge of the first phonon band, NaN when there is no modulus."""
        return np.full(len(self.weight), np.nan) if self.edge is None else self.edge

    def get(self, name: str) -> np.ndarray:
        """Draws of a quantity, NaN when it was not measured."""
        return self.draws.get(name, np.full(len(self.weight), np.nan))


READ = ("liquids", "equilibrium", "glasses", "moduli", "modes", "dipoles", "decay", "softspots")
"""Raw tables that quantities are made of."""


def measure(raw: dict[str, pd.DataFrame], key: dict) -> Measured:
    """All quantities of one ensemble; a table that a study has not counts as one without rows."""
    raw = dict.fromkeys(READ, pd.DataFrame()) | raw
    place = key["group"], key["ensemble"]
    glasses = of(raw["glasses"], *place)
    usable = good(glasses)
    samples = np.sort(usable["sample"].unique())
    included, reason = _equilibrium(of(raw["equilibrium"], *place))
    excluded = left_out(glasses)
    for name in ("moduli", "modes", "dipoles"):
        for why, count in left_out(of(raw[name], *place)).items():
            excluded[f"{name}: {why}"] = count
    if len(samples) == 0:
        included, reason = False, "no usable glass"
    row = (usable if len(usable) else glasses).iloc[0]
    owners = owners_of(of(raw["liquids"], *place), of(raw["equilibrium"], *place), samples)
    here = Measured(
        key, samples, owners, weights(len(samples), seed(key["ensemble"]), owners=owners), included, reason,
        excluded, float(row["density"]), float(row["length"]),
    )  # fmt: skip
    if len(samples):
        _glasses(here, usable)
        _moduli(here, of(raw["moduli"], *place))
        _dipoles(here, of(raw["dipoles"], *place))
        _modes(here, of(raw["modes"], *place))
        _decay(here, of(raw["decay"], *place))
        _softspots(here, of(raw["softspots"], *place))
    return here


def _equilibrium(frame: pd.DataFrame) -> tuple[bool, str]:
    if frame.empty:
        return True, ""
    row = frame.iloc[0]
    return bool(row["passed"]), "" if row["passed"] else f"not in equilibrium: {row['reason']}"


def _glasses(here: Measured, frame: pd.DataFrame) -> None:
    table = frame.set_index("sample")
    for name in ("energy", "pressure"):
        here.draws[name] = mean_draws(aligned(table[name], here.samples), here.weight)


def _moduli(here: Measured, frame: pd.DataFrame) -> None:
    if frame.empty:
        return
    table = good(frame).set_index("sample")
    shear = aligned(table["shear"], here.samples)
    here.counts["moduli"] = int(np.isfinite(shear).sum())
    here.effective["shear"] = effective_number(shear, here.owners)
    here.draws["shear"] = mean_draws(shear, here.weight)
    here.draws["shear_median"] = median_draws(shear, here.weight)
    here.draws["bulk"] = mean_draws(aligned(table["bulk"], here.samples), here.weight)
    with np.errstate(invalid="ignore"):
        here.draws["shear_speed"] = np.sqrt(here.draws["shear"] / here.density)
    if np.isfinite(here.draws["shear_speed"][0]):
        speed = float(here.draws["shear_speed"][0])
        here.band = spectra.phonon_bands(speed, here.length, here.dimension, 1)[0]
        here.edge = spectra.band_edge(here.band, shear, here.weight)
        here.edge = here.edge * here.draws["shear_speed"] / speed


def _dipoles(here: Measured, frame: pd.DataFrame) -> None:
    usable = good(frame)
    if usable.empty:
        return
    grouped = usable.groupby("sample")["frequency"]
    means = aligned(grouped.mean(), here.samples)
    counts = np.nan_to_num(aligned(grouped.size(), here.samples))
    here.draws["omega_g"] = mean_draws(means, here.weight)
    here.draws["omega_g_median"] = median_draws(means, here.weight)
    here.counts["dipoles"] = int(np.isfinite(means).sum())
    here.effective["omega_g"] = effective_number(means, here.owners)
    here.counts["pairs"] = int(np.median(counts[counts > 0]))
    here.pairs = components(means, aligned(grouped.var(), here.samples), counts)
    if "participation" in usable:
        share = mean_draws(aligned(usable.groupby("sample")["participation"].mean(), here.samples), here.weight)
        here.draws["xi_response"] = lengths.core_size(share, here.n, here.dimension) * here.spacing
    if "shear_speed" in here.draws:
        here.draws["xi_g"] = lengths.pinching_length(here.draws["shear_speed"], here.draws["omega_g"])


def _modes(here: Measured, frame: pd.DataFrame) -> None:
    if frame.empty:
        return
    modes, kept = modes_of(frame, here.samples, here.n, here.dimension)
    here.counts["modes_samples"] = modes.samples
    if modes.samples == 0 or len(modes.frequency) == 0:
        return
    weight, complete = here.weight[:, kept], spectra.complete_up_to(modes)
    window = spectra.soft_window(modes, weight, here.draws.get("omega_g"), here.limit, complete)
    upper, share = window.upper, _participation(frame, here.samples[kept])
    inside = spectra.inside(modes, weight, upper, share)
    here.counts["modes"] = int(inside.count[0])
    here.effective["modes"] = effective_number(modes.counts(upper[:1])[:, 0], here.owners[kept])
    here.draws["prefactor"] = spectra.prefactor_draws(modes, inside, upper, weight)
    here.draws["exponent"] = spectra.exponent_draws(inside)
    with np.errstate(invalid="ignore", divide="ignore"):
        exposure = modes.samples * modes.n * modes.dimension * (upper / here.get("omega_g")) ** spectra.LAW
        here.soft = Soft(modes, weight, complete, window, inside, exposure / spectra.LAW)
        here.draws["participation"] = inside.share / inside.count
    here.draws["number"] = here.draws["prefactor"] * here.get("omega_g") ** spectra.LAW
    here.draws["xi_s"] = _power(here.draws["number"], -1.0 / here.dimension)
    here.draws["xi_qlm"] = lengths.core_size(here.draws["participation"], here.n, here.dimension) * here.spacing
    _softest(here, here.soft, share)


def _participation(frame: pd.DataFrame, samples: np.ndarray) -> np.ndarray:
    """Participation ratios of the modes that `modes_of` keeps, in its order."""
    kept = frame["sample"].isin(samples) & (frame["frequency"] > spectra.ZERO_FREQUENCY)
    return frame.loc[kept, "participation"].to_numpy(dtype=float)


def _softest(here: Measured, soft: Soft, share: np.ndarray) -> None:
    """The mean frequency of each glass's softest mode, and the size of its core (geometric mean of N e)."""
    modes = soft.modes
    order = np.lexsort((modes.frequency, modes.owner))
    owner, first = np.unique(modes.owner[order], return_index=True)
    place, values = order[first], np.full((2, modes.samples), np.nan)
    values[:, owner] = modes.frequency[place], np.log(share[place])
    here.draws["softest"] = mean_draws(values[0], soft.weight)
    typical = np.exp(np.minimum(mean_draws(values[1], soft.weight), 0.0))  # an e above one is of few glasses
    here.draws["xi_softest"] = lengths.core_size(typical, here.n, here.dimension) * here.spacing


def _decay(here: Measured, frame: pd.DataFrame) -> None:
    usable = good(frame)
    if usable.empty:
        return
    table = usable.assign(bin=usable["distance"].round(6)).pivot_table(index="sample", columns="bin", values="response")
    table = table.reindex(here.samples).sort_index(axis=1)
    response = np.where(table.to_numpy() > 0, table.to_numpy(), np.nan)
    distance = table.columns.to_numpy(dtype=float)
    here.counts["decay"] = int(np.isfinite(response).any(axis=1).sum())
    found, why = lengths.crossover(distance, response, here.weight, here.dimension, here.spacing, here.length)
    here.draws["xi_co"], here.notes["xi_co"] = found, why
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.exp(mean_draws(np.log(response), here.weight))
    ends = [interval(curve[:, column]) for column in range(curve.shape[1])]
    here.decay = pd.DataFrame(ends, columns=["response", "response_low", "response_high"]).assign(distance=distance)


def _softspots(here: Measured, frame: pd.DataFrame) -> None:
    usable = good(frame)
    if usable.empty:
        return
    grouped = usable.groupby("sample")
    count = np.nan_to_num(aligned(grouped.size(), here.samples))
    for name, column in (("spot_frequency", "frequency"), ("spot_core", "core")):
        total = np.nan_to_num(aligned(grouped[column].sum(), here.samples))
        here.draws[name] = ratio_draws(total, count, here.weight)
    here.counts["softspots"] = int(count.sum())
    softest = usable.loc[grouped["frequency"].idxmin()].set_index("sample")["core"]
    here.draws["xi_spots"] = mean_draws(aligned(softest, here.samples), here.weight)


def _power(base: np.ndarray, exponent: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.asarray(base, dtype=float) ** exponent
    return np.where(np.isfinite(result), result, np.nan)


def logarithm(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.log(values)
    return np.where(np.isfinite(result), result, np.nan)


def key_of(one: Measured) -> dict:
    return {name: one.key.get(name) for name in KEYS}


def ends(name: str, draws: np.ndarray) -> dict[str, float]:
    found = interval(draws)
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


FEWEST = 5
"""Soft modes that an ensemble needs for its A_g to enter comparisons: the interval of fewer spans most of a decade."""


FROM_MODES = ("prefactor", "rescaled", "number", "exponent", "xi_s", "xi_qlm", "participation")


def known_ends(one: Measured, quantity: str) -> dict[str, float]:
    """A quantity with its interval; without one where it rests on fewer than `FEWEST` modes.

    Reweighting no mode at all would leave an interval of no width.
    """
    draws = one.get(quantity)
    few = quantity in FROM_MODES and one.counts.get("modes", 0) < FEWEST
    return ends(quantity, np.append(draws[:1], np.full(len(draws) - 1, np.nan)) if few else draws)


def comparable_draws(one: Measured, quantity: str) -> np.ndarray:
    """Whether a quantity is positive and rests on enough modes to be compared, draw by draw."""
    draws = one.get(quantity)
    with np.errstate(invalid="ignore"):
        known = np.isfinite(draws) & (draws > 0)
    if quantity in FROM_MODES:
        known &= one.soft.inside.count >= FEWEST if one.soft else False
    return known


def comparable(one: Measured, quantity: str) -> bool:
    """:func:`comparable_draws` of the values themselves."""
    return bool(comparable_draws(one, quantity)[0])


def ladder(measured: list[Measured], group: str) -> list[Measured]:
    """The included ensembles of a group by ascending parent temperature, the one with most samples where several share
    it.
    """
    best: dict[float, Measured] = {}
    for one in measured:
        if one.key["group"] != group or not one.included or not np.isfinite(one.temperature):
            continue
        if one.temperature not in best or len(one.samples) > len(best[one.temperature].samples):
            best[one.temperature] = one
    return [best[temperature] for temperature in sorted(best)]


def end_draws(steps: list[Measured], quantity: str) -> np.ndarray:
    """Draws of a quantity at the first of some ensembles that tells it, which is found again in each draw."""
    found = np.full(len(steps[0].weight), np.nan)
    for one in reversed(steps):
        found = np.where(comparable_draws(one, quantity), one.get(quantity), found)
    return found


def group_names(measured: list[Measured]) -> list[str]:
    return list(dict.fromkeys(one.key["group"] for one in measured))
