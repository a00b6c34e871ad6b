"""Joins the blocks of a paper into one raw table, and copies such tables to the archive and back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassworks.campaign.declared.campaign import Campaign, Paper
from glassworks.campaign.declared.errors import ConfigurationError, unknown
from glassworks.campaign.jobs.common import Job, exists
from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.campaign.planned.parts import ensemble_parts, raw_tables
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products.columns import KEYS
from glassworks.campaign.products.contents import sound_table
from glassworks.campaign.products.places import ARCHIVE
from glassworks.campaign.products.sums import product
from glassworks.campaign.products.tables import gather, read_provenance, read_table, write_table

if TYPE_CHECKING:
    import pandas as pd


def joins(campaign: Campaign, paper: Paper, table: str) -> dict:
    """Exactly which parts a gathered table joins."""
    return {"table": table, "parts": [path for _, path in parts(campaign, paper, table)]}


def parts(campaign: Campaign, paper: Paper, table: str) -> Iterator[tuple[Ensemble, str]]:
    """The files of a table, each with the ensemble that it belongs to, in order."""
    for ensemble in paper_ensembles(campaign, paper):
        for path in ensemble_parts(ensemble, table):
            yield ensemble, path


def gather_table(job: Job, paper: Paper, table: str) -> None:
    """Writes `results/<scale>/tables/<paper>/<table>.parquet` from blocks; raises ConfigurationError for a table that
    the paper does not have at this scale, or where a block's is damaged.
    """
    campaign = job.campaign
    if table not in (known := raw_tables(campaign, paper)):
        raise ConfigurationError(unknown("command line", "table", table, f"raw table of {paper.name}", known))
    listed = [(ensemble.keys(), exists(path)) for ensemble, path in parts(campaign, paper, table)]
    whole, sources = gather(listed)
    specification = joins(campaign, paper, table)
    record = job.provenance(digest(specification), scale=campaign.scale, paper=paper.name, sources=_summary(sources))
    write_table(f"{campaign.products}/tables/{paper.name}/{table}.parquet", _tidy(whole), record)


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    lead = [*KEYS, *(["sample"] if "sample" in table else [])]
    return table[[*lead, *(name for name in table if name not in lead)]]


def _summary(sources: list[dict]) -> dict:
    """What the parts' provenance says, once: their number, total wall time, stage digests, versions, commits, dates,
    machines.
    """

    def distinct(key: str) -> list:
        found = {}
        for source in sources:
            found.setdefault(digest(source.get(key)), source.get(key))
        return list(found.values())

    dates = sorted(source.get("date", "") for source in sources)
    return {
        "parts": len(sources),
        "wall_time": round(sum(source.get("wall_time", 0.0) for source in sources), 1),
        "peak_memory": max((source.get("peak_memory", 0) for source in sources), default=0),
        "stage_digests": distinct("stage_digest"),
        "packages": distinct("packages"),
        "git_commits": distinct("git_commit"),
        "machines": distinct("machine"),
        "first": dates[0] if dates else "",
        "last": dates[-1] if dates else "",
    }


def _of_one_commit(sources: Iterable[Path]) -> None:
    """Refuses tables that nobody could make again with one command."""
    first: dict[str, Path] = {}
    for source in sources:
        for commit in read_provenance(source).get("sources", {}).get("git_commits", []):
            first.setdefault(commit or "", source)
    changed = next((commit for commit in first if commit.endswith("+")), None)
    if changed is not None:
        said = f"parts were made by a tree that differs from its commit, {changed[:12]}; make them again"
        raise ConfigurationError([f"{first[changed]}: {said}"])
    if len(first) > 1:
        named = ", ".join(commit[:12] or "none" for commit in first)
        raise ConfigurationError(
            [f"{list(first.values())[1]}: an archive is of one commit, but these tables are of {len(first)}: {named}"]
        )


SIGNIFICANT, FEW = 14, 4
"""Bits of a number in the archive: a relative error of 6e-5 at most, and of 6e-2 where only its size matters."""
ERRORS = ("residual", "backward_error", "missed", "gradient")


def rounded(values: np.ndarray, bits: int) -> np.ndarray:
    """Numbers of single precision with so many significant bits; NaN and infinite ones as they are."""
    mantissa, exponent = np.frexp(values.astype(float))
    return np.ldexp(np.rint(mantissa * 2.0**bits) / 2.0**bits, exponent).astype(np.float32)


def rounded_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A raw table as it is archived: its numbers rounded, but for those that say which ensemble a row is of."""
    real = frame.select_dtypes("float64").columns.difference(KEYS)
    kept = {name: rounded(frame[name].to_numpy(), FEW if name in ERRORS else SIGNIFICANT) for name in real}
    return frame.assign(**kept)


def archive(campaign: Campaign, paper: Paper) -> list[Path]:
    """Writes the gathered raw tables of this scale to `results/archive/<paper>/`, numbers rounded to keep them
    small: to `SIGNIFICANT` bits, far below what any of them is known to.

    Raises:
        FileNotFoundError: a table is missing.
        ConfigurationError: the tables' parts were made by several commits, or by a tree that differs from its commit.
    """
    sources = {
        table: exists(f"{campaign.products}/tables/{paper.name}/{table}.parquet")
        for table in raw_tables(campaign, paper)
    }
    _of_one_commit(sources.values())
    made = []
    for table, source in sources.items():
        target = ARCHIVE / paper.name / f"{table}.parquet"
        write_table(target, rounded_frame(read_table(source)), read_provenance(source), small=True)
        made.append(target)
    return made


def restore(source: str | Path, target: str | Path) -> None:
    """Copies a table of the archive to where that of a run would be, byte for byte.

    Raises:
        FileNotFoundError: it is missing.
        ConfigurationError: it is damaged.
    """
    sound_table(source := exists(source))
    with product(target) as path:
        shutil.copyfile(source, path)
