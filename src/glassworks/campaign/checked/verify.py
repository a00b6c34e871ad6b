"""Re-reads every product and says what is wrong with it: its bytes, hash, provenance, columns, numbers and physics.

Products are configurations and tables of blocks, tables of papers, figures, verdicts, pages, and the archive. One
that is not as it was written is damaged; one that is whole, but was made by other code or from another specification
than today's, is stale: the next run makes it anew.
"""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple

from glassworks import observables, watching
from glassworks.campaign.checked.found import made_of
from glassworks.campaign.checked.numbers import check_arrays, check_configurations, check_table
from glassworks.campaign.checked.trust import (
    CHANGED,
    OTHER,
    Fault,
    Stale,
    among_tables,
    bytes_of,
    check_archived,
    is_derived,
    observable_of,
    source_of,
)
from glassworks.campaign.declared.campaign import CALIBRATION, FROM_ARCHIVE, Campaign, stated
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.declared.papers import room_of
from glassworks.campaign.planned.dag import job_code
from glassworks.campaign.planned.ensembles import ENSEMBLES, LIQUIDS, Ensemble, Liquid
from glassworks.campaign.planned.finding import parameters_of, watched_of
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.planned.simulation import SIMULATION, stage_of
from glassworks.campaign.planned.stages import stage_digest
from glassworks.campaign.products.contents import read_hash, read_record
from glassworks.campaign.products.marks import read_mark
from glassworks.campaign.products.places import ARCHIVE, CALIBRATED, PAGES
from glassworks.campaign.products.sums import DamagedList, read_list

WHOLE, STALE, DAMAGED, UNREAD = "whole", "stale", "damaged", "unread"


class Finding(NamedTuple):
    """What was found of a product.

    Attributes:
        condition: whole, stale, damaged, or unread, where the system does not let us look.
        said: what is wrong, in a sentence; empty where nothing is.
        sum: SHA-256 of its bytes.
        listed: whether these are on the folder's list; None where the list does not know the product.
    """

    path: str
    condition: str = WHOLE
    said: str = ""
    sum: str = ""
    listed: bool | None = None

    @property
    def foreign(self) -> bool:
        """Whether it is whole, but was put here from elsewhere: the workflow trusts its own records and keeps it."""
        return self.condition == STALE and self.listed is False

    @property
    def archived(self) -> bool:
        """Whether no run makes it again."""
        return ARCHIVE in Path(self.path).parents


def findings(paths: list[str], workers: int) -> Iterator[Finding]:
    """What is found of each path, in order, as soon as it has been read."""
    done = 0
    try:
        with ProcessPoolExecutor(workers) as pool:
            for found in pool.map(finding, paths, chunksize=4):
                done += 1
                yield found
    except BrokenProcessPool:
        for path in paths[done:]:
            yield _apart(path)


def _apart(path: str) -> Finding:
    """What is found of a path, where one of many ends the process that reads it."""
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(finding, path).result()
        except BrokenProcessPool:
            return Finding(path, DAMAGED, "cannot be read: it ends the process that reads it")


def finding(path: str) -> Finding:
    """Reads one product."""
    try:
        one, listed = bytes_of(Path(path))
        if listed is False:  # a job may have replaced it between the two
            one, listed = bytes_of(Path(path))
    except OSError as error:  # a disk that has lost it is damage; rights, and disks that are not there, are none
        return Finding(path, DAMAGED if error.errno == errno.EIO else UNREAD, _unreadable(error))
    try:
        _check(Path(path))
        if listed is False:
            check_archived(Path(path))
            raise Fault(OTHER)
    except Stale as found:
        return Finding(path, STALE, str(found), one, listed)
    except Fault as found:
        return Finding(path, DAMAGED, str(found), one, listed)
    except Exception as error:  # whatever a damaged file makes its reader raise
        return Finding(path, DAMAGED, _unreadable(error), one, listed)
    return Finding(path, WHOLE, "", one, listed)


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"


def unlisted(found: Iterable[Finding]) -> tuple[dict[Path, str], dict[Path, dict[str, str]]]:
    """The folders whose list is damaged, with what is wrong with it, or lost (empty); and of each folder the whole
    products that its list does not know, with the SHA-256 of their bytes."""
    wrong, missing = {}, {}
    own = [each for each in found if each.sum and source_of(Path(each.path)) == Path(each.path)]
    for folder in dict.fromkeys(Path(each.path).parent for each in own):
        try:
            if not read_list(folder):
                wrong[folder] = ""
        except (DamagedList, OSError) as error:
            wrong[folder] = str(error)
    for path, each in ((Path(each.path), each) for each in own):
        if each.condition == WHOLE and each.listed is None:
            missing.setdefault(path.parent, {})[path.name] = each.sum
    return wrong, missing


def _check(path: Path) -> None:
    if os.path.getsize(path) == 0:
        raise Fault("is empty")
    if path.suffix in (".pdf", ".png", ".csv", ".html"):
        _page(path)
        return
    kept, found = read_hash(path)
    if kept and kept != found:
        raise Fault(CHANGED)
    record = read_record(path)
    if not record:
        raise Fault("carries no provenance")
    made = None
    if path.parts[1] in (Path(LIQUIDS).name, Path(ENSEMBLES).name):
        made = made_of(_campaign(record.get("seed")), path.parts[2])
    _provenance(path, record, made)
    if path.suffix == ".h5" and observable_of(path):
        check_arrays(path, record)
    elif path.suffix == ".h5":
        check_configurations(path, record, made)
    else:
        check_table(path, record, made)


def _page(path: Path) -> None:
    """Whether a figure, printed table or page is as it was written, and was made by today's stage."""
    said, whole = read_mark(path.read_bytes(), path.suffix)
    if not whole:
        raise Fault(CHANGED)
    if path.suffix == ".html":
        _version(said, stage_digest("page" if path.parent.name == PAGES else "report"))
    else:
        _version(said, stage_digest("draw", f"{room_of(Path.cwd(), path.parent.name)} {path.stem.removeprefix('fig')}"))


@functools.cache
def _campaign(seed: int | None) -> Campaign:
    return load_campaign(stated(seed=seed), every=True)


# ---- provenance


def _provenance(path: Path, record: dict, made: Liquid | Ensemble | None) -> None:
    """Whether a product says what made it, and was made by today's stage from today's specification.

    A raw table from the archive may be older than today's stage: making it again would only copy it again. So may one
    of another seed, whose liquids and glasses were removed.
    """
    lacking = [key for key in ("stage", "stage_digest", "specification_hash", "seed", "packages") if key not in record]
    if lacking:
        raise Fault(f"its provenance lacks {', '.join(lacking)}")
    if digest(record.get("specification")) != record["specification_hash"]:
        raise Fault("its specification is not the one that its hash was taken of")
    observable = observable_of(path)
    of_liquid = path.parts[1] == Path(LIQUIDS).name
    known = watching.every_name() if of_liquid else observables.every_name()
    if observable and observable not in known:
        raise Stale(f"is not planned any more: there is no {'watcher' if of_liquid else 'observable'} {observable}")
    stage = "watch" if of_liquid else stage_of(observable + path.stem.partition("-")[2][6:]) if observable else ""
    stage = (stage if observable else "") or _stage(path, made) or record["stage"]
    if record["stage"] != stage:
        raise Fault(f"was made by stage {record['stage']}, not {stage}")
    archived = path.parts[1] in (FROM_ARCHIVE, ARCHIVE.name, CALIBRATION) and stage == "gather"
    block = path.parts[1] in (Path(LIQUIDS).name, Path(ENSEMBLES).name)
    if not archived and (made is not None or not block):
        room = room_of(Path.cwd(), path.parent.name) if stage in ("analyse", "judge") else None
        now = stage_digest(stage, room) if made is None else job_code(stage, made, observable or "")
        _version(record, now)
    if made is not None:
        expected = _specification(path, made, stage, observable, record["seed"])
        if digest(expected) != record["specification_hash"]:
            raise Stale("was made from another specification than the one that is planned")


def _version(record: dict, now: str) -> None:
    if record["stage_digest"] != now:
        raise Stale(f"was made by an older version of its stage ({record['stage_digest']}, now {now})")


def _stage(path: Path, made: Liquid | Ensemble | None) -> str:
    """The stage that makes a product, observables apart; empty where nothing tells."""
    if path.parts[1] == Path(ENSEMBLES).name:
        return "quench"
    if path.parts[1] == Path(LIQUIDS).name:
        return "evidence" if path.stem == "equilibrium" else made.stage if made else ""
    if path.name == CALIBRATED:
        return "calibrate"
    if path.stem == "claims":
        return "judge" if among_tables(path) else "report"
    return "analyse" if is_derived(path) else "gather"


def _specification(path: Path, made: Liquid | Ensemble, stage: str, observable: str | None, seed: int) -> dict:
    """What the campaign plans for a product's path."""
    if observable:
        try:
            made, observable = (watched_of if stage == "watch" else parameters_of)(_campaign(seed), made.id, path.stem)
        except ConfigurationError as error:
            raise Stale("is not planned any more: no group measures this with these parameters") from error
    block = int(path.parts[3]) if SIMULATION[stage].of_blocks else 0
    return SIMULATION[stage].specification(made, block, observable or "", seed)
