"""Derived tables of the study of emergent solidity (Tong, Sengupta & Tanaka, Nat. Commun. 2020)."""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.solidity.fields import correlations
from glassworks.statistics.solidity.ladders import falling, transitions
from glassworks.statistics.solidity.liquid import decays, laws, relaxation_times, watched
from glassworks.statistics.solidity.networks import connections, thresholds
from glassworks.statistics.solidity.states import states
from glassworks.statistics.solidity.summary import summary_row

RAW = ("liquids", "frames", "forces", "stress", "network", "fluctuations", "relaxation")


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    every = list(states(paper, raw))
    known = [state for state in every if state.keys["protocol"] == "step"]
    liquids = watched(every, raw)
    times = [found for each in liquids for found in relaxation_times(each)]
    return {
        "summary": pd.DataFrame([summary_row(state, raw) for state in known]),
        "correlations": pd.DataFrame([row for state in known for row in correlations(state, raw)]),
        "connections": pd.DataFrame([row for state in known for row in connections(state, raw)]),
        "transitions": pd.DataFrame(transitions(known, raw)),
        "thresholds": pd.DataFrame(thresholds(raw)),
        "decays": pd.DataFrame([row for each in liquids for row in decays(each)]),
        "relaxation_times": pd.DataFrame([row for row, _ in times]),
        "laws": pd.DataFrame(laws(times)),
    }


__all__ = ["RAW", "derive", "falling"]
