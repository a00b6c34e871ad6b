"""What `config/` may say, and the one function that reads it: `load_campaign`.

Everything is checked here, before any job starts; what does not fit is a `ConfigurationError` that names file, key,
value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from glassworks.campaign.errors import ConfigurationError, suggestion, unknown
from glassworks.campaign.reading import parse, read_yaml
from glassworks.models import Model, model_names
from glassworks.parameters import MINIMIZERS, OF_LIQUIDS, PARAMETERS

MAIN = "config/config.yaml"
FROM_ARCHIVE = "from-archive"
"""What stands for a scale's name in `results` where tables come from the archive."""
RESERVED = ("all", "figures", "report", "simulate")
"""Targets of the workflow that a paper cannot be named after."""


class Schema(BaseModel):
    """A declaration: unknown keys, wrong types, infinities and changes after reading are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class MainFile(Schema):
    """`config/config.yaml`, with what `--config` overrides."""

    seed: Annotated[int, Field(ge=0)]
    scale: str = "desk"
    tables: Literal["computed", "archive"] = "computed"
    papers: Annotated[list[str], Field(min_length=1)]


class Unit(Schema):
    """A number that a paper uses as its unit, for which model, and where it says so."""

    value: Positive
    model: str
    place: str


class Tempering(Schema):
    """Parallel tempering at and below a temperature, where single chains no longer relax.

    Attributes:
        at_or_below: parent temperatures made this way.
        relaxation_sweeps: declared relaxation time of a replica at each of these temperatures, in its sweeps.
        largest: particles of the largest system made this way; larger ones cost less by plain chains, because the
            rungs grow with the square root of the particles, and the time of a round trip with the rungs' square.
        warmest: the rung, still relaxing by itself, from which replicas reach down to the parent temperature.
        exchange_sweeps: sweeps between two attempts to exchange neighbors.
        exchange_rate: how often neighboring replicas are to exchange; sets how many stand between two rungs.
        heat_capacity: dU/dT of the liquid per particle (k_B), from which that number follows.
    """

    at_or_below: Positive
    relaxation_sweeps: dict[float, Positive]
    largest: Count | None = None
    warmest: Positive
    exchange_sweeps: Count = 200
    exchange_rate: Annotated[float, Field(gt=0.01, lt=0.9)] = 0.25
    heat_capacity: Positive


def _each_rung(key: str, times: Mapping[float, float], rungs: list[float]) -> None:
    """Raises ValueError unless there is a time for each rung, and no other."""
    missing = [f"{t:g}" for t in rungs if t not in times]
    extra = [f"{t:g}" for t in times if t not in rungs]
    if missing:
        raise ValueError(f"{key} lacks the ladder's temperature {', '.join(missing)}")
    if extra:
        allowed = ", ".join(f"{t:g}" for t in rungs)
        raise ValueError(f"{key}: {', '.join(extra)}: not on the ladder; allowed: {allowed}")


class Swap(Schema):
    """Swap Monte Carlo: a chain walks down a ladder of temperatures and leaves samples at each.

    Attributes:
        ladder: parent temperatures, descending.
        relaxation_sweeps: declared overlap relaxation time at each temperature, in sweeps (N attempted moves).
        before: relaxation times before the first sample at a temperature.
        between: relaxation times between samples.
        samples_per_chain: samples that one chain leaves at each temperature.
        swap_fraction: share of attempted moves that exchange two diameters.
    """

    kind: Literal["swap"]
    ladder: Annotated[list[Positive], Field(min_length=1)]
    relaxation_sweeps: dict[float, Positive]
    before: Positive = 5.0
    between: Positive = 2.0
    samples_per_chain: Count
    swap_fraction: Annotated[float, Field(ge=0, lt=1)] = 0.2
    tempering: Tempering | None = None

    @field_validator("ladder")
    @classmethod
    def descending(cls, ladder: list[float]) -> list[float]:
        for above, below in pairwise(ladder):
            if below >= above:
                raise ValueError(f"{below:g} after {above:g}: temperatures must descend")
        return ladder

    @model_validator(mode="after")
    def declared(self) -> Swap:
        _each_rung("relaxation_sweeps", self.relaxation_sweeps, self.ladder)
        if self.tempering:
            warm = [t for t in self.ladder if t > self.tempering.at_or_below]
            if self.tempering.warmest not in warm:
                allowed = ", ".join(f"{t:g}" for t in warm)
                raise ValueError(
                    f"tempering.warmest: {self.tempering.warmest:g}: must be a rung above at_or_below; "
                    f"allowed: {allowed}"
                )
            cold = [t for t in self.ladder if t <= self.tempering.at_or_below]
            _each_rung("tempering.relaxation_sweeps", self.tempering.relaxation_sweeps, cold)
        return self

    def rungs(self, temperature: float) -> list[float]:
        """The ladder from its top down to a temperature, that one included."""
        return self.ladder[: self.ladder.index(temperature) + 1]


class MolecularDynamics(Schema):
    """Independent samples, each equilibrated by molecular dynamics at one temperature for a given time."""

    kind: Literal["molecular_dynamics"]
    temperature: Positive
    time: Positive
    samples_per_chain: Literal[1] = 1


class Cooling(Schema):
    """Independent samples, equilibrated at `temperature` and cooled at a constant rate (of the scale) to
    `end_temperature`.
    """

    kind: Literal["cooling"]
    temperature: Positive
    equilibration_time: Positive
    end_temperature: Positive
    samples_per_chain: Literal[1] = 1

    @model_validator(mode="after")
    def colder(self) -> Cooling:
        if self.end_temperature >= self.temperature:
            raise ValueError(
                f"end_temperature: {self.end_temperature:g}: must lie below temperature, {self.temperature:g}"
            )
        return self


class Scattering(Schema):
    """What a self-intermediate scattering function is taken of.

    Attributes:
        particles: which to average over.
        wave_number: q, in 1/λ.
        cage: particles closer than this many λ_ij make up each other's cage.
    """

    particles: Literal["all", "small", "large"] = "all"
    wave_number: Positive
    cage: Positive


class Relaxation(Schema):
    """Liquids in equilibrium: independent chains of molecular dynamics walk down a ladder of temperatures, relax at
    each, and are then watched for scattering functions and displacements in time.

    Attributes:
        relaxation_times: declared τ_α at each temperature of the ladder, in λ (m/ε)^½, descending in temperature; all
            that follows counts in it.
        before: relaxation times before watching begins.
        parts, span: how many parts it is watched for, and how long each is.
        longest: longest time between two frames that are compared, shorter than a part.
        origins: origins of time in a part.
        views: what F_s is taken of; the first one is compared with the paper, the others show what else it could mean.
    """

    kind: Literal["relaxation"]
    relaxation_times: Annotated[dict[float, Positive], Field(min_length=1)]
    before: Positive = 10.0
    parts: Annotated[int, Field(ge=2)] = 4
    span: Positive = 6.0
    longest: Positive = 4.0
    origins: Count = 4
    views: Annotated[list[Scattering], Field(min_length=1)]
    samples_per_chain: Literal[1] = 1

    @field_validator("relaxation_times")
    @classmethod
    def descending(cls, times: dict[float, float]) -> dict[float, float]:
        for above, below in pairwise(times):
            if not 0 < below < above:
                raise ValueError(f"{below:g} after {above:g}: temperatures must descend")
        return times

    @model_validator(mode="after")
    def fitting(self) -> Relaxation:
        if self.longest >= self.span:
            raise ValueError(
                f"longest: {self.longest:g}: is no shorter than the part of the trajectory that it belongs to; "
                f"allowed: below span, {self.span:g}"
            )
        if self.before < LEAST_RELAXED:
            raise ValueError(
                f"before: {self.before:g}: a liquid is in no equilibrium so soon; allowed: {LEAST_RELAXED:g} or more"
            )
        return self

    @property
    def ladder(self) -> list[float]:
        """The temperatures, descending."""
        return list(self.relaxation_times)

    def rungs(self, temperature: float) -> list[float]:
        """The ladder from its top down to a temperature, that one included."""
        return self.ladder[: self.ladder.index(temperature) + 1]


LEAST_RELAXED = 3.0
"""Relaxation times, at least, before a liquid that comes from the next higher temperature is watched."""


class Stepwise(Schema):
    """Trajectories that are equilibrated hot and then cooled in equal steps of temperature, each as long as the scale's
    rate makes it; every step of the ladder is a liquid that starts from the state in which the one above ended.

    Attributes:
        temperature, equilibration_time: of the ladder's top, which all rates share.
        step: ΔT; a step lasts ΔT over the rate.
        end_temperature: where the ladder ends.
        window, every: length of the window at a step's end, and time between its frames.
        snapshots, apart: configurations that are measured at a step's end, and time between them.
        stills: temperatures at the end of which trajectories also leave pictures and their inherent structure.
    """

    kind: Literal["stepwise"]
    temperature: Positive
    equilibration_time: Positive
    step: Positive
    end_temperature: Positive
    window: Positive = 50.0
    every: Positive = 0.5
    snapshots: Count = 10
    apart: Positive = 5.0
    stills: list[Positive] = []
    samples_per_chain: Literal[1] = 1

    @model_validator(mode="after")
    def fitting(self) -> Stepwise:
        if self.end_temperature >= self.temperature:
            raise ValueError(
                f"end_temperature: {self.end_temperature:g}: must lie below temperature, {self.temperature:g}"
            )
        near = [t for t in self._temperatures(2) if t > 0][-2:]
        if self.end_temperature not in self.ladder:
            raise ValueError(
                f"end_temperature: {self.end_temperature:g}: steps of {self.step:g} from {self.temperature:g} pass it; "
                f"allowed: {' or '.join(f'{t:g}' for t in near)}, ..."
            )
        for key in ("window", "apart"):
            if not _multiple(getattr(self, key), self.every):
                raise ValueError(f"{key}: {getattr(self, key):g}: must be a multiple of every, {self.every:g}")
        if not (self.snapshots - 1) * self.apart < self.window:
            most = int(-(-self.window // self.apart))
            raise ValueError(
                f"snapshots: {self.snapshots}: {self.apart:g} apart they do not fit into the window, {self.window:g}; "
                f"allowed: up to {most}"
            )
        for still in self.stills:
            if still not in self.ladder:
                allowed = ", ".join(f"{t:g}" for t in self.ladder)
                raise ValueError(f"stills: {still:g}: not on the ladder; allowed: {allowed}")
        if self.window > self.equilibration_time:
            raise ValueError(
                f"window: {self.window:g}: is longer than the trajectory at the first temperature; "
                f"allowed: up to equilibration_time, {self.equilibration_time:g}"
            )
        return self

    def _temperatures(self, more: int = 0) -> list[float]:
        count = round((self.temperature - self.end_temperature) / self.step) + 1 + more
        return [round(self.temperature - k * self.step, 12) for k in range(count)]

    @property
    def ladder(self) -> list[float]:
        """The temperatures, descending, as they are written in decimals."""
        return self._temperatures()

    def duration(self, rate: float | None) -> float:
        """How long a step takes at a rate; None stands for the ladder's top."""
        return self.equilibration_time if rate is None else round(self.step / rate, 6)


def _multiple(long: float, short: float) -> bool:
    return round(long / short) >= 1 and abs(long / short - round(long / short)) < 1e-9


Protocol = Annotated[Swap | MolecularDynamics | Cooling | Stepwise | Relaxation, Field(discriminator="kind")]
TAGS = {
    "swap": "swap",
    "molecular_dynamics": "md",
    "cooling": "cooling",
    "stepwise": "step",
    "relaxation": "relax",
}
"""How a protocol is called in ensemble names and tables."""
CHOICES = {
    "swap": ("temperatures",),
    "cooling": ("rates",),
    "stepwise": ("rates", "temperatures"),
    "relaxation": ("temperatures",),
}
"""What the lines of a scale choose for a protocol; the first must be given, without a second there are all."""
STEP_TABLES = (
    "frames", "forces", "stress", "network", "clusters", "fluctuations", "particles", "maps", "inherent",
)  # fmt: skip
"""What is measured along a stepwise trajectory: tables beside its liquids."""
RELAXATION_TABLES = ("relaxation",)
"""What is measured on a liquid in equilibrium."""
LIQUID_STAGES = {"stepwise": "step", "relaxation": "relax"}
"""The stage that prepares the liquids of a protocol; `equilibrate` for all others."""

Point = float | tuple[float | None, float] | None
"""Where a protocol prepares a liquid: its temperature, its rate, both (rate first; None at the top), or neither."""


class Group(Schema):
    """A named set of ensembles with one role in a paper.

    Attributes:
        minimizer: what quenches the liquids to glasses; null where they are only measured as they are.
        block_samples: samples in a block, by particle number. It belongs to the group, never to a scale, so that scales
            share their blocks; it is a multiple of `samples_per_chain`. Where cooled, a block may be given for each
            rate; on a ladder, from a temperature downward (colder blocks, which take longer, are parts of the warmer
            ones). Where cooled stepwise, the top, which all rates share, has the largest block, of which the others
            are parts.
        observables: what is measured on each glass (some on each liquid as it is), with its parameters. A group that
            measures liquids and quenches none adds no other table: what else they are comes from the group that they
            are shared with.
        evidence: whether the equilibrium of the liquids is tested.
    """

    role: str
    model: str
    protocol: Protocol
    minimizer: str | None = "cg"
    block_samples: Annotated[dict[int, Count | dict[float, Count]], Field(min_length=1)]
    observables: dict[str, dict[str, Any]] = {}
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
        of_glasses = [name for name in self.observables if name in PARAMETERS and name not in OF_LIQUIDS]
        if of_glasses and self.minimizer is None:
            raise ValueError(
                f"observables: {of_glasses[0]}: is measured on glasses, which minimizer: null does not make; "
                f"allowed: {', '.join(OF_LIQUIDS)}"
            )
        if self.evidence and isinstance(self.protocol, (Cooling, Stepwise)):
            raise ValueError("evidence: true: a cooled liquid is in no equilibrium to be tested; allowed: false")
        if self.evidence and isinstance(self.protocol, Relaxation):
            raise ValueError("evidence: true: liquids that are watched are tested by what is seen; allowed: false")
        return self

    def _check_steps(self, n: int, block: dict[float, int]) -> None:
        if isinstance(self.protocol, MolecularDynamics):
            raise ValueError(
                f"block_samples.{n}: a molecular_dynamics group has one block size, not one for each point"
            )
        if isinstance(self.protocol, (Swap, Relaxation)):
            steps = sorted(block.items(), reverse=True)
            if not steps or steps[0][0] != self.protocol.ladder[0]:
                raise ValueError(f"block_samples.{n}: must begin at the ladder's top, {self.protocol.ladder[0]:g}")
            for (_, warm), (temperature, cold) in pairwise(steps):
                if warm % cold:
                    raise ValueError(f"block_samples.{n}.{temperature:g}: {cold}: must divide the warmer block, {warm}")
        if isinstance(self.protocol, Stepwise):
            largest = max(block.values(), default=0)
            for rate, samples in block.items():
                if largest % samples:
                    raise ValueError(f"block_samples.{n}.{rate:g}: {samples}: must divide the largest, {largest}")

    def block(self, n: int, point: Point) -> int | None:
        """Samples in a block of n particles at a temperature or rate; None where the group does not say."""
        block = self.block_samples.get(n)
        if isinstance(block, dict) and isinstance(self.protocol, Stepwise):
            return max(block.values()) if point[0] is None else block.get(point[0])
        if isinstance(block, dict) and isinstance(self.protocol, (Swap, Relaxation)):
            return block[min(step for step in block if step >= point)]
        return block.get(point) if isinstance(block, dict) else block


class Figure(Schema):
    """A figure of the paper: its title here, the tables that it is drawn from, and numbers that the paper's own has."""

    title: str
    tables: Annotated[list[str], Field(min_length=1)]
    options: dict[str, float | list[float]] = {}


class PaperFile(Schema):
    """`config/papers/<paper>.yaml`."""

    paper: str
    title: str
    authors: str
    reference: str
    doi: str
    units: dict[str, Unit] = {}
    groups: Annotated[dict[str, Group], Field(min_length=1)]
    figures: dict[int, Figure]
    claims: list[dict[str, Any]] = []


class Grid(Schema):
    """One line of a scale file: an ensemble for each temperature (swap) or rate (cooling), for each rate and
    temperature (stepwise; without temperatures, all that the trajectories pass), or just one (molecular dynamics).
    """

    n: Count
    temperatures: Annotated[list[Positive], Field(min_length=1)] | None = None
    rates: Annotated[list[Positive], Field(min_length=1)] | None = None
    samples: Count

    def points(self, protocol: Protocol) -> list[Point]:
        """Where the protocol prepares liquids."""
        if isinstance(protocol, Stepwise):
            top = protocol.temperature
            chosen = self.temperatures or protocol.ladder
            return list(dict.fromkeys((None if t == top else rate, t) for rate in self.rates or [] for t in chosen))
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
    """

    root: Path
    seed: int
    scale: str
    tables: str
    papers: dict[str, Paper]
    models: dict[str, Model]

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
    found = sorted(path.stem for path in (root / "config/scales").glob("*.yaml"))
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


def load_campaign(
    overrides: Mapping[str, Any] | None = None, root: Path | None = None, every: bool = False
) -> Campaign:
    """Reads and checks the whole configuration.

    `overrides` replace keys of `config/config.yaml` (as `snakemake --config` does); None values are ignored. `every`
    adds the papers that have a file but are not listed: a job need not be told which papers the workflow runs for.
    Raises ConfigurationError with every problem of the first file that has one.
    """
    root = root or find_root()
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    main = _main_file(root, given)
    names = scale_names(root)
    if main.scale not in names:
        where = "command line" if "scale" in given else MAIN
        raise ConfigurationError(unknown(where, "scale", main.scale, "scale", names))
    scale_path = f"config/scales/{main.scale}.yaml"
    scale = parse(ScaleFile, read_yaml(root / scale_path, scale_path), scale_path)
    if scale.scale != main.scale:
        raise ConfigurationError(f"{scale_path}: scale: {scale.scale}: must be the file's own name, {main.scale}")
    known = sorted(path.stem for path in (root / "config/papers").glob("*.yaml"))
    problems = [unknown(MAIN, "papers", name, "paper", known) for name in main.papers if name not in known]
    problems += [unknown(scale_path, "papers", name, "paper", known) for name in scale.papers if name not in known]
    if problems:
        raise ConfigurationError(problems)
    models: dict[str, Model] = {}
    listed = dict.fromkeys([*main.papers, *(known if every else [])])
    papers = {name: _paper(root, name, scale, scale_path, models) for name in listed}
    campaign = Campaign(root, main.seed, main.scale, main.tables, papers, models)
    _shared_blocks(campaign)
    return campaign


def _main_file(root: Path, given: dict[str, Any]) -> MainFile:
    content = read_yaml(root / MAIN, MAIN)
    parse(MainFile, content, MAIN)
    allowed = sorted(MainFile.model_fields)
    wrong = [key for key in given if key not in allowed]
    if wrong:
        raise ConfigurationError(
            [
                f"command line: {key}: unknown key{suggestion(key, allowed)}; allowed: {', '.join(allowed)}"
                for key in wrong
            ]
        )
    if isinstance(given.get("papers"), str):
        given = {**given, "papers": given["papers"].split(",")}
    return parse(MainFile, {**content, **given}, "command line")


def _paper(root: Path, name: str, scale: ScaleFile, scale_path: str, models: dict[str, Model]) -> Paper:
    file = f"config/papers/{name}.yaml"
    content = parse(PaperFile, read_yaml(root / file, file), file)
    problems = []
    if content.paper != name:
        problems.append(f"{file}: paper: {content.paper}: must be the file's own name, {name}")
    if name in RESERVED:
        problems.append(f"{file}: paper: {name}: is a target of the workflow; choose another name")
    used = {group.model for group in content.groups.values()}
    for key, unit in content.units.items():
        if unit.model not in used:
            problems.append(unknown(file, f"units.{key}.model", unit.model, "model of a group", sorted(used)))
    for key, group in content.groups.items():
        problems += _group_problems(root, file, f"groups.{key}", group, models)
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


def _group_problems(root: Path, file: str, key: str, group: Group, models: dict[str, Model]) -> list[str]:
    """Unknown model, minimizer or observable, and parameters that an observable does not take."""
    known = model_names(root / "config")
    if group.model not in known:
        return [unknown(file, f"{key}.model", group.model, "model", known)]
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
    smallest = models[group.model].smallest_system()
    for n in group.block_samples:
        if n < smallest:
            problems.append(_too_small(file, f"{key}.block_samples", models[group.model], n))
    if isinstance(group.protocol, Stepwise):
        problems += _stepwise_problems(file, f"{key}.protocol", group.protocol, models[group.model])
    return problems


def _stepwise_problems(file: str, key: str, protocol: Stepwise, model: Model) -> list[str]:
    """A model whose fields are not measured yet, frames between two steps of molecular dynamics."""
    if model.dimension != 2:
        return [
            f"{file}: {key}.kind: stepwise: measures stress fields and hexatic order, which {model.name} in "
            f"{model.dimension} dimensions does not have; allowed: models in two dimensions"
        ]
    return [
        f"{file}: {key}.every: {protocol.every:g}: must be a multiple of the molecular-dynamics step, {step:g}"
        for step in sorted({model.step(t) for t in protocol.ladder})
        if not _multiple(protocol.every, step)
    ]


def _grid_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, models: dict[str, Model]
) -> list[str]:
    """Points that the protocol does not have, systems too small for the cutoff, samples that do not fill blocks."""
    problems = []
    protocol = group.protocol
    wanted = CHOICES.get(protocol.kind, ())
    for option in ("temperatures", "rates"):
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
    if isinstance(protocol, (Swap, Stepwise, Relaxation)):
        ladder = ", ".join(f"{t:g}" for t in protocol.ladder)
        problems += [
            f"{file}: {key}.temperatures: {t:g}: not on the ladder in {paper_file}; allowed: {ladder}"
            for t in grid.temperatures or []
            if t not in protocol.ladder
        ]
    model = models[group.model]
    if isinstance(protocol, Stepwise):
        problems += [
            problem for rate in grid.rates or [] for problem in _rate_problems(file, key, protocol, model, rate)
        ]
    if grid.n < model.smallest_system():
        problems.append(_too_small(file, f"{key}.n", model, grid.n))
    if wanted and not getattr(grid, wanted[0]):
        return problems
    for point in grid.points(protocol):
        problems += _block_problems(file, key, paper_file, name, group, grid, point)
    return list(dict.fromkeys(problems))


def _rate_problems(file: str, key: str, protocol: Stepwise, model: Model, rate: float) -> list[str]:
    """A rate that leaves no time for a step of molecular dynamics, or for the window."""
    duration, step = protocol.step / rate, max(model.step(t) for t in protocol.ladder)
    start = f"{file}: {key}.rates: {rate:g}: a temperature step of {protocol.step:g} lasts {duration:g}"
    if duration < step:
        return [
            f"{start}, less than one molecular-dynamics step of {step:g}; "
            f"allowed: up to {protocol.step / max(protocol.window, step):g}"
        ]
    if protocol.duration(rate) < protocol.window:
        return [f"{start}, but its window {protocol.window:g}; allowed: up to {protocol.step / protocol.window:g}"]
    return []


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
    if grid.samples % block:
        below, above = block * (grid.samples // block), block * (grid.samples // block + 1)
        near = f"{below} or {above}" if below else f"{above}"
        start = f"{file}: {key}.samples: {grid.samples}: must be a multiple of the group's block of {block}"
        return [f"{start}; allowed: {near}, ..."]
    return []


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


def _shared_blocks(campaign: Campaign) -> None:
    """Papers that share an ensemble must cut it into the same blocks, because they share its files."""
    from glassworks.campaign.ensembles import paper_ensembles

    seen: dict[str, tuple[str, int]] = {}
    for paper in campaign.papers.values():
        for ensemble in paper_ensembles(campaign, paper):
            here = (f"{paper.file}: groups.{ensemble.group}.block_samples.{ensemble.n}", ensemble.block_samples)
            first = seen.setdefault(ensemble.liquid.id, here)
            if first[1] != here[1]:
                raise ConfigurationError(
                    f"{here[0]}: {here[1]}: {first[0]} cuts the same liquid into blocks of {first[1]}; "
                    f"allowed: {first[1]}"
                )


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
    names = [claim.get("id") for claim in paper.content.claims]
    problems += [
        f"{paper.file}: claims: id: {name}: is used twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if problems:
        raise ConfigurationError(problems)


def chosen_papers(campaign: Campaign, names: Iterable[str]) -> list[Paper]:
    """The papers of these names (all where none is named); raises ConfigurationError for one that is not in the
    campaign.
    """
    names = list(names)
    wrong = [unknown(MAIN, "papers", name, "paper", campaign.papers) for name in names if name not in campaign.papers]
    if wrong:
        raise ConfigurationError(wrong)
    return [campaign.papers[name] for name in names or campaign.papers]
