"""The liquids' dynamics: stress autocorrelations (Fig. 18), relaxation times, and the exact c(0) (appendix E).

c(t) = V⟨σ(0)σ(t)⟩/T is averaged over chains, each with the weight of its glasses, so that draws are those of the
glasses; where chains are so few that stretches of them have weights of their own, chains get others. In equilibrium
c(0) = ⟨U_γγ⟩/V. The paper does not say how it reads a relaxation time τ from c(t). Here it is the first time at which
c(τ) = c_p/e, with one plateau c_p for each model: c(t) of its coldest liquid in equilibrium at t = `VIBRATION` a_0
√(m/T), where vibrations have lost their phase. Hot liquids have no plateau of their own, and the shear modulus of the
glasses, two and a half times c_p for r_c = 1.1, is none: c_p has softened by temperature.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import Measured, ends, key_of
from glassworks.statistics.relaxation import crossing
from glassworks.statistics.resampling import deviation, interval, mean_draws, weights
from glassworks.statistics.tables import good, of, seed

EVIDENCE = (
    "relaxation_bound", "before_ratio", "between_ratio", "drift_z", "agreement_z", "passed",
)  # fmt: skip
"""What is told again of the evidence of equilibrium."""
VIBRATION = 0.5
"""Time, in a_0 √(m/T), after which c(t) of a cold liquid is on its plateau."""


class Stresses:
    """The stress autocorrelation of one ensemble.

    Attributes:
        times: lags, (lags,).
        correlation: draws, (lags, draws).
        affine: draws of ⟨U_γγ⟩/V.
        chains: how many are averaged over.
    """

    def __init__(self, one: Measured, frame: pd.DataFrame, liquids: pd.DataFrame):
        rows = good(frame)
        chain = liquids.set_index("sample")["chain"] if len(liquids) else pd.Series(dtype=float)
        weight = pd.Series(np.arange(len(one.samples)), index=chain.reindex(one.samples).to_numpy())
        column = weight[~weight.index.duplicated()]  # of the first sample of each chain
        curves = rows.assign(lag=rows["time"].round(9)).pivot_table(index="sample", columns="lag", values="correlation")
        place = column.reindex(chain.reindex(curves.index).to_numpy())
        kept = place.notna().to_numpy()
        mine = one.weight[:, place[kept].to_numpy(dtype=int)]
        owners = pd.Series(one.owners).groupby(weight.index.to_numpy()).nunique()
        if (owners > 1).any():  # stretches of chains have a weight each, but c(t) is a chain's
            mine = weights(int(kept.sum()), seed(f"{one.key['ensemble']} stresses"))
        self.chains = int(kept.sum())
        self.times = curves.columns.to_numpy(dtype=float)
        self.correlation = mean_draws(curves.to_numpy()[kept], mine).T
        self.affine = mean_draws(rows.groupby("sample")["affine"].first().reindex(curves.index).to_numpy()[kept], mine)

    def at(self, time: float) -> np.ndarray:
        """Draws of c at a lag, between lags linear in ln t."""
        logs = np.log(self.times[1:])
        k = min(int(np.searchsorted(logs, np.log(time), side="right")), len(logs) - 1)
        part = (np.log(time) - logs[k - 1]) / (logs[k] - logs[k - 1])
        return (1.0 - part) * self.correlation[k] + part * self.correlation[k + 1]


def stresses_of(raw: dict[str, pd.DataFrame], one: Measured) -> Stresses | None:
    """The stress autocorrelation of an ensemble; None where none of a sound chain was summed."""
    place = one.key["group"], one.key["ensemble"]
    frame = of(raw["stress_relaxation"], *place)
    if frame.empty or good(frame).empty or not len(one.samples):
        return None
    found = Stresses(one, frame, of(raw["liquids"], *place))
    return found if found.chains else None


def unit_of_time(one: Measured) -> float:
    """a_0 √(m/T), the time in which a particle of thermal velocity goes the distance between particles."""
    return one.spacing / np.sqrt(one.temperature)


def step_of(paper: dict, one: Measured, found: Stresses | None) -> float:
    """The step of molecular dynamics: the stress's first lag is `every` of them."""
    if found is None or len(found.times) < 2:
        return np.nan
    return float(found.times[1]) / paper["groups"][one.key["group"]]["protocol"]["stresses"]["every"]


def dynamics(paper: dict, raw: dict[str, pd.DataFrame], measured: list[Measured]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Relaxation times and evidence of each annealed ensemble, and its c(t).

    The draws of ensembles get τ in units of a_0 √(m/T), `stress_time`, and the overlap's, `overlap_time`.
    """
    rows, curves = [], []
    mine = [one for one in measured if one.key["protocol"] == "anneal"]
    known = {id(one): stresses_of(raw, one) for one in mine}
    plateaus = _plateaus([(one, known[id(one)]) for one in mine])
    for one in mine:
        evidence, found = of(raw["equilibrium"], one.key["group"], one.key["ensemble"]), known[id(one)]
        unit, nothing = unit_of_time(one), np.full(len(one.weight), np.nan)
        row = key_of(one) | {"samples": len(one.samples), "included": one.included, "reason": one.reason, "unit": unit}
        row |= _overlap(one, evidence, unit, step_of(paper, one, found))
        plateau = plateaus.get(one.key["group"], nothing)
        time, zero, affine = nothing, nothing, nothing
        if found is not None:
            time = crossing(found.times, found.correlation / plateau, 1.0 / np.e)
            zero, affine = found.correlation[0], found.affine
            curves.append(_curve(one, found))
        one.draws["stress_time"] = time / unit
        row |= {"chains": 0 if found is None else found.chains} | ends("stress_plateau", plateau)
        row |= ends("stress_time", time) | ends("stress_time_reduced", time / unit)
        row |= ends("zero", zero) | ends("affine", affine) | ends("zero_ratio", zero / affine)
        spread = deviation(zero / affine)
        row["zero_z"] = float((zero[0] / affine[0] - 1.0) / spread) if spread > 0 else np.nan
        rows.append(row)
    return pd.DataFrame(rows), pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()


def _plateaus(known: list[tuple[Measured, Stresses | None]]) -> dict[str, np.ndarray]:
    """Draws of c_p of each group, of its coldest ensemble that is in equilibrium."""
    found = {}
    for one, stresses in sorted(known, key=lambda pair: -pair[0].temperature):
        if stresses is not None and one.included and stresses.times[-1] > VIBRATION * unit_of_time(one):
            found[one.key["group"]] = stresses.at(VIBRATION * unit_of_time(one))
    return found


def _overlap(one: Measured, evidence: pd.DataFrame, unit: float, step: float) -> dict:
    """The overlap's relaxation time, from steps of molecular dynamics to λ (m/ε)^½, and the evidence."""
    names = ("overlap_time", "overlap_time_error", "declared_time", "overlap_time_reduced")
    if evidence.empty:
        one.draws["overlap_time"] = np.full(len(one.weight), np.nan)
        return dict.fromkeys(names, np.nan) | dict.fromkeys(EVIDENCE, np.nan) | {
            "relaxation_bound": False, "passed": False,
        }  # fmt: skip
    told = evidence.iloc[0]
    time, error, declared = (
        step * float(told[name]) for name in ("relaxation_sweeps", "relaxation_error", "relaxation_declared")
    )
    one.draws["overlap_time"] = np.full(len(one.weight), time / unit)
    return dict(zip(names, (time, error, declared, time / unit), strict=True)) | {name: told[name] for name in EVIDENCE}


def _curve(one: Measured, found: Stresses) -> pd.DataFrame:
    edges = [interval(row) for row in found.correlation]
    frame = pd.DataFrame(edges, columns=["correlation", "correlation_low", "correlation_high"])
    told = key_of(one) | {"included": one.included, "chains": found.chains}
    return frame.assign(time=found.times, time_reduced=found.times / unit_of_time(one), **told)
