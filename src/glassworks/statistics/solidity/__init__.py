"""Derived tables of the study of emergent solidity (Tong, Sengupta & Tanaka, Nat. Commun. 2020)."""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.solidity.fields import correlations
from glassworks.statistics.solidity.ladders import falling, transitions
from glassworks.statistics.solidity.liquid import decays, laws, relaxation_times, watched
from glassworks.statistics.solidity.networks import connections, thresholds
from glassworks.statistics.solidity.states import states
from glassworks.statistics.solidity.summary import summary_row
from glassworks.statistics.solidity.systems import systems

RAW = ("liquids", "frames", "forces", "stress", "network", "fluctuations", "relaxation")
MAIN = "cooled"
"""Groups whose name begins so are those of the paper's main text; others show how general it is."""
PUBLISHED = "published"
"""The main group as published, where a scale has it."""


def pooled(raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Raw tables in which the published ensembles stand for the main group's of the same size and rate."""
    rows = raw["liquids"]
    if rows.empty or PUBLISHED not in set(rows["group"]):
        return raw
    place = ["model", "n", "rate"]
    taken = pd.MultiIndex.from_frame(rows.loc[rows["group"] == PUBLISHED, place].drop_duplicates())
    found = {}
    for name, frame in raw.items():
        if frame.empty:
            found[name] = frame
            continue
        less = (frame["group"] == MAIN) & pd.MultiIndex.from_frame(frame[place]).isin(taken)
        found[name] = frame[~less].assign(group=frame["group"].replace(PUBLISHED, MAIN))
    return found


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    raw = pooled(raw)
    every = list(states(paper, raw))
    paths = [state for state in every if state.keys["protocol"] != "relax"]
    known = [state for state in paths if state.keys["group"].startswith(MAIN)]
    liquids = watched(every, raw)
    times = [found for each in liquids for found in relaxation_times(each)]
    return {
        "summary": pd.DataFrame([summary_row(state, raw) for state in every]),
        "correlations": pd.DataFrame([row for state in known for row in correlations(state, raw)]),
        "connections": pd.DataFrame([row for state in known for row in connections(state, raw)]),
        "transitions": pd.DataFrame(transitions(known, raw)),
        "thresholds": pd.DataFrame(thresholds(raw)),
        "systems": pd.DataFrame(systems(paths, raw)),
        "decays": pd.DataFrame([row for each in liquids for row in decays(each)]),
        "relaxation_times": pd.DataFrame([row for row, _ in times]),
        "laws": pd.DataFrame(laws(times)),
    }


__all__ = ["RAW", "derive", "falling"]
