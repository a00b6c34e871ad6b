"""Tables of stress correlations in space."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.correlations import Decay, correlation_draws, decay
from glassworks.studies.solidity.analysis.ensembles import Ensemble, along, ladders, per_sample, rows_of, told
from glassworks.studies.solidity.analysis.ladders import half

THERMAL, INHERENT, BELOW = "thermal", "inherent", "below"
"""Ensembles as they are, their inherent structures, and a cooling just below its T_g."""
RELATIVE = 0.1
"""Width of a drawn shell, at least, as a part of its radius."""

Correlation = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Edges of shells, and draws of C_σ in them: averaged over the directions of the axes, and along the fixed ones."""


def correlation(
    ensemble: Ensemble, raw: dict[str, pd.DataFrame], kind: str, relative: float = 0.0
) -> Correlation | None:
    """C_σ of an ensemble as it is (thermal) or of its inherent structures; None where it was not measured.

    Args:
        relative: shells narrower than this part of their radius are put together.
    """
    rows = rows_of(ensemble, raw["stress"])
    rows = rows[rows["state"] == kind] if len(rows) else rows
    if rows.empty:
        return None
    shells = rows.drop_duplicates("inner").sort_values("inner")
    edges = np.append(shells["inner"].to_numpy(), shells["outer"].to_numpy()[-1:])
    bounds = wider(edges, relative)
    known = np.isin(ensemble.samples, rows["sample"])
    samples, weight = ensemble.samples[known], ensemble.weight[:, known]

    rows = rows[rows["sample"].isin(samples)]
    place = np.searchsorted(samples, rows["sample"]), np.searchsorted(edges[:-1], rows["inner"])

    def table(name: str) -> np.ndarray:
        each = np.full((len(samples), len(edges) - 1), np.nan)
        each[place] = rows[name]
        return np.add.reduceat(each, bounds[:-1], axis=1)

    pairs = table("pairs")
    averaged, fixed = (
        correlation_draws(table(sums), pairs, per_sample(ensemble, rows, square)[known], weight)
        for sums, square in (("turned", "square_turned"), ("fixed", "square_fixed"))
    )
    return edges[bounds], averaged, fixed


def wider(edges: np.ndarray, relative: float) -> np.ndarray:
    """Numbers of the edges that remain where shells narrower than a part of their inner radius are put together."""
    kept = [0]
    for k in range(1, len(edges)):
        if edges[k] - edges[kept[-1]] >= relative * edges[kept[-1]] - 1e-9:
            kept.append(k)
    return np.array(kept)


def correlations(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """C_σ(r), a row a shell; far out, where noise is large, shells are wide."""
    for kind in (THERMAL, INHERENT):
        known = correlation(ensemble, raw, kind, RELATIVE)
        if known is None:
            continue
        edges, averaged, fixed = known
        for k in range(len(edges) - 1):
            yield {
                **ensemble.head(),
                "state": kind,
                "inner": edges[k],
                "outer": edges[k + 1],
                "distance": float(np.sqrt(0.5 * (edges[k] ** 2 + edges[k + 1] ** 2))),
                **told("correlation", averaged[:, k]),
                **told("correlation_fixed", fixed[:, k]),
            }


def powers(ensembles: list[Ensemble], raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """Exponent of C_σ ∝ r^−x, and κ with x = 2, of each ensemble; and of each cooling just below its T_g."""
    thermal: dict[int, Decay] = {}
    for ensemble in ensembles:
        for kind in (THERMAL, INHERENT):
            known = correlation(ensemble, raw, kind)
            if known is None:
                continue
            found = decay(known[0], known[1])
            if kind == THERMAL:
                thermal[id(ensemble)] = found
            yield _power_row(ensemble, kind, found)
    for _, rungs in ladders(ensembles):
        rungs = [ensemble for ensemble in rungs if id(ensemble) in thermal and "spanning" in ensemble.draws]
        if len(rungs) > 1:
            yield from _below(rungs, [thermal[id(ensemble)] for ensemble in rungs])


def _power_row(ensemble: Ensemble, kind: str, found: Decay) -> dict:
    return {
        **ensemble.head(), "state": kind, "samples": len(ensemble.samples), "inner": found.low, "outer": found.high,
        **told("decay_power", found.power), **told("amplitude", found.amplitude),
    }  # fmt: skip


def _below(rungs: list[Ensemble], found: list[Decay]) -> Iterator[dict]:
    """At the highest temperature below T_g, which each draw chooses by its own T_g."""
    temperatures = np.array([ensemble.keys["temperature"] for ensemble in rungs])
    transition = half(temperatures, along(rungs, "spanning"))
    place = np.searchsorted(temperatures, transition) - 1  # beyond the end where T_g is unknown
    if not np.isfinite(transition[0]) or place[0] < 0:
        return
    known = np.isfinite(transition) & (place >= 0)
    k, draw = np.where(known, place, 0), np.arange(len(place))
    power, amplitude = (
        np.where(known, np.array([getattr(each, name) for each in found])[k, draw], np.nan)
        for name in ("power", "amplitude")
    )
    yield _power_row(rungs[place[0]], BELOW, found[place[0]]._replace(power=power, amplitude=amplitude))


def mean_maps(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> Iterator[dict]:
    """⟨σ_xy(r) σ_xy(0)⟩/⟨σ_xy²⟩ over the half plane y ≥ 0, averaged over the trajectories that left a map."""
    rows = rows_of(ensemble, raw["maps"])
    if rows.empty:
        return
    head = ensemble.head() | {"samples": int(rows["sample"].nunique())}
    square = rows.drop_duplicates("sample")["square_fixed"].mean()
    for (x, y), product in rows.groupby(["x", "y"])["product"].mean().items():
        yield {**head, "x": x, "y": y, "product": product / square}
