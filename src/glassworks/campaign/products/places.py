"""Where products are below `results`, and how a folder of them is walked through."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from glassworks.campaign.declared.campaign import CALIBRATION
from glassworks.campaign.declared.sections import TABLE

ARCHIVE = Path("results/archive")
CALIBRATED = "calibration.parquet"
"""What `glassworks calibrate` writes beside the claims of a scale."""
UNREPRODUCED = "unreproduced.html"
"""What was not reproduced, and why, beside the index."""
PAGES, OF_TABLES = "report", "_tables"
"""The folder of the papers' pages, and what the name of that of tables ends in; no paper's name has an underscore."""


def walk(folder: Path, hidden: bool = False, above: tuple[str, ...] = ()) -> Iterator[tuple[Path, list[str] | None]]:
    """A folder and all below it, linked ones too, each with the names of what is in it and no folder, in order; None
    where it cannot be read.

    Args:
        hidden: also what begins with a dot.
        above: the true paths of the folders that led here; a link back to one of them is not followed.
    """
    here = os.path.realpath(folder)
    if here in above:
        return
    try:
        entries = sorted(entry.name for entry in os.scandir(folder) if hidden or not entry.name.startswith("."))
    except OSError:
        yield folder, None
        return
    inner = {name: os.path.isdir(folder / name) for name in entries}
    yield folder, [name for name in entries if not inner[name]]
    for name in filter(inner.get, entries):
        yield from walk(folder / name, hidden, (*above, here))


def drawn(out: str, paper: str, name: str) -> list[str]:
    """The files of a figure (`4`, `S7`) or table (`table1`) of a paper below the folder of a scale."""
    if name.startswith(TABLE):
        return [f"{out}/tables/{paper}/{name}.{suffix}" for suffix in ("csv", "png")]
    return [f"{out}/figures/{paper}/fig{name}.{suffix}" for suffix in ("pdf", "png")]


def pages(out: str, paper: str) -> list[str]:
    """The pages of a paper below the folder of a scale: its own, and that of its tables."""
    return [f"{out}/{PAGES}/{paper}{end}.html" for end in ("", OF_TABLES)]


def below_a_scale(parts: tuple[str, ...]) -> tuple[str, ...]:
    """What stands at `results/<parts>`, where another seed's tables count as those of a scale of the folder's name."""
    return parts[1:] if parts[:1] == (CALIBRATION,) else parts
