"""What a campaign will cost, before anything runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.ensembles import Ensemble, Liquid
from glassworks.campaign.planned.results import GATHER, REPORT, RESULT_JOBS, RESULTS
from glassworks.campaign.planned.simulation import SIMULATION, stage_of


@dataclass
class Line:
    """Cost of a stage of a paper, or of an ensemble: all of its jobs, and those whose products are not there yet."""

    paper: str
    stage: str
    jobs: int = 0
    files: int = 0
    left: int = 0
    seconds: float = 0.0
    seconds_left: float = 0.0
    longest: float = 0.0
    disk: float = 0.0
    memory: float = 0.0

    def add(self, done: bool, seconds: float, disk: float, memory: float, files: int, job: bool = True) -> None:
        """Adds what makes some files; `job`: whether it is a job of its own, not a part of one that was counted."""
        self.jobs += job
        self.files += files
        self.seconds += seconds
        self.disk += disk
        self.memory = max(self.memory, memory)
        if not done:
            self.left += job
            self.seconds_left += seconds
            self.longest = max(self.longest, seconds)


def products(stage: str, made: Liquid | Ensemble, block: int, observable: str) -> str:
    """The file whose presence says that a simulation job is done: a table, which comes after the configurations, and
    stays where these were left behind."""
    return job_products(stage, made, block, observable)[-1]


def job_products(stage: str, made: Liquid | Ensemble, block: int, observable: str) -> list[str]:
    """All files that a simulation job makes."""
    return SIMULATION[stage].products(made, block, observable)


def job_benchmark(stage: str, made: Liquid | Ensemble, block: int, observable: str) -> str:
    """Where the workflow keeps how long a simulation job took."""
    return f"results/.benchmarks/{stage}/{SIMULATION[stage].place(made, block, observable)}.tsv"


def cost_lines(plan: Plan, papers: list[str]) -> list[Line]:
    """The cost of each stage of each paper; a job that papers share counts with the first of them."""
    lines: dict[tuple[str, str], Line] = {}
    root: Path = plan.campaign.root
    for paper, stage, made, block, observable in _jobs(plan, papers):
        name = f"{stage} {observable}" if observable else stage
        _add(lines.setdefault((paper, name), Line(paper, name)), plan, stage, made, block, observable)
    for paper, mark in _compiling(plan, papers):
        line = lines.setdefault((paper, "compile"), Line(paper, "compile"))
        line.add((root / mark).is_file(), plan.costs.file.compile, 0.0, plan.costs.memory("default", None), 0, False)
    for paper in papers:
        for job, _, _, files in results(plan, paper):
            line, done = (
                lines.setdefault((paper, job), Line(paper, job)),
                all((root / path).is_file() for path in files),
            )
            disk, memory = 1e5 * len(files), plan.costs.memory(job, None)
            line.add(done, plan.costs.seconds(job, None), disk, memory, len(files))
    order = ["compile", *SIMULATION, *RESULT_JOBS]
    return sorted(
        lines.values(), key=lambda line: (papers.index(line.paper), order.index(line.stage.split()[0]), line.stage)
    )


def costliest(plan: Plan, papers: list[str], count: int = 10) -> list[Line]:
    """The most expensive ensembles, liquid and all (a rung that only leads to others goes by the liquid's own name)."""
    owner = {ensemble.liquid.id: ensemble.id for paper in papers for ensemble in plan.of_paper[paper]}
    lines: dict[str, Line] = {}
    for paper, stage, made, block, observable in _jobs(plan, papers):
        name = owner.get(made.id, made.id)
        _add(lines.setdefault(name, Line(paper, name)), plan, stage, made, block, observable)
    return sorted(lines.values(), key=lambda line: -line.seconds)[:count]


def _compiling(plan: Plan, papers: list[str]) -> Iterator[tuple[str, Path]]:
    """(paper, mark) of each kind of job."""
    from glassworks.campaign.planned.compiling import mark

    kinds = {}
    for paper, stage, made, _, observable in _jobs(plan, papers):
        what = SIMULATION[stage].compiles(made, observable)
        kinds.setdefault((made.model.dimension, *what), (paper, made.model))
    for (_, *what), (paper, model) in kinds.items():
        yield paper, mark(model, *what)


def _jobs(plan: Plan, papers: list[str]) -> Iterator[tuple]:
    """(paper, stage, made, block, observable) of every simulation job, each once."""
    seen: set[str] = set()
    for paper in papers:
        for job in plan.jobs([paper]):
            path = products(*job)
            if path not in seen:
                seen.add(path)
                yield paper, *job


def _add(line: Line, plan: Plan, stage: str, made: Liquid | Ensemble, block: int, observable: str) -> None:
    files = job_products(stage, made, block, observable)
    line.add(
        (plan.campaign.root / files[-1]).is_file(),
        plan.costs.seconds(stage, made, observable),
        plan.costs.disk(stage, made, observable),
        plan.costs.memory(stage, made, [observable] if observable else []),
        len(files),
        plan.costs.start(made, observable) > 0,
    )


def results(plan: Plan, paper: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """The jobs that make a paper's results, as (job, paper, table, products); the index of all is the last."""
    made = plan.results[paper]
    if not made.archived:
        yield from ((GATHER, paper, table, [made.table(table)]) for table in made.raw)
    yield RESULTS, paper, "", made.outputs
    yield REPORT, paper, "", plan.index


def chain_seconds(plan: Plan, papers: list[str]) -> float:
    """Seconds of the longest chain of jobs that wait for one another: no number of cores is faster."""
    longest = 0.0
    for paper in papers:
        for ensemble in plan.of_paper[paper]:
            ladder = sum(
                plan.costs.seconds(liquid.stage, liquid)
                for liquid, block in ensemble.liquid.ladder(0)
                if not (plan.campaign.root / products(liquid.stage, liquid, block, "")).is_file()
            )
            measured = {name: plan.costs.seconds("measure", ensemble, name) for name in ensemble.observables}
            after = [seconds for name, seconds in measured.items() if stage_of(name) == "observe"]
            if ensemble.minimizer:
                glasses = plan.costs.seconds("quench", ensemble)
                after.append(
                    glasses + max((measured[name] for name in measured if stage_of(name) == "measure"), default=0.0)
                )
            after.append(sum(plan.costs.seconds("watch", ensemble.liquid, name) for name in ensemble.liquid.watch))
            if ensemble.evidence and not (plan.campaign.root / ensemble.liquid.evidence).is_file():
                after.append(plan.costs.seconds("evidence", ensemble.liquid))
            longest = max(longest, ladder + max(after, default=0.0))
    return longest


def wall_seconds(lines: list[Line], cores: int, chain: float) -> float:
    """Wall time of what is left on some cores: shared evenly, but never less than the longest chain of jobs."""
    left = sum(line.seconds_left for line in lines)
    return max(left / cores, chain if left else 0.0)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
