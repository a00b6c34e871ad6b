"""A paper's verdicts, counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from glassworks.claims.judging import COLUMNS
from glassworks.claims.severity import ENOUGH
from glassworks.claims.verdicts import OUT_OF_REACH, VERDICTS


def read_claims(tables: Path) -> pd.DataFrame:
    """A row a claim of the paper whose tables a folder holds; tables of older versions lack some columns."""
    path = tables / "claims.parquet"
    rows = pd.read_parquet(path) if path.exists() else pd.DataFrame()
    return rows.reindex(columns=list(COLUMNS))


def counted(claims: pd.DataFrame) -> dict[str, int]:
    """How many claims have each verdict."""
    found = claims["verdict"].value_counts()
    return {verdict: int(found.get(verdict, 0)) for verdict in VERDICTS}


def severity(claims: pd.DataFrame) -> str:
    """How many of the claims that were judged could have failed; tables of older versions do not tell."""
    judged = claims[claims["verdict"] != OUT_OF_REACH]
    if judged.empty:
        return ""
    if judged["severity"].isna().all():
        return "How severe these verdicts are was not told when they were made."
    could = int((judged["severity"] >= ENOUGH).sum())
    return f"{could} of {len(judged)} judged claims could have failed (severity of one half or more)."
