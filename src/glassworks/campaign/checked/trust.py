"""Whether the bytes of a product are those that were written, and what its path tells."""

from __future__ import annotations

import os
from pathlib import Path

from glassworks.campaign.declared.campaign import FROM_ARCHIVE
from glassworks.campaign.declared.papers import room_of
from glassworks.campaign.planned.ensembles import ENSEMBLES, LIQUIDS
from glassworks.campaign.products.contents import read_hash
from glassworks.campaign.products.places import ARCHIVE, below_a_scale
from glassworks.campaign.products.sums import LIST, DamagedList, read_list, sum_of
from glassworks.studies import derived_tables

CHANGED = "does not hold what was written: its content hash differs"
OTHER = f"is not the file that was written: its bytes are not those on {LIST}"


class Fault(Exception):
    """What is wrong with a product."""


class Stale(Fault):
    """What tells that a whole product was not made from what is planned now."""


def observable_of(path: Path) -> str | None:
    """The observable or watcher whose product of a block this is, by its name; None of any other."""
    of_block = path.parts[1] in (Path(ENSEMBLES).name, Path(LIQUIDS).name)
    return path.stem.rpartition("-")[0] if of_block and "-" in path.stem else None


def among_tables(path: Path) -> bool:
    """Whether a product is one of the tables of a paper, of a scale or another seed."""
    return below_a_scale(path.parts[1:])[1] == "tables"


def is_derived(path: Path) -> bool:
    """Whether a product is a derived table of its paper."""
    return among_tables(path) and path.stem in derived_tables(room_of(Path.cwd(), path.parent.name))


def bytes_of(path: Path) -> tuple[str, bool | None]:
    """SHA-256 of a product's bytes, and whether they are those on its folder's list."""
    one = sum_of(path)
    return one, is_listed(path, one)


def is_listed(path: Path, one: str) -> bool | None:
    """Whether bytes with this SHA-256 are those on the list of a product's folder; None where it does not know it.

    A table that was restored is on the list of the archive.
    """
    source = source_of(path)
    try:
        known = read_list(source.parent).get(source.name)
    except (DamagedList, OSError):
        return None
    return one in known if known else None


def source_of(path: Path) -> Path:
    """The archive's table that a product was copied from; of all others the product itself."""
    archived = ARCHIVE / path.parent.name / path.name
    return archived if path.parts[1] == FROM_ARCHIVE and os.path.isfile(archived) else path


def check_archived(path: Path) -> None:
    """Whether a table is the archive's, which may have been replaced since it was restored."""
    source = source_of(path)
    if source != path and read_hash(source)[1] != read_hash(path)[1]:
        raise Stale(f"is not the table that is now in {ARCHIVE}")


def trusted(table: Path) -> bool:
    """Whether a table is as it was written, so that what contradicts it is wrong itself."""
    try:
        _, listed = bytes_of(table)
        kept, found = read_hash(table)
    except Exception:  # whatever a damaged file makes its reader raise; it is named as a product of its own
        return False
    return listed is not False and kept == found
