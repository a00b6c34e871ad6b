"""Why a claim is not reproduced, as far as that can be computed: what is open in the paper is varied, and each choice
is held against what is printed.

A claim declares what may decide (`varied`): a derived table whose rows differ in one thing, a range, a size, a
definition, and the column that tells the claimed quantity. Where some rows give what is printed although the claim's
own choice excludes it, that one thing decides (:func:`cause` says when for sure); where none does, it is not the cause.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.claims.claim import Claim, Varied
from glassworks.claims.measures import Tables
from glassworks.claims.severity import Bounds, inside
from glassworks.claims.verdicts import CONTRADICTED, REPRODUCED, verdict

COLUMNS = ("by", "table", "figure", "choice", "measured", "low", "high", "samples", "verdict")
"""Of the rows of what is varied."""


def varied(claim: Claim, tables: Tables) -> pd.DataFrame:
    """A row a choice, with the columns `COLUMNS`: its value with its 95% interval, in the unit of the measure, and the
    verdict of that interval alone. Rows without an interval are left out.
    """
    rows = [row for each in claim.varied for row in _rows(claim, each, tables)]
    numbers = dict.fromkeys(("measured", "low", "high"), float) | {"samples": int}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(numbers)  # of no rows, too


def _rows(claim: Claim, one: Varied, tables: Tables) -> list[dict]:
    found = tables[one.table]
    for name, value in one.where.items() if len(found) else ():
        found = found[found[name].isin(value if isinstance(value, list) else [value])]
    found = found[np.isfinite(found[f"{one.value}_low"])] if len(found) else found
    told = [name for name in one.told_by if found[name].nunique(dropna=False) > 1] if len(found) else []
    rows = []
    for _, row in found.iterrows():
        value, low, high = (float(row[f"{one.value}{end}"]) for end in ("", "_low", "_high"))
        rows.append({
            "by": one.by, "table": one.table, "figure": one.figure or "", "choice": _choice(row, told),
            "measured": value, "low": low, "high": high, "samples": int(row["samples"]) if "samples" in row else 0,
            "verdict": verdict(low, high, claim.tolerance),
        })  # fmt: skip
    return rows


def _choice(row: pd.Series, told: list[str]) -> str:
    """What tells a row from the others, in words."""
    known = ((name, row[name]) for name in told if not (isinstance(row[name], float) and np.isnan(row[name])))
    return ", ".join(f"{name.replace('_', ' ')} {_word(value)}" for name, value in known)


def _word(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def cause(decided: str, measured: float, rows: pd.DataFrame, tolerance: Bounds) -> str:
    """In a sentence, what decides whether a contradicted claim holds; empty for any other verdict.

    What is varied *decides* where a choice gives what is printed for sure (its interval lies inside the tolerance), or
    gives it and is not compatible with what the claim's own choice gives; it *may* where a choice gives it at all. That
    an interval is too wide to exclude it counts for nothing.

    Args:
        decided, measured: the claim's verdict and value.
        rows: of :func:`varied`.
    """
    if decided != CONTRADICTED:
        return ""
    if rows.empty:
        return "nothing was varied at this scale"
    given = rows["measured"].map(lambda value: inside(value, tolerance))
    sure = given & ((rows["verdict"] == REPRODUCED) | (rows["low"] > measured) | (rows["high"] < measured))
    each = [(str(by), mine, given[mine.index], sure[mine.index]) for by, mine in rows.groupby("by", sort=False)]
    found = [f"the {by} decides" for by, _, _, known in each if known.any()]
    found += [f"the {by} may decide" for by, _, some, known in each if some.any() and not known.any()]
    return "; ".join([*(found or ["nothing that was varied decides"]), *(_told(*one) for one in each)])


def _told(by: str, rows: pd.DataFrame, given: pd.Series, sure: pd.Series) -> str:
    """How many choices of what was varied give what is printed, and one that does."""
    span = f"{rows['measured'].min():.3g} to {rows['measured'].max():.3g}"
    words = f"by {by}, {given.sum()} of {len(rows)} choices give what is printed, {sure.sum()} for sure ({span})"
    best = rows[sure if sure.any() else given]
    if best.empty:
        return words
    closest = best.loc[(best["high"] - best["low"]).idxmin()]
    return f"{words}, such as {closest['choice'] or 'the only one'}"
