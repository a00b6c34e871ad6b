"""Whether claims and captions of a paper say what they can mean.

Apart from the campaign's reading, because this loads the statistics that claims rest on, and no job of the simulation
needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from pathlib import Path

from glassworks import studies
from glassworks.campaign.declared.errors import ConfigurationError, short, unknown
from glassworks.campaign.declared.papers import Paper
from glassworks.campaign.declared.reading import parse, read_yaml
from glassworks.campaign.declared.sections import Caption
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.models.declarations import is_name


def check_claims(paper: Paper) -> None:
    """Raises ConfigurationError where a claim of a paper's file says something that claims cannot mean."""
    from glassworks.claims import Claim

    measures = studies.find(paper.room).measures if paper.content.claims and paper.room in studies.names() else {}
    problems = []
    for index, claim in enumerate(paper.content.claims):
        name = claim.get("id")
        where = f"claims.{name}" if isinstance(name, str) and is_name(name) else f"claims[{index}]"
        try:
            parse(Claim, claim, f"{paper.file}: {where}")
        except ConfigurationError as error:
            problems += [problem.replace(f"{where}: ", f"{where}.", 1) for problem in error.problems]
        else:
            group = claim.get("requires", {}).get("group")
            if group is not None and group not in paper.groups:
                problems.append(unknown(paper.file, f"{where}.requires.group", group, "group", paper.groups))
            problems += _measure_problems(paper.file, where, claim, measures)
            problems += _varied_problems(paper, where, claim)
    names = [claim["id"] for claim in paper.content.claims if isinstance(claim.get("id"), str)]
    problems += [
        f"{paper.file}: claims: id: {name}: is used twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if problems:
        raise ConfigurationError(problems)


def _varied_problems(paper: Paper, where: str, claim: Mapping) -> list[str]:
    """What is varied in a table that the study does not derive, by columns that it does not have, or in no figure."""
    problems, known = [], studies.find(paper.room).columns if paper.room in studies.names() else {}
    for index, one in enumerate(claim.get("varied", ())):
        here, table = f"{where}.varied[{index}]", one["table"]
        if table not in known:
            problems.append(unknown(paper.file, f"{here}.table", table, "derived table", sorted(known)))
            continue
        columns = list(known[table])
        ends = [f"{one['value']}{end}" for end in ("", "_low", "_high")]
        for key, names in (("value", ends), ("where", one.get("where", {})), ("told_by", one["told_by"])):
            for name in names:
                if name not in columns:
                    problems.append(unknown(paper.file, f"{here}.{key}", name, f"column of {table}", columns))
        figure = one.get("figure")
        if figure is not None and figure not in paper.content.figures:
            problems.append(unknown(paper.file, f"{here}.figure", figure, "figure", paper.content.figures))
    return problems


def _measure_problems(file: str, where: str, claim: Mapping, measures: Mapping[str, Callable]) -> list[str]:
    """A measure that the study does not have, options that it does not take, and those that it lacks."""
    measure, options = claim["measure"], claim.get("options", {})
    if measure not in measures:
        return [unknown(file, f"{where}.measure", measure, "measure", sorted(measures))]
    _, *taken = signature(measures[measure]).parameters.values()
    names = [each.name for each in taken]
    wrong = [key for key in options if key not in names]
    missing = [each.name for each in taken if each.default is each.empty and each.name not in options]
    return [unknown(f"{file}: {where}.options", "", short(key), f"option of {measure}", names) for key in wrong] + [
        f"{file}: {where}.options.{name}: this key is missing" for name in missing
    ]


def check_sources(paper: Paper, ensembles: Iterable[Ensemble]) -> None:
    """Raises ConfigurationError where what samples are taken from, outside the campaign, does not fit."""
    problems = [
        f"{paper.file}: groups.{ensemble.group}.{key}: {problem}"
        for ensemble in ensembles
        for key, problem in ensemble.liquid.protocol.source_problems(ensemble.n, ensemble.model, ensemble.samples)
    ]
    if problems:
        raise ConfigurationError(dict.fromkeys(problems))


def check_captions(root: Path, paper: Paper) -> None:
    """Raises ConfigurationError where a paper's captions, `workflow/report/<paper>.yaml`, say something that the report
    cannot print; those of another study may be of groups that this paper lacks."""
    file = paper.captions(root)
    own = Path(file).stem == paper.name
    if not (root / file).exists():
        return
    problems = []
    for name, about in read_yaml(root / file, file).items():
        try:
            caption = parse(Caption, about, f"{file}: {name}")
        except ConfigurationError as error:
            problems += error.problems
        else:
            problems += [
                unknown(file, f"{name}: groups", group, "group", paper.groups)
                for group in caption.groups
                if own and group not in paper.groups
            ]
    if problems:
        raise ConfigurationError(problems)
