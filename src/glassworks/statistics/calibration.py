"""Whether intervals keep what they promise: independent estimates of one thing against the intervals that they carry.

An estimate is a value with its 95% interval, whose half-width h on the side that faces what it is compared with counts
as 1.96 standard errors; so intervals that are wider because they come from few trajectories count as promised. Of two
estimates a > b

    z = 1.96 (a − b) / √((a − a_low)² + (b_high − b)²),

with mean square 1 and |z| > 1.96 in 5% of comparisons where intervals are right and estimates independent. Pairs of
more than two estimates are not independent of each other. So for K estimates the mean square of z is χ²/(K − 1), with

    χ² = min_m Σ_k (1.96 (x_k − m)/h_k)²,

h_k facing m, which is χ² distributed with K − 1 degrees of freedom for normal errors, and z² for K = 2. That many
estimates lie too far apart is told by its upper tail (intervals too narrow), too near by its lower one (too wide).

Errors of a handful of samples have heavier tails than normal ones: where all claims of a paper rest on five samples a
seed, with intervals that are right for five, one in five of such papers has a claim marked instead of one in twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from glassworks.statistics.chances import chi_square_above, chi_square_below, chi_square_median
from glassworks.statistics.resampling import NORMAL

LEVEL = 0.05
"""Chance that any claim of a paper is called miscalibrated where all intervals are right."""
ENOUGH = 4
"""Degrees of freedom from which on an interval may be called too wide."""
AGREES, DISAGREES = ("reproduced", "consistent so far"), "contradicted"
ALL = "all"
"""Stands for a claim's name in the row of a whole paper."""
POINT = 1e-9
"""Half-width of an interval without any, over that of the widest (or the values' spread): not zero, to divide by."""

Estimates = np.ndarray
"""Independent estimates of one thing, (estimates, 3): value, low and high end of the 95% interval."""


def usable(estimates: Estimates) -> Estimates:
    """Those estimates that have a value and a finite interval; an end on the wrong side of the value promises nothing
    there."""
    found = np.asarray(estimates, dtype=float).reshape(-1, 3)
    found = found[np.isfinite(found).all(axis=1)]
    return np.column_stack([found[:, 0], np.minimum(found[:, 1], found[:, 0]), np.maximum(found[:, 2], found[:, 0])])


def z_score(first: Sequence[float], second: Sequence[float]) -> float:
    """z of two estimates (value, low, high), signed as first − second; 0 where they are equal, infinite where they
    differ and neither has any width there."""
    a, b = (first, second) if first[0] >= second[0] else (second, first)
    apart, width = a[0] - b[0], float(np.hypot(a[0] - a[1], b[2] - b[0]))
    if apart == 0.0:
        return 0.0
    size = np.inf if width == 0.0 else NORMAL * apart / width
    return float(np.copysign(size, first[0] - second[0]))


def chi_square(estimates: Estimates) -> float:
    """χ² of usable estimates about the value m that makes it least; it has one degree of freedom less than estimates.

    Between two neighboring values the sides that face m are fixed and χ² is a parabola, so its least value is that of
    the best of these.
    """
    found = estimates[np.argsort(estimates[:, 0], kind="stable")]
    value, below, above = found[:, 0], found[:, 0] - found[:, 1], found[:, 2] - found[:, 0]
    if np.ptp(value) == 0.0:
        return 0.0
    floor = POINT * max(below.max(), above.max(), np.ptp(value))
    least = np.inf
    for number, (left, right) in enumerate(pairwise(value), start=1):
        width = np.maximum(np.where(np.arange(len(value)) < number, above, below), floor) / NORMAL
        middle = np.clip(np.average(value, weights=width**-2.0), left, right)
        least = min(least, float((((value - middle) / width) ** 2).sum()))
    return least


def chance(chi: float, freedom: int) -> float:
    """Two-sided p value: twice the chance of a χ² as far out as this, on its side."""
    if freedom < 1:
        return np.nan
    return float(min(1.0, 2.0 * min(chi_square_below(chi, freedom), chi_square_above(chi, freedom))))


def fault(chi: float, freedom: int, claims: int) -> str:
    """What is wrong with the intervals of one of so many claims: `too narrow`, `too wide`, or nothing (empty).

    The level is shared among the claims (Bonferroni), so that where all are right any is called wrong in at most
    :data:`LEVEL` of runs. A few estimates that agree closely prove nothing: those of intervals twice too wide hardly do
    so more often, and values read off a grid do so often. Too wide is therefore told from :data:`ENOUGH` degrees on.
    """
    if freedom < 1 or chance(chi, freedom) >= LEVEL / claims:
        return ""
    if chi > chi_square_median(freedom):
        return "too narrow"
    return "too wide" if freedom >= ENOUGH else ""


COLUMNS: dict[str, tuple[str, str]] = {
    "paper": ("", "short name of the paper"),
    "claim": ("", f"the claim's name in the paper's file; {ALL}: all claims of the paper"),
    "kind": ("", "what is compared: disjoint parts of one run, or runs with independent seeds"),
    "scale": ("", "the scale of the tables; of archived ones the one that they were made at"),
    "parts": ("1", "parts or seeds that were judged apart"),
    "judged": ("1", "those of them that gave a value with an interval"),
    "comparisons": ("1", "pairs of these"),
    "freedom": ("1", "degrees of freedom of chi_square, one less than judged; all: their sum"),
    "chi_square": ("1", "Σ (1.96 (x − m)/h)² about the m that makes it least, h the interval's half-width facing m"),
    "rms_z": ("1", "root mean square of z, √(chi_square/freedom); 1 where intervals are right"),
    "p_value": ("1", "two-sided p of chi_square; none for a whole paper, whose claims rest on the same glasses"),
    "beyond": ("1", "share of the pairs with |z| > 1.96; 0.05 where intervals are right"),
    "flips": ("1", "pairs of which one is reproduced or consistent so far and the other contradicted"),
    "claims": ("1", "claims that were compared"),
    "miscalibrated": ("1", "claims with p_value < 0.05 over the number of the paper's claims that were compared"),
    "fault": ("", "of a miscalibrated claim: too narrow or too wide, which its intervals are"),
    "verdicts": ("", "the verdict of each part or seed, in their order"),
    "estimates": ("", "value and 95% interval of each part or seed, in their order"),
    "reason": ("", "why a claim was not compared"),
}  # fmt: skip
"""Unit and definition of each column of a table of calibration."""


def calibrated(judged: Sequence[pd.DataFrame], head: dict, left_out: dict[str, str] | None = None) -> pd.DataFrame:
    """One row a claim, and one for all, with the columns :data:`COLUMNS`.

    Args:
        judged: the claims' tables of independent parts or seeds.
        head: `paper`, `kind` and `scale` of the rows.
        left_out: claims that the parts cannot judge, with the reason.
    """
    if len(judged) < 2:
        raise ValueError(f"parts: {len(judged)}: nothing to compare; allowed: 2 or more")
    rows = [
        {**head, "claim": name, "parts": len(judged), **_row(each, (left_out or {}).get(name, ""))}
        for name, each in pd.concat(judged, ignore_index=True).groupby("claim", sort=False)
    ]
    compared = sum(row["claims"] for row in rows)
    for row in rows:
        row["fault"] = fault(row["chi_square"], row["freedom"], max(compared, 1))
        row["miscalibrated"] = int(bool(row["fault"]))
    return pd.DataFrame([*rows, _all(rows)], columns=list(COLUMNS))


def _row(each: pd.DataFrame, reason: str) -> dict:
    """What is compared of one claim, from its rows in the tables of all parts."""
    verdicts = list(each["verdict"])
    found = usable(each[["measured", "low", "high"]].to_numpy(dtype=float))[: 0 if reason else None]
    pairs = [abs(z_score(*pair)) for pair in combinations(found, 2)]
    freedom = max(len(found) - 1, 0)
    chi = chi_square(found) if freedom else np.nan
    return {
        "judged": len(found), "comparisons": len(pairs), "freedom": freedom, "chi_square": chi,
        "rms_z": np.sqrt(chi / freedom) if freedom else np.nan, "p_value": chance(chi, freedom),
        "beyond": float(np.mean([z > NORMAL for z in pairs])) if pairs else np.nan,
        "flips": 0 if reason else sum(map(_flipped, combinations(verdicts, 2))), "claims": int(freedom > 0),
        "verdicts": ", ".join(verdicts), "estimates": "; ".join(map(_told, each.itertuples())),
        "reason": reason or ("" if freedom else _missing(each)),
    }  # fmt: skip


def _flipped(pair: tuple[str, str]) -> bool:
    return DISAGREES in pair and any(verdict in AGREES for verdict in pair)


def _told(row) -> str:
    if not np.isfinite(row.measured):
        return "–"
    return f"{row.measured:.3g} [{row.low:.3g}, {row.high:.3g}]" if np.isfinite(row.low) else f"{row.measured:.3g}"


def _missing(each: pd.DataFrame) -> str:
    """Why a claim has fewer than two estimates."""
    out = each[each["verdict"] == "out of reach"]
    if len(out):
        return f"out of reach of {len(out)} of {len(each)}: {out['scope'].iloc[0]}"
    return f"has an interval in {int(each['low'].notna().sum())} of {len(each)}"


def _all(rows: Sequence[dict]) -> dict:
    """The row of a whole paper: sums over its claims."""
    first = rows[0]
    total = {name: sum(row[name] for row in rows) for name in ("comparisons", "freedom", "flips", "claims")}
    known = [row for row in rows if row["freedom"]]
    chi = float(sum(row["chi_square"] for row in known))
    beyond = sum(row["beyond"] * row["comparisons"] for row in known)
    return {
        **{name: first[name] for name in ("paper", "kind", "scale", "parts")}, "claim": ALL, **total,
        "judged": max(row["judged"] for row in rows), "chi_square": chi if known else np.nan,
        "rms_z": np.sqrt(chi / total["freedom"]) if known else np.nan, "p_value": np.nan,
        "beyond": beyond / total["comparisons"] if total["comparisons"] else np.nan,
        "miscalibrated": sum(row["miscalibrated"] for row in rows), "fault": "", "verdicts": "", "estimates": "",
        "reason": "" if known else "no claim has two estimates with intervals",
    }  # fmt: skip
