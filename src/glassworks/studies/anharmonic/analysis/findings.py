"""What was found beyond the paper: saddles, minimizers and tolerances, sides, destinations and soft spots."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import mean_draws, median_draws
from glassworks.statistics.tables import KEYS, good
from glassworks.studies.anharmonic.analysis.populations import Population, by_model
from glassworks.studies.anharmonic.analysis.states import glasses_of

FIRE = "fire"


def variants(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a mode and variant: A_c over that by FIRE at the usual tolerance, and whether it ends at the same |Δr|."""
    rows = glasses_of(raw["pull_variants"])
    if rows.empty:
        return rows
    rows = good(rows)
    place = ["ensemble", "sample", "mode"]
    usual = rows[rows["variant"] == FIRE].set_index(place)
    frame = rows[rows["variant"] != FIRE]
    index = pd.MultiIndex.from_frame(frame[place])
    base = usual.reindex(index)
    keep = [*(key for key in KEYS if key in frame), "sample", "mode", "variant", "frequency", "amplitude"]
    found = frame[keep].assign(
        usual=base["amplitude"].to_numpy(),
        ratio=frame["amplitude"].to_numpy() / base["amplitude"].to_numpy(),
        same=np.isclose(frame["distance"].to_numpy(), base["distance"].to_numpy(), rtol=0.01),
    )
    return found[np.isfinite(found["ratio"])].reset_index(drop=True)


def edges(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a transition whose saddle was found: its height, and that of the pulled point."""
    rows = glasses_of(raw["saddles"])
    if rows.empty:
        return rows
    rows = good(rows)
    keep = [*(key for key in KEYS if key in rows), "sample", "mode", "amplitude", "barrier", "saddle", "curvature"]
    found = rows[keep].reset_index(drop=True)
    return found.assign(ratio=found["saddle"] / found["barrier"])


def findings(derived: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a finding: what, of which model, with its interval."""
    rows: list[dict] = []

    def tell(finding: str, model: str, each: Population, draws: np.ndarray) -> None:
        row = {"finding": finding, "model": model, "rows": len(each), "samples": each.glasses}
        rows.append(row | ends("value", draws))

    def share(finding: str, table: pd.DataFrame, inside) -> None:
        for model, each in by_model(table):
            tell(finding, model, each, each.share(np.asarray(inside(each.rows), bool)))

    modes, distinct = derived["modes"], derived["transitions"]
    pulled = modes[modes["pulled"] & ~modes["censored"]] if len(modes) else modes
    share("modes whose weaker side is that where τ < 0", pulled, lambda rows: rows["side"] == "negative")
    share("modes with a pull that stopped because particles overlapped", modes, lambda rows: _stopped(rows))
    share("transitions that lead downhill", distinct, lambda rows: rows["energy"] < 0)
    share("transitions in several regions", distinct, lambda rows: rows["regions"] > 1)
    for model, each in by_model(distinct):
        counts = each.weight @ each.sums(np.ones(len(each)))
        pulls = each.weight @ each.sums(each.column("hits"))
        tell("distinct destinations over pulls that led away", model, each, counts / pulls)
    known = pulled[np.isfinite(pulled["overlap_others"].astype(float))] if len(pulled) else pulled
    for model, each in by_model(known):
        ratio = median_draws(each.column("overlap") / each.column("overlap_others"), each.row_weights())
        tell("I over the median overlap with the glass's other modes, median", model, each, ratio)
    for model, each in by_model(derived["edges"]):
        tell("height of the saddle over ΔΦ_barrier, median", model, each,
             median_draws(each.column("ratio"), each.row_weights()))  # fmt: skip
    for variant in dict.fromkeys(derived["variants"]["variant"]) if len(derived["variants"]) else ():
        mine = derived["variants"][derived["variants"]["variant"] == variant]
        for model, each in by_model(mine):
            ratio = median_draws(each.column("ratio"), each.row_weights())
            tell(f"A_c by {variant} over that by FIRE, median", model, each, ratio)
            same = each.share(each.rows["same"].to_numpy(bool))
            tell(f"modes that end at the same |Δr| by {variant}", model, each, same)
    for model, each in by_model(distinct[np.isfinite(distinct["softness"])] if len(distinct) else distinct):
        tell("rank of the farthest mover by its share of localized modes, mean", model, each,
             mean_draws(each.column("softness"), each.row_weights()))  # fmt: skip
    return pd.DataFrame(rows)


def _stopped(rows: pd.DataFrame) -> pd.Series:
    return rows["bound_negative"].notna() | rows["bound_positive"].notna()
