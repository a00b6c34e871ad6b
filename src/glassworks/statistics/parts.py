"""Disjoint parts of a run's raw tables: what one sample belongs to is never in two of them.

Samples of one Monte Carlo chain follow each other closely, so whole chains are dealt. All other samples have a history
of their own and are dealt one by one; trajectories that start from one state, as those of one number at several rates
do, and all temperatures of one trajectory, come into the same part because what is dealt is their number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks.statistics.tables import PLACE, good

FEWEST = 5
"""Chains or samples of an ensemble in each part, where there are more than two parts: an interval from fewer is one
that no scale would print."""

MOST = 4
"""Parts that are dealt unasked: intervals from less than a quarter of a run tell little about those of the whole."""

Raw = dict[str, pd.DataFrame]


class Dealt(NamedTuple):
    """Raw tables that were dealt.

    Attributes:
        parts: the raw tables of each part, by name.
        whole: the same of all parts together: the raw tables without what could not be dealt.
        left_out: the ensembles that could not be, as (group, ensemble), with the reason.
    """

    parts: list[Raw]
    whole: Raw
    left_out: dict[tuple[str, str], str]


def owners(raw: Raw) -> pd.DataFrame:
    """What each sound sample is dealt by, one row a (group, ensemble, sample): the `owner`, a number that its chain or
    itself has in the ensemble, and the word `kind` for what that is.

    Samples whose chain no table tells have the owner -1.
    """
    names = [*PLACE, "protocol", "sample"]
    tables = [good(frame)[names] for frame in raw.values() if len(frame) and "sample" in frame]
    if not tables:
        return pd.DataFrame(columns=[*PLACE, "sample", "owner", "kind"])
    found = pd.concat(tables).drop_duplicates([*PLACE, "sample"])
    liquids = raw["liquids"]
    if len(liquids):
        known = liquids[[*PLACE, "sample", "chain", "sweeps_between"]].drop_duplicates([*PLACE, "sample"])
        found = found.merge(known, how="left", on=[*PLACE, "sample"])
    else:
        found = found.assign(chain=np.nan, sweeps_between=np.nan)
    chained = (found["protocol"] == "swap") | found["sweeps_between"].notna()
    owner = found["sample"].where(~chained, found["chain"]).fillna(-1).astype("int64")
    return found[[*PLACE, "sample"]].assign(owner=owner, kind=np.where(chained, "chain", "sample"))


def deal(raw: Raw, parts: int) -> Dealt:
    """Deals raw tables into disjoint parts, alternately: the owner of number c goes to part c modulo `parts`.

    An ensemble that has not one owner for each of two parts, or :data:`FEWEST` for each of more, is in no part. Tables
    without samples, which tell of whole ensembles, go to every part.

    Raises:
        ValueError: fewer than two parts.
    """
    if parts < 2:
        raise ValueError(f"parts: {parts}: nothing to compare; allowed: 2 or more")
    found = owners(raw)
    found["part"] = found["owner"] % parts
    left_out = _left_out(found, parts)
    numbers = found.set_index([*PLACE, "sample"])["part"]
    where = {name: _numbers(frame, numbers) for name, frame in raw.items()}
    kept = {name: ~_among(frame, left_out) for name, frame in raw.items()}

    def part(number: int) -> Raw:
        chosen = {name: keep & np.isin(where[name], (number, EVERY)) for name, keep in kept.items()}
        return {name: frame[chosen[name]] for name, frame in raw.items()}

    return Dealt([part(number) for number in range(parts)], {name: raw[name][kept[name]] for name in raw}, left_out)


EVERY = -1
"""Number of a row that belongs to every part."""


def _numbers(frame: pd.DataFrame, numbers: pd.Series) -> np.ndarray:
    """The part of each row; rows of samples of which nothing is sound go to the first, where they count as failed."""
    if frame.empty or "sample" not in frame:
        return np.full(len(frame), EVERY)
    place = pd.MultiIndex.from_frame(frame[[*PLACE, "sample"]])
    return numbers.reindex(place).fillna(0).to_numpy(dtype=int)


def _among(frame: pd.DataFrame, places: dict[tuple[str, str], str]) -> np.ndarray:
    """Which rows belong to some ensembles."""
    if frame.empty or not places:
        return np.zeros(len(frame), dtype=bool)
    return np.asarray(pd.MultiIndex.from_frame(frame[list(PLACE)]).isin(list(places)))


def _left_out(found: pd.DataFrame, parts: int) -> dict[tuple[str, str], str]:
    """The ensembles that cannot be dealt into so many parts, with the reason."""
    least, reasons = 1 if parts == 2 else FEWEST, {}
    for place, rows in found.groupby(list(PLACE), sort=False):
        unknown = (rows["owner"] < 0).any()
        counts = rows.groupby("part")["owner"].nunique().reindex(range(parts), fill_value=0)
        if unknown:
            reasons[place] = "no table tells its chains"
        elif counts.min() < least:
            count, kind = rows["owner"].nunique(), rows["kind"].iloc[0]
            reasons[place] = f"has {count} {kind}{'' if count == 1 else 's'}"
    return reasons


def most_parts(raw: Raw) -> int:
    """The most parts in which half of the ensembles have :data:`FEWEST` owners each; from 2 to :data:`MOST`."""
    found = owners(raw)
    if found.empty:
        return 2
    return min(max(2, int(found.groupby(list(PLACE))["owner"].nunique().median()) // FEWEST), MOST)
