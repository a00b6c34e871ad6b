"""Rank correlations of what pulls find with what kind of mode they follow, and with its frequency.

Kendall's τ_b rather than Spearman's ρ: it compares pairs of modes, so that a lower bound of A_c takes part in the pairs
that it decides (Oakes, Biometrics 38, 451 (1982)), pairs can be kept to glasses of one size, and glasses are reweighted
exactly. Partial in ω it is (τ_xy − τ_xω τ_yω)/√((1 − τ_xω²)(1 − τ_yω²)).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.studies.anharmonic.analysis.populations import Population, by_model

PAIRS = [
    (y, x)
    for y in ("amplitude", "distance", "overlap", "rearranged", "expected")
    for x in ("order", "order_transverse", "participation", "frequency")
]
SIDES = ("smaller", "negative", "positive")
"""Which pull of a mode: that of the smaller A_c, that where τ < 0, and the other."""


def correlations(modes: pd.DataFrame) -> pd.DataFrame:
    """A row for each model, pair of quantities, population, scope, side, and for τ as it is and partial in ω."""
    rows = []
    for population in ("below", "all"):
        for model, each in by_model(modes, lambda rows, which=population: _of(rows, which)):
            for scope in ("within", "pooled"):
                rows += _of_population(each, model, population, scope)
    return pd.DataFrame(rows)


def _of(rows: pd.DataFrame, which: str) -> pd.DataFrame:
    return rows[rows["over_boson"] < 1.0] if which == "below" else rows


def _of_population(each: Population, model: str, population: str, scope: str) -> list[dict]:
    rows = []
    together = None if scope == "pooled" else each.column("n")
    for side in SIDES:
        signs: dict[str, np.ndarray] = {}
        for y, x in PAIRS:
            if y != "amplitude" and side != "smaller":
                continue
            for name in (y, x, "frequency"):
                if name not in signs:
                    signs[name] = compared(each, name, side, together)
            known = (signs[y] != 0) & (signs[x] != 0)
            count = int((known.any(axis=1)).sum())
            if count < 3:
                continue
            row = {
                "model": model, "quantity": y, "against": x, "population": population, "scope": scope, "side": side,
                "modes": count, "samples": each.glasses,
            }  # fmt: skip
            plain = tau(each, signs[y], signs[x])
            rows.append(row | {"partial": False} | ends("correlation", plain))
            if x != "frequency":
                with_x, with_y = (tau(each, signs[name], signs["frequency"]) for name in (x, y))
                with np.errstate(invalid="ignore", divide="ignore"):
                    partial = (plain - with_x * with_y) / np.sqrt((1.0 - with_x**2) * (1.0 - with_y**2))
                rows.append(row | {"partial": True} | ends("correlation", partial))
    return rows


def compared(each: Population, name: str, side: str, together: np.ndarray | None) -> np.ndarray:
    """Sign of the difference of two modes' values, (modes, modes); 0 where a bound, a gap, or their sizes leave it
    open."""
    low = high = each.column(name)
    if name == "amplitude":
        if side == "smaller":
            low = np.where(each.rows["pulled"], each.column("amplitude"), np.nan)
            high = np.where(each.rows["censored"], np.inf, low)
        else:
            low, high = each.column(f"amplitude_{side}"), each.column(f"amplitude_{side}")
            bound = each.column(f"bound_{side}")
            low, high = np.where(np.isfinite(bound), bound, low), np.where(np.isfinite(bound), np.inf, high)
    with np.errstate(invalid="ignore"):
        larger = (low[:, None] > high[None, :]).astype(float)
        larger = np.where(np.isnan(low)[:, None] | np.isnan(low)[None, :], 0.0, larger)
    found = larger - larger.T
    return found if together is None else found * (together[:, None] == together[None, :])


def tau(each: Population, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Draws of Kendall's τ_b of two matrices of signs."""
    with np.errstate(invalid="ignore", divide="ignore"):
        known = each.quadratic(abs(x)) * each.quadratic(abs(y))
        return each.quadratic(x * y) / np.sqrt(np.where(known > 0.0, known, np.nan))
