"""From the name of a liquid or ensemble to what it is.

Each folder of a liquid or ensemble holds `specification.json`: what it was made from, and which group of which paper
declares it. Where that file is not there, or the configuration has moved on, everything that any scale lists is looked
through. Nothing is found out from how a name is spelled; the hash at its end proves that what was found is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from glassworks.campaign.declared.campaign import Campaign
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.declared.papers import every_line, scale_files
from glassworks.campaign.planned.ensembles import ENSEMBLES, LIQUIDS, Ensemble, Liquid, make_ensemble
from glassworks.campaign.products.files import atomic
from glassworks.protocols import Point, changed_files

FILE = "specification.json"
HASH = 8
"""Digits behind the last underscore of a name."""


class Declared(NamedTuple):
    """Where something is declared, and of which size and point it is."""

    paper: str
    group: str
    n: int
    point: Point


def keep(folder: Path, ensembles: Iterable[Ensemble]) -> None:
    """Writes `specification.json` into the folder of each ensemble and of each liquid that leads to it, where it is not
    there yet."""
    seen = set()
    for ensemble in ensembles:
        for liquid, _ in ensemble.liquid.ladder(0):
            if liquid.id not in seen:
                seen.add(liquid.id)
                _keep(folder / LIQUIDS / liquid.id, _declared(ensemble, liquid), liquid.specification)
        if ensemble.minimizer or ensemble.observables:
            _keep(folder / ENSEMBLES / ensemble.id, _declared(ensemble, ensemble.liquid), _made_from(ensemble))


def _declared(ensemble: Ensemble, liquid: Liquid) -> Declared:
    return Declared(ensemble.paper, ensemble.group, liquid.n, liquid.rung.point)


def _made_from(ensemble: Ensemble) -> dict:
    """What the glasses of an ensemble are made from, in full."""
    return {**ensemble.liquid.specification, "minimizer": ensemble.minimizer}


def _keep(folder: Path, declared: Declared, specification: dict) -> None:
    path = folder / FILE
    if path.is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with atomic(path) as temporary:
        told = {"declared": declared._asdict(), "specification": specification}
        temporary.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def find(campaign: Campaign, identity: str) -> Liquid | Ensemble:
    """The liquid or ensemble of a name, at whatever scale.

    Raises:
        ConfigurationError: no group of any paper makes it.
    """
    for ensemble in _ensembles(campaign, identity):
        for made in (ensemble, *(liquid for liquid, _ in ensemble.liquid.ladder(0))):
            if made.id == identity:
                return made
    raise ConfigurationError(
        [
            f"{identity}: no group of the campaign's papers makes this; "
            "the configuration may have changed since it was named",
            *_changed_table(campaign, identity),
            *_changed_files(campaign, identity),
            *campaign.passed_over,
        ]
    )


def _specified(campaign: Campaign, identity: str) -> Iterator[dict]:
    """What a liquid or ensemble was begun from, where its folder tells."""
    for home in (LIQUIDS, ENSEMBLES):
        with suppress(OSError, ValueError, LookupError, TypeError):
            yield json.loads((campaign.root / home / identity / FILE).read_text(encoding="utf-8"))["specification"]


def _changed_table(campaign: Campaign, identity: str) -> Iterator[str]:
    """The sentence that names the table of a pair energy which is not the one that something was planned with."""
    for told in _specified(campaign, identity):
        with suppress(LookupError):
            planned, potential = told["model"]["potential"], campaign.models[told["model"]["name"]].potential
            if planned["sha256"] != getattr(potential, "sha256", planned["sha256"]):
                yield (
                    f"config/models/{potential.file or told['model']['name'] + '.yaml'}: its table has changed since "
                    f"{identity} was begun; allowed: the rows of SHA-256 {planned['sha256'][:12]}…, or a new start"
                )


def _changed_files(campaign: Campaign, identity: str) -> Iterator[str]:
    """The sentences that name files of samples which are not those that something was planned with."""
    for told in _specified(campaign, identity):
        for name in changed_files(told["protocol"].get("files", {})):
            yield f"{name}: has changed since {identity} was begun; allowed: the file as it was, or a new start"


def parameters_of(campaign: Campaign, identity: str, measured: str) -> tuple[Ensemble, str]:
    """The ensemble and observable behind the file name `<observable>-<hash>` of an ensemble; raises ConfigurationError
    where no group measures it."""
    for ensemble in _ensembles(campaign, identity):
        every = ensemble.observables if ensemble.id == identity else ()
        for observable in (each for name in every for each in (name, *ensemble.portions(name))):
            if ensemble.measured(observable) == measured:
                return ensemble, observable
    raise ConfigurationError(f"{identity}: {measured}: no group of the campaign's papers measures this")


def watched_of(campaign: Campaign, identity: str, measured: str) -> tuple[Liquid, str]:
    """The liquid and watcher behind the file name `<watcher>-<hash>` of a liquid; raises ConfigurationError where no
    group watches it so."""
    for ensemble in _ensembles(campaign, identity):
        liquid = ensemble.liquid
        for watcher in liquid.watch if liquid.id == identity else ():
            if liquid.measured(watcher) == measured:
                return liquid, watcher
    raise ConfigurationError(f"{identity}: {measured}: no group of the campaign's papers watches this")


def _ensembles(campaign: Campaign, identity: str) -> Iterator[Ensemble]:
    """The ensembles that may have a name, or lead to a liquid of that name: first the one that its folder tells of."""
    for home in (LIQUIDS, ENSEMBLES):
        with suppress(OSError, ValueError, LookupError, TypeError):
            told = json.loads((campaign.root / home / identity / FILE).read_text(encoding="utf-8"))["declared"]
            point = tuple(told["point"]) if isinstance(told["point"], list) else told["point"]
            if found := _made(campaign, Declared(told["paper"], told["group"], told["n"], point)):
                yield found
    for declared in _names(campaign).get(identity[: -HASH - 1], ()):
        if found := _made(campaign, declared):
            yield found


def _made(campaign: Campaign, declared: Declared) -> Ensemble | None:
    """The ensemble of a declaration, of one block; None where the configuration has none now."""
    paper = campaign.papers[declared.paper] if declared.paper in campaign.papers else None
    group = paper.groups.get(declared.group) if paper else None
    block = group.block(declared.n, declared.point) if group else None
    return make_ensemble(campaign, paper, declared.group, declared.n, declared.point, block) if block else None


@lru_cache(maxsize=2)
def _names(campaign: Campaign) -> dict[str, list[Declared]]:
    """What is called how, but for the hash, of everything that any scale lists."""
    found: dict[str, dict[Declared, None]] = {}
    scales = scale_files(campaign.root)
    for paper in campaign.papers.values():
        for name, grid in every_line(paper, scales):
            group = paper.groups.get(name)
            points = grid.points(group.protocol) if group and grid.n in group.block_samples else ()
            for point in points:
                with suppress(ValueError, LookupError, OSError):  # what does not fit is said where it is used
                    for rung in group.protocol.path(grid.n, point):
                        stem = f"{group.model}_N{grid.n}_{rung.name}"
                        for key in (stem, f"{stem}_{group.minimizer or 'liquid'}"):
                            found.setdefault(key, {}).setdefault(Declared(paper.name, name, grid.n, rung.point))
    return {key: list(each) for key, each in found.items()}
