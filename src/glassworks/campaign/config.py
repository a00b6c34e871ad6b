"""The campaign that `config/` declares, and the one function that reads it: `load_campaign`.

Everything is checked here, before any job starts; what does not fit is a `ConfigurationError` that names file, key,
value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import signature
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from glassworks import observables
from glassworks.campaign.declared import Caption, Grid, Group, MainFile, PaperFile, ScaleFile
from glassworks.campaign.errors import ConfigurationError, short, suggestion, unknown
from glassworks.campaign.fitting import grid_problems, group_problems
from glassworks.campaign.reading import parse, read_yaml
from glassworks.models import Model, model_names
from glassworks.models.declarations import NAMES, declared_names, is_name

MAIN, COMMAND = "config/config.yaml", "command line"
FROM_ARCHIVE = "from-archive"
"""What stands for a scale's name in `results` where tables come from the archive."""
CALIBRATION = "calibration"
"""The folder of `results` that holds what was made with other seeds."""
RESERVED = (
    "all", "figures", "report", "simulate", "equilibrate", "step", "relax", "evidence", "quench", "observe", "gather",
    "restore", "draw",
)  # fmt: skip
"""Targets and rules of the workflow that a paper cannot be named after."""
FOLDERS = (FROM_ARCHIVE, CALIBRATION, "archive", "liquids", "ensembles")
"""Folders of `results` that a scale cannot be named after."""


@dataclass(frozen=True)
class Paper:
    """A paper file that has been checked, with the grids of the chosen scale."""

    name: str
    file: str
    content: PaperFile
    grids: dict[str, list[Grid]]

    @property
    def groups(self) -> dict[str, Group]:
        return self.content.groups


@dataclass(frozen=True)
class Campaign:
    """Everything that is declared, checked and resolved.

    Attributes:
        root: folder that holds `config/`; all product paths are relative to it.
        seed, scale, tables: as in `config/config.yaml` or overridden.
        papers: the papers by name, in the campaign's order.
        models: every model that a group uses, by name.
        passed_over: why other papers' files could not be read, where that does not matter.
        verdicts: whether the tables are of a scale that promises verdicts; archived ones are.
    """

    root: Path
    seed: int
    scale: str
    tables: str
    papers: dict[str, Paper]
    models: dict[str, Model]
    passed_over: tuple[str, ...] = ()
    verdicts: bool = True

    @property
    def products(self) -> str:
        """Folder of tables, figures and report, relative to the root."""
        return f"results/{FROM_ARCHIVE if self.tables == 'archive' else self.scale}"


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from `start` upward, that holds the campaign's configuration."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MAIN).is_file():
            return folder
    raise ConfigurationError(f"{MAIN}: there is no such file in {start} nor in a folder above it")


def scale_names(root: Path) -> list[str]:
    """The scales that have a file, smallest first as far as their names are known."""
    order = ["smoke", "desk", "evening", "overnight", "paper"]
    found = declared_names(root / "config/scales")
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


def stated(**options: Any) -> dict[str, Any]:
    """The options of a command that were given, as overrides: those that are not None."""
    return {key: value for key, value in options.items() if value is not None}


def load_campaign(
    overrides: Mapping[str, Any] | None = None, root: Path | None = None, every: bool = False
) -> Campaign:
    """Reads and checks the whole configuration.

    `overrides` replace keys of `config/config.yaml` (as `snakemake --config` does; one that is None is empty and
    refused, see `stated`). `every` is for a job, which need not be told which papers and scale the workflow runs for:
    it adds the papers that have a file but are not listed, and passes over those that cannot be read.
    Raises ConfigurationError with every problem of the first file that has one.
    """
    root = root or find_root()
    given = dict(overrides or {})
    main = _main_file(root, given)
    known = declared_names(root / "config/papers")
    if every:
        return _every_paper(root, main, known, given)
    scale = _scale_file(root, main.scale, _origin(given, "scale"))
    scale_path = f"config/scales/{main.scale}.yaml"
    problems = [_unknown(root, _origin(given, "papers"), "papers", name, "paper", known) for name in main.papers]
    problems += [_unknown(root, scale_path, "papers", name, "paper", known) for name in scale.papers]
    if any(problems):
        raise ConfigurationError(filter(None, problems))
    campaign = _empty_campaign(root, main, scale)
    blocks: dict[str, tuple[str, int]] = {}
    for name in main.papers:
        campaign.papers[name] = _paper(root, name, scale, campaign.models)
        blocks = _shared_blocks(campaign, campaign.papers[name], blocks)
    if "papers" in given:
        _refuse_rivals(campaign, scale, known)
    return campaign


def _empty_campaign(root: Path, main: MainFile, scale: ScaleFile) -> Campaign:
    """What the main file and the scale's say, without papers and models."""
    promised = scale.verdicts or main.tables == "archive"
    return Campaign(root, main.seed, main.scale, main.tables, {}, {}, verdicts=promised)


def _every_paper(root: Path, main: MainFile, known: list[str], given: dict[str, Any]) -> Campaign:
    """What a job knows: all papers that can be read, those first that `config/config.yaml` lists."""
    passed_over: list[str] = []
    try:
        scale = _scale_file(root, main.scale, _origin(given, "scale"))
    except ConfigurationError as error:
        if "scale" in given:
            raise
        passed_over += error.problems
        scale = ScaleFile(scale=main.scale, purpose="", papers={})
    campaign = _empty_campaign(root, main, scale)
    for name in dict.fromkeys([*main.papers, *known]):
        try:
            campaign.papers[name] = _paper(root, name, scale, campaign.models)
        except ConfigurationError as error:
            passed_over += error.problems
    return replace(campaign, passed_over=tuple(passed_over))


def _refuse_rivals(campaign: Campaign, scale: ScaleFile, known: list[str]) -> None:
    """Raises ConfigurationError where jobs, which know all papers, would find another paper's blocks of a liquid."""
    listed = _main_file(campaign.root, {}).papers
    everyone = replace(campaign, papers={}, models=dict(campaign.models))
    blocks: dict[str, tuple[str, int]] = {}
    for name in dict.fromkeys([*listed, *known]):
        try:
            paper = campaign.papers.get(name) or _paper(campaign.root, name, scale, everyone.models)
            blocks = _shared_blocks(everyone, paper, blocks)
        except ConfigurationError:
            if name in campaign.papers:
                raise


def _origin(given: Mapping[str, Any], key: str) -> str:
    """Where a key of the main file comes from."""
    return COMMAND if key in given else MAIN


def _unknown(root: Path, file: str, key: str, word: str, kind: str, known: list[str]) -> str | None:
    """The sentence that refuses a name that no file of `config/<kind>s` has, or that no file may have."""
    if word in known:
        return None
    folder, there = root / f"config/{kind}s", f"config/{kind}s/{word}.yaml"
    if not word:
        return f"{file}: {key}: an empty name; allowed: {', '.join(known)}"
    if not folder.is_dir() or f"{word}.yaml" not in {path.name for path in folder.iterdir()}:
        return unknown(file, key, short(word), kind, known)
    if not is_name(word):
        return f"{there}: {short(word)}: is no name of a {kind}; allowed: {NAMES}"
    try:
        read_yaml(root / there, there)
    except ConfigurationError as problem:
        return str(problem)
    return None


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
    if problem := _unknown(root, origin, "scale", name, "scale", scale_names(root)):
        raise ConfigurationError(problem)
    file = f"config/scales/{name}.yaml"
    scale = parse(ScaleFile, read_yaml(root / file, file), file)
    if scale.scale != name:
        raise ConfigurationError(f"{file}: scale: {short(scale.scale)}: must be the file's own name, {name}")
    if name in FOLDERS:
        raise ConfigurationError(f"{file}: scale: {name}: is another folder of results; choose another name")
    return scale


def _paper(root: Path, name: str, scale: ScaleFile, models: dict[str, Model]) -> Paper:
    file, scale_path = f"config/papers/{name}.yaml", f"config/scales/{scale.scale}.yaml"
    content = parse(PaperFile, read_yaml(root / file, file), file)
    problems = []
    if content.paper != name:
        problems.append(f"{file}: paper: {short(content.paper)}: must be the file's own name, {name}")
    if name in RESERVED:
        problems.append(f"{file}: paper: {name}: is a target or rule of the workflow; choose another name")
    used = {group.model for group in content.groups.values()}
    for key, unit in content.units.items():
        problems += [
            unknown(file, f"units.{key}.model", model, "model of a group", sorted(used))
            for model in unit.models
            if model not in used
        ]
    known = model_names(root / "config")
    for key, group in content.groups.items():
        if problem := _unknown(root, file, f"groups.{key}.model", group.model, "model", known):
            problems.append(problem)
            continue
        if group.model not in models:
            models[group.model] = read_model(root, group.model)
        problems += group_problems(file, f"groups.{key}", group, models[group.model])
    if problems:
        raise ConfigurationError(problems)
    grids = scale.papers.get(name, {})
    for key, lines in grids.items():
        if key not in content.groups:
            problems.append(unknown(scale_path, f"papers.{name}", key, "group", content.groups))
            continue
        for index, grid in enumerate(lines):
            where = f"papers.{name}.{key}[{index}]"
            problems += grid_problems(scale_path, where, file, key, content.groups[key], grid, models)
    if problems:
        raise ConfigurationError(problems)
    return Paper(name, file, content, grids)


def _shared_blocks(campaign: Campaign, paper: Paper, before: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """The blocks of each liquid, and where they are declared, with those of one more paper.

    Papers that share an ensemble must cut it into the same blocks, because they share its files; raises
    ConfigurationError where they do not.
    """
    from glassworks.campaign.ensembles import paper_ensembles

    seen = dict(before)
    for ensemble in paper_ensembles(campaign, paper):
        where = f"{paper.file}: groups.{ensemble.group}.block_samples.{ensemble.n}"
        for liquid, _ in ensemble.liquid.ladder(0):
            here = (where, liquid.block_samples)
            first = seen.setdefault(liquid.id, here)
            if first[1] != here[1]:
                raise ConfigurationError(
                    f"{here[0]}: {here[1]}: {first[0]} cuts the same liquid into blocks of {first[1]}; "
                    f"allowed: {first[1]}"
                )
    return seen


def read_model(root: Path, name: str) -> Model:
    """A model file, with its problems in this module's style."""
    file = f"config/models/{name}.yaml"
    content = read_yaml(root / file, file)
    if "name" in content:
        raise ConfigurationError(f"{file}: name: unknown key; the file's name is the model's name")
    return parse(Model, {"name": name, **content}, file)


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


def check_claims(paper: Paper) -> None:
    """Raises ConfigurationError where a claim of a paper's file says something that claims cannot mean.

    Apart from `load_campaign`, because it imports the statistics that claims rest on and no job of the simulation
    needs it.
    """
    from glassworks.claims import Claim

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
            problems += _option_problems(f"{paper.file}: {where}", claim["measure"], claim.get("options", {}))
    names = [claim["id"] for claim in paper.content.claims if isinstance(claim.get("id"), str)]
    problems += [
        f"{paper.file}: claims: id: {name}: is used twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if problems:
        raise ConfigurationError(problems)


def _option_problems(where: str, measure: str, options: Mapping[Any, Any]) -> list[str]:
    """Options that a measure does not take, and those that it lacks."""
    from glassworks.claims.measures import MEASURES

    _, *taken = signature(MEASURES[measure]).parameters.values()
    names = [each.name for each in taken]
    wrong = [key for key in options if key not in names]
    missing = [each.name for each in taken if each.default is each.empty and each.name not in options]
    return [unknown(f"{where}.options", "", short(key), f"option of {measure}", names) for key in wrong] + [
        f"{where}.options.{name}: this key is missing" for name in missing
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
