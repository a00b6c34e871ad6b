"""How the liquid in equilibrium relaxes: decays in time, relaxation times and the laws of their temperature.

Every part of every chain is watched for itself, relaxation times apart from the next, and counts as independent. In two
dimensions long waves move whole neighborhoods: `plain` takes displacements as they are, `cage` relative to the mean one
of a particle's neighbors.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from glassworks.statistics.relaxation import arrhenius_onset, crossing, mode_coupling, vogel_fulcher
from glassworks.statistics.resampling import deviation, mean_draws, weights
from glassworks.statistics.tables import seed
from glassworks.studies.solidity.analysis.ensembles import Ensemble, rows_of, told

VERSIONS = {"plain": "scattering", "cage": "cage_scattering"}
"""F_s of each version, by the raw table's column."""
VIEW = ("view", "particles", "wave_number", "cage")
"""What F_s is taken of."""
RELAXED = 3.0
"""Relaxation times, at least, that a liquid must have had before it is watched."""
AGING = 3.0
"""Standard errors by which ln τ of later and earlier parts may differ; by chance they do in 0.3 % of cases."""


class Watched:
    """One ensemble, one view of it: values of each part of each chain, and their weights.

    Attributes:
        times: lags, (lags,).
        parts: number of the part in its chain, (units,).
        weight: (1 + repeats, units).
    """

    def __init__(self, ensemble: Ensemble, rows: pd.DataFrame):
        self.ensemble, self.view = ensemble, rows[list(VIEW)].iloc[0].to_dict()
        self.waited = float(rows["waited"].iloc[0])
        table = rows.pivot(index=["sample", "stretch"], columns="time")
        self.times = np.sort(rows["time"].unique())
        self.parts = table.index.get_level_values("stretch").to_numpy()
        self.chains = int(rows["sample"].nunique())
        self._table = table
        self.weight = weights(len(table), seed(ensemble.keys["ensemble"]))

    def draws(self, name: str, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Draws of a mean curve, (1 + repeats, lags)."""
        values = self._table[name][self.times].to_numpy(dtype=float)
        return mean_draws(values[chosen], self.weight[:, chosen])

    def relaxation_time(self, version: str, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Draws of τ_α, where F_s falls through 1/e."""
        return crossing(self.times, self.draws(VERSIONS[version], chosen).T)

    def head(self) -> dict:
        return {**self.ensemble.head(), **self.view}


def watched(ensembles: list[Ensemble], raw: dict[str, pd.DataFrame]) -> list[Watched]:
    """Each view of each ensemble in equilibrium."""
    found = []
    for ensemble in ensembles:
        rows = rows_of(ensemble, raw["relaxation"])
        if len(rows):
            found += [Watched(ensemble, mine) for _, mine in rows.groupby("view")]
    return found


def decays(each: Watched) -> Iterator[dict]:
    """F_s and displacements of each lag, plain and cage-relative."""
    curves = {name: each.draws(name) for name in ("scattering", "cage_scattering", "squared", "cage_squared")}
    for k, time in enumerate(each.times):
        row = {**each.head(), "time": float(time)}
        for name, draws in curves.items():
            row |= told(name, draws[:, k])
        yield row


def relaxation_times(each: Watched) -> Iterator[tuple[dict, np.ndarray]]:
    """τ_α of each version as a row, with its draws; a liquid that was watched too soon or ages is left out by name."""
    late = each.parts >= 0.5 * (each.parts.max() + 1)
    cage = each.relaxation_time("cage")
    aging = np.log(each.relaxation_time("cage", late) / each.relaxation_time("cage", ~late))
    reason = _fault(cage, aging, each.waited)
    for version in VERSIONS:
        tau = each.relaxation_time(version)
        row = {
            **each.head(), "version": version, "chains": each.chains, "parts": len(each.parts),
            **told("tau", tau), "tau_error": deviation(np.log(tau)),
            "waited_ratio": each.waited / float(cage[0]), **told("aging", aging),
            "included": not reason, "reason": reason or "ok",
        }  # fmt: skip
        yield row, tau


def _fault(cage: np.ndarray, aging: np.ndarray, waited: float) -> str:
    """Why a liquid does not count as equilibrated, by its cage-relative τ_α (the longer one); empty where it does."""
    if not np.isfinite(cage[0]):
        return "F_s does not decay to 1/e in the longest time watched"
    if waited < RELAXED * cage[0]:
        return f"watched after {waited / cage[0]:.1f} relaxation times, fewer than {RELAXED:g}"
    if not abs(aging[0]) <= AGING * deviation(aging):
        return f"ages: ln τ grows by {aging[0]:.2f}, {abs(aging[0]) / deviation(aging):.1f} standard errors"
    return ""


FEWEST = {"vogel-fulcher": 5, "onset": 6, "mode-coupling": 4}
"""Temperatures that each law needs: one more than its parameters, and as many as the fit asks for."""


def laws(found: list[tuple[dict, np.ndarray]]) -> Iterator[dict]:
    """The laws of τ_α(T), of each size, view and version: over every range of neighboring temperatures for the first
    view, over the whole range for the others.

    `found` are rows and draws of :func:`relaxation_times`. Temperatures are in the paper's unit.
    """
    table = pd.DataFrame([row for row, _ in found])
    if table.empty:
        return
    sound = table[table["included"] & np.isfinite(table["tau_error"]) & (table["tau_error"] > 0)]
    for (group, n, view, version), rows in sound.groupby(["group", "n", "view", "version"]):
        rows = rows.sort_values("reduced_temperature", ascending=False)
        temperature = rows["reduced_temperature"].to_numpy()
        tau = np.array([found[place][1] for place in rows.index]).reshape(len(rows), -1)
        error = rows["tau_error"].to_numpy()
        for law, fit in (("vogel-fulcher", _vogel), ("onset", _onset), ("mode-coupling", _coupling)):
            for first, last in combinations(range(len(rows) + 1), 2):
                if last - first < FEWEST[law] or (view and last - first < len(rows)):
                    continue
                part = slice(first, last)
                yield {
                    "group": group, "model": rows["model"].iloc[0], "n": n, **rows[list(VIEW)].iloc[0].to_dict(),
                    "version": version, "law": law, "hottest": temperature[first], "coldest": temperature[last - 1],
                    "points": last - first, "chains": int(rows["chains"].iloc[part].min()),
                    "parts": int(rows["parts"].iloc[part].min()),
                    **fit(temperature[part], tau[part], error[part]),
                }  # fmt: skip


def _of_fit(place: np.ndarray, parameter: np.ndarray, cost: np.ndarray) -> dict:
    return {**told("place", place), **told("parameter", parameter), "chi_square": float(cost[0])}


def _vogel(temperature: np.ndarray, tau: np.ndarray, error: np.ndarray) -> dict:
    found = vogel_fulcher(temperature, tau, error)
    return _of_fit(found.temperature, found.fragility, found.chi_square)


def _onset(temperature: np.ndarray, tau: np.ndarray, error: np.ndarray) -> dict:
    found = arrhenius_onset(temperature, tau, error)
    return _of_fit(found.temperature, found.activation, found.chi_square)


def _coupling(temperature: np.ndarray, tau: np.ndarray, error: np.ndarray) -> dict:
    found = mode_coupling(temperature, tau, error)
    return _of_fit(found.temperature, found.exponent, found.chi_square)
