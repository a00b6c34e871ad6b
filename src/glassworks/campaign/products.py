"""Where the products are that verification reads: all below `results` that a run makes, and the archive."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from glassworks.campaign.config import CALIBRATION, Campaign
from glassworks.campaign.declared import TABLE
from glassworks.campaign.ensembles import ENSEMBLES, LIQUIDS, Ensemble, Liquid
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.finding import find

ARCHIVE = Path("results/archive")
KINDS = (".h5", ".parquet", ".pdf", ".png", ".csv", ".html")
CALIBRATED = "calibration.parquet"
"""What `glassworks calibrate` writes beside the claims of a scale."""
UNREPRODUCED = "unreproduced.html"
"""What was not reproduced, and why, beside the index."""
PAGES, OF_TABLES = "report", "_tables"
"""The folder of the papers' pages, and what the name of that of tables ends in; no paper's name has an underscore."""


def products(papers: Iterable[str], campaign: Campaign) -> list[str]:
    """The paths of all products of some papers, at every scale; of all papers, also what belongs to no paper alone.

    Linked folders and files count. A folder that cannot be read, or a link that leads nowhere, stands for what is
    behind it.
    """
    chosen = replace(campaign, papers={name: campaign.papers[name] for name in papers})
    every = len(chosen.papers) == len(campaign.papers)
    asked = functools.cache(lambda identity: every or made_of(chosen, identity) is not None)
    return [
        str(path) for path in _files(Path("results")) if _belongs(path.parts[1:], path.suffix, chosen, every, asked)
    ]


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder that may be products."""
    for each, names in walk(folder):
        if names is None:
            yield each
            continue
        paths = (each / name for name in names)
        yield from (path for path in paths if path.suffix in KINDS or not os.path.exists(path))


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


def _belongs(parts: tuple[str, ...], suffix: str, chosen: Campaign, every: bool, asked: Callable[[str], bool]) -> bool:
    """Whether what stands at `results/<parts>` is a product that is asked for; folders have no suffix."""
    home, *rest = below_a_scale(parts) or ("",)
    if home in (Path(LIQUIDS).name, Path(ENSEMBLES).name):
        return suffix in ("", ".h5", ".parquet") and (not rest or asked(rest[0]))
    if home == ARCHIVE.name:
        return suffix in ("", ".parquet") and (not rest or rest[0] in chosen.papers)
    if rest and rest[0] in ("tables", "figures"):
        return suffix in ("", ".parquet", ".pdf", ".png", ".csv") and (len(rest) == 1 or rest[1] in chosen.papers)
    if rest and rest[0] == PAGES:
        papers = [Path(name).stem.removesuffix(OF_TABLES) for name in rest[1:]]
        return suffix in ("", ".html") and all(paper in chosen.papers for paper in papers)
    return every and (not parts or rest in (["claims.parquet"], ["report.html"], [UNREPRODUCED], [CALIBRATED]))


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


def made_of(campaign: Campaign, identity: str) -> Liquid | Ensemble | None:
    """The liquid or ensemble of a folder; None where the campaign as it is configured now has none."""
    try:
        return find(campaign, identity)
    except ConfigurationError:
        return None
