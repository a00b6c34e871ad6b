"""From raw gathered tables to the derived tables that figures and claims read.

Every ensemble is measured alone (`measure`): its quantities become draws over the same resampled glasses. Units follow
(`Units`), then what compares ensembles: changes along a ladder of temperatures, the Boltzmann fit, the onset of the
plateaus, lengths and their covariation, cutoffs. Everything that lacks data is NaN with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from glassworks.statistics import fits, lengths, spectra
from glassworks.statistics.resampling import (
    Components,
    components,
    deviation,
    interval,
    mean_draws,
    median_draws,
    ratio_draws,
    weights,
)
from glassworks.statistics.tables import (
    KEYS,
    aligned,
    clusters,
    ensembles,
    good,
    left_out,
    modes_of,
    of,
    read_raw,
    seed,
)

TABLES = (
    "summary", "units", "prefactor_windows", "cumulative", "densities", "exponents", "changes", "onset", "boltzmann",
    "lengths", "covariation", "cutoffs", "responses",
)  # fmt: skip


@dataclass
class Measured:
    """One ensemble's quantities in reduced units, as draws, with what they rest on."""

    key: dict
    samples: np.ndarray
    weight: np.ndarray
    included: bool
    reason: str
    excluded: dict[str, int]
    density: float
    length: float
    draws: dict[str, np.ndarray] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    modes: spectra.Modes | None = None
    modes_weight: np.ndarray | None = None
    window: spectra.Window | None = None
    band: spectra.Band | None = None
    edge: float = float("nan")
    complete: float = float("nan")
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

    def get(self, name: str) -> np.ndarray:
        """Draws of a quantity, NaN when it was not measured."""
        return self.draws.get(name, np.full(len(self.weight), np.nan))


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


def analyse(paper: dict, tables: Path) -> dict[str, pd.DataFrame]:
    """All derived tables of a paper, by file name, from the raw gathered tables in the folder `tables`."""
    return derive(paper, read_raw(Path(tables)))


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """As `analyse`, from frames."""
    measured = [measure(raw, key) for key in ensembles(raw).to_dict("records")]
    units = units_of(paper, measured)
    express(measured, units)
    find_cutoffs(measured, units)
    return {
        "summary": summary(measured, units),
        "units": units_table(units),
        "prefactor_windows": prefactor_windows(measured, units),
        "cumulative": cumulative_table(measured, units),
        "densities": density_table(measured, units),
        "exponents": exponents(measured),
        "changes": changes(measured),
        "onset": onset(measured, units),
        "boltzmann": boltzmann(measured, units),
        "lengths": lengths_table(measured, units),
        "covariation": covariation(measured),
        "cutoffs": cutoff_table(measured, units),
        "responses": responses(measured),
    }


# --- one ensemble ------------------------------------------------------------------------------------------------


def measure(raw: dict[str, pd.DataFrame], key: dict) -> Measured:
    """All quantities of one ensemble."""
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
    owners = clusters(of(raw["liquids"], *place), of(raw["equilibrium"], *place), samples)
    here = Measured(
        key, samples, weights(len(samples), seed(key["ensemble"]), clusters=owners), included, reason, excluded,
        float(row["density"]), float(row["length"]),
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
    here.draws["shear"] = mean_draws(shear, here.weight)
    here.draws["shear_median"] = median_draws(shear, here.weight)
    here.draws["bulk"] = mean_draws(aligned(table["bulk"], here.samples), here.weight)
    with np.errstate(invalid="ignore"):
        here.draws["shear_speed"] = np.sqrt(here.draws["shear"] / here.density)
    if np.isfinite(here.draws["shear_speed"][0]):
        speed = float(here.draws["shear_speed"][0])
        here.band = spectra.phonon_bands(speed, here.length, here.dimension, 1)[0]
        here.edge = spectra.band_edge(here.band, shear)


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
    here.counts["pairs"] = int(np.median(counts[counts > 0]))
    here.pairs = components(means, aligned(grouped.var(), here.samples), counts)
    if "shear_speed" in here.draws:
        here.draws["xi_g"] = lengths.pinching_length(here.draws["shear_speed"], here.draws["omega_g"])


def _modes(here: Measured, frame: pd.DataFrame) -> None:
    if frame.empty:
        return
    modes, kept = modes_of(frame, here.samples, here.n, here.dimension)
    here.counts["modes_samples"] = modes.samples
    if modes.samples == 0 or len(modes.frequency) == 0:
        return
    here.modes, here.modes_weight = modes, here.weight[:, kept]
    here.complete = spectra.complete_up_to(modes)
    limit = np.fmin(here.edge, here.complete)
    here.window = spectra.choose_window(modes, limit)
    here.notes["window"] = here.window.reason
    upper = here.window.upper
    here.counts["modes"] = int((modes.frequency <= upper).sum())
    if here.counts["modes"] == 0:
        return
    here.draws["prefactor"] = spectra.prefactor_draws(modes, upper, here.modes_weight)[:, 0]
    here.draws["number"] = here.draws["prefactor"] * here.get("omega_g") ** spectra.LAW
    here.draws["xi_s"] = _power(here.draws["number"], -1.0 / here.dimension)
    lowest = np.full(modes.samples, np.inf)
    np.minimum.at(lowest, modes.owner, modes.frequency)
    here.draws["softest"] = mean_draws(np.where(np.isfinite(lowest), lowest, np.nan), here.modes_weight)
    _cores(here, frame, kept, upper)


def _cores(here: Measured, frame: pd.DataFrame, kept: np.ndarray, upper: float) -> None:
    """e_0 and the core size from the modes of the window."""
    rows = frame[(frame["frequency"] <= upper) & (frame["frequency"] > spectra.ZERO_FREQUENCY)]
    grouped = rows.groupby("sample")["participation"]
    total = np.nan_to_num(aligned(grouped.sum(), here.samples))[kept]
    count = np.nan_to_num(aligned(grouped.size(), here.samples))[kept]
    here.draws["participation"] = ratio_draws(total, count, here.modes_weight)
    here.draws["xi_qlm"] = lengths.core_size(here.draws["participation"], here.n, here.dimension) * here.spacing


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


def _power(base: np.ndarray, exponent: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.asarray(base, dtype=float) ** exponent
    return np.where(np.isfinite(result), result, np.nan)


def _log(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.log(values)
    return np.where(np.isfinite(result), result, np.nan)


# --- units -------------------------------------------------------------------------------------------------------


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
LENGTHS = ("xi_g", "xi_qlm", "xi_co", "spot_core")


def express(measured: Iterable[Measured], units: dict[str, Units]) -> None:
    """Turn draws into the paper's units: lengths in a0, frequencies in c_inf/a0, A_g in (c_inf/a0)^-5.

    The units' own errors are common to all ensembles of a model and are not added.
    """
    for one in measured:
        unit = units.get(one.key["model"])
        if unit is None:
            continue
        for name in FREQUENCIES:
            if name in one.draws:
                one.draws[name] = one.draws[name] / unit.frequency
        for name in LENGTHS:
            if name in one.draws:
                one.draws[name] = one.draws[name] / unit.spacing
        if "prefactor" in one.draws:
            one.draws["prefactor"] = one.draws["prefactor"] * unit.frequency**spectra.LAW


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


# --- tables of ensembles -----------------------------------------------------------------------------------------

QUANTITIES = (
    "energy", "pressure", "shear", "shear_median", "bulk", "shear_speed", "omega_g", "omega_g_median", "softest",
    "prefactor", "number", "xi_s", "participation", "xi_g", "xi_qlm", "xi_co", "spot_frequency", "spot_core",
)  # fmt: skip


def _key(one: Measured) -> dict:
    return {name: one.key.get(name) for name in KEYS}


def _ends(name: str, draws: np.ndarray) -> dict[str, float]:
    found = interval(draws)
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _scale(one: Measured, units: dict[str, Units]) -> float:
    unit = units.get(one.key["model"])
    return unit.frequency if unit else float("nan")


def summary(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """One row an ensemble: every quantity with the ends of its 95% interval, what it rests on and what was left out."""
    rows = []
    for one in measured:
        unit, scale = units.get(one.key["model"]), _scale(one, units)
        row = _key(one) | {
            "scaled_temperature": one.temperature / unit.onset if unit else np.nan,
            "included": one.included,
            "reason": one.reason,
            "samples": len(one.samples),
            "excluded": sum(one.excluded.values()),
            "excluded_why": "; ".join(f"{count} {why}" for why, count in one.excluded.items()),
            "density": one.density,
            "length": one.length,
            "spacing": one.spacing,
        }
        for name in ("moduli", "dipoles", "pairs", "modes_samples", "modes", "decay", "softspots"):
            row[f"{name}_count"] = one.counts.get(name, 0)
        for name in QUANTITIES:
            row |= _ends(name, one.get(name))
        row |= {
            "pairs_needed": one.pairs.pairs_needed,
            "omega_g_between": one.pairs.between / scale,
            "omega_g_within": one.pairs.within / scale,
            "window": one.window.upper / scale if one.window else np.nan,
            "window_reason": one.window.reason if one.window else "no modes",
            "first_phonon": one.band.frequency / scale if one.band else np.nan,
            "band_edge": one.edge / scale,
            "complete": one.complete / scale,
            "xi_co_reason": one.notes.get("xi_co", "no responses measured"),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def prefactor_windows(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """A_g and the exponent against the window, from the smallest with enough modes to 1.3 times the limit."""
    rows = []
    for one in measured:
        if one.modes is None or not np.isfinite(one.window.limit):
            continue
        scale = _scale(one, units)
        top = np.fmin(1.3 * one.window.limit, one.complete)
        grid = spectra.candidates(one.modes, top, FEWEST)[::2]
        grid = np.unique(np.append(grid, one.window.upper))
        table = spectra.prefactor_draws(one.modes, grid, one.modes_weight) * scale**spectra.LAW
        for column, upper in enumerate(grid):
            found = spectra.exponent(one.modes.frequency, upper)
            rows.append(
                _key(one)
                | {
                    "window": upper / scale,
                    "relative": upper / one.window.limit,
                    "chosen": bool(upper == one.window.upper),
                }
                | _ends("prefactor", table[:, column])
                | {"exponent": found.value, "exponent_low": found.low, "exponent_high": found.high}
                | {"p_value": found.p_value, "modes": found.count}
            )
    return pd.DataFrame(rows)


def cumulative_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Cumulative spectra up to the frequency where the computed modes are complete."""
    frames = []
    for one in measured:
        if one.modes is None:
            continue
        frequency, value, count = spectra.cumulative(one.modes, limit=one.complete)
        frames.append(
            pd.DataFrame(_key(one) | {"frequency": frequency / _scale(one, units), "cumulative": value, "modes": count})
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def density_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Binned density of states with intervals."""
    rows = []
    for one in measured:
        if one.modes is None:
            continue
        scale = _scale(one, units)
        found = spectra.density(one.modes, one.modes_weight, one.complete)
        for column, center in enumerate(found["center"]):
            place = {
                "frequency": center / scale,
                "lower": found["lower"][column] / scale,
                "upper": found["upper"][column] / scale,
            }
            rows.append(_key(one) | place | _ends("density_of_states", found["draws"][:, column] * scale))
    return pd.DataFrame(rows)


def exponents(measured: list[Measured]) -> pd.DataFrame:
    """The exponent of the cumulative of the softest modes, in a window that no test has selected.

    The window of A_g is chosen for passing as omega^4, so an exponent measured inside it would be biased toward 5.
    Here the window ends at the mode that leaves on average `SOFTEST` modes a glass below it (or at the window's limit,
    if that is lower): most glasses have none, which is the regime of the law. A last row of each group (`ensemble`
    'all') pools its ensembles.
    """
    rows = []
    for _, members in _groups(measured):
        pooled_logs, pooled_counts = 0.0, 0.0
        for one in members:
            logs, counts = _softest(one)
            with np.errstate(divide="ignore", invalid="ignore"):
                draws = np.where(counts > 3, (counts - 1) / logs, np.nan)
            pooled_logs, pooled_counts = pooled_logs + logs, pooled_counts + counts
            rows.append(_key(one) | _ends("exponent", draws) | {"modes": int(counts[0]), "error": deviation(draws)})
        with np.errstate(divide="ignore", invalid="ignore"):
            draws = np.where(pooled_counts > 3, (pooled_counts - 1) / pooled_logs, np.nan)
        key = _key(members[0]) | {"ensemble": "all", "temperature": np.nan, "rate": np.nan, "n": 0}
        rows.append(key | _ends("exponent", draws) | {"modes": int(pooled_counts[0]), "error": deviation(draws)})
    return pd.DataFrame(rows)


SOFTEST = 1 / 3
"""Modes a glass below the end of the window in which the exponent is measured."""


def _softest(one: Measured) -> tuple[np.ndarray, np.ndarray]:
    """Draws of sum ln(W/w) and of the number of modes below W, the k-th softest mode of the ensemble.

    Given the k-th, the k - 1 softer modes are independent draws from the law below it.
    """
    modes = one.modes
    ordered = np.sort(modes.frequency)
    limit = one.window.limit if one.window else np.nan
    upper = np.fmin(ordered[min(int(SOFTEST * modes.samples), len(ordered) - 1)], limit)
    inside = modes.frequency < upper
    owner = modes.owner[inside]
    logs = np.bincount(owner, np.log(upper / modes.frequency[inside]), minlength=modes.samples)
    counts = np.bincount(owner, minlength=modes.samples).astype(float)
    return one.modes_weight @ logs, one.modes_weight @ counts


def _groups(measured: list[Measured]) -> list[tuple[str, list[Measured]]]:
    """Included ensembles with modes, by group."""
    found: dict[str, list[Measured]] = {}
    for one in measured:
        if one.included and one.modes is not None:
            found.setdefault(one.key["group"], []).append(one)
    return list(found.items())


# --- what compares ensembles -------------------------------------------------------------------------------------


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


def _group_names(measured: list[Measured]) -> list[str]:
    return list(dict.fromkeys(one.key["group"] for one in measured))


FEWEST = 5
"""Soft modes that an ensemble needs for its A_g to enter comparisons: the interval of fewer spans most of a decade."""
FROM_MODES = ("prefactor", "number", "xi_s", "xi_qlm", "participation")


def _known(one: Measured, quantity: str) -> bool:
    """Whether a quantity is positive and rests on enough modes to be compared."""
    value = one.get(quantity)[0]
    return bool(
        np.isfinite(value) and value > 0 and (quantity not in FROM_MODES or one.counts.get("modes", 0) >= FEWEST)
    )


CHANGES = (
    "prefactor", "omega_g", "number", "xi_g", "xi_qlm", "xi_co", "xi_s", "shear", "participation", "spot_frequency",
    "spot_core",
)  # fmt: skip


def changes(measured: list[Measured]) -> pd.DataFrame:
    """Ratios of each quantity between the coldest and the hottest ensemble of a group, and between largest and
    smallest N.

    Ensembles with fewer than five soft modes are passed over for quantities that rest on modes.

    `ratio` is coldest over hottest (largest N over smallest); `decades` its decimal logarithm.
    """
    rows = []
    for group in _group_names(measured):
        steps = ladder(measured, group)
        for quantity in CHANGES:
            known = [one for one in steps if _known(one, quantity)]
            if len(known) > 1:
                rows.append(_change("temperature", group, quantity, known[0], known[-1]))
        sizes = sorted((one for one in measured if one.key["group"] == group and one.included), key=lambda one: one.n)
        for quantity in ("cutoff", "prefactor"):
            known = [one for one in sizes if _known(one, quantity) and not np.isfinite(one.temperature)]
            if len(known) > 1 and known[0].n < known[-1].n:
                rows.append(_change("n", group, quantity, known[-1], known[0]))
    columns = (
        "along group quantity numerator denominator numerator_at denominator_at samples modes ratio ratio_low "
        "ratio_high decades decades_low decades_high"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def _change(along: str, group: str, quantity: str, top: Measured, bottom: Measured) -> dict:
    decades = (_log(top.get(quantity)) - _log(bottom.get(quantity))) / np.log(10.0)
    at = (lambda one: float(one.n)) if along == "n" else (lambda one: one.temperature)
    place = dict(
        along=along, group=group, quantity=quantity, numerator=top.key["ensemble"], denominator=bottom.key["ensemble"],
        numerator_at=at(top), denominator_at=at(bottom), samples=min(len(top.samples), len(bottom.samples)),
        modes=min(top.counts.get("modes", 0), bottom.counts.get("modes", 0)),
    )  # fmt: skip
    return place | _ends("ratio", 10.0**decades) | _ends("decades", decades)


def onset(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Temperature above which G and omega_g are constant: the kink of a line that turns into a plateau, per group.

    Temperatures in units of the declared onset temperature (reduced ones where none is declared). The row `ratio` is
    the onset of omega_g over that of G.
    """
    rows = []
    for group in _group_names(measured):
        steps = [one for one in ladder(measured, group) if np.isfinite(one.get("shear")[0] + one.get("omega_g")[0])]
        if len(steps) < 5:
            continue
        unit = units.get(steps[0].key["model"])
        scale = unit.onset if unit and np.isfinite(unit.onset) else 1.0
        x = np.array([one.temperature for one in steps]) / scale
        found = {}
        for quantity in ("shear", "omega_g"):
            y = np.array([one.get(quantity) for one in steps])
            error = np.array([deviation(row) for row in y])
            fitted = fits.hinge(x, y, np.where(error > 0, error, np.nanmax(error)))
            found[quantity] = np.where(fitted.slope < 0, fitted.position, np.nan)
        found["ratio"] = found["omega_g"] / found["shear"]
        for quantity, draws in found.items():
            place = {
                "group": group,
                "quantity": quantity,
                "temperatures": len(steps),
                "samples": min(len(one.samples) for one in steps),
            }
            rows.append(place | _ends("onset", draws))
    return pd.DataFrame(
        rows, columns=["group", "quantity", "temperatures", "samples", "onset", "onset_low", "onset_high"]
    )


def boltzmann(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Slopes of ln N against T_onset / T_p in every contiguous range of three or more temperatures with five or more
    soft modes each.

    `energy` is E_QLM in k_B T_onset. `p_value` is that of a line through the range; `bend` the ratio of a parabola's
    slope at the cold end to that at the hot end. `chosen` marks the longest range from the coldest temperature, none
    of it above the onset, through which a line passes (p >= 0.05), or the shortest from the cold end if none does.
    """
    rows = []
    for group in _group_names(measured):
        steps = [one for one in ladder(measured, group) if _known(one, "number")]
        unit = units.get(steps[0].key["model"]) if steps else None
        if unit is None or not np.isfinite(unit.onset):
            continue
        found = [
            _range(group, steps[i : j + 1], unit.onset) | {"from_cold": i == 0}
            for i in range(len(steps))
            for j in range(i + 2, len(steps))
        ]
        lines = [row for row in found if row["from_cold"] and row["hottest"] <= 1.0 + 1e-9 and row["p_value"] >= 0.05]
        cold = [row for row in found if row["from_cold"]]
        chosen = max(lines, key=lambda row: row["points"]) if lines else (cold[0] if cold else None)
        for row in found:
            row["chosen"] = row is chosen
        rows += found
    columns = (
        "group coldest hottest points samples modes energy energy_low energy_high intercept p_value bend "
        "bend_low bend_high from_cold chosen"
    ).split()
    return pd.DataFrame(rows, columns=columns)


def _range(group: str, steps: list[Measured], onset_value: float) -> dict:
    x = np.array([onset_value / one.temperature for one in steps])
    y = np.array([_log(one.get("number")) for one in steps])
    error = np.array([max(deviation(row), 1e-6) for row in y])
    y = np.where(np.isfinite(y), y, y[:, :1])
    fitted = fits.line(x, y, error)
    return (
        {"group": group, "coldest": 1.0 / x.max(), "hottest": 1.0 / x.min(), "points": len(steps)}
        | {"samples": min(len(one.samples) for one in steps), "modes": min(one.counts.get("modes", 0) for one in steps)}
        | _ends("energy", -fitted.slope)
        | {"intercept": float(fitted.intercept[0]), "p_value": fitted.p_value}
        | _ends("bend", fits.bend(x, y, error))
    )


KINDS = ("xi_g", "xi_co", "xi_qlm")


def _length_sources(measured: list[Measured], kind: str) -> dict[tuple[str, float], Measured]:
    """Which ensemble gives a length at (model, temperature): that of the group with most temperatures, then with most
    samples.
    """
    known = [one for one in measured if one.included and np.isfinite(one.temperature) and _known(one, kind)]
    reach: dict[str, int] = {}
    for one in known:
        reach[one.key["group"]] = reach.get(one.key["group"], 0) + 1
    best: dict[tuple[str, float], Measured] = {}
    for one in sorted(known, key=lambda one: (reach[one.key["group"]], len(one.samples))):
        best[one.key["model"], one.temperature] = one
    return best


def lengths_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """xi_g, xi_co and xi_QLM in a0, one row for each kind, model and parent temperature."""
    rows = []
    for kind in KINDS:
        for (model, temperature), one in sorted(_length_sources(measured, kind).items()):
            scaled = temperature / units[model].onset if model in units else np.nan
            rows.append(
                _key(one)
                | {"kind": kind, "scaled_temperature": scaled, "samples": len(one.samples)}
                | _ends("value", one.get(kind))
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
    for kind in ("xi_co", "xi_qlm"):
        mine = _length_sources(measured, kind)
        for model in dict.fromkeys(name for name, _ in mine):
            common = sorted(
                temperature for name, temperature in mine if name == model and (model, temperature) in reference
            )
            if len(common) < 2:
                continue
            first = np.array([_log(mine[model, temperature].get(kind)) for temperature in common])
            # the pinching length of the same glasses where they have one, so that common errors cancel
            second = np.array(
                [_log(_partner(mine, reference, model, temperature).get("xi_g")) for temperature in common]
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
        | _ends("correlation", fits.rank_correlation(first, second))
        | _ends("change", np.exp(difference[0] - difference[-1]))
        | _ends("power", power)
        | {"p_value": float(stats.chi2.sf(chi_square, len(common) - 1))}
    )


def find_cutoffs(measured: list[Measured], units: dict[str, Units]) -> None:
    """Add the draws `cutoff` (in c_inf/a0) and `deficit` to ensembles with modes."""
    for one in measured:
        if one.modes is None or one.window is None:
            continue
        limit = np.fmin(one.edge, one.complete)
        found = spectra.cutoff(one.modes, one.modes_weight, limit)
        one.draws["cutoff"] = found.frequency / _scale(one, units)
        one.draws["deficit"] = found.deficit
        one.notes["cutoff"] = found.reason


def cutoff_table(measured: list[Measured], units: dict[str, Units]) -> pd.DataFrame:
    """Where the omega^4 law breaks, beside the first phonon band, one row an ensemble with modes."""
    rows = []
    for one in measured:
        if one.modes is None:
            continue
        scale = _scale(one, units)
        debye = np.nan
        if np.isfinite(one.get("shear")[0] + one.get("bulk")[0]):
            debye = spectra.debye_frequency(one.density, one.get("shear")[0], one.get("bulk")[0], one.dimension) / scale
        phonon = one.band.frequency / scale if one.band else np.nan
        rows.append(
            _key(one)
            | {"included": one.included, "samples": one.modes.samples, "debye": debye, "first_phonon": phonon}
            | {
                "band_edge": one.edge / scale,
                "complete": one.complete / scale,
                "reason": one.notes.get("cutoff", "no modes"),
            }
            | {"scale": scale}
            | _ends("cutoff", one.get("cutoff"))
            | _ends("deficit", one.get("deficit"))
            | _ends("cutoff_over_phonon", one.get("cutoff") / phonon)
            | _ends("cutoff_over_debye", one.get("cutoff") / debye)
        )
    return pd.DataFrame(rows)


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
        frames.append(table.assign(**_key(one)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
