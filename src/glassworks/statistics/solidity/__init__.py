"""Derived tables of the study of emergent solidity (Tong, Sengupta & Tanaka, Nat. Commun. 2020)."""

from __future__ import annotations

import pandas as pd

from glassworks.statistics.solidity.fields import correlations
from glassworks.statistics.solidity.ladders import falling, transitions
from glassworks.statistics.solidity.networks import connections, thresholds
from glassworks.statistics.solidity.states import states
from glassworks.statistics.solidity.summary import summary_row

RAW = ("liquids", "frames", "forces", "stress", "network", "fluctuations")


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of the paper from its raw ones."""
    known = list(states(paper, raw))
    return {
        "summary": pd.DataFrame([summary_row(state, raw) for state in known]),
        "correlations": pd.DataFrame([row for state in known for row in correlations(state, raw)]),
        "connections": pd.DataFrame([row for state in known for row in connections(state, raw)]),
        "transitions": pd.DataFrame(transitions(known, raw)),
        "thresholds": pd.DataFrame(thresholds(raw)),
    }


__all__ = ["RAW", "derive", "falling"]
