"""What jobs cost: seconds of one core, memory and disk, by a model whose numbers are in `config/costs.yaml`."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean, median

import numpy as np
from pydantic import BaseModel, Field, model_validator

from glassworks import observables
from glassworks.campaign.config import observable_parameters
from glassworks.campaign.contents import read_record
from glassworks.campaign.ensembles import Ensemble, Liquid
from glassworks.campaign.files import write_text
from glassworks.campaign.pace import probe
from glassworks.campaign.paths import Trajectories
from glassworks.campaign.protocols import LIQUID_STAGES, Cooling, Relaxation, Swap
from glassworks.campaign.reading import parse, read_yaml
from glassworks.campaign.schema import Positive, Schema
from glassworks.liquids.equilibrium import BELOW_SAMPLES, COLD, CONTINUED, LEAST_BEFORE, SNAPSHOTS

FILE = "config/costs.yaml"
STEP_ROWS = 200
"""Rows, about, that all tables of one trajectory have at one temperature."""
RELAXATION_ROWS = 600
"""The same of a liquid that is watched in equilibrium."""
LOOK, PAIR, LAGS = (5e4, 35.0), 0.2, 45
"""A look at n particles costs as much as LOOK[0] + LOOK[1] n particle steps, a pair of a stress correlation as PAIR; a
liquid in equilibrium is looked at about LAGS times for each origin of time."""
PREPARING = ("equilibrate", *dict.fromkeys(LIQUID_STAGES.values()))
"""Stages that prepare liquids."""
RESULT_STAGES = ("gather", "analyse", "draw", "judge", "page", "report")
"""Stages that make a paper's results, each with a law of its own name."""


SIMULATED = ("equilibrate_swap", "equilibrate_dynamics", "step", "relax", "quench")
"""Laws of the stages that make liquids and glasses."""


class Law(Schema):
    """per_sample + scale (N/1000)^power, for each sample."""

    per_sample: float = Field(default=0.0, ge=0)
    scale: float = Field(ge=0)
    power: float = Field(ge=0, le=10)

    def __call__(self, n: int) -> float:
        return self.per_sample + self.scale * (n / 1000.0) ** self.power

    def __str__(self) -> str:
        """As it stands in the file."""
        return f"{{per_sample: {self.per_sample}, scale: {self.scale}, power: {self.power}}}"


class MemoryLaw(Schema):
    """base + scale (N/1000)^power, in MB."""

    base: float = Field(ge=0)
    scale: float = Field(ge=0)
    power: float = Field(ge=0, le=10)

    def __call__(self, n: int) -> float:
        return self.base + self.scale * (n / 1000.0) ** self.power


class Disk(Schema):
    """Bytes of a coordinate in a compressed frame, and of a table's row."""

    coordinate: float = Field(ge=0)
    row: float = Field(ge=0)


class CostFile(Schema):
    """`config/costs.yaml`."""

    machine: str
    probe: float = Field(gt=0)
    start: float = Field(ge=0)
    compile: float = Field(ge=0)
    seconds: dict[str, Law]
    dimension: dict[int, Positive]
    memory: dict[str, MemoryLaw]
    disk: Disk

    @model_validator(mode="after")
    def whole(self) -> CostFile:
        """The laws of all that is no observable, whose laws stand beside it."""
        needed = [("seconds", self.seconds, name) for name in (*SIMULATED, *RESULT_STAGES)]
        for key, laws, name in (*needed, ("memory", self.memory, "default")):
            if name not in laws:
                raise ValueError(f"{key}.{name}: this key is missing")
        return self


class Costs:
    """The cost model.

    Attributes:
        file: `config/costs.yaml`.
        laws: seconds by the name of what takes them: those of the file, and of observables those that stand beside
            them, unless the file has a law of the same name, as :func:`refit` writes it.
    """

    def __init__(self, file: CostFile):
        self.file = file
        self.laws = declared_laws() | file.seconds

    def seconds(self, stage: str, made: Liquid | Ensemble | None, observable: str = "") -> float:
        """Expected seconds of one job: a block of a liquid or ensemble, or one job of a later stage.

        One job makes all observables of a block of glasses; its start counts with the first of them.
        """
        if made is None:
            return self.file.start + self.file.seconds[stage].per_sample
        work = self.amount(stage, made, observable) * self.law(stage, made, observable)(made.n)
        return self.start(made, observable) + work

    def start(self, made: Liquid | Ensemble, observable: str = "") -> float:
        """Seconds before a job's work begins, or the share of it that an observable bears."""
        shared = [name for name in made.observables if _shares(name)] if observable else []
        return 0.0 if observable in shared[1:] else self.file.start

    def law(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> Law:
        """How a job's work grows with the number of particles."""
        return self.laws[self.key(stage, made, observable)]

    def key(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> str:
        """The name of the law of a job."""
        if stage in LIQUID_STAGES.values():
            return stage
        if stage in ("equilibrate", "evidence"):
            return "equilibrate_swap" if isinstance(made.protocol, Swap) else "equilibrate_dynamics"
        if observable:
            return observables.load(observable).law_key(_work(made, observable)[0])
        return stage

    def amount(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> float:
        """What a law is multiplied with: millions of moves, or particle steps or samples weighted by dimension."""
        weight = 1.0 if stage == "quench" else self.file.dimension.get(made.model.dimension, 1.0)
        if stage in PREPARING:
            return _million_moves(made) if isinstance(made.protocol, Swap) else _million_steps(made) * weight
        if stage == "evidence":
            return _million_from_below(made) * (1.0 if isinstance(made.protocol, Swap) else weight)
        if observable:
            weight *= _work(made, observable)[1]
        return made.block_samples * weight

    def memory(self, stage: str, made: Liquid | Ensemble | None, measured: Iterable[str] = ()) -> float:
        """Expected peak memory of a job, in MB.

        Args:
            measured: the observables of a job that measures; all that share one where none is named.
        """
        law = self.file.memory.get(stage, self.file.memory["default"])
        frames = 0.0
        if made is not None and stage in (*PREPARING, "quench", "measure", "observe"):
            frames = 3e-6 * 8 * made.block_samples * made.n * (made.model.dimension + 1)
        working = 0.0
        if stage in ("measure", "observe"):
            chosen = measured or [name for name in made.observables if observables.load(name).stage == stage]
            working = max((_working(made, name) for name in chosen), default=0.0)
        return law(made.n if made else 0) + frames + working

    def disk(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> float:
        """Expected bytes of a job's products."""
        if stage in LIQUID_STAGES.values():  # velocities and forces too
            size = made.n * (3 * made.model.dimension + 1) * self.file.disk.coordinate
            rows = STEP_ROWS if stage == "step" else RELAXATION_ROWS
            return made.block_samples * (size + rows * self.file.disk.row)
        if stage in ("equilibrate", "quench"):
            return made.block_samples * made.n * (made.model.dimension + 1) * self.file.disk.coordinate
        if not observable:
            return 5000 + made.block_samples * self.file.disk.row
        chosen, system, parameters = _chosen(made, observable)
        arrays = sum(WIDTHS[each.kind] * each.numbers(system, parameters) for each in chosen.kept(parameters).values())
        rows = chosen.rows(system, parameters) * self.file.disk.row
        return 5000 + made.block_samples * (rows + arrays)


WIDTHS = {"float64": 8, "float32": 4, "int32": 4}
"""Bytes of a number in an array that is kept."""


def declared_laws() -> dict[str, Law]:
    """The laws that stand beside observables, by the names that `config/costs.yaml` has for them."""
    return {
        each.law_key(name): Law(scale=law.scale, power=law.power)
        for each in map(observables.load, observables.every_name())
        for name, law in each.laws.items()
    }


def _chosen(made: Ensemble, observable: str) -> tuple[observables.Observable, observables.System, BaseModel]:
    """An observable, what it is measured on, and its parameters."""
    system = observables.System(made.n, made.model.dimension)
    return observables.load(observable), system, observable_parameters(observable, made.observables[observable])


def _work(made: Ensemble, observable: str) -> tuple[str, float]:
    """The name of the law that holds for a sample, and how many times it."""
    chosen, *told = _chosen(made, observable)
    return chosen.law(*told)


def _working(made: Ensemble, observable: str) -> float:
    """MB that an observable takes beside its job's own, at most."""
    law = observables.load(observable).laws[_work(made, observable)[0]]
    return law.memory * (made.n / 1000.0) ** law.rising


def _shares(observable: str) -> bool:
    """Whether an observable is measured by the job of a block of glasses."""
    return observables.load(observable).of == observables.GLASSES


def _million_moves(liquid: Liquid) -> float:
    """Attempted moves of a block of swap chains, in millions; replicas of parallel tempering count."""
    protocol: Swap = liquid.protocol
    times = protocol.before + protocol.spacing(liquid.temperature) * (liquid.samples_per_chain - 1)
    return 1e-6 * liquid.n * liquid.relaxation_sweeps * times * liquid.chains_per_block * _replicas(liquid)


def _replicas(liquid: Liquid) -> int:
    return len(liquid.specification["protocol"]["tempering"]["temperatures"]) if liquid.tempered else 1


def _million_from_below(liquid: Liquid) -> float:
    """Moves or particle steps, in millions, that the evidence of equilibrium takes."""
    protocol = liquid.protocol
    if isinstance(protocol, Swap):
        spacing = protocol.spacing(liquid.temperature)
        times = COLD + (protocol.before + spacing * (BELOW_SAMPLES - 1)) * _replicas(liquid)
        return 1e-6 * liquid.n * liquid.relaxation_sweeps * times
    runs = CONTINUED + 1.0 + COLD / LEAST_BEFORE + (BELOW_SAMPLES - 1) / SNAPSHOTS
    return _million_steps(liquid) / liquid.block_samples * runs


def _million_steps(liquid: Liquid) -> float:
    """Particle steps of a block of molecular dynamics, and what looking at it costs as much as, in millions."""
    protocol, model, looking = liquid.protocol, liquid.model, 0.0
    if isinstance(protocol, Trajectories):
        told = liquid.specification["protocol"]
        starts = told.get("starts", 1)
        time = (told["duration"] + (starts - 1) * told.get("between", 0.0)) / starts
        steps = time / model.step(liquid.temperature)
        looking = protocol.window / protocol.every * _look(liquid.n) + protocol.snapshots * PAIR * liquid.n**2
    elif isinstance(protocol, Relaxation):
        times = protocol.before + protocol.parts * protocol.span
        steps = times * protocol.relaxation_times[liquid.temperature] / model.step(liquid.temperature)
        looking = protocol.parts * protocol.origins * LAGS * _look(liquid.n)
    elif isinstance(protocol, Cooling):
        duration = (protocol.temperature - protocol.end_temperature) / liquid.rate
        steps = protocol.equilibration_time / model.step(protocol.temperature) + duration / model.step(
            protocol.end_temperature
        )
    else:
        steps = protocol.time / model.step(protocol.temperature)
    return 1e-6 * (liquid.n * steps + looking) * liquid.block_samples


def _look(n: int) -> float:
    """Particle steps that cost as much as one look at the forces or displacements of n particles."""
    return LOOK[0] + LOOK[1] * n


def read_costs(root: Path) -> Costs:
    """The cost model of a campaign."""
    return Costs(parse(CostFile, read_yaml(root / FILE, FILE), FILE))


def refit(root: Path, jobs: Iterator[tuple[str, Liquid | Ensemble, int, str]]) -> dict[str, float]:
    """Fits each law to the measured seconds of finished jobs and writes `config/costs.yaml`.

    A law moves by the median of measured over expected, in which a job counts by what it was expected to take: a short
    job's time is that of compiling, or of waiting until another has. A law of which no job has run moves by how fast
    this processor is, and so does the reference of that, :func:`pace.probe`. Only numbers change; comments stay. The
    laws that stand beside observables are added to the file, which comes first from then on.

    Returns:
        the factor by which each law moved that was measured.
    """
    costs, benchmarks = read_costs(root), read_benchmarks(root)
    ratios: dict[str, list[tuple[float, float]]] = {}
    for stage, made, block, observable in jobs:
        found = _measured(root, made, block, observable) if observable else benchmarks.get((stage, made.id, block))
        expected = costs.amount(stage, made, observable) * costs.law(stage, made, observable)(made.n)
        if found and expected > 0:
            work = found - (0.0 if observable else costs.file.start)
            ratios.setdefault(costs.key(stage, made, observable), []).append((max(work, 1e-3) / expected, expected))
    for stage in RESULT_STAGES:
        took = [seconds - costs.file.start for key, seconds in benchmarks.items() if key[0] == stage]
        if took and costs.file.seconds[stage].per_sample:
            ratios[stage] = [(max(median(took), 1e-3) / costs.file.seconds[stage].per_sample, 1.0)]
    factors = {key: middle(*zip(*found, strict=True)) for key, found in ratios.items() if key in costs.laws}
    compiling = [json.loads(path.read_text())["seconds"] for path in (root / "results/.warm").glob("*.json")]
    if compiling and costs.file.compile:
        factors["compile"] = mean(compiling) / costs.file.compile
    slower = probe() / costs.file.probe
    before, rest = (root / FILE).read_text().split("\nmemory:", 1)  # stages have memory laws of the same name
    more = [f"  {key}: {law}\n" for key, law in costs.laws.items() if key not in costs.file.seconds]
    before = re.sub(r"(?m)^seconds:\n(?:  .*\n)+", lambda laws: "".join([laws[0], *more]), before, count=1)
    for key, law in costs.laws.items():
        for number in ("per_sample", "scale"):
            new = f"{getattr(law, number) * factors.get(key, slower):.3g}"
            before = re.sub(rf"(?m)^(  {key}: \{{.*{number}: )[^,]*", rf"\g<1>{new}", before)
    for key in ("probe", "start", "compile"):
        new = f"{getattr(costs.file, key) * factors.get(key, slower):.3g}"
        before = re.sub(rf"(?m)^({key}: )\S+", rf"\g<1>{new}", before)
    write_text(root / FILE, f"{before}\nmemory:{rest}")
    return factors


def middle(ratios: tuple[float, ...], weights: tuple[float, ...]) -> float:
    """The weighted median."""
    return float(np.quantile(ratios, 0.5, weights=weights, method="inverted_cdf"))


def read_benchmarks(root: Path) -> dict[tuple, float]:
    """Measured seconds of finished jobs by (stage, id, block), those of later stages by (stage, name)."""
    found = {}
    base = root / "results/.benchmarks"
    for path in base.rglob("*.tsv"):
        stage, *parts = path.relative_to(base).with_suffix("").parts
        if stage == "evidence":
            parts.append("0")
        with path.open() as lines:
            row = next(csv.DictReader(lines, delimiter="\t"), None)
        if row:
            found[stage, *(int(part) if part.isdigit() else part for part in parts)] = float(row["s"])
    return found


def _measured(root: Path, made: Ensemble, block: int, observable: str) -> float | None:
    """Seconds that an observable of a block took, of which its job has several, by its product's own record."""
    path = root / made.folder(block) / f"{made.measured(observable)}.parquet"
    return read_record(path).get("wall_time") if path.is_file() else None
