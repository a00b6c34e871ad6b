"""From measurements to verdicts: one row a claim."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from glassworks.claims.causes import cause, varied
from glassworks.claims.claim import WHOLE, Claim, read_claims, said
from glassworks.claims.measures import Measurement, Measures, OutOfReach, Tables
from glassworks.claims.severity import ENOUGH, Asked, Width, chance_of_reproduced, severity
from glassworks.claims.verdicts import CONSISTENT, INCONCLUSIVE, OUT_OF_REACH, REPRODUCED, verdict

UNIT = "as the column unit says"
COLUMNS: dict[str, tuple[str, str]] = {
    "paper": ("", "short name of the paper"),
    "claim": ("", "the claim's name in the paper's file"),
    "statement": ("", "what the paper says"),
    "place": ("", "where it says so"),
    "published": ("", "what is printed, a number or words"),
    "unit": ("", "unit of expected, rival, measured, low and high; 1 for a number without"),
    "expected": (UNIT, "what the statement means; on a part of the published range, what it implies of that part"),
    "rival": (UNIT, "the nearest value that would mean something else, on the same part"),
    "measured": (UNIT, "measured value"),
    "low": (UNIT, "lower end of its 95% interval"),
    "high": (UNIT, "upper end of its 95% interval"),
    "samples": ("1", "samples of the smallest ensemble that it rests on"),
    "severity": (
        "1",
        "the smaller of the chances that so wide an interval would reproduce what is printed, were it true, and would "
        "not, were the rival true",
    ),
    "verdict": ("", "reproduced, consistent so far, inconclusive, contradicted or out of reach"),
    "scope": ("", "what the value rests on, what it is held against and why, and what was left out"),
    "cause": ("", "where it is contradicted, which of what was varied decides"),
}
"""Unit and definition of each column of a table of claims."""
NUMBERS = ("expected", "rival", "measured", "low", "high", "severity")


def judge(paper: dict, tables: Path | dict[str, pd.DataFrame], measures: Measures, withheld: str = "") -> pd.DataFrame:
    """One row a claim of the paper, with the columns `COLUMNS`, from its derived tables (a folder, or frames).

    `measures` are its study's. `withheld` says why no verdict is promised, where none is: then every claim is out of
    reach, whatever is measured.
    """
    known = Tables(tables)
    rows = [_row(paper, claim, known, measures, withheld) for claim in read_claims(paper, measures)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, float) | {"samples": "int64"})


def _row(paper: dict, claim: Claim, tables: Tables, measures: Measures, withheld: str) -> dict:
    row = {
        "paper": paper.get("paper", paper.get("name", "")),
        "claim": claim.id,
        "statement": claim.statement,
        "place": claim.place,
        "published": f"{claim.published:g}" if isinstance(claim.published, float) else str(claim.published),
        "unit": claim.unit,
        "expected": claim.expected,
        "rival": claim.rival.value,
        "verdict": OUT_OF_REACH,
        "cause": "",
    }
    try:
        found = measures[claim.measure](tables, **claim.options)
        _check_needs(claim, found)
    except OutOfReach as missing:
        return row | {"samples": missing.samples, "scope": _joined(withheld, str(missing))}
    row |= {"measured": found.value, "low": found.low, "high": found.high, "samples": found.samples}
    share = 1.0 if claim.range is None or found.reached is None else claim.range.share(found.reached)
    if share <= 0.0:
        return row | {"scope": _joined(withheld, found.scope, f"reaches nothing of the paper's range, {_span(claim)}")}
    group = claim.requires.group
    scope = _joined(found.scope, tables.independent(group), _asked_words(claim, found, share), tables.flagged(group))
    asked = claim.asked_of(share)
    row |= {"expected": asked.expected, "rival": asked.rival}
    if withheld:
        return row | {"scope": _joined(withheld, scope)}
    decided, words = _decided(asked, found, share)
    row |= {"severity": severity(asked, _width(found)), "verdict": decided, "scope": _joined(scope, words)}
    return row | {"cause": cause(decided, found.value, varied(claim, tables), asked.tolerance)}


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _width(found: Measurement) -> Width:
    return Width.of(found.value, found.low, found.high)


def _check_needs(claim: Claim, found: Measurement) -> None:
    """Raise `OutOfReach` where the measurement rests on less than the claim requires."""
    needs = claim.requires
    for have, need, what in (
        (found.samples, needs.samples, "samples an ensemble"),
        (found.temperatures, needs.temperatures, "parent temperatures"),
        (found.modes, needs.modes, "soft modes an ensemble"),
    ):
        if have < need:
            raise OutOfReach(f"needs {need} {what}, this scale has {have} ({found.scope})", found.samples)


def _asked_words(claim: Claim, found: Measurement, share: float) -> str:
    """What the interval is held against, and why."""
    asked = claim.asked_of(share)
    tolerance = f"tolerance {said(claim.tolerance)}: {claim.reason}"
    rival = f"rival {asked.rival:.3g}: {claim.rival.why}"
    if claim.range is None or found.reached is None:
        return f"{tolerance}; {rival}"
    if share >= WHOLE:
        return f"the paper's range, {_span(claim)}; {tolerance}; {rival}"
    return (
        f"only a part of the paper's range, {share:.0%} of {_span(claim)}, on which {asked.expected:.3g} is expected, "
        f"tolerance {said(asked.tolerance)}: {claim.range.reason}; of the whole, {tolerance}; {rival}"
    )


def _span(claim: Claim) -> str:
    """The published range, from where the change sets in."""
    far, near = claim.range.ends
    return f"{far:g} to {claim.range.sets_in or near:g} in {claim.range.variable}"


def _decided(asked: Asked, found: Measurement, share: float) -> tuple[str, str]:
    """A verdict, and why it is not the one that the interval alone would give.

    An interval that lies inside the tolerance by luck decides nothing. One that excludes the tolerance needs no such
    test: the printed value lies inside it and would have been contradicted in 5 % of cases at most.
    """
    alone = verdict(found.low, found.high, asked.tolerance)
    if alone != REPRODUCED:
        return alone, ""
    if severity(asked, _width(found)) >= ENOUGH:
        return (REPRODUCED if share >= WHOLE else CONSISTENT), ""
    passes = chance_of_reproduced(asked.expected, _width(found), asked.tolerance)
    return INCONCLUSIVE, f"inside by luck: so wide an interval would have let the printed value pass in {passes:.0%}"
