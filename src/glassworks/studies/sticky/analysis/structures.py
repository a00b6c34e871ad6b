"""Pair energies (Fig. 2), g(r) and S(q) of glasses and liquids (Fig. S2), and crystals among the glasses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glassworks.models.potentials.sticky_spheres import UNIT, sticky_coefficients
from glassworks.statistics.measured import Measured, key_of
from glassworks.statistics.resampling import interval, mean_draws
from glassworks.statistics.tables import good, of
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.annealed import CRYSTAL
from glassworks.studies.sticky.analysis.depths import Ladder

DISTANCES = np.linspace(0.95, 1.75, 321)


def potentials() -> pd.DataFrame:
    """φ(r)/ε of the sticky spheres against r/λ (Eq. 1)."""
    rows = []
    for group, cutoff in STICKY.items():
        w = DISTANCES**2 / UNIT
        alpha, beta, *gammas = map(float, sticky_coefficients(cutoff))
        inner = w**-6 - 2.0 * w**-3
        outer = alpha * w**-6 - beta * w**-3 + sum(gamma * w**power for power, gamma in enumerate(gammas))
        energy = np.where(w < 1.0, inner, np.where(w < cutoff**2, outer, 0.0))
        rows.append(pd.DataFrame({"group": group, "cutoff": cutoff, "distance": DISTANCES, "pair_energy": energy}))
    return pd.concat(rows, ignore_index=True)


COLUMNS = "phase kind part at value value_low value_high end samples included".split()


PHASES = {"glass": "structure", "liquid": "liquid_structure"}
"""The raw table of each phase."""


def structures(raw: dict[str, pd.DataFrame], ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """g(r) and S(q), means over glasses and over the liquids that they were quenched from, of each model at the hottest
    and the coldest T_p where they were measured."""
    found = []
    for one in ladders.values():
        for phase, table in PHASES.items():
            known = [
                (step, frame)
                for step in one.steps
                if len(frame := good(of(raw.get(table, pd.DataFrame()), step.key["group"], step.key["ensemble"])))
            ]
            for end, (step, frame) in zip(("hottest", "coldest"), (*known[-1:], *known[:-1][:1]), strict=False):
                found.append(_structure(step, frame).assign(end=end, phase=phase))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _structure(one: Measured, frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (kind, part), mine in frame.groupby(["kind", "part"], sort=False):
        table = mine.pivot_table(index="sample", columns="bin", values="value").reindex(one.samples)
        places = mine.groupby("bin")["at"].mean().reindex(table.columns)
        draws = mean_draws(table.to_numpy(), one.weight)
        edges = pd.DataFrame(
            [interval(draws[:, k]) for k in range(draws.shape[1])], columns=["value", "value_low", "value_high"]
        )
        rows.append(edges.assign(kind=kind, part=part, at=places.to_numpy()))
    told = key_of(one) | {"samples": len(one.samples), "included": one.included}
    return pd.concat(rows, ignore_index=True).assign(**told)


def crystals(raw: dict[str, pd.DataFrame], measured: list[Measured]) -> pd.DataFrame:
    """How many glasses of each ensemble were looked at, and in how many a crystal was found."""
    rows = []
    for one in measured:
        frame = of(raw.get("crystals", pd.DataFrame()), one.key["group"], one.key["ensemble"])
        if frame.empty:
            continue
        found = frame["status"].astype(str).str.startswith(CRYSTAL)
        largest = float(frame["cluster"].max()) if "cluster" in frame else np.nan
        rows.append(key_of(one) | {"tested": len(frame), "flagged": int(found.sum()), "largest": largest})
    columns = [*key_of(measured[0]), "tested", "flagged", "largest"] if measured else ["tested", "flagged", "largest"]
    return pd.DataFrame(rows, columns=columns)
