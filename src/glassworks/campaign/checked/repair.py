"""What becomes of what verification found: how it is told, what is set aside, and what is put on the lists of bytes."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from glassworks.campaign.checked.verify import DAMAGED, STALE, UNREAD, Finding, unlisted
from glassworks.campaign.declared.campaign import CALIBRATION
from glassworks.campaign.products.contents import ARCHIVE_MENDED
from glassworks.campaign.products.places import walk
from glassworks.campaign.products.sums import LIST, LOCK, enlist
from glassworks.campaign.running.adoption import QUARANTINE, set_aside

MOST = 8
"""Folders that are named one by one."""
ABANDONED = re.compile(rf"[.].*[.]tmp|.*[.]parquet[.]tmp|{re.escape(LOCK)}")
"""How files are called that a killed job has left in the middle of a write."""


def line(each: Finding) -> str:
    """What is wrong with a product, and what a person can do about it where no run can."""
    stale = "stale: " if each.condition == STALE else ""
    here = "; its bytes are not those that were written here" if each.foreign else ""
    restored = f"; {ARCHIVE_MENDED}" if each.archived else ""
    return f"{each.path}: {stale}{each.said}{here}{restored}"


def bad(found: list[Finding]) -> list[Finding]:
    """What no run makes again by itself: what is damaged or unread, and what is stale and came from elsewhere."""
    return [each for each in found if each.condition in (DAMAGED, UNREAD) or each.foreign]


def set_aside_bad(found: list[Finding]) -> list[Finding]:
    """Moves it to the quarantine, but for the archive and for what cannot be looked at; returns what was moved."""
    aside = [each for each in bad(found) if each.condition != UNREAD and not each.archived]
    for each in aside:
        set_aside(each.path)
    return aside


def settle_lists(found: list[Finding], repair: bool) -> Iterator[tuple[str, bool]]:
    """What is wrong with the lists of bytes, in sentences, each with whether a list is damaged; where they are to be
    repaired, whole products are put on them.

    A run of before there were lists has none, so more than a few lost ones are told as one.
    """
    wrong, missing = unlisted(found)
    if repair:
        for folder in {*missing, *(folder for folder, said in wrong.items() if said)}:
            enlist(folder, missing.get(folder, {}))
    then = "; they are on it now" if repair else "; with --repair they are put on it"
    lost = [folder for folder, said in wrong.items() if not said]
    for folder, said in wrong.items():
        if said:
            yield f"{folder / LIST}: {said}; its products were read by their content{then}", True
    for folder in lost[:MOST]:
        yield f"{folder / LIST}: is not there; its products were read by their content{then}", False
    if len(lost) > MOST:
        yield f"{LIST}: is not there in {len(lost) - MOST} more folders{then}", False
    for folder in missing.keys() - wrong.keys():
        for name in missing[folder]:
            yield f"{folder / name}: is not on {LIST} and was read by its content{then}", False


def summary(found: list[Finding], aside: list[Finding], repair: bool) -> str:
    """The last line: how much was read, what is wrong with it, and what happens next."""
    counts = Counter(each.condition for each in found)
    said = [f"{len(found)} files read, {counts[DAMAGED]} damaged, {counts[STALE]} stale"]
    if counts[UNREAD]:
        said[0] += f", {counts[UNREAD]} unread"
    movable = [each for each in bad(found) if each.condition != UNREAD and not each.archived]
    if aside:
        said.append(f"{len(aside)} set aside to {QUARANTINE}, and the next run makes them again")
    elif movable and not repair:
        said.append(f"with --repair {len(movable)} are set aside to {QUARANTINE}, and the next run makes them again")
    if counts[STALE] > sum(each.foreign for each in found):
        said.append("the next run makes anew what is stale and planned")
    return "; ".join(said)


def clear_abandoned() -> None:
    """Removes what jobs that were killed have left in the middle of a write; nothing may run but other seeds, which are
    campaigns by themselves."""
    for folder, names in walk(Path("results"), hidden=True):
        if _of_another_seed(folder):
            continue
        for name in filter(ABANDONED.fullmatch, names or ()):
            (folder / name).unlink(missing_ok=True)
        if folder.name.startswith(".draw-"):
            shutil.rmtree(folder, ignore_errors=True)


def _of_another_seed(folder: Path) -> bool:
    """Whether a folder is the one in which another seed is run, or in it."""
    return folder.parts[1:2] == (CALIBRATION,) and folder.parts[3:4] == ("run",)
