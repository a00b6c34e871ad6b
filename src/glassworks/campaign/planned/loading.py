"""Reads the campaign that `config/` declares.

Everything is checked here, before any job starts; what does not fit is a `ConfigurationError` that names file, key,
value and what is allowed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from glassworks.campaign.declared.campaign import COMMAND, FOLDERS, MAIN, Campaign, find_root, scale_names
from glassworks.campaign.declared.errors import ConfigurationError, short, suggestion
from glassworks.campaign.declared.papers import Paper, Papers, read_paper, unlisted
from glassworks.campaign.declared.reading import parse, read_yaml, unread
from glassworks.campaign.declared.sections import MainFile, ScaleFile
from glassworks.campaign.planned.ensembles import paper_ensembles
from glassworks.models.declarations import declared_names


class Cut(NamedTuple):
    """Into how many samples a block a liquid is cut, and where that is declared."""

    liquid: str
    where: str
    samples: int


def load_campaign(
    overrides: Mapping[str, Any] | None = None, root: Path | None = None, every: bool = False
) -> Campaign:
    """Reads and checks the whole configuration.

    `overrides` replace keys of `config/config.yaml` (as `snakemake --config` does; one that is None is empty and
    refused, see `stated`). `every` is for a job, which need not be told which papers and scale the workflow runs for:
    it knows the papers that have a file, listed or not, reads each when it asks for it, and passes over those that
    cannot be read.
    Raises ConfigurationError with every problem of the first file that has one.
    """
    root = root or find_root()
    given = dict(overrides or {})
    main = _main_file(root, given)
    known = declared_names(root / "config/papers")
    if every:
        return _of_job(root, main, known, given)
    scale = _scale_file(root, main.scale, _origin(given, "scale"))
    scale_path = f"config/scales/{main.scale}.yaml"
    problems = [unread(root, _origin(given, "papers"), "papers", name, "paper", known) for name in main.papers]
    problems += [unread(root, scale_path, "papers", name, "paper", known) for name in scale.papers]
    if any(problems):
        raise ConfigurationError(filter(None, problems))
    campaign = _empty_campaign(root, main, scale)
    scales = scale_names(root)
    for name in _chosen(root, main, given):
        campaign.papers[name] = read_paper(root, name, scale, campaign.models, scales)
    lacking = [paper for paper in campaign.papers.values() if not paper.listed]
    if lacking and main.tables == "computed":
        raise ConfigurationError(unlisted(root, paper, main.scale, scales) for paper in lacking)
    if main.tables == "archive":
        return campaign
    if problems := [each for paper in campaign.papers.values() for each in _lost(campaign, paper)]:
        raise ConfigurationError(problems)
    cuts = {paper.name: _cuts(campaign, paper) for paper in campaign.papers.values()}
    _agree(cuts.values())
    if "papers" in given:
        _refuse_rivals(campaign, scale, known, cuts)
    return campaign


def _lost(campaign: Campaign, paper: Paper) -> Iterable[str]:
    """Groups whose samples are taken from files that are not there."""
    for name, lines in paper.grids.items():
        group = paper.groups[name]
        try:
            for grid in lines:
                for point in grid.points(group.protocol):
                    group.protocol.path(grid.n, point)
        except FileNotFoundError as problem:
            yield f"{paper.file}: groups.{name}.protocol.{problem}"


def _chosen(root: Path, main: MainFile, given: Mapping[str, Any]) -> list[str]:
    """The papers of the main file; where they are redrawn and nobody named them, without those that have no archive."""
    if main.tables == "computed" or "papers" in given:
        return main.papers
    there = [name for name in main.papers if any((root / "results/archive" / name).glob("*.parquet"))]
    for name in main.papers if there else ():
        if name not in there:
            print(f"{name}: has no archived tables in results/archive and is passed over", file=sys.stderr)
    return there or main.papers


def _empty_campaign(root: Path, main: MainFile, scale: ScaleFile) -> Campaign:
    """What the main file and the scale's say, without papers and models."""
    promised = scale.verdicts or main.tables == "archive"
    return Campaign(root, main.seed, main.scale, main.tables, {}, {}, verdicts=promised)


def _of_job(root: Path, main: MainFile, known: list[str], given: dict[str, Any]) -> Campaign:
    """What a job knows: each paper that it asks for and that can be read, those of `config/config.yaml` first."""
    passed_over: list[str] = []
    try:
        scale = _scale_file(root, main.scale, _origin(given, "scale"))
    except ConfigurationError as error:
        if "scale" in given:
            raise
        passed_over += error.problems
        scale = ScaleFile(scale=main.scale, purpose="")
    campaign, scales = _empty_campaign(root, main, scale), scale_names(root)
    names = dict.fromkeys([*main.papers, *known])
    papers = Papers(root, names, lambda name: read_paper(root, name, scale, campaign.models, scales), passed_over)
    return replace(campaign, papers=papers, passed_over=passed_over)


def _refuse_rivals(campaign: Campaign, scale: ScaleFile, known: list[str], cuts: dict[str, list[Cut]]) -> None:
    """Raises ConfigurationError where jobs, which know all papers, would find another paper's blocks of a liquid.

    Liquids of other models than these papers' own are nobody's rivals.
    """
    own, everyone = set(campaign.models), replace(campaign, models=dict(campaign.models))
    listed, scales = _main_file(campaign.root, {}).papers, scale_names(campaign.root)
    found: list[list[Cut]] = []
    for name in dict.fromkeys([*listed, *known]):
        if name in cuts:
            found.append(cuts[name])
            _agree(found)
            continue
        with suppress(ConfigurationError, FileNotFoundError):
            paper = read_paper(campaign.root, name, scale, everyone.models, scales)
            alike = {key: lines for key, lines in paper.grids.items() if paper.groups[key].model in own}
            other = _cuts(everyone, replace(paper, grids=alike))
            _agree([*found, other])
            found.append(other)


def _origin(given: Mapping[str, Any], key: str) -> str:
    """Where a key of the main file comes from."""
    return COMMAND if key in given else MAIN


def _main_file(root: Path, given: dict[str, Any]) -> MainFile:
    content = read_yaml(root / MAIN, MAIN)
    parse(MainFile, content, MAIN)
    allowed = sorted(MainFile.model_fields)
    problems = [
        f"{COMMAND}: {short(key)}: unknown key{suggestion(key, allowed)}; allowed: {', '.join(allowed)}"
        for key in given
        if key not in allowed
    ]
    if isinstance(given.get("papers"), str):
        given = {**given, "papers": [name.strip() for name in given["papers"].split(",")]}
    problems += [_empty(root, key) for key, value in given.items() if value in (None, "", [], [""])]
    if problems:
        raise ConfigurationError(problems)
    return parse(MainFile, {**content, **given}, COMMAND)


def _empty(root: Path, key: str) -> str:
    """The sentence that refuses `--config key=`."""
    allowed = {
        "seed": ["a whole number, 0 or more"],
        "scale": scale_names(root),
        "tables": ["computed", "archive"],
        "papers": declared_names(root / "config/papers"),
    }
    return f"{COMMAND}: {short(key)}: is empty" + (f"; allowed: {', '.join(allowed[key])}" if key in allowed else "")


def _scale_file(root: Path, name: str, origin: str) -> ScaleFile:
    if problem := unread(root, origin, "scale", name, "scale", scale_names(root)):
        raise ConfigurationError(problem)
    file = f"config/scales/{name}.yaml"
    scale = parse(ScaleFile, read_yaml(root / file, file), file)
    if scale.scale != name:
        raise ConfigurationError(f"{file}: scale: {short(scale.scale)}: must be the file's own name, {name}")
    if name in FOLDERS:
        raise ConfigurationError(f"{file}: scale: {name}: is another folder of results; choose another name")
    return scale


def _cuts(campaign: Campaign, paper: Paper) -> list[Cut]:
    """How a paper cuts its liquids into blocks."""
    return [
        Cut(liquid.id, f"{paper.file}: groups.{ensemble.group}.block_samples.{ensemble.n}", liquid.block_samples)
        for ensemble in paper_ensembles(campaign, paper)
        for liquid, _ in ensemble.liquid.ladder(0)
    ]


def _agree(cuts: Iterable[Iterable[Cut]]) -> None:
    """Raises ConfigurationError where two groups cut the same liquid otherwise: they share its files."""
    first: dict[str, Cut] = {}
    for each in chain.from_iterable(cuts):
        other = first.setdefault(each.liquid, each)
        if other.samples != each.samples:
            raise ConfigurationError(
                f"{each.where}: {each.samples}: {other.where} cuts the same liquid into blocks of {other.samples}; "
                f"allowed: {other.samples}"
            )
