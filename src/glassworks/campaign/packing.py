"""A campaign that moves: what is finished and what is not, small enough to take along.

A pack holds the rows of every table that is finished, rounded as in the archive, and of the configurations only those
that something unfinished starts from, bit for bit, with the checkpoints of jobs that were stopped on their way.
Unpacked in another clone of the same commit, a run goes on there as it would have here: what is finished is not made
again, and what follows has the same bits.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.checkpoints import FOLDER as CHECKPOINTS
from glassworks.campaign.jobs.checkpoints import checkpoint_name
from glassworks.campaign.jobs.gather import rounded_frame
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.campaign.products.columns import Column, columns_of
from glassworks.campaign.products.contents import read_hash, sound_table, table_record
from glassworks.campaign.products.files import atomic, synchronize_folder
from glassworks.campaign.products.sums import product
from glassworks.campaign.products.tables import read_table, table_name, write_table
from glassworks.campaign.running.adoption import incomplete, made_as_planned

INDEX, STATES = "products", "states"
"""The table that lists what is packed, and the folder of the files that are packed as they are."""
PRODUCT = "packed_part"
"""The column of a packed table that tells whose row it is: a place in the index."""


OWN = {
    PRODUCT: Column("1", "place in the index of the product that the row belongs to"),
    "path": Column("", "where the product belongs"),
    "table": Column("", "the packed table that holds its rows"),
    "kinds": Column("", "its columns and the types of their numbers, as JSON"),
    "rows": Column("1", "how many rows it has"),
    "record": Column("", "its provenance, as JSON"),
}
"""The columns of the index, and the one that packed tables have besides their own."""


@dataclass
class Found:
    """What there is to pack: finished tables by the name of the raw table, and files that unfinished jobs need."""

    tables: dict[str, list[str]]
    states: list[str]
    unfinished: int = 0


def look(plan: Plan, papers: Iterable[str]) -> Found:
    """What the jobs of some papers have made, and what those that are not finished need."""
    found, states = Found({}, []), {}
    for job in plan.jobs(papers):
        stage, made, block, observable = job
        paths = [path for path in job_products(*job) if path.endswith(".parquet")]
        if all(os.path.exists(path) and not incomplete(path) for path in paths) and made_as_planned(plan, job, paths):
            for path in paths:
                found.tables.setdefault(table_name(path), []).append(path)
            continue
        found.unfinished += 1
        needed = [path for path in SIMULATION[stage].inputs(made, block) if path.endswith(".h5")]
        needed.append(str(CHECKPOINTS / checkpoint_name(SIMULATION[stage].job(made, block, observable))))
        states |= dict.fromkeys(path for path in needed if os.path.exists(path))
    found.states = list(states)
    return found


def pack(plan: Plan, papers: Iterable[str], folder: Path) -> Found:
    """Writes a pack into a folder that is empty, holds a pack, or is not there; returns what went in.

    Raises:
        ConfigurationError: the folder holds something else, or a product is damaged.
    """
    _put_back(folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / f"{INDEX}.parquet").is_file():
        raise ConfigurationError(f"{folder}: holds something else than a pack; allowed: a new or an empty folder")
    found = look(plan, papers)
    fresh = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _fill(plan, found, fresh)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return found


def _fill(plan: Plan, found: Found, fresh: Path) -> None:
    """Writes all of a pack into a new folder; raises ConfigurationError where a product is damaged."""
    (fresh / STATES).mkdir(parents=True)
    index = []
    for table, paths in sorted(found.tables.items()):
        frames = []
        for path in paths:
            whole = sound_table(path)
            frame = whole.to_pandas()
            kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
            index.append({"path": path, "table": table, "kinds": json.dumps(kinds), "rows": len(frame),
                          "record": json.dumps(table_record(whole.schema), sort_keys=True)})  # fmt: skip
            frames.append(frame.assign(**{PRODUCT: len(index) - 1}))
        joined = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
        known = {**columns_of(table), **OWN}
        write_table(fresh / f"{table}.parquet", rounded_frame(joined), {"scale": plan.campaign.scale}, known, True)
    for path in found.states:
        with atomic(fresh / STATES / path) as temporary:
            shutil.copyfile(path, temporary)
    listed = pd.DataFrame(index, columns=[name for name in OWN if name != PRODUCT])
    write_table(fresh / f"{INDEX}.parquet", listed, {"scale": plan.campaign.scale}, OWN, True)


def _swap(fresh: Path, folder: Path) -> None:
    """Puts a whole pack in the place of the one before, which goes last, or comes back where that fails."""
    before = _before(folder)
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        os.replace(folder, before)
    try:
        os.replace(fresh, folder)
    except OSError:
        _put_back(folder)
        raise
    synchronize_folder(folder.parent)
    shutil.rmtree(before, ignore_errors=True)


def _before(folder: Path) -> Path:
    """Where a pack waits until the one after it stands in its place."""
    return folder.with_name(f".{folder.name}.before")


def _put_back(folder: Path) -> None:
    """Puts a pack that waits back to its place, where none came after it."""
    if not folder.exists() and _before(folder).is_dir():
        os.replace(_before(folder), folder)


def unpack(plan: Plan, folder: Path) -> tuple[list[str], list[str]]:
    """Puts what a pack holds where it was, unless something stands there; returns the paths that were written, and
    those that this campaign does not plan, which are passed over.

    Raises:
        FileNotFoundError: there is no pack.
        ConfigurationError: a part of it is damaged.
    """
    wanted = {path: job for job in plan.jobs() for path in job_products(*job)}
    names = (SIMULATION[stage].job(*job) for stage, *job in plan.jobs())
    checkpoints = {str(CHECKPOINTS / checkpoint_name(name)) for name in names}
    written, passed = [], []
    _put_back(folder)
    if not (folder / f"{INDEX}.parquet").is_file():
        raise FileNotFoundError(f"{folder}: holds no pack; `glassworks pack` makes one")
    states = sorted(path for path in (folder / STATES).rglob("*") if path.is_file())
    for source in states:
        path = str(source.relative_to(folder / STATES))
        if path not in wanted and path not in checkpoints:
            passed.append(path)
        elif not os.path.exists(path):
            _put_state(source, Path(path))
            written.append(path)
    for path, rows, record in packed(folder):
        if path not in wanted:
            passed.append(path)
        elif not os.path.exists(path):
            write_table(path, rows, record)
            written.append(path)
    now = time.time()
    for path in written:  # nothing seems newer than what was made of it
        os.utime(path, (now, now))
    return written, passed


def packed(folder: Path) -> Iterator[tuple[str, pd.DataFrame, dict]]:
    """Each table of a pack: its path, its rows, and what it says about how it was made."""
    index = read_table(folder / f"{INDEX}.parquet")
    for table, listed in index.groupby("table"):
        whole = read_table(folder / f"{table}.parquet")
        groups = dict(iter(whole.groupby(PRODUCT)))
        for place, entry in listed.iterrows():
            kinds = json.loads(entry["kinds"])
            rows = groups.get(place, whole.iloc[:0]).reset_index(drop=True)
            if len(rows) != entry["rows"] or not set(kinds) <= set(rows):
                raise ConfigurationError(f"{folder}: is damaged: {entry['path']} lacks rows or columns")
            record = {**json.loads(entry["record"]), "packed": True}
            yield entry["path"], rows[list(kinds)].astype(kinds), record


def _put_state(source: Path, path: Path) -> None:
    """Copies a file of a pack to its place; configurations only where they are whole."""
    if path.suffix == ".h5":
        kept, now = read_hash(source)
        if kept != now:
            raise ConfigurationError(f"{source}: is damaged: it holds something else than was written")
        with product(path) as temporary:
            shutil.copyfile(source, temporary)
        return
    with atomic(path) as temporary:
        shutil.copyfile(source, temporary)


def size(folder: Path) -> int:
    """Bytes of a pack."""
    return int(np.sum([path.stat().st_size for path in folder.rglob("*") if path.is_file()]))
