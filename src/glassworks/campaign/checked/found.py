"""Which products verification reads: all below `results` that a run makes, and the archive."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from glassworks.campaign.declared.campaign import Campaign
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.ensembles import ENSEMBLES, LIQUIDS, Ensemble, Liquid
from glassworks.campaign.planned.finding import find
from glassworks.campaign.products.places import ARCHIVE, CALIBRATED, OF_TABLES, PAGES, UNREPRODUCED, below_a_scale, walk

KINDS = (".h5", ".parquet", ".pdf", ".png", ".csv", ".html")


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


def made_of(campaign: Campaign, identity: str) -> Liquid | Ensemble | None:
    """The liquid or ensemble of a folder; None where the campaign as it is configured now has none."""
    try:
        return find(campaign, identity)
    except ConfigurationError:
        return None
