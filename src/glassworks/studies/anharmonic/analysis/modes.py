"""Modes, each with the pull that first leads away, and the distinct destinations of each glass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from glassworks.statistics.tables import KEYS, good
from glassworks.studies.anharmonic.analysis.states import glasses_of, richest

PLACE = ["group", "ensemble", "sample", "mode"]
OF_PULL = (
    "home", "amplitude", "distance", "energy", "barrier", "rearranged", "overlap", "overlap_others", "farthest",
    "mover", "destination", "contacts", "rattlers", "loosened",
)  # fmt: skip
OVERLAP = "pairs overlap"
"""Status of a pull that stopped because particles overlapped before it led anywhere."""
SAME_ENERGY = 1e-3
"""Destinations of pulls of one glass are one where the same particle moves farthest and |Δr| and ΔΦ agree so."""


Chosen = Callable[[pd.DataFrame], pd.DataFrame]
"""Of a raw table the rows that are looked at."""


def modes(raw: dict[str, pd.DataFrame], boson: pd.DataFrame, of: Chosen = glasses_of) -> pd.DataFrame:
    """A row a mode: what kind it is, and the pull of the smaller A_c of its two sides.

    A mode both of whose pulls ended in overlaps has a lower bound alone: `censored`, and its `amplitude` is that bound.
    """
    kinds = good(richest(of(raw["selected_modes"])))
    if kinds.empty:
        return kinds
    keep = [*(key for key in KEYS if key in kinds), "sample", "mode"]
    of_modes = "number spaced frequency participation order order_transverse third expected".split()
    frame = kinds[[*keep, *of_modes]]
    pulls = of(raw["pulls"])
    if len(pulls):
        sides = {1.0: "negative", -1.0: "positive"}
        known = pulls.assign(
            reached=np.where(pulls["status"] == "ok", pulls["amplitude"], np.inf),
            bound=np.where(pulls["status"] == OVERLAP, pulls["home"], np.inf),
        )
        first = known.sort_values([*PLACE, "reached"], kind="stable").drop_duplicates(PLACE)
        first = first.assign(
            censored=~np.isfinite(first["reached"]),
            side=np.where(np.isfinite(first["reached"]), first["sign"].map(sides), ""),
        )
        least = known.groupby(PLACE)["bound"].min()
        first = first.set_index(PLACE)
        first["amplitude"] = np.where(first["censored"], least.reindex(first.index), first["reached"])
        for sign, name in sides.items():
            mine = known[known["sign"] == sign].set_index(PLACE)
            first[f"amplitude_{name}"] = mine["reached"].replace(np.inf, np.nan).reindex(first.index)
            first[f"bound_{name}"] = mine["bound"].replace(np.inf, np.nan).reindex(first.index)
        extra = [*OF_PULL, "censored", "side"]
        extra += [f"{what}_{name}" for what in ("amplitude", "bound") for name in sides.values()]
        frame = frame.join(first[extra], on=PLACE)
        frame["pulled"] = frame["amplitude"].replace(np.inf, np.nan).notna()
    else:
        frame = frame.assign(**dict.fromkeys((*OF_PULL, "amplitude_negative", "amplitude_positive"), np.nan))
        frame = frame.assign(bound_negative=np.nan, bound_positive=np.nan, censored=False, side="", pulled=False)
    frame["censored"] = frame["censored"].fillna(False).astype(bool)
    frame["side"] = frame["side"].fillna("")
    for name in ("mover", "destination"):
        frame[name] = frame[name].fillna(-1).astype(int)
    for name in ("contacts", "rattlers", "loosened"):
        frame[name] = frame[name].fillna(0).astype(int)
    peaks = dict(zip(boson["model"], boson["frequency"], strict=True)) if len(boson) else {}
    frame["over_boson"] = frame["frequency"] / frame["model"].map(peaks).astype(float)
    frame["harmonic"] = 2.0 * frame["barrier"] / (frame["frequency"] ** 2 * frame["amplitude"] ** 2 * frame["n"])
    return frame.reset_index(drop=True)


def transitions(raw: dict[str, pd.DataFrame], of: Chosen = glasses_of) -> pd.DataFrame:
    """A row a distinct destination of a glass: of pulls that end there, the one of smallest A_c.

    Destinations that jobs found apart are one where the same particle moves farthest and distance and energy agree.
    """
    pulls = good(richest(of(raw["pulls"])))
    if pulls.empty:
        return pulls
    rows = []
    place = ["group", "ensemble", "sample"]
    told = destinations_of(raw)
    for _, glass in pulls.groupby(place, sort=False):
        glass = glass.sort_values("amplitude", kind="stable")
        left = np.ones(len(glass), bool)
        values = glass[["mover", "distance", "energy"]].to_numpy(float)
        while left.any():
            first = int(np.argmax(left))
            alike = left & (values[:, 0] == values[first, 0])
            for column in (1, 2):
                scale = abs(values[first, column])
                alike &= abs(values[:, column] - values[first, column]) <= SAME_ENERGY * scale
            alike[first] = True
            left &= ~alike
            one = glass.iloc[first]
            row = {key: one[key] for key in (*KEYS, "sample") if key in glass}
            row |= {name: one[name] for name in ("mode", "frequency", *OF_PULL) if name != "home"}
            row |= {"hits": int(alike.sum()), "modes": int(glass["mode"][alike].nunique())}
            row |= {"pulls": len(glass)}
            rows.append(row)
    frame = pd.DataFrame(rows)
    extra = ["regions", "inner", "outer", "exponent", "exponent_dipole", "softness"]
    if len(told):
        index = ["group", "ensemble", "sample", "destination"]
        frame = frame.join(told.set_index(index)[extra], on=index)
    else:
        frame = frame.assign(**dict.fromkeys(extra, np.nan))
    return frame


def destinations_of(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What was measured on the fields of destinations."""
    rows = glasses_of(raw["destinations"])
    return good(rows) if len(rows) else rows
