"""Gathered raw tables: reading them, and leaving out by name what must not enter an average."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from glassworks.statistics.spectra import ZERO_FREQUENCY, Modes

KEYS = ("paper", "group", "ensemble", "model", "dimension", "n", "protocol", "temperature", "rate")
PLACE = ("group", "ensemble")


def read_raw(folder: Path, names: Iterable[str], only: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """The raw gathered tables in `folder`, by name; one that is not there, or not among `only`, is an empty frame."""
    paths = {name: Path(folder) / f"{name}.parquet" for name in names}
    there = [name for name, path in paths.items() if path.exists() and (only is None or name in only)]
    return {name: pd.read_parquet(path) if name in there else pd.DataFrame() for name, path in paths.items()}


PUBLISHED = "published"
"""The group that has a study's main ensembles as often as they were published."""


def pooled(raw: dict[str, pd.DataFrame], main: str, by: str, place: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Raw tables in which the ensembles of the group `PUBLISHED`, where a scale has it, stand for those of the main
    group that they repeat.

    Args:
        main: the main group.
        by: the raw table that has a row of every ensemble.
        place: the columns that tell which ensembles of the two groups are the same.
    """
    rows = raw[by]
    if rows.empty or PUBLISHED not in set(rows["group"]):
        return raw
    place = list(place)
    taken = pd.MultiIndex.from_frame(rows.loc[rows["group"] == PUBLISHED, place].drop_duplicates())
    found = {}
    for name, frame in raw.items():
        if frame.empty:
            found[name] = frame
            continue
        less = (frame["group"] == main) & pd.MultiIndex.from_frame(frame[place]).isin(taken)
        found[name] = frame[~less].assign(group=frame["group"].replace(PUBLISHED, main))
    return found


def seed(ensemble: str) -> tuple[int, int]:
    """Words that seed the resampling of one ensemble."""
    return (2020, zlib.crc32(ensemble.encode()))


def ensembles(frame: pd.DataFrame) -> pd.DataFrame:
    """The key columns of every (group, ensemble) that has rows in a raw table, one row each, in the table's order."""
    if frame.empty:
        return pd.DataFrame(columns=list(KEYS))
    return frame[[key for key in KEYS if key in frame]].drop_duplicates(list(PLACE)).reset_index(drop=True)


def of(frame: pd.DataFrame, group: str, ensemble: str) -> pd.DataFrame:
    """The rows of one ensemble of one group."""
    if frame.empty:
        return frame
    return chosen(frame, ((frame["group"] == group) & (frame["ensemble"] == ensemble)).to_numpy())


def good(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows whose status is 'ok'."""
    return chosen(frame, (frame["status"] == "ok").to_numpy()) if "status" in frame else frame


def chosen(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """The rows (of bool) of a table; where they are neighbors, as in a gathered table those of an ensemble are, without
    copying them."""
    count = int(rows.sum())
    first = int(rows.argmax()) if count else 0
    return frame.iloc[first : first + count] if rows[first : first + count].all() else frame[rows]


def left_out(frame: pd.DataFrame) -> dict[str, int]:
    """How many samples each reason other than 'ok' takes out."""
    if frame.empty or "status" not in frame:
        return {}
    bad = frame[frame["status"] != "ok"]
    return {str(reason): int(rows["sample"].nunique()) for reason, rows in bad.groupby("status")}


def aligned(values: pd.Series, samples: np.ndarray) -> np.ndarray:
    """Values indexed by sample, in the order of `samples`, NaN where a sample has none."""
    return values.reindex(samples).to_numpy(dtype=float)


ENOUGH_CHAINS = 5
"""Chains from which on each is one owner, whatever its own time remembers."""
INDEPENDENT = 4.0
"""Relaxation times after which, with fewer chains, the parents of two glasses of one chain count as independent. The
overlap has forgotten by then; the energy of deeply supercooled chains has not."""


def owners_of(liquids: pd.DataFrame, equilibrium: pd.DataFrame, samples: np.ndarray) -> np.ndarray:
    """Number of the owner of each sample, (samples,): its chain, or where there are fewer than `ENOUGH_CHAINS` a
    stretch of `INDEPENDENT` relaxation times of a chain.

    Samples of molecular dynamics that walks down no ladder are chains by themselves. Without a measured relaxation time
    every sample is an owner of its own.
    """
    if liquids.empty or equilibrium.empty or not np.isfinite(equilibrium["relaxation_sweeps"].iloc[0]):
        return samples
    chain = liquids.sort_values("sample").set_index("sample")
    if chain["chain"].reindex(samples).nunique() >= ENOUGH_CHAINS:
        return chain["chain"].reindex(samples).to_numpy()
    place, measured = chain.groupby("chain").cumcount(), equilibrium.iloc[0]
    # chains of molecular dynamics have no sweeps between their samples; what is between them is told by the evidence
    between = (chain["sweeps_between"] / measured["relaxation_sweeps"]).fillna(measured.get("between_ratio", 0.0))
    age = place * between.fillna(0.0) / INDEPENDENT
    number = chain["chain"] * (len(chain) + 1) + np.floor(age + 1e-9)
    return number.reindex(samples).to_numpy()


def modes_of(frame: pd.DataFrame, samples: np.ndarray, n: int, dimension: int) -> tuple[Modes, np.ndarray]:
    """The ensemble's modes and which `samples` have a complete list of them, (samples,) of bool.

    A sample with a mode that did not converge is left out whole: a gap in its list would bias the counts. Translations
    are dropped. The modes' owners number the samples that are kept.
    """
    kept = np.zeros(len(samples), dtype=bool)
    if frame.empty:
        return Modes(np.empty(0), np.empty(0, dtype=int), 0, n, dimension), kept
    failed = set(frame.loc[frame["status"] != "ok", "sample"]) if "status" in frame else set()
    kept = np.isin(samples, frame["sample"].unique()) & ~np.isin(samples, list(failed))
    number = pd.Series(np.arange(kept.sum()), index=samples[kept])
    rows = frame[frame["sample"].isin(number.index) & (frame["frequency"] > ZERO_FREQUENCY)]
    owner = number.reindex(rows["sample"]).to_numpy()
    return Modes(rows["frequency"].to_numpy(dtype=float), owner.astype(int), int(kept.sum()), n, dimension), kept
