"""What jobs cost: seconds of one core, memory and disk, by a model whose numbers are in `config/costs.yaml`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean, median

import numpy as np
from pydantic import Field, model_validator

from glassworks import observables, watching
from glassworks.campaign.declared.laws import Disk, Law, MemoryLaw
from glassworks.campaign.declared.reading import parse, read_yaml
from glassworks.campaign.planned.ensembles import Ensemble, Liquid
from glassworks.campaign.planned.pace import probe
from glassworks.campaign.planned.results import RESULT_JOBS
from glassworks.campaign.planned.simulation import SIMULATION, watching_law
from glassworks.campaign.products.contents import read_record
from glassworks.campaign.products.files import write_text
from glassworks.campaign.products.places import walk
from glassworks.models.strict import Positive, Strict
from glassworks.protocols import KINDS

FILE = "config/costs.yaml"
SIMULATED = (*dict.fromkeys(each.law for each in KINDS.values() if not each.cost), "quench")
"""Laws of what makes liquids and glasses, of which `config/costs.yaml` alone tells."""


class CostFile(Strict):
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
        """The laws of all that has none beside it."""
        needed = [("seconds", self.seconds, name) for name in (*SIMULATED, *RESULT_JOBS)]
        for key, laws, name in (*needed, ("memory", self.memory, "default")):
            if name not in laws:
                raise ValueError(f"{key}.{name}: this key is missing")
        return self


class Costs:
    """The cost model.

    Attributes:
        file: `config/costs.yaml`.
        laws: seconds by the name of what takes them: those of the file, and of observables and watchers those that
            stand beside them, unless the file has a law of the same name, as :func:`refit` writes it.
    """

    def __init__(self, file: CostFile):
        self.file = file
        self.laws = declared_laws() | file.seconds

    def seconds(self, stage: str, made: Liquid | Ensemble | None, observable: str = "") -> float:
        """Expected seconds of one job: a block of a liquid or ensemble, or one job of a later stage.

        One job makes all observables of a block of glasses, or of what looks at its trajectories; its start, and the
        trajectories that it runs once more, count with the first of them.
        """
        if made is None:
            return self.file.start + self.file.seconds[stage].per_sample
        work = self.amount(stage, made, observable) * self.law(stage, made, observable)(made.n)
        again = SIMULATION[stage].again(made, observable)
        return self.start(made, observable) + work + (self.seconds(again, made) - self.file.start if again else 0.0)

    def start(self, made: Liquid | Ensemble, observable: str = "") -> float:
        """Seconds before a job's work begins, or the share of it that an observable bears."""
        shared = _shared(made) if observable else []
        return 0.0 if observable in shared[1:] else self.file.start

    def law(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> Law:
        """How a job's work grows with the number of particles."""
        return self.laws[self.key(stage, made, observable)]

    def key(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> str:
        """The name of the law of a job."""
        return SIMULATION[stage].law(made, observable)

    def amount(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> float:
        """What a law is multiplied with: millions of moves, or particle steps or samples weighted by dimension."""
        return SIMULATION[stage].amount(made, observable, self.file.dimension.get(made.model.dimension, 1.0))

    def memory(self, stage: str, made: Liquid | Ensemble | None, measured: Iterable[str] = ()) -> float:
        """Expected peak memory of a job, in MB.

        Args:
            measured: the observables of a job that measures; all that share one where none is named.
        """
        law = self.file.memory.get(stage, self.file.memory["default"])
        if made is None:
            return law(0)
        told = SIMULATION[stage]
        frames = 3e-6 * 8 * made.block_samples * made.n * (made.model.dimension + 1) if told.of_blocks else 0.0
        return law(made.n) + frames + told.working(made, measured)

    def disk(self, stage: str, made: Liquid | Ensemble, observable: str = "") -> float:
        """Expected bytes of a job's products."""
        return SIMULATION[stage].disk(made, observable, self.file.disk)


def declared_laws() -> dict[str, Law]:
    """The laws that stand beside observables, watchers and protocols, by the names that `config/costs.yaml` has for
    them."""
    prepared = {each.law: Law(scale=each.cost.scale, power=each.cost.power) for each in KINDS.values() if each.cost}
    watched = {watching_law(name): watching.load(name).law for name in watching.every_name()}
    prepared |= {name: Law(scale=law.scale, power=law.power) for name, law in watched.items()}
    return prepared | {
        each.law_key(name): Law(scale=law.scale, power=law.power)
        for each in map(observables.load, observables.every_name())
        for name, law in each.laws.items()
    }


def _shared(made: Liquid | Ensemble) -> list[str]:
    """What one job makes of a block: all observables of glasses, or all that looks at trajectories."""
    if isinstance(made, Liquid):
        return list(made.watch)
    return [name for name in made.observables if observables.load(name).of == observables.GLASSES]


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
    from glassworks.campaign.planned.compiling import FOLDER, compile_seconds  # loads what no plan needs

    costs, benchmarks = read_costs(root), read_benchmarks(root)
    ratios: dict[str, list[tuple[float, float]]] = {}
    for stage, made, block, observable in jobs:
        found = _measured(root, made, block, observable) if observable else benchmarks.get((stage, made.id, block))
        expected = costs.amount(stage, made, observable) * costs.law(stage, made, observable)(made.n)
        if found and expected > 0:
            work = found - (0.0 if observable else costs.file.start)
            ratios.setdefault(costs.key(stage, made, observable), []).append((max(work, 1e-3) / expected, expected))
    for stage in RESULT_JOBS:
        took = [seconds - costs.file.start for key, seconds in benchmarks.items() if key[0] == stage]
        if took and costs.file.seconds[stage].per_sample:
            ratios[stage] = [(max(median(took), 1e-3) / costs.file.seconds[stage].per_sample, 1.0)]
    factors = {key: middle(*zip(*found, strict=True)) for key, found in ratios.items() if key in costs.laws}
    compiling = compile_seconds(root / FOLDER)
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
    paths = (folder / name for folder, names in walk(base) for name in names or ())
    for path in (path for path in paths if path.suffix == ".tsv"):
        stage, *parts = path.relative_to(base).with_suffix("").parts
        if stage in SIMULATION and not SIMULATION[stage].of_blocks:
            parts.append("0")
        with path.open() as lines:
            row = next(csv.DictReader(lines, delimiter="\t"), None)
        if row:
            found[stage, *(int(part) if part.isdigit() else part for part in parts)] = float(row["s"])
    return found


def _measured(root: Path, made: Liquid | Ensemble, block: int, observable: str) -> float | None:
    """Seconds that an observable of a block took, of which its job has several, by its product's own record."""
    path = root / made.folder(block) / f"{made.measured(observable)}.parquet"
    return read_record(path).get("wall_time") if path.is_file() else None
