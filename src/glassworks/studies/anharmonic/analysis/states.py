"""The glasses themselves: pressure, moduli, crystals among them, and which groups stand for which size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import mean_draws, weights
from glassworks.statistics.tables import KEYS, ensembles, good, of, seed
from glassworks.studies.anharmonic import MODELS

CRYSTALLINE = 0.05
"""Share of the particles in the largest crystal from which on a glass counts as none."""


def crystalline(crystals: pd.DataFrame) -> pd.DataFrame:
    """The (ensemble, sample) of glasses whose largest crystal holds too many particles."""
    if crystals.empty:
        return pd.DataFrame({"ensemble": [], "sample": []})
    found = crystals["cluster"].astype(float) > CRYSTALLINE * crystals["n"]
    return crystals.loc[found, ["ensemble", "sample"]].drop_duplicates()


def states(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row an ensemble: how many glasses, pressure, moduli, and crystals left out."""
    rows = []
    out = crystalline(raw["crystals"])
    for key in ensembles(raw["glasses"]).to_dict("records"):
        frame = good(of(raw["glasses"], key["group"], key["ensemble"]))
        samples = np.sort(frame["sample"].unique())
        weight = weights(len(samples), seed(key["ensemble"])) if len(samples) else np.ones((1001, 0))
        row = {name: key.get(name) for name in KEYS} | {"samples": len(samples)}
        row["crystals"] = int(out.loc[out["ensemble"] == key["ensemble"], "sample"].nunique())
        moduli = of(raw["moduli"], key["group"], key["ensemble"])
        known = good(moduli).set_index("sample") if len(moduli) else pd.DataFrame()
        pressure = frame.set_index("sample")["pressure"].reindex(samples) if "pressure" in frame else None
        values = {"pressure": pressure}
        for name in ("shear", "bulk"):
            values[name] = known[name].reindex(samples) if name in known else None
        draws = {}
        for name, value in values.items():
            draws[name] = np.full(len(weight), np.nan) if value is None else mean_draws(value.to_numpy(float), weight)
            row |= ends(name, draws[name])
        row |= ends("pressure_over_bulk", draws["pressure"] / draws["bulk"])
        rows.append(row)
    return pd.DataFrame(rows)


def amorphous(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Raw tables without glasses of the paper's models that crystallized; perfect crystals, the control, stay."""
    out = pd.MultiIndex.from_frame(crystalline(raw["crystals"]))
    found = {}
    for name, frame in raw.items():
        if frame.empty or not len(out) or "sample" not in frame:  # evidence of liquids is of all their samples
            found[name] = frame
            continue
        control = ~frame["model"].isin(MODELS) | (frame["protocol"] == "crystal")
        mine = pd.MultiIndex.from_frame(frame[["ensemble", "sample"]]).isin(out)
        found[name] = frame[control | ~mine]
    return found


def richest(frame: pd.DataFrame, by: str = "mode") -> pd.DataFrame:
    """Of groups that measure the same ensemble, the rows of the one with most of them a glass, then most glasses."""
    if frame.empty:
        return frame
    counts = frame.groupby(["ensemble", "group"], sort=False).agg(most=(by, "nunique"), glasses=("sample", "nunique"))
    best = counts.reset_index().sort_values(["most", "glasses"], kind="stable").drop_duplicates("ensemble", keep="last")
    chosen = pd.MultiIndex.from_frame(best[["group", "ensemble"]])
    return frame[pd.MultiIndex.from_frame(frame[["group", "ensemble"]]).isin(chosen)]


def glasses_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the paper's two models that are glasses, not the crystals that are the control."""
    if frame.empty:
        return frame
    return frame[frame["model"].isin(MODELS) & (frame["protocol"] != "crystal")]
