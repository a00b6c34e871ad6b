"""What `config/` may say, and the one function that reads it: `load_campaign`.

Everything is checked here, before any job starts; what does not fit is a `ConfigurationError` that names file, key,
value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import signature
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from glassworks.campaign.errors import ConfigurationError, short, suggestion, unknown
from glassworks.campaign.paths import Compression, DirectQuench, Point, Stepwise, Trajectories, multiple
from glassworks.campaign.protocols import CHOICES, Cooling, MolecularDynamics, Protocol, Relaxation, Swap
from glassworks.campaign.reading import parse, read_yaml
from glassworks.campaign.schema import Count, Name, Positive, Schema
from glassworks.models import Model, model_names
from glassworks.models.declarations import LARGEST_INTEGER, NAMES, declared_names, is_name
from glassworks.models.specification import ball_volume
from glassworks.parameters import MINIMIZERS, OF_LIQUIDS, PARAMETERS

MAIN, COMMAND = "config/config.yaml", "command line"
FROM_ARCHIVE = "from-archive"
"""What stands for a scale's name in `results` where tables come from the archive."""
RESERVED = (
    "all", "figures", "report", "simulate", "equilibrate", "step", "relax", "evidence", "quench", "observe", "gather",
    "restore", "draw",
)  # fmt: skip
"""Targets and rules of the workflow that a paper cannot be named after."""
FOLDERS = (FROM_ARCHIVE, "archive", "liquids", "ensembles")
"""Folders of `results` that a scale cannot be named after."""
MOST_BLOCKS = 100_000
"""Blocks of an ensemble: their folders' names have five digits."""
MOST_REPLICAS = 1000
"""Temperatures of parallel tempering, which one job holds in memory."""


class MainFile(Schema):
    """`config/config.yaml`, with what `--config` overrides."""

    seed: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
    scale: str = "desk"
    tables: Literal["computed", "archive"] = "computed"
    papers: Annotated[list[str], Field(min_length=1)]

    @field_validator("papers")
    @classmethod
    def once(cls, papers: list[str]) -> list[str]:
        for name in papers:
            if papers.count(name) > 1:
                raise ValueError(f"{name}: is named twice")
        return papers


class Unit(Schema):
    """A number that a paper uses as its unit, for which models (one, or several), and where it says so."""

    value: Positive
    model: str | list[str]
    place: str

    @property
    def models(self) -> list[str]:
        return [self.model] if isinstance(self.model, str) else self.model


class Group(Schema):
    """A named set of ensembles with one role in a paper.

    Attributes:
        minimizer: what quenches the liquids to glasses; null where they are only measured as they are.
        block_samples: samples in a block, by particle number. It belongs to the group, never to a scale, so that scales
            share their blocks; it is a multiple of `samples_per_chain`. Where cooled, a block may be given for each
            rate; on a ladder, from a temperature downward (colder blocks, which take longer, are parts of the warmer
            ones). The top of trajectories, which all rates share, has the largest block, of which the others are parts.
        observables: what is measured on each glass (some on each liquid as it is), with its parameters. A group that
            measures liquids and quenches none adds no other table: what else they are comes from the group that they
            are shared with.
        evidence: whether the equilibrium of the liquids is tested.
    """

    role: str
    model: str
    protocol: Protocol
    minimizer: str | None = "cg"
    block_samples: Annotated[dict[int, Count | Annotated[dict[float, Count], Field(min_length=1)]], Field(min_length=1)]
    observables: dict[str, dict[str, Any]] = Field(default_factory=dict)
    evidence: bool = False

    @model_validator(mode="after")
    def whole_chains(self) -> Group:
        chain = self.protocol.samples_per_chain
        for n, block in self.block_samples.items():
            if n < 1:
                raise ValueError(f"block_samples: {n}: a particle number is at least 1")
            for samples in block.values() if isinstance(block, dict) else [block]:
                if samples % chain:
                    raise ValueError(f"block_samples.{n}: {samples}: must be a multiple of samples_per_chain, {chain}")
            if isinstance(block, dict):
                self._check_steps(n, block)
            if isinstance(self.protocol, Trajectories):
                self._check_starts(n, max(block.values()) if isinstance(block, dict) else block)
        of_glasses = [name for name in self.observables if name in PARAMETERS and name not in OF_LIQUIDS]
        if of_glasses and self.minimizer is None:
            raise ValueError(
                f"observables: {of_glasses[0]}: is measured on glasses, which minimizer: null does not make; "
                f"allowed: {', '.join(OF_LIQUIDS)}"
            )
        if self.evidence and isinstance(self.protocol, (Cooling, Trajectories)):
            raise ValueError("evidence: true: a cooled liquid is in no equilibrium to be tested; allowed: false")
        if self.evidence and isinstance(self.protocol, Relaxation):
            raise ValueError("evidence: true: liquids that are watched are tested by what is seen; allowed: false")
        return self

    def _check_steps(self, n: int, block: dict[float, int]) -> None:
        if isinstance(self.protocol, (MolecularDynamics, DirectQuench)):
            raise ValueError(
                f"block_samples.{n}: a {self.protocol.kind} group has one block size, not one for each point"
            )
        if isinstance(self.protocol, (Swap, Relaxation)):
            steps = sorted(block.items(), reverse=True)
            if not steps or steps[0][0] != self.protocol.ladder[0]:
                raise ValueError(f"block_samples.{n}: must begin at the ladder's top, {self.protocol.ladder[0]:g}")
            for (_, warm), (temperature, cold) in pairwise(steps):
                if warm % cold:
                    raise ValueError(f"block_samples.{n}.{temperature:g}: {cold}: must divide the warmer block, {warm}")
        if isinstance(self.protocol, Trajectories):
            largest = max(block.values(), default=0)
            for rate, samples in block.items():
                if largest % samples:
                    raise ValueError(f"block_samples.{n}.{rate:g}: {samples}: must divide the largest, {largest}")

    def _check_starts(self, n: int, block: int) -> None:
        starts = self.protocol.starts_of(n)
        if block % starts:
            raise ValueError(f"block_samples.{n}: {block}: must be a multiple of starts, {starts}")

    def block(self, n: int, point: Point) -> int | None:
        """Samples in a block of n particles at a temperature or rate; None where the group does not say."""
        block = self.block_samples.get(n)
        if isinstance(block, dict) and isinstance(self.protocol, Trajectories):
            return max(block.values()) if point[0] is None else block.get(point[0])
        if isinstance(block, dict) and isinstance(self.protocol, (Swap, Relaxation)):
            return block[min(step for step in block if step >= point)]
        return block.get(point) if isinstance(block, dict) else block

    def samples(self, n: int, point: Point, wanted: int) -> int:
        """How many samples there are where so many are wanted: the top of trajectories comes in whole blocks."""
        top = isinstance(self.protocol, Trajectories) and point[0] is None
        return -(-wanted // self.block(n, point)) * self.block(n, point) if top else wanted


class Figure(Schema):
    """A figure of the paper: its title here, the tables that it is drawn from, and numbers that the paper's own has."""

    title: str
    tables: Annotated[list[Annotated[str, Field(pattern="^[a-z_]+$")]], Field(min_length=1)]
    options: dict[str, float | list[float]] = Field(default_factory=dict)


class PaperFile(Schema):
    """`config/papers/<paper>.yaml`."""

    paper: str
    title: str
    authors: str
    reference: str
    doi: str
    units: dict[str, Unit] = Field(default_factory=dict)
    groups: Annotated[dict[Name, Group], Field(min_length=1)]
    figures: dict[Count, Figure]
    claims: list[dict[str, Any]] = Field(default_factory=list)


class Grid(Schema):
    """One line of a scale file: an ensemble for each temperature (swap, relaxation) or rate (cooling), for each pair of
    what a protocol of trajectories offers (rates and temperatures, temperatures and waiting times, rates and packing
    fractions; without the second, all that it passes), or just one (molecular dynamics).
    """

    n: Count
    temperatures: Annotated[list[Positive], Field(min_length=1)] | None = None
    rates: Annotated[list[Positive], Field(min_length=1)] | None = None
    times: Annotated[list[Positive], Field(min_length=1)] | None = None
    packing_fractions: Annotated[list[Positive], Field(min_length=1)] | None = None
    samples: Count

    def points(self, protocol: Protocol) -> list[Point]:
        """Where the protocol prepares liquids."""
        if isinstance(protocol, Trajectories):
            return protocol.points(self)
        return list(self.temperatures or self.rates or [None])


class ScaleFile(Schema):
    """`config/scales/<scale>.yaml`: how much is simulated, never what it means."""

    scale: str
    purpose: str
    papers: dict[str, dict[str, list[Grid]]]


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
    """

    root: Path
    seed: int
    scale: str
    tables: str
    papers: dict[str, Paper]
    models: dict[str, Model]
    passed_over: tuple[str, ...] = ()

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
    campaign = Campaign(root, main.seed, main.scale, main.tables, {}, {})
    blocks: dict[str, tuple[str, int]] = {}
    for name in main.papers:
        campaign.papers[name] = _paper(root, name, scale, campaign.models)
        blocks = _shared_blocks(campaign, campaign.papers[name], blocks)
    if "papers" in given:
        _refuse_rivals(campaign, scale, known)
    return campaign


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
    campaign = Campaign(root, main.seed, main.scale, main.tables, {}, {})
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
        problems += _group_problems(root, file, f"groups.{key}", group, known, models)
    if problems:
        raise ConfigurationError(problems)
    grids = scale.papers.get(name, {})
    for key, lines in grids.items():
        if key not in content.groups:
            problems.append(unknown(scale_path, f"papers.{name}", key, "group", content.groups))
            continue
        for index, grid in enumerate(lines):
            where = f"papers.{name}.{key}[{index}]"
            problems += _grid_problems(scale_path, where, file, key, content.groups[key], grid, models)
    if problems:
        raise ConfigurationError(problems)
    return Paper(name, file, content, grids)


def _group_problems(
    root: Path, file: str, key: str, group: Group, known: list[str], models: dict[str, Model]
) -> list[str]:
    """Unknown model, minimizer or observable, and parameters that an observable does not take."""
    if problem := _unknown(root, file, f"{key}.model", group.model, "model", known):
        return [problem]
    if group.model not in models:
        models[group.model] = read_model(root, group.model)
    problems = []
    if group.minimizer not in (None, *MINIMIZERS):
        problems.append(unknown(file, f"{key}.minimizer", group.minimizer, "minimizer", MINIMIZERS))
    for name, parameters in group.observables.items():
        if name not in PARAMETERS:
            problems.append(unknown(file, f"{key}.observables", name, "observable", PARAMETERS))
            continue
        try:
            parse(PARAMETERS[name], parameters, f"{file}: {key}.observables.{name}")
        except ConfigurationError as error:
            problems += [problem.replace(f"{name}: ", f"{name}.", 1) for problem in error.problems]
    densest = _densest(models[group.model], group.protocol)
    for n in group.block_samples:
        if n < densest.smallest_system():
            problems.append(_too_small(file, f"{key}.block_samples", densest, n))
    if isinstance(group.protocol, Trajectories):
        problems += _path_problems(file, f"{key}.protocol", group.protocol, models[group.model])
    return problems


def _densest(model: Model, protocol: Protocol) -> Model:
    """The model at the highest density that a protocol takes it to."""
    return packed(model, protocol.end_packing_fraction) if isinstance(protocol, Compression) else model


def _path_problems(file: str, key: str, protocol: Trajectories, model: Model) -> list[str]:
    """A model whose fields are not measured, frames between two steps of molecular dynamics."""
    if model.dimension != 2:
        return [
            f"{file}: {key}.kind: {protocol.kind}: measures stress fields and hexatic order, which {model.name} in "
            f"{model.dimension} dimensions does not have; allowed: models in two dimensions"
        ]
    steps = {model.step(protocol.temperature), model.step(0.0)}
    return [
        f"{file}: {key}.every: {protocol.every:g}: must be a multiple of the molecular-dynamics step, {step:g}"
        for step in sorted(steps)
        if not multiple(protocol.every, step)
    ]


def _grid_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, models: dict[str, Model]
) -> list[str]:
    """Points that the protocol does not have, systems too small for the cutoff, samples that do not fill blocks."""
    problems = []
    protocol = group.protocol
    wanted = CHOICES.get(protocol.kind, ())
    for option in ("temperatures", "rates", "times", "packing_fractions"):
        given = getattr(grid, option)
        if given and option not in wanted:
            problems.append(
                f"{file}: {key}.{option}: the group {name} is made by {protocol.kind}, which has no {option} to choose"
                + (f"; allowed: {', '.join(wanted)}" if wanted else "")
            )
        if option == next(iter(wanted), None) and not given:
            problems.append(f"{file}: {key}.{option}: this key is missing")
        if given and len(set(given)) < len(given):
            problems.append(f"{file}: {key}.{option}: the same value is written twice")
        problems += _off_ladder(f"{file}: {key}.{option}", paper_file, protocol, option, given or [])
    model = models[group.model]
    if isinstance(protocol, Swap):
        problems += _tempering_problems(file, f"{key}.n", paper_file, name, protocol, grid)
    if isinstance(protocol, (Stepwise, Compression)):
        problems += [
            problem for rate in grid.rates or [] for problem in _rate_problems(file, key, protocol, model, rate)
        ]
    densest = _densest(model, protocol)
    if grid.n < densest.smallest_system():
        problems.append(_too_small(file, f"{key}.n", densest, grid.n))
    if wanted and not getattr(grid, wanted[0]):
        return problems
    for point in grid.points(protocol):
        problems += _block_problems(file, key, paper_file, name, group, grid, point)
    return list(dict.fromkeys(problems))


def _off_ladder(where: str, paper_file: str, protocol: Protocol, option: str, given: list[float]) -> list[str]:
    """Points that the protocol does not pass."""
    if option == "temperatures" and isinstance(protocol, DirectQuench):
        return [
            f"{where}: {t:g}: is no quench from {protocol.temperature:g}; allowed: temperatures below it"
            for t in given
            if t >= protocol.temperature
        ]
    ladders = {
        "temperatures": getattr(protocol, "reached", None) or getattr(protocol, "ladder", None),
        "times": getattr(protocol, "waiting_times", None),
        "packing_fractions": getattr(protocol, "ladder", None),
    }
    ladder = ladders.get(option)
    if ladder is None or option not in CHOICES.get(protocol.kind, ()):
        return []
    what = "one of the waiting_times" if option == "times" else "on the ladder"
    allowed = ", ".join(f"{each:g}" for each in ladder)
    return [f"{where}: {x:g}: not {what} in {paper_file}; allowed: {allowed}" for x in given if x not in ladder]


def _rate_problems(file: str, key: str, protocol: Stepwise | Compression, model: Model, rate: float) -> list[str]:
    """A rate that leaves no time for a step of molecular dynamics, or for the window."""
    duration, step = protocol.step / rate, max(model.step(protocol.temperature), model.step(0.0))
    what = "temperature step" if isinstance(protocol, Stepwise) else "step in packing fraction"
    start = f"{file}: {key}.rates: {rate:g}: a {what} of {protocol.step:g} lasts {duration:g}"
    if duration < step:
        return [
            f"{start}, less than one molecular-dynamics step of {step:g}; "
            f"allowed: up to {protocol.step / max(protocol.window, step):g}"
        ]
    if protocol.duration(rate) < protocol.window:
        return [f"{start}, but its window {protocol.window:g}; allowed: up to {protocol.step / protocol.window:g}"]
    return []


def _tempering_problems(file: str, key: str, paper_file: str, name: str, protocol: Swap, grid: Grid) -> list[str]:
    """A ladder of replicas that is too long; its rungs are about √(N c/2) ln(warmest/coldest)."""
    tempering = protocol.tempering
    if tempering is None or grid.n > (tempering.largest or grid.n):
        return []
    replicas = sqrt(0.5 * grid.n * tempering.heat_capacity) * log(tempering.warmest / protocol.ladder[-1])
    if replicas <= MOST_REPLICAS:
        return []
    return [
        f"{file}: {key}: {grid.n}: parallel tempering would take about {replicas:.2g} replicas with the heat_capacity, "
        f"{tempering.heat_capacity:g}, of groups.{name}.protocol.tempering in {paper_file}; "
        f"allowed: up to {MOST_REPLICAS}"
    ]


def _block_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, point: Point
) -> list[str]:
    """A size (or rate) without a block, samples that do not fill whole blocks."""
    block = group.block(grid.n, point)
    where = f"groups.{name}.block_samples in {paper_file}"
    if grid.n not in group.block_samples:
        sizes = ", ".join(str(n) for n in sorted(group.block_samples))
        return [f"{file}: {key}.n: {grid.n}: {where} lacks this size; allowed: {sizes}"]
    if block is None:
        rates = ", ".join(f"{rate:g}" for rate in group.block_samples[grid.n])
        rate = point[0] if isinstance(point, tuple) else point
        return [f"{file}: {key}.rates: {rate:g}: {where} lacks this rate at n = {grid.n}; allowed: {rates}"]
    samples = group.samples(grid.n, point, grid.samples)
    if samples > MOST_BLOCKS * block:
        start = f"{file}: {key}.samples: {grid.samples}: makes more than {MOST_BLOCKS} blocks of {block}"
        return [f"{start}; allowed: up to {MOST_BLOCKS * block}"]
    if samples % block:
        below, above = block * (grid.samples // block), block * (grid.samples // block + 1)
        near = f"{below} or {above}" if below else f"{above}"
        start = f"{file}: {key}.samples: {grid.samples}: must be a multiple of the group's block of {block}"
        return [f"{start}; allowed: {near}, ..."]
    return []


def packed(model: Model, packing: float) -> Model:
    """The same model at another packing fraction: the volume of balls of diameters λ_i over that of the box."""
    ball = ball_volume(model.dimension) * model.mixture.moment(model.dimension)
    return model.model_copy(update={"density": packing / ball})


def packing_fraction(model: Model) -> float:
    """A model's packing fraction."""
    return model.density * ball_volume(model.dimension) * model.mixture.moment(model.dimension)


def _too_small(file: str, key: str, model: Model, n: int) -> str:
    """Why a system is refused: particles would meet their own periodic images."""
    edge, needed = model.box_length(n), 2.0 * model.range
    density = n / needed**model.dimension
    return (
        f"{file}: {key}: {n}: at density {model.density:g} of {model.name} the box is {edge:.2f} wide, "
        f"but the cutoff needs more than {needed:.2f}, or particles overlap with their images; "
        f"allowed: n of {model.smallest_system()} or more "
        f"(or, in config/models/{model.name}.yaml, a density below {density:.3g})"
    )


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


def observable_parameters(name: str, given: Mapping[str, Any]) -> BaseModel:
    """The parameters of an observable with defaults filled in; they were checked when the campaign was loaded."""
    try:
        return PARAMETERS[name].model_validate(dict(given))
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
        try:
            parse(Claim, claim, f"{paper.file}: claims[{index}]")
        except ConfigurationError as error:
            problems += [problem.replace(f"claims[{index}]: ", f"claims[{index}].", 1) for problem in error.problems]
        else:
            group = claim.get("requires", {}).get("group")
            if group is not None and group not in paper.groups:
                problems.append(unknown(paper.file, f"claims[{index}].requires.group", group, "group", paper.groups))
            problems += _option_problems(f"{paper.file}: claims[{index}]", claim["measure"], claim.get("options", {}))
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


class Caption(Schema):
    """What stands below a figure in the report, and the groups of ensembles behind it."""

    title: str = ""
    caption: str = ""
    groups: list[str] = Field(default_factory=list)


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
