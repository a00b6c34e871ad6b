"""The campaign that `config/` declares, and the one function that reads it: `load_campaign`.

Everything is checked here, before any job starts; what does not fit is a `ConfigurationError` that names file, key,
value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from inspect import signature
from itertools import chain
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from glassworks import observables, studies, watching
from glassworks.campaign.declared import Caption, MainFile, ScaleFile
from glassworks.campaign.errors import ConfigurationError, short, suggestion, unknown
from glassworks.campaign.papers import Paper, Papers, read_paper, unlisted
from glassworks.campaign.reading import parse, read_yaml, unread
from glassworks.models import Model
from glassworks.models.declarations import declared_names, is_name

MAIN, COMMAND = "config/config.yaml", "command line"
FROM_ARCHIVE = "from-archive"
"""What stands for a scale's name in `results` where tables come from the archive."""
CALIBRATION = "calibration"
"""The folder of `results` that holds what was made with other seeds."""
FOLDERS = (FROM_ARCHIVE, CALIBRATION, "archive", "liquids", "ensembles")
"""Folders of `results` that a scale cannot be named after."""


@dataclass(frozen=True, eq=False)
class Campaign:
    """Everything that is declared, checked and resolved.

    Attributes:
        root: folder that holds `config/`; all product paths are relative to it.
        seed, scale, tables: as in `config/config.yaml` or overridden.
        papers: the papers by name, in the campaign's order; of a job, each read when it is first asked for.
        models: every model that a group of these uses, by name.
        passed_over: why other papers' files could not be read, where that does not matter.
        verdicts: whether the tables are of a scale that promises verdicts; archived ones are.
    """

    root: Path
    seed: int
    scale: str
    tables: str
    papers: Mapping[str, Paper]
    models: dict[str, Model]
    passed_over: list[str] = field(default_factory=list)
    verdicts: bool = True

    @property
    def products(self) -> str:
        """Folder of tables, figures and report, relative to the root."""
        return f"results/{FROM_ARCHIVE if self.tables == 'archive' else self.scale}"


class Cut(NamedTuple):
    """Into how many samples a block a liquid is cut, and where that is declared."""

    liquid: str
    where: str
    samples: int


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from `start` upward, that holds the campaign's configuration."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MAIN).is_file():
            return folder
    raise ConfigurationError(f"{MAIN}: there is no such file in {start} nor in a folder above it")


def scale_names(root: Path) -> list[str]:
    """The scales that have a file, in their `order`; those without one, or that cannot be read, behind them by name."""
    folder = root / "config/scales"
    return sorted(declared_names(folder), key=lambda name: (_order(folder / f"{name}.yaml"), name))


def _order(path: Path) -> float:
    try:
        found = read_yaml(path, path.name).get("order")
    except ConfigurationError:
        return inf
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else inf


def stated(**options: Any) -> dict[str, Any]:
    """The options of a command that were given, as overrides: those that are not None."""
    return {key: value for key, value in options.items() if value is not None}


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
    for name in main.papers:
        campaign.papers[name] = read_paper(root, name, scale, campaign.models, scales)
    lacking = [paper for paper in campaign.papers.values() if not paper.listed]
    if lacking and main.tables == "computed":
        raise ConfigurationError(unlisted(root, paper, main.scale, scales) for paper in lacking)
    cuts = {paper.name: _cuts(campaign, paper) for paper in campaign.papers.values()}
    _agree(cuts.values())
    if "papers" in given:
        _refuse_rivals(campaign, scale, known, cuts)
    return campaign


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
        with suppress(ConfigurationError):
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
    from glassworks.campaign.ensembles import paper_ensembles

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


def resolved_parameters(name: str, given: Mapping[str, Any]) -> dict:
    """What is chosen of an observable, with defaults filled in. A `keep` that is false says nothing, so that tables
    which were made before there were arrays to keep are still what is planned."""
    found = observable_parameters(name, given).model_dump(mode="json")
    return {key: value for key, value in found.items() if (key, value) != ("keep", False)}


def observable_parameters(name: str, given: Mapping[str, Any]) -> BaseModel:
    """The parameters of an observable with defaults filled in; they were checked when the campaign was loaded."""
    try:
        return observables.load(name).parameters.model_validate(dict(given))
    except (KeyError, ValidationError) as error:
        raise ConfigurationError(f"{name}: {error}") from None


def watcher_parameters(name: str, given: Mapping[str, Any]) -> BaseModel:
    """The same of a watcher."""
    try:
        return watching.load(name).chosen(given)
    except (KeyError, ValidationError) as error:
        raise ConfigurationError(f"{name}: {error}") from None


def check_claims(paper: Paper) -> None:
    """Raises ConfigurationError where a claim of a paper's file says something that claims cannot mean.

    Apart from `load_campaign`, because it imports the statistics that claims rest on and no job of the simulation
    needs it.
    """
    from glassworks.claims import Claim

    measures = studies.find(paper.name).measures if paper.content.claims and paper.name in studies.names() else {}
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
    problems, known = [], studies.find(paper.name).columns if paper.name in studies.names() else {}
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


def check_captions(root: Path, paper: Paper) -> None:
    """Raises ConfigurationError where a paper's captions, `workflow/report/<paper>.yaml`, say something that the report
    cannot print."""
    file = f"workflow/report/{paper.name}.yaml"
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
                if group not in paper.groups
            ]
    if problems:
        raise ConfigurationError(problems)


def chosen_papers(campaign: Campaign, names: Iterable[str]) -> list[Paper]:
    """The papers of these names (all where none is named); raises ConfigurationError for one that is not in the
    campaign.
    """
    names = list(names)
    wrong = [
        unknown(COMMAND, "papers", name, "paper", campaign.papers) for name in names if name not in campaign.papers
    ]
    if wrong:
        raise ConfigurationError([*wrong, *campaign.passed_over])
    return [campaign.papers[name] for name in names or campaign.papers]
